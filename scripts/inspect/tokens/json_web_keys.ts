/**
 * Sets of keys as verifiers of tokens read them (RFC 7517), and the documents that say where they are.
 *
 * @module
 */
import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import type { BrokenItem, KeyItem } from "../item.ts";
import { readSpki } from "../keys/public_keys.ts";
import { isMapping, type Mapping, textAt } from "../yaml_values.ts";

/** Whether a document is a set of keys. */
export function isKeySet(value: Mapping): boolean {
  const keys: unknown = value["keys"];
  return Array.isArray(keys) && keys.length > 0 &&
    keys.every((key: unknown) => isMapping(key) && textAt(key, "kty") !== undefined);
}

/** Whether a document says where the keys of an issuer are (OpenID Connect Discovery 1.0 section 3). */
export function isDiscovery(value: Mapping): boolean {
  return textAt(value, "issuer") !== undefined && textAt(value, "jwks_uri") !== undefined;
}

/** The keys of a set. */
export function readKeySet(value: Mapping): (KeyItem | BrokenItem)[] {
  const keys = value["keys"];
  return !Array.isArray(keys)
    ? []
    : keys.map((key: unknown, index) => readKey(isMapping(key) ? key : {}, `keys[${index}]`));
}

function readKey(jwk: Mapping, inside: string): KeyItem | BrokenItem {
  // Only a private key has this member (RFC 7518 sections 6.2.2 and 6.3.2).
  const isPrivate = textAt(jwk, "d") !== undefined;
  let key: KeyObject;
  try {
    const input = { key: jwk as JsonWebKey, format: "jwk" as const };
    key = isPrivate ? createPublicKey(createPrivateKey(input)) : createPublicKey(input);
  } catch {
    return { kind: "broken", inside, what: "JSON Web Key", reason: "no key that can be read" };
  }
  const spki = new Uint8Array(key.export({ type: "spki", format: "der" }));
  return { kind: "key", inside, isPrivate, isEncrypted: false, algorithm: readSpki(spki).algorithm, spki };
}
