/**
 * Go judges how requests are read: thousands that are changed at random have to be refused with Go's own words, or be
 * taken with the same subject and names.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { generateKeyPairSync, sign } from "node:crypto";
import { encodeSubject } from "../../scripts/identity/csr/certificate.ts";
import { GoError } from "../../scripts/identity/csr/go_error.ts";
import { requestSignatureTrouble } from "../../scripts/identity/csr/go_public_key.ts";
import { requestOf } from "../../scripts/identity/csr/validation.ts";
import {
  bitString,
  element,
  explicit,
  implicit,
  integer,
  octetString,
  oid,
  sequence,
} from "../../scripts/issue/der.ts";
import { encodeUtf8, joinBytes } from "../../scripts/shared/encoding.ts";
import { encodePem } from "../../scripts/shared/pem.ts";
import { randomNumbers } from "../random.ts";
import { goCommand, runWell, testWith } from "./tools.ts";

interface Judged {
  readonly error: string;
  readonly subject: string;
  readonly dns: readonly string[] | null;
  readonly emails: readonly string[] | null;
  readonly ips: readonly string[] | null;
  readonly uris: readonly string[] | null;
}

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const SPKI = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
/** Keys of other kinds, which the signature is not of; Go 1.26 looks at none of the octets of one of ML-DSA. */
const OTHERS = [
  sequence(sequence(oid("2.16.840.1.101.3.4.3.18")), bitString(new Uint8Array(64).fill(7))),
  ...[
    generateKeyPairSync("rsa", { modulusLength: 1024 }),
    generateKeyPairSync("ed25519"),
    generateKeyPairSync("ec", { namedCurve: "secp521r1" }),
  ].map((pair) => new Uint8Array(pair.publicKey.export({ format: "der", type: "spki" }))),
];
const ALGORITHM = sequence(oid("1.2.840.10045.4.3.2"));

/** Signs whatever stands in place of the part that is signed, so that more than the signature is looked at. */
function signed(tbs: Uint8Array): Uint8Array {
  return sequence(tbs, ALGORITHM, bitString(new Uint8Array(sign("sha256", tbs, privateKey))));
}

function attribute(type: string, tag: number, value: string): Uint8Array {
  return sequence(oid(type), element(tag, encodeUtf8(value)));
}

/** A request with something of every kind. */
function fullTbs(names: readonly Uint8Array[], spki: Uint8Array = SPKI): Uint8Array {
  const subject = sequence(
    element(0x31, attribute("2.5.4.6", 0x13, "KR"), attribute("2.5.4.10", 0x0c, "zeta_1")),
    element(0x31, attribute("2.5.4.10", 0x13, "alpha")),
    element(0x31, attribute("2.5.4.3", 0x0c, "jané")),
    element(0x31, attribute("1.2.840.113549.1.9.1", 0x16, "jane@example.com")),
    element(0x31, attribute("2.5.4.5", 0x12, "42 7")),
  );
  const extensions = sequence(
    sequence(oid("2.5.29.17"), octetString(sequence(...names))),
    sequence(oid("2.5.29.19"), Uint8Array.of(1, 1, 0xff), octetString(sequence())),
  );
  const requested = sequence(oid("1.2.840.113549.1.9.14"), element(0x31, extensions));
  const password = sequence(oid("1.2.840.113549.1.9.7"), element(0x31, element(0x0c, encodeUtf8("x"))));
  return sequence(integer(0n), subject, spki, explicit(0, password, requested));
}

const NAMES = [
  implicit(2, encodeUtf8("jane.example.com")),
  implicit(1, encodeUtf8("jane@example.com")),
  implicit(7, Uint8Array.of(10, 0, 0, 9)),
  implicit(7, Uint8Array.fromHex("00000000000000000000ffff0a000009")),
  implicit(6, encodeUtf8("SPIFFE://example.com/jane%20doe?q=1#part")),
  implicit(4, sequence()),
];

/** URIs with something odd about them. */
const URIS = [
  "http://a b/%zz",
  "http://example.com/%zz",
  "http://example.com:80x/",
  "http://[::1]:80/a",
  "http://[::1",
  "http://a[::1]/",
  "mailto:jane@example.com",
  ":nothing",
  "a:b:c",
  "1a:b",
  "/only/a/path",
  "//host/path",
  "///path",
  "x/y:z",
  "x:y/z",
  "http://user:pw@example.com/",
  "http://us er@example.com/",
  "http://example..com/",
  "http://example.com./",
  "HTTP://Example.COM/A b",
  'http://example.com/a"b',
  "http://example.com/ä".replace("ä", "%C3%A4"),
  "http://example.com?",
  "http://example.com/?a=b c",
  "http://example.com/#",
  "http://example.com/#a b",
  "http://example.com/#%zz",
  "http://example.com/\u0001",
  "urn:uuid:1b4e28ba-2fa1-41d2-883f-0016d3cca427",
  "spiffe://trust/ns/default/sa/x",
  "*",
  "",
  "http://",
  "http:///path",
  "file:///etc/passwd",
  "http://a%41.com/",
  "http://a%80.com/",
  "http://a:1:2/",
  "x://a:1:2/",
  "x://a_b/",
];

function ours(pem: Uint8Array): Judged {
  const none = { error: "", subject: "", dns: null, emails: null, ips: null, uris: null };
  const list = (texts: readonly string[]): readonly string[] | null => texts.length === 0 ? null : texts;
  try {
    const request = requestOf({ request: pem });
    const error = requestSignatureTrouble(request);
    if (error !== undefined) return { ...none, error };
    const { names, subject } = request;
    return {
      error: "",
      subject: encodeSubject(subject).toHex(),
      dns: list(names.dns),
      emails: list(names.emails),
      ips: list(names.addresses.map((octets) => octets.toHex())),
      uris: list(names.uris),
    };
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    return { ...none, error: error.message };
  }
}

/** Go prints the address of a tag that it wants, which is another in each run. */
function mask({ error, ...rest }: Judged): Judged {
  return { error: error.replace(/ \{optional:.*?\} /, " {} "), ...rest };
}

function changed(bytes: Uint8Array, random: () => number): Uint8Array {
  const copy = bytes.slice();
  const pick = (below: number): number => Math.floor(random() * below);
  switch (pick(4)) {
    case 0:
      return joinBytes([copy.subarray(0, pick(copy.length)), copy.subarray(pick(copy.length))]);
    case 1:
      return copy.subarray(0, pick(copy.length));
    default:
      for (let times = 1 + pick(2); times > 0; times--) {
        copy[pick(copy.length)] = [pick(256), 0x30, 0x31, 0x80, 0x02, 0x0c][pick(6)] ?? 0;
      }
      return copy;
  }
}

testWith(
  [await goCommand("requests")],
  "Go refuses the same requests with the same words, and reads the same of the others",
  async (_, requests) => {
    const random = randomNumbers(20_261_126);
    const tbs = fullTbs(NAMES);
    const texts: Uint8Array[] = [encodePem("CERTIFICATE REQUEST", signed(tbs))];
    for (const uri of URIS) {
      const name = element(0x86, Uint8Array.from(uri, (one) => one.charCodeAt(0)));
      texts.push(encodePem("CERTIFICATE REQUEST", signed(fullTbs([name]))));
    }
    const others = OTHERS.map((spki) => fullTbs([], spki));
    for (const other of others) {
      texts.push(encodePem("CERTIFICATE REQUEST", signed(other)));
      for (let i = 0; i < 500; i++) {
        texts.push(encodePem("CERTIFICATE REQUEST", signed(changed(other, random))));
      }
    }
    for (let i = 0; i < 6000; i++) {
      // The part that is signed is changed before it is signed, or the whole afterwards, or the text.
      const kind = i % 10;
      if (kind < 7) texts.push(encodePem("CERTIFICATE REQUEST", signed(changed(tbs, random))));
      else if (kind < 9) texts.push(encodePem("CERTIFICATE REQUEST", changed(signed(tbs), random)));
      else texts.push(changed(texts[0] ?? tbs, random));
    }
    const input = JSON.stringify(texts.map((text) => Buffer.from(text).toString("base64")));
    const judged = JSON.parse(await runWell(requests, ["parse"], { stdin: input })) as Judged[];
    assert.equal(judged.length, texts.length);
    const differences = texts.flatMap((text, index) => {
      const [found, expected] = [mask(ours(text)), mask(judged[index] ?? ours(text))];
      return JSON.stringify(found) === JSON.stringify(pickOf(expected)) ? [] : [{ found, expected, index }];
    });
    assert.deepEqual(differences.slice(0, 5), [], `${differences.length} of ${texts.length} differ`);
    assert.ok(judged.filter(({ error }) => error === "").length > 500);
    assert.ok(new Set(judged.map(({ error }) => error)).size > 25);
  },
);

/** The same order of keys. */
function pickOf({ error, subject, dns, emails, ips, uris }: Judged): Judged {
  return { error, subject, dns, emails, ips, uris };
}
