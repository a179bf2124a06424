/**
 * A second writer of certificates: pkijs builds each one from its plan, and the bytes must be ours.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as asn1js from "npm:asn1js@4.0.0";
import fc from "npm:fast-check@4.10.2";
import * as pkijs from "npm:pkijs@4.0.0";
import { provisionInMemory } from "../mod.ts";
import type { CertificateEntry, Subject } from "../scripts/plan/types.ts";
import { addressBytes } from "../scripts/shared/address.ts";
import { validSpec } from "./arbitraries.ts";
import { SEED } from "./run.ts";

const USAGES = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" } as const;

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function nameOf(subject: Subject): pkijs.RelativeDistinguishedNames {
  const attributes = [
    ...subject.organizations.map((value) => ["2.5.4.10", value] as const),
    ["2.5.4.3", subject.commonName] as const,
  ];
  // pkijs would put all attributes into one RDN, so asn1js makes one for each.
  const name = new asn1js.Sequence({
    value: attributes.map(([type, value]) =>
      new asn1js.Set({
        value: [
          new pkijs.AttributeTypeAndValue({ type, value: new asn1js.Utf8String({ value }) }).toSchema(),
        ],
      })
    ),
  });
  return pkijs.RelativeDistinguishedNames.fromBER(name.toBER());
}

function timeOf(seconds: number): pkijs.Time {
  const value = new Date(seconds * 1000);
  return new pkijs.Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value });
}

function extensionOf(extnID: string, critical: boolean, value: asn1js.BaseBlock): pkijs.Extension {
  return new pkijs.Extension({ extnID, critical, extnValue: value.toBER() });
}

/** `bits` are numbered from the first; a named bit list ends with its last set one. */
function keyUsage(bits: readonly number[]): asn1js.BitString {
  const unusedBits = 7 - Math.max(...bits);
  const valueHex = Uint8Array.of(bits.reduce((byte, bit) => byte | 0x80 >> bit, 0)).buffer;
  return new asn1js.BitString({ valueHex, unusedBits });
}

async function keyIdentifier(key: pkijs.PublicKeyInfo): Promise<ArrayBuffer> {
  const bits = key.subjectPublicKey.valueBlock.valueHexView;
  return (await crypto.subtle.digest("SHA-256", new Uint8Array(bits))).slice(0, 20);
}

/** Builds a certificate from what its plan says; serial, key and signature are those of the one that was issued. */
async function build(
  entry: CertificateEntry,
  issuer: CertificateEntry,
  issued: pkijs.Certificate,
  issuerKey: pkijs.PublicKeyInfo,
): Promise<Uint8Array> {
  const certificate = new pkijs.Certificate({
    version: 2,
    serialNumber: issued.serialNumber,
    signature: issued.signature,
    issuer: nameOf(issuer.subject),
    notBefore: timeOf(entry.notBefore),
    notAfter: timeOf(entry.notAfter),
    subject: nameOf(entry.subject),
    subjectPublicKeyInfo: issued.subjectPublicKeyInfo,
  });
  const isKeyTransport = entry.keyAlgorithm.startsWith("RSA") && entry.usages.includes("server");
  const usage = entry.isAuthority ? [5, 6] : isKeyTransport ? [0, 2] : [0];
  const identifier = await keyIdentifier(issued.subjectPublicKeyInfo);
  const issuerIdentifier = await keyIdentifier(issuerKey);
  certificate.extensions = [
    extensionOf("2.5.29.19", true, new pkijs.BasicConstraints({ cA: entry.isAuthority }).toSchema()),
    extensionOf("2.5.29.15", true, keyUsage(usage)),
    ...entry.isAuthority ? [] : [
      extensionOf(
        "2.5.29.37",
        false,
        new pkijs.ExtKeyUsage({ keyPurposes: entry.usages.map((one) => USAGES[one]) }).toSchema(),
      ),
    ],
    extensionOf("2.5.29.14", false, new asn1js.OctetString({ valueHex: identifier })),
    extensionOf(
      "2.5.29.35",
      false,
      new pkijs.AuthorityKeyIdentifier({
        keyIdentifier: new asn1js.OctetString({ valueHex: issuerIdentifier }),
      }).toSchema(),
    ),
  ];
  const names = [
    ...entry.dnsNames.map((value) => new pkijs.GeneralName({ type: 2, value })),
    ...entry.addresses.map((address) =>
      new pkijs.GeneralName({
        type: 7,
        value: new asn1js.OctetString({ valueHex: bufferOf(addressBytes(address)) }),
      })
    ),
  ];
  if (names.length > 0) {
    certificate.extensions.push(
      extensionOf("2.5.29.17", false, new pkijs.GeneralNames({ names }).toSchema()),
    );
  }
  certificate.signatureAlgorithm = issued.signatureAlgorithm;
  certificate.signatureValue = issued.signatureValue;
  return new Uint8Array(certificate.toSchema(true).toBER());
}

/** RSA-2048 keys are few and slow: they have a test of their own. */
const algorithm = fc.constantFrom("ECDSA-P256" as const, "ECDSA-P384" as const, "Ed25519" as const);

async function compare(input: Parameters<typeof provisionInMemory>[0]): Promise<number> {
  const tree = await provisionInMemory(input, SEED);
  const entries = new Map(
    tree.plan.entries.flatMap((entry) => entry.kind === "certificate" ? [[entry.id, entry]] : []),
  );
  const issued = new Map(
    [...entries.values()].map(({ id, certificatePath }) => {
      const base64 = tree.text(certificatePath).replace(/-----[^-]+-----|\s/g, "");
      return [id, Uint8Array.fromBase64(base64)];
    }),
  );
  for (const entry of entries.values()) {
    const [ours, issuersOwn] = [issued.get(entry.id), issued.get(entry.issuer)];
    const issuer = entries.get(entry.issuer);
    assert.ok(ours !== undefined && issuersOwn !== undefined && issuer !== undefined);
    const theirs = await build(
      entry,
      issuer,
      pkijs.Certificate.fromBER(bufferOf(ours)),
      pkijs.Certificate.fromBER(bufferOf(issuersOwn)).subjectPublicKeyInfo,
    );
    assert.equal(theirs.toHex(), ours.toHex(), entry.id);
  }
  return entries.size;
}

Deno.test("pkijs writes the same bytes for every certificate of random specs", async () => {
  let certificates = 0;
  await fc.assert(
    fc.asyncProperty(validSpec, algorithm, algorithm, async (spec, ca, leaf) => {
      certificates += await compare({ ...spec, keys: { ca, leaf } });
    }),
    { seed: 20260101, numRuns: 25 },
  );
  assert.ok(certificates > 300, `${certificates} certificates`);
});

Deno.test("pkijs writes the same bytes for RSA, with key transport for servers only, and past 2049", async () => {
  await compare({
    name: "lab",
    keys: { ca: "RSA-2048", leaf: "RSA-2048", serviceAccount: "ECDSA-P256" },
    validity: { notBefore: "2040-01-01T00:00:00Z", ca: "7300d", leaf: "3700d" },
    controlPlane: [{ name: "server", addresses: ["10.240.0.10"] }],
  });
});
