/**
 * Many certificates and key pairs at once: in go entries of one cluster and its authorities, out come keys and signed
 * DER. Whatever is cheaper for many is done for the whole batch: points on the curve, inversions, signatures, checks.
 *
 * @module
 */
import type { CertificateEntry } from "../plan/types.ts";
import { digestHex } from "../shared/digest.ts";
import type { KeyAlgorithm } from "../spec/scalars.ts";
import { type Authorities, type Authority, WrongSignature } from "./authority.ts";
import { beginTbs, encodeCertificate, encodeContent, encodeTbs, SERIAL_ONE } from "./certificate.ts";
import type { IssuedCertificate, KeyedEntry, Made } from "./issued.ts";
import { makeKeys } from "./keys.ts";
import { settle } from "./p256_owed.ts";
import { platformVerifier } from "./platform_verifier.ts";
import type { KeyMaterial, PrivateKey } from "./private_key.ts";
import { formatSerial, serialOf } from "./serial.ts";

/**
 * Issues a batch.
 *
 * @param authorities of the entries' cluster
 * @param entries in any order; CAs may be among them
 * @param pause awaited during long work
 * @param checksAll whether each signature is checked by itself; otherwise one of each kind and issuer is, and on P-256
 * all at once
 * @returns what was made, in the order of the entries
 * @throws {Error} when a signature of ours does not verify, or the entries contradict each other: a bug of ours
 */
export async function issueBatch(
  authorities: Authorities,
  entries: readonly KeyedEntry[],
  pause: () => Promise<void>,
  checksAll = false,
): Promise<Made[]> {
  try {
    return await issueOwing(authorities, entries, pause, checksAll);
  } catch (error) {
    // What a batch that failed owes is not for the next one to answer for.
    settle();
    throw error;
  }
}

async function issueOwing(
  authorities: Authorities,
  entries: readonly KeyedEntry[],
  pause: () => Promise<void>,
  checksAll: boolean,
): Promise<Made[]> {
  const seeds = entries.map((entry) => authorities.keySeed(entry));
  await pause();
  const keys = await makeOwnKeys(entries, seeds, pause);
  const issued: (Made | undefined)[] = new Array(entries.length).fill(undefined);
  const byIssuer = new Map<string, number[]>();
  const proofs = new Map<CertificateEntry, ProofParts>();
  for (const [index, entry] of entries.entries()) {
    const key = keys[index];
    if (entry.kind === "key-pair") {
      if (key !== undefined) issued[index] = { kind: "key-pair", entry, pkcs8: key.pkcs8, spki: key.spki };
    } else if (entry.isAuthority) {
      const { certificate, key: { pkcs8 }, serial } = await authorities.get(entry.id);
      issued[index] = certified(entry, certificate, pkcs8, serial);
    } else {
      const indexes = byIssuer.get(entry.issuer);
      if (indexes === undefined) byIssuer.set(entry.issuer, [index]);
      else indexes.push(index);
    }
  }
  for (const [issuer, indexes] of byIssuer) {
    const leaves = indexes.flatMap((index): Leaf[] => {
      const [entry, key, seed] = [entries[index], keys[index], seeds[index]];
      return entry?.kind === "certificate" && key !== undefined && seed !== undefined
        ? [{ entry, key, seed, index }]
        : [];
    });
    await signLeaves(await authorities.get(issuer), leaves, issued, proofs, pause, checksAll);
  }
  await pause();
  if (!settle()) {
    for (const entry of entries) {
      if (entry.kind === "certificate") await findWrong(authorities, entry, proofs.get(entry));
    }
    throw new Error("Points that noble does not confirm, though every signature verifies");
  }
  return issued.filter((one) => one !== undefined);
}

/** What a signature is verified with, when something is wrong among many. */
interface ProofParts {
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
}

async function findWrong(
  authorities: Authorities,
  entry: CertificateEntry,
  proof: ProofParts | undefined,
): Promise<void> {
  const { key, proof: own } = await authorities.get(entry.issuer);
  const { tbs, signature } = proof ?? own;
  if (!key.verify(tbs, signature)) throw new WrongSignature(entry);
}

function certified(
  entry: CertificateEntry,
  certificate: Uint8Array,
  pkcs8: Uint8Array,
  serial: Uint8Array,
): IssuedCertificate {
  const fingerprint = digestHex(certificate);
  return { kind: "certificate", entry, certificate, pkcs8, serial: formatSerial(serial), fingerprint };
}

interface Leaf {
  readonly entry: CertificateEntry;
  readonly key: KeyMaterial;
  readonly seed: Uint8Array;
  readonly index: number;
}

/** Makes the keys of all entries but CAs, whose keys are their authority's. */
async function makeOwnKeys(
  entries: readonly KeyedEntry[],
  seeds: readonly Uint8Array[],
  pause: () => Promise<void>,
): Promise<(KeyMaterial | undefined)[]> {
  const keys: (KeyMaterial | undefined)[] = new Array(entries.length).fill(undefined);
  const byAlgorithm = new Map<KeyAlgorithm, { readonly indexes: number[]; readonly seeds: Uint8Array[] }>();
  for (const [index, entry] of entries.entries()) {
    const seed = seeds[index];
    if (seed === undefined || (entry.kind === "certificate" && entry.isAuthority)) continue;
    let group = byAlgorithm.get(entry.keyAlgorithm);
    if (group === undefined) byAlgorithm.set(entry.keyAlgorithm, group = { indexes: [], seeds: [] });
    group.indexes.push(index);
    group.seeds.push(seed);
  }
  for (const [algorithm, group] of byAlgorithm) {
    const made = await makeKeys(algorithm, group.seeds, pause);
    for (const [i, index] of group.indexes.entries()) keys[index] = made[i];
  }
  return keys;
}

async function signLeaves(
  { key: signer, part }: Authority,
  leaves: readonly Leaf[],
  issued: (Made | undefined)[],
  proofs: Map<CertificateEntry, ProofParts>,
  pause: () => Promise<void>,
  checksAll: boolean,
): Promise<void> {
  const made = leaves.map(({ entry, key, seed }) => {
    const content = encodeContent(entry, key.spki, key.publicKey, part);
    const serial = serialOf(seed, beginTbs(SERIAL_ONE, content), content);
    return { serial, tbs: encodeTbs(serial, content) };
  });
  await pause();
  const messages = made.map(({ tbs }) => tbs);
  const signed = signer.batch?.signAll(messages);
  const signatures = signed?.map(({ signature }) => signature) ?? await signEach(signer, messages, pause);
  await pause();
  // Of what is signed in a batch all is checked, all at once and in the end; of the rest one of each kind, as what could
  // go wrong there is the platform and not one leaf.
  const areOwed = signed !== undefined && signer.batch?.verifyAll(messages, signed) === true;
  const verify = checksAll ? await platformVerifier(signer.algorithm, signer.spki) : signer.verify;
  const proven = new Set<string>();
  for (const [i, { entry, key, index }] of leaves.entries()) {
    const [one, signature] = [made[i], signatures[i]];
    if (one === undefined || signature === undefined) throw new Error(`${entry.id} was not signed`);
    const kind = entry.id.slice(0, entry.id.indexOf("/") + 1);
    if (checksAll || (!areOwed && (signed !== undefined || !proven.has(kind)))) {
      await pause();
      if (!verify(one.tbs, signature)) throw new WrongSignature(entry);
      proven.add(kind);
    }
    proofs.set(entry, { tbs: one.tbs, signature });
    const certificate = encodeCertificate(one.tbs, part, signature);
    issued[index] = certified(entry, certificate, key.pkcs8, one.serial);
  }
  if (signed !== undefined && !areOwed) throw new Error("Signatures that are none");
}

async function signEach(
  signer: PrivateKey,
  messages: readonly Uint8Array[],
  pause: () => Promise<void>,
): Promise<readonly Uint8Array[]> {
  const signatures: Uint8Array[] = [];
  for (const message of messages) {
    await pause();
    signatures.push(signer.sign(message));
  }
  return signatures;
}
