/**
 * Each thing in full, for people: a certificate in the words of `openssl x509 -text`, the others by their fields.
 *
 * @module
 */
import { digestHex } from "../shared/digest.ts";
import { escapeControls } from "../shared/text.ts";
import { formatTime } from "../shared/time.ts";
import { signatureName } from "./certificate/algorithms.ts";
import { describeCertificate } from "./details/details.ts";
import type { Gathered } from "./gather.ts";
import type { CrlItem, Item, KeyItem, KubeconfigItem, RequestItem, TokenItem } from "./item.ts";
import { currentOf, type Reference } from "./kubeconfig.ts";
import { formatName } from "./certificate/names.ts";
import type { Scan } from "./scan.ts";

/**
 * Describes everything in the files that the caller named, and in those that they name, each file once.
 *
 * @returns text without a last line break; a single certificate stands alone, as openssl prints it
 */
export function describeGathered({ scans, uses }: Gathered): string {
  const files = new Map<string, Scan>();
  for (const scan of [...scans, ...uses.map((use) => use.scan)]) {
    if (!files.has(scan.identity)) files.set(scan.identity, scan);
  }
  const parts = [...files.values()].flatMap(({ path, items, faults }) => [
    ...faults.map(({ message }) => ({ head: path, text: message })),
    ...items.map((item) => ({
      head: item.inside === undefined ? path : `${path} ${item.inside}`,
      text: describeItem(item),
    })),
  ]);
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only.text.trimEnd();
  return parts.map(({ head, text }) => `${escapeControls(head)}\n${text.trimEnd()}`).join("\n\n");
}

/** One thing. */
export function describeItem(item: Item): string {
  switch (item.kind) {
    case "certificate":
      return describeCertificate(item.certificate);
    case "key":
      return fields("Key", keyFields(item));
    case "request":
      return fields("Certificate Request", requestFields(item));
    case "crl":
      return fields("Certificate Revocation List", crlFields(item));
    case "kubeconfig":
      return fields("Kubeconfig", kubeconfigFields(item));
    case "token":
      return fields("Token", tokenFields(item));
    case "broken":
      return fields("Unparsable", [["What", item.what], ["Reason", item.reason]]);
  }
}

type Field = readonly [string, string | undefined];

function fields(head: string, list: readonly Field[]): string {
  const lines = list.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [`    ${name}: ${escapeControls(value)}`]
  );
  return [`${head}:`, ...lines].join("\n");
}

function keyFields({ isPrivate, isEncrypted, algorithm, spki }: KeyItem): Field[] {
  return [
    ["Half", isPrivate ? "private" : "public"],
    ["Encrypted", isEncrypted ? "yes, with a password" : undefined],
    ["Algorithm", algorithm],
    ["SHA-256 of the public key", spki === undefined ? undefined : digestHex(spki)],
  ];
}

function requestFields({ request, fields, state }: RequestItem): Field[] {
  return [
    ["Object", state],
    ["Subject", formatName(request.subject)],
    ["Alternative names", (fields.altNames ?? []).map(({ kind, value }) => `${kind}:${value}`).join(", ")],
    ["Signature algorithm", signatureName(request.signatureAlgorithm)],
    ["SHA-256", digestHex(request.der)],
  ];
}

function crlFields({ crl }: CrlItem): Field[] {
  return [
    ["Issuer", formatName(crl.issuer)],
    ["Last update", formatTime(crl.thisUpdate)],
    ["Next update", crl.nextUpdate === undefined ? "none" : formatTime(crl.nextUpdate)],
    ["Revoked", String(crl.revoked.size)],
    ["Signature algorithm", signatureName(crl.signatureAlgorithm)],
  ];
}

function kubeconfigFields({ kubeconfig }: KubeconfigItem): Field[] {
  const { currentContext, clusters, users, contexts } = kubeconfig;
  const current = currentOf(kubeconfig);
  const where = (reference: Reference | undefined): string =>
    reference === undefined ? "none" : reference.file ?? "embedded";
  return [
    ["Current context", currentContext],
    ["Goes to", current.cluster?.server],
    ...clusters.map(({ name, server, authority, isInsecure }): Field => [
      `Cluster ${name}`,
      `${server ?? "no server"}, CA ${isInsecure ? "not checked" : where(authority)}`,
    ]),
    ...users.map(({ name, certificate, key, tokenAt, tokenFile, hasPassword, hasPlugin }): Field => [
      `User ${name}`,
      [
        ...(certificate === undefined ? [] : [`certificate ${where(certificate)}, key ${where(key)}`]),
        ...(tokenAt === undefined ? [] : ["token embedded"]),
        ...(tokenFile === undefined ? [] : [`token ${where(tokenFile)}`]),
        ...(hasPassword ? ["password"] : []),
        ...(hasPlugin ? ["plugin"] : []),
      ].join(", ") || "no credential",
    ]),
    ...contexts.map((
      { name, cluster, user },
    ): Field => [`Context ${name}`, `${user ?? ""} at ${cluster ?? ""}`]),
  ];
}

function tokenFields({ form, user, groups, expires, claims }: TokenItem): Field[] {
  return [
    ["Form", form],
    ["User", user],
    ["Groups", groups.join(", ")],
    ["Issuer", claims?.issuer],
    ["Audiences", claims?.audiences.join(", ")],
    ["Algorithm", claims?.algorithm],
    ["Key id", claims?.keyId],
    ["Expires", expires === undefined ? "never" : formatTime(expires)],
  ];
}
