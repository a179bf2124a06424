/**
 * Custom signers in a spec: what a policy may say, its defaults, and every refusal with its place.
 */
import assert from "node:assert/strict";
import { signerNameCauses } from "../scripts/identity/csr/names.ts";
import { parseSpec } from "../scripts/spec/read.ts";
import { isSignerName } from "../scripts/spec/names.ts";
import { matchesName } from "../scripts/spec/signers.ts";
import type { Signer } from "../scripts/spec/types.ts";
import { lab, problemsOf } from "./spec_documents.ts";

const NAME = "expected the name of a signer such as example.com/monitoring, in small letters";
const PATTERN =
  "expected 1 to 64 characters in NFC, without control or format characters and without white space at its ends; * stands for any characters";
const MASTERS = "no rule limits it and nothing revokes it; if it must be, say dangerous: [system-masters]";

function signersOf(lines: string): readonly Signer[] {
  return parseSpec(lab(lines), "c.yaml").signers;
}

Deno.test("a signer has a CA, usages and nothing that limits names unless it says so", () => {
  assert.deepEqual(signersOf(""), []);
  assert.deepEqual(signersOf("signers: [{ name: example.com/monitoring, usages: [client auth] }]\n"), [{
    name: "example.com/monitoring",
    authority: "kubernetes",
    usages: ["client auth"],
    requiredUsages: [],
    hasEmails: false,
    hasUris: false,
    isAutoApproved: false,
  }]);
});

Deno.test("a signer takes every key, in the order of the spec", () => {
  const [signer] = signersOf(`signers:
- name: example.com/etcd.clients
  authority: etcd
  usages: [digital signature, server auth, client auth]
  requiredUsages: [client auth]
  groups: [ops, "team-*"]
  commonNames: ["*"]
  dnsNames: ["*.Example.com", localhost]
  addresses: [10.0.0.0/8, "FD00:0::/64"]
  emails: true
  uris: true
  validity: 90d
  autoApprove: true
`);
  const { addresses = [], ...rest } = signer ?? assert.fail();
  assert.deepEqual(addresses.map(({ text }) => text), ["10.0.0.0/8", "fd00::/64"]);
  assert.deepEqual(rest, {
    name: "example.com/etcd.clients",
    authority: "etcd",
    usages: ["digital signature", "server auth", "client auth"],
    requiredUsages: ["client auth"],
    groups: ["ops", "team-*"],
    commonNames: ["*"],
    dnsNames: ["*.example.com", "localhost"],
    hasEmails: true,
    hasUris: true,
    validity: { seconds: 90 * 86400 },
    isAutoApproved: true,
  });
});

Deno.test("a signer's longest lifetime may be an end", () => {
  const [signer] = signersOf("signers: [{ name: a.io/b, usages: [any], validity: 2030-01-01 }]\n");
  assert.deepEqual(signer?.validity, { until: Date.UTC(2030, 0, 1) / 1000 });
});

Deno.test("a name that only looks like one of Kubernetes is taken", () => {
  for (const name of ["mykubernetes.io/a", "kubernetes.io.example.com/a", "example.com/kubernetes.io"]) {
    assert.equal(signersOf(`signers: [{ name: ${name}, usages: [any] }]\n`)[0]?.name, name);
  }
});

Deno.test("system:masters needs a word, save where another CA signs, for which it is a name as others", () => {
  const groups = 'usages: [client auth], groups: ["system:masters", "system:*"] }]\n';
  assert.equal(signersOf(`signers: [{ name: a.io/b, ${groups}dangerous: [system-masters]\n`).length, 1);
  for (const authority of ["etcd", "front-proxy"]) {
    assert.equal(signersOf(`signers: [{ name: a.io/b, authority: ${authority}, ${groups}`).length, 1);
  }
});

Deno.test("names of Kubernetes are allowed only by a pattern that begins as they do", () => {
  const cases:
    readonly (readonly [patterns: readonly string[] | undefined, name: string, isAllowed: boolean])[] = [
      [undefined, "ops", true],
      [undefined, "", true],
      [undefined, "system:node:node-0", false],
      [undefined, "system:masters", false],
      [undefined, "System:masters", true],
      [[], "ops", false],
      [["*"], "ops", true],
      [["*"], "", true],
      [["*"], "system:masters", false],
      [["*:masters"], "system:masters", false],
      [["s*"], "system:masters", false],
      [["system:*"], "system:masters", true],
      [["system:*"], "ops", false],
      [["system:mon*"], "system:masters", false],
      [["team-*-ops", "x"], "team-a-ops", true],
      [["team-*-ops"], "team-ops", false],
      [["a.c"], "abc", false],
      [["a*"], "a\nb", true],
    ];
  for (const [patterns, name, isAllowed] of cases) {
    assert.equal(matchesName(patterns, name), isAllowed, `${patterns} ${name}`);
  }
});

Deno.test("a signer's name is good in the spec exactly when it is good for the API", () => {
  const label = "x".repeat(63);
  const domain = [label, label, label, "x".repeat(61)].join(".");
  const parts = [
    "a.io",
    "a",
    "",
    "A.io",
    "a..io",
    "-a.io",
    "a-.io",
    "a_b.io",
    `${label}.io`,
    `${label}x.io`,
    "1.2",
  ];
  const names = [
    ...parts.flatMap((domain) =>
      [...parts, "x".repeat(253), "x".repeat(254)].map((path) => `${domain}/${path}`)
    ),
    ...["", "/", "a.io", "a.io/b/c", "a.io/b/", "a.io /b", "a.io/b\n", "a.io/\u00e4"],
    ...[`${domain}/a`, `${domain}x/a`, `a.io/${"x".repeat(253)}.${"x".repeat(253)}.${"x".repeat(58)}`],
    `a.io/${"x".repeat(253)}.${"x".repeat(253)}.${"x".repeat(59)}`,
  ];
  const good = names.filter(isSignerName);
  assert.deepEqual(good, names.filter((name) => signerNameCauses(name).length === 0));
  assert.ok(good.length > 15 && good.length < names.length - 50);
});

/** What is wrong, the items of the list from line 4 on, and every line of the report. */
const REFUSED: readonly (readonly [title: string, items: string, lines: readonly string[]])[] = [
  ["a word as signer", "- a", [
    '4:3: Cannot use "a" as signers[0]: expected a mapping with name, authority, usages, requiredUsages, groups, commonNames, dnsNames, addresses, emails, uris, validity, autoApprove',
  ]],
  ["no name", "- { usages: [client auth] }", [
    `4:3: Missing key "name" in signers[0]: ${NAME}`,
  ]],
  ["no usages", "- { name: a.io/b }", [
    '4:3: Missing key "usages" in signers[0]: expected a list of usages',
  ]],
  ["an unknown key", "- { name: a.io/b, usages: [client auth], usage: [x] }", [
    '4:42: Unknown key "usage": did you mean "usages"?',
  ]],
  ["a name without a path", "- { name: example.com, usages: [client auth] }", [
    `4:11: Cannot use "example.com" as signers[0].name: ${NAME}`,
  ]],
  ["a name with two paths", "- { name: a.io/b/c, usages: [client auth] }", [
    `4:11: Cannot use "a.io/b/c" as signers[0].name: ${NAME}`,
  ]],
  ["a domain of one label", "- { name: example/monitoring, usages: [client auth] }", [
    `4:11: Cannot use "example/monitoring" as signers[0].name: ${NAME}`,
  ]],
  ["capitals in its name", "- { name: Example.com/a, usages: [client auth] }", [
    `4:11: Cannot use "Example.com/a" as signers[0].name: ${NAME}`,
  ]],
  ["an empty path", "- { name: a.io/, usages: [client auth] }", [
    `4:11: Cannot use "a.io/" as signers[0].name: ${NAME}`,
  ]],
  ["a name of Kubernetes", "- { name: kubernetes.io/kubelet-serving, usages: [client auth] }", [
    '4:11: Cannot use "kubernetes.io/kubelet-serving" as signers[0].name: kubernetes.io and its subdomains belong to Kubernetes',
  ]],
  ["a name of a subdomain of kubernetes.io", "- { name: x.kubernetes.io/a, usages: [client auth] }", [
    '4:11: Cannot use "x.kubernetes.io/a" as signers[0].name: kubernetes.io and its subdomains belong to Kubernetes',
  ]],
  [
    "a name that another has",
    "- { name: a.io/b, usages: [client auth] }\n- { name: a.io/b, usages: [client auth] }",
    [
      '5:11: Duplicate signer "a.io/b": expected each name once',
    ],
  ],
  ["an unknown CA", "- { name: a.io/b, usages: [client auth], authority: root }", [
    '4:53: Cannot use "root" as signers[0].authority: expected one of kubernetes, etcd, front-proxy',
  ]],
  ["an empty list of usages", "- { name: a.io/b, usages: [] }", [
    "4:27: Cannot use a list as signers[0].usages: expected at least one usage",
  ]],
  ["an unknown usage", "- { name: a.io/b, usages: [clientauth] }", [
    '4:28: Cannot use "clientauth" as signers[0].usages[0]: expected a usage such as digital signature, client auth or server auth',
  ]],
  ["a usage twice", "- { name: a.io/b, usages: [client auth, client auth] }", [
    '4:41: Duplicate usage "client auth": expected each once',
  ]],
  ["the usage of CAs", "- { name: a.io/b, usages: [cert sign] }", [
    '4:28: Cannot use "cert sign" as signers[0].usages[0]: no certificate of a request is a CA\'s',
  ]],
  [
    "a required usage that is not allowed",
    "- { name: a.io/b, usages: [client auth], requiredUsages: [server auth] }",
    [
      '4:59: Cannot use "server auth" as signers[0].requiredUsages[0]: expected one of signers[0].usages',
    ],
  ],
  [
    "a required usage twice",
    "- { name: a.io/b, usages: [client auth], requiredUsages: [client auth, client auth] }",
    [
      '4:72: Duplicate usage "client auth": expected each once',
    ],
  ],
  ["an organization twice", "- { name: a.io/b, usages: [client auth], groups: [x, x] }", [
    '4:54: Duplicate organization "x": expected each once',
  ]],
  ["an empty organization", '- { name: a.io/b, usages: [client auth], groups: [""] }', [
    `4:51: Cannot use "" as signers[0].groups[0]: ${PATTERN}`,
  ]],
  ["system:masters", '- { name: a.io/b, usages: [client auth], groups: [ops, "system:masters"] }', [
    `4:56: Cannot use "system:masters" as signers[0].groups[1], which allows system:masters: ${MASTERS}`,
  ]],
  [
    "a pattern that allows system:masters",
    '- { name: a.io/b, usages: [client auth], groups: ["system:*"] }',
    [
      `4:51: Cannot use "system:*" as signers[0].groups[0], which allows system:masters: ${MASTERS}`,
    ],
  ],
  ["a common name twice", "- { name: a.io/b, usages: [client auth], commonNames: [x, x] }", [
    '4:59: Duplicate common name "x": expected each once',
  ]],
  ["white space before a common name", '- { name: a.io/b, usages: [client auth], commonNames: [" x"] }', [
    `4:56: Cannot use " x" as signers[0].commonNames[0]: ${PATTERN}`,
  ]],
  ["a DNS name twice, in two cases", "- { name: a.io/b, usages: [client auth], dnsNames: [x, X] }", [
    '4:56: Duplicate DNS name "x": expected each once',
  ]],
  ["a DNS name that is none", "- { name: a.io/b, usages: [client auth], dnsNames: [a_b] }", [
    '4:53: Cannot use "a_b" as signers[0].dnsNames[0]: expected a DNS name such as web.example.com or *.example.com; * stands for any characters of a name',
  ]],
  ["a network twice", '- { name: a.io/b, usages: [client auth], addresses: ["fd00::/64", "FD00:0::/64"] }', [
    '4:67: Duplicate network "fd00::/64": expected each once',
  ]],
  ["bits behind a network's prefix", "- { name: a.io/b, usages: [client auth], addresses: [10.0.0.1/8] }", [
    '4:54: Cannot use "10.0.0.1/8" as signers[0].addresses[0]: expected no bits behind the prefix, did you mean "10.0.0.0/8"?',
  ]],
  ["an address for a network", "- { name: a.io/b, usages: [client auth], addresses: [10.0.0.1] }", [
    '4:54: Cannot use "10.0.0.1" as signers[0].addresses[0]: expected a CIDR such as 10.96.0.0/12',
  ]],
  ["a word for a truth", "- { name: a.io/b, usages: [client auth], emails: yes }", [
    '4:50: Cannot use "yes" as signers[0].emails: expected true or false',
  ]],
  ["a list for a truth", "- { name: a.io/b, usages: [client auth], uris: [x] }", [
    "4:48: Cannot use a list as signers[0].uris: expected true or false",
  ]],
  ["a lifetime in minutes", "- { name: a.io/b, usages: [client auth], validity: 5m }", [
    '4:52: Cannot use "5m" as signers[0].validity: expected a duration such as 10y, 90d or 12h (y is 365 days), or an end such as 2036-01-01T00:00:00Z',
  ]],
  [
    "an end that no certificate can say",
    "- { name: a.io/b, usages: [client auth], validity: 9999-12-31T23:59:59Z }",
    [
      "4:52: Cannot use 9999-12-31T23:59:59Z as an end: expected one before 9999-12-31T23:59:59Z",
    ],
  ],
  [
    "an approval of whatever is not stated",
    "- { name: a.io/b, usages: [client auth], autoApprove: true, groups: [a], addresses: [] }",
    [
      "4:55: Cannot use true as signers[0].autoApprove: as nobody else looks, expected commonNames, dnsNames too, [] for none",
    ],
  ],
  ["a word for an approval", "- { name: a.io/b, usages: [client auth], autoApprove: client }", [
    '4:55: Cannot use "client" as signers[0].autoApprove: expected true or false',
  ]],
  [
    "several faults",
    "- { name: a.io/b, usages: [x, client auth], requiredUsages: [server auth], dnsNames: [], autoApprove: true }",
    [
      '4:28: Cannot use "x" as signers[0].usages[0]: expected a usage such as digital signature, client auth or server auth',
      "4:103: Cannot use true as signers[0].autoApprove: as nobody else looks, expected groups, commonNames, addresses too, [] for none",
    ],
  ],
];

for (const [title, items, lines] of REFUSED) {
  Deno.test(`a signer with ${title} is refused at its place`, () => {
    assert.deepEqual(problemsOf(lab(`signers:\n${items}\n`)), lines);
  });
}

Deno.test("a refused name among signers hides no other fault", () => {
  assert.deepEqual(
    problemsOf(lab("signers: [{ name: x, usages: [any, any] }, { name: a.io/b, usages: x }]\n")),
    [
      `3:19: Cannot use "x" as signers[0].name: ${NAME}`,
      '3:36: Duplicate usage "any": expected each once',
      '3:68: Cannot use "x" as signers[1].usages: expected a list of usages',
    ],
  );
});
