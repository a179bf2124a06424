/**
 * What a family of messages is, as a type, and the parties that it may be about.
 *
 * @module
 */
import type { Code } from "../../inspect/verify/findings.ts";

/** A program that shows a certificate, or has to be believed. */
export type Party = "kube-apiserver" | "etcd" | "kubelet";

/**
 * Whose file a message is about: what a server shows, what its client shows, whom either trusts, or a file of the
 * program that speaks.
 */
export type Role = "server" | "client" | "peer" | "own";

/** Where a message was said, and about whom. */
export interface Context {
  readonly role: Role;
  /** The server; undefined where only the address tells. */
  readonly server?: Party;
  readonly pattern: RegExp;
  /** Programs in whose logs it counts; all when left out. */
  readonly programs?: readonly string[];
}

/** One family. */
export interface Family {
  readonly name: string;
  /** What the text has; named groups are kept: name, user, file, host, until, now, serial, other. */
  readonly pattern: RegExp;
  /** Roles in which it counts; all when left out. */
  readonly roles?: readonly Role[];
  /** The server of the context, where that matters. */
  readonly servers?: readonly Party[];
  /** The codes that a tree may have for it, the likeliest first. */
  readonly codes: readonly [Code, ...Code[]];
  /** In plain words; `{client}`, `{server}`, `{program}` and the names of groups are put in. */
  readonly says: string;
  /** What to look at, in this order, when there is no tree. */
  readonly look: readonly string[];
  /** Where the fault lies when nothing in the tree says more: flags of programs, in order. */
  readonly at?: readonly (readonly [component: string, setting: string])[];
  /** About something that is in the cluster itself: no file explains it. */
  readonly isOutside?: boolean;
  /** Said beside what another family says more exactly: it comes behind. */
  readonly isGeneral?: boolean;
  /** Said in passing by healthy programs too, or only an echo: a tree without a fault takes it back. */
  readonly isSoft?: boolean;
}
