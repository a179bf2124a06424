/**
 * What `explain` says about users and groups, asked of a real API server: what each may and may not do, and which
 * bindings give it that.
 *
 * @module
 */
import assert from "node:assert/strict";
import { explainSubject } from "../../../scripts/teach/explain/explain.ts";
import type { ExplainedRights } from "../../../scripts/teach/explain/explanation.ts";
import { IDENTITIES } from "../../../scripts/teach/explain/identities.ts";
import { MESSAGES } from "../../../scripts/teach/explain/messages.ts";
import { z } from "../../../scripts/shared/npm/zod.ts";
import { testWith } from "../tools.ts";
import { Cluster, eventually, stepsOf } from "./cluster.ts";
import { askedCluster, SPEC } from "./explain_cluster.ts";
import { clusterPrograms, namespaces } from "./programs.ts";
import { assertSaid } from "./words.ts";

const Bindings = z.object({
  items: z.array(z.object({
    metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
    roleRef: z.object({ kind: z.string(), name: z.string() }),
    subjects: z.array(z.object({ kind: z.string(), name: z.string() })).optional(),
  })),
});

/** `kubectl auth can-i` with the words of a statement. */
function questionOf(statement: string): string[] {
  const [verb = "", what = "", name] = filled(statement).split(" ");
  if (what.startsWith("/")) return [verb, what];
  const [resource = "", subresource] = what.split("/");
  const object = name === undefined ? resource : `${resource}/${name}`;
  const words = [verb, object, "--all-namespaces"];
  return subresource === undefined ? words : [...words, "--subresource", subresource];
}

/** A name in which nothing is left open. */
function filled(name: string): string {
  return name.replace("<name>", name.includes(":serviceaccount:") ? "default" : "node-0").replace(
    "<namespace>",
    "default",
  )
    .replace("<token id>", "abcdef");
}

/** Who asks: a user without groups, or one of a group only. A node is one by its group. */
function impersonation({ kind, name }: ExplainedRights): string[] {
  if (kind === "group") return ["--as=nobody-at-all", `--as-group=${filled(name)}`];
  const groups = name === "system:node:<name>" ? ["--as-group=system:nodes"] : [];
  return [`--as=${filled(name)}`, ...groups];
}

/** Who may not even ask what they may do. */
function isNobody({ name }: ExplainedRights): boolean {
  return name === "system:unauthenticated" || name === "system:anonymous";
}

testWith(
  [clusterPrograms(), ...namespaces()],
  "a real API server answers every statement about users and groups as explain has it",
  async (t, programs = "") => {
    const step = stepsOf(t);
    await using cluster = await Cluster.ofServer(SPEC, programs);
    const { root } = await askedCluster(cluster, step);
    const asked = async (words: readonly string[]): Promise<string> => {
      const { stdout, stderr } = await cluster.kubectl(["auth", "can-i", ...words], root);
      const [answer = ""] = stdout.trim().split("\n");
      assert.match(answer, /^(?:yes|no)/, `${words.join(" ")}\n${stdout}${stderr}`);
      return answer.slice(0, 3).trim();
    };
    /** The same of those who may not ask, such as people without a credential, of whom the administrator asks. */
    const reviewed = async (statement: string, { kind, name }: ExplainedRights): Promise<string> => {
      const [verb = "", what = ""] = statement.split(" ");
      const [resource = "", subresource] = what.split("/");
      const asks = what.startsWith("/")
        ? { nonResourceAttributes: { verb, path: what } }
        : { resourceAttributes: { verb, resource, subresource } };
      const who = kind === "user" ? { user: name } : { user: "nobody-at-all", groups: [name] };
      return await cluster.kubectlWell(
          ["create", "-f", "-", "-o", "jsonpath={.status.allowed}"],
          {
            ...root,
            stdin: JSON.stringify({
              apiVersion: "authorization.k8s.io/v1",
              kind: "SubjectAccessReview",
              spec: { ...who, ...asks },
            }),
          },
        ) === "true"
        ? "yes"
        : "no";
    };

    await step("before its binding is there the administrator may do nothing", async () => {
      const { code, stderr } = await cluster.kubectl(["get", "nodes"]);
      assert.equal(code, 1);
      assertSaid(stderr, MESSAGES.forbidden);
      await cluster.kubectlWell(["apply", "-f", `${cluster.out}/hosts/admin/manifests/`], root);
      await eventually(cluster, "the binding", async () => {
        return (await cluster.kubectl(["get", "nodes"])).code === 0 || undefined;
      });
    });
    await step(
      "everything that it says one may do one may do, and what one may not one may not",
      async () => {
        const faults: string[] = [];
        let count = 0;
        for (const identity of IDENTITIES) {
          for (const [wanted, statements] of [["yes", identity.can], ["no", identity.cannot]] as const) {
            for (const statement of statements) {
              count++;
              const answer = isNobody(identity)
                ? await reviewed(statement, identity)
                : await asked([...questionOf(statement), ...impersonation(identity)]);
              if (answer !== wanted) faults.push(`${identity.name}: ${statement}: ${answer}`);
            }
          }
        }
        assert.deepEqual(faults, []);
        assert.ok(count > 90, String(count));
      },
    );
    await step("can-i --list has every resource of a statement, and none that is denied", async () => {
      const list = async (identity: ExplainedRights): Promise<string[][]> => {
        const words = ["auth", "can-i", "--list", "--no-headers", ...impersonation(identity)];
        const text = await cluster.kubectlWell(words, root);
        return text.trimEnd().split("\n").map((line) => [line.split(" ")[0] ?? "", line]);
      };
      for (const name of ["system:kube-scheduler", "system:kube-proxy", "kube-apiserver-kubelet-client"]) {
        const identity = IDENTITIES.find((one) => one.name === name) ?? assert.fail(name);
        const rows = await list(identity);
        const allows = (statement: string): boolean => {
          const [verb = "", resource = ""] = statement.split(" ");
          return rows.some(([what, line = ""]) =>
            what === resource && new RegExp(`[[ ](?:${verb}|\\*)[\\] ]`).test(line)
          );
        };
        // proxy is asked for by get and create, and listed with a star.
        assert.deepEqual(identity.can.filter((statement) => !allows(statement)), [], rows.join("\n"));
        assert.deepEqual(identity.cannot.filter(allows), [], rows.join("\n"));
      }
    });
    await step(
      "the bindings by default are those of the API server, and none of its bindings is kept quiet",
      async () => {
        const { items } = Bindings.parse(
          JSON.parse(await cluster.kubectlWell(["get", "clusterrolebindings", "-o", "json"], root)),
        );
        const isDefault = (labels: Record<string, string> | undefined): boolean =>
          labels?.["kubernetes.io/bootstrapping"] === "rbac-defaults";
        const real = items.flatMap(({ metadata, roleRef, subjects = [] }) =>
          subjects.map(({ kind, name }) =>
            `${kind} ${name}: ${metadata.name} -> ${roleRef.name}${
              isDefault(metadata.labels) ? " (default)" : ""
            }`
          )
        );
        const said = IDENTITIES.flatMap(({ kind, name, bindings }) =>
          bindings.map(({ binding, role, madeBy }) =>
            `${kind === "user" ? "User" : "Group"} ${name}: ${binding} -> ${role}${
              madeBy === "default" ? " (default)" : ""
            }`
          )
        );
        assert.deepEqual(said.filter((one) => !real.includes(one)), []);
        // Of the identities that are explained every binding is named.
        const names = IDENTITIES.map(({ name }) => name);
        const about = real.filter((one) => names.includes(/^\w+ (.*?): /.exec(one)?.[1] ?? ""));
        assert.deepEqual(about.filter((one) => !said.includes(one)), []);
        assert.ok(about.length > 12, String(about.length));
      },
    );
    await step("the group of nodes has a binding of no effect", async () => {
      const text = await cluster.kubectlWell(
        ["get", "clusterrolebinding", "system:node", "-o", "json"],
        root,
      );
      assert.equal(Bindings.shape.items.element.parse(JSON.parse(text)).subjects, undefined);
    });
    await step("what an explanation prints is what was asked about", () => {
      const { rights } = explainSubject("scheduler");
      const [first] = rights;
      const table = IDENTITIES.find(({ name }) => name === "system:kube-scheduler");
      assert.deepEqual([first?.can, first?.cannot, first?.bindings], [
        table?.can,
        table?.cannot,
        table?.bindings,
      ]);
      return Promise.resolve();
    });
  },
);
