/**
 * OpenSSL judges how revocation lists of others are read: it makes them, and its words are compared with our fields.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createPublicKey, verify } from "node:crypto";
import { join } from "node:path";
import { element, integer, octetString, oid, sequence, time } from "../../scripts/issue/der.ts";
import { signatureName } from "../../scripts/inspect/certificate/algorithms.ts";
import { readCertificate } from "../../scripts/inspect/certificate/certificate.ts";
import { readRevocationList, type RevocationList } from "../../scripts/inspect/certificate/crl.ts";
import { formatName } from "../../scripts/inspect/certificate/names.ts";
import { findPemBlocks } from "../../scripts/inspect/der/pem_blocks.ts";
import { findProgram, runWell, testWith } from "./tools.ts";

const openssl = findProgram("openssl", "openssl");

function bytes(pem: string): Uint8Array {
  const last = findPemBlocks(pem).at(-1);
  assert.ok(last?.bytes !== undefined, pem);
  return last.bytes;
}

/** Makes an authority in a folder, as easy-rsa and many others do. */
async function authority(program: string, folder: string): Promise<(...args: string[]) => Promise<string>> {
  const config = join(folder, "ca.cnf");
  await Deno.writeTextFile(join(folder, "index.txt"), "");
  await Deno.writeTextFile(join(folder, "crlnumber"), "1000\n");
  await Deno.writeTextFile(
    config,
    `[ca]
default_ca = own
[own]
database = ${folder}/index.txt
crlnumber = ${folder}/crlnumber
new_certs_dir = ${folder}
certificate = ${folder}/ca.pem
private_key = ${folder}/ca.key
default_md = sha256
rand_serial = yes
policy = any
[any]
commonName = supplied
[v2]
authorityKeyIdentifier = keyid:always
[req]
distinguished_name = dn
[dn]
`,
  );
  await runWell(program, [
    ...["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-config", config],
    ...["-keyout", join(folder, "ca.key"), "-out", join(folder, "ca.pem"), "-subj", "/O=x/CN=authority"],
    ...["-addext", "subjectKeyIdentifier=hash"],
  ]);
  return (...args) => runWell(program, [args[0] ?? "", "-config", config, ...args.slice(1)]);
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What OpenSSL prints, in our words. */
async function compare(program: string, pem: string): Promise<RevocationList> {
  const list = readRevocationList(bytes(pem));
  const print = (...args: readonly string[]): Promise<string> =>
    runWell(program, ["crl", "-noout", ...args], { stdin: pem });
  const text = await print("-text");
  const word = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  const at = (words: string | undefined): number | undefined =>
    words === undefined || words === "NONE" ? undefined : Date.parse(words) / 1000;
  assert.equal(String(list.version), word(/Version (\d)/));
  assert.equal(
    formatName(list.issuer),
    (await print("-issuer", "-nameopt", "sep_comma_plus_space,sname")).trim().replace(/^issuer ?= ?/, ""),
  );
  assert.equal(list.thisUpdate, at(word(/Last Update: (.+)/)));
  assert.equal(list.nextUpdate, at(word(/Next Update: (.+)/)));
  assert.equal(signatureName(list.signatureAlgorithm), word(/Signature Algorithm: (\S+)/));
  const number = word(/CRL Number: *\n *(\S+)/);
  assert.equal(
    list.number === undefined ? undefined : BigInt(`0x${list.number.toHex()}`),
    number && BigInt(number),
  );
  assert.equal(
    list.authorityKeyIdentifier?.toHex().toUpperCase().replace(/..(?=.)/g, "$&:"),
    word(/Authority Key Identifier: *\n *(?:keyid:)?(\S+)/),
  );
  const entries = text.split(/Serial Number: /).slice(1).map((entry) => [
    (/^\S+/.exec(entry)?.[0] ?? "").toLowerCase().replace(/^0+/, ""),
    at(/Revocation Date: (.+)/.exec(entry)?.[1]),
    /Reason Code: *\n *(.+)/.exec(entry)?.[1]?.replaceAll(" ", "").toLowerCase(),
  ]);
  assert.deepEqual(
    [...list.revoked].map((
      [serial, { revokedAt, reason }],
    ) => [serial.replace(/^0+/, ""), revokedAt, reason?.toLowerCase()]),
    entries,
  );
  return list;
}

const REASONS = [
  "unspecified",
  "keyCompromise",
  "CACompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "certificateHold",
  "",
];

testWith(
  [openssl],
  "OpenSSL reads the same fields and entries in revocation lists of either version",
  async (_, program = "") => {
    await inFolder(async (folder) => {
      const ca = await authority(program, folder);
      const out = (name: string): string => join(folder, name);
      const empty = await compare(program, await ca("ca", "-gencrl", "-crldays", "30", "-crlexts", "v2"));
      assert.equal(empty.revoked.size, 0);
      await ca(
        "req",
        "-new",
        "-nodes",
        "-newkey",
        "ed25519",
        "-keyout",
        out("k"),
        "-out",
        out("csr"),
        "-subj",
        "/CN=a",
      );
      const serials: string[] = [];
      for (const [index, reason] of REASONS.entries()) {
        await ca(
          "ca",
          "-batch",
          "-notext",
          "-days",
          "9",
          "-subj",
          `/CN=${index}`,
          "-in",
          out("csr"),
          "-out",
          out("crt"),
        );
        const certificate = readCertificate(bytes(await Deno.readTextFile(out("crt"))));
        serials.push(certificate.serial.toHex());
        await ca("ca", "-revoke", out("crt"), ...reason === "" ? [] : ["-crl_reason", reason]);
      }
      const list = await compare(program, await ca("ca", "-gencrl", "-crldays", "30", "-crlexts", "v2"));
      assert.deepEqual([...list.revoked.keys()].toSorted(), serials.toSorted());
      assert.equal(list.version, 2);
      const { publicKey } = readCertificate(bytes(await Deno.readTextFile(out("ca.pem"))));
      const key = createPublicKey({ key: Buffer.from(publicKey.der), format: "der", type: "spki" });
      assert.ok(verify("sha256", list.tbs, key, list.signature));

      // Version 1 has no extensions, neither of the list nor of its entries.
      const v1 = (await Deno.readTextFile(out("ca.cnf"))).replace(/crlnumber = .*\n/, "");
      await Deno.writeTextFile(out("ca.cnf"), v1);
      const index = (await Deno.readTextFile(out("index.txt"))).replace(/Z,\w+\t/g, "Z\t");
      await Deno.writeTextFile(out("index.txt"), index);
      const old = await compare(program, await ca("ca", "-gencrl", "-crldays", "30"));
      assert.deepEqual([old.version, old.revoked.size, old.number], [1, REASONS.length, undefined]);
    });
  },
);

/** A list without nextUpdate and with any reasons, which OpenSSL reads and does not write. */
function makeList(count: number, reasons: readonly number[] = []): Uint8Array {
  const algorithm = sequence(oid("1.2.840.10045.4.3.2"));
  const reason = (code: number): Uint8Array =>
    sequence(sequence(oid("2.5.29.21"), octetString(element(0x0a, Uint8Array.of(code)))));
  const entries = Array.from({ length: count }, (_, i) => {
    const code = reasons[i];
    const more = code === undefined ? [] : [reason(code)];
    return sequence(integer(BigInt(i + 1)), time(1_700_000_000 + i % 2), ...more);
  });
  const name = sequence();
  const list = count === 0 ? [] : [wrap(entries)];
  const tbs = sequence(integer(1n), algorithm, name, time(1_700_000_000), ...list);
  return sequence(tbs, algorithm, element(0x03, Uint8Array.of(0, 0x30, 0)));
}

/** As arguments, 100,000 entries would not fit on the stack. */
function wrap(entries: readonly Uint8Array[]): Uint8Array {
  return element(0x30, Uint8Array.from(entries.flatMap((entry) => [...entry])));
}

testWith(
  [openssl],
  "a list without a next update is read, with every reason, also one of 100,000 entries",
  async (_, program = "") => {
    const pem = (der: Uint8Array): string =>
      `-----BEGIN X509 CRL-----\n${der.toBase64().replace(/.{64}/g, "$&\n")}\n-----END X509 CRL-----\n`;
    assert.equal((await compare(program, pem(makeList(0)))).nextUpdate, undefined);
    assert.equal((await compare(program, pem(makeList(5)))).revoked.size, 5);
    const codes = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10];
    const all = await compare(program, pem(makeList(codes.length, codes)));
    assert.equal(new Set([...all.revoked.values()].map(({ reason }) => reason)).size, codes.length);
    const { revoked } = readRevocationList(makeList(100_000));
    assert.equal(revoked.size, 100_000);
    assert.equal(revoked.get("0186a0")?.revokedAt, 1_700_000_001);
  },
);
