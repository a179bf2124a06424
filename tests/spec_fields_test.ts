/**
 * What each field of a spec does when it is right, and what stands for it when it is missing.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parseSpec } from "../scripts/spec/read.ts";
import type { Machine, Member, Spec } from "../scripts/spec/types.ts";
import { cert, cpIs, lab, load, user, worker } from "./spec_documents.ts";

function read(document: string): Spec {
  return parseSpec(document, "c.yaml");
}

function addressesOf(member: Member | undefined): string[] {
  return member?.addresses.map(({ text }) => text) ?? [];
}

function podsOf(machine: Machine | undefined): string[] {
  return machine?.podCIDRs.map(({ text }) => text) ?? [];
}

function textsOf(items: readonly { readonly text: string }[]): string[] {
  return items.map(({ text }) => text);
}

/** The first worker, and all of them, of a document with one entry of workers. */
function workersOf(keys: string): readonly Machine[] {
  return read(worker(keys)).workers;
}

Deno.test("parseSpec fills in every default of the design", () => {
  const spec = read(lab());
  assert.equal(spec.name, "lab");
  assert.equal(spec.kubernetesMinor, 37);
  assert.equal(spec.clusterDomain, "cluster.local");
  assert.deepEqual(textsOf(spec.serviceCIDRs), ["10.32.0.0/24"]);
  assert.deepEqual(textsOf(spec.podCIDRs), ["10.200.0.0/14"]);
  assert.deepEqual(spec.apiServer, {
    endpoint: { host: "10.240.0.10", port: 6443 },
    port: 6443,
    dnsNames: [],
    addresses: [],
    serviceAccountIssuer: "https://kubernetes.default.svc.cluster.local",
  });
  assert.deepEqual(spec.controlPlane.map(({ name, kubelet, dnsNames }) => ({ name, kubelet, dnsNames })), [
    { name: "server", kubelet: true, dnsNames: [] },
  ]);
  assert.deepEqual(addressesOf(spec.controlPlane[0]), ["10.240.0.10"]);
  assert.deepEqual(spec.workers, []);
  assert.deepEqual(spec.etcdMembers.map(({ name }) => name), ["server"]);
  assert.deepEqual(spec.keys, {
    ca: "ECDSA-P256",
    leaf: "ECDSA-P256",
    serviceAccount: "ECDSA-P256",
    retiredServiceAccount: [],
  });
  assert.equal(spec.validity.notBefore, undefined);
  assert.deepEqual(spec.validity.ca.value, { seconds: 315360000 });
  assert.deepEqual(spec.validity.leaf.value, { seconds: 31536000 });
  assert.deepEqual(spec.validity.overrides, []);
  assert.equal(spec.adminGroup, "system:masters");
  assert.deepEqual(spec.generations, []);
  assert.equal(spec.naming, "crt");
  assert.deepEqual(spec.users, []);
  assert.deepEqual(spec.bootstrapTokens, []);
  assert.deepEqual(spec.authentication, { anonymousPaths: ["/livez", "/readyz", "/healthz"], jwt: [] });
  assert.deepEqual(spec.authorization, [{ type: "Node", name: "node" }, { type: "RBAC", name: "rbac" }]);
  assert.deepEqual(spec.certificates, []);
});

Deno.test("parseSpec takes every field", () => {
  const spec = read(`
name: prod-1
kubernetesVersion: "1.29"
clusterDomain: k8s.example.org
serviceCIDRs: [10.96.0.0/12, "fd00:10::/112"]
podCIDRs: [10.0.0.0/13, "fd01::/48"]
apiServer:
  endpoint: https://API.example.org
  port: 8443
  certSANs: ["*.Example.org", lb, 192.0.2.1, "2001:DB8:0::1"]
controlPlane:
  - { name: cp, addresses: [10.240.0.10, "fd00::a"], dnsNames: [B.example.org, a.example.org], kubelet: false, podCIDR: ["fd01:0:0:1::/64", 10.0.0.0/24] }
workers:
  - { name: w.rack-1, dnsNames: [w] }
etcd:
  members: [{ name: etcd-0, addresses: [10.240.0.30], dnsNames: [etcd] }]
keys: { ca: RSA-4096, leaf: Ed25519, serviceAccount: ECDSA-P384, retiredServiceAccount: [1] }
validity: { notBefore: 2026-01-01T02:00:00+02:00, ca: 87600h, leaf: 2027-01-01, overrides: { "kubelet-*": 30d, apiserver: 1y } }
admin: { group: ops }
generations: { "*": 2, apiserver: 3 }
files: { naming: pem }
users: [{ name: jane, groups: [b, a] }]
certificates: [{ name: mon, authority: etcd, cn: monitor, groups: [g], usages: [client, server], sans: [M.example.org, "::1"] }]
`);
  assert.equal(spec.kubernetesMinor, 29);
  assert.equal(spec.clusterDomain, "k8s.example.org");
  assert.deepEqual(textsOf(spec.serviceCIDRs), ["10.96.0.0/12", "fd00:10::/112"]);
  assert.deepEqual(textsOf(spec.podCIDRs), ["10.0.0.0/13", "fd01::/48"]);
  assert.deepEqual(spec.apiServer.endpoint, { host: "api.example.org", port: 443 });
  assert.equal(spec.apiServer.port, 8443);
  assert.deepEqual(spec.apiServer.dnsNames, ["*.example.org", "lb"]);
  assert.deepEqual(textsOf(spec.apiServer.addresses), ["192.0.2.1", "2001:db8::1"]);
  assert.deepEqual(spec.controlPlane[0]?.dnsNames, ["a.example.org", "b.example.org"]);
  assert.equal(spec.controlPlane[0]?.kubelet, false);
  assert.deepEqual(podsOf(spec.controlPlane[0]), ["fd01:0:0:1::/64", "10.0.0.0/24"]);
  assert.deepEqual(spec.workers.map(({ name, dnsNames }) => [name, dnsNames]), [["w.rack-1", ["w"]]]);
  assert.deepEqual(spec.etcdMembers.map((member) => [member.name, addressesOf(member), member.dnsNames]), [
    ["etcd-0", ["10.240.0.30"], ["etcd"]],
  ]);
  assert.deepEqual(spec.keys, {
    ca: "RSA-4096",
    leaf: "Ed25519",
    serviceAccount: "ECDSA-P384",
    retiredServiceAccount: [1],
  });
  assert.equal(spec.validity.notBefore, Date.UTC(2026, 0, 1) / 1000);
  assert.deepEqual(spec.validity.ca.value, { seconds: 87600 * 3600 });
  assert.deepEqual(spec.validity.leaf.value, { until: Date.UTC(2027, 0, 1) / 1000 });
  assert.deepEqual(spec.validity.overrides.map(({ pattern, validity }) => [pattern, validity]), [
    ["kubelet-*", { seconds: 30 * 86400 }],
    ["apiserver", { seconds: 365 * 86400 }],
  ]);
  assert.equal(spec.adminGroup, "ops");
  assert.deepEqual(spec.generations.map(({ pattern, generation }) => [pattern, generation]), [
    ["*", 2],
    ["apiserver", 3],
  ]);
  assert.equal(spec.naming, "pem");
  assert.deepEqual(spec.users.map(({ name, groups }) => [name, groups]), [["jane", ["b", "a"]]]);
  const { path: _, addresses, ...certificate } = spec.certificates[0] ?? assert.fail();
  assert.deepEqual(textsOf(addresses), ["::1"]);
  assert.deepEqual(certificate, {
    name: "mon",
    authority: "etcd",
    cn: "monitor",
    groups: ["g"],
    usages: ["server", "client"],
    dnsNames: ["m.example.org"],
  });
});

Deno.test("parseSpec counts a host range out, padded as written", () => {
  const names = (range: string): string[] => workersOf(`name: "${range}"`).map(({ name }) => name);
  assert.deepEqual(names("n-[0-2]"), ["n-0", "n-1", "n-2"]);
  assert.deepEqual(names("n[8-11].rack"), ["n8.rack", "n9.rack", "n10.rack", "n11.rack"]);
  assert.deepEqual(names("n[08-11]"), ["n08", "n09", "n10", "n11"]);
  assert.deepEqual(names("n-[098-101]"), ["n-098", "n-099", "n-100", "n-101"]);
  assert.deepEqual(names("n[5-5]"), ["n5"]);
  assert.deepEqual(names("n[00-01]"), ["n00", "n01"]);
  const pool = names("pool-[000-499]");
  assert.equal(pool.length, 500);
  assert.deepEqual([pool[0], pool[42], pool[499]], ["pool-000", "pool-042", "pool-499"]);
});

Deno.test("parseSpec takes 100,000 machines and no more", () => {
  assert.equal(workersOf('name: "n[0-99998]"').length, 99_999);
});

Deno.test("parseSpec deals addresses from a CIDR without its network and broadcast address", () => {
  const dealt = (range: string, from: string): string[] =>
    workersOf(`name: "n[${range}]", addresses: [${from}]`).flatMap(addressesOf);
  assert.deepEqual(dealt("0-2", "10.241.0.0/16"), ["10.241.0.1", "10.241.0.2", "10.241.0.3"]);
  assert.deepEqual(dealt("0-1", "10.0.0.8/30"), ["10.0.0.9", "10.0.0.10"]);
  assert.deepEqual(dealt("0-1", "10.0.0.8/31"), ["10.0.0.8", "10.0.0.9"]);
  assert.deepEqual(dealt("0-0", "10.0.0.8/32"), ["10.0.0.8"]);
  assert.deepEqual(dealt("0-2", "'fd00::/126'"), ["fd00::1", "fd00::2", "fd00::3"]);
  assert.deepEqual(dealt("0-1", "'fd00::/127'"), ["fd00::", "fd00::1"]);
  const whole = dealt("0-253", "10.0.0.0/24");
  assert.deepEqual([whole[0], whole.at(-1), new Set(whole).size], ["10.0.0.1", "10.0.0.254", 254]);
});

Deno.test("parseSpec deals addresses from a list in its order, and from several CIDRs one after the other", () => {
  const machines = workersOf(
    'name: "n[0-3]", addresses: [10.0.0.9, 10.0.0.0/30, 10.1.0.0/24, "fd00::/64"]',
  );
  assert.deepEqual(machines.map(addressesOf), [
    ["10.0.0.9", "fd00::1"],
    ["10.0.0.1", "fd00::2"],
    ["10.0.0.2", "fd00::3"],
    ["10.1.0.1", "fd00::4"],
  ]);
});

Deno.test("parseSpec deals pod networks as /24, as /64 for IPv6, or as podCIDRSize says", () => {
  const dealt = (keys: string): string[][] =>
    read(lab(`podCIDRs: [10.200.0.0/14, "fd01::/48"]\nworkers: [{ name: "n[0-1]", ${keys} }]\n`))
      .workers.map(podsOf);
  assert.deepEqual(dealt("podCIDR: 10.202.0.0/15"), [["10.202.0.0/24"], ["10.202.1.0/24"]]);
  assert.deepEqual(dealt('podCIDR: [10.202.0.0/15, "fd01::/48"]'), [
    ["10.202.0.0/24", "fd01::/64"],
    ["10.202.1.0/24", "fd01:0:0:1::/64"],
  ]);
  assert.deepEqual(dealt("podCIDR: 10.202.0.0/15, podCIDRSize: 26"), [["10.202.0.0/26"], ["10.202.0.64/26"]]);
  assert.deepEqual(dealt('podCIDR: ["fd01::/48", 10.202.0.0/15], podCIDRSize: [80, 16]'), [
    ["fd01::/80", "10.202.0.0/16"],
    ["fd01::1:0:0:0/80", "10.203.0.0/16"],
  ]);
  assert.deepEqual(dealt("podCIDR: [10.202.0.0/24, 10.203.0.0/24]"), [["10.202.0.0/24"], ["10.203.0.0/24"]]);
});

Deno.test("parseSpec takes endpoints with names, IPv4 and IPv6 addresses, and port 443 when none is given", () => {
  const endpoint = (url: string): unknown =>
    read(lab(`apiServer: { endpoint: "${url}" }\n`)).apiServer.endpoint;
  assert.deepEqual(endpoint("https://a.example.org:6443"), { host: "a.example.org", port: 6443 });
  assert.deepEqual(endpoint("https://a.example.org"), { host: "a.example.org", port: 443 });
  assert.deepEqual(endpoint("https://10.0.0.1:1"), { host: "10.0.0.1", port: 1 });
  assert.deepEqual(endpoint("https://[FD00:0::1]:65535"), { host: "fd00::1", port: 65535 });
  assert.deepEqual(endpoint("https://[::1]"), { host: "::1", port: 443 });
});

Deno.test("parseSpec dials the first control plane's first address by default, also over IPv6", () => {
  const spec = read(
    'name: six\nserviceCIDRs: ["fd00:10::/112"]\npodCIDRs: ["fd01::/48"]\napiServer: { port: 7443 }\n' +
      'controlPlane: [{ name: a, addresses: ["fd00::a", "fd00::b"] }, { name: b, addresses: ["fd00::c"] }]\n',
  );
  assert.deepEqual(spec.apiServer.endpoint, { host: "fd00::a", port: 6443 });
});

Deno.test("parseSpec takes an etcd member that is a machine with the same addresses in another order", () => {
  const spec = read(
    `${
      cpIs("[{ name: server, addresses: [10.240.0.10, 10.240.0.11] }]")
    }etcd: { members: [{ name: server, addresses: [10.240.0.11, 10.240.0.10], dnsNames: [etcd.local] }] }\n`,
  );
  assert.deepEqual(spec.etcdMembers.map(({ dnsNames }) => dnsNames), [["etcd.local"]]);
});

Deno.test("parseSpec puts etcd on the control plane when the list of members is empty", () => {
  assert.deepEqual(read(lab("etcd: { members: [] }\n")).etcdMembers.map(({ name }) => name), ["server"]);
});

Deno.test("parseSpec takes the smallest service networks that the API server takes", () => {
  const spec = read(
    cpIs('[{ name: server, addresses: [10.240.0.10, "fd00::1"] }]') +
      'serviceCIDRs: ["fd00:10::/125", 10.32.0.0/29]\n',
  );
  assert.deepEqual(textsOf(spec.serviceCIDRs), ["fd00:10::/125", "10.32.0.0/29"]);
});

Deno.test("parseSpec takes machine names of 52 characters and DNS names of 253", () => {
  const name = "n".repeat(52);
  const dnsName = ["x".repeat(63), "x".repeat(63), "x".repeat(63), "x".repeat(61)].join(".");
  assert.equal(dnsName.length, 253);
  assert.deepEqual(workersOf(`name: ${name}, dnsNames: [${dnsName}]`).map((machine) => machine.dnsNames), [
    [dnsName],
  ]);
});

Deno.test("parseSpec takes people's names in any script, with spaces, @ and colons", () => {
  const names = [
    "jane@example.org",
    "Jane Doe",
    "\uae40\ubbfc\uc218",
    "\u0645\u0631\u064a\u0645",
    "\u738b\u5c0f\u660e",
    "jos\u00e9",
    "\u{1f600}",
    "oidc:jane#1",
    "a..b",
    "x".repeat(64),
    "\uac00".repeat(64),
  ];
  const spec = read(lab(`users: [${names.map((name) => `{ name: "${name}" }`).join(", ")}]\n`));
  assert.deepEqual(spec.users.map(({ name }) => name), names);
});

Deno.test("parseSpec gives a certificate with sans the server usage, one without the client usage", () => {
  const usages = (keys: string): unknown => read(cert(keys)).certificates[0]?.usages;
  assert.deepEqual(usages("name: a"), ["client"]);
  assert.deepEqual(usages("name: a, sans: []"), ["client"]);
  assert.deepEqual(usages("name: a, sans: [a.b]"), ["server"]);
  assert.deepEqual(usages("name: a, sans: [10.0.0.1], usages: [client]"), ["client"]);
  assert.deepEqual(usages("name: a, sans: [a.b], usages: [client, server]"), ["server", "client"]);
});

Deno.test("parseSpec keeps groups in the document's order, up to 64 characters each", () => {
  const group = "\uac00".repeat(64);
  assert.deepEqual(read(user(`name: a, groups: [z, "a b", ${group}]`)).users[0]?.groups, ["z", "a b", group]);
});

Deno.test("parseSpec takes the same document with LF, CRLF, a byte order mark, in JSON, and as bytes", () => {
  const plain = read(lab("workers: [{ name: n }]\n"));
  const { problem: _, ...wanted } = plain;
  const json = JSON.stringify({
    name: "lab",
    controlPlane: [{ name: "server", addresses: ["10.240.0.10"] }],
    workers: [{ name: "n" }],
  });
  const text = lab("workers: [{ name: n }]\n");
  for (
    const document of [
      text.replaceAll("\n", "\r\n"),
      `\ufeff${text}`,
      `\ufeff${text.replaceAll("\n", "\r\n")}`,
      json,
      `---\n${text}...\n`,
      `%YAML 1.2\n---\n${text}`,
      text.trimEnd(),
      new TextEncoder().encode(text),
    ]
  ) {
    const { problem: _, ...spec } = parseSpec(document, "c.yaml");
    assert.deepEqual(spec, wanted);
  }
});

Deno.test("parseSpec expands anchors and aliases", () => {
  const spec = read(
    lab("workers:\n- &one { name: a, dnsNames: &names [x.y] }\n- { name: b, dnsNames: *names }\n"),
  );
  assert.deepEqual(spec.workers.map(({ dnsNames }) => dnsNames), [["x.y"], ["x.y"]]);
});

Deno.test("parseSpec takes brackets in comments for what they are", () => {
  assert.equal(read(lab(`# ${"[ ".repeat(100)}\n`)).name, "lab");
});

Deno.test("loadPlan picks what --only names, by id and by pattern", () => {
  const { only, plan } = load(worker("name: n"), ["apiserver", "kubelet-*/n"]);
  assert.deepEqual(plan.entries.map(({ id }) => id).filter(only), [
    "apiserver",
    "kubelet-server/n",
    "kubelet-client/n",
  ]);
  assert.equal(load(lab()).only("anything"), true);
});
