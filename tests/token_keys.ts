/**
 * Fixed keys for the tests of tokens: of our own seeds, and the published ones of RFC 7515.
 *
 * @module
 */
import { createPrivateKey, type JsonWebKey } from "node:crypto";
import { makeKey, type PrivateKey } from "../scripts/issue/keys.ts";
import { readTokenKey, type TokenKey, tokenKeyOf } from "../scripts/identity/tokens/token_key.ts";
import { encodeUtf8 } from "../scripts/shared/encoding.ts";
import { toPem } from "../scripts/shared/pem.ts";
import type { KeyAlgorithm } from "../scripts/spec/scalars.ts";

/** Of RFC 7515 appendix A.3. */
export const RFC_P256: JsonWebKey = {
  kty: "EC",
  crv: "P-256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
  d: "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
};

/** Of RFC 7515 appendix A.4. */
export const RFC_P521: JsonWebKey = {
  kty: "EC",
  crv: "P-521",
  x: "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
  y: "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
  d: "AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C",
};

/** A key of a fixed seed. */
export function seededKey(algorithm: KeyAlgorithm): Promise<PrivateKey> {
  return makeKey(algorithm, new Uint8Array(48).fill(7));
}

/** A private key in one of the forms of PEM. */
export function pemOf(key: JsonWebKey, type: "pkcs8" | "sec1" | "pkcs1" = "pkcs8"): string {
  const pem = createPrivateKey({ key, format: "jwk" });
  return type === "pkcs1"
    ? pem.export({ format: "pem", type: "pkcs1" }).toString()
    : pem.export({ format: "pem", type }).toString();
}

/** A key that signs, with the PEM of it that a foreign program takes. */
export interface TestKey {
  readonly key: TokenKey;
  /** PKCS#8: what is in it is no secret. */
  readonly privatePem: string;
  readonly publicPem: string;
}

/** One key for each algorithm of tokens, RSA in two sizes. */
export async function testKeys(): Promise<TestKey[]> {
  const ours = await Promise.all(
    (["RSA-2048", "RSA-3072", "ECDSA-P256", "ECDSA-P384"] as const).map(seededKey),
  );
  const known = ours.map((key) => ({ key: tokenKeyOf(key), privatePem: toPem("PRIVATE KEY", key.pkcs8) }));
  const privatePem = pemOf(RFC_P521);
  known.push({ key: await readTokenKey(encodeUtf8(privatePem)), privatePem });
  return known.map((one) => ({ ...one, publicPem: toPem("PUBLIC KEY", one.key.spki) }));
}
