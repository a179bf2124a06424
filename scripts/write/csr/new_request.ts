/**
 * `csr new` and `csr export`: keys and requests of one's own.
 *
 * @module
 */
import { makeEntryRequest, makeRequest } from "../../identity/csr/make_request.ts";
import { manifestValue, renderManifest } from "../../identity/csr/manifest.ts";
import { decodeObject } from "../../identity/csr/object.ts";
import {
  CLIENT_SIGNER,
  customSigner,
  KUBELET_CLIENT_SIGNER,
  KUBELET_SERVING_SIGNER,
  signerRefusal,
} from "../../identity/csr/signers.ts";
import { createRefusal, requestOf } from "../../identity/csr/validation.ts";
import { keyIdentifier } from "../../issue/certificate.ts";
import { makeKey, type PrivateKey } from "../../issue/keys.ts";
import type { CertificateEntry } from "../../plan/types.ts";
import { parseAddress } from "../../shared/address.ts";
import { HardwayError } from "../../shared/errors.ts";
import { encodePem } from "../../shared/pem.ts";
import { nearest } from "../../shared/suggest.ts";
import { quote } from "../../shared/text.ts";
import { isDnsName, isSubjectText, isUserName } from "../../spec/names.ts";
import { matchesName } from "../../spec/signers.ts";
import type { Signer } from "../../spec/types.ts";
import {
  authoritiesIn,
  type CsrCluster,
  pathIn,
  readCluster,
  refusalError,
  textBytes,
} from "../disk/csr_input.ts";
import type { ClusterPlace, NewCsrOptions, NewCsrReport } from "./options.ts";
import { putFiles } from "../disk/user_file.ts";

/** Randomness, which a command hands in. */
export interface Randomness {
  /** 48 bytes. */
  readonly keySeed: Uint8Array;
  /** Hexadecimal digits for temporary names. */
  readonly unique: string;
}

/**
 * Makes a key, a request and its manifest.
 *
 * @throws {HardwayError} `usage` for names that cannot be, and with the API server's words for what it
 * refuses, `refused` when files are there, `disk`
 */
export async function newCsr(options: NewCsrOptions, random: Randomness): Promise<NewCsrReport> {
  const signerName = options.signerName ?? CLIENT_SIGNER;
  const cluster = options.spec === undefined
    ? undefined
    : await readCluster({ folder: options.folder, spec: options.spec, seed: options.seed });
  const signers = cluster?.spec.signers ?? [];
  const custom = customSigner(signerName, signers);
  checkNames(options, signerName, custom);
  const addresses = (options.addresses ?? []).map((text) => {
    const address = parseAddress(text);
    if (address === undefined) throw usage(`Cannot use ${quote(text)} as --ip: expected an IP address`);
    return address;
  });
  const user = cluster === undefined ? undefined : await userOf(cluster, options.name);
  const key = user?.key ?? await makeKey("ECDSA-P256", random.keySeed);
  const der = makeRequest({
    commonName: options.name,
    organizations: options.groups ?? user?.groups ?? [],
    dnsNames: options.dnsNames ?? [],
    addresses,
  }, key);
  const pem = encodePem("CERTIFICATE REQUEST", der);
  const manifest = {
    name: options.name,
    request: pem.toBase64(),
    signerName,
    usages: options.usages ?? (custom === undefined ? usualUsages(signerName) : usualUsagesOf(custom)),
    expirationSeconds: options.expirationSeconds,
  };
  const decoded = decodeObject(manifestValue(manifest));
  const text = renderManifest(manifest);
  const out = options.out ?? ".";
  const shown = (ending: string): string => `${out === "." ? "" : `${out}/`}${options.name}${ending}`;
  const refusal = "refusal" in decoded ? decoded.refusal : createRefusal(decoded.object);
  if (refusal !== undefined) throw refusalError(refusal);
  const object = "object" in decoded ? decoded.object : undefined;
  const files = [
    { ending: ".key", bytes: encodePem("PRIVATE KEY", key.pkcs8), mode: 0o600 },
    { ending: ".csr", bytes: pem, mode: 0o644 },
    { ending: ".yaml", bytes: textBytes(text), mode: 0o644 },
  ].map(({ ending, ...file }) => ({
    ...file,
    shown: shown(ending),
    path: pathIn(options.folder, out, `${options.name}${ending}`),
  }));
  const folder = { path: pathIn(options.folder, out), shown: out };
  putFiles(files, options.force === true, random.unique, folder);
  return {
    files: files.map((file) => file.shown),
    isDerived: user !== undefined,
    refusal: object && signerRefusal(signerName, requestOf(object), object.usages, signers),
  };
}

function usualUsages(signerName: string): string[] {
  return ["digital signature", signerName === KUBELET_SERVING_SIGNER ? "server auth" : "client auth"];
}

/** What a custom signer asks for; key encipherment only where it has to be. */
function usualUsagesOf({ usages, requiredUsages }: Signer): readonly string[] {
  const without = usages.filter((usage) => usage !== "key encipherment");
  const wanted = requiredUsages.length > 0 ? [...requiredUsages, "digital signature"] : without;
  return without.length === 0 ? usages : usages.filter((usage) => wanted.includes(usage));
}

function checkNames(options: NewCsrOptions, signerName: string, custom: Signer | undefined): void {
  const { name } = options;
  if (!isUserName(name) || name.includes("%")) {
    throw usage(`Cannot use ${quote(name)} as a name: expected 1 to 64 characters that can name a file`);
  }
  const isKubelet = signerName === KUBELET_CLIENT_SIGNER || signerName === KUBELET_SERVING_SIGNER;
  const isAllowed = isKubelet && name.startsWith("system:node:") ||
    custom?.commonNames !== undefined && matchesName(custom.commonNames, name);
  if (name.startsWith("system:") && !isAllowed) {
    throw usage(`Cannot use ${quote(name)} as a name: names with system: are Kubernetes' own`);
  }
  for (const group of options.groups ?? []) {
    if (!isSubjectText(group)) {
      throw usage(
        `Cannot use ${quote(group)} as a group: expected 1 to 64 characters without control characters`,
      );
    }
  }
  for (const dns of options.dnsNames ?? []) {
    if (!isDnsName(dns, true)) throw usage(`Cannot use ${quote(dns)} as --dns: expected a DNS name`);
  }
}

function usage(message: string): HardwayError {
  return new HardwayError("usage", `csr: ${message}`);
}

/** The key and the groups of a spec's user; undefined when the spec has no such user. */
async function userOf(
  cluster: CsrCluster,
  name: string,
): Promise<{ readonly key: PrivateKey; readonly groups: readonly string[] } | undefined> {
  const entry = certificateOf(cluster, `user/${name}`);
  if (entry === undefined) return undefined;
  return { key: await keyOf(cluster, entry), groups: entry.subject.organizations };
}

function certificateOf({ plan }: CsrCluster, id: string): CertificateEntry | undefined {
  return plan.entries.find((entry): entry is CertificateEntry =>
    entry.kind === "certificate" && entry.id === id
  );
}

function keyOf(cluster: CsrCluster, entry: CertificateEntry): Promise<PrivateKey> {
  return makeKey(entry.keyAlgorithm, authoritiesIn(cluster).keySeed(entry));
}

/**
 * Makes the request of an entry of the catalogue, with the entry's own key, for a CA elsewhere.
 *
 * @param id such as `apiserver` or `kubelet-server/node-0`
 * @returns PEM
 * @throws {HardwayError} `usage` for an id that is no certificate's, and what reading spec and seed throws
 */
export async function exportCsr(id: string, place: ClusterPlace): Promise<Uint8Array> {
  const cluster = await readCluster(place);
  const entry = certificateOf(cluster, id);
  if (entry === undefined) {
    const known = cluster.plan.entries.flatMap((one) => one.kind === "certificate" ? [one.id] : []);
    const meant = nearest(id, known);
    const hint = meant === undefined ? `such as ${known.slice(0, 4).join(", ")}` : `did you mean ${meant}?`;
    throw usage(`No certificate with the id ${quote(id)} in this spec: ${hint}`);
  }
  const key = await keyOf(cluster, entry);
  return encodePem("CERTIFICATE REQUEST", makeEntryRequest(entry, key, keyIdentifier(key.publicKey)));
}
