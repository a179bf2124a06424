/**
 * `token jwks` and `token discovery`: what verifiers of service-account tokens ask for.
 *
 * @module
 */
import { GoError } from "../../identity/csr/go_error.ts";
import { JWKS_PATH } from "../../identity/tokens/issuer.ts";
import { renderDiscovery, renderJwks } from "../../identity/tokens/json_web_key.ts";
import { DerError } from "../../inspect/der/der.ts";
import { HardwayError } from "../../shared/errors.ts";
import { readTokenCluster, readVerifyingKeys, verifyingKeysOf } from "./cluster.ts";
import type { KeySetOptions } from "./options.ts";
import { usage } from "./token_flags.ts";

/**
 * The set of keys, as the API server gives it at `/openid/v1/jwks`.
 *
 * @throws {HardwayError} `usage` with the API server's words for keys that it does not take, `file-unreadable`, and what
 * reading spec and seed throws
 */
export async function keySet(options: KeySetOptions): Promise<string> {
  const spkis = options.keys === undefined
    ? await verifyingKeysOf(await readTokenCluster(options))
    : await readKeys(options.folder, options.keys);
  return inWords(() => renderJwks(spkis));
}

/**
 * The discovery document, as the API server gives it at `/.well-known/openid-configuration`.
 *
 * @throws {HardwayError} as `keySet`
 */
export async function discovery(options: KeySetOptions): Promise<string> {
  if (options.keys === undefined) {
    const cluster = await readTokenCluster(options);
    const issuer = options.issuer ?? cluster.spec.apiServer.serviceAccountIssuer;
    const spkis = await verifyingKeysOf(cluster);
    return inWords(() => renderDiscovery({ issuer, jwksUri: issuer + JWKS_PATH, spkis }));
  }
  const { issuer } = options;
  if (issuer === undefined) throw usage("Keys of another cluster need its issuer: expected --issuer");
  const spkis = await readKeys(options.folder, options.keys);
  return inWords(() => renderDiscovery({ issuer, jwksUri: issuer.replace(/\/$/, "") + JWKS_PATH, spkis }));
}

async function readKeys(folder: string, files: readonly string[]): Promise<Uint8Array[]> {
  return (await Promise.all(files.map((file) => readVerifyingKeys(folder, file)))).flat();
}

function inWords(make: () => string): string {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof GoError) && !(error instanceof DerError)) throw error;
    throw new HardwayError("usage", `token: ${error.message}`);
  }
}
