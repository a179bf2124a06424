/**
 * What the render stage speaks of: who has which file, and where it comes from.
 *
 * @module
 */

import type { Feature } from "../plan/templates.ts";

/** Whose part of a machine a file is. Paths inside a template are looked up among the files of its own component. */
export type ComponentName =
  | "etcd"
  | "control-plane"
  | "kubelet"
  | "kube-proxy"
  | "network"
  | "workstation";

/** Which machines have a component. */
export type Bearer =
  /** Machines that run the API server. */
  | "control-plane"
  /** Machines that run an etcd member. */
  | "member"
  /** Machines that run a kubelet. */
  | "node"
  /** Every machine of the cluster; an etcd member outside of it is none. */
  | "machine"
  /** The administrator's workstation. */
  | "admin";

/** When a file is there, beside its component. */
export type Condition =
  /** The controller-manager signs CSRs. */
  | "signing"
  /** The machine is the first control plane. */
  | "first"
  /** The machine's pods have networks of their own. */
  | "pods"
  /** There are few enough nodes with networks of their own for each to have a route to each. */
  | "routes"
  /** The administrator's group has no rights by itself. */
  | "bound-admin"
  /** The spec has roles, service accounts, or users that have roles. */
  | "rbac"
  | Feature;

/** One of the files of a catalogue entry. */
export type PkiPart = "certificate" | "key" | "public-key" | "kubeconfig" | "document";

/** A file of `out/<cluster>` that is copied. */
export interface CopiedFile {
  readonly kind: "copy";
  /** The catalogue's id; `<name>` is the machine's, `<webhook>` that of each webhook. */
  readonly id: string;
  readonly part: PkiPart;
  /** Absolute path on the machine; that of a certificate and of keys without ending, which part and naming decide. */
  readonly to: string;
  /** Always `x.crt` and `x.key`, whatever the naming of the spec: the program that reads it knows no other. */
  readonly isFixedNaming?: boolean;
  readonly when?: Condition;
}

/** A file that is made from a template. */
export interface RenderedFile {
  readonly kind: "template";
  /** Path under `templates/`. */
  readonly template: string;
  /** Absolute path on the machine. */
  readonly to: string;
  readonly mode: 0o600 | 0o644 | 0o755;
  readonly when?: Condition;
}

/** One file of a component. */
export type LayoutFile = CopiedFile | RenderedFile;

/** A part of a machine. */
export interface Component {
  readonly name: ComponentName;
  readonly on: Bearer;
  readonly files: readonly LayoutFile[];
}

/** What a placeholder stands for; absent values take their line, item or key with them. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [key: string]: Value }
  | undefined;

/** What placeholders stand for, by name. A name that is not in it is a mistake. */
export type Values = ReadonlyMap<string, Value>;
