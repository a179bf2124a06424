/**
 * The table of design section 8: every path of both layouts, its mode, and who has it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { LAYOUTS, MANIFESTS, TEMPLATES } from "../scripts/render/layouts.ts";
import { isBundlePath } from "../scripts/render/paths.ts";
import { bundleInMemory, OURS, rendererOf } from "./bundled.ts";

/** Every kind of machine: with and without a kubelet, a member of its own, pods, routes. */
const EVERYTHING = `name: lab
keys: { ca: ECDSA-P256, leaf: ECDSA-P256 }
controlPlane:
  - { name: cp, addresses: [10.240.0.10] }
workers:
  - { name: node-0, addresses: [10.240.0.20], podCIDR: 10.200.0.0/24 }
  - { name: node-1, addresses: [10.240.0.21], podCIDR: 10.200.1.0/24 }
etcd: { members: [{ name: etcd-0, addresses: [10.240.0.30] }] }
admin: { group: platform }
`;

/** Path and mode of each file of a machine, as \`0600 path\`. */
async function listed(text: string, name: string): Promise<string[]> {
  const { machines } = await bundleInMemory(text);
  const files = [...machines.get(name)?.files ?? []];
  return files.map(([path, { mode }]) => `0${mode.toString(8)} ${path}`).sort((a, b) =>
    a.slice(5) < b.slice(5) ? -1 : 1
  );
}

/** The shared PKI of a control plane. */
function sharedPki(folder: string, crt: (base: string) => string, key: (base: string) => string): string[] {
  const pairs = ["apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-client"];
  return [
    `0644 ${folder}/${crt("ca")}`,
    `0600 ${folder}/${key("ca")}`,
    `0644 ${folder}/${crt("etcd/ca")}`,
    `0644 ${folder}/${crt("front-proxy-ca")}`,
    ...pairs.flatMap((base) => [`0644 ${folder}/${crt(base)}`, `0600 ${folder}/${key(base)}`]),
    `0600 ${folder}/sa.key`,
    `0644 ${folder}/sa.pub`,
  ];
}

const CONFIGURATIONS = [
  "audit-policy",
  "authentication-config",
  "authorization-config",
  "encryption-config",
  "kube-scheduler",
].map((name) => `0600 etc/kubernetes/config/${name}.yaml`);

const KUBE_PROXY = [
  "0644 etc/systemd/system/kube-proxy.service",
  "0600 var/lib/kube-proxy/kube-proxy-config.yaml",
  "0600 var/lib/kube-proxy/kubeconfig",
];

function sorted(lines: readonly string[]): string[] {
  return [...lines].sort((a, b) => a.slice(5) < b.slice(5) ? -1 : 1);
}

for (const naming of ["crt", "pem"] as const) {
  const crt = (base: string): string => `${base}.${naming}`;
  const key = (base: string): string => naming === "crt" ? `${base}.key` : `${base}-key.pem`;
  const text = `${EVERYTHING}files: { naming: ${naming} }\n`;
  const pair = (base: string): string[] => [`0644 ${crt(base)}`, `0600 ${key(base)}`];
  const kubelet = [
    "0644 etc/kubernetes/config/containerd-config.toml",
    // CIS 4.1.1, 4.1.5 and 4.1.9.
    "0600 etc/systemd/system/kubelet.service",
    "0600 var/lib/kubelet/kubeconfig",
    "0600 var/lib/kubelet/kubelet-config.yaml",
    `0644 var/lib/kubelet/pki/${crt("ca")}`,
    ...pair("var/lib/kubelet/pki/kubelet"),
    ...pair("var/lib/kubelet/pki/kubelet-client"),
  ];

  Deno.test(`the hard way's layout has every file of the table at its place and with its mode, naming ${naming}`, async () => {
    assert.deepEqual(
      await listed(text, "cp"),
      sorted([
        ...sharedPki("var/lib/kubernetes/pki", crt, key),
        "0600 var/lib/kubernetes/kube-controller-manager.kubeconfig",
        "0600 var/lib/kubernetes/kube-scheduler.kubeconfig",
        "0644 etc/systemd/system/kube-apiserver.service",
        "0644 etc/systemd/system/kube-controller-manager.service",
        "0644 etc/systemd/system/kube-scheduler.service",
        ...CONFIGURATIONS,
        ...kubelet,
        ...KUBE_PROXY,
        "0644 etc/kubernetes/hosts",
        "0755 etc/kubernetes/routes.sh",
      ]),
    );
    assert.deepEqual(
      await listed(text, "node-0"),
      sorted([
        ...kubelet,
        ...KUBE_PROXY,
        "0644 etc/kubernetes/hosts",
        "0755 etc/kubernetes/routes.sh",
        // CIS 1.1.9.
        "0600 etc/cni/net.d/10-bridge.conf",
        "0600 etc/cni/net.d/99-loopback.conf",
      ]),
    );
    assert.deepEqual(
      await listed(text, "etcd-0"),
      sorted([
        `0644 etc/etcd/pki/${crt("ca")}`,
        ...pair("etc/etcd/pki/server"),
        ...pair("etc/etcd/pki/peer"),
        ...pair("etc/etcd/pki/healthcheck-client"),
        "0644 etc/systemd/system/etcd.service",
      ]),
    );
    assert.deepEqual(await listed(text, "admin"), [
      "0600 admin.kubeconfig",
      "0644 ca.crt",
      "0644 manifests/cluster-admins.yaml",
      "0644 manifests/kubelet-api-admin.yaml",
      "0644 manifests/tls-bootstrap.yaml",
    ]);
  });

  Deno.test(`kubeadm's layout has kubeadm's own places and names, whatever the naming: ${naming}`, async () => {
    const kubeadm = `${EVERYTHING}files: { layout: kubeadm, naming: ${naming} }\n`;
    const etcd = ["healthcheck-client", "peer", "server"].flatMap((base) => [
      `0644 etc/kubernetes/pki/etcd/${base}.crt`,
      `0600 etc/kubernetes/pki/etcd/${base}.key`,
    ]);
    const node = [
      "0600 etc/kubernetes/kubelet.conf",
      "0600 var/lib/kubelet/config.yaml",
      ...["kubelet", "kubelet-client"].flatMap((base) => [
        `0644 var/lib/kubelet/pki/${base}.crt`,
        `0600 var/lib/kubelet/pki/${base}.key`,
      ]),
      ...KUBE_PROXY,
      "0644 etc/kubernetes/hosts",
    ];
    assert.deepEqual(
      await listed(kubeadm, "cp"),
      sorted([
        ...sharedPki("etc/kubernetes/pki", (base) => `${base}.crt`, (base) => `${base}.key`),
        ...["admin", "super-admin", "controller-manager", "scheduler"].map((name) =>
          `0600 etc/kubernetes/${name}.conf`
        ),
        // CIS 1.1.1 to 1.1.8.
        ...["apiserver", "controller-manager", "scheduler"].map((name) =>
          `0600 etc/kubernetes/manifests/kube-${name}.yaml`
        ),
        "0600 etc/kubernetes/kubeadm.yaml",
        ...CONFIGURATIONS,
        ...node,
      ]),
    );
    assert.deepEqual(
      await listed(kubeadm, "node-0"),
      sorted([...node, "0644 etc/kubernetes/pki/ca.crt"]),
    );
    assert.deepEqual(
      await listed(kubeadm, "etcd-0"),
      sorted([
        "0644 etc/kubernetes/pki/etcd/ca.crt",
        ...etcd,
        "0600 etc/kubernetes/manifests/etcd.yaml",
      ]),
    );
    assert.deepEqual(await listed(kubeadm, "admin"), [
      "0644 ca.crt",
      "0600 etc/kubernetes/admin.conf",
      "0600 etc/kubernetes/super-admin.conf",
      "0600 kubeadm.yaml",
      "0644 manifests/cluster-admins.yaml",
      "0644 manifests/kubelet-api-admin.yaml",
      "0644 manifests/tls-bootstrap.yaml",
    ]);
  });
}

Deno.test("without signing no control plane has the CA's key, in either layout, and its controller-manager does not ask for it", async () => {
  for (const layout of ["hard-way", "kubeadm"]) {
    const text = `${EVERYTHING}files: { layout: ${layout} }\ncontrollerManager: { signing: false }\n`;
    const { machines } = await bundleInMemory(text);
    const files = machines.get("cp")?.files ?? new Map();
    assert.deepEqual([...files.keys()].filter((path) => path.endsWith("/ca.key")), []);
    const manager = [...files].find(([path]) => /controller-manager\.(yaml|service)$/.test(path))?.[1].text;
    assert.ok(manager.includes("--root-ca-file="));
    assert.doesNotMatch(manager, /cluster-signing|ca\.key/);
    // Nobody would sign what a kubelet asked for.
    const kubelet = [...files].find(([path]) => /kubelet(-config|\/config)\.yaml$/.test(path))?.[1].text;
    assert.match(kubelet, /^rotateCertificates: false$/m);
  }
});

Deno.test("a binding for the administrator's group is there unless the group needs none", async () => {
  const { machines } = await bundleInMemory(EVERYTHING.replace(/^admin.*\n/m, ""));
  assert.deepEqual([...machines.get("admin")?.files.keys() ?? []], [
    "admin.kubeconfig",
    "ca.crt",
    "manifests/kubelet-api-admin.yaml",
    "manifests/tls-bootstrap.yaml",
  ]);
});

Deno.test("everything a machine can have is a path that manifests may name; nothing climbs, and none is a folder's", () => {
  for (const layout of ["hard-way", "kubeadm"]) {
    for (const naming of ["crt", "pem"]) {
      const { renderer } = rendererOf(`${EVERYTHING}files: { layout: ${layout}, naming: ${naming} }\n`);
      for (const host of renderer.hosts) {
        for (const { to } of renderer.filesOf(host)) {
          assert.ok(isBundlePath(`hosts/${host.name}/${to}`), to);
          assert.match(to, /^[a-z][\w.-]*(\/[a-z0-9][\w.-]*)*$/);
        }
      }
    }
  }
  for (const { to } of MANIFESTS) assert.ok(isBundlePath(to.slice(1)));
  for (const host of ["node-0", "admin", "a.b-c"]) assert.ok(isBundlePath(`hosts/${host}.tar`));
  for (
    const path of [
      "hosts",
      "hosts/",
      "hosts/manifest.json",
      "hosts/.tar",
      "hosts/UP.tar",
      "hosts/../pki/ca.key",
      "hosts/../pki.tar",
      "hosts/node-0/../../pki/ca.key",
      "hosts/node-0/etc/passwd",
      "hosts/node-0/etc/kubernetes",
      "hosts/../etc/kubernetes/hosts",
      "hosts/./etc/kubernetes/hosts",
      "hosts//etc/kubernetes/hosts",
      "hosts/node-0//etc/kubernetes/hosts",
      "hosts/kubernetes/",
      "manifests/other.yaml",
      "pki/ca.key",
      "manifest.json",
    ]
  ) assert.ok(!isBundlePath(path), path);
});

Deno.test("each template of the table is there, and each file under templates/ for machines is in the table", () => {
  const folders = ["config", "manifests", "network", "static-pods", "units"];
  const found = folders.flatMap((folder) =>
    [...Deno.readDirSync(new URL(`../templates/${folder}/`, import.meta.url))].map(({ name }) =>
      `${folder}/${name}`
    )
  );
  assert.deepEqual(found.sort(), [...TEMPLATES]);
  assert.deepEqual(OURS.map(({ name }) => name), [...TEMPLATES]);
  assert.ok(OURS.every(({ override }) => override === undefined));
});

Deno.test("no layout names a path twice but for the same content", () => {
  for (const [layout, components] of Object.entries(LAYOUTS)) {
    const seen = new Map<string, string>();
    for (const { on, files } of components) {
      for (const file of files) {
        const what = file.kind === "copy" ? `${file.id} ${file.part}` : file.template;
        const path = `${file.to} ${file.kind === "copy" ? file.part : ""}`;
        // A machine can be of every kind, but no machine is a workstation.
        const key = `${on === "admin" ? "admin" : "machine"} ${path}`;
        assert.equal(seen.get(key) ?? what, what, `${layout} ${path}`);
        seen.set(key, what);
      }
    }
  }
});
