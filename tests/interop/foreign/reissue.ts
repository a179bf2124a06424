/**
 * Certificates of a tree signed again with something changed, and CRLs, by Go: faults that are exactly one fault. In: a
 * tree, a path in it and what changes. Out: the changed file.
 *
 * @module
 */
import { join } from "node:path";
import { goCommand, runWell, type Tool } from "../tools.ts";
import { editKubeconfig, readKubeconfig, realPath } from "./inject.ts";

/** The program that signs again: for `testWith`. */
export const reissuer: Tool = await goCommand("reissue");

/** Parts of a name; what is not named stays. */
export interface NameChanges {
  /** Empty: no common name. */
  readonly cn?: string;
  /** All of them, in order. */
  readonly organizations?: readonly string[];
}

/** What changes in a certificate; everything else keeps its bytes. */
export interface Changes {
  /** RFC 3339. */
  readonly notBefore?: string;
  /** RFC 3339. */
  readonly notAfter?: string;
  readonly subject?: NameChanges;
  /** Instead of the name of the CA that signs. */
  readonly issuerName?: NameChanges;
  /** All of them, such as `DNS:a`, `IP:10.0.0.1`, `email:a@b`, `URI:https://a`; none removes the extension. */
  readonly sans?: readonly string[] | "none";
  /** All of them, such as `serverAuth`, `clientAuth`, `any`, `1.2.3`; none removes the extension. */
  readonly eku?: readonly string[] | "none";
  /** All of them, by RFC 5280's names; none removes the extension. */
  readonly ku?: readonly string[] | "none";
  /** `cA` of basicConstraints. */
  readonly isCa?: boolean;
  /** `pathLenConstraint`; makes a CA. */
  readonly maxPathLength?: number;
  /** Removes basicConstraints. */
  readonly noConstraints?: boolean;
  /** Decimal, or hexadecimal behind `0x`, with a sign: `0`, `-5`, `0x1f`. */
  readonly serial?: string;
  /** Another hash of the signature than the old one. */
  readonly signatureHash?: "md5" | "sha1" | "sha256" | "sha384" | "sha512";
  /** Path of another key in the tree that signs, in the CA's name. */
  readonly signWith?: string;
  /** A new key of this kind, written to `key`. */
  readonly keyAlgorithm?:
    | "rsa512"
    | "rsa1024"
    | "rsa2048"
    | "rsa4096"
    | "p224"
    | "p256"
    | "p384"
    | "p521"
    | "ed25519";
  /** Critical name constraints, such as `DNS:example.org`, `IP:10.0.0.0/8`. */
  readonly permittedNames?: readonly string[];
  readonly excludedNames?: readonly string[];
  readonly noSubjectKeyId?: boolean;
  readonly noAuthorityKeyId?: boolean;
  /** Other bytes, in hexadecimal. */
  readonly authorityKeyId?: string;
  /** Changes a bit of the signature. */
  readonly spoilSignature?: boolean;
  /** Adds a critical extension that nobody knows. */
  readonly unknownCritical?: boolean;
}

/** Who signs, and where a new key goes. Paths are a machine's, such as `etc/kubernetes/pki/ca.crt`. */
export interface Signer {
  /** Certificate of the CA; the certificate's own path when it signs itself. */
  readonly ca: string;
  /** Its key; the same path with `.key` for `.crt` when left out. */
  readonly caKey?: string;
  /** Another tree in which the CA stands, if it is not in the same one. */
  readonly caTree?: string;
  /** Where a new key goes; the certificate's path with `.key` for `.crt` when left out. */
  readonly key?: string;
}

/** A certificate of a tree to be signed again. */
export interface Reissue extends Signer {
  readonly changes: Changes;
}

/**
 * Signs the first certificate of a PEM file again; what else stands in the file, its mode and its key stay.
 *
 * @param tree the tree's root
 * @param path where the certificate stands, from the root; links are followed within the tree
 * @param options who signs it, and what changes
 */
export async function reissue(tree: string, path: string, options: Reissue): Promise<void> {
  const { changes } = options;
  const file = realPath(tree, path);
  const list = (value: readonly string[] | "none" | undefined): readonly string[] | undefined =>
    value === "none" ? [] : value;
  await runReissuer({
    certificate: file,
    ...signerOf(tree, options),
    key: realPath(tree, options.key ?? keyOf(path)),
    changes: {
      ...changes,
      sans: list(changes.sans),
      eku: list(changes.eku),
      ku: list(changes.ku),
      ...changes.signWith !== undefined && { signWith: realPath(tree, changes.signWith) },
    },
  });
}

/**
 * Signs the certificate that a kubeconfig embeds again.
 *
 * @param tree the tree's root
 * @param path where the kubeconfig stands, from the root
 * @param options who signs it, and what changes; with a new key, the kubeconfig gets it too
 * @param user index of the user
 */
export async function reissueInKubeconfig(
  tree: string,
  path: string,
  options: Reissue,
  user = 0,
): Promise<void> {
  const work = await Deno.makeTempDir({ dir: tree, prefix: ".reissue-" });
  const name = work.slice(work.lastIndexOf("/") + 1);
  try {
    const { users } = await readKubeconfig(tree, path);
    const data = users[user]?.user["client-certificate-data"] ?? "";
    await Deno.writeFile(join(work, "a.crt"), Uint8Array.fromBase64(data));
    await reissue(tree, `${name}/a.crt`, options);
    const certificate = await Deno.readFile(join(work, "a.crt"));
    const key = options.changes.keyAlgorithm === undefined
      ? undefined
      : await Deno.readFile(join(work, "a.key"));
    await editKubeconfig(tree, path, (config) => {
      const fields = config.users[user]?.user;
      if (fields === undefined) throw new Error(`${path} has no user ${user}`);
      fields["client-certificate-data"] = certificate.toBase64();
      if (key !== undefined) fields["client-key-data"] = key.toBase64();
    });
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** What a CRL lists. */
export interface Crl extends Signer {
  /** Paths of certificates in the tree. */
  readonly revoked: readonly string[];
  /** RFC 3339; an hour ago when left out. */
  readonly thisUpdate?: string;
  /** RFC 3339; a year from now when left out. */
  readonly nextUpdate?: string;
}

/**
 * Writes a CRL in PEM.
 *
 * @param tree the tree's root
 * @param path where it goes, from the root, such as `etc/kubernetes/pki/ca.crl`
 * @param options who signs it, and what it lists
 */
export async function writeCrl(tree: string, path: string, options: Crl): Promise<void> {
  const from = (days: number): string =>
    new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+/, "");
  await runReissuer({
    ...signerOf(tree, options),
    crl: {
      path: realPath(tree, path),
      revoked: options.revoked.map((one) => realPath(tree, one)),
      thisUpdate: options.thisUpdate ?? from(-1 / 24),
      nextUpdate: options.nextUpdate ?? from(365),
    },
  });
}

function signerOf(tree: string, signer: Signer): { readonly ca: string; readonly caKey: string } {
  const root = signer.caTree ?? tree;
  return { ca: realPath(root, signer.ca), caKey: realPath(root, signer.caKey ?? keyOf(signer.ca)) };
}

function keyOf(path: string): string {
  return path.replace(/\.(crt|pem)$/, (_, ending: string) => ending === "pem" ? "-key.pem" : ".key");
}

async function runReissuer(request: unknown): Promise<void> {
  if ("missing" in reissuer) throw new Error(reissuer.missing);
  await runWell(reissuer.path, [], { stdin: JSON.stringify(request) });
}
