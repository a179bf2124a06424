/**
 * Recognises OpenSSH's own form of private keys (its PROTOCOL.key): nothing of Kubernetes can use it, so no more is
 * read than what it is.
 *
 * In: the bytes of an `OPENSSH PRIVATE KEY`. Out: algorithm and whether a passphrase protects it.
 *
 * @module
 */
import { DerError } from "../der/der.ts";
import { latin1 } from "../certificate/names.ts";
import type { PrivateKeyFacts } from "./private_key_forms.ts";

const MAGIC = "openssh-key-v1\0";

const NAMES = new Map([
  ["ssh-ed25519", "Ed25519"],
  ["ssh-rsa", "RSA"],
  ["ssh-dss", "DSA"],
  ["ecdsa-sha2-nistp256", "ECDSA-P256"],
  ["ecdsa-sha2-nistp384", "ECDSA-P384"],
  ["ecdsa-sha2-nistp521", "ECDSA-P521"],
]);

/**
 * Reads what an OpenSSH key says in the open.
 *
 * @throws {DerError} when it is none
 */
export function readOpenSshKey(bytes: Uint8Array): PrivateKeyFacts {
  if (latin1(bytes.subarray(0, MAGIC.length)) !== MAGIC) {
    throw new DerError(0, "an OpenSSH key without its first word");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let next = MAGIC.length;
  const number = (): number => {
    if (next + 4 > bytes.length) throw new DerError(next, "an OpenSSH key that is cut off");
    next += 4;
    return view.getUint32(next - 4);
  };
  const text = (): Uint8Array => {
    const end = number() + next;
    if (end > bytes.length) throw new DerError(next, "an OpenSSH key that is cut off");
    const from = next;
    next = end;
    return bytes.subarray(from, end);
  };
  const cipher = latin1(text());
  text();
  text();
  number();
  // The public key, whose first text is its algorithm.
  number();
  const algorithm = latin1(text());
  return {
    form: "OpenSSH",
    isEncrypted: cipher !== "none",
    algorithm: NAMES.get(algorithm),
    spki: undefined,
    publicPart: "none",
  };
}
