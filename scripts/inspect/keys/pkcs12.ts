/**
 * Reads PKCS#12 (RFC 7292): certificates, keys and revocation lists in one file, most often behind a password.
 *
 * In: DER and a password. Out: what is in it; of keys only what `private_keys.ts` says of them.
 *
 * @module
 */
import { decrypt, decryptKey } from "./password_based.ts";
import { Effort, PasswordError } from "./password_kdf.ts";
import { readAlgorithm } from "../certificate/certificate.ts";
import { contextTag, DerError, primitiveTag, Reader, TAG, type Value } from "../der/der.ts";
import { readOid, readSmallInteger } from "../der/der_values.ts";
import { readText } from "../certificate/names.ts";
import { checkMac } from "./pkcs12_mac.ts";
import { enterWhole, type PrivateKeyFacts, readPkcs8 } from "./private_key_forms.ts";
import { lockedKey } from "./private_keys.ts";

/** What a PKCS#12 file holds. */
export interface Pkcs12 {
  /** DER of each, in the file's order. */
  readonly certificates: readonly Uint8Array[];
  readonly keys: readonly PrivateKeyFacts[];
  /** DER of each. */
  readonly crls: readonly Uint8Array[];
  /** Names that its entries have, in order, each once. */
  readonly friendlyNames: readonly string[];
  /** Whether something stays hidden for want of a password: what is listed is what can be read without. */
  readonly needsPassword: boolean;
  /** Whether a MAC is there and the password fits it; `unchecked` where no password was given and none is not it. */
  readonly integrity: "checked" | "unchecked" | "absent";
}

const CONTENT = { data: "1.2.840.113549.1.7.1", encrypted: "1.2.840.113549.1.7.6" } as const;
const BAGS = "1.2.840.113549.1.12.10.1.";
const FRIENDLY_NAME = "1.2.840.113549.1.9.20";
const X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
const X509_CRL = "1.2.840.113549.1.9.23.1";
/** Bags within bags: no tool writes them. */
const MOST_DEPTH = 8;

/** What reading goes through. */
interface State {
  readonly certificates: Uint8Array[];
  readonly keys: PrivateKeyFacts[];
  readonly crls: Uint8Array[];
  readonly names: Set<string>;
  /** In the order they are tried: undefined is PKCS#12's "no password". Empty when none was given and none fits. */
  readonly passwords: readonly (string | undefined)[];
  readonly effort: Effort;
  isLocked: boolean;
}

/**
 * Reads a PKCS#12 file.
 *
 * @param der one PFX (RFC 7292 section 4)
 * @param password as it is typed; undefined when there is none: then the empty one is tried where a MAC tells whether
 * it is right, and what is not encrypted is listed
 * @throws {PasswordError} when a password is given and is wrong
 * @throws {DerError} when the bytes are no PKCS#12, an algorithm is not known here, or too many iterations are asked for
 */
export function readPkcs12(der: Uint8Array, password: string | undefined): Pkcs12 {
  const body = enterWhole(der, "a PKCS#12 file");
  const version = body.take(TAG.integer, "the version");
  if (readSmallInteger(version) !== 3) throw new DerError(version.at, "a version of PKCS#12 other than 3");
  const content = readData(body.enter(TAG.sequence, "the contents"));
  const mac = body.isAtEnd ? undefined : body.take(TAG.sequence, "the MAC");
  body.close("a PKCS#12 file");

  const effort = new Effort();
  // The empty password has two forms (RFC 7292 section B.1 leaves it open), and tools write either.
  const candidates = password === undefined || password === "" ? ["", undefined] : [password];
  const fits = mac === undefined ? undefined : firstFit(mac, content.content, candidates, effort);
  if (fits?.length === 0 && password !== undefined) throw new PasswordError("the password is wrong");
  const passwords = fits ?? (password === undefined ? [] : candidates);
  const state: State = {
    certificates: [],
    keys: [],
    crls: [],
    names: new Set(),
    passwords,
    effort,
    isLocked: false,
  };
  const list = enterWhole(content.content, "the contents", content.contentAt);
  while (!list.isAtEnd) readContent(list.enter(TAG.sequence, "a part of the contents"), state);
  const integrity = fits === undefined ? "absent" : fits.length > 0 ? "checked" : "unchecked";
  return {
    certificates: state.certificates,
    keys: state.keys,
    crls: state.crls,
    friendlyNames: [...state.names],
    needsPassword: state.isLocked,
    integrity,
  };
}

/** The first password that the MAC fits, in a list; an empty list when none does. */
function firstFit(
  mac: Value,
  content: Uint8Array,
  passwords: readonly (string | undefined)[],
  effort: Effort,
): readonly (string | undefined)[] {
  const index = passwords.findIndex((one) => checkMac(mac, content, one, effort));
  return index < 0 ? [] : passwords.slice(index, index + 1);
}

/** Takes the octets of a ContentInfo of type data. */
function readData(info: Reader): Value {
  const type = info.take(TAG.oid, "a type of content");
  if (readOid(type) !== CONTENT.data) {
    throw new DerError(type.at, "content that is protected by a public key, which is not read here");
  }
  const wrapped = info.enter(contextTag(0), "the content");
  const data = wrapped.take(TAG.octetString, "the content");
  wrapped.close("the content");
  info.close("the content");
  return data;
}

function readContent(info: Reader, state: State): void {
  const type = info.take(TAG.oid, "a type of content");
  const wrapped = info.enter(contextTag(0), "the content");
  switch (readOid(type)) {
    case CONTENT.data: {
      const { content, contentAt } = wrapped.take(TAG.octetString, "the content");
      readBags(enterWhole(content, "the bags", contentAt), state, 0);
      break;
    }
    case CONTENT.encrypted: {
      const data = wrapped.enter(TAG.sequence, "encrypted content");
      readSmallInteger(data.take(TAG.integer, "the version"));
      const inner = data.enter(TAG.sequence, "encrypted content");
      inner.take(TAG.oid, "a type of content");
      const algorithm = readAlgorithm(inner.take(TAG.sequence, "an algorithm"));
      const octets = inner.take(primitiveTag(0), "encrypted octets");
      inner.close("encrypted content");
      unlock(
        state,
        octets,
        (password) => decrypt(algorithm, octets, password, state.effort),
        (plain) => readBags(enterWhole(plain, "the bags"), state, 0),
      );
      break;
    }
    default:
      throw new DerError(type.at, "content that is protected by a public key, which is not read here");
  }
  wrapped.close("the content");
  info.close("the content");
}

/**
 * Decrypts with the first password that fits, and reads.
 *
 * @returns whether there was one to try
 */
function unlock(
  state: State,
  { at }: Value,
  open: (password: string | undefined) => Uint8Array,
  read: (plain: Uint8Array) => void,
): boolean {
  const { passwords } = state;
  if (passwords.length === 0) {
    state.isLocked = true;
    return false;
  }
  for (const [index, password] of passwords.entries()) {
    try {
      const plain = open(password);
      inside(at, () => read(plain));
      return true;
    } catch (error) {
      // One padding of 256 fits a wrong password by chance, and what follows is then no DER.
      const isOfPassword = error instanceof PasswordError || error instanceof DerError;
      if (!isOfPassword || index === passwords.length - 1) throw error;
    }
  }
  return false;
}

/** Places within a plaintext mean nothing to who looks at the file: the place of the ciphertext is said. */
function inside(at: number, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (error instanceof DerError) {
      throw new DerError(at, `its decrypted content is broken at ${error.message}, or the password is wrong`);
    }
    throw error;
  }
}

function readBags(list: Reader, state: State, depth: number): void {
  if (depth > MOST_DEPTH) throw new DerError(list.at, `bags nested deeper than ${MOST_DEPTH}`);
  while (!list.isAtEnd) {
    const bag = list.enter(TAG.sequence, "a bag");
    const type = readOid(bag.take(TAG.oid, "a kind of bag"));
    const wrapped = bag.enter(contextTag(0), "a bag's value");
    // A kind that is not known says nothing, and does not hide the others.
    if (type.startsWith(BAGS)) readBag(type.slice(BAGS.length), wrapped, state, depth);
    const attributes = bag.enterIf(TAG.set);
    if (attributes !== undefined) readNames(attributes, state.names);
    bag.close("a bag");
  }
}

/** Kinds of bags (RFC 7292 section 4.2), by their last number. */
function readBag(kind: string, wrapped: Reader, state: State, depth: number): void {
  switch (kind) {
    case "1": {
      const key = wrapped.take(TAG.sequence, "a key");
      inside(key.at, () => state.keys.push(readPkcs8(key.whole)));
      break;
    }
    case "2": {
      const key = wrapped.take(TAG.sequence, "an encrypted key");
      const isOpen = unlock(
        state,
        key,
        (password) => decryptKey(new Reader(key.content, key.contentAt), password, state.effort),
        (plain) => state.keys.push({ ...readPkcs8(plain), isEncrypted: true }),
      );
      if (!isOpen) state.keys.push(lockedKey("PKCS#8"));
      break;
    }
    case "3":
      readTyped(wrapped, X509_CERTIFICATE, state.certificates);
      break;
    case "4":
      readTyped(wrapped, X509_CRL, state.crls);
      break;
    case "6":
      readBags(wrapped.enter(TAG.sequence, "the bags"), state, depth + 1);
      break;
    default:
      // A secret: of any kind, and nobody's here.
      wrapped.read();
  }
  wrapped.close("a bag's value");
}

function readTyped(wrapped: Reader, expected: string, found: Uint8Array[]): void {
  const pair = wrapped.enter(TAG.sequence, "a bag's value");
  const type = readOid(pair.take(TAG.oid, "a kind of certificate"));
  const value = pair.enter(contextTag(0), "a bag's value");
  if (type === expected) found.push(value.take(TAG.octetString, "a bag's value").content);
}

function readNames(attributes: Reader, names: Set<string>): void {
  while (!attributes.isAtEnd) {
    const attribute = attributes.enter(TAG.sequence, "an attribute");
    const type = readOid(attribute.take(TAG.oid, "an attribute's type"));
    const values = attribute.enter(TAG.set, "an attribute's values");
    if (type === FRIENDLY_NAME && !values.isAtEnd) names.add(readText(values.read()));
  }
}
