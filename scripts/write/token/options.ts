/**
 * What the parts of `token` take and give.
 *
 * @module
 */
import type { Validity } from "../../shared/time.ts";
import type { ClusterPlace } from "../csr/options.ts";

/** An object that a token must not outlive. */
export interface TokenBound {
  readonly kind: "pod" | "secret" | "node";
  readonly name: string;
  readonly uid: string;
}

/** Where files go. */
export interface TokenFilesPlace {
  /** Folder of the files. Default: the one that relative paths start from. */
  readonly out?: string;
  /** Whether files that are there are replaced. */
  readonly force?: boolean;
  /** Random hexadecimal digits for temporary names. */
  readonly unique: string;
}

/** The files of a token, and what a person has to know. */
export interface TokenReport {
  /** Names of the files, as the caller would name them. */
  readonly files: readonly string[];
  /** Sentences and command lines. */
  readonly notes: readonly string[];
}

/** What `tokenCreate` takes. */
export interface CreateTokenOptions extends ClusterPlace, TokenFilesPlace {
  readonly namespace: string;
  readonly name: string;
  /** UID of the service account in the cluster. Default: a derived one, which no cluster has. */
  readonly uid?: string;
  /** Default: the issuer. */
  readonly audiences?: readonly string[];
  /** Default: an hour. */
  readonly validity?: Validity;
  readonly bound?: TokenBound;
  /** Another number gives another `jti`. Default: what the spec's generations say, or 1. */
  readonly generation?: number;
  /** A private key of another cluster, with its issuer. */
  readonly key?: string;
  readonly issuer?: string;
  /** Whether a kubeconfig is written too. */
  readonly kubeconfig?: boolean;
  /** Unix seconds. */
  readonly at: number;
}

/** What `tokenLegacy` takes. */
export interface LegacyTokenOptions extends ClusterPlace, TokenFilesPlace {
  readonly namespace: string;
  readonly name: string;
  /** UID of the service account in the cluster. Default: a derived one, which no cluster has. */
  readonly uid?: string;
  /** Name of the Secret. Default: `<name>-token`. */
  readonly secret?: string;
  /** A private key of another cluster, with its CA. */
  readonly key?: string;
  readonly ca?: string;
}

/** What `tokenBootstrap` takes. */
export interface BootstrapTokenOptions extends ClusterPlace, TokenFilesPlace {
  /** Of a token of the spec, or of a new one. */
  readonly name: string;
  readonly groups?: readonly string[];
  readonly usages?: readonly string[];
  readonly description?: string;
  /** Default: what the spec says, or 24 hours. */
  readonly validity?: Validity;
  /** Whether a kubeconfig is written too. */
  readonly kubeconfig?: boolean;
  /** From when the validity counts, in Unix seconds; without it and a validity, a token of the spec ends as there. */
  readonly at?: number;
  /** The clock, in Unix seconds. */
  readonly now: number;
}

/** What `tokenStatic` takes. */
export interface StaticTokenOptions extends ClusterPlace, TokenFilesPlace {
  /** A user of the spec. */
  readonly user: string;
}

/** What `tokenJwks` and `tokenDiscovery` take. */
export interface KeySetOptions extends ClusterPlace {
  /** Files of public or private keys, in place of the cluster's. */
  readonly keys?: readonly string[];
  /** With keys: the issuer of the API server. */
  readonly issuer?: string;
}

/** What `tokenShow` takes. */
export interface ShowTokenOptions extends ClusterPlace {
  readonly file: string;
  /** Files of keys that verify; without them those of the spec, if one is named. */
  readonly keys?: readonly string[];
  /** Unix seconds. */
  readonly at: number;
}
