/**
 * `token create` and `token legacy`: tokens of service accounts, made without the cluster.
 *
 * @module
 */
import { createPublicKey, verify } from "node:crypto";
import { deriveUuid } from "../../identity/derived.ts";
import { issuerFault } from "../../identity/tokens/issuer.ts";
import {
  legacyTokenFaults,
  serviceAccountUser,
  signLegacyToken,
  signServiceAccountToken,
  type TokenClaims,
  tokenFaults,
} from "../../identity/tokens/service_account_token.ts";
import type { TokenKey } from "../../identity/tokens/token_key.ts";
import { renderTokenKubeconfig } from "../../identity/tokens/token_kubeconfig.ts";
import { generationsOf } from "../../plan/settings.ts";
import { renderYaml } from "../../render/tree_form.ts";
import { decodeUtf8, encodeUtf8 } from "../../shared/encoding.ts";
import { HardwayError } from "../../shared/errors.ts";
import { escapeControls, quote } from "../../shared/text.ts";
import { endOf, formatTime } from "../../shared/time.ts";
import { pathIn } from "../disk/csr_input.ts";
import { readInput } from "../disk/input.ts";
import type { UserFile } from "../disk/user_file.ts";
import { addressOf, readSigningKey, readTokenCluster, signingKeyOf, type TokenCluster } from "./cluster.ts";
import { curlWith, fileIn, putTokenFiles } from "./files.ts";
import type { CreateTokenOptions, LegacyTokenOptions, TokenReport } from "./options.ts";
import { usage } from "./token_flags.ts";

const HOUR = { seconds: 3600 };

/** Who signs: a cluster of ours, or a key of another one. */
interface Signer {
  readonly key: TokenKey;
  readonly cluster: TokenCluster | undefined;
}

/**
 * Makes a token as the TokenRequest API does.
 *
 * @throws {HardwayError} `usage` with the API server's words for what it would refuse, `refused` when a file is there,
 * `disk`, and what reading spec, seed and keys throws
 */
export async function createToken(options: CreateTokenOptions): Promise<TokenReport> {
  const { namespace, name, at, bound } = options;
  const { key, cluster } = await signerOf(options);
  const issuer = cluster?.spec.apiServer.serviceAccountIssuer ?? options.issuer;
  if (issuer === undefined) throw usage("A key of another cluster needs its issuer: expected --issuer");
  const issuerIsWrong = issuerFault(issuer);
  if (issuerIsWrong !== undefined) throw usage(`Cannot use ${quote(issuer)} as --issuer: ${issuerIsWrong}`);
  const validity = options.validity ?? HOUR;
  const claims: TokenClaims = {
    namespace,
    serviceAccount: { name, uid: options.uid ?? uidOf(cluster, namespace, name) },
    ...(bound !== undefined && { [bound.kind]: { name: bound.name, uid: bound.uid } }),
    issuer,
    audiences: options.audiences ?? [issuer],
    issuedAt: at,
    expirationSeconds: endOf(validity, at) - at,
    id: idOf(cluster, options),
  };
  refuseFaults(tokenFaults(claims));
  const token = signServiceAccountToken(claims, key);
  prove(token, key);
  const base = `${namespace}-${name}`;
  const files: UserFile[] = [fileIn(options, `${base}.token`, token)];
  const user = serviceAccountUser(namespace, name);
  const notes = [
    `${user}, until ${formatTime(at + claims.expirationSeconds)}, for ${claims.audiences.join(", ")}`,
    uidNote(options.uid),
  ];
  if (options.kubeconfig === true) {
    if (cluster === undefined) throw usage("A kubeconfig needs the cluster: expected --spec, not --key");
    const address = await addressOf(cluster);
    const text = renderTokenKubeconfig({
      cluster: cluster.cluster,
      ...address,
      user: name,
      token,
      namespace,
    });
    files.push(fileIn(options, `${base}.kubeconfig`, text));
  }
  const written = putTokenFiles(files, options);
  if (cluster !== undefined) notes.push(curlWith(written[0] ?? "", (await addressOf(cluster)).server));
  return { files: written, notes };
}

/**
 * Makes the Secret with a token that never ends, as the controller-manager fills it in.
 *
 * @throws {HardwayError} as `createToken`
 */
export async function legacyToken(options: LegacyTokenOptions): Promise<TokenReport> {
  const { namespace, name } = options;
  const secretName = options.secret ?? `${name}-token`;
  const { key, cluster } = await signerOf(options);
  const uid = options.uid ?? uidOf(cluster, namespace, name);
  const claims = { namespace, serviceAccount: { name, uid }, secretName };
  refuseFaults(legacyTokenFaults(claims));
  const authority = cluster === undefined
    ? await readAuthority(options)
    : (await addressOf(cluster)).authority;
  const token = signLegacyToken(claims, key);
  prove(token, key);
  const base64 = (text: string): string => encodeUtf8(text).toBase64();
  const manifest = renderYaml([{
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: secretName,
      namespace,
      annotations: {
        "kubernetes.io/service-account.name": name,
        "kubernetes.io/service-account.uid": uid,
      },
    },
    type: "kubernetes.io/service-account-token",
    data: { "ca.crt": base64(authority), namespace: base64(namespace), token: base64(token) },
  }]);
  const files = putTokenFiles([fileIn(options, `${namespace}-${secretName}.yaml`, manifest)], options);
  const notes = [
    `${serviceAccountUser(namespace, name)}, without an end and for every audience: prefer token create`,
    uidNote(options.uid),
    ...(options.uid === undefined
      ? []
      : ["And only while this Secret, with this very token, is in the cluster: apply it."]),
  ];
  return { files, notes };
}

async function signerOf(
  options: { readonly key?: string } & Parameters<typeof readTokenCluster>[0],
): Promise<Signer> {
  if (options.key !== undefined) {
    return { key: await readSigningKey(options.folder, options.key), cluster: undefined };
  }
  const cluster = await readTokenCluster(options);
  return { key: await signingKeyOf(cluster), cluster };
}

/** Without a UID, one that comes from the seed: good for verifiers that look at the signature only. */
function uidOf(cluster: TokenCluster | undefined, namespace: string, name: string): string {
  if (cluster === undefined) throw usage("A key of another cluster needs the account's UID: expected --uid");
  return deriveUuid(cluster, { cluster: cluster.cluster, id: `uid/${namespace}/${name}` });
}

function idOf(
  cluster: TokenCluster | undefined,
  { namespace, name, generation, unique }: CreateTokenOptions,
): string {
  const id = `jti/${namespace}/${name}`;
  if (cluster === undefined) {
    // There is no seed: random, as the API server's own.
    const digits = unique.repeat(2).slice(0, 32);
    return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
  }
  return deriveUuid(cluster, {
    cluster: cluster.cluster,
    id,
    generation: generation ?? generationsOf(cluster.spec)(id),
  });
}

function refuseFaults(faults: readonly { readonly field: string; readonly message: string }[]): void {
  if (faults.length === 0) return;
  throw new HardwayError(
    "usage",
    faults.map(({ field, message }) => `token: ${field}: ${escapeControls(message)}`).join("\n"),
  );
}

/** A wrong signature would be found by whoever is shown the token; it is looked for here, by the platform. */
function prove(token: string, { spki, algorithm }: TokenKey): void {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  const digest = `sha${algorithm.slice(2)}`;
  const input = encodeUtf8(`${header}.${payload}`);
  const bytes = Uint8Array.fromBase64(signature, { alphabet: "base64url" });
  if (!verify(digest, input, { key, dsaEncoding: "ieee-p1363" }, bytes)) {
    throw new Error("The signature of a token that was just made does not verify");
  }
}

function uidNote(uid: string | undefined): string {
  return uid === undefined
    ? "Its UID is made up, so that no API server takes it: give --uid, from kubectl get serviceaccount -o yaml. " +
      "Verifiers that look at the signature only take it."
    : `The API server takes it only while the account has the UID ${escapeControls(uid)}.`;
}

async function readAuthority({ folder, ca }: LegacyTokenOptions): Promise<string> {
  if (ca === undefined) throw usage("A key of another cluster needs its CA: expected --ca");
  return decodeUtf8(await readInput(pathIn(folder, ca), ca));
}
