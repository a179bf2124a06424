/**
 * Rules about a certificate for itself, whoever uses it.
 *
 * @module
 */
import { equalBytes } from "../../shared/encoding.ts";
import { count } from "../../shared/text.ts";
import { formatTime } from "../../shared/time.ts";
import { verifySignature } from "../chain/signature.ts";
import type { CrlItem } from "../item.ts";
import { keyName, signatureName } from "../certificate/algorithms.ts";
import { DerError } from "../der/der.ts";
import { commonName, formatName, organizations } from "../certificate/names.ts";
import { serialText } from "../row_of_item.ts";
import {
  isAuthority,
  isKubeletSelfSigned,
  isSelfIssued,
  isSpareAuthority,
  issuerOf,
} from "./certificates.ts";
import type { Facts, PlacedCertificate } from "./facts.ts";
import { type Code, type Finding, finding, type Severity } from "./findings.ts";

/** One year, with the few minutes that issuers begin before now. */
const YEAR = 366 * 86400;
const TEN_YEARS = 10 * 365 * 86400 + 30 * 86400;

/** Judges every certificate. */
export function certificateRules(facts: Facts): Finding[] {
  return [
    ...facts.certificates.flatMap((one) => judge(one, facts)),
    ...duplicateSerials(facts),
  ];
}

function judge(one: PlacedCertificate, facts: Facts): Finding[] {
  const { path, flag, item: { certificate, fields }, parsed } = one;
  const found: Finding[] = [...times(one, facts)];
  const add = (code: Code, message: string, hint: string | null = null, severity?: Severity): void =>
    void found.push(finding(code, path, flag, message, hint, severity));
  const name = describe(one);
  if (parsed.trouble !== undefined) {
    const isSerial = /serial/.test(parsed.trouble);
    add(isSerial ? "bad-serial" : "unparsable", `Go refuses ${name}: ${parsed.trouble}`, "Make it again.");
  } else if (certificate.serial.every((octet) => octet === 0)) {
    add(
      "bad-serial",
      `The serial number of ${name} is 0, expected a positive one (RFC 5280)`,
      null,
      "warning",
    );
  }
  if (certificate.serial.length > 20) {
    const length = certificate.serial.length;
    add(
      "bad-serial",
      `The serial number of ${name} has ${length} octets, expected at most 20 (RFC 5280)`,
      null,
      "warning",
    );
  }
  const isLeaf = !fields.isAuthority;
  // The kubelet's own is renewed by itself, and its CA forgotten.
  if (!isSelfIssued(certificate) && !isKubeletSelfSigned(one)) {
    const algorithm = signatureName(certificate.signatureAlgorithm);
    if (/md[25]|sha1/i.test(algorithm)) {
      add("weak-signature", `${name} is signed with ${algorithm}, which Go refuses`, "Sign it with SHA-256.");
    }
    const issuer = issuerOf(one, facts);
    if (issuer !== undefined && certificate.notAfter > issuer.item.certificate.notAfter) {
      const [ends, end] = [certificate.notAfter, issuer.item.certificate.notAfter].map(formatTime);
      add("outlives-issuer", `${name} ends at ${ends}, after its CA in ${issuer.path}, which ends at ${end}`);
    }
  }
  weakKey(one).forEach((message) => add("weak-key", message));
  const lifetime = certificate.notAfter - certificate.notBefore;
  if (lifetime > (isLeaf ? YEAR : TEN_YEARS)) {
    const wanted = isLeaf ? "expected at most a year" : "expected at most ten years";
    add("long-validity", `${name} is valid for ${count(Math.round(lifetime / 86400), "day")}, ${wanted}`);
  }
  if (isLeaf && fields.keyUsage !== undefined && !fields.keyUsage.includes("digitalSignature")) {
    add("key-usage", `The key usage of ${name} lacks digitalSignature, which TLS needs`);
  }
  if (isLeaf && organizations(certificate.subject).includes("system:masters")) {
    add("system-masters", `${name} is in system:masters, which no RBAC rule can limit or revoke`);
  }
  for (const { item: { crl }, path: list } of facts.crls) {
    if (
      equalBytes(crl.issuer.der, certificate.issuer.der) && crl.revoked.has(certificate.serial.toHex()) &&
      isOfIssuer(crl, one, facts)
    ) {
      add("revoked", `${name}, serial ${serialText(certificate.serial)}, is revoked by ${list}`);
      break;
    }
  }
  return found;
}

/** Whether a list is of the CA that signed a certificate: CAs of several clusters have one name. */
function isOfIssuer(crl: CrlItem["crl"], one: PlacedCertificate, facts: Facts): boolean {
  const issuer = issuerOf(one, facts);
  if (issuer !== undefined) return verifySignature(crl, issuer.item.certificate.publicKey) !== "invalid";
  const [a, b] = [crl.authorityKeyIdentifier, one.item.fields.authorityKeyIdentifier];
  return a === undefined || b === undefined || equalBytes(a, b);
}

function times(one: PlacedCertificate, facts: Facts): Finding[] {
  const { at, within } = facts;
  const { path, flag, item: { certificate: { notBefore, notAfter } } } = one;
  const name = describe(one);
  if (notAfter < at && isReplaced(one, facts)) {
    const message = `${name} ended at ${formatTime(notAfter)}, and the kubelet has replaced it`;
    return [finding("expired", path, flag, message, "It may be removed.", "info")];
  }
  if (notAfter < at && isAuthority(one.item) && isSpareAuthority(one, facts)) {
    const message = `${name} ended at ${formatTime(notAfter)}; others in the file still count`;
    return [finding("expired", path, flag, message, "Leave it out.", "warning")];
  }
  // The kubelet makes it again by itself, and nobody checks it.
  const severity = isKubeletSelfSigned(one) ? "warning" : undefined;
  if (notAfter < at) {
    return [finding("expired", path, flag, `${name} ended at ${formatTime(notAfter)}`, RENEW, severity)];
  }
  if (notBefore > at) {
    const hint = "Set the clock right, or wait.";
    return [
      finding("not-yet-valid", path, flag, `${name} begins at ${formatTime(notBefore)}`, hint, severity),
    ];
  }
  if (notAfter - at <= within) {
    return [finding("expires-soon", path, flag, `${name} ends at ${formatTime(notAfter)}`, RENEW)];
  }
  return [];
}

/** Pairs that a kubelet has been given stay in its folder, each named by its time; the last one counts. */
function isReplaced({ path, flag }: PlacedCertificate, facts: Facts): boolean {
  const [, kind] = ROTATED.exec(path) ?? [];
  return kind !== undefined && flag === null &&
    facts.scans.some(({ path: other }) => KEPT.exec(other)?.[1] === kind && other > path);
}

const ROTATED = /^(.*kubelet-(?:client|server))-\d{4}(?:-\d{2}){5}\.pem$/;

/** With the link to the one that counts. */
const KEPT = /^(.*kubelet-(?:client|server))-(?:current|\d{4}(?:-\d{2}){5})\.pem$/;

const RENEW =
  "Renew it: kubeadm certs renew, or with hardway set validity.notBefore and run provision again.";

function weakKey({ item: { certificate: { publicKey } } }: PlacedCertificate): string[] {
  let name: string;
  try {
    name = keyName(publicKey);
  } catch (error) {
    if (error instanceof DerError) return [];
    throw error;
  }
  const bits = Number(/^(?:RSA|RSA-PSS|DSA)-(\d+)$/.exec(name)?.[1] ?? NaN);
  return bits < 2048 ? [`The key is ${name}, expected at least 2048 bits`] : [];
}

function duplicateSerials({ certificates }: Facts): Finding[] {
  const groups = Map.groupBy(
    certificates,
    ({ item: { certificate } }) => `${certificate.issuer.der.toHex()} ${certificate.serial.toHex()}`,
  );
  return [...groups.values()].flatMap((group) => {
    const isOther = (a: PlacedCertificate, b: PlacedCertificate): boolean =>
      !equalBytes(a.item.certificate.der, b.item.certificate.der);
    const [first] = group;
    const second = first === undefined ? undefined : group.find((one) => isOther(first, one));
    if (first === undefined || second === undefined) return [];
    return group.flatMap((one) => {
      // Looked for once for all of them: one certificate may stand in very many places.
      const other = isOther(one, first) ? first : second;
      const serial = serialText(one.item.certificate.serial);
      const message = `${
        describe(one)
      } has the issuer and the serial number ${serial} of another one in ${other.path}`;
      return [
        finding(
          "duplicate-serial",
          one.path,
          one.flag,
          message,
          "Give each certificate its own serial number.",
        ),
      ];
    });
  });
}

/** How a message names a certificate. */
export function describe({ item: { certificate } }: PlacedCertificate): string {
  const name = commonName(certificate.subject);
  return `The certificate of ${name ?? (formatName(certificate.subject) || "no subject")}`;
}
