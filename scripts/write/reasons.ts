/**
 * Why a file changes, in words, from what two manifests say of it.
 *
 * @module
 */
import { escapeControls } from "../shared/text.ts";
import type { ManifestFile } from "./manifest.ts";

/**
 * Compares what stood in the manifest with what is wanted.
 *
 * @param before the old record
 * @param after the new record
 * @returns at least one reason, each a short phrase
 */
export function reasonsFor(before: ManifestFile, after: ManifestFile): string[] {
  // What stood in a manifest on disk could be anything.
  return listReasons(before, after).map(escapeControls);
}

function listReasons(before: ManifestFile, after: ManifestFile): string[] {
  const reasons: string[] = [];
  if (before.generation !== after.generation) {
    reasons.push(`key of generation ${after.generation}, was ${before.generation}`);
  }
  if (after.kind === "document" || after.kind === "configuration" || after.kind === "archive") {
    return before.override === after.override ? ["its content changed"] : ["another template"];
  }
  if (after.kind === "key" || after.kind === "public-key") {
    return reasons.length > 0 ? reasons : ["another key"];
  }
  if (before.server !== after.server) reasons.push(`server ${after.server}, was ${before.server}`);
  if (after.kind === "kubeconfig") {
    return reasons.length > 0 ? reasons : ["its certificate, key or CA changed"];
  }
  const added = (after.sans ?? []).filter((name) => !before.sans?.includes(name));
  const removed = (before.sans ?? []).filter((name) => !after.sans?.includes(name));
  if (added.length > 0) reasons.push(`SAN added: ${added.join(", ")}`);
  if (removed.length > 0) reasons.push(`SAN removed: ${removed.join(", ")}`);
  if (before.subject !== after.subject) reasons.push(`subject ${after.subject}, was ${before.subject}`);
  if (before.issuer !== after.issuer) reasons.push(`issuer ${after.issuer}, was ${before.issuer}`);
  if (before.notBefore !== after.notBefore) {
    reasons.push(`starts ${moved(before.notBefore, after.notBefore)}`);
  }
  if (before.notAfter !== after.notAfter) reasons.push(`ends ${moved(before.notAfter, after.notAfter)}`);
  if (reasons.length === 0) reasons.push("its key, usages or CA changed");
  return reasons;
}

/** Dates are enough unless only the time of day moved. */
function moved(before = "", after = ""): string {
  const digits = before.slice(0, 10) === after.slice(0, 10) ? undefined : 10;
  return `${after.slice(0, digits)}, was ${before.slice(0, digits)}`;
}
