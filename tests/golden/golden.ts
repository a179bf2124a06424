/**
 * The golden trees: one spec for each key algorithm, beside it the SHA-256 of every file that it makes with the
 * published seed, as `sha256sum` writes them. They never change within a derivation version.
 */
import { createHash } from "node:crypto";
import { provisionInMemory } from "../../mod.ts";
import { SEED } from "../run.ts";

/** RSA keys of 3072 and 4096 bits take seconds each: those trees are the smallest. */
export const ALGORITHMS = [
  "ECDSA-P256",
  "ECDSA-P384",
  "Ed25519",
  "RSA-2048",
  "RSA-3072",
  "RSA-4096",
] as const;

const HERE = new URL("./", import.meta.url).pathname;

/** The file of an algorithm's spec. */
export function specFile(algorithm: string): string {
  return `${HERE}${algorithm}.yaml`;
}

/** The file of its digests: `sha256sum -c` reads it in `out/golden`. */
export function sumsFile(algorithm: string): string {
  return `${HERE}${algorithm}.sha256`;
}

/** Makes a golden tree and gives its digests, sorted by path. */
export async function makeSums(algorithm: string): Promise<string> {
  const { files } = await provisionInMemory(Deno.readTextFileSync(specFile(algorithm)), SEED, {
    file: specFile(algorithm),
  });
  const lines = [...files].map(([path, { text }]) => ({
    path,
    line: `${createHash("sha256").update(text).digest("hex")}  ${path}\n`,
  }));
  return lines.sort((a, b) => a.path < b.path ? -1 : 1).map(({ line }) => line).join("");
}
