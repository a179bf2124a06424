/**
 * Whatever is changed in files that OpenSSL made, each reader gives facts or says where it is broken: no other
 * exception, no standstill, no octet of a private key in a message.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readRevocationList } from "../../scripts/inspect/certificate/crl.ts";
import { DerError } from "../../scripts/inspect/der/der.ts";
import { readToken, verifyToken } from "../../scripts/inspect/tokens/json_web_token.ts";
import { PasswordError } from "../../scripts/inspect/keys/password_kdf.ts";
import { findPemBlocks } from "../../scripts/inspect/der/pem_blocks.ts";
import { readPkcs12 } from "../../scripts/inspect/keys/pkcs12.ts";
import {
  openPrivateKey,
  readPrivateKey,
  readPrivateKeyBlock,
} from "../../scripts/inspect/keys/private_keys.ts";
import { readPublicKeyBlock } from "../../scripts/inspect/keys/public_keys.ts";
import { readRequest } from "../../scripts/inspect/certificate/request.ts";
import {
  looksLikeTokenFile,
  readPasswordFile,
  readTokenFile,
} from "../../scripts/inspect/tokens/token_file.ts";
import { randomNumbers } from "../random.ts";
import { findProgram, runWell, testWith } from "./tools.ts";

const openssl = findProgram("openssl", "openssl");

/** A file, and what is done with it. */
interface Subject {
  readonly bytes: Uint8Array;
  readonly read: (bytes: Uint8Array) => unknown;
}

function bytesOf(pem: string): Uint8Array {
  const last = findPemBlocks(pem).at(-1);
  assert.ok(last?.bytes !== undefined);
  return last.bytes;
}

async function makeSubjects(program: string, folder: string): Promise<Subject[]> {
  const at = (name: string): string => join(folder, name);
  const ec = ["genpkey", "-algorithm", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
  const key = await runWell(program, ec);
  const rsa = await runWell(program, ["genpkey", "-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:1024"]);
  const config = "[req]\ndistinguished_name = dn\n[dn]\n";
  await Deno.writeTextFile(at("key"), key);
  const request = await runWell(program, [
    ...["req", "-new", "-key", at("key"), "-config", "/dev/stdin", "-subj", "/O=a/CN=b"],
    ...["-addext", "subjectAltName=DNS:a"],
  ], { stdin: config });
  const certificate = await runWell(program, [
    ...["req", "-x509", "-key", at("key"), "-config", "/dev/stdin", "-subj", "/CN=b"],
  ], { stdin: config });
  await Deno.writeTextFile(at("crt"), certificate);
  await Deno.writeTextFile(
    at("index"),
    "R\t300101000000Z\t240101000000Z,keyCompromise\t1001\tunknown\t/CN=x\n",
  );
  await Deno.writeTextFile(at("number"), "01\n");
  await Deno.writeTextFile(
    at("cnf"),
    `[ca]\ndefault_ca=o\n[o]\ndatabase=${at("index")}\ncrlnumber=${at("number")}\n` +
      `certificate=${at("crt")}\nprivate_key=${at("key")}\ndefault_md=sha256\n`,
  );
  const crl = await runWell(program, ["ca", "-config", at("cnf"), "-gencrl", "-crldays", "9"]);
  const p12: Uint8Array[] = [];
  for (
    const args of [["-nomac"], ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES"], [
      "-keypbe",
      "NONE",
      "-certpbe",
      "NONE",
      "-nomac",
    ]]
  ) {
    await runWell(program, [
      ...["pkcs12", "-export", "-in", at("crt"), "-inkey", at("key"), "-passout", "pass:a", "-iter", "1"],
      ...["-name", "a", "-out", at("p12"), ...args],
    ]);
    p12.push(await Deno.readFile(at("p12")));
  }
  const asKey = (label: string) => (bytes: Uint8Array): unknown => [
    readPrivateKey(bytes),
    readPrivateKeyBlock({ label, headers: new Map(), bytes }),
  ];
  const pkey = (pem: string, ...args: string[]): Promise<string> =>
    runWell(program, ["pkey", ...args], { stdin: pem });
  const locked = await runWell(program, ["pkcs8", "-topk8", "-iter", "1", "-passout", "pass:a"], {
    stdin: key,
  });
  const text = (read: (text: string) => unknown) => (bytes: Uint8Array): unknown =>
    read(new TextDecoder().decode(bytes));
  const encode = (value: string): string =>
    new TextEncoder().encode(value).toBase64({ alphabet: "base64url", omitPadding: true });
  const spki = bytesOf(await pkey(key, "-pubout"));
  const token = `${encode('{"alg":"ES256","kid":"a"}')}.${
    encode('{"iss":"a","aud":["b"],"exp":1,"kubernetes.io":{"namespace":"a"}}')
  }.${"AA".repeat(43)}`;
  return [
    { bytes: bytesOf(key), read: asKey("PRIVATE KEY") },
    { bytes: bytesOf(rsa), read: asKey("PRIVATE KEY") },
    { bytes: bytesOf(await pkey(rsa, "-traditional")), read: asKey("RSA PRIVATE KEY") },
    { bytes: bytesOf(await pkey(key, "-traditional")), read: asKey("EC PRIVATE KEY") },
    { bytes: bytesOf(locked), read: (bytes) => [asKey("PRIVATE KEY")(bytes), openPrivateKey(bytes, "a")] },
    { bytes: spki, read: (bytes) => readPublicKeyBlock({ label: "PUBLIC KEY", bytes }) },
    { bytes: bytesOf(request), read: readRequest },
    { bytes: bytesOf(crl), read: readRevocationList },
    ...p12.flatMap((bytes) =>
      ["a", undefined].map((password) => ({
        bytes,
        read: (changed: Uint8Array): unknown => readPkcs12(changed, password),
      }))
    ),
    {
      bytes: new TextEncoder().encode(token),
      read: text((changed) => {
        const found = readToken(changed);
        return found === undefined ? undefined : verifyToken(found, spki);
      }),
    },
    {
      bytes: new TextEncoder().encode('0123456789abcdef,admin,1,"system:masters,b"\nx,y,z\n'),
      read: text((
        changed,
      ) => [readTokenFile(changed), readPasswordFile(changed), looksLikeTokenFile(changed)]),
    },
  ];
}

testWith(
  [openssl],
  "whatever is changed in a file, reading it gives facts or says where it is broken",
  async (_, program = "") => {
    const folder = await Deno.makeTempDir();
    try {
      const subjects = await makeSubjects(program, folder);
      for (const { bytes, read } of subjects) read(bytes);
      const random = randomNumbers(20261126);
      const counts = { read: 0, broken: 0 };
      const slowest = { time: 0, subject: -1 };
      for (let round = 0; round < 30_000; round++) {
        const subject = subjects[round % subjects.length];
        assert.ok(subject !== undefined);
        const bytes = Uint8Array.from(subject.bytes);
        for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
          bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
        }
        const cut = random() < 0.1 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
        const begin = performance.now();
        try {
          subject.read(cut);
          counts.read++;
        } catch (error) {
          assert.ok(
            error instanceof DerError || error instanceof PasswordError,
            `${round % subjects.length} ${error}`,
          );
          if (error instanceof DerError) assert.ok(error.at >= 0 && error.at <= cut.length, error.message);
          assert.doesNotMatch(error.message, /[0-9a-f]{12}|[A-Za-z0-9+/]{30}/);
          counts.broken++;
        }
        const time = performance.now() - begin;
        if (time > slowest.time) Object.assign(slowest, { time, subject: round % subjects.length });
      }
      assert.ok(counts.read > 1000 && counts.broken > 1000, JSON.stringify(counts));
      // A bound that only a standstill passes.
      assert.ok(slowest.time < 30_000, JSON.stringify(slowest));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
