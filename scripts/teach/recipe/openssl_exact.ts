/**
 * What an exact recipe for OpenSSL does in another way: keys and serials are given, signatures must not have chance in
 * them, and a kubeconfig is written as text.
 *
 * @module
 */
import { encodeUtf8 } from "../../shared/encoding.ts";
import { pathsOf } from "../../plan/paths.ts";
import type { CertificateEntry, KubeconfigEntry } from "../../plan/types.ts";
import { WORK } from "./frame.ts";
import type { ExactFacts } from "./recipe_input.ts";
import type { Selection } from "./selection.ts";
import { comment, file, word } from "./shell.ts";

/** The variable with the path of the tree. */
const TREE = '"$tree"';

/**
 * Writes what an exact script checks first.
 *
 * @param selection what it makes
 */
export function exactChecks({ authorities, entries }: Selection): string[] {
  const hasEcdsa = [...authorities.values()].some(({ keyAlgorithm }) => keyAlgorithm.startsWith("ECDSA-"));
  const [probe = ""] = entries.flatMap((entry) => entry.kind === "kubeconfig" ? [] : [entry.keyPath]);
  return [
    ...comment("The keys are those of a tree that provision wrote, such as out/lab."),
    "tree=${1:-}",
    `if [ ! -f ${TREE}/${word(probe)} ]; then`,
    `  echo "Usage: sh SCRIPT TREE, where TREE is the folder that provision wrote, with ${probe} in it" >&2`,
    "  exit 2",
    "fi",
    ...(hasEcdsa ? checkVersion() : []),
  ];
}

function checkVersion(): string[] {
  return [
    ...comment(
      "RSA and Ed25519 sign without chance. An ECDSA signature has a random number in it, unless key and message " +
        "give it (RFC 6979), as they do in provision: -sigopt nonce-type:1, since OpenSSL 3.2.",
    ),
    "version=$(openssl version)",
    'case "$version" in',
    '"OpenSSL "[0-2].* | "OpenSSL 3."[01].* | LibreSSL*)',
    '  echo "Refused: $version signs by ECDSA with random numbers: OpenSSL 3.2 or later is needed" >&2',
    "  exit 2",
    "  ;;",
    "esac",
  ];
}

/** Takes a key out of the tree. */
export function takeKey(path: string): string {
  return `cp ${TREE}/${word(path)} ${word(path)}`;
}

/**
 * Gives a CA the serial of its next certificate.
 *
 * @param records folder of the CA's records
 * @param serial hexadecimal
 */
export function exactSerial(records: string, serial: string): string[] {
  return [
    ...comment("The serial comes from the certificate's content and a secret: the tree's manifest tells it."),
    `echo ${serial.toUpperCase()} > ${records}/serial`,
  ];
}

/**
 * Writes a kubeconfig as text: kubectl would write the same in other words.
 *
 * @param frame the text without its three base64 values
 * @throws {Error} when the frame has not the three places: a bug of ours
 */
export function exactKubeconfig(
  entry: KubeconfigEntry,
  frame: string,
  client: CertificateEntry,
  authority: CertificateEntry,
): string[] {
  const given = entry.certificateAuthority;
  const sources: Readonly<Record<string, string>> = {
    "certificate-authority-data": authority.certificatePath,
    "client-certificate-data": client.certificatePath,
    "client-key-data": client.keyPath,
  };
  let filled = 0;
  const lines = frame.replace(/\n$/, "").split("\n").map((line) => {
    const name = /^ +([a-z-]+-data): $/.exec(line)?.[1];
    const source = sources[name ?? ""];
    if (source === undefined) return `  printf '%s\\n' ${word(line)}`;
    filled++;
    if (given !== undefined && name === "certificate-authority-data") {
      return `  printf '%s\\n' ${word(line + encodeUtf8(given).toBase64())}`;
    }
    return `  printf '%s%s\\n' ${word(line)} "$(openssl base64 -A -in ${word(source)})"`;
  });
  if (filled !== 3) throw new Error(`The kubeconfig ${entry.id} has ${filled} places for base64`);
  return ["{", ...lines, `} > ${word(entry.path)}`];
}

/**
 * Writes the proof: every file against the digest that the tree's manifest has of it.
 *
 * @param selection what the script made
 * @param facts tell the digests
 */
export function exactProof({ entries }: Selection, { digestOf }: ExactFacts): string[] {
  const sums = `${WORK}/SHA256SUMS`;
  const lines = entries.flatMap(pathsOf).map((path) => `${digestOf(path)}  ${path}\n`);
  return [
    "",
    ...comment("The proof: what the manifest of the tree says of these files."),
    ...file(sums, lines.join("")),
    `sha256sum --check --quiet ${sums}`,
    `echo "${lines.length} files, the same bytes as provision's"`,
  ];
}
