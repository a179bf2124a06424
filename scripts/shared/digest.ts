/**
 * SHA-256 as text. The platform's own is several times faster and takes 30 ms to load, so it is loaded where much is
 * to be done; both give the same.
 *
 * @module
 */
import { toHex } from "./encoding.ts";
import { sha256 } from "./sha256/sha256.ts";

let hashNatively: ((bytes: Uint8Array) => string) | undefined;

/** Loads the platform's implementation, for this thread. */
export async function loadNativeDigest(): Promise<void> {
  const { hash } = await import("node:crypto");
  hashNatively = (bytes) => hash("sha256", bytes, "hex");
}

/** SHA-256 in lower-case hexadecimal. */
export function digestHex(bytes: Uint8Array): string {
  return hashNatively?.(bytes) ?? toHex(sha256(bytes));
}
