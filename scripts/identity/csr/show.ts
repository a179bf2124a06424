/**
 * A request as people read it: what is asked for, by whom, what was decided, and why it failed.
 *
 * @module
 */
import { readCertificate } from "../../inspect/certificate/certificate.ts";
import { formatName, latin1, readName } from "../../inspect/certificate/names.ts";
import { DerError, Reader } from "../../inspect/der/der.ts";
import { escapeControls } from "../../shared/text.ts";
import { formatTime } from "../../shared/time.ts";
import type { Signer } from "../../spec/types.ts";
import { encodeSubject } from "./certificate.ts";
import { GoError } from "./go_error.ts";
import { decodeGoPem } from "./go_pem.ts";
import { requestSignatureTrouble } from "./go_public_key.ts";
import { addressText } from "./go_request.ts";
import type { CsrFacts } from "./facts.ts";
import type { CsrObject } from "./object.ts";
import { AFTER_FAILURE, remedyOf } from "./remedies.ts";
import { signerRefusal } from "./signers.ts";
import { createRefusal, requestOf } from "./validation.ts";

/**
 * Collects what there is to say of a request.
 *
 * @param signers the custom signers that there are
 */
export function factsOf(object: CsrObject, signers: readonly Signer[] = []): CsrFacts {
  const { name, signerName, usages, expirationSeconds, conditions } = object;
  const common = {
    name,
    signerName,
    usages,
    expirationSeconds: expirationSeconds ?? null,
    state: stateOf(object),
    conditions,
    certificate: certificateFacts(object.certificate),
  };
  try {
    const request = requestOf(object);
    const refusal = createRefusal(object);
    const refusals = refusal === undefined
      ? [signerRefusal(signerName, request, usages, signers)]
      : refusal.causes.length > 0
      ? refusal.causes.filter((cause) => !isOpen(object, cause.field))
        .map(({ field, message }) => `${field}: ${shorten(message)}`)
      : [refusal.message];
    const { names, subject, key } = request;
    const told = refusals.filter((text) => text !== undefined);
    return {
      ...common,
      subject: formatName(readName(new Reader(encodeSubject(subject)).read())),
      altNames: [
        ...names.dns.map((text) => `DNS:${text}`),
        ...names.emails.map((text) => `email:${text}`),
        ...names.addresses.map((octets) => `IP:${addressText(octets)}`),
        ...names.uris.map((text) => `URI:${text}`),
      ],
      key: key?.kind ?? null,
      signature: requestSignatureTrouble(request) ?? "good",
      refusals: told,
      remedy: told.map(remedyOf).find((text) => text !== undefined) ?? null,
    };
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    return {
      ...common,
      subject: null,
      altNames: [],
      key: null,
      signature: error.message,
      refusals: [`spec.request: ${error.message}`],
      remedy: remedyOf(error.message) ?? null,
    };
  }
}

/** Whether a plain request leaves it to whoever signs. */
function isOpen({ signerName, usages }: CsrObject, field: string): boolean {
  return signerName === "" && usages.length === 0 && /^spec\.(?:signerName|usages)$/.test(field);
}

/** Messages about spec.request quote all of it. */
export function shorten(message: string): string {
  return message.replace(/^(Invalid value: ")([A-Za-z0-9+/=]{24})[A-Za-z0-9+/=]{24,}"/, '$1$2..."');
}

function stateOf(object: CsrObject): CsrFacts["state"] {
  if (object.certificate.length > 0) return "Issued";
  const types = object.conditions.map(({ type }) => type);
  return (["Denied", "Failed", "Approved"] as const).find((type) => types.includes(type)) ?? "Pending";
}

function certificateFacts(pem: Uint8Array): CsrFacts["certificate"] {
  const block = decodeGoPem(latin1(pem))?.block;
  if (block === undefined) return null;
  try {
    const { subject, notBefore, notAfter } = readCertificate(block.bytes);
    return { subject: formatName(subject), notBefore: formatTime(notBefore), notAfter: formatTime(notAfter) };
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

/** Formats the facts as lines for people. */
export function formatFacts(facts: CsrFacts): string {
  const rows: [string, string][] = [
    ["Name", facts.name],
    ["State", facts.state],
    ["Signer", facts.signerName],
    ["Usages", facts.usages.join(", ")],
    [
      "Lifetime",
      facts.expirationSeconds === null ? "as the signer likes" : `${facts.expirationSeconds} s asked for`,
    ],
    ["Subject", facts.subject ?? ""],
    ["ALT Names", facts.altNames.join(", ")],
    ["Key", facts.key ?? ""],
    ["Signature", facts.signature],
    ...facts.conditions.map(({ type, reason = "", message = "" }): [string, string] => [
      type,
      `${reason}: ${message}`,
    ]),
    ...facts.refusals.map((text): [string, string] => ["Refused", text]),
  ];
  if (facts.remedy !== null) rows.push(["Remedy", facts.remedy]);
  if (facts.state === "Failed") rows.push(["", AFTER_FAILURE]);
  if (facts.certificate !== null) {
    const { subject, notBefore, notAfter } = facts.certificate;
    rows.push(["Certificate", subject], ["Valid", `${notBefore} to ${notAfter}`]);
  }
  return rows.filter(([, text]) => text !== "").map(([head, text]) =>
    `${head.padEnd(13)}${escapeControls(text)}`
  )
    .join("\n");
}
