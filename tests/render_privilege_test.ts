/**
 * Least privilege: which keys a machine holds, decided by the bytes of keys and not by the names of files.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import type { SpecInput } from "../mod.ts";
import { webhooksOf } from "../scripts/plan/features.ts";
import { validSpec } from "./arbitraries.ts";
import { type Bundled, type BundledCluster, bundleInMemory, keysIn } from "./bundled.ts";

const RUNS = { seed: 20260101, numRuns: 24 };

/** Any cluster that can be bundled, with keys that are quick to make. */
const bundledSpec: fc.Arbitrary<SpecInput> = fc.record({
  spec: validSpec,
  minor: fc.constantFrom("1.34", "1.35", "1.36", "1.37"),
  layout: fc.constantFrom("hard-way" as const, "kubeadm" as const),
  signing: fc.boolean(),
}).map(({ spec, minor, layout, signing }) => ({
  ...spec,
  kubernetesVersion: minor,
  keys: layout === "kubeadm" ? { ca: "ECDSA-P256", leaf: "ECDSA-P256" } : { ca: "Ed25519", leaf: "Ed25519" },
  files: { ...spec.files, layout },
  controllerManager: { signing },
  ...(layout === "kubeadm" &&
    { controlPlane: spec.controlPlane.map((machine) => ({ ...machine, kubelet: true })) }),
}));

/** The keys that a machine must have, no more and no less. */
function expectedKeys({ spec }: BundledCluster, { host: { name, bears, conditions } }: Bundled): string[] {
  const ids: string[] = [];
  const isKubeadm = spec.layout === "kubeadm";
  if (bears.has("control-plane")) {
    ids.push("apiserver", "apiserver-kubelet-client", "apiserver-etcd-client", "front-proxy-client");
    ids.push("service-account", "controller-manager", "scheduler");
    if (spec.isSigning) ids.push("ca");
    ids.push(...webhooksOf(spec).map(({ name }) => `webhook-client/${name}`));
    if (isKubeadm) ids.push("admin");
    if (isKubeadm && conditions.has("first")) ids.push("super-admin");
  }
  if (bears.has("member")) ids.push(`etcd-server/${name}`, `etcd-peer/${name}`, "etcd-healthcheck-client");
  if (bears.has("node")) ids.push(`kubelet-server/${name}`, `kubelet-client/${name}`, "kube-proxy");
  if (bears.has("admin")) ids.push("admin", ...(isKubeadm ? ["super-admin"] : []));
  return ids.sort();
}

function keysOf(cluster: BundledCluster, { files, host }: Bundled): string[] {
  const found = new Set<string>();
  for (const [path, { text, mode }] of files) {
    for (const digest of keysIn(text)) {
      const owner = cluster.owners.get(digest);
      assert.ok(owner !== undefined, `${host.name}: ${path} holds a key that nobody in the plan owns`);
      assert.equal(mode, 0o600, `${host.name}: ${path} holds the key of ${owner}`);
      found.add(owner);
    }
  }
  return [...found].sort();
}

Deno.test("a machine of any cluster holds its own keys and no other's, in both layouts", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(bundledSpec, async (input) => {
      const cluster = await bundleInMemory(input);
      for (const [name, machine] of cluster.machines) {
        assert.deepEqual(keysOf(cluster, machine), expectedKeys(cluster, machine), name);
        seen.add([cluster.spec.layout, ...[...machine.host.bears].sort()].join(" "));
      }
    }),
    RUNS,
  );
  // The clusters had every kind of machine, or the test says nothing of it.
  for (
    const kind of [
      "hard-way admin",
      "hard-way control-plane machine member node",
      "hard-way control-plane machine member",
      "hard-way control-plane machine",
      "hard-way machine node",
      "hard-way member",
      "kubeadm admin",
      "kubeadm control-plane machine member node",
      "kubeadm control-plane machine node",
      "kubeadm machine node",
      "kubeadm member",
    ]
  ) assert.ok(seen.has(kind), `no cluster had a ${kind}`);
});

/** What secrets that are no keys of certificates look like. */
const ENCRYPTION = "EncryptionConfiguration";

Deno.test("of what encrypts etcd's contents only control planes know; an etcd member beside them has etcd's part alone", async () => {
  await fc.assert(
    fc.asyncProperty(bundledSpec, async (input) => {
      const { machines, spec } = await bundleInMemory(input);
      const plane = machines.get(spec.controlPlane[0]?.name ?? "");
      const key = /secret: (\S+)/.exec(
        plane?.files.get("etc/kubernetes/config/encryption-config.yaml")?.text ?? "",
      )?.[1];
      assert.ok(key !== undefined && key.length === 44);
      for (const { host, files } of machines.values()) {
        const text = [...files.values()].map((file) => file.text).join("\n");
        const isPlane = host.bears.has("control-plane");
        assert.deepEqual([text.includes(key), text.includes(ENCRYPTION)], [isPlane, isPlane], host.name);
        if (host.bears.size !== 1 || !host.bears.has("member")) continue;
        const paths = [...files.keys()];
        const stray = paths.filter((path) =>
          !/^etc\/(etcd|kubernetes)\/pki\/|^etc\/systemd\/system\/etcd\.service$|^etc\/kubernetes\/manifests\/etcd\.yaml$/
            .test(path)
        );
        assert.deepEqual([stray, paths.length], [[], 8], host.name);
      }
    }),
    RUNS,
  );
});

Deno.test("static tokens are on control planes alone, and bootstrap tokens with the administrator alone", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(bundledSpec, async (input) => {
      const { machines } = await bundleInMemory(input);
      const textsOf = ({ files }: Bundled): string => [...files.values()].map(({ text }) => text).join("\n");
      const all = [...machines.values()];
      const admin = all.find(({ host }) => host.bears.has("admin"));
      const plane = all.find(({ host }) => host.bears.has("control-plane"));
      const tokens =
        plane?.files.get("etc/kubernetes/config/tokens.csv")?.text.match(/^[a-z0-9]{40}(?=,)/gm) ?? [];
      const secrets = admin?.files.get("manifests/bootstrap-tokens.yaml")?.text
        .match(/(?<=token-secret: "?)[a-z0-9]{16}/g) ?? [];
      for (const machine of all) {
        const text = textsOf(machine);
        const { bears, name } = machine.host;
        for (const one of tokens) assert.equal(text.includes(one), bears.has("control-plane"), name);
        for (const one of secrets) assert.equal(text.includes(one), bears.has("admin"), name);
      }
      if (tokens.length > 0) seen.add("tokens");
      if (secrets.length > 0) seen.add("secrets");
    }),
    RUNS,
  );
  assert.equal(seen.size, 2);
});

const CLUSTER = `name: lab
keys: { ca: ECDSA-P256, leaf: ECDSA-P256 }
controlPlane:
  - { name: cp-0, addresses: [10.240.0.10] }
  - { name: cp-1, addresses: [10.240.0.11] }
  - { name: cp-2, addresses: [10.240.0.12] }
workers:
  - { name: node-0, addresses: [10.240.0.20], podCIDR: 10.200.0.0/24 }
  - { name: node-1, addresses: [10.240.0.21], podCIDR: 10.200.1.0/24 }
`;

/** How the files of two machines differ. */
interface Differences {
  /** Files whose differing lines are the same once both machines' names, addresses and pod networks are. */
  readonly byIdentity: string[];
  /** Files that differ otherwise. */
  readonly otherwise: string[];
}

function differences(one: Bundled | undefined, other: Bundled | undefined): Differences {
  assert.ok(one !== undefined && other !== undefined);
  assert.deepEqual([...one.files.keys()], [...other.files.keys()]);
  const words = [one, other].flatMap(({ host }) => [
    [host.member?.addresses[0]?.text ?? "", "ADDRESS"],
    [host.machine?.podCIDRs[0]?.text ?? "none", "PODS"],
    [host.name, "NAME"],
  ]);
  const neutral = (line: string): string =>
    words.reduce((text, [word = "", by = ""]) => text.replaceAll(word, by), line);
  const found: Differences = { byIdentity: [], otherwise: [] };
  for (const [path, { text, mode }] of one.files) {
    const twin = other.files.get(path);
    assert.equal(twin?.mode, mode, path);
    if (text === twin?.text) continue;
    const [lines, twins] = [text.split("\n"), (twin?.text ?? "").split("\n")];
    const isSame = lines.length === twins.length &&
      lines.every((line, index) => line === twins[index] || neutral(line) === neutral(twins[index] ?? ""));
    found[isSame ? "byIdentity" : "otherwise"].push(path);
  }
  return found;
}

const KUBELET_KEYS = ["kubelet-client.crt", "kubelet-client.key", "kubelet.crt", "kubelet.key"].map((name) =>
  `var/lib/kubelet/pki/${name}`
);

Deno.test("two workers differ in their names, addresses, pod networks, keys and certificates, and in nothing else", async () => {
  const hard = (await bundleInMemory(CLUSTER)).machines;
  assert.deepEqual(differences(hard.get("node-0"), hard.get("node-1")), {
    byIdentity: [
      "etc/cni/net.d/10-bridge.conf",
      // Each has a route to the other.
      "etc/kubernetes/routes.sh",
      "etc/systemd/system/kubelet.service",
      "var/lib/kube-proxy/kube-proxy-config.yaml",
      "var/lib/kubelet/kubelet-config.yaml",
    ],
    otherwise: ["var/lib/kubelet/kubeconfig", ...KUBELET_KEYS],
  });
  const { machines } = await bundleInMemory(`${CLUSTER}files: { layout: kubeadm }\n`);
  assert.deepEqual(differences(machines.get("node-0"), machines.get("node-1")), {
    byIdentity: ["var/lib/kube-proxy/kube-proxy-config.yaml", "var/lib/kubelet/config.yaml"],
    otherwise: ["etc/kubernetes/kubelet.conf", ...KUBELET_KEYS],
  });
});

Deno.test("two control planes share their PKI to the byte, and differ in what is etcd's, the kubelet's and their address", async () => {
  const members = ["peer.crt", "peer.key", "server.crt", "server.key"];
  const hard = (await bundleInMemory(CLUSTER)).machines;
  assert.deepEqual(differences(hard.get("cp-1"), hard.get("cp-2")), {
    byIdentity: [
      "etc/systemd/system/etcd.service",
      "etc/systemd/system/kube-apiserver.service",
      "etc/systemd/system/kubelet.service",
      "var/lib/kube-proxy/kube-proxy-config.yaml",
    ],
    otherwise: [
      ...members.map((name) => `etc/etcd/pki/${name}`),
      "var/lib/kubelet/kubeconfig",
      ...KUBELET_KEYS,
    ],
  });
  const { machines } = await bundleInMemory(`${CLUSTER}files: { layout: kubeadm }\n`);
  // The first one has super-admin.conf besides.
  assert.deepEqual(differences(machines.get("cp-1"), machines.get("cp-2")), {
    byIdentity: [
      "etc/kubernetes/kubeadm.yaml",
      "etc/kubernetes/manifests/etcd.yaml",
      "etc/kubernetes/manifests/kube-apiserver.yaml",
      "var/lib/kube-proxy/kube-proxy-config.yaml",
    ],
    otherwise: [
      "etc/kubernetes/kubelet.conf",
      ...members.map((name) => `etc/kubernetes/pki/etcd/${name}`),
      ...KUBELET_KEYS,
    ],
  });
  const first = [...machines.get("cp-0")?.files.keys() ?? []];
  assert.deepEqual(first.filter((path) => machines.get("cp-1")?.files.has(path) !== true), [
    "etc/kubernetes/super-admin.conf",
  ]);
});
