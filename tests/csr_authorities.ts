/**
 * CAs for tests of requests: those that the recorded cases were signed with, by kind of key, with what is odd about
 * each.
 */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  bitString,
  boolean,
  explicit,
  integer,
  nothing,
  octetString,
  oid,
  sequence,
  set,
  time,
  utf8String,
} from "../scripts/issue/der.ts";
import { sha256 } from "../scripts/shared/sha256/sha256.ts";
import { encodePem } from "../scripts/shared/pem.ts";

/** What a CA is like. */
export interface AuthorityShape {
  readonly key?: "rsa" | "p256" | "p384" | "p521" | "ed25519";
  readonly notBefore: number;
  readonly notAfter: number;
  readonly hasKeyIdentifier?: boolean;
  readonly isAuthority?: boolean;
  /** The common name. */
  readonly name?: string;
}

/** A CA as files. */
export interface AuthorityFiles {
  readonly certificate: Uint8Array;
  readonly key: Uint8Array;
  /** Octets of its key identifier. */
  readonly keyIdentifier: Uint8Array;
}

const EC = {
  p256: ["prime256v1", "1.2.840.10045.4.3.2", "sha256"],
  p384: ["secp384r1", "1.2.840.10045.4.3.3", "sha384"],
  p521: ["secp521r1", "1.2.840.10045.4.3.4", "sha512"],
} as const;

/** Makes a self-signed CA with a random key. */
export function makeAuthority(shape: AuthorityShape): AuthorityFiles {
  const kind = shape.key ?? "rsa";
  const { privateKey, publicKey, algorithm, digest } = keyOf(kind);
  const spki = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
  const keyIdentifier = sha256(spki).slice(0, 20);
  const name = sequence(set(sequence(oid("2.5.4.3"), utf8String(shape.name ?? "kubernetes"))));
  const isAuthority = shape.isAuthority ?? true;
  const extensions = sequence(
    extension("2.5.29.19", sequence(...(isAuthority ? [boolean(true)] : []))),
    extension("2.5.29.15", bitString(Uint8Array.of(0x06), 1)),
    ...(shape.hasKeyIdentifier === false ? [] : [extension("2.5.29.14", octetString(keyIdentifier))]),
  );
  const tbs = sequence(
    explicit(0, integer(2n)),
    integer(77n),
    algorithm,
    name,
    sequence(time(shape.notBefore), time(shape.notAfter)),
    name,
    spki,
    explicit(3, extensions),
  );
  const signature = new Uint8Array(sign(digest, tbs, privateKey));
  const der = sequence(tbs, algorithm, bitString(signature));
  const pkcs8 = new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" }));
  return { certificate: encodePem("CERTIFICATE", der), key: encodePem("PRIVATE KEY", pkcs8), keyIdentifier };
}

function extension(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), octetString(value));
}

function keyOf(kind: NonNullable<AuthorityShape["key"]>): {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly algorithm: Uint8Array;
  readonly digest: string | null;
} {
  if (kind === "rsa") {
    const algorithm = sequence(oid("1.2.840.113549.1.1.11"), nothing());
    return { ...generateKeyPairSync("rsa", { modulusLength: 2048 }), algorithm, digest: "sha256" };
  }
  if (kind === "ed25519") {
    return { ...generateKeyPairSync("ed25519"), algorithm: sequence(oid("1.3.101.112")), digest: null };
  }
  const [namedCurve, algorithm, digest] = EC[kind];
  return { ...generateKeyPairSync("ec", { namedCurve }), algorithm: sequence(oid(algorithm)), digest };
}
