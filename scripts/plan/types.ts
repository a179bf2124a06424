/**
 * What the plan stage gives: everything that will be made, as plain data without a secret in it.
 *
 * @module
 */
import type { Address } from "../shared/address.ts";
import type { KeyAlgorithm } from "../spec/scalars.ts";
import type { Path } from "../spec/document.ts";
import type { AuthorityName, Usage } from "./templates.ts";

/** A subject as certificates carry it: each O in an RDN of its own, then CN. */
export interface Subject {
  readonly organizations: readonly string[];
  readonly commonName: string;
}

/** What every entry of a plan has. */
interface Entry {
  /** The catalogue's id with names filled in, such as `kubelet-server/node-0`. */
  readonly id: string;
  /** One line for people. */
  readonly title: string;
  /** The authority from whose seed its key comes. */
  readonly authority: AuthorityName;
  /** The place of the document that asked for it. */
  readonly source: Path;
  /** Name of the machine or etcd member that it is made for, if it is for one. */
  readonly machine?: string;
}

/** A CA or a leaf, with its key. */
export interface CertificateEntry extends Entry {
  readonly kind: "certificate";
  readonly isAuthority: boolean;
  /** Id of the CA that signs it; its own for a CA. */
  readonly issuer: string;
  readonly subject: Subject;
  /** Server before client; empty for CAs. */
  readonly usages: readonly Usage[];
  /** Lower-case, each once, sorted by bytes. */
  readonly dnsNames: readonly string[];
  /** Each once; IPv4 first, then by bytes. */
  readonly addresses: readonly Address[];
  readonly keyAlgorithm: KeyAlgorithm;
  /** From 1; another number is another key. */
  readonly generation: number;
  /** Unix seconds. */
  readonly notBefore: number;
  /** Unix seconds. */
  readonly notAfter: number;
  /** Under out/<cluster>, with `/`. */
  readonly certificatePath: string;
  readonly keyPath: string;
}

/** A key pair without a certificate. */
export interface KeyPairEntry extends Entry {
  readonly kind: "key-pair";
  readonly keyAlgorithm: KeyAlgorithm;
  readonly generation: number;
  readonly keyPath: string;
  readonly publicKeyPath: string;
}

/** A kubeconfig with embedded certificates and key. It stands behind its client certificate in a plan. */
export interface KubeconfigEntry extends Entry {
  readonly kind: "kubeconfig";
  /** Id of the client certificate in it. */
  readonly client: string;
  /** Its user's name: the CN of the client certificate. */
  readonly user: string;
  /** `https://host:port`; of a webhook with its path. */
  readonly server: string;
  /** PEM of the CA that its server's certificate chains to, where it is not the client's. */
  readonly certificateAuthority?: string;
  /** Of its context. */
  readonly namespace?: string;
  readonly path: string;
}

/** A secret that comes from the seed by its name, or from a file that the spec names. */
export interface SecretRef {
  /** Such as `token/jane`. */
  readonly id: string;
  readonly generation: number;
}

/** One person's line of a file of tokens or passwords. */
export interface StaticLine {
  readonly secret: SecretRef;
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

/** A bootstrap token. */
export interface PlannedToken {
  readonly secret: SecretRef;
  readonly description?: string;
  readonly groups: readonly string[];
  readonly usages: readonly ("authentication" | "signing")[];
  /** Unix seconds. */
  readonly expiration: number;
}

/** What a document says. */
export type DocumentContent =
  | { readonly form: "static-tokens" | "static-passwords"; readonly lines: readonly StaticLine[] }
  | { readonly form: "bootstrap-secrets"; readonly tokens: readonly PlannedToken[] }
  | {
    readonly form: "bootstrap-kubeconfig" | "cluster-info";
    /** The cluster's `https://host:port`. */
    readonly server: string;
    readonly tokens: readonly PlannedToken[];
  }
  | {
    readonly form: "discovery" | "key-set" | "retired-keys";
    readonly issuer: string;
    readonly jwksUri: string;
    readonly keyAlgorithm: KeyAlgorithm;
    /** Generations of the key that only check, beside the one that signs. */
    readonly retired: readonly number[];
  };

/** A file around secrets or public keys. It stands behind the entry whose certificate or key it may hold. */
export interface DocumentEntry extends Entry {
  readonly kind: "document";
  /** Id of that entry. */
  readonly of: string;
  readonly path: string;
  readonly mode: "0600" | "0644";
  readonly content: DocumentContent;
}

/** One thing to make. */
export type PlanEntry = CertificateEntry | KeyPairEntry | KubeconfigEntry | DocumentEntry;

/** Whether an entry has a key of its own. */
export function isKeyed(entry: PlanEntry): entry is CertificateEntry | KeyPairEntry {
  return entry.kind === "certificate" || entry.kind === "key-pair";
}

/** Everything to make, CAs first, in an order that depends on the spec only. */
export interface Plan {
  /** The cluster's name. */
  readonly cluster: string;
  readonly entries: readonly PlanEntry[];
}
