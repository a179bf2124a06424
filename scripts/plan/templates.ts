/**
 * What a line of the catalogue can say.
 *
 * @module
 */

import type { Layout } from "../spec/types.ts";

/** What keys derive from: the three CAs, and the service-account key pair. */
export type AuthorityName = "kubernetes" | "etcd" | "front-proxy" | "service-account";

/** An extended key usage: serverAuth or clientAuth (RFC 5280 section 4.2.1.12). */
export type Usage = "server" | "client";

/** For what an entry is made: once, or once for each of these. */
export type Per = "cluster" | "member" | "node" | "user" | "webhook" | "extra";

/** A group of subject alternative names; `sans.ts` says what each stands for. */
export type SanGroup = "service" | "localhost" | "loopback" | "control-plane" | "endpoint" | "self";

interface Template {
  /** Stable id; part of the key's derivation label. */
  readonly id: string;
  /** What it is for, in one line. */
  readonly title: string;
  readonly per: Per;
  /** The layout in which alone it is made; absent for all. */
  readonly layout?: Layout;
  /** What a spec must have for it to be made; absent for all. */
  readonly when?: Feature;
}

/** A CA: self-signed, and the root of an authority. */
export interface AuthorityTemplate extends Template {
  readonly kind: "authority";
  readonly authority: AuthorityName;
  readonly cn: string;
  /** File path under pki/, without an ending. */
  readonly base: string;
}

/** A certificate that a CA signs. */
export interface LeafTemplate extends Template {
  readonly kind: "leaf";
  /** `given`: as the spec's entry says. The same below. */
  readonly authority: AuthorityName | "given";
  readonly cn: string;
  readonly organizations: readonly string[] | "given";
  readonly usages: readonly Usage[] | "given";
  readonly sans: readonly SanGroup[] | "given";
  readonly base: string;
}

/** A key pair that signs tokens and has no certificate. */
export interface KeyPairTemplate extends Template {
  readonly kind: "key-pair";
  readonly authority: AuthorityName;
  readonly base: string;
}

/** A kubeconfig around one client certificate. */
export interface KubeconfigTemplate extends Template {
  readonly kind: "kubeconfig";
  /** Id of the leaf whose certificate and key are embedded. */
  readonly client: string;
  /** The API server's endpoint for all, the neighbour on the same machine, or the webhook that it is for. */
  readonly dials: "endpoint" | "local" | "webhook";
}

/** What a document says; `documents.ts` says of what. */
export type DocumentForm =
  | "static-tokens"
  | "static-passwords"
  | "bootstrap-secrets"
  | "bootstrap-kubeconfig"
  | "cluster-info"
  | "discovery"
  | "key-set"
  | "retired-keys";

/** A file around secrets or public keys that is no certificate, key or kubeconfig of one. */
export interface DocumentTemplate extends Template {
  readonly kind: "document";
  /** Id of the entry behind which it stands, and whose certificate or key it may hold. */
  readonly of: string;
  readonly form: DocumentForm;
  /** Path under out/<cluster>. */
  readonly path: string;
  readonly mode: "0600" | "0644";
}

/** One line of the table. */
export type CatalogueEntry =
  | AuthorityTemplate
  | LeafTemplate
  | KeyPairTemplate
  | KubeconfigTemplate
  | DocumentTemplate;

/** What some specs have and others have not. */
export type Feature =
  | "tokens"
  | "passwords"
  | "bootstrap"
  | "joining"
  | "vouching"
  | "issuing"
  | "rotating"
  | "abac";
