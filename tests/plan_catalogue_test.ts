/**
 * The set of design section 3, entry by entry, for one cluster; and what must hold for the catalogue itself.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CATALOGUE } from "../scripts/plan/catalogue.ts";
import { pathsOf } from "../scripts/plan/paths.ts";
import type { PlanEntry } from "../scripts/plan/types.ts";
import { CREATED, load } from "./spec_documents.ts";

const CLUSTER = `
name: prod
clusterDomain: k8s.local
serviceCIDRs: [10.96.0.0/12, "fd00:96::/112"]
podCIDRs: [10.128.0.0/9, "fd01::/48"]
apiServer:
  endpoint: https://api.example.org:443
  port: 7443
  certSANs: ["*.api.example.org", "2001:db8::9", 192.0.2.9]
controlPlane:
  - { name: cp-0, addresses: [10.1.0.10, "fd00::10"], dnsNames: [cp-0.example.org] }
  - { name: cp-1, addresses: [10.1.0.9, "fd00::9"], kubelet: false }
workers:
  - { name: w-0, addresses: [10.1.0.20, "fd00::20"], dnsNames: [b.example.org, a.example.org] }
  - { name: w-1 }
keys: { ca: RSA-2048, leaf: ECDSA-P384, serviceAccount: RSA-3072 }
admin: { group: ops }
users: [{ name: jane@example.org, groups: [dev, beta] }]
certificates: [{ name: metrics, authority: etcd, cn: metrics-cn, groups: [m], usages: [client, server], sans: [10.0.0.9, m.example.org, "fd00::7"] }]
`;

const LOOPBACK_HOST = "localhost";

/** The names of the API server: DNS names by bytes, then IPv4, then IPv6 by their bytes. */
const APISERVER =
  "*.api.example.org api.example.org cp-0 cp-0.example.org cp-1 kubernetes kubernetes.default " +
  "kubernetes.default.svc kubernetes.default.svc.k8s.local localhost 10.1.0.9 10.1.0.10 10.96.0.1 127.0.0.1 " +
  "192.0.2.9 ::1 2001:db8::9 fd00::9 fd00::10 fd00:96::1";
const CP_0 = `cp-0 cp-0.example.org ${LOOPBACK_HOST} 10.1.0.10 127.0.0.1 ::1 fd00::10`;
const CP_1 = `cp-1 ${LOOPBACK_HOST} 10.1.0.9 127.0.0.1 ::1 fd00::9`;

/** Id, path under pki/ without ending, issuer, CN, O, usages, SANs: the columns of the design's table. */
const CERTIFICATES: readonly (readonly [string, string, string, string, string, string, string])[] = [
  ["ca", "ca", "ca", "kubernetes-ca", "", "", ""],
  ["etcd-ca", "etcd/ca", "etcd-ca", "etcd-ca", "", "", ""],
  ["front-proxy-ca", "front-proxy-ca", "front-proxy-ca", "front-proxy-ca", "", "", ""],
  ["apiserver", "apiserver", "ca", "kube-apiserver", "", "server", APISERVER],
  [
    "apiserver-kubelet-client",
    "apiserver-kubelet-client",
    "ca",
    "kube-apiserver-kubelet-client",
    "",
    "client",
    "",
  ],
  [
    "apiserver-etcd-client",
    "apiserver-etcd-client",
    "etcd-ca",
    "kube-apiserver-etcd-client",
    "",
    "client",
    "",
  ],
  ["front-proxy-client", "front-proxy-client", "front-proxy-ca", "front-proxy-client", "", "client", ""],
  [
    "etcd-healthcheck-client",
    "etcd/healthcheck-client",
    "etcd-ca",
    "kube-etcd-healthcheck-client",
    "",
    "client",
    "",
  ],
  ["admin", "admin", "ca", "kubernetes-admin", "ops", "client", ""],
  ["controller-manager", "controller-manager", "ca", "system:kube-controller-manager", "", "client", ""],
  ["scheduler", "scheduler", "ca", "system:kube-scheduler", "", "client", ""],
  ["kube-proxy", "kube-proxy", "ca", "system:kube-proxy", "system:node-proxier", "client", ""],
  ["etcd-server/cp-0", "etcd/cp-0/server", "etcd-ca", "cp-0", "", "server client", CP_0],
  ["etcd-peer/cp-0", "etcd/cp-0/peer", "etcd-ca", "cp-0", "", "server client", CP_0],
  ["etcd-server/cp-1", "etcd/cp-1/server", "etcd-ca", "cp-1", "", "server client", CP_1],
  ["etcd-peer/cp-1", "etcd/cp-1/peer", "etcd-ca", "cp-1", "", "server client", CP_1],
  [
    "kubelet-server/cp-0",
    "kubelet/cp-0/kubelet",
    "ca",
    "cp-0",
    "",
    "server",
    "cp-0 cp-0.example.org 10.1.0.10 fd00::10",
  ],
  [
    "kubelet-client/cp-0",
    "kubelet/cp-0/kubelet-client",
    "ca",
    "system:node:cp-0",
    "system:nodes",
    "client",
    "",
  ],
  [
    "kubelet-server/w-0",
    "kubelet/w-0/kubelet",
    "ca",
    "w-0",
    "",
    "server",
    "a.example.org b.example.org w-0 10.1.0.20 fd00::20",
  ],
  ["kubelet-client/w-0", "kubelet/w-0/kubelet-client", "ca", "system:node:w-0", "system:nodes", "client", ""],
  ["kubelet-server/w-1", "kubelet/w-1/kubelet", "ca", "w-1", "", "server", "w-1"],
  ["kubelet-client/w-1", "kubelet/w-1/kubelet-client", "ca", "system:node:w-1", "system:nodes", "client", ""],
  ["user/jane@example.org", "users/jane@example.org", "ca", "jane@example.org", "dev beta", "client", ""],
  [
    "extra/metrics",
    "extra/metrics",
    "etcd-ca",
    "metrics-cn",
    "m",
    "server client",
    "m.example.org 10.0.0.9 fd00::7",
  ],
];

/** Path under out/<cluster> without ending, client's id, user, server. */
const KUBECONFIGS: readonly (readonly [string, string, string, string])[] = [
  ["kubeconfig/admin", "admin", "kubernetes-admin", "https://api.example.org:443"],
  [
    "kubeconfig/kube-controller-manager",
    "controller-manager",
    "system:kube-controller-manager",
    "https://127.0.0.1:7443",
  ],
  ["kubeconfig/kube-scheduler", "scheduler", "system:kube-scheduler", "https://127.0.0.1:7443"],
  ["kubeconfig/kube-proxy", "kube-proxy", "system:kube-proxy", "https://api.example.org:443"],
  ["kubeconfig/cp-0", "kubelet-client/cp-0", "system:node:cp-0", "https://api.example.org:443"],
  ["kubeconfig/w-0", "kubelet-client/w-0", "system:node:w-0", "https://api.example.org:443"],
  ["kubeconfig/w-1", "kubelet-client/w-1", "system:node:w-1", "https://api.example.org:443"],
  [
    "kubeconfig/users/jane@example.org",
    "user/jane@example.org",
    "jane@example.org",
    "https://api.example.org:443",
  ],
];

/** The key's authority by the issuing CA, as design section 4 says. */
const AUTHORITIES: Readonly<Record<string, string>> = {
  ca: "kubernetes",
  "etcd-ca": "etcd",
  "front-proxy-ca": "front-proxy",
};

Deno.test("the plan of a cluster is the design's table, entry by entry", () => {
  const { plan } = load(CLUSTER);
  assert.equal(plan.cluster, "prod");
  const rows = plan.entries.flatMap((entry) =>
    entry.kind !== "certificate" ? [] : [[
      entry.id,
      entry.certificatePath.replace(/^pki\/(.*)\.crt$/, "$1"),
      entry.issuer,
      entry.subject.commonName,
      entry.subject.organizations.join(" "),
      entry.usages.join(" "),
      [...entry.dnsNames, ...entry.addresses.map(({ text }) => text)].join(" "),
    ]]
  );
  const byId = (a: readonly string[], b: readonly string[]): number => (a[0] ?? "") < (b[0] ?? "") ? -1 : 1;
  assert.deepEqual(rows.toSorted(byId), CERTIFICATES.toSorted(byId));
});

Deno.test("the kubeconfigs of a cluster are the design's, with the endpoint or the neighbour as server", () => {
  const { plan } = load(CLUSTER);
  const rows = plan.entries.flatMap((entry) =>
    entry.kind !== "kubeconfig"
      ? []
      : [[entry.id, entry.client, entry.user, entry.server, entry.path === `${entry.id}.kubeconfig`]]
  );
  assert.deepEqual(rows, KUBECONFIGS.map((row) => [...row, true]));
});

Deno.test("every certificate of a plan has its authority, algorithm, generation, times and key path", () => {
  for (const entry of load(CLUSTER).plan.entries) {
    if (entry.kind !== "certificate") continue;
    const isAuthority = AUTHORITIES[entry.id] !== undefined;
    assert.equal(entry.isAuthority, isAuthority);
    assert.equal(entry.authority, AUTHORITIES[entry.issuer]);
    assert.equal(entry.keyAlgorithm, isAuthority ? "RSA-2048" : "ECDSA-P384");
    assert.equal(entry.generation, 1);
    assert.equal(entry.notBefore, CREATED - 300);
    assert.equal(entry.notAfter - entry.notBefore, (isAuthority ? 3650 : 365) * 86400);
    assert.equal(entry.keyPath, entry.certificatePath.replace(/crt$/, "key"));
    assert.notEqual(entry.title, "");
  }
});

Deno.test("the service-account key pair has an authority of its own and no certificate", () => {
  const entry = load(CLUSTER).plan.entries.find(({ id }) => id === "service-account");
  assert.equal(entry?.kind, "key-pair");
  assert.equal(entry.authority, "service-account");
  assert.equal(entry.keyAlgorithm, "RSA-3072");
  assert.deepEqual(pathsOf(entry), ["pki/sa.key", "pki/sa.pub"]);
});

Deno.test("naming pem gives certificates and keys other names, and leaves sa.key and sa.pub alone", () => {
  const crt = load(CLUSTER).plan.entries;
  const pem = load(`${CLUSTER}files: { naming: pem }\n`).plan.entries;
  assert.equal(pem.length, crt.length);
  for (const [index, entry] of pem.entries()) {
    const other = crt[index];
    assert.ok(other !== undefined);
    const wanted = pathsOf(other).map((path) =>
      entry.kind === "certificate" ? path.replace(/\.crt$/, ".pem").replace(/\.key$/, "-key.pem") : path
    );
    assert.deepEqual(pathsOf(entry), wanted);
  }
});

Deno.test("the plan's order puts every CA before its leaves and every kubeconfig behind its client", () => {
  const seen = new Set<string>();
  for (const entry of load(CLUSTER).plan.entries) {
    assert.ok(!seen.has(entry.id), `${entry.id} is there twice`);
    if (entry.kind === "certificate" && !entry.isAuthority) assert.ok(seen.has(entry.issuer), entry.id);
    if (entry.kind === "kubeconfig") assert.ok(seen.has(entry.client), entry.id);
    seen.add(entry.id);
  }
});

Deno.test("a plan is data: it survives JSON, but for addresses, and holds nothing of the seed but its time", () => {
  const entries = load(CLUSTER).plan.entries;
  const replaced = JSON.stringify(
    entries,
    (_, value: unknown) => typeof value === "bigint" ? Number(value) : value,
  );
  assert.equal((JSON.parse(replaced) as PlanEntry[]).length, entries.length);
});

Deno.test("every id of the catalogue is there once, and so is every path and every common name of an authority", () => {
  const ids = CATALOGUE.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  const bases = CATALOGUE.flatMap((entry) =>
    entry.kind === "kubeconfig" ? [] : [entry.kind === "document" ? entry.path : entry.base]
  );
  assert.equal(new Set(bases).size, bases.length);
  const names = CATALOGUE.flatMap((entry) =>
    (entry.kind === "authority" || entry.kind === "leaf") && entry.per === "cluster" ? [entry.cn] : []
  );
  assert.equal(new Set(names).size, names.length);
});

Deno.test("every authority that the catalogue names exists, and stands before what it signs", () => {
  const known = new Set<string>();
  for (const entry of CATALOGUE) {
    if (entry.kind === "authority") known.add(entry.authority);
    if (entry.kind === "leaf") assert.ok(entry.authority === "given" || known.has(entry.authority), entry.id);
  }
  assert.deepEqual([...known].sort(), ["etcd", "front-proxy", "kubernetes"]);
  for (const entry of CATALOGUE) {
    if (entry.kind === "key-pair") assert.ok(!known.has(entry.authority), "A key pair shares a CA's seed");
  }
});

Deno.test("every kubeconfig of the catalogue stands behind its client, a leaf for clients of kubernetes", () => {
  for (const [index, entry] of CATALOGUE.entries()) {
    if (entry.kind !== "kubeconfig") continue;
    const client = CATALOGUE.slice(0, index).find(({ id }) => id === entry.client);
    assert.ok(client?.kind === "leaf", entry.id);
    assert.equal(client.per, entry.per);
    assert.equal(client.authority, "kubernetes");
    assert.deepEqual(client.usages, ["client"]);
  }
});

Deno.test("every document of the catalogue stands behind what it may hold, before anything else that has a key", () => {
  for (const [index, entry] of CATALOGUE.entries()) {
    if (entry.kind !== "document") continue;
    const before = CATALOGUE.slice(0, index).findLast(({ kind }) =>
      kind !== "document" && kind !== "kubeconfig"
    );
    assert.equal(before?.id, entry.of, entry.id);
    assert.equal(entry.per, "cluster");
    assert.ok(entry.when !== undefined, "No cluster has documents that its spec does not ask for");
  }
});

Deno.test("every entry of the catalogue has a title, and a hole for a name exactly when it is made for many", () => {
  for (const entry of CATALOGUE) {
    assert.match(entry.title, /^\S.*[^.\s]$/);
    assert.equal(entry.id.includes("<name>"), entry.per !== "cluster", entry.id);
    if (entry.kind !== "kubeconfig" && entry.kind !== "document") {
      assert.equal(entry.base.includes("<name>"), entry.per !== "cluster", entry.id);
    }
    const path = entry.kind === "kubeconfig" ? entry.id : entry.kind === "document" ? entry.path : entry.base;
    assert.ok(path.split("/").every((part) => part !== "" && part !== "." && part !== ".."), path);
  }
});
