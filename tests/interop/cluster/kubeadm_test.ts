/**
 * kubeadm itself takes over what a control plane's bundle holds: it makes and changes nothing of the PKI and of the
 * kubeconfigs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { SpecInput } from "../../../mod.ts";
import { run, testWith } from "../tools.ts";
import { listFiles, withBundles } from "./bundled.ts";
import { CONFIG, kubeadm, linesOf, runIn, specOf } from "./kubeadm.ts";

const EXTERNAL: Partial<SpecInput> = {
  etcd: { members: [{ name: "etcd-0", addresses: ["10.240.0.30"] }] },
};

/** The clusters, what is special about them, and which of their control planes is looked at. */
const CASES: readonly {
  readonly title: string;
  readonly spec: SpecInput;
  readonly planes: readonly number[];
}[] = [
  {
    title: "one control plane, CAs of RSA",
    spec: specOf(1, { keys: { ca: "RSA-2048", leaf: "ECDSA-P256", serviceAccount: "RSA-2048" } }),
    planes: [0],
  },
  { title: "three control planes", spec: specOf(3), planes: [0, 1, 2] },
  {
    title: "a control plane that does not sign",
    spec: specOf(1, {
      controllerManager: { signing: false },
      keys: { ca: "ECDSA-P384", leaf: "ECDSA-P384", serviceAccount: "ECDSA-P256" },
    }),
    planes: [0],
  },
  { title: "etcd on machines of its own", spec: specOf(2, EXTERNAL), planes: [0, 1] },
];

/** Everything that a write would change. */
async function snapshot(root: string): Promise<Map<string, unknown>> {
  const files = await listFiles(root);
  const folders = new Set(files.map((file) => file.slice(0, Math.max(0, file.lastIndexOf("/")))));
  const entries = [...folders, ...files].map(async (path): Promise<[string, unknown]> => {
    const info = await Deno.stat(join(root, path));
    const bytes = info.isFile ? (await Deno.readFile(join(root, path))).toHex() : undefined;
    return [path, [
      bytes,
      info.mode,
      info.uid,
      info.gid,
      info.ino,
      info.mtime?.getTime(),
      info.ctime?.getTime(),
    ]];
  });
  return new Map(await Promise.all(entries));
}

const LEAVES = ["apiserver", "apiserver-kubelet-client", "front-proxy-client"];
const ETCD_LEAVES = ["etcd/server", "etcd/peer", "etcd/healthcheck-client", "apiserver-etcd-client"];

/** What is special about a control plane. */
interface Plane {
  readonly isFirst: boolean;
  readonly isExternal: boolean;
  readonly isSigning: boolean;
}

/** What `kubeadm init phase certs all` says when everything is there. */
function takenOver({ isExternal, isSigning }: Plane): string[] {
  const existing = (name: string, what: string): string => `Using existing ${name} ${what}`;
  return [
    'Using certificateDir folder "/etc/kubernetes/pki"',
    existing("ca", isSigning ? "certificate authority" : "keyless certificate authority"),
    existing("front-proxy-ca", "keyless certificate authority"),
    ...isExternal ? [] : [existing("etcd/ca", "keyless certificate authority")],
    ...[...LEAVES, ...isExternal ? [] : ETCD_LEAVES].map((name) =>
      existing(name, "certificate and key on disk")
    ),
    isSigning ? 'Using the existing "sa" key' : "Using existing sa keys",
  ];
}

/** What `kubeadm certs check-expiration` has a row for. */
function endingThings({ isExternal, isFirst }: Plane): string[] {
  return [
    "admin.conf",
    "controller-manager.conf",
    "scheduler.conf",
    ...isFirst ? ["super-admin.conf"] : [],
    "ca",
    "front-proxy-ca",
    ...LEAVES,
    ...isExternal
      ? []
      : ["apiserver-etcd-client", "etcd-ca", "etcd-healthcheck-client", "etcd-peer", "etcd-server"],
  ];
}

/** Has kubeadm look at all that is in a control plane's tree. */
async function takeOver(program: string, root: string, plane: Plane): Promise<void> {
  const before = await snapshot(root);
  assert.equal((await runIn(root, program, "config", "validate")).stdout.trim(), "ok");

  const certs = linesOf(await runIn(root, program, "init", "phase", "certs", "all"), "certs");
  const done = certs.filter((line) => !line.startsWith("External etcd mode: Skipping "));
  assert.deepEqual(done.sort(), takenOver(plane).sort());

  // Only the first control plane has a super-admin, as kubeadm does it.
  const names = [
    "admin",
    "kubelet",
    "controller-manager",
    "scheduler",
    ...plane.isFirst ? ["super-admin"] : [],
  ];
  for (const name of names) {
    const made = await runIn(root, program, "init", "phase", "kubeconfig", name);
    assert.deepEqual(linesOf(made, "kubeconfig"), [
      plane.isSigning
        ? `Using existing kubeconfig file: "/etc/kubernetes/${name}.conf"`
        : `External CA mode: Using user provided ${name}.conf`,
    ]);
  }

  const { stdout } = await runIn(root, program, "certs", "check-expiration");
  const rows = stdout.split("\n").map((line) => line.trim().split(/\s{2,}/));
  const found = rows.flatMap(([name = "", end = ""]) =>
    /^[A-Z][a-z]{2} \d\d, \d{4} \d\d:\d\d UTC$/.test(end) ? [name] : []
  );
  assert.deepEqual(found.sort(), endingThings(plane).sort());

  assert.deepEqual(await snapshot(root), before);
}

for (const { title, spec, planes } of CASES) {
  testWith(
    [kubeadm],
    `kubeadm takes over every certificate and kubeconfig, and writes nothing: ${title}`,
    async (t, program = "") => {
      await withBundles(spec, async (hosts) => {
        for (const plane of planes) {
          await t.step(`cp-${plane}`, async () => {
            await takeOver(program, join(hosts, `cp-${plane}`), {
              isFirst: plane === 0,
              isExternal: spec.etcd !== undefined,
              isSigning: spec.controllerManager?.signing !== false,
            });
          });
        }
      });
    },
  );
}

testWith(
  [kubeadm],
  "kubeadm's own checks before init do not stumble over our static pods",
  async (_, program = "") => {
    await withBundles(specOf(1), async (hosts) => {
      const root = join(hosts, "cp-0");
      // The rest of it misses a runtime, a kubelet and a system in the tree.
      const words = ["--rootfs", root, "init", "phase", "preflight", "--config", CONFIG];
      const { stderr } = await run(program, words);
      const found = [...stderr.matchAll(/\[(\w+) FileAvailable--etc-kubernetes-manifests-([\w-]+)\.yaml\]/g)];
      assert.deepEqual(
        found.map(([, severity, pod]) => `${severity} ${pod}`).sort(),
        ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"].map((pod) =>
          `WARNING ${pod}`
        ),
      );
    });
  },
);

testWith(
  [kubeadm],
  "kubeadm refuses a tree in which a certificate or kubeconfig is another's",
  async (_, program = "") => {
    await withBundles(specOf(1), async (hosts) => {
      const root = join(hosts, "cp-0");
      const pki = join(root, "etc/kubernetes/pki");
      const kept = await Deno.readFile(join(pki, "apiserver.crt"));
      await Deno.copyFile(join(pki, "front-proxy-client.crt"), join(pki, "apiserver.crt"));
      const certs = await run(program, [
        "--rootfs",
        root,
        "init",
        "phase",
        "certs",
        "apiserver",
        "--config",
        CONFIG,
      ]);
      assert.notEqual(certs.code, 0);
      assert.match(certs.stderr, /certificate apiserver not signed by CA certificate ca/);
      await Deno.writeFile(join(pki, "apiserver.crt"), kept);

      await Deno.remove(join(root, "etc/kubernetes/scheduler.conf"));
      const before = await snapshot(root);
      const made = await runIn(root, program, "init", "phase", "kubeconfig", "scheduler");
      assert.deepEqual(linesOf(made, "kubeconfig"), ['Writing "scheduler.conf" kubeconfig file']);
      assert.notDeepEqual(await snapshot(root), before);
    });
  },
);
