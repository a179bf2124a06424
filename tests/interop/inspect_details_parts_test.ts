/**
 * OpenSSL judges the text of certificates that no program makes: each kind of string, time, key, signature and
 * extension, sound and broken.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  bitString,
  boolean,
  element,
  explicit,
  implicit,
  nothing,
  octetString,
  oid,
  sequence,
  set,
  utf8String,
} from "../../scripts/issue/der.ts";
import { concatBytes, encodeUtf8 } from "../../scripts/shared/encoding.ts";
import {
  assemble,
  compareCertificate,
  extension,
  hex,
  keyOf,
  nameOf,
  type Parts,
  timeOf,
} from "./openssl_text.ts";
import { findProgram, forEach, testWith } from "./tools.ts";

const openssl = findProgram("openssl", "openssl");

const ascii = (tag: number, text: string): Uint8Array => element(tag, encodeUtf8(text));
const ia5 = (text: string): Uint8Array => ascii(0x16, text);
const int = (digits: string): Uint8Array => element(2, hex(digits));
const big = (octets: number, first = "7f"): Uint8Array => int(first + "a5".repeat(octets - 1));

/** What OpenSSL takes for a string of a name; it reads no certificate with others. */
const STRINGS: readonly Uint8Array[] = [
  ascii(0x13, "printable"),
  ia5("ia5 @"),
  ascii(0x12, "0123 4"),
  element(0x14, hex("61 e9 ff 80 7f 20")),
  element(0x1e, hex("0041 d55c ffff 0000 00e9")),
  element(0x1e, hex("0020 0041 0020")),
  element(0x1c, hex("00000041 0000d55c 0001f600")),
  utf8String("텍스트 é \u{1f600}"),
  utf8String(""),
  utf8String(" lead"),
  utf8String("trail "),
  utf8String(" "),
  utf8String("#lead"),
  utf8String('a,b+c;d<e>f"g\\h=i/j'),
  utf8String("line\nend\ttab\u007f\u0000zero"),
  bitString(hex("a5"), 0),
  sequence(int("05")),
];

const TYPES = [
  ...["2.5.4.3", "2.5.4.4", "2.5.4.5", "2.5.4.6", "2.5.4.9", "2.5.4.17", "2.5.4.41", "2.5.4.45", "2.5.4.65"],
  ...["2.5.4.97", "0.9.2342.19200300.100.1.1", "0.9.2342.19200300.100.1.25", "1.2.840.113549.1.9.1"],
  ...["1.2.840.113549.1.9.2", "1.3.6.1.4.1.311.60.2.1.3", "2.5.4.15", "1.2.3.4.5.6", "2.999.1", "2.5.4.10"],
  "1.3.6.1.4.1.99999.4294967296",
];

const NAMES: readonly Parts[] = [
  ...STRINGS.map((value): Parts => ({
    subject: nameOf(["2.5.4.10", value], ["2.5.4.3", value]),
    extensions: [extension("2.5.29.17", sequence(explicit(4, nameOf(["2.5.4.3", value]))))],
  })),
  { subject: nameOf(...TYPES.map((type) => [type, utf8String("x")] as const)) },
  { subject: sequence(), issuer: sequence() },
  {
    subject: sequence(element(
      0x31,
      sequence(oid("2.5.4.3"), utf8String("a")),
      sequence(oid("2.5.4.10"), utf8String("b")),
      sequence(oid("2.5.4.11"), utf8String("c")),
    )),
  },
  { subject: sequence(element(0x31)) },
];

const TIMES: readonly Parts[] = [
  ...["20260101000000Z", "19500101000000Z", "19491231235959Z", "20500101000000Z", "99991231235959Z"],
  ...[
    "00010101000000Z",
    "500101000000Z",
    "491231235959Z",
    "000229000000Z",
    "20000229235959Z",
    "20240229000000Z",
  ],
  ...["10000101000000Z", "00000101000000Z"],
].map((time): Parts => ({ notBefore: timeOf(time), notAfter: timeOf(time) }));

const RSA = (n: Uint8Array, e: Uint8Array): Uint8Array =>
  keyOf(sequence(oid("1.2.840.113549.1.1.1"), nothing()), sequence(n, e));
const EC = (curve: string, point: string): Uint8Array =>
  keyOf(sequence(oid("1.2.840.10045.2.1"), oid(curve)), hex(point));
const P256 = "1.2.840.10045.3.1.7";
const G256 = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
const GY256 = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
const PLAIN = (type: string, length: number): Uint8Array =>
  keyOf(sequence(oid(type)), new Uint8Array(length).fill(5));
const DSA = (p: Uint8Array, q: Uint8Array, g: Uint8Array, y: Uint8Array): Uint8Array =>
  keyOf(sequence(oid("1.2.840.10040.4.1"), sequence(p, q, g)), y);

const KEYS: readonly Parts[] = [
  RSA(big(256), int("010001")),
  RSA(big(257, "00ff"), int("03")),
  RSA(int("7f"), int("010001")),
  RSA(int("00ffffffffffffffff"), big(20)),
  RSA(int("00"), int("00")),
  RSA(int("ff"), int("03")),
  RSA(big(64, "85"), int("fd")),
  keyOf(sequence(oid("1.2.840.113549.1.1.1")), sequence(big(64), int("03"))),
  keyOf(sequence(oid("1.2.840.113549.1.1.1"), nothing()), hex("3000")),
  keyOf(
    sequence(oid("1.2.840.113549.1.1.1"), nothing()),
    concatBytes(sequence(big(64), int("03")), hex("00")),
  ),
  keyOf(sequence(oid("1.2.840.113549.1.1.1"), int("05")), sequence(big(64), int("03"))),
  EC(P256, `04${G256}${GY256}`),
  EC(P256, `03${G256}`),
  EC(P256, `02${G256}`),
  EC(P256, `07${G256}${GY256}`),
  EC(P256, `06${G256}${GY256}`),
  EC(P256, `04${G256}${G256}`),
  EC(P256, `02${"ff".repeat(32)}`),
  EC(P256, `04${G256}`),
  EC(P256, "00"),
  EC(P256, ""),
  EC(P256, `05${G256}`),
  EC("1.2.3.4", `04${G256}${GY256}`),
  EC("1.3.132.0.34", `04${G256}${GY256}`),
  keyOf(sequence(oid("1.2.840.10045.2.1")), hex(`04${G256}${GY256}`)),
  keyOf(sequence(oid("1.2.840.10045.2.1"), nothing()), hex(`04${G256}${GY256}`)),
  ...["1.3.101.110", "1.3.101.111", "1.3.101.112", "1.3.101.113"].flatMap((type) =>
    [32, 56, 57, 31, 0].map((length) => PLAIN(type, length))
  ),
  keyOf(sequence(oid("1.3.101.110"), nothing()), new Uint8Array(32)),
  DSA(big(128), big(20), big(128), big(128)),
  DSA(big(129, "00"), big(33, "00"), int("02"), int("05")),
  DSA(int("07"), int("03"), int("02"), int("05")),
  DSA(int("00"), int("03"), int("02"), int("05")),
  DSA(int("f7"), int("03"), int("02"), int("05")),
  DSA(big(128), big(20), big(128), nothing()),
  keyOf(sequence(oid("1.2.840.10040.4.1")), int("05")),
  keyOf(sequence(oid("1.2.840.10040.4.1"), nothing()), int("05")),
  keyOf(sequence(oid("1.2.840.10040.4.1"), sequence(big(128), big(20))), int("05")),
  keyOf(sequence(oid("1.2.3.4")), hex("0102")),
  keyOf(sequence(oid("1.2.643.2.2.19"), sequence(oid("1.2.643.2.2.35.1"))), octetString(new Uint8Array(64))),
  keyOf(sequence(oid("1.2.156.10197.1.301")), hex(`04${G256}${GY256}`)),
].map((key): Parts => ({ key }));

const hash = (type: string, ...parameters: readonly Uint8Array[]): Uint8Array =>
  sequence(oid(type), ...parameters);
const SHA256 = hash("2.16.840.1.101.3.4.2.1", nothing());
const SHA1 = hash("1.3.14.3.2.26", nothing());
const mgf1 = (inner: Uint8Array): Uint8Array => sequence(oid("1.2.840.113549.1.1.8"), inner);

const PSS: readonly (readonly Uint8Array[])[] = [
  [],
  [nothing()],
  [int("05")],
  [sequence()],
  [sequence(explicit(0, SHA256))],
  [sequence(explicit(0, SHA256), explicit(1, mgf1(SHA256)))],
  [sequence(explicit(0, SHA256), explicit(1, mgf1(SHA256)), explicit(2, int("20")))],
  [sequence(explicit(0, SHA256), explicit(1, mgf1(SHA256)), explicit(2, int("20")), explicit(3, int("01")))],
  [sequence(explicit(0, SHA1), explicit(1, mgf1(SHA1)), explicit(2, int("14")), explicit(3, int("01")))],
  [sequence(explicit(2, int("00")))],
  [sequence(explicit(2, int("0100")), explicit(3, int("02")))],
  [sequence(explicit(2, int("ff")))],
  [sequence(explicit(2, big(40)))],
  [sequence(explicit(3, int("01")))],
  [sequence(explicit(0, hash("2.16.840.1.101.3.4.2.1")))],
  [sequence(explicit(0, hash("1.2.840.113549.2.5", nothing())))],
  [sequence(explicit(0, hash("2.16.840.1.101.3.4.2.8", nothing())))],
  [sequence(explicit(0, hash("1.2.3.4")))],
  [sequence(explicit(1, mgf1(hash("1.2.3.4"))))],
  [sequence(explicit(1, mgf1(int("05"))))],
  [sequence(explicit(1, sequence(oid("1.2.840.113549.1.1.8"))))],
  [sequence(explicit(1, hash("1.2.3.4", SHA256)))],
  [sequence(explicit(1, mgf1(hash("2.16.840.1.101.3.4.2.8"))))],
  [sequence(explicit(4, int("05")))],
];

const SIGNATURES: readonly Parts[] = [
  ...PSS.flatMap((parameters): Parts[] => {
    const algorithm = sequence(oid("1.2.840.113549.1.1.10"), ...parameters);
    return [{ algorithm }, { key: keyOf(algorithm, sequence(big(256), int("010001"))) }];
  }),
  ...["1.2.840.10040.4.3", "1.3.14.3.2.13", "1.3.14.3.2.27", "1.3.14.3.2.12", "2.16.840.1.101.3.4.3.1"]
    .flatMap((type) =>
      [
        sequence(big(20), int("05")),
        sequence(int("00"), big(21, "00")),
        sequence(int("85"), big(9, "85")),
        hex("3000"),
        hex(""),
      ]
        .map((signature): Parts => ({ algorithm: sequence(oid(type)), signature }))
    ),
  ...[2, 3, 4, 5, 6, 7, 8].map((arc): Parts => ({
    algorithm: sequence(oid(`2.16.840.1.101.3.4.3.${arc}`)),
    signature: sequence(big(20), int("05")),
  })),
  {
    algorithm: sequence(oid("2.16.840.1.101.3.4.3.2")),
    signature: concatBytes(sequence(int("05"), int("05")), hex("00")),
  },
  { algorithm: sequence(oid("1.2.3.4")) },
  { signature: hex("") },
  ...[1, 17, 18, 19, 36].map((length): Parts => ({ signature: new Uint8Array(length).fill(0xab) })),
];

const VERSIONS: readonly Parts[] = [
  { version: 0 },
  { version: 1 },
  ...[
    [implicit(1, hex("00aabb"))],
    [implicit(2, hex("00cc"))],
    [implicit(1, hex("00aabb")), implicit(2, hex(`00${"cd".repeat(20)}`))],
    [implicit(1, hex(`00${"cd".repeat(18)}`)), implicit(2, hex("00"))],
    [implicit(1, hex("04f0"))],
  ].flatMap((
    ids,
  ): Parts[] => [{ version: 1, ids }, { ids, extensions: [extension("2.5.29.14", octetString(hex("01")))] }]),
  ...[
    "00",
    "01",
    "7f",
    "0080",
    "ff",
    "80",
    "ff7f",
    "7fffffffffffffff",
    "00ffffffffffffffff",
    "8000000000000000",
  ].map((digits): Parts => ({ serial: int(digits) })),
  ...["ff7fffffffffffffff", "01" + "00".repeat(19), "fe".repeat(20), "00" + "ff".repeat(20)].map((
    digits,
  ): Parts => ({ serial: int(digits) })),
];

const OTHER = (type: string, value: Uint8Array): Uint8Array => explicit(0, oid(type), explicit(0, value));
const UPN = "1.3.6.1.4.1.311.20.2.3";
const GENERAL_NAMES: readonly Uint8Array[] = [
  ...[
    "1.2.3.4",
    UPN,
    "1.3.6.1.5.5.7.8.5",
    "1.3.6.1.5.5.7.8.7",
    "1.3.6.1.5.5.7.8.8",
    "1.3.6.1.5.5.7.8.9",
    "1.3.6.1.5.2.2",
  ].flatMap((type) =>
    [utf8String("u@é"), ia5("ia5"), int("05"), ascii(0x13, "p"), utf8String("a\0b"), sequence(int("05"))].map(
      (value) => OTHER(type, value),
    )
  ),
  ...[1, 2, 6].flatMap((number) =>
    ["a@b.example", "", "a\0b", "é", "a, DNS:b", "\u001b[31m"].map((text) =>
      implicit(number, encodeUtf8(text))
    )
  ),
  explicit(3, sequence()),
  explicit(3, sequence(sequence())),
  explicit(4, nameOf(["2.5.4.3", utf8String("a")], ["2.5.4.10", utf8String("b/c+d")])),
  explicit(4, sequence()),
  explicit(4, nameOf(...Array.from({ length: 9 }, () => ["2.5.4.3", utf8String("x".repeat(60))] as const))),
  explicit(5, explicit(1, utf8String("party"))),
  explicit(5, explicit(0, utf8String("assigner")), explicit(1, ascii(0x13, "party"))),
  explicit(5),
  ...[
    "0a000001",
    "",
    "0a",
    "0a000000ff000000",
    "20010db8000000000000000000000001",
    "00".repeat(16),
    "ff".repeat(32),
    "00".repeat(17),
  ].map((octets) => implicit(7, hex(octets))),
  implicit(8, hex("2a0304")),
  implicit(8, hex("550403")),
  implicit(8, hex("")),
  implicit(8, hex("80")),
  implicit(9, hex("01")),
];

const all = (value: Uint8Array): Parts[] => [
  ...["2.5.29.17", "2.5.29.18", "2.5.29.29"].map((type): Parts => ({
    extensions: [extension(type, sequence(value))],
  })),
  { extensions: [extension("2.5.29.17", sequence(implicit(2, hex("61")), value, implicit(2, hex("62"))))] },
  ...["permitted", "excluded"].map((_, number): Parts => ({
    extensions: [
      extension("2.5.29.30", sequence(explicit(number, sequence(value), sequence(implicit(2, hex("61")))))),
    ],
  })),
  {
    extensions: [
      extension(
        "2.5.29.30",
        sequence(explicit(0, sequence(value, implicit(0, hex("01")), implicit(1, hex("02"))))),
      ),
    ],
  },
  ...["2.5.29.31", "2.5.29.46"].flatMap((type): Parts[] => [
    { extensions: [extension(type, sequence(sequence(explicit(0, explicit(0, value)))))] },
    {
      extensions: [
        extension(
          type,
          sequence(
            sequence(explicit(0, explicit(0, value, value)), implicit(1, hex("0560")), explicit(2, value)),
          ),
        ),
      ],
    },
  ]),
  { extensions: [extension("2.5.29.28", sequence(explicit(0, explicit(0, value))))] },
  {
    extensions: [
      extension("2.5.29.35", sequence(implicit(0, hex("abcd")), explicit(1, value), implicit(2, hex("05")))),
    ],
  },
  { extensions: [extension("1.3.6.1.5.5.7.1.1", sequence(sequence(oid("1.3.6.1.5.5.7.48.1"), value)))] },
  { extensions: [extension("1.3.6.1.5.5.7.1.11", sequence(sequence(oid("1.2.3.4"), value)))] },
];

const enumerated = (octets: string): Uint8Array => element(10, hex(octets));
const relative = element(
  0xa1,
  sequence(oid("2.5.4.3"), utf8String("r")),
  sequence(oid("2.5.4.10"), utf8String("s")),
);
const notice = (...parts: readonly Uint8Array[]): Uint8Array =>
  sequence(sequence(oid("1.2.3"), sequence(sequence(oid("1.3.6.1.5.5.7.2.2"), sequence(...parts)))));
const URL = implicit(6, encodeUtf8("http://x/"));
const v4 = (...choices: readonly Uint8Array[]): Uint8Array =>
  sequence(sequence(octetString(hex("0001")), ...choices));
const v6 = (...choices: readonly Uint8Array[]): Uint8Array =>
  sequence(sequence(octetString(hex("0002")), ...choices));
const ID = (octets: string): Uint8Array => octetString(hex(octets));
const SCT = (...timestamps: readonly string[]): Uint8Array => {
  const sized = (digits: string): string => (digits.length / 2).toString(16).padStart(4, "0") + digits;
  return octetString(hex(sized(timestamps.map(sized).join(""))));
};
const LOG = "ab".repeat(32);

/** Values by extension. */
const VALUES: Readonly<Record<string, readonly Uint8Array[]>> = {
  "2.5.29.14": [ID("01"), ID(""), ID("ab".repeat(40)), nothing(), concatBytes(ID("01"), hex("00"))],
  "2.5.29.15": [
    ...Array.from(
      { length: 9 },
      (_, bit) => bitString(bit < 8 ? Uint8Array.of(0x80 >> bit) : hex("0080"), 0),
    ),
    bitString(hex("ff80"), 7),
    bitString(hex("ff"), 0),
    bitString(hex("00"), 0),
    bitString(hex(""), 0),
    bitString(hex("ffff"), 0),
    bitString(hex("00007f"), 0),
    bitString(hex("05a0"), 5),
    nothing(),
    element(3, hex("")),
    element(3, hex("0880")),
    element(3, hex("03ff")),
  ],
  "2.16.840.1.113730.1.1": [
    ...Array.from({ length: 8 }, (_, bit) => bitString(Uint8Array.of(0x80 >> bit), 7 - bit)),
    bitString(hex("ff"), 0),
    bitString(hex("00"), 0),
    bitString(hex("ffff"), 0),
  ],
  ...Object.fromEntries([2, 3, 4, 7, 8, 12, 13].map((arc) => [`2.16.840.1.113730.1.${arc}`, [
    ia5("text"),
    ia5(""),
    ia5("a\0b"),
    utf8String("u"),
    element(0x16, hex("ff80")),
    nothing(),
  ]])),
  "2.5.29.16": [
    sequence(implicit(0, encodeUtf8("20260101000000Z")), implicit(1, encodeUtf8("20270101000000Z"))),
    sequence(implicit(0, encodeUtf8("20260101000000Z"))),
    sequence(implicit(1, encodeUtf8("20260101000000Z"))),
    sequence(),
    sequence(implicit(0, encodeUtf8("bad"))),
    sequence(implicit(0, encodeUtf8("20260101000000.5Z"))),
    sequence(implicit(0, encodeUtf8("20260101000000+0100"))),
    sequence(implicit(0, encodeUtf8("202601010000Z"))),
  ],
  "2.5.29.17": [sequence(), nothing(), hex(""), sequence(implicit(2, hex("61")), nothing())],
  "2.5.29.19": [
    sequence(),
    sequence(boolean(true)),
    sequence(boolean(false)),
    sequence(boolean(true), int("00")),
    sequence(int("05")),
    sequence(boolean(true), int("ff")),
    sequence(boolean(true), big(17)),
    sequence(hex("010101")),
    sequence(boolean(true), int("7fffffffffffffff")),
    sequence(int("05"), boolean(true)),
    nothing(),
    sequence(nothing()),
  ],
  "2.5.29.20": [int("05"), int("00"), int("ff"), big(15), big(16), big(17, "00ff"), big(20, "85"), nothing()],
  "2.5.29.27": [int("05"), big(20)],
  "2.5.29.54": [int("00"), int("05"), big(20), enumerated("05")],
  "2.5.29.21": [
    ...Array.from({ length: 12 }, (_, reason) => enumerated(reason.toString(16).padStart(2, "0"))),
    enumerated("ff"),
    enumerated("0100"),
    int("01"),
    nothing(),
    enumerated("7fffffffffffffff"),
    enumerated("7f" + "00".repeat(9)),
  ],
  "2.5.29.23": [oid("1.2.840.10040.2.1"), oid("1.2.3"), nothing()],
  "2.5.29.24": [
    timeOf("20260101000000Z"),
    timeOf("20260101000000.123Z"),
    timeOf("260101000000Z"),
    nothing(),
    ascii(0x18, "bad"),
    timeOf("20261301000000Z"),
    timeOf("202601010000Z"),
    timeOf("20260101000000"),
    timeOf("20260101000000+0130"),
    timeOf("20260101235960Z"),
    timeOf("20260101000000.Z"),
  ],
  "2.5.29.28": [
    sequence(),
    sequence(implicit(1, hex("ff"))),
    sequence(implicit(2, hex("ff"))),
    sequence(implicit(3, hex("0560"))),
    sequence(implicit(4, hex("ff"))),
    sequence(implicit(5, hex("ff"))),
    sequence(implicit(1, hex("00"))),
    sequence(explicit(0, relative)),
    sequence(explicit(0, explicit(0, URL, URL)), implicit(1, hex("ff"))),
    sequence(explicit(0, explicit(0))),
    sequence(implicit(3, hex("00"))),
    sequence(implicit(3, hex("07ff80"))),
    sequence(explicit(0, explicit(0, URL)), implicit(3, hex("0640")), implicit(4, hex("ff"))),
    sequence(explicit(0, relative), implicit(2, hex("ff")), implicit(5, hex("ff"))),
    nothing(),
  ],
  "2.5.29.29": [sequence(), nothing()],
  "2.5.29.30": [
    sequence(),
    sequence(explicit(0)),
    sequence(explicit(0), explicit(1)),
    nothing(),
    sequence(explicit(0, sequence(URL)), explicit(1, sequence(URL), sequence(URL))),
    ...[4, 5, 8, 9, 16, 20, 31, 32, 33, 0].map((length) =>
      sequence(explicit(1, sequence(implicit(7, new Uint8Array(length).fill(5)))))
    ),
  ],
  ...Object.fromEntries(["2.5.29.31", "2.5.29.46"].map((type) => [type, [
    sequence(),
    sequence(sequence()),
    sequence(sequence(explicit(0, relative))),
    nothing(),
    sequence(sequence(explicit(0, relative), implicit(1, hex("07ff80")), explicit(2, URL))),
    sequence(sequence(implicit(1, hex("0560")))),
    sequence(sequence(implicit(1, hex("00")))),
    sequence(sequence(explicit(2, URL))),
    sequence(sequence(explicit(0, explicit(0, URL))), sequence(explicit(0, explicit(0, URL, URL)))),
    sequence(sequence(explicit(0, explicit(0)))),
    sequence(sequence(explicit(0, element(0xa1)))),
    sequence(sequence(explicit(2))),
    sequence(sequence(explicit(0, explicit(0, URL)), implicit(1, hex("0560"))), sequence(explicit(2, URL))),
  ]])),
  "2.5.29.32": [
    sequence(),
    sequence(sequence(oid("2.5.29.32.0"))),
    sequence(sequence(oid("1.2.3"), sequence())),
    nothing(),
    sequence(sequence(oid("1.2.3")), sequence(oid("2.23.140.1.2.1"))),
    ...[ia5("http://x/"), ia5(""), utf8String("u")].map((uri) =>
      sequence(sequence(oid("1.2.3"), sequence(sequence(oid("1.3.6.1.5.5.7.2.1"), uri))))
    ),
    sequence(sequence(oid("1.2.3"), sequence(sequence(oid("1.2.3.4"), int("05"))))),
    sequence(sequence(oid("1.2.3"), sequence(sequence(oid("1.2.3.4"))))),
    notice(),
    notice(utf8String("é")),
    notice(ascii(0x1a, "visible")),
    notice(element(0x1e, hex("00410042"))),
    notice(ia5("ia5")),
    notice(ascii(0x13, "printable")),
    notice(sequence(utf8String("org"), sequence(int("01")))),
    notice(sequence(utf8String("org"), sequence(int("01"), int("02"), big(17))), utf8String("text")),
    notice(sequence(utf8String("org"), sequence())),
    notice(sequence(element(0x1e, hex("0041")), sequence(int("ff")))),
    notice(utf8String("")),
    notice(sequence(ascii(0x13, "org"), sequence(int("01")))),
  ],
  "2.5.29.33": [
    sequence(),
    sequence(sequence(oid("1.2.3"), oid("1.2.4"))),
    nothing(),
    sequence(sequence(oid("2.5.29.32.0"), oid("1.2.4")), sequence(oid("1.2.5"), oid("1.2.6"))),
    sequence(sequence(oid("1.2.3"))),
  ],
  "2.5.29.35": [
    sequence(),
    sequence(implicit(0, hex("abcd"))),
    sequence(implicit(0, hex(""))),
    sequence(implicit(2, hex("05"))),
    nothing(),
    sequence(explicit(1, URL)),
    sequence(explicit(1)),
    sequence(implicit(2, hex("85"))),
    sequence(implicit(2, hex("00ff"))),
    sequence(
      implicit(0, hex("ab")),
      explicit(1, explicit(4, nameOf(["2.5.4.3", utf8String("é")]))),
      implicit(2, hex("00".repeat(1) + "ff".repeat(20))),
    ),
    sequence(explicit(1, URL, URL), implicit(2, hex("00"))),
    sequence(implicit(2, hex(""))),
    octetString(hex("ab")),
  ],
  "2.5.29.36": [
    sequence(),
    sequence(implicit(0, hex("00"))),
    sequence(implicit(1, hex("05"))),
    sequence(implicit(0, hex("7f")), implicit(1, hex("ff"))),
    sequence(implicit(0, hex("7f" + "00".repeat(16)))),
    nothing(),
  ],
  "2.5.29.37": [
    sequence(),
    nothing(),
    sequence(oid("2.5.29.37.0")),
    sequence(oid("1.2.3.4")),
    sequence(...[1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 17, 28].map((arc) => oid(`1.3.6.1.5.5.7.3.${arc}`))),
    sequence(
      ...[
        "1.3.6.1.4.1.311.10.3.3",
        "1.3.6.1.4.1.311.10.3.4",
        "1.3.6.1.4.1.311.20.2.2",
        "2.16.840.1.113730.4.1",
        "1.3.6.1.5.2.3.4",
        "1.3.6.1.5.2.3.5",
      ].map(oid),
    ),
  ],
  "1.3.6.1.5.5.7.1.1": [
    sequence(),
    nothing(),
    sequence(
      sequence(oid("1.3.6.1.5.5.7.48.1"), URL),
      sequence(oid("1.3.6.1.5.5.7.48.2"), URL),
      sequence(oid("1.3.6.1.5.5.7.48.3"), URL),
    ),
  ],
  "1.3.6.1.5.5.7.1.3": [sequence(sequence(oid("0.4.0.1862.1.1")))],
  "1.3.6.1.5.5.7.1.7": [
    sequence(),
    v4(nothing()),
    v4(sequence()),
    v4(sequence(bitString(hex("0a"), 0))),
    v4(sequence(bitString(hex(""), 0))),
    v4(sequence(bitString(hex("0ac0"), 6), sequence(bitString(hex("0b"), 0), bitString(hex("0c"), 2)))),
    nothing(),
    v6(sequence(bitString(hex("20010db8"), 0))),
    v6(sequence(bitString(hex(""), 0))),
    v6(nothing()),
    v6(
      sequence(
        bitString(hex("20010db8000000000000000000000001"), 0),
        sequence(bitString(hex("2001"), 0), bitString(hex("20010e"), 1)),
      ),
    ),
    sequence(
      sequence(octetString(hex("000101")), nothing()),
      sequence(octetString(hex("000280")), nothing()),
    ),
    ...[2, 3, 4, 64, 65, 66, 67, 68, 128, 129, 9].map((safi) =>
      sequence(sequence(octetString(Uint8Array.of(0, 1, safi)), nothing()))
    ),
    sequence(
      sequence(
        octetString(hex("0003")),
        sequence(bitString(hex("0a0b"), 3), sequence(bitString(hex("01"), 0), bitString(hex("02"), 0))),
      ),
    ),
    sequence(sequence(octetString(hex("00")), nothing())),
    sequence(sequence(octetString(hex("00010102")), nothing())),
  ],
  "1.3.6.1.5.5.7.1.8": [
    sequence(),
    sequence(explicit(0, nothing())),
    sequence(explicit(1, nothing())),
    sequence(explicit(0, sequence())),
    nothing(),
    sequence(
      explicit(0, sequence(int("05"), sequence(int("07"), int("09")))),
      explicit(1, sequence(int("00ffffffff"))),
    ),
    sequence(explicit(0, sequence(big(17)))),
    sequence(explicit(0, sequence(int("ff")))),
  ],
  "1.3.6.1.5.5.7.1.14": [
    sequence(sequence(oid("1.3.6.1.5.5.7.21.1"))),
    sequence(int("05"), sequence(oid("1.3.6.1.5.5.7.21.0"), octetString(hex("6162")))),
    sequence(),
    nothing(),
    sequence(int("ff"), sequence(oid("1.2.3"), octetString(hex("")))),
    sequence(big(40), sequence(oid("1.2.3"))),
    sequence(sequence(oid("1.2.3"), octetString(hex("610062")))),
  ],
  "1.3.6.1.5.5.7.1.24": [
    sequence(),
    sequence(int("05"), int("11"), int("06")),
    sequence(int("ff"), big(9)),
    nothing(),
  ],
  "1.3.6.1.5.5.7.48.1.2": [
    octetString(hex("0102")),
    octetString(hex("")),
    hex("0102"),
    hex(""),
    nothing(),
    int("05"),
  ],
  "1.3.6.1.5.5.7.48.1.3": [
    sequence(explicit(0, ia5("http://x/")), explicit(1, int("05")), explicit(2, timeOf("20260101000000Z"))),
    sequence(),
    sequence(explicit(1, int("05"))),
    sequence(explicit(2, timeOf("20260101000000Z"))),
    nothing(),
    sequence(explicit(1, big(40))),
    sequence(explicit(0, utf8String("u"))),
  ],
  "1.3.6.1.5.5.7.48.1.4": [
    sequence(oid("1.3.6.1.5.5.7.48.1.1")),
    sequence(),
    sequence(oid("1.2.3"), oid("1.2.4")),
    nothing(),
    oid("1.2.3"),
  ],
  "1.3.6.1.5.5.7.48.1.5": [nothing(), int("05"), hex("")],
  "1.3.6.1.5.5.7.48.1.6": [timeOf("20260101000000Z"), timeOf("260101000000Z"), nothing()],
  "1.3.6.1.5.5.7.48.1.7": [
    sequence(sequence(nameOf(["2.5.4.3", utf8String("a")]))),
    nothing(),
    sequence(nameOf(["2.5.4.3", utf8String("a")])),
    sequence(
      nameOf(["2.5.4.3", utf8String("a")]),
      sequence(sequence(oid("1.3.6.1.5.5.7.48.1"), URL), sequence(oid("1.3.6.1.5.5.7.48.2"), URL)),
    ),
  ],
  "1.3.6.1.4.1.11129.2.4.2": [
    SCT(`00${LOG}0000018f00000001${"0000"}0403${"0004"}01020304`),
    SCT(),
    octetString(hex("")),
    nothing(),
    SCT(
      `00${LOG}0000018f00000000${"0003"}aabbcc${"0401"}${"0014"}${"5a".repeat(20)}`,
      `00${LOG}0000000000000000${"0000"}0403${"0000"}`,
    ),
    SCT(`01${"5a".repeat(40)}`),
    SCT(`00${LOG}0000018f00000001${"0000"}0503${"0004"}01020304`),
    SCT(`00${LOG}`),
    SCT(`00${LOG}ffffffffffffffff${"0000"}0403${"0004"}01020304`),
    SCT(`00${LOG}0000018f00000001${"0000"}0403${"0004"}0102030405`),
    SCT(`00${LOG}0000018f00000001${"0014"}${"ee".repeat(20)}0403${"0004"}01020304`),
    SCT("01"),
    SCT(""),
    SCT("0001"),
    SCT(`00${LOG}0000e677d21fdbff${"0000"}0403${"0004"}01020304`),
    SCT(`00${LOG}0000e677d21fdc00${"0000"}0403${"0004"}01020304`),
  ],
  "1.3.6.1.4.1.11129.2.4.3": [nothing(), int("05")],
  "1.3.6.1.4.1.11129.2.4.4": [nothing()],
  "1.3.6.1.4.1.11129.2.4.5": [SCT(`00${LOG}0000018f00000001${"0000"}0403${"0004"}01020304`), nothing()],
  "1.3.6.1.4.1.311.20.2": [element(0x1e, hex("00410042")), nothing()],
  "1.3.6.1.4.1.311.21.1": [int("00")],
  "1.3.6.1.4.1.311.21.10": [sequence(sequence(oid("1.2.3"))), sequence()],
  "1.3.6.1.4.1.311.25.2": [sequence(OTHER("1.3.6.1.4.1.311.25.2.1", octetString(encodeUtf8("S-1-5"))))],
  "1.2.840.113533.7.65.0": [sequence(ia5("V7.1"), bitString(hex("90"), 4))],
  "1.3.36.8.3.3": [sequence()],
  "2.5.29.9": [sequence(sequence(oid("1.3.6.1.5.5.7.9.1"), set(timeOf("20000101000000Z"))))],
  "2.5.29.55": [sequence()],
  "2.5.29.56": [nothing()],
  "1.2.3.4": [utf8String("é"), hex(""), hex("0a0d41"), hex("ff".repeat(100))],
};

const GROUPS: Readonly<Record<string, readonly Parts[]>> = {
  "names": NAMES,
  "times": TIMES,
  "keys": KEYS,
  "signatures": SIGNATURES,
  "versions, serial numbers and unique identifiers": VERSIONS,
  "general names": GENERAL_NAMES.flatMap(all),
  ...Object.fromEntries(
    Object.entries(VALUES).map(([type, values]) => [
      `extension ${type}`,
      values.map((value, index): Parts => ({
        extensions: [extension(type, value, index % 2 === 1), extension("1.2.3.9", hex("41"))],
      })),
    ]),
  ),
};

for (const [title, cases] of Object.entries(GROUPS)) {
  testWith(
    [openssl],
    `OpenSSL writes the same text of certificates of parts: ${title}`,
    async (_, program = "") => {
      assert.ok(cases.length > 0);
      await forEach(cases.entries(), async ([index, parts]) => {
        const der = assemble(parts);
        try {
          await compareCertificate(program, der);
        } catch (error) {
          throw new Error(`case ${index}, ${der.toHex()}`, { cause: error });
        }
      });
    },
  );
}
