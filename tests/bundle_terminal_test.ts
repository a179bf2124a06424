/**
 * What a person sees of `bundle`, on 80 columns and without colour, and what `provision` says of it.
 */
import assert from "node:assert/strict";
import { provision } from "../mod.ts";
import { formatNext } from "../scripts/write/report.ts";
import { assertNoSecret, type Result, run, withSpec } from "./run.ts";

const SPEC = `name: lab
validity: { notBefore: 2026-01-01T00:00:00Z, ca: 100y, leaf: 50y }
controlPlane: [{ name: server, addresses: [10.240.0.10], kubelet: false }]
workers:
  - { name: node-0, addresses: [10.240.0.20], podCIDR: 10.200.0.0/24 }
  - { name: node-1, addresses: [10.240.0.21], podCIDR: 10.200.1.0/24 }
etcd: { members: [{ name: etcd-0, addresses: ["fd00::30"] }] }
`;

/** Everything a person sees of a run, but for what depends on the moment. */
function screen({ code, stdout, stderr }: Result): string {
  const text = `exit ${code}\n--- stdout\n${stdout}--- stderr\n${stderr}`;
  return text.replace(/\d+\.\d\d s/g, "N s").replace(/"seconds": [\d.e-]+/, `"seconds": 0`)
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "TIME").replace(/[ \t]+$/gm, "");
}

async function snapshot(t: Deno.TestContext, text: string): Promise<void> {
  const { assertSnapshot } = t as unknown as { assertSnapshot: (value: string) => Promise<void> };
  await assertSnapshot.call(t, text);
}

Deno.test("bundle says what each machine got, what changed and how to copy it", async (t) => {
  await withSpec(SPEC, async (folder) => {
    const step = async (name: string, args: readonly string[] = []): Promise<void> => {
      const result = await run("bundle", args, { cwd: folder });
      assertNoSecret(result.stdout + result.stderr, folder);
      assert.ok(!(result.stdout + result.stderr).includes("\x1b"), "no escape codes where nobody watches");
      await t.step(name, async (inner) => await snapshot(inner, screen(result)));
    };
    await step("dry run of a first run in part", ["--dry-run", "--only", "etcd-0"]);
    await step("first run");
    await step("nothing to do");
    await step("archives", ["--tar"]);
    await step("one archive as JSON", ["--tar", "--only", "node-1", "-o", "json"]);
    await step("the workstation alone", ["--only", "admin"]);
    Deno.writeTextFileSync(
      `${folder}/cluster.yaml`,
      SPEC.replace("node-1, addresses: [10.240.0.21]", "node-2, addresses: [10.240.0.22]") +
        "controllerManager: { signing: false }\n",
    );
    await step("dry run of a change", ["--dry-run"]);
    await step("change");
    await provision({ folder, prune: true });
    await step("prune", ["--prune"]);
    Deno.writeTextFileSync(`${folder}/out/lab/hosts/admin/ca.crt`, "mine\n");
    await step("refusal");
    await step("quiet refusal", ["--quiet"]);
    await step("force", ["--force", "--only", "admin"]);
    await step("quiet", ["--quiet"]);
    await step("pattern that matches nothing", ["--only", "nod-2"]);
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, `${SPEC}kubernetesVersion: "1.33"\n`);
    await step("release out of range");
    await step("unknown flag", ["--tra"]);
    await step("help", ["--help"]);
  });
});

Deno.test("bundle for kubeadm applies the manifests as super-admin", async (t) => {
  const text = SPEC.replace(", kubelet: false", "").replace(/^etcd.*\n/m, "") +
    "files: { layout: kubeadm }\n";
  await withSpec(text, async (folder) => {
    await snapshot(t, screen(await run("bundle", ["--out", "a folder"], { cwd: folder })));
  });
});

Deno.test("whose group has no rights yet is told who can apply the manifests", async () => {
  await withSpec(`${SPEC}admin: { group: operators }\n`, async (folder) => {
    const { stderr } = await run("bundle", [], { cwd: folder });
    assert.match(
      stderr,
      / apply -f \S+\/manifests\/\n {2}with the kubeconfig of a user in system:masters: before, "operators" may do nothing\n$/,
    );
    const apply = Deno.readTextFileSync(`${folder}/out/lab/manifests/cluster-admins.yaml`);
    assert.match(apply, /name: operators$/m);
  });
});

Deno.test("a new seed is told with --quiet too, and on a run that is refused after it", async () => {
  await withSpec(SPEC, async (folder) => {
    Deno.removeSync(`${folder}/cluster.seed`);
    const quiet = await run("bundle", ["--quiet"], { cwd: folder });
    assert.deepEqual([quiet.code, quiet.stdout], [0, ""]);
    assert.match(quiet.stderr, /^New seed: cluster\.seed\n/);
  });
});

Deno.test("a large cluster's machines are counted after the first ten, and the JSON has them all", async () => {
  const text = SPEC.replace(
    /^workers:\n(.*\n){2}/m,
    'workers: [{ name: "pool-[00-19]", addresses: [10.241.0.0/24] }]\n',
  );
  await withSpec(text, async (folder) => {
    const { stdout, stderr } = await run("bundle", [], { cwd: folder });
    assert.equal(stdout.split("\n").filter((line) => line.startsWith("  out/lab/hosts/")).length, 10);
    assert.match(stdout, /\n {2}\.\.\. and 13 more\n {2}out\/lab\/hosts\/admin +4 files +workstation\n/);
    assert.equal(stderr.match(/\| ssh root@/g)?.length, 10);
    assert.match(stderr, /\n {2}\.\.\. and 12 more: -o json has them all\n/);
    const json = JSON.parse((await run("bundle", ["-o", "json"], { cwd: folder })).stdout);
    assert.equal(json.machines.filter(({ copy }: { copy?: string }) => copy !== undefined).length, 22);
  });
});

Deno.test("provision says in one line which machines there are and how to bundle them, within the terminal", async () => {
  const long = "n".repeat(52);
  const cases: [readonly string[], string][] = [
    [["server", "node-0", "node-1"], "a folder each for server, node-0, node-1"],
    [["server", ...Array(500).fill("pool-000")], "a folder each for server and 500 more"],
    [["server", ...Array(5).fill("w-0")], "a folder each for server, w-0 and 4 more"],
    [["server", long], "a folder each for server and 1 more"],
    [[long], "a folder each for 1 machine"],
  ];
  await withSpec(SPEC, async (folder) => {
    const { stderr } = await run("provision", [], { cwd: folder });
    const lines = stderr.split("\n").filter((line) => line.includes("bundle"));
    assert.deepEqual(lines, ["  deno task bundle                a folder each for server and 3 more"]);
    const report = await provision({ folder, out: "other" });
    assert.deepEqual(report.machines, ["server", "node-0", "node-1", "etcd-0"]);
    for (const [machines, words] of cases) {
      const next = formatNext({ ...report, machines }, false, 80).split("\n");
      const [line = "", ...more] = next.filter((one) => one.includes("bundle"));
      assert.deepEqual([line.trim().replace(/^deno task bundle {2,}/, ""), more], [words, []]);
      assert.ok(line.length <= 80, line);
    }
  });
});
