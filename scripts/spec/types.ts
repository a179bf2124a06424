/**
 * What the spec stage gives: a validated cluster as plain data, with the place of each part for later messages.
 *
 * @module
 */
import type { Address, Cidr } from "../shared/address.ts";
import type { Problem } from "../shared/problem.ts";
import type { Validity } from "../shared/time.ts";
import type { Authentication, Authorizer } from "./access_types.ts";
import type { Path } from "./document.ts";
import type { Endpoint, KeyAlgorithm } from "./scalars.ts";

/** A value with its place in the document. */
export interface Located<T> {
  readonly value: T;
  readonly path: Path;
}

/** A machine or an etcd member. */
export interface Member {
  /** Lower-case RFC 1123 subdomain, at most 52 characters. */
  readonly name: string;
  readonly addresses: readonly Address[];
  /** Lower-cased. */
  readonly dnsNames: readonly string[];
  /** Where the document names it; machines of one host range share it. */
  readonly path: Path;
}

/** A machine that may run a kubelet. */
export interface Machine extends Member {
  /** Whether it runs a kubelet. */
  readonly kubelet: boolean;
  /** Its pods' networks, at most one per family. */
  readonly podCIDRs: readonly Cidr[];
}

/** What an RBAC rule allows; lists that are not given are absent. */
export interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** A Role, or without a namespace a ClusterRole. */
export interface Role {
  readonly name: string;
  readonly namespace?: string;
  readonly rules: readonly Rule[];
}

/** A role that somebody has: in a namespace, or without one everywhere. */
export interface Binding {
  readonly kind: "Role" | "ClusterRole";
  readonly role: string;
  readonly namespace?: string;
}

/** An account of a program in the cluster. */
export interface ServiceAccount {
  readonly name: string;
  readonly namespace: string;
  /** Whether pods get its token without asking. */
  readonly isMounted: boolean;
  /** Whether it has a Secret with a token that never ends. */
  readonly hasTokenSecret: boolean;
  readonly bindings: readonly Binding[];
}

/** How some of etcd's contents are encrypted. */
export interface Encryption {
  readonly resources: readonly string[];
  /** The first writes, all read. */
  readonly providers: readonly {
    readonly type: "secretbox" | "aesgcm" | "aescbc" | "identity";
    /** Names of keys; none for identity. */
    readonly keys: readonly string[];
  }[];
}

/** A secret of a person's: derived from the seed, unless a file holds it. */
export interface Credential {
  /** The file as the spec names it. */
  readonly valueFile?: Located<string>;
}

/** A token with which new nodes join. */
export interface BootstrapToken {
  /** Its name in the spec; the cluster knows the derived id only. */
  readonly name: string;
  readonly description?: string;
  /** Beside system:bootstrappers. */
  readonly groups: readonly string[];
  readonly usages: readonly ("authentication" | "signing")[];
  readonly validity: Located<Validity>;
}

/** A person with a client certificate. */
export interface User {
  readonly name: string;
  /** In token files. */
  readonly uid: string;
  /** Of the kubeconfig's context. */
  readonly namespace?: string;
  /** A static token. */
  readonly token?: Credential;
  /** A static password. */
  readonly password?: Credential;
  readonly groups: readonly string[];
  /** Of the certificate, where it differs from that of others. */
  readonly validity?: Located<Validity>;
  readonly bindings: readonly Binding[];
  readonly path: Path;
}

/** A custom signer and its policy. */
export interface Signer {
  readonly name: string;
  readonly authority: "kubernetes" | "etcd" | "front-proxy";
  /** Usages that a request may have, and those of them that it must have. */
  readonly usages: readonly string[];
  readonly requiredUsages: readonly string[];
  /** Patterns of organizations; absent for any that does not begin with `system:`, as for common names. */
  readonly groups?: readonly string[];
  readonly commonNames?: readonly string[];
  /** Patterns, lower-cased; absent for any. */
  readonly dnsNames?: readonly string[];
  /** Absent for any. */
  readonly addresses?: readonly Cidr[];
  readonly hasEmails: boolean;
  readonly hasUris: boolean;
  /** The longest lifetime; absent for the usual one. */
  readonly validity?: Validity;
  readonly isAutoApproved: boolean;
}

/** A further certificate. */
export interface Certificate {
  readonly name: string;
  readonly authority: "kubernetes" | "etcd" | "front-proxy";
  readonly cn: string;
  readonly groups: readonly string[];
  readonly usages: readonly ("server" | "client")[];
  /** Lower-cased. */
  readonly dnsNames: readonly string[];
  readonly addresses: readonly Address[];
  readonly path: Path;
}

/** Systemd units as in the hard way's guide, or kubeadm's places and static pods. */
export type Layout = "hard-way" | "kubeadm";

/** A validated cluster. */
export interface Spec {
  readonly name: string;
  /** The minor version's number: 37 for 1.37. */
  readonly kubernetesMinor: number;
  readonly clusterDomain: string;
  readonly serviceCIDRs: readonly Cidr[];
  readonly podCIDRs: readonly Cidr[];
  readonly apiServer: {
    readonly endpoint: Endpoint;
    readonly port: number;
    /** Lower-cased. */
    readonly dnsNames: readonly string[];
    readonly addresses: readonly Address[];
    /** `iss` of service-account tokens. */
    readonly serviceAccountIssuer: string;
  };
  readonly controlPlane: readonly Machine[];
  readonly workers: readonly Machine[];
  readonly etcdMembers: readonly Member[];
  readonly keys: {
    readonly ca: KeyAlgorithm;
    readonly leaf: KeyAlgorithm;
    readonly serviceAccount: KeyAlgorithm;
    /** Generations of the service-account key whose tokens are still good, beside the one that signs. */
    readonly retiredServiceAccount: readonly number[];
  };
  readonly validity: {
    /** Unix seconds; absent when it follows the seed's creation. */
    readonly notBefore?: number;
    readonly ca: Located<Validity>;
    readonly leaf: Located<Validity>;
    /** By pattern, in the document's order; the last match wins. */
    readonly overrides: readonly {
      readonly pattern: string;
      readonly validity: Validity;
      readonly path: Path;
    }[];
  };
  readonly adminGroup: string;
  /** By pattern, in the document's order; the last match wins. */
  readonly generations: readonly {
    readonly pattern: string;
    readonly generation: number;
    readonly path: Path;
  }[];
  readonly naming: "crt" | "pem";
  /** Where bundles put things. */
  readonly layout: Layout;
  /** Whether the controller-manager signs CSRs. */
  readonly isSigning: boolean;
  readonly users: readonly User[];
  readonly bootstrapTokens: readonly BootstrapToken[];
  readonly serviceAccounts: readonly ServiceAccount[];
  readonly roles: readonly Role[];
  readonly encryption: readonly Encryption[];
  readonly authentication: Authentication;
  readonly authorization: readonly Authorizer[];
  readonly certificates: readonly Certificate[];
  readonly signers: readonly Signer[];
  /** Makes a problem about a place of the document that this spec was read from. */
  readonly problem: (path: Path, message: string, target?: "key" | "value") => Problem;
}

/** A document as far as it could be understood, and all that is wrong with it. */
export interface Reading {
  /** What could be understood; only to be acted on when `problems` is empty. */
  readonly spec: Spec;
  /** Sorted by place. */
  readonly problems: readonly Problem[];
  /** Whether every machine, user and certificate of the document is in `spec`. */
  readonly hasAllNames: boolean;
}
