/**
 * Certificates to the byte: an independent reading of the DER, the platform's parser and OpenSSL all say what the
 * entry says, for each algorithm as CA and as leaf.
 *
 * @module
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import type { CertificateEntry } from "../scripts/plan/types.ts";
import { type IssuedCertificate, issuePlan } from "../scripts/issue/issue.ts";
import { signatureAlgorithm } from "../scripts/issue/keys.ts";
import { parseAddress } from "../scripts/shared/address.ts";
import { toHex } from "../scripts/shared/encoding.ts";
import { toPem } from "../scripts/shared/pem.ts";
import { KEY_ALGORITHMS, type KeyAlgorithm } from "../scripts/spec/scalars.ts";

const SEED = { entropy: new Uint8Array(32).fill(0x42), created: 1767225600 };
const ADDRESSES = ["10.0.0.1", "127.0.0.1", "::1", "fd00::10"].flatMap((text) => parseAddress(text) ?? []);
const COMMON = {
  kind: "certificate",
  title: "",
  source: [],
  authority: "kubernetes",
  issuer: "ca",
  generation: 1,
  notBefore: Date.UTC(2026, 0, 1) / 1000,
  certificatePath: "",
  keyPath: "",
} as const;

/** A CA that ends after 2049 and a leaf that ends before. */
function entriesOf(algorithm: KeyAlgorithm): [CertificateEntry, CertificateEntry] {
  return [{
    ...COMMON,
    id: "ca",
    isAuthority: true,
    subject: { organizations: [], commonName: "kubernetes-ca" },
    usages: [],
    dnsNames: [],
    addresses: [],
    keyAlgorithm: algorithm,
    notAfter: Date.UTC(2050, 0, 1) / 1000,
  }, {
    ...COMMON,
    id: "leaf",
    isAuthority: false,
    subject: { organizations: ["system:nodes", "a\u00e9"], commonName: "leaf" },
    usages: ["server", "client"],
    dnsNames: ["*.example.org", "leaf"],
    addresses: ADDRESSES,
    keyAlgorithm: algorithm,
    notAfter: Date.UTC(2049, 11, 31, 23, 59, 59) / 1000,
  }];
}

/** Each pair is made once, as RSA takes its time. */
const pairs = new Map<KeyAlgorithm, Promise<[IssuedCertificate, IssuedCertificate]>>();

function issueBoth(algorithm: KeyAlgorithm): Promise<[IssuedCertificate, IssuedCertificate]> {
  const pair = pairs.get(algorithm) ?? issuePair(algorithm);
  pairs.set(algorithm, pair);
  return pair;
}

async function issuePair(algorithm: KeyAlgorithm): Promise<[IssuedCertificate, IssuedCertificate]> {
  const issued: IssuedCertificate[] = [];
  for await (const one of issuePlan({ cluster: "lab", entries: entriesOf(algorithm) }, SEED)) {
    if (one.kind === "certificate") issued.push(one);
  }
  const [ca, leaf] = issued;
  assert.ok(ca !== undefined && leaf !== undefined && issued.length === 2);
  return [ca, leaf];
}

/** One element of DER: tag, contents and the whole. */
interface Node {
  readonly tag: number;
  readonly contents: Uint8Array;
  readonly whole: Uint8Array;
}

/** Reads the elements that stand one behind the other. */
function read(bytes: Uint8Array): Node[] {
  const nodes: Node[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at + 1] ?? 0;
    const long = first < 0x80 ? 0 : first - 0x80;
    let length = long === 0 ? first : 0;
    for (let i = 0; i < long; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
    const start = at + 2 + long;
    nodes.push({
      tag: bytes[at] ?? 0,
      contents: bytes.subarray(start, start + length),
      whole: bytes.subarray(at, start + length),
    });
    at = start + length;
  }
  return nodes;
}

function hexOf(nodes: readonly Node[]): string[] {
  return nodes.map((node) => toHex(node.whole));
}

/** `critical oid value` of each extension, in order. */
function extensionsOf(list: Node | undefined): string[] {
  assert.equal(list?.tag, 0xa3);
  return read(read(list.contents)[0]?.contents ?? new Uint8Array()).map((extension) => {
    const parts = read(extension.contents);
    const critical = parts.length === 3;
    if (critical) assert.equal(toHex(parts[1]?.whole ?? new Uint8Array()), "0101ff");
    return `${critical ? "critical " : ""}${toHex(parts[0]?.contents ?? new Uint8Array())} ${
      toHex(parts.at(-1)?.contents ?? new Uint8Array())
    }`;
  });
}

/** RFC 7093 section 2, method 1, by the platform's SHA-256. */
function identifierOf(spki: Node | undefined): string {
  const bits = read(spki?.contents ?? new Uint8Array())[1]?.contents.subarray(1) ?? new Uint8Array();
  return createHash("sha256").update(bits).digest("hex").slice(0, 40);
}

const NAME_CA = "30183116301406035504030c0d6b756265726e657465732d6361";
const NAME_LEAF = "3034" + "3115" + "3013" + "060355040a" + "0c0c73797374656d3a6e6f646573" +
  "310c" + "300a" + "060355040a" + "0c0361c3a9" + "310d" + "300b" + "0603550403" + "0c046c656166";

for (const algorithm of KEY_ALGORITHMS) {
  Deno.test(`issueCertificate gives CA and leaf of the promised shape for ${algorithm}`, async () => {
    const [ca, leaf] = await issueBoth(algorithm);
    const fields = [ca, leaf].map(({ certificate, serial, fingerprint, pkcs8 }) => {
      assert.equal(createHash("sha256").update(certificate).digest("hex"), fingerprint);
      const [tbs, outer, signature, ...more] = read(read(certificate)[0]?.contents ?? new Uint8Array());
      assert.equal(more.length, 0);
      assert.equal(toHex(outer?.whole ?? new Uint8Array()), toHex(signatureAlgorithm(algorithm)));
      assert.equal(signature?.tag, 0x03);
      const nodes = read(tbs?.contents ?? new Uint8Array());
      assert.equal(nodes.length, 8);
      const [version, number, inner] = hexOf(nodes);
      assert.equal(version, "a003020102");
      assert.equal(inner, toHex(signatureAlgorithm(algorithm)));
      const hex = number?.slice(4) ?? "";
      assert.equal(hex.replace(/^00/, ""), serial);
      assert.equal(serial.length % 2, 0);
      const parsed = new X509Certificate(toPem("CERTIFICATE", certificate));
      // Deno drops a leading zero digit.
      assert.equal(parsed.serialNumber.toLowerCase().padStart(serial.length, "0"), serial);
      assert.ok(parsed.checkPrivateKey(createPrivateKey(toPem("PRIVATE KEY", pkcs8))));
      return nodes;
    });
    const [caFields = [], leafFields = []] = fields;
    const [caId, leafId] = [identifierOf(caFields[6]), identifierOf(leafFields[6])];
    const start = "170d3236303130313030303030305a";
    assert.deepEqual(hexOf(caFields.slice(3, 6)), [
      NAME_CA,
      `3020${start}180f32303530303130313030303030305a`,
      NAME_CA,
    ]);
    assert.deepEqual(hexOf(leafFields.slice(3, 6)), [
      NAME_CA,
      `301e${start}170d3439313233313233353935395a`,
      NAME_LEAF,
    ]);
    assert.deepEqual(extensionsOf(caFields[7]), [
      "critical 551d13 30030101ff",
      "critical 551d0f 03020106",
      `551d0e 0414${caId}`,
      `551d23 30168014${caId}`,
    ]);
    assert.deepEqual(extensionsOf(leafFields[7]), [
      "critical 551d13 3000",
      `critical 551d0f ${algorithm.startsWith("RSA") ? "030205a0" : "03020780"}`,
      "551d25 301406082b0601050507030106082b06010505070302",
      `551d0e 0414${leafId}`,
      `551d23 30168014${caId}`,
      "551d11 3045820d2a2e6578616d706c652e6f726782046c65616687040a00000187047f000001" +
      "871000000000000000000000000000000001" + "8710fd000000000000000000000000000010",
    ]);
  });

  Deno.test(`issueCertificate gives what the platform's parser reads back for ${algorithm}`, async () => {
    const [ca, leaf] = (await issueBoth(algorithm)).map((one) =>
      new X509Certificate(toPem("CERTIFICATE", one.certificate))
    );
    assert.ok(ca !== undefined && leaf !== undefined);
    assert.deepEqual([ca.subject, ca.issuer, leaf.issuer], new Array(3).fill("CN=kubernetes-ca"));
    assert.equal(leaf.subject, "O=system:nodes\nO=a\u00e9\nCN=leaf");
    assert.equal(
      leaf.subjectAltName,
      "DNS:*.example.org, DNS:leaf, IP Address:10.0.0.1, IP Address:127.0.0.1, IP Address:::1, IP Address:fd00::10",
    );
    assert.equal(ca.subjectAltName, undefined);
    assert.deepEqual([ca.ca, leaf.ca], [true, false]);
    assert.deepEqual([ca.validFrom, leaf.validFrom].map((text) => Date.parse(text) / 1000), [
      COMMON.notBefore,
      COMMON.notBefore,
    ]);
    assert.deepEqual([ca.validTo, leaf.validTo].map((text) => Date.parse(text) / 1000), [
      Date.UTC(2050, 0, 1) / 1000,
      Date.UTC(2049, 11, 31, 23, 59, 59) / 1000,
    ]);
    assert.ok(ca.verify(ca.publicKey));
    assert.ok(leaf.verify(ca.publicKey));
  });
}

/** Whether the openssl command is there. */
function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    console.log("Skipped the check by OpenSSL: there is no openssl command");
    return false;
  }
}

Deno.test({
  name: "issueCertificate and makeKey give what OpenSSL accepts strictly, for every algorithm",
  ignore: !hasOpenssl(),
  fn: async () => {
    const folder = mkdtempSync(`${tmpdir()}/hardway-`);
    const openssl = (...args: string[]): string =>
      execFileSync("openssl", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    try {
      for (const algorithm of KEY_ALGORITHMS) {
        const [ca, leaf] = await issueBoth(algorithm);
        for (const one of [ca, leaf]) {
          writeFileSync(`${folder}/${one.entry.id}.crt`, toPem("CERTIFICATE", one.certificate));
          writeFileSync(`${folder}/${one.entry.id}.key`, toPem("PRIVATE KEY", one.pkcs8), { mode: 0o600 });
          openssl("pkey", "-in", `${one.entry.id}.key`, "-check", "-noout");
          // OpenSSL writes the key in its own words, which have to be ours.
          const again = openssl("pkcs8", "-topk8", "-nocrypt", "-in", `${one.entry.id}.key`);
          assert.equal(again, toPem("PRIVATE KEY", one.pkcs8));
        }
        const time = ["-attime", String(COMMON.notBefore)];
        for (const purpose of ["sslserver", "sslclient"]) {
          const verdict = openssl(
            "verify",
            "-x509_strict",
            "-check_ss_sig",
            "-purpose",
            purpose,
            ...time,
            "-CAfile",
            "ca.crt",
            "leaf.crt",
          );
          assert.equal(verdict, "leaf.crt: OK\n");
        }
        const name = openssl(
          "x509",
          "-in",
          "leaf.crt",
          "-noout",
          "-subject",
          "-serial",
          "-nameopt",
          "RFC2253,show_type",
        );
        assert.equal(
          name,
          "subject=CN=UTF8STRING:leaf,O=UTF8STRING:a\\C3\\A9,O=UTF8STRING:system:nodes\n" +
            `serial=${leaf.serial.toUpperCase()}\n`,
        );
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});
