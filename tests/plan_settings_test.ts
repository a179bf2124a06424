/**
 * Times, generations, names, servers and collisions of plans.
 *
 * @module
 */
import { isKeyed } from "../scripts/plan/types.ts";
import assert from "node:assert/strict";
import { isPathOfOurs, pathsOf } from "../scripts/plan/paths.ts";
import { planCluster } from "../scripts/plan/plan.ts";
import { HardwayError } from "../scripts/shared/errors.ts";
import { formatTime } from "../scripts/shared/time.ts";
import { parseSpec } from "../scripts/spec/read.ts";
import {
  certificateOf,
  cpIs,
  CREATED,
  kubeconfigOf,
  lab,
  load,
  problemsOf,
  user,
  worker,
} from "./spec_documents.ts";

const YEAR = 365 * 86400;

/** The start and end of a certificate of the smallest cluster, with more lines. */
function timesOf(rest: string, id = "apiserver"): [string, string] {
  const { notBefore, notAfter } = certificateOf(load(lab(rest)), id);
  return [formatTime(notBefore), formatTime(notAfter)];
}

/** How long a certificate lasts, in seconds. */
function lastsOf(rest: string, id: string): number {
  const { notBefore, notAfter } = certificateOf(load(lab(rest)), id);
  return notAfter - notBefore;
}

/** The names of a certificate, in its order. */
function sansOf(document: string, id: string): string[] {
  const { dnsNames, addresses } = certificateOf(load(document), id);
  return [...dnsNames, ...addresses.map(({ text }) => text)];
}

Deno.test("certificates start five minutes before the seed, or when notBefore says", () => {
  assert.deepEqual(timesOf(""), ["2025-12-31T23:55:00Z", "2026-12-31T23:55:00Z"]);
  assert.deepEqual(timesOf("validity: { notBefore: 2030-02-28T23:59:59Z }\n"), [
    "2030-02-28T23:59:59Z",
    "2031-02-28T23:59:59Z",
  ]);
  assert.deepEqual(timesOf("validity: { notBefore: 1950-01-01 }\n", "ca"), [
    "1950-01-01T00:00:00Z",
    "1959-12-30T00:00:00Z",
  ]);
});

Deno.test("a year is 365 days, a day 24 hours, and an end date is an end", () => {
  assert.equal(lastsOf("validity: { leaf: 4y }\n", "admin"), 4 * YEAR);
  assert.equal(lastsOf("validity: { leaf: 90d }\n", "admin"), 90 * 86400);
  assert.equal(lastsOf("validity: { leaf: 12h }\n", "admin"), 12 * 3600);
  assert.equal(lastsOf("validity: { ca: 20y }\n", "etcd-ca"), 20 * YEAR);
  assert.equal(timesOf("validity: { leaf: 2027-05-01 }\n")[1], "2027-05-01T00:00:00Z");
  assert.equal(timesOf("validity: { ca: 2036-01-01T01:00:00+01:00 }\n", "ca")[1], "2036-01-01T00:00:00Z");
});

Deno.test("validity.overrides set the end by id or pattern, and the last that matches wins", () => {
  const rest = (overrides: string): string => `validity: { overrides: { ${overrides} } }\n`;
  assert.equal(lastsOf(rest("apiserver: 90d"), "apiserver"), 90 * 86400);
  assert.equal(lastsOf(rest("apiserver: 90d"), "apiserver-etcd-client"), YEAR);
  assert.equal(lastsOf(rest("'apiserver*': 90d"), "apiserver-etcd-client"), 90 * 86400);
  assert.equal(lastsOf(rest("'kubelet-*': 9d"), "kubelet-server/server"), 9 * 86400);
  assert.equal(lastsOf(rest("'*server': 9d"), "kubelet-client/server"), 9 * 86400);
  assert.equal(lastsOf(rest("'*': 2y, admin: 9d, 'a*': 1y"), "admin"), YEAR);
  assert.equal(lastsOf(rest("'*': 2y, 'a*': 1y, admin: 9d"), "admin"), 9 * 86400);
  assert.equal(lastsOf(rest("admin: 9d, '*': 2y"), "admin"), 2 * YEAR);
  assert.equal(lastsOf(rest("'*': 2y"), "ca"), 2 * YEAR);
  assert.equal(lastsOf(rest("ca: 30y"), "ca"), 30 * YEAR);
});

Deno.test("generations number the keys of ids or patterns, and the last that matches wins", () => {
  const entries = load(lab('generations: { "*": 2, apiserver: 3, "etcd-*/server": 1000000 }\n')).plan.entries;
  const generations = Object.fromEntries(
    entries.flatMap((entry) => isKeyed(entry) ? [[entry.id, entry.generation]] : []),
  );
  assert.equal(generations["apiserver"], 3);
  assert.equal(generations["service-account"], 2);
  assert.equal(generations["ca"], 2);
  assert.equal(generations["etcd-peer/server"], 1_000_000);
});

Deno.test("ends may lie past 2049 and up to the second before the 9999 form", () => {
  assert.equal(timesOf("validity: { ca: 50y, leaf: 30y }\n")[1], "2055-12-24T23:55:00Z");
  const last = "9999-12-31T23:59:58Z";
  assert.equal(timesOf(`validity: { ca: ${last}, leaf: ${last} }\n`)[1], last);
  assert.deepEqual(
    problemsOf(lab("validity: { notBefore: 9999-12-31T23:59:57Z, leaf: 9999-12-31T23:59:58Z }\n")),
    [
      '3:11: Cannot end "ca" after the year 9999: expected an end before 9999-12-31T23:59:59Z',
    ],
  );
});

Deno.test("a leaf may end with its CA, and not a second later", () => {
  assert.equal(lastsOf("validity: { ca: 1y, leaf: 1y }\n", "admin"), YEAR);
  assert.equal(lastsOf("validity: { ca: 2026-12-31T23:55:00Z }\n", "admin"), YEAR);
  assert.deepEqual(problemsOf(lab("validity: { ca: 2026-12-31T23:54:59Z }\n")), [
    '3:11: Cannot end "apiserver" at 2026-12-31T23:55:00Z: its CA "ca" ends at 2026-12-31T23:54:59Z',
  ]);
  assert.deepEqual(problemsOf(lab("validity: { overrides: { etcd-ca: 1y, 'etcd-peer/*': 2y } }\n")), [
    '3:54: Cannot end "etcd-peer/server" at 2027-12-31T23:55:00Z: its CA "etcd-ca" ends at 2026-12-31T23:55:00Z',
  ]);
});

Deno.test("the API server's names are canonical: lower case, each once, DNS names first, IPv4 before IPv6", () => {
  const document =
    cpIs('[{ name: b, addresses: ["fd00::2", 10.0.0.10, 10.0.0.9], dnsNames: [Z.example.org] }]') +
    "apiServer: { endpoint: https://B.example.org, certSANs: [b.EXAMPLE.org, 9.9.9.9, a] }\n";
  assert.deepEqual(sansOf(document, "apiserver"), [
    "a",
    "b",
    "b.example.org",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
    "localhost",
    "z.example.org",
    "9.9.9.9",
    "10.0.0.9",
    "10.0.0.10",
    "10.32.0.1",
    "127.0.0.1",
    "::1",
    "fd00::2",
  ]);
});

Deno.test("the endpoint's host is a name of the API server, also as an address", () => {
  assert.ok(
    sansOf(lab("apiServer: { endpoint: https://192.0.2.1:6443 }\n"), "apiserver").includes("192.0.2.1"),
  );
  assert.ok(
    sansOf(lab("apiServer: { endpoint: 'https://[2001:DB8::1]' }\n"), "apiserver").includes("2001:db8::1"),
  );
});

Deno.test("a worker without addresses has its names alone, an etcd member has those of the loopback too", () => {
  assert.deepEqual(sansOf(worker("name: w"), "kubelet-server/w"), ["w"]);
  const document = lab("etcd: { members: [{ name: e, addresses: [10.0.0.9], dnsNames: [d] }] }\n");
  assert.deepEqual(sansOf(document, "etcd-peer/e"), ["d", "e", "localhost", "10.0.0.9", "127.0.0.1", "::1"]);
  assert.ok(!sansOf(document, "apiserver").includes("e"));
  assert.throws(() => certificateOf(load(document), "etcd-peer/server"));
});

Deno.test("kubeconfigs dial the endpoint; an IPv6 host stands in brackets", () => {
  const server = (rest: string): string => kubeconfigOf(load(lab(rest)), "kubeconfig/admin").server;
  assert.equal(server(""), "https://10.240.0.10:6443");
  assert.equal(server("apiServer: { endpoint: https://a.example.org }\n"), "https://a.example.org:443");
  assert.equal(server("apiServer: { endpoint: 'https://[FD00::1]:7443' }\n"), "https://[fd00::1]:7443");
});

Deno.test("controller-manager and scheduler dial 127.0.0.1, or ::1 where the control plane has no IPv4 address", () => {
  const local = (document: string): string =>
    kubeconfigOf(load(document), "kubeconfig/kube-scheduler").server;
  assert.equal(local(lab("apiServer: { port: 7443 }\n")), "https://127.0.0.1:7443");
  assert.equal(local(cpIs('[{ name: a, addresses: [10.0.0.1, "fd00::1"] }]')), "https://127.0.0.1:6443");
  const six = 'serviceCIDRs: ["fd00:10::/112"]\npodCIDRs: ["fd01::/48"]\n';
  const document = cpIs('[{ name: a, addresses: ["fd00::1"] }]') + six;
  assert.equal(local(document), "https://[::1]:6443");
  assert.equal(
    kubeconfigOf(load(document), "kubeconfig/kube-controller-manager").server,
    "https://[::1]:6443",
  );
});

Deno.test("a control plane without a kubelet has no node's files, and a machine may keep a reserved name of others", () => {
  const ids = load(cpIs("[{ name: server, addresses: [10.0.0.1], kubelet: false }]")).plan.entries.map((
    { id },
  ) => id);
  assert.ok(!ids.some((id) => id.startsWith("kubelet-") || id === "kubeconfig/server"));
  assert.ok(ids.includes("etcd-server/server"));
  for (
    const name of ["ca", "etcd", "users", "apiserver", "healthcheck-client", "a.kubeconfig", "kube-apiserver"]
  ) {
    assert.ok(load(worker(`name: ${name}`)).plan.entries.length > 0);
  }
});

Deno.test("two entries that want one path are refused, also after NFC and case folding", () => {
  for (
    const [first, second] of [
      ["jane", "Jane"],
      ["stra\u00dfe", "strasse"],
      ["\u03a3\u03b1\u03c2", "\u03c3\u03b1\u03c3"],
      ["\u01c4", "\u01c6"],
      ["\uff21", "\uff41"],
      ["\u212b".normalize("NFC"), "\u00e5"],
    ] as const
  ) {
    const lines = problemsOf(lab(`users: [{ name: "${first}" }, { name: "${second}" }]\n`));
    assert.equal(lines.length, 1);
    assert.ok(lines[0]?.endsWith(`"user/${first}" wants it too`), lines[0]);
  }
  assert.ok(load(lab("users: [{ name: jane }, { name: jane.doe }]\ncertificates: [{ name: jane }]\n")));
});

Deno.test("a user whose kubeconfig would collide is refused as one whose certificate would", () => {
  assert.equal(problemsOf(user("name: kubernetes-admin")).length, 1);
  assert.ok(load(user("name: admin")).plan.entries.some(({ id }) => id === "kubeconfig/users/admin"));
});

Deno.test("every path of a plan is one that the catalogue can make, and no climbing one is", () => {
  for (const naming of ["crt", "pem"]) {
    const { plan } = load(
      `${
        worker('name: "n[0-3].rack"')
      }users: [{ name: "\uae40 a" }]\ncertificates: [{ name: x }]\nfiles: { naming: ${naming} }\n`,
    );
    for (const path of plan.entries.flatMap(pathsOf)) assert.ok(isPathOfOurs(path), path);
  }
  for (
    const path of [
      "",
      "pki",
      "pki/",
      "pki/ca.crt/",
      "/pki/ca.crt",
      "pki//ca.crt",
      "pki/../ca.crt",
      "../pki/ca.crt",
      "pki/users/../../x.crt",
      "pki/users/.crt",
      "pki/users/.x.crt",
      "pki/users/a/b.crt",
      "pki/users/a\\b.crt",
      "pki/users/a\u0000.crt",
      "pki/kubelet/../kubelet.crt",
      "pki/kubelet/./kubelet.crt",
      "pki/kubelet/N/kubelet.crt",
      "pki/kubelet/a/b/kubelet.crt",
      "pki/etcd/server.crt",
      "kubeconfig/.kubeconfig",
      "kubeconfig/a/b.kubeconfig",
      "manifest.json",
      "pki/CA.crt",
    ]
  ) {
    assert.ok(!isPathOfOurs(path), path);
  }
});

Deno.test("planCluster refuses what loadPlan refuses, with the same error", () => {
  const spec = parseSpec(lab("validity: { leaf: 11y }\n"), "c.yaml");
  assert.throws(() => planCluster(spec, CREATED), (error) => {
    assert.ok(error instanceof HardwayError);
    assert.equal(error.code, "spec-invalid");
    assert.match(error.message, /^c\.yaml:3:19: Cannot end "apiserver"/);
    return true;
  });
  assert.equal(planCluster(parseSpec(lab(), "c.yaml"), CREATED).entries[0]?.id, "ca");
});

Deno.test("adding a worker adds entries and changes none", () => {
  const before = load(lab()).plan.entries;
  const after = new Map(
    load(worker("name: w, addresses: [10.240.0.20]")).plan.entries.map((entry) => [entry.id, entry]),
  );
  for (const entry of before) assert.deepEqual(after.get(entry.id), entry);
  assert.equal(after.size, before.length + 3);
});
