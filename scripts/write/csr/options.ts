/**
 * What the parts of `csr` take and give.
 *
 * @module
 */

/** Where a cluster is. */
export interface ClusterPlace {
  readonly folder: string;
  readonly spec?: string | undefined;
  readonly seed?: string | undefined;
}

/** What a plain request does not say of itself. */
export interface PlainTerms {
  readonly signerName?: string;
  readonly usages?: readonly string[];
  readonly expirationSeconds?: number;
}

/** What `csr new` takes. */
export interface NewCsrOptions {
  /** The common name, and the name of object and files. */
  readonly name: string;
  /** The organizations. Default: none, or those of the spec's user. */
  readonly groups?: readonly string[];
  /** Default: kubernetes.io/kube-apiserver-client. */
  readonly signerName?: string;
  /** Default: what the signer asks for, without key encipherment. */
  readonly usages?: readonly string[];
  readonly expirationSeconds?: number;
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
  /** Folder of the files. Default: `.`. */
  readonly out?: string;
  /** Path of a spec: its user of this name has a key already, which is used; its custom signers are known. */
  readonly spec?: string;
  readonly seed?: string;
  /** Folder that relative paths start from. */
  readonly folder: string;
  readonly force?: boolean;
}

/** What was made. */
export interface NewCsrReport {
  readonly files: readonly string[];
  /** Whether the key is that of the spec's user. */
  readonly isDerived: boolean;
  /** What the signer will say, when it is known already that it refuses. */
  readonly refusal: string | undefined;
}

/** What `csr approve` and `csr deny` take. */
export interface DecideCsrOptions {
  readonly file: string;
  readonly folder: string;
  /** Default: kubectl's. */
  readonly reason?: string;
  readonly message?: string;
  /** Unix seconds. */
  readonly at: number;
  readonly unique: string;
}

/** What `csr sign` takes. */
export interface SignCsrOptions extends ClusterPlace, PlainTerms {
  readonly file: string;
  /** A CA of files, in place of the spec's; then a spec is read for its custom signers only, and when it is given. */
  readonly authority?: { readonly ca: string; readonly caKey: string };
  /** The longest lifetime in seconds. Default: 8760 hours, or what a custom signer allows. */
  readonly longest?: number;
  /** Whether requests of kubelets, and of signers with `autoApprove`, are approved without a person. */
  readonly auto?: boolean;
  /** Unix seconds. */
  readonly at: number;
  readonly unique: string;
  readonly force?: boolean;
}

/** What came of it, for people. */
export interface CsrResult {
  readonly exitCode: 0 | 1;
  readonly lines: readonly string[];
}

/** What `csr extract` takes. */
export interface ExtractCsrOptions {
  readonly file: string;
  readonly folder: string;
  /** Folder of the files. Default: that of the manifest. */
  readonly out?: string;
  /** Path of the request's private key: with it a kubeconfig is written. */
  readonly key?: string;
  /** The cluster that the kubeconfig is for. */
  readonly spec?: string;
  readonly seed?: string;
  /** Whether a kubeconfig is wanted. */
  readonly kubeconfig?: boolean;
  readonly force?: boolean;
  readonly unique: string;
}
