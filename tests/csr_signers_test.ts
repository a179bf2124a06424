/**
 * Custom signers of a spec as `csr` keeps their policies: what is signed, with which CA and for how long, and what is
 * refused with which words.
 */
import assert from "node:assert/strict";
import { csrApprove, csrNew, csrShow, csrSign } from "../scripts/csr.ts";
import { customRefusal } from "../scripts/identity/csr/custom.ts";
import type { GoNames } from "../scripts/identity/csr/go_request.ts";
import { readCertificate } from "../scripts/inspect/certificate/certificate.ts";
import { formatName } from "../scripts/inspect/certificate/names.ts";
import { HardwayError } from "../scripts/shared/errors.ts";
import { decodePem } from "../scripts/shared/pem.ts";
import { parseSpec } from "../scripts/spec/read.ts";
import type { CsrResult, NewCsrOptions, SignCsrOptions } from "../scripts/write/csr/options.ts";
import { makeAuthority } from "./csr_authorities.ts";
import { AT, MONITORING, signerTest } from "./csr_signers.ts";
import { lab } from "./spec_documents.ts";

type Asked = Partial<Omit<NewCsrOptions, "name" | "folder">>;

/** Makes, approves and signs a request of the name x.yaml, and gives what came of it. */
async function story(
  folder: string,
  name: string,
  asked: Asked,
  sign: Partial<SignCsrOptions> = {},
): Promise<CsrResult> {
  await csrNew({ folder, name, force: true, ...asked });
  await csrApprove({ folder, file: `${name}.yaml`, at: AT });
  return await csrSign({ folder, file: `${name}.yaml`, at: AT, ...sign });
}

function failure(name: string, message: string, remedy: string): readonly string[] {
  return [
    `${name} Failed: SignerValidationFailure: ${message}`,
    `Remedy: ${remedy}`,
    "a failed request is never signed: make it anew with csr new --force",
  ];
}

/** The certificate in a manifest. */
function certificateIn(folder: string, file: string): ReturnType<typeof readCertificate> {
  const text = Deno.readTextFileSync(`${folder}/${file}`);
  const [, value = ""] = /^ {2}certificate: (.*)$/m.exec(text) ?? [];
  return readCertificate(decodePem("CERTIFICATE", atob(value)) ?? new Uint8Array());
}

signerTest("a request that the policy allows is signed by the cluster's CA", async (folder) => {
  const signed = await story(folder, "scraper-0", {
    signerName: MONITORING,
    groups: ["monitoring", "team-a"],
    dnsNames: ["Web.example.com", "a.b.monitoring.svc", "*.monitoring.svc"],
    addresses: ["10.1.2.3", "fd00::7"],
    usages: ["server auth", "client auth"],
  });
  assert.deepEqual(signed, { exitCode: 0, lines: ["scraper-0 signed"] });
  const facts = await csrShow({ folder, file: "scraper-0.yaml", spec: "cluster.yaml" });
  assert.deepEqual([facts.state, facts.refusals], ["Issued", []]);
  assert.deepEqual(facts.certificate, {
    subject: "O=team-a+O=monitoring, CN=scraper-0",
    notBefore: "2026-12-31T23:55:00Z",
    notAfter: "2027-01-30T23:55:00Z",
  });
  const { extensions, issuer } = certificateIn(folder, "scraper-0.yaml");
  assert.equal(formatName(issuer), "CN=kubernetes-ca");
  // No usage asks for a bit: purposes, constraints, the CA's key, names.
  assert.deepEqual(extensions.map(({ oid }) => oid), ["2.5.29.37", "2.5.29.19", "2.5.29.35", "2.5.29.17"]);
});

/** What is asked for, and the condition's message with its remedy. */
const REFUSED: readonly (readonly [asked: Asked, message: string, remedy: string])[] = [
  [
    { groups: ["monitoring", "developers"] },
    'subject organization "developers" is not allowed',
    'leave O="developers" out of the subject, or add it to the signer\'s groups',
  ],
  [
    { groups: ["system:masters"] },
    'subject organization "system:masters" is not allowed',
    'leave O="system:masters" out of the subject, or add it to the signer\'s groups',
  ],
  [
    { dnsNames: ["web.example.com", "web.example.org"] },
    'DNS subjectAltName "web.example.org" is not allowed',
    'leave "web.example.org" out of the alternative names, or add it to the signer\'s dnsNames',
  ],
  [
    { addresses: ["10.0.0.1", "11.0.0.1"] },
    'IP subjectAltName "11.0.0.1" is not allowed',
    'leave "11.0.0.1" out of the alternative names, or add its network to the signer\'s addresses',
  ],
  [
    { addresses: ["fd00:0:0:1::1"] },
    'IP subjectAltName "fd00:0:0:1::1" is not allowed',
    'leave "fd00:0:0:1::1" out of the alternative names, or add its network to the signer\'s addresses',
  ],
  [
    { usages: ["client auth", "code signing", "any"] },
    `invalid usage for ${MONITORING}: code signing`,
    'take "code signing" out of spec.usages, or add it to the signer\'s usages',
  ],
  [
    { usages: ["server auth"] },
    `missing required usage for ${MONITORING}: client auth`,
    "add client auth to spec.usages",
  ],
  // The order of the checks.
  [
    { groups: ["x"], dnsNames: ["x"], addresses: ["1.1.1.1"], usages: ["any"] },
    'subject organization "x" is not allowed',
    'leave O="x" out of the subject, or add it to the signer\'s groups',
  ],
  [
    { dnsNames: ["x"], addresses: ["1.1.1.1"], usages: ["any"] },
    'DNS subjectAltName "x" is not allowed',
    'leave "x" out of the alternative names, or add it to the signer\'s dnsNames',
  ],
];

signerTest("what the policy does not allow fails with its reason and a remedy", async (folder) => {
  for (const [terms, message, remedy] of REFUSED) {
    const asked = { signerName: MONITORING, ...terms };
    const failed = await story(folder, "scraper-0", asked);
    assert.deepEqual(failed, { exitCode: 1, lines: failure("scraper-0", message, remedy) });
    const text = Deno.readTextFileSync(`${folder}/scraper-0.yaml`);
    assert.match(text, /reason: SignerValidationFailure\n +status: "True"\n +type: Failed\n$/);
    assert.ok(!text.includes("certificate:"));
    // Before anything is decided, new and show say the same; without the spec they know nothing.
    const known = await csrNew({ folder, name: "scraper-0", force: true, spec: "cluster.yaml", ...asked });
    const blind = await csrNew({ folder, name: "scraper-0", force: true, ...asked });
    assert.deepEqual([known.refusal, blind.refusal], [message, undefined]);
    const facts = await csrShow({ folder, file: "scraper-0.yaml", spec: "cluster.yaml" });
    assert.deepEqual([facts.state, facts.refusals, facts.remedy], ["Pending", [message], remedy]);
    assert.deepEqual((await csrShow({ folder, file: "scraper-0.yaml" })).refusals, []);
  }
});

signerTest(
  "the common name is held against its patterns, and an empty list allows nothing",
  async (folder) => {
    const closed = "example.com/closed";
    const cases: readonly (readonly [signer: string, asked: Asked, message: string])[] = [
      [MONITORING, {}, 'subject common name "jane" is not allowed'],
      [closed, {}, 'subject common name "jane" is not allowed'],
      [closed, { groups: ["a"] }, 'subject organization "a" is not allowed'],
      [closed, { dnsNames: ["a"] }, "DNS subjectAltNames are not allowed"],
      [closed, { addresses: ["10.0.0.1"] }, "IP subjectAltNames are not allowed"],
      [
        "example.com/open",
        { groups: ["system:masters"] },
        'subject organization "system:masters" is not allowed',
      ],
    ];
    for (const [signerName, asked, message] of cases) {
      const { exitCode, lines } = await story(folder, "jane", { signerName, ...asked });
      assert.deepEqual([exitCode, lines[0]], [1, `jane Failed: SignerValidationFailure: ${message}`]);
    }
  },
);

signerTest(
  "a lifetime is the request's, the command's, the policy's or the CA's, the shortest",
  async (folder) => {
    const [open, mail, etcd] = ["example.com/open", "example.com/mail", "example.com/etcd"];
    const hour = 3600;
    const cases: readonly (readonly [
      signer: string,
      asked: number | undefined,
      longest: number | undefined,
      end: string,
    ])[] = [
      [MONITORING, undefined, undefined, "2027-01-30T23:55:00Z"],
      [MONITORING, hour, undefined, "2027-01-01T01:00:00Z"],
      [MONITORING, 8760 * hour, undefined, "2027-01-30T23:55:00Z"],
      [MONITORING, undefined, 2 * hour, "2027-01-01T02:00:00Z"],
      [MONITORING, undefined, 8760 * hour, "2027-01-30T23:55:00Z"],
      [open, undefined, undefined, "2027-12-31T23:55:00Z"],
      [open, undefined, 17520 * hour, "2028-12-30T23:55:00Z"],
      [mail, undefined, undefined, "2027-03-01T00:00:00Z"],
      [mail, 24 * hour, undefined, "2027-01-01T23:55:00Z"],
      [mail, undefined, hour, "2027-01-01T01:00:00Z"],
      [etcd, undefined, undefined, "2046-12-26T23:55:00Z"],
      [etcd, undefined, 2_000_000 * hour, "2046-12-26T23:55:00Z"],
    ];
    for (const [signerName, seconds, longest, end] of cases) {
      const signed = await story(
        folder,
        "scraper-0",
        { signerName, spec: "cluster.yaml", ...(seconds !== undefined && { expirationSeconds: seconds }) },
        longest === undefined ? {} : { longest },
      );
      assert.equal(signed.exitCode, 0, signed.lines.join("\n"));
      const facts = await csrShow({ folder, file: "scraper-0.yaml" });
      assert.equal(facts.certificate?.notAfter, end, `${signerName} ${seconds} ${longest}`);
    }
    const terms = { signerName: mail, spec: "cluster.yaml" };
    await assert.rejects(story(folder, "mia", terms, { at: Date.UTC(2027, 2, 1) / 1000 }), (error) => {
      assert.ok(error instanceof HardwayError);
      assert.match(error.message, /certificate that expired in the past: NotAfter=2027-03-01 00:00:00/);
      assert.match(error.message, /^Remedy: renew the CA, or the validity of a signer of your own, or give/m);
      return true;
    });
  },
);

signerTest("each signer signs with its CA, or with those of files", async (folder) => {
  const issuer = (): string => formatName(certificateIn(folder, "scraper-0.yaml").issuer);
  for (
    const [signerName, name] of [
      ["example.com/open", "CN=kubernetes-ca"],
      ["example.com/etcd", "CN=etcd-ca"],
      ["example.com/proxy", "CN=front-proxy-ca"],
    ] as const
  ) {
    assert.equal((await story(folder, "scraper-0", { signerName })).exitCode, 0);
    assert.equal(issuer(), name);
  }
  const files = makeAuthority({
    key: "p256",
    notBefore: AT - 86400,
    notAfter: AT + 86400 * 3650,
    name: "other",
  });
  Deno.writeFileSync(`${folder}/other.crt`, files.certificate);
  Deno.writeFileSync(`${folder}/other.key`, files.key);
  const authority = { ca: "other.crt", caKey: "other.key" };
  // No seed is needed then.
  Deno.removeSync(`${folder}/cluster.seed`);
  const asked = { signerName: MONITORING };
  const known = { authority, spec: "cluster.yaml" };
  assert.equal((await story(folder, "scraper-0", asked, known)).exitCode, 0);
  assert.equal(issuer(), "CN=other");
  assert.deepEqual((await story(folder, "jane", asked, known)).exitCode, 1);
  await assert.rejects(
    story(folder, "scraper-0", asked, { authority }),
    /No signer of the name example\.com\/monitoring is here: expected kubernetes\.io/,
  );
});

/** What a signer with these keys refuses of a request with these names. */
function refusalOf(keys: string, names: Partial<GoNames>, commonName = "a"): string | undefined {
  const [signer] = parseSpec(lab(`signers: [{ name: a.io/b, usages: [any], ${keys} }]\n`), "c.yaml").signers;
  return customRefusal(signer ?? assert.fail(), {
    tbs: new Uint8Array(),
    subject: { commonName, serialNumber: "", lists: new Map() },
    names: { dns: [], emails: [], addresses: [], uris: [], ...names },
    key: undefined,
    signatureAlgorithm: new Uint8Array(),
    signature: new Uint8Array(),
  }, ["any"]);
}

Deno.test("e-mail addresses and URIs are allowed by a word, both looked at in the order of Kubernetes", () => {
  const both = { emails: ["a@example.com"], uris: ["spiffe://a/b"], addresses: [Uint8Array.of(10, 0, 0, 1)] };
  assert.equal(refusalOf("addresses: []", both), "Email subjectAltNames are not allowed");
  assert.equal(refusalOf("addresses: [], emails: true", both), "IP subjectAltNames are not allowed");
  assert.equal(refusalOf("emails: true", both), "URI subjectAltNames are not allowed");
  assert.equal(refusalOf("emails: true, uris: true", both), undefined);
  assert.equal(refusalOf("emails: false", { uris: ["a:b"] }), "URI subjectAltNames are not allowed");
});

Deno.test("an IPv4 address in the form of IPv6 is held against networks of IPv4", () => {
  const mapped = { addresses: [Uint8Array.fromHex("00000000000000000000ffff0a000009")] };
  assert.equal(refusalOf("addresses: [10.0.0.0/8]", mapped), undefined);
  assert.equal(refusalOf("addresses: [11.0.0.0/8]", mapped), 'IP subjectAltName "10.0.0.9" is not allowed');
  assert.equal(refusalOf("addresses: ['2000::/3']", mapped), 'IP subjectAltName "10.0.0.9" is not allowed');
  const short = { addresses: [Uint8Array.of(0, 0, 0, 9)] };
  assert.equal(refusalOf("addresses: ['fd00::/64']", short), 'IP subjectAltName "0.0.0.9" is not allowed');
});

Deno.test("nothing hides behind the star of a DNS name, and without a list any name may be asked for", () => {
  const names = ["evil.com\0.example.com", "evil.com, a.example.com", "a b.example.com", "a.example.com."];
  for (const name of [...names, "10.0.0.1", "example.com", ".example.com", "*.*.example.com"]) {
    assert.match(
      refusalOf('dnsNames: ["*.example.com"]', { dns: [name] }) ?? "",
      /^DNS subjectAltName "/,
      name,
    );
    assert.equal(refusalOf("uris: false", { dns: [name] }), undefined);
  }
  for (const name of ["a.example.com", "A.B.EXAMPLE.com", "*.example.com", "a-1.example.com"]) {
    assert.equal(refusalOf('dnsNames: ["*.example.com"]', { dns: [name] }), undefined, name);
  }
  assert.equal(
    refusalOf('dnsNames: ["*"]', { dns: ["10.0.0.1"] }),
    'DNS subjectAltName "10.0.0.1" is not allowed',
  );
});

Deno.test("a request without a common name passes where none is wanted, or any is", () => {
  assert.equal(refusalOf("commonNames: []", {}, ""), undefined);
  assert.equal(refusalOf("commonNames: ['*']", {}, ""), undefined);
  assert.equal(refusalOf("uris: false", {}, ""), undefined);
  assert.equal(refusalOf("commonNames: ['a*']", {}, ""), 'subject common name "" is not allowed');
});
