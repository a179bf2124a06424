/**
 * The static pods that kubeadm makes differ from ours only where we mean it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { testWith } from "../tools.ts";
import { listFiles, withBundles } from "./bundled.ts";
import { at, commandsOf, documentsOf } from "./commands.ts";
import { kubeadm, runIn, specOf } from "./kubeadm.ts";
import { ACCESS } from "./shapes.ts";

/** Flags of a static pod, by name; one that stands there twice has both values. */
function flagsOf(path: string, text: string): Map<string, string> {
  const [command, ...others] = commandsOf({ to: `etc/kubernetes/manifests/${path}`, text });
  if (command === undefined || others.length > 0) assert.fail(`${path}: one container`);
  const flags = new Map<string, string>();
  for (const word of command.words) {
    const [name = "", ...rest] = word.split("=");
    const before = flags.get(name);
    flags.set(name, before === undefined ? rest.join("=") : `${before} and ${rest.join("=")}`);
  }
  return flags;
}

/** `--flag: ours instead of kubeadm's` for each flag that differs. */
function differences(ours: ReadonlyMap<string, string>, theirs: ReadonlyMap<string, string>): string[] {
  const names = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  return names.flatMap((name) => {
    const [own, other] = [ours.get(name) ?? "nothing", theirs.get(name) ?? "nothing"];
    return own === other ? [] : [`${name}: ${own} instead of ${other}`];
  });
}

/** What differs on purpose: our flag in front, kubeadm's behind. */
const PURPOSES: Readonly<Record<string, readonly string[]>> = {
  "kube-apiserver.yaml": [
    // Said aloud, as the units do: these are the defaults.
    "--bind-address: 0.0.0.0 instead of nothing",
    "--service-account-lookup: true instead of nothing",
    "--service-node-port-range: 30000-32767 instead of nothing",
  ],
  "kube-controller-manager.yaml": [
    // The same controllers by their names of today.
    "--controllers: *,bootstrap-signer-controller,token-cleaner-controller instead of *,bootstrapsigner,tokencleaner",
    // Any client of the front proxy's CA could speak for others otherwise.
    "--requestheader-allowed-names: front-proxy-client instead of nothing",
  ],
  "kube-scheduler.yaml": [
    "--client-ca-file: /etc/kubernetes/pki/ca.crt instead of nothing",
    // With --config, which both have, the scheduler ignores the two.
    "--kubeconfig: nothing instead of /etc/kubernetes/scheduler.conf",
    "--leader-elect: nothing instead of true",
    "--requestheader-allowed-names: front-proxy-client instead of nothing",
    "--requestheader-client-ca-file: /etc/kubernetes/pki/front-proxy-ca.crt instead of nothing",
  ],
  "etcd.yaml": [
    // All members are known from the start: none has to join one by one.
    "--initial-cluster: cp-0=https://10.240.0.10:2380,cp-1=https://10.240.0.11:2380,cp-2=https://10.240.0.12:2380 instead of cp-0=https://10.240.0.10:2380",
    "--initial-cluster-state: new instead of nothing",
    "--initial-cluster-token: lab instead of nothing",
    // The same two, in another order.
    "--listen-client-urls: https://10.240.0.10:2379,https://127.0.0.1:2379 instead of https://127.0.0.1:2379,https://10.240.0.10:2379",
    // The default of etcd 3.6 and later.
    "--snapshot-count: nothing instead of 10000",
  ],
};

testWith(
  [kubeadm],
  "our static pods are those of kubeadm, but for what differs on purpose",
  async (t, program = "") => {
    await withBundles(specOf(3), async (hosts) => {
      const root = join(hosts, "cp-0");
      const folder = join(root, "etc/kubernetes/manifests");
      const ours = new Map<string, string>();
      for (const name of Object.keys(PURPOSES)) ours.set(name, await Deno.readTextFile(join(folder, name)));
      assert.deepEqual((await listFiles(folder)).sort(), [...ours.keys()].sort());
      await Deno.remove(folder, { recursive: true });
      await runIn(root, program, "init", "phase", "control-plane", "all");
      await runIn(root, program, "init", "phase", "etcd", "local");
      for (const [name, text] of ours) {
        await t.step(name, async () => {
          const other = await Deno.readTextFile(join(folder, name));
          assert.deepEqual(differences(flagsOf(name, text), flagsOf(name, other)), PURPOSES[name]);
          const [[own], [their]] = [documentsOf(text), documentsOf(other)];
          for (const path of [["metadata"], ["spec", "hostNetwork"], ["spec", "priorityClassName"]]) {
            assert.deepEqual(at(own, ...path), at(their, ...path), path.join("."));
          }
          for (const key of ["image", "imagePullPolicy"]) {
            assert.deepEqual(
              at(own, "spec", "containers", "0", key),
              at(their, "spec", "containers", "0", key),
              key,
            );
          }
          for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
            const [first, second] = [own, their].map((pod) => at(pod, "spec", "containers", "0", probe));
            assert.deepEqual(
              first,
              // A port's name stands for its number.
              JSON.parse(
                JSON.stringify(second ?? null).replace(
                  '"probe-port"',
                  String(at(their, "spec", "containers", "0", "ports", "0", "containerPort")),
                ),
              ) ?? undefined,
              probe,
            );
          }
          // Every path that kubeadm's pod sees, ours sees; and no path is writable that is not in kubeadm's.
          const mounts = [own, their].map((pod) => mountsOf(pod));
          const [mine, theirs] = [mounts[0] ?? new Map(), mounts[1] ?? new Map()];
          for (const [path, isReadOnly] of theirs) {
            assert.ok(mine.has(path), `${name} does not see ${path}`);
            if (isReadOnly) assert.equal(mine.get(path), true, `${name} may write ${path}`);
          }
        });
      }
    });
  },
);

testWith(
  [kubeadm],
  "kubeadm's API server lets in and asks the same as ours, and sees every file that its flags name",
  async (_, program = "") => {
    const spec = specOf(1, { ...ACCESS, users: [{ name: "jane", token: true }] });
    await withBundles(spec, async (hosts) => {
      const root = join(hosts, "cp-0");
      const path = join(root, "etc/kubernetes/manifests/kube-apiserver.yaml");
      const ours = flagsOf("kube-apiserver.yaml", await Deno.readTextFile(path));
      await runIn(root, program, "init", "phase", "control-plane", "apiserver");
      const text = await Deno.readTextFile(path);
      const theirs = flagsOf("kube-apiserver.yaml", text);
      assert.deepEqual(differences(ours, theirs), PURPOSES["kube-apiserver.yaml"]);
      const mounts = [...mountsOf(documentsOf(text)[0]).keys()];
      const files = [...theirs.values()].flatMap((value) => value.split(" and ")).filter((value) =>
        value.startsWith("/etc/kubernetes/")
      );
      for (const file of files) {
        assert.ok(mounts.some((mount) => file.startsWith(`${mount}/`)), `${file} is not mounted`);
        await Deno.stat(join(root, file));
      }
      for (const flag of ["--token-auth-file", "--authorization-policy-file"]) {
        assert.ok(files.includes(theirs.get(flag) ?? ""), flag);
      }
    });
  },
);

/** Paths of the machine that a pod sees, and whether it only reads there. */
function mountsOf(pod: unknown): Map<string, boolean> {
  const [volumes, mounts] = [at(pod, "spec", "volumes"), at(pod, "spec", "containers", "0", "volumeMounts")];
  assert.ok(Array.isArray(volumes) && Array.isArray(mounts));
  return new Map(mounts.map((mount): [string, boolean] => {
    const volume: unknown = volumes.find((each) => at(each, "name") === at(mount, "name"));
    assert.equal(at(volume, "hostPath", "path"), at(mount, "mountPath"));
    return [String(at(mount, "mountPath")), at(mount, "readOnly") === true];
  }));
}
