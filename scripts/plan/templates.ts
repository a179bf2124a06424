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
export type Per = "cluster" | "member" | "node" | "user" | "extra";

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
  /** The API server's endpoint for all, or the neighbour on the same machine. */
  readonly dials: "endpoint" | "local";
}

/** One line of the table. */
export type CatalogueEntry = AuthorityTemplate | LeafTemplate | KeyPairTemplate | KubeconfigTemplate;

/** Whether a line of the table counts in a layout. */
export function isIn(layout: Layout, entry: CatalogueEntry): boolean {
  return entry.layout === undefined || entry.layout === layout;
}
