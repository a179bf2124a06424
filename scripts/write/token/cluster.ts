/**
 * What tokens take of a cluster of ours: its address and CA, the keys of service accounts, where secrets come from.
 *
 * @module
 */
import { GoError } from "../../identity/csr/go_error.ts";
import type { SecretSource } from "../../identity/documents.ts";
import { readTokenKey, type TokenKey, tokenKeyOf } from "../../identity/tokens/token_key.ts";
import { latin1 } from "../../inspect/certificate/names.ts";
import { DerError } from "../../inspect/der/der.ts";
import { findPemBlocks } from "../../inspect/der/pem_blocks.ts";
import { readPrivateKeyBlock } from "../../inspect/keys/private_keys.ts";
import { readPublicKeyBlock } from "../../inspect/keys/public_keys.ts";
import { issueBatch } from "../../issue/batch.ts";
import { makeKey } from "../../issue/keys.ts";
import type { KeyPairEntry } from "../../plan/types.ts";
import { HardwayError } from "../../shared/errors.ts";
import { makePause } from "../../shared/pause.ts";
import { toPem } from "../../shared/pem.ts";
import { escapeControls } from "../../shared/text.ts";
import { authoritiesIn, type CsrCluster, pathIn, readCluster } from "../disk/csr_input.ts";
import { readGivenFiles } from "../disk/given_files.ts";
import { readInput } from "../disk/input.ts";
import type { ClusterPlace } from "../csr/options.ts";

/** A cluster with its seed. */
export interface TokenCluster extends CsrCluster, SecretSource {}

/**
 * Reads a cluster whose secrets are wanted.
 *
 * @throws {HardwayError} `spec-invalid`, `seed-invalid`, `file-unreadable`
 */
export async function readTokenCluster(place: ClusterPlace): Promise<TokenCluster> {
  const cluster = await readCluster(place);
  if (cluster.seed === undefined) throw new Error("A cluster that was read with its seed has one");
  return { ...cluster, cluster: cluster.plan.cluster, entropy: cluster.seed.entropy };
}

/**
 * Reads the secrets that files of the user's hold.
 *
 * @throws {HardwayError} `spec-invalid` with the place of each `valueFile` that cannot be used
 */
export function readGivenOf({ spec }: TokenCluster, place: ClusterPlace): Map<string, string> {
  return readGivenFiles(spec, pathIn(place.folder, place.spec ?? "cluster.yaml"));
}

/** Where the cluster is, as people dial it, and PEM of its CA. */
export async function addressOf(
  cluster: CsrCluster,
): Promise<{ readonly server: string; readonly authority: string }> {
  const admin = cluster.plan.entries.find(({ id }) => id === "kubeconfig/admin");
  if (admin?.kind !== "kubeconfig") throw new Error("Every plan has an administrator's kubeconfig");
  const { certificate } = await authoritiesIn(cluster).get("ca");
  return { server: admin.server, authority: toPem("CERTIFICATE", certificate) };
}

function keyPairOf(cluster: CsrCluster): KeyPairEntry {
  const entry = cluster.plan.entries.find(({ kind }) => kind === "key-pair");
  if (entry?.kind !== "key-pair") throw new Error("Every plan has a service-account key pair");
  return entry;
}

/** The key that signs tokens of a cluster. */
export async function signingKeyOf(cluster: CsrCluster): Promise<TokenKey> {
  const entry = keyPairOf(cluster);
  return tokenKeyOf(await makeKey(entry.keyAlgorithm, authoritiesIn(cluster).keySeed(entry)));
}

/** The public keys that verify tokens of a cluster: the one that signs first. DER. */
export async function verifyingKeysOf(cluster: CsrCluster): Promise<Uint8Array[]> {
  const entry = keyPairOf(cluster);
  const retired = cluster.spec.keys.retiredServiceAccount.filter((number) => number !== entry.generation);
  const entries = [entry, ...retired.map((generation): KeyPairEntry => ({ ...entry, generation }))];
  const made = await issueBatch(authoritiesIn(cluster), entries, makePause());
  return made.flatMap((one) => one.kind === "key-pair" ? [one.spki] : []);
}

/**
 * Reads a private key that signs tokens.
 *
 * @throws {HardwayError} `file-unreadable` with the file, and nothing of what is in it
 */
export async function readSigningKey(folder: string, shown: string): Promise<TokenKey> {
  const bytes = await readInput(pathIn(folder, shown), shown);
  try {
    return await readTokenKey(bytes);
  } catch (error) {
    if (!(error instanceof GoError) && !(error instanceof DerError)) throw error;
    throw unreadable(shown, error.message);
  }
}

/**
 * Reads keys that verify tokens: public ones, the public halves of private ones, all in a file.
 *
 * @returns SubjectPublicKeyInfo, DER
 * @throws {HardwayError} `file-unreadable`
 */
export async function readVerifyingKeys(folder: string, shown: string): Promise<Uint8Array[]> {
  const bytes = await readInput(pathIn(folder, shown), shown);
  try {
    const keys = findPemBlocks(latin1(bytes)).flatMap((block) => {
      const spki = readPublicKeyBlock(block)?.spki ?? readPrivateKeyBlock(block)?.spki;
      return spki === undefined ? [] : [spki];
    });
    if (keys.length > 0) return keys;
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
  }
  throw unreadable(shown, "no public or private key that can be read");
}

function unreadable(shown: string, reason: string): HardwayError {
  return new HardwayError("file-unreadable", `${escapeControls(shown)}:1:1: ${reason}`);
}
