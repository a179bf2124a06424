/**
 * OpenSSL's text of a certificate beside ours: where the two may differ, and the certificates to be compared, put
 * together from parts that no program would put together.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Certificate, readCertificate } from "../../scripts/inspect/certificate/certificate.ts";
import { findPemBlocks } from "../../scripts/inspect/der/pem_blocks.ts";
import { describeCertificate } from "../../scripts/inspect/details/details.ts";
import {
  bitString,
  boolean,
  element,
  explicit,
  octetString,
  oid,
  sequence,
  set,
  utf8String,
} from "../../scripts/issue/der.ts";
import { encodeUtf8 } from "../../scripts/shared/encoding.ts";
import { toPem } from "../../scripts/shared/pem.ts";
import { runWell } from "./tools.ts";

/** The first block of a PEM. */
export function readPem(pem: string): Uint8Array {
  const [block] = findPemBlocks(pem);
  assert.ok(block?.bytes !== undefined);
  return block.bytes;
}

/**
 * Compares our text of a certificate with OpenSSL's.
 *
 * @param program path of openssl
 * @param der one certificate
 */
export async function compareCertificate(program: string, der: Uint8Array): Promise<void> {
  const certificate = readCertificate(der);
  const stdin = toPem("CERTIFICATE", der);
  const text = await runWell(program, ["x509", "-text", "-noout"], { stdin });
  compareTexts(describeCertificate(certificate), text, certificate.extensions, await versionOf(program));
}

/**
 * Spaces around `=` in names are not compared when a later OpenSSL judges, which leaves them out. Line ends inside of
 * extensions that OpenSSL does not know, which it prints as they are, have to be dots. Control characters have to be
 * escaped, and what OpenSSL says of a failure to read a key is not compared.
 *
 * @param extensions those that stand in the text
 * @param version what `openssl version` prints
 */
function compareTexts(
  ours: string,
  text: string,
  extensions: Certificate["extensions"],
  version: string,
): void {
  const theirs = extensions.reduce((all, { value }) => {
    const raw = String.fromCharCode(...value.content).replace(/[^ -~\n\r]/g, ".");
    return all.replaceAll(`${" ".repeat(16)}${raw}\n`, `${" ".repeat(16)}${raw.replace(/[\n\r]/g, ".")}\n`);
  }, text.replace(/^[0-9A-F]+:error:.*\n/gm, "")).replace(
    /[^\n\P{Cc}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const form = (all: string): string[] =>
    all.split("\n").map((line) => version.startsWith("OpenSSL 3.0.") ? line : line.replaceAll(" = ", "="));
  assert.deepEqual(form(ours), form(theirs));
}

const versions = new Map<string, Promise<string>>();

/** What `openssl version` prints. */
export function versionOf(program: string): Promise<string> {
  const version = versions.get(program) ?? runWell(program, ["version"]);
  versions.set(program, version);
  return version;
}

/** Parts of a certificate, each whole; those that are left out are sound. */
export interface Parts {
  /** 0 for version 1, which is then left out. */
  readonly version?: number;
  readonly serial?: Uint8Array;
  readonly algorithm?: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly notBefore?: Uint8Array;
  readonly notAfter?: Uint8Array;
  readonly subject?: Uint8Array;
  readonly key?: Uint8Array;
  /** Unique identifiers, with their tags. */
  readonly ids?: readonly Uint8Array[];
  readonly extensions?: readonly Uint8Array[];
  /** The content of the bit string. */
  readonly signature?: Uint8Array;
}

/** Bytes written in hexadecimal, with spaces where they help. */
export function hex(digits: string): Uint8Array {
  return Uint8Array.fromHex(digits.replaceAll(" ", ""));
}

/** A UTCTime or GeneralizedTime, by the number of its digits. */
export function timeOf(text: string): Uint8Array {
  return element(/^\d{14}/.test(text) ? 0x18 : 0x17, encodeUtf8(text));
}

/** A Name of attributes on their own. */
export function nameOf(...attributes: readonly (readonly [type: string, value: Uint8Array])[]): Uint8Array {
  return sequence(...attributes.map(([type, value]) => set(sequence(oid(type), value))));
}

/** An extension by its value. */
export function extension(type: string, value: Uint8Array, isCritical = false): Uint8Array {
  return sequence(oid(type), ...isCritical ? [boolean(true)] : [], octetString(value));
}

/** A SubjectPublicKeyInfo. */
export function keyOf(algorithm: Uint8Array, key: Uint8Array): Uint8Array {
  return sequence(algorithm, bitString(key));
}

const ED25519 = sequence(oid("1.3.101.112"));
const NAME = nameOf(["2.5.4.3", utf8String("a")]);

/** Puts a certificate together; nobody can verify its signature. */
export function assemble(parts: Parts): Uint8Array {
  const { algorithm = ED25519, version = 2, extensions = [] } = parts;
  const tbs = sequence(
    ...version === 0 ? [] : [explicit(0, Uint8Array.of(2, 1, version))],
    parts.serial ?? Uint8Array.of(2, 1, 5),
    algorithm,
    parts.issuer ?? NAME,
    sequence(parts.notBefore ?? timeOf("260101000000Z"), parts.notAfter ?? timeOf("270101000000Z")),
    parts.subject ?? NAME,
    parts.key ?? keyOf(ED25519, new Uint8Array(32).fill(7)),
    ...parts.ids ?? [],
    ...extensions.length === 0 ? [] : [explicit(3, sequence(...extensions))],
  );
  return sequence(tbs, algorithm, bitString(parts.signature ?? new Uint8Array(64).fill(9)));
}
