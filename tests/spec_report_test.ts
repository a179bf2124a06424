/**
 * How the problems of a document are told: all in one run, sorted, with line, column, source line and caret.
 *
 * @module
 */
import assert from "node:assert/strict";
import { formatProblemLine } from "../scripts/shared/problem.ts";
import { displayWidth } from "../scripts/shared/text.ts";
import { parseSpec, readSpec } from "../scripts/spec/read.ts";
import { lab, load, problemsOf, refusal, worker } from "./spec_documents.ts";

const HANGUL = "\uae40\ubbfc\uc218";
const FACE = "\u{1f600}";

/** A document with a problem of nearly every kind; its comments say what the report must hold. */
const BAD = `# ${HANGUL} ${FACE}
name: Lab_1
kubernetesVersion: 1.37
clusterDomain: Cluster.Local.
clusterDomian: x
serviceCIDRs: [10.32.0.0/24, 10.33.0.0/24, 10.96.0.300/12]
podCIDRs:
  - 10.32.0.0/16
apiServer:
  endpoint: http://server:6443
  port: "6443"
  certSANs: [a.example.org, A.example.org, 010.0.0.1]
controlPlane:
  - name: server
    addresses: [10.240.0.10]
    kubelet: no
  - name: server
    addresses: []
  - { dnsNames: [x] }
workers:
  - { name: "${HANGUL}", addresses: [10.0.0.1] }
  - { name: "n[0-3]", addresses: [10.241.0.0/30], podCIDR: 10.32.4.0/24 }
  - { name: "n[3-1]" }
  - { name: n2, addresses: [10.240.0.10, "fe80::1%eth0"], adresses: [] }
etcd:
  members: [{ name: server, addresses: [10.9.9.9] }]
keys: { ca: RSA-1024, serviceAccount: Ed25519 }
validity: { notBefore: soon, ca: 10 years, leaf: 1y, overrides: { "kubelet-*": 0d } }
admin: { group: " ops" }
generations: { apiserver: 0 }
files: { naming: der, layout: kubeadm }
users:
  - { name: ${FACE}${HANGUL}, groups: [a, a] } # in Korean and an emoji
  - { name: a/b, token: true }
  - { name: "x\\u202ey" }
certificates:
  - { name: w, usages: [server] }
  - { name: w, authority: root, sans: ["*.*.org"] }
signers: {}
`;

Deno.test("the whole report of one bad document tells every problem once, sorted, with its source line", async (t) => {
  const { message, problems } = refusal(BAD);
  await t.assertSnapshot(message);
  const places = problems.map(({ line, column }) => line * 1000 + column);
  assert.deepEqual(places, [...places].sort((a, b) => a - b));
  assert.equal(new Set(problems.map(formatProblemLine)).size, problems.length);
});

Deno.test("the reports of the spec and plan stages are one report, sorted by place", () => {
  assert.deepEqual(
    problemsOf(lab("users: [{ name: system:x }]\nworkers: [{ name: admin, adresses: [] }]\n")),
    [
      '3:17: Cannot use "system:x" as a user\'s name: names with system: belong to Kubernetes',
      '4:19: Cannot use "admin" as a machine\'s name: a kubeconfig of the cluster has it',
      '4:26: Unknown key "adresses": did you mean "addresses"?',
    ],
  );
});

Deno.test("patterns of --only that match nothing come first, without a place", () => {
  const { message } = refusal(lab("bad: 1\n"), ["apisrver", "*"]);
  assert.equal(
    message.split("\n")[0],
    '--only: The pattern "apisrver" matches nothing: did you mean "apiserver"?',
  );
  assert.match(message, /^c\.yaml:3:1: Unknown key "bad"/m);
  assert.throws(() => load(lab(), ["kubelt-*"]), {
    message: '--only: The pattern "kubelt-*" matches nothing: did you mean "kubelet-*"?\n' +
      "1 problem in --only; nothing was written",
  });
});

Deno.test("columns count code points, from 1, also behind Korean text, emoji and a byte order mark", () => {
  const keys = `groups: [${HANGUL}, ${FACE}${FACE}], name: a/b`;
  const column = Array.from("users: [{ ").length + Array.from(keys).length - 2;
  const [line] = problemsOf(`\ufeff${lab(`users: [{ ${keys} }]\n`)}`);
  assert.ok(line?.startsWith(`3:${column}: Cannot use "a/b" as users[0].name`), line);
  assert.ok(problemsOf(`\ufeffname: 1\ncontrolPlane: 1\n`)[0]?.startsWith("1:7: "));
});

Deno.test("carets stand under what they mean, by display width", () => {
  for (
    const [before, meant] of [
      ["g", "a/b"],
      [`${HANGUL} ${FACE}`, "a/b"],
      [HANGUL, `${HANGUL}/${FACE}`],
      ["\u0915\u094d", "a/\u0301b"],
      ["a".repeat(30) + HANGUL, "a/b"],
    ] as const
  ) {
    const [, source = "", caret = ""] = refusal(lab(`users: [{ groups: ["${before}"], name: ${meant} }]\n`))
      .message.split("\n");
    const at = source.indexOf(meant);
    assert.ok(at > 0, source);
    assert.equal(displayWidth(caret.slice(0, caret.indexOf("^"))), displayWidth(source.slice(0, at)));
    assert.equal(caret.trimEnd().length - caret.indexOf("^"), displayWidth(meant));
  }
});

Deno.test("long lines are cut to the width of a terminal around the place", () => {
  const sans = Array.from({ length: 200 }, (_, index) => index === 100 ? "b_d" : `${FACE}.${index}`);
  const { message } = refusal(lab(`users: [{ name: a, groups: [${sans.join(", ")}, ${"x".repeat(99)}] }]\n`));
  for (const line of message.split("\n").filter((text) => text.includes(" | "))) {
    assert.ok(displayWidth(line) <= 80, line);
  }
  assert.match(message, /^ {4}3 \| \.\.\./m);
});

Deno.test("a problem with a quoted value is at its opening quote, a missing key at its parent", () => {
  assert.ok(problemsOf(worker('name: "A"'))[0]?.startsWith("3:19: "));
  assert.ok(problemsOf(worker("name: 'A'"))[0]?.startsWith("3:19: "));
  assert.ok(
    problemsOf(lab("workers:\n  - dnsNames: []\n"))[0]?.startsWith('4:5: Missing key "name" in workers[0]'),
  );
});

Deno.test("a problem in what an alias stands for is told where the text is", () => {
  assert.deepEqual(
    problemsOf(lab("workers: [{ name: a, dnsNames: &x [a_b] }, { name: b, dnsNames: *x }]\n")),
    [
      '3:36: Cannot use "a_b" as workers[0].dnsNames[0]: expected a DNS name such as server.kubernetes.local',
      '3:36: Cannot use "a_b" as workers[1].dnsNames[0]: expected a DNS name such as server.kubernetes.local',
    ],
  );
});

Deno.test("a mistake in a host range is told once, not once for each of its machines", () => {
  assert.deepEqual(problemsOf(lab('workers: [{ name: "n[0-99]" }, { name: "n[50-99]" }]\n')), [
    '3:40: Duplicate machine name "n50": expected each name once',
  ]);
  assert.deepEqual(problemsOf(worker('name: "n[0-99]", addresses: ["ff00::/16"], podCIDR: 10.0.0.0/8')), [
    "3:41: Cannot use ff00::1 as workers[0].addresses: expected the address of one machine",
    "3:65: Cannot use 10.0.0.0/24 as podCIDR of n0: expected a family that the machine has an address of",
    "3:65: Cannot use 10.0.0.0/24 as podCIDR of n0: expected a network inside podCIDRs (10.200.0.0/14)",
  ]);
});

Deno.test("what was refused has no default and causes no further problem", () => {
  assert.equal(problemsOf(lab("podCIDRs: x\nworkers: [{ name: n, podCIDR: 10.0.0.0/24 }]\n")).length, 1);
  assert.equal(problemsOf(lab("serviceCIDRs: [x]\npodCIDRs: [10.32.0.0/16]\n")).length, 1);
  assert.equal(problemsOf(lab("validity: { ca: x, leaf: 90y }\n")).length, 1);
  assert.equal(problemsOf(worker('name: "n[0-9]", podCIDR: 10.200.0.0/24, podCIDRSize: 200')).length, 1);
});

Deno.test("a report spells out 100 problems and counts the others", () => {
  const { message, problems } = refusal(lab(`users: [${"{ name: a/b }, ".repeat(1234)}]\n`));
  assert.equal(problems.length, 1234);
  const lines = message.split("\n");
  assert.equal(lines.filter((line) => line.startsWith("c.yaml:")).length, 100);
  assert.deepEqual(lines.slice(-2), ["... and 1,134 more", "1,234 problems in c.yaml; nothing was written"]);
});

Deno.test("a report names the file as typed, escaped", () => {
  const { problems } = readSpec(new TextEncoder().encode("name: 1\n"), `./${HANGUL}\u202e.yaml`);
  assert.ok(problems[0] !== undefined);
  assert.ok(formatProblemLine(problems[0]).startsWith(`./${HANGUL}\\u202e.yaml:1:1: `));
});

Deno.test("parseSpec reports the spec's problems alone, and a later problem finds its place", () => {
  const spec = parseSpec(lab("users: [{ name: system:x }]\n"), "c.yaml");
  const problem = spec.problem(["users", 0, "name"], "Cannot like it");
  assert.deepEqual([problem.line, problem.column, problem.file], [3, 17, "c.yaml"]);
});

Deno.test("a network that holds IPv4-mapped addresses is refused, as nothing may be dealt from it", () => {
  assert.deepEqual(
    problemsOf(worker('name: "n[0-1]", podCIDR: "::fffe:0:0/95", podCIDRSize: 96')),
    ['3:38: Cannot use "::fffe:0:0/95" as workers[0].podCIDR: expected a network without IPv4-mapped addresses'],
  );
});
