/**
 * Every flag that `explain` names exists in the help of the program that it names, every field in the type of its
 * configuration, and what it calls gone is gone; and what it lets kubeadm renew, kubeadm can renew.
 *
 * @module
 */
import assert from "node:assert/strict";
import { FLAGS } from "../../../scripts/inspect/flags/flag_table.ts";
import { CATALOGUE } from "../../../scripts/plan/catalogue.ts";
import { ENTRY_FACTS } from "../../../scripts/teach/explain/entry_facts.ts";
import { explainSubject } from "../../../scripts/teach/explain/explain.ts";
import type {
  ExplainedFlag,
  ExplainedSetting,
  Explanation,
} from "../../../scripts/teach/explain/explanation.ts";
import { IDENTITIES } from "../../../scripts/teach/explain/identities.ts";
import { SECTIONS } from "../../../scripts/teach/explain/sections.ts";
import { settingText } from "../../../scripts/teach/explain/settings.ts";
import { run, testWith } from "../tools.ts";
import { builtProgram } from "./built.ts";
import { MINORS } from "./shapes.ts";

/** The program that has a component's flags; nobody builds a cloud-controller-manager. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "kube-apiserver": "kube-apiserver",
  "kube-controller-manager": "kube-controller-manager",
  "kube-scheduler": "kube-scheduler",
  "kube-proxy": "kube-proxy",
  etcd: "etcd",
  etcdctl: "etcdctl",
};

/** Flags of the kubelet of a release, which is not built here, as `flags.sh` read them from its help. */
function kubeletFlags(minor: string): Set<string> {
  const list = Deno.readTextFileSync(new URL(`flags/${minor}.txt`, import.meta.url));
  return new Set([...list.matchAll(/^kubelet (--[\w-]+)/gm)].map(([, flag = ""]) => flag));
}

/** Explanations of everything. */
const ALL: readonly Explanation[] = [
  ...CATALOGUE.map(({ id }) => id),
  ...Object.keys(SECTIONS),
  ...IDENTITIES.map(({ name }) => name),
  ...FLAGS.map(({ flag }) => settingText(flag)),
].map((what) => explainSubject(what));

async function helpOf(path: string, ...words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(path, [...words, "--help"]);
  return stdout + stderr;
}

function flagsIn(help: string): Set<string> {
  // etcd's says ` --name 'default'` and `etcd --config-file`, etcdctl's `--cacert=""`.
  return new Set(
    [...help.matchAll(/^\s*(?:-\w, |etcd )?(--[a-z][a-z0-9-]*)/gm)].map(([, flag = ""]) => flag),
  );
}

const names = Object.values(PROGRAMS);

testWith(
  [...names.map(builtProgram), builtProgram("fields"), builtProgram("kubeadm")],
  "flags, fields and names of kubeadm that explain gives are those of the real programs",
  async (t, ...paths) => {
    const known = new Map<string, Set<string>>();
    for (const [index, component] of Object.keys(PROGRAMS).entries()) {
      known.set(component, flagsIn(await helpOf(paths[index] ?? "")));
    }
    known.set("kubelet", kubeletFlags(MINORS.at(-1) ?? ""));
    const fields = (await run(paths[names.length] ?? "", [])).stdout;
    const kubeadm = paths[names.length + 1] ?? "";

    /** What is wrong with naming a flag or field. */
    const faultOf = (
      { component, setting }: ExplainedSetting,
      removedIn: string | null,
    ): string | undefined => {
      const what = `${component} ${setting}`;
      if (!setting.startsWith("--")) {
        // Of kubeadm's own configuration and of egress there is no type here.
        if (/^(?:certificatesDir|etcd\.|egressSelections|plugins)/.test(setting)) return undefined;
        return fields.includes(`.${setting} `) ? undefined : `${what} is no field`;
      }
      if (component === "cloud-controller-manager") return undefined;
      const isKnown = known.get(component)?.has(setting) ?? false;
      if (removedIn === null) return isKnown ? undefined : `${what} is unknown`;
      return isKnown ? `${what} is not gone` : undefined;
    };

    await t.step("the helps were read", () => {
      for (const [component, flags] of known) {
        assert.ok(flags.size > 15, `${component} has ${flags.size} flags`);
      }
      assert.ok(fields.includes("KubeletConfiguration.tlsCertFile string"));
    });

    await t.step("every flag is one of its program, every field one of its configuration", () => {
      const faults = new Set<string>();
      let count = 0;
      const look = (setting: ExplainedSetting, removedIn: string | null = null): void => {
        count++;
        const fault = faultOf(setting, removedIn);
        if (fault !== undefined) faults.add(fault);
      };
      for (const { flags, connections } of ALL) {
        for (const flag of flags) {
          look(flag, flag.removedIn);
          // Where a flag is gone its CA may be too.
          if (flag.removedIn === null) flag.acceptedBy.forEach((by) => look(by));
        }
        for (const { checkedBy, callerChecksBy } of connections) {
          look(checkedBy);
          if (callerChecksBy !== null) look(callerChecksBy);
        }
      }
      assert.deepEqual([...faults], []);
      assert.ok(count > 500, String(count));
    });

    await t.step("every flag in a sentence is one of some program", async () => {
      const any = new Set([...known.values()].flatMap((flags) => [...flags]));
      for (const word of ["init", "join"]) {
        flagsIn(await helpOf(kubeadm, word)).forEach((flag) => any.add(flag));
      }
      const sentences = ALL.filter(({ kind }) => kind !== "flag").flatMap((
        { text, faults, renewal, rights },
      ) => [
        ...text,
        ...renewal,
        ...rights.map(({ what }) => what),
        ...faults.flatMap(({ when, words }) => [when, ...words]),
      ]);
      const named = new Set(sentences.flatMap((text) => text.match(/--[a-z][a-z0-9-]*/g) ?? []));
      assert.ok(named.size > 10, [...named].join(" "));
      assert.deepEqual([...named].filter((flag) => !any.has(flag)), []);
    });

    await t.step("the judge says no to others", () => {
      const flag = (component: string, setting: string): ExplainedFlag => ({
        component,
        setting,
        purpose: "",
        removedIn: null,
        acceptedBy: [],
      });
      assert.equal(faultOf(flag("etcd", "--client-ca-file"), null), "etcd --client-ca-file is unknown");
      assert.equal(faultOf(flag("etcd", "--cert-file"), "3.0"), "etcd --cert-file is not gone");
      assert.equal(faultOf(flag("kubelet", "tlsCertificate"), null), "kubelet tlsCertificate is no field");
    });

    await t.step("what kubeadm is said to renew it can renew, and it can renew no more", async () => {
      const help = await helpOf(kubeadm, "certs", "renew");
      const commands = [...help.matchAll(/^ {2}([a-z.-]+) {2,}Renew the certificate/gm)].map(([, name]) =>
        name
      );
      const said = new Set(Object.values(ENTRY_FACTS).flatMap(({ kubeadm }) => kubeadm ?? []));
      commands.push(...[...help.matchAll(/^ {2}([a-z.-]+) Renew the certificate/gm)].map(([, name]) => name));
      assert.deepEqual([...said].sort(), commands.sort());
    });
  },
);
