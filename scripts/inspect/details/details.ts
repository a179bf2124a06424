/**
 * One certificate in full, in the order and words of `openssl x509 -text -noout` of OpenSSL 3.0.
 *
 * In: a certificate. Out: the text. It differs from OpenSSL's where that could move a terminal's cursor: control
 * characters of strings are escaped, and those of extensions that OpenSSL does not know are dots.
 *
 * @module
 */
import type { Algorithm, Certificate } from "../certificate/certificate.ts";
import { Reader, TAG } from "../der/der.ts";
import { readInteger } from "../der/der_values.ts";
import { extensionLines } from "./extensions.ts";
import { publicKeyLines } from "./keys.ts";
import { nameText } from "./names.ts";
import { longName } from "./objects.ts";
import { pssSignatureLines } from "./pss.ts";
import { hexLines, integerOf, labeledNumber, magnitude, timeText } from "./text.ts";

const RSA_PSS = "1.2.840.113549.1.1.10";

/** Signatures of DSA, which OpenSSL shows as their two numbers. */
const DSA_SIGNATURES: ReadonlySet<string> = new Set([
  "1.2.840.10040.4.3",
  "1.3.14.3.2.13",
  "1.3.14.3.2.27",
  "2.16.840.1.101.3.4.3.1",
  "2.16.840.1.101.3.4.3.2",
]);

/**
 * Describes a certificate.
 *
 * @param certificate as `readCertificate` gives it; parts that OpenSSL cannot read are shown as it shows them
 * @returns lines, each ending in a line feed
 */
export function describeCertificate(certificate: Certificate): string {
  const { version, serial, issuer, subject, publicKey, extensions, signatureAlgorithm } = certificate;
  const { notBefore, notAfter } = certificate.times;
  const key = publicKeyLines(publicKey)?.map((line) => `                ${line}`);
  const ids = [["Issuer", certificate.issuerId], ["Subject", certificate.subjectId]] as const;
  const lines = [
    "Certificate:",
    "    Data:",
    `        Version: ${version} (0x${version - 1})`,
    ...serialLines(serial),
    // The first line stands further in here, its parameters do not.
    ...signatureLines(signatureAlgorithm).map((line, index) => index === 0 ? `    ${line}` : line),
    `        Issuer: ${nameText(issuer.der)}`,
    "        Validity",
    `            Not Before: ${timeText(notBefore)}`,
    `            Not After : ${timeText(notAfter)}`,
    `        Subject: ${nameText(subject.der)}`,
    "        Subject Public Key Info:",
    `            Public Key Algorithm: ${longName(publicKey.algorithm.oid)}`,
    ...(key ?? ["            Unable to load Public Key"]),
    ...ids.flatMap(([whose, id]) =>
      // OpenSSL indents the first line too, behind its heading.
      id === undefined ? [] : `        ${whose} Unique ID: ${octetLines(id, 12).join("\n")}`
    ),
    ...(extensions.length === 0 ? [] : ["        X509v3 extensions:"]),
    ...extensions.flatMap(extensionLines),
    ...signatureLines(signatureAlgorithm, certificate.signature),
  ];
  return lines.join("\n") + "\n";
}

/** A serial number: on one line when it fits in 64 bits with its sign. */
function serialLines(octets: Uint8Array): string[] {
  const serial = integerOf(octets);
  const [sign, size] = serial < 0n ? ["-", -serial] : ["", serial];
  // -1 is what OpenSSL takes for a failure to read the number.
  if (octets.length <= 8 && serial !== -1n) {
    return [`        Serial Number: ${sign}${size} (${sign}0x${size.toString(16)})`];
  }
  const text = hexLines(magnitude(size), 1).join("");
  return ["        Serial Number:", `            ${sign === "" ? "" : " (Negative)"}${text}`];
}

/** The algorithm of a signature with its parameters, and the signature when there is one to be shown. */
function signatureLines(algorithm: Algorithm, signature?: Uint8Array): string[] {
  const head = [`    Signature Algorithm: ${longName(algorithm.oid)}`];
  if (signature !== undefined) head.push("    Signature Value:");
  if (algorithm.oid === RSA_PSS) {
    const parameters = pssSignatureLines(algorithm.parameters);
    // OpenSSL 3.0 indents before it ends the line.
    const first = `${head.pop() ?? ""}        ${parameters === undefined ? "(INVALID PSS PARAMETERS)" : ""}`;
    const shown = [...head, first, ...(parameters ?? []).map((line) => `        ${line}`)];
    return signature === undefined ? shown : [...shown, ...octetLines(signature, 8)];
  }
  if (signature === undefined) return head;
  const numbers = DSA_SIGNATURES.has(algorithm.oid) ? dsaSignature(signature) : undefined;
  return [...head, ...(numbers?.map((line) => `        ${line}`) ?? octetLines(signature, 8))];
}

/** 18 octets a line; an empty line for none. */
function octetLines(octets: Uint8Array, indent: number): string[] {
  const lines = hexLines(octets, 18).map((line) => " ".repeat(indent) + line);
  return lines.length === 0 ? [""] : lines;
}

/** The two numbers of a signature (RFC 3279 section 2.2.2), undefined when it is none. */
function dsaSignature(signature: Uint8Array): string[] | undefined {
  try {
    const numbers = new Reader(signature).enter(TAG.sequence, "a signature");
    const [r, s] = ["r", "s"].map(() => integerOf(readInteger(numbers.take(TAG.integer, "a number"))));
    numbers.close("a signature");
    if ((r ?? 0n) < 0n || (s ?? 0n) < 0n) return undefined;
    return [...labeledNumber("r:   ", r ?? 0n), ...labeledNumber("s:   ", s ?? 0n)];
  } catch {
    return undefined;
  }
}
