/**
 * A key with its certificates, and the PKCS#12 files that OpenSSL makes of them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { findPemBlocks } from "../../scripts/inspect/der/pem_blocks.ts";
import type { Pkcs12 } from "../../scripts/inspect/keys/pkcs12.ts";
import { run, runWell } from "./tools.ts";

/** What all of these files hold. */
export interface Content {
  readonly folder: string;
  /** The leaf's and its authority's. */
  readonly certificates: readonly Uint8Array[];
  readonly spki: Uint8Array;
}

/** The first block of a PEM text. */
export function bytes(pem: string): Uint8Array {
  const [first] = findPemBlocks(pem);
  assert.ok(first?.bytes !== undefined, pem);
  return first.bytes;
}

/** Makes the content in a folder of its own, which goes when the work is done. */
export async function withContent(program: string, work: (content: Content) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const at = (name: string): string => join(folder, name);
  try {
    const config = "[req]\ndistinguished_name = dn\n[dn]\n";
    const ca = await runWell(program, [
      ...["req", "-x509", "-nodes", "-newkey", "ed25519", "-config", "/dev/stdin", "-keyout", "/dev/null"],
      ...["-subj", "/CN=authority"],
    ], { stdin: config });
    const leaf = await runWell(program, [
      ...[
        "req",
        "-x509",
        "-nodes",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-config",
        "/dev/stdin",
      ],
      ...["-keyout", at("key.pem"), "-subj", "/CN=leaf"],
    ], { stdin: config });
    await Deno.writeTextFile(at("ca.pem"), ca);
    await Deno.writeTextFile(at("leaf.pem"), leaf);
    const spki = bytes(await runWell(program, ["pkey", "-in", at("key.pem"), "-pubout"]));
    await work({ folder, certificates: [bytes(leaf), bytes(ca)], spki });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes a file, undefined when this OpenSSL has no such algorithm. */
export async function write(
  program: string,
  { folder }: Content,
  args: readonly string[],
  password: string,
): Promise<Uint8Array | undefined> {
  const at = (name: string): string => join(folder, name);
  const { code, stderr } = await run(program, [
    ...["pkcs12", "-export", "-in", at("leaf.pem"), "-inkey", at("key.pem"), "-certfile", at("ca.pem")],
    ...[
      "-name",
      "the léaf",
      "-caname",
      "the CA",
      "-passout",
      `pass:${password}`,
      "-out",
      at("out.p12"),
      ...args,
    ],
  ]);
  if (code === 0) return await Deno.readFile(at("out.p12"));
  assert.match(stderr, /unsupported|legacy|provider/, args.join(" "));
  return undefined;
}

/** Says that all of the content was found. */
export function expectAll(found: Pkcs12, content: Content, isEncrypted: boolean, words: string): void {
  assert.deepEqual(found.certificates, content.certificates, words);
  assert.deepEqual(found.keys, [
    { form: "PKCS#8", isEncrypted, algorithm: "ECDSA-P256", spki: content.spki, publicPart: "derived" },
  ], words);
  assert.deepEqual([found.crls, found.needsPassword], [[], false]);
}
