/**
 * A certificate signing request as Go's crypto/x509 reads it, with its words: this is what the API server and the
 * controller-manager see of one.
 *
 * @module
 */
import { isDomain } from "../../inspect/chain/go_names.ts";
import { makeAddress } from "../../shared/address.ts";
import {
  checkGoInteger,
  GoFields,
  type GoValue,
  readGoBits,
  readGoBoolean,
  readGoOid,
  readGoText,
  readList,
} from "./go_asn1.ts";
import { GoError, goQuote } from "./go_error.ts";
import { type GoPublicKey, readGoPublicKey } from "./go_public_key.ts";
import { parseGoUrl } from "./go_url.ts";

/** The attributes of a subject that Go keeps (crypto/x509/pkix, `Name`). */
export interface GoSubject {
  /** The last one; empty for none. */
  readonly commonName: string;
  readonly serialNumber: string;
  /** All values of each kind, by dotted type, in order. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

/** The alternative names that Go keeps, in their order. */
export interface GoNames {
  readonly dns: readonly string[];
  readonly emails: readonly string[];
  /** 4 or 16 octets each. */
  readonly addresses: readonly Uint8Array[];
  /** As Go writes them. */
  readonly uris: readonly string[];
}

/** A request. */
export interface GoRequest {
  readonly tbs: Uint8Array;
  readonly subject: GoSubject;
  readonly names: GoNames;
  /** Undefined for a kind of key that Go does not know. */
  readonly key: GoPublicKey | undefined;
  /** AlgorithmIdentifier, DER. */
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
}

const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
const SUBJECT_ALT_NAME = "2.5.29.17";
/** Go's structures, by the tags that they want. */
const OID = { tag: 6, isCompound: false, type: "ObjectIdentifier" };
const BITS = { tag: 3, isCompound: false, type: "BitString" };
const SEQUENCE = { tag: 16, isCompound: true, type: "" };

/**
 * Reads a request (Go 1.26, crypto/x509, `ParseCertificateRequest`).
 *
 * @param der the bytes of a PEM block
 * @throws {GoError} when Go refuses it, with Go's words
 */
export function parseGoRequest(der: Uint8Array): GoRequest {
  const outer = new GoFields(der);
  const request = outer.enter("certificateRequest");
  const hasMore = !outer.isAtEnd;
  const tbs = request.take({ tag: 16, isCompound: true, type: "tbsCertificateRequest" });
  const fields = new GoFields(tbs.content);
  checkGoInteger(fields.take({ tag: 2, isCompound: false, type: "int" }).content);
  const subject = fields.any();
  const publicKey = fields.enter("publicKeyInfo");
  const keyAlgorithm = publicKey.enter("AlgorithmIdentifier");
  const keyType = readGoOid(keyAlgorithm.take(OID).content);
  const parameters = keyAlgorithm.isAtEnd ? undefined : keyAlgorithm.any();
  const keyBits = readGoBits(publicKey.take(BITS).content);
  const attributes = readList(
    fields.take({ tag: 0, isCompound: true, class: 2, type: "" }).content,
    undefined,
  );
  const signatureAlgorithm = request.take({ tag: 16, isCompound: true, type: "AlgorithmIdentifier" });
  const algorithm = new GoFields(signatureAlgorithm.content);
  readGoOid(algorithm.take(OID).content);
  if (!algorithm.isAtEnd) algorithm.any();
  const signature = readGoBits(request.take(BITS).content);
  if (hasMore) throw new GoError("asn1: syntax error: trailing data");

  const key = readGoPublicKey(keyType, parameters?.whole, keyBits);
  const readSubject = subjectOf(subject);
  return {
    tbs: tbs.whole,
    subject: readSubject,
    names: namesOf(readExtensions(attributes)),
    key,
    signatureAlgorithm: signatureAlgorithm.whole,
    signature,
  };
}

/** Attribute types whose values are all kept. */
const LISTS = ["2.5.4.6", "2.5.4.7", "2.5.4.8", "2.5.4.9", "2.5.4.10", "2.5.4.11", "2.5.4.17"];

function subjectOf({ whole }: GoValue): GoSubject {
  const rdns = readList(
    new GoFields(whole).take({ tag: 16, isCompound: true, type: "RDNSequence" }).content,
    { tag: 17, isCompound: true, type: "" },
  );
  const lists = new Map<string, string[]>();
  let [commonName, serialNumber] = ["", ""];
  for (const rdn of rdns) {
    for (const pair of readList(rdn.content, SEQUENCE)) {
      const fields = new GoFields(pair.content);
      const type = readGoOid(fields.take(OID).content);
      const value = readGoText(fields.any());
      if (value === undefined) continue;
      if (type === "2.5.4.3") commonName = value;
      else if (type === "2.5.4.5") serialNumber = value;
      else if (LISTS.includes(type)) lists.set(type, [...(lists.get(type) ?? []), value]);
    }
  }
  return { commonName, serialNumber, lists };
}

interface RequestedExtension {
  readonly oid: string;
  readonly value: Uint8Array;
}

function readExtensions(attributes: readonly GoValue[]): RequestedExtension[] {
  const found: RequestedExtension[] = [];
  const seen = new Set<string>();
  for (const attribute of attributes) {
    const value = extensionRequest(attribute);
    if (value === undefined) continue;
    const list = readList(new GoFields(value.whole).take(SEQUENCE).content, SEQUENCE).map(readExtension);
    for (const extension of list) {
      if (seen.has(extension.oid)) {
        throw new GoError("x509: certificate request contains duplicate requested extensions");
      }
      seen.add(extension.oid);
    }
    found.push(...list);
  }
  return found;
}

/** The first value of an attribute that asks for extensions; Go passes over attributes that do not parse. */
function extensionRequest(attribute: GoValue): GoValue | undefined {
  try {
    const fields = new GoFields(attribute.whole).enter("pkcs10Attribute");
    const type = readGoOid(fields.take(OID).content);
    const values = readList(
      fields.take({ tag: 17, isCompound: true, type: "", isSet: true }).content,
      undefined,
    );
    return type === EXTENSION_REQUEST ? values[0] : undefined;
  } catch (error) {
    if (error instanceof GoError) return undefined;
    throw error;
  }
}

function readExtension({ content }: GoValue): RequestedExtension {
  const fields = new GoFields(content);
  const oid = readGoOid(fields.take(OID).content);
  const critical = fields.takeIf({ tag: 1, isCompound: false, type: "bool" });
  if (critical !== undefined) readGoBoolean(critical.content);
  return { oid, value: fields.take({ tag: 4, isCompound: false, type: "" }).content };
}

function namesOf(extensions: readonly RequestedExtension[]): GoNames {
  const names = {
    dns: new Array<string>(),
    emails: new Array<string>(),
    addresses: new Array<Uint8Array>(),
    uris: new Array<string>(),
  };
  for (const { value } of extensions.filter(({ oid }) => oid === SUBJECT_ALT_NAME)) {
    for (const name of generalNames(value)) {
      if (name.class !== 2) continue;
      switch (name.tag) {
        case 1:
          names.emails.push(ascii(name.content, "rfc822Name"));
          break;
        case 2:
          names.dns.push(ascii(name.content, "dNSName"));
          break;
        case 6:
          names.uris.push(uriOf(ascii(name.content, "uniformResourceIdentifier")));
          break;
        case 7:
          if (name.content.length !== 4 && name.content.length !== 16) {
            throw new GoError(`x509: cannot parse IP address of length ${name.content.length}`);
          }
          names.addresses.push(name.content);
      }
    }
  }
  return names;
}

/** cryptobyte reads these: it has one message for whatever is wrong. */
function* generalNames(bytes: Uint8Array): Generator<GoValue> {
  let list: GoFields;
  try {
    list = new GoFields(new GoFields(bytes).take(SEQUENCE).content);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new GoError("x509: invalid subject alternative names");
  }
  while (!list.isAtEnd) {
    let name: GoValue;
    const octet = list.rest[0] ?? 0;
    try {
      if ((octet & 0x1f) === 0x1f) throw new GoError("a high tag");
      name = list.any();
    } catch (error) {
      if (!(error instanceof GoError)) throw error;
      throw new GoError("x509: invalid subject alternative name");
    }
    // Each is looked at before the next is read. A constructed one is of another kind, as the whole octet counts.
    yield name.isCompound ? { ...name, class: 0 } : name;
  }
}

function ascii(octets: Uint8Array, kind: string): string {
  if (octets.some((octet) => octet >= 0x80)) throw new GoError(`x509: SAN ${kind} is malformed`);
  return Array.from(octets, (octet) => String.fromCharCode(octet)).join("");
}

function uriOf(text: string): string {
  let url;
  try {
    url = parseGoUrl(text);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new GoError(`x509: cannot parse URI ${goQuote(text)}: ${error.message}`);
  }
  if (url.host !== "" && !isDomain(url.host, false)) {
    throw new GoError(`x509: cannot parse URI ${goQuote(text)}: invalid domain`);
  }
  return url.text;
}

/** An address of a request as text. */
export function addressText(octets: Uint8Array): string {
  return makeAddress(octets.length === 4 ? 4 : 6, BigInt(`0x${octets.toHex()}`)).text;
}
