/**
 * The paths that bundles can have under `out/<cluster>`. Manifests on disk are untrusted: this keeps a planted one from
 * naming any other file.
 *
 * @module
 */
import { isMachineName } from "../spec/scalars.ts";
import { ADMIN } from "./hosts.ts";
import { isSubdomain } from "../spec/names.ts";
import { LAYOUTS, MANIFESTS, WEBHOOK, webhookPath } from "./layouts.ts";
import type { LayoutFile } from "./types.ts";

/** Folder of the machines' trees and archives. */
export const HOSTS = "hosts";

/** The manifests among the bundles: what stands there in the end, and while a run is under way. */
export const BUNDLE_MANIFESTS = { final: "manifest.json", pending: "manifest.pending.json" };

/** Whether a name in the folder of bundles is a manifest's. */
export function isManifestName(name: string): boolean {
  return name === BUNDLE_MANIFESTS.final || name === BUNDLE_MANIFESTS.pending;
}

/** Path of a machine's file under `out/<cluster>`. */
export function hostPath(host: string, to: string): string {
  return `${HOSTS}/${host}/${to}`;
}

/** Path of a machine's archive. */
export function archivePath(host: string): string {
  return `${HOSTS}/${host}.tar`;
}

/** Paths of a file on its machine, without the slash in front, in every naming. */
function namings(file: LayoutFile): string[] {
  const path = file.to.slice(1);
  if (file.kind === "template" || file.part === "kubeconfig" || file.part === "document") {
    return [path];
  }
  const endings = file.part === "key" ? [".key", "-key.pem"] : [".crt", ".pem", ".pub"];
  return endings.map((ending) => path + ending);
}

const ON_MACHINES: ReadonlySet<string> = new Set(
  Object.values(LAYOUTS).flatMap((components) => components.flatMap(({ files }) => files.flatMap(namings))),
);
const TO_APPLY: ReadonlySet<string> = new Set(MANIFESTS.map(({ to }) => to.slice(1)));

/** Whether a path is one that bundles can have. */
export function isBundlePath(path: string): boolean {
  if (TO_APPLY.has(path)) return true;
  const [folder, host = "", ...rest] = path.split("/");
  if (folder !== HOSTS) return false;
  if (rest.length === 0) return host.endsWith(".tar") && isHostName(host.slice(0, -".tar".length));
  const to = rest.join("/");
  return isHostName(host) && (ON_MACHINES.has(to) || isWebhookPath(to));
}

const [BEFORE_NAME = "", AFTER_NAME = ""] = webhookPath(WEBHOOK).slice(1).split(WEBHOOK);

function isWebhookPath(path: string): boolean {
  return path.startsWith(BEFORE_NAME) && path.endsWith(AFTER_NAME) &&
    isSubdomain(path.slice(BEFORE_NAME.length, -AFTER_NAME.length));
}

function isHostName(name: string): boolean {
  return name === ADMIN || isMachineName(name);
}
