/**
 * OpenSSL judges the text of a certificate in full: its own text of the same certificate has to be the same, line by
 * line. The words are those of OpenSSL 3.0; of later versions only the spaces around `=` in names may differ.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readCertificate } from "../../scripts/inspect/certificate/certificate.ts";
import { DerError } from "../../scripts/inspect/der/der.ts";
import { describeCertificate } from "../../scripts/inspect/details/details.ts";
import { randomNumbers } from "../random.ts";
import { compareCertificate, readPem } from "./openssl_text.ts";
import { findProgram, forEach, runWell, testWith } from "./tools.ts";

const openssl = findProgram("openssl", "openssl");

const CONFIG = `
[req]
distinguished_name = dn
[dn]
[all]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always, issuer:always
keyUsage = critical, digitalSignature, keyCertSign, decipherOnly
basicConstraints = critical, CA:TRUE, pathlen:3
extendedKeyUsage = serverAuth, clientAuth, anyExtendedKeyUsage, 1.2.3.4
subjectAltName = DNS:a, IP:::1, IP:10.0.0.1, email:a@b, URI:http://x/, RID:1.2.3.4, dirName:dir, otherName:1.3.6.1.4.1.311.20.2.3;UTF8:u@p, otherName:1.2.3.4;INT:5
issuerAltName = DNS:i
nameConstraints = permitted;IP:10.0.0.0/255.0.0.0, permitted;DNS:a.b, excluded;email:c, excluded;dirName:dir
crlDistributionPoints = first, second
freshestCRL = URI:http://f/
authorityInfoAccess = OCSP;URI:http://o/, caIssuers;URI:http://c/
subjectInfoAccess = caRepository;URI:http://r/
certificatePolicies = 1.2.3, 2.5.29.32.0, @policy
policyConstraints = requireExplicitPolicy:3, inhibitPolicyMapping:0
policyMappings = 1.2.3:1.2.4
inhibitAnyPolicy = 2
tlsfeature = status_request, 44
nsComment = a comment
nsCertType = client, sslCA
noCheck = ignored
proxyCertInfo = language:id-ppl-anyLanguage, pathlen:3, policy:text:AB
2.5.29.16 = DER:30:11:80:0f:32:30:32:30:30:31:30:31:30:30:30:30:30:30:5a
1.2.3.4.5 = ASN1:UTF8:unknown
[dir]
C = KR
O = a/b
[first]
fullname = URI:http://first/
CRLissuer = dirName:dir
reasons = keyCompromise, CACompromise
[second]
relativename = relative
[relative]
CN = relative
[policy]
policyIdentifier = 1.2.3.4
CPS = http://cps/
userNotice = @notice
[notice]
explicitText = UTF8:텍스트
organization = Organization
noticeNumbers = 1, 2
[broken]
basicConstraints = DER:30:05
keyUsage = DER:04:00
nsComment = DER:16:00
subjectAltName = DER:30:00
crlDistributionPoints = DER:30:03:02:01:01
`;

const CURVE = ["ec", "-pkeyopt"];
const PSS = ["-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt"];

/** Arguments of `openssl req -x509`: keys and signatures, names, serial numbers and ends. */
const CORPUS: readonly (readonly string[])[] = [
  ["-newkey", "rsa:2048", "-subj", "/CN=a", "-extensions", "all"],
  ["-newkey", ...CURVE, "ec_paramgen_curve:P-256", "-subj", "/CN=a", "-extensions", "broken"],
  ["-newkey", "rsa:2048", ...PSS, "rsa_pss_saltlen:20", "-subj", "/O=한국어+CN=b"],
  ["-newkey", "rsa-pss", "-sha384", "-subj", '/CN=# a, "b" \\\\ <c>;'],
  ...["P-224", "P-384", "P-521", "secp256k1", "brainpoolP256r1"].map((curve) => [
    ...["-newkey", ...CURVE, `ec_paramgen_curve:${curve}`, "-subj", "/CN=#"],
  ]),
  [
    ...["-newkey", ...CURVE, "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"],
    ...["-subj", "/", "-set_serial", "-1"],
  ],
  ["-newkey", "ed25519", "-subj", "/", "-set_serial", "0"],
  ["-newkey", "ed448", "-subj", "/1.2.3.4=x", "-set_serial", "-5", "-days", "20000"],
  ["-newkey", "ed25519", "-subj", "/CN=a", "-set_serial", "0x8000000000000000"],
  ["-newkey", "ed25519", "-subj", "/CN=a", "-set_serial", "-0x112233445566778899"],
];

async function make(program: string, args: readonly string[]): Promise<string> {
  return await runWell(program, [
    ...["req", "-x509", "-nodes", "-keyout", "/dev/null", "-config", "/dev/stdin", "-utf8"],
    ...["-multivalue-rdn", ...args],
  ], { stdin: CONFIG });
}

for (const args of CORPUS) {
  testWith(
    [openssl],
    `OpenSSL writes the same text of a certificate: ${args.slice(1).join(" ")}`,
    async (_, program = "") => {
      const pem = await make(program, args);
      await compareCertificate(program, readPem(pem));
    },
  );
}

testWith(
  [openssl],
  "OpenSSL writes the same text of the certificates that this system trusts",
  async (_, program = "") => {
    let bundle = "";
    try {
      bundle = await Deno.readTextFile("/etc/ssl/certs/ca-certificates.crt");
    } catch {
      return;
    }
    const pems = bundle.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
    assert.ok(pems.length > 50);
    await forEach(pems, async (pem) => {
      await compareCertificate(program, readPem(pem));
    });
  },
);

testWith([openssl], "a changed certificate that can be read can be described", async (_, program = "") => {
  const original = readPem(await make(program, CORPUS[0] ?? []));
  const random = randomNumbers(20261127);
  let described = 0;
  for (let round = 0; round < 20_000 && described < 1000; round++) {
    const bytes = Uint8Array.from(original);
    for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    }
    let certificate;
    try {
      certificate = readCertificate(bytes);
    } catch (error) {
      assert.ok(error instanceof DerError);
      continue;
    }
    // Nothing but printable characters and line feeds comes out.
    assert.doesNotMatch(describeCertificate(certificate), /[^\n\P{Cc}]/u);
    described++;
  }
  assert.equal(described, 1000);
});
