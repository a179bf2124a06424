/**
 * OpenSSL judges how certificates of others are read: it makes them, with keys, names, times and extensions of every
 * kind that it knows, and its words are compared with our fields.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { keyName, signatureName } from "../../scripts/inspect/certificate/algorithms.ts";
import { type Certificate, readCertificate } from "../../scripts/inspect/certificate/certificate.ts";
import { readExtensionFields } from "../../scripts/inspect/certificate/certificate_extensions.ts";
import { DerError } from "../../scripts/inspect/der/der.ts";
import { commonName, formatName, organizations } from "../../scripts/inspect/certificate/names.ts";
import { findPemBlocks } from "../../scripts/inspect/der/pem_blocks.ts";
import { randomNumbers } from "../random.ts";
import { findProgram, runWell, testWith } from "./tools.ts";

const openssl = findProgram("openssl", "openssl");

const ANY = [
  "subjectKeyIdentifier=hash",
  "keyUsage=critical,digitalSignature,keyAgreement,decipherOnly",
  "extendedKeyUsage=serverAuth,clientAuth,1.2.3.4.5",
  "basicConstraints=CA:FALSE",
  "subjectAltName=DNS:a.example.org,IP:10.0.0.1,IP:fd00::1,email:a@example.org,URI:https://example.org/,RID:1.2.3.4",
];
const AUTHORITY = ["basicConstraints=critical,CA:TRUE,pathlen:3", "keyUsage=keyCertSign,cRLSign"];

/** Keys, names and extensions: arguments of `openssl req -x509`. */
const CORPUS: readonly {
  readonly key: readonly string[];
  readonly subject: string;
  readonly ext: readonly string[];
}[] = [
  { key: ["rsa:2048"], subject: "/CN=kubernetes", ext: AUTHORITY },
  { key: ["rsa:1024"], subject: "/C=US/ST=Washington/L=Seattle/O=a, b/OU=c+d/CN=e\\/f", ext: ANY },
  {
    key: ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    subject: "/O=system:nodes/CN=system:node:node-0",
    ext: ANY,
  },
  { key: ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], subject: "/O=a/O=b/O=c/CN=d/CN=e", ext: [] },
  { key: ["ec", "-pkeyopt", "ec_paramgen_curve:P-521"], subject: "/DC=org/DC=example/UID=x/CN=y", ext: ANY },
  {
    key: ["ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
    subject: "/emailAddress=a@b/CN=k",
    ext: AUTHORITY,
  },
  { key: ["ed25519"], subject: '/O=한국어/CN="quoted" <x>; y=z', ext: ANY },
  {
    key: ["ed448"],
    subject: "/CN=# hash first and a space last ",
    ext: ["subjectAltName=critical,DNS:only"],
  },
  { key: ["rsa-pss"], subject: "/serialNumber=1/GN=a/SN=b/title=c/CN=d", ext: ANY },
  { key: ["ed25519"], subject: "/", ext: ["subjectAltName=critical,IP:127.0.0.1"] },
  { key: ["rsa:2048"], subject: "/O=a+CN=b/OU=c+OU=d", ext: ANY },
];

async function make(program: string, index: number): Promise<string> {
  const { key, subject, ext } = CORPUS[index] ?? { key: [], subject: "", ext: [] };
  const days = [1, 365, 3650, 36500, 200000][index % 5] ?? 1;
  const names = ["-utf8", "-multivalue-rdn"];
  const [serial, extensions] = [["-set_serial", String(2n ** BigInt(index * 14) + 127n)], ext];
  return await runWell(program, [
    ...["req", "-x509", "-nodes", "-newkey", ...key, "-keyout", "/dev/null", "-config", "/dev/stdin"],
    ...["-subj", subject, "-days", String(days), ...names, ...serial],
    ...extensions.flatMap((one) => ["-addext", one]),
  ], { stdin: "[req]\ndistinguished_name = dn\n[dn]\n" });
}

function read(pem: string): Certificate {
  const [block] = findPemBlocks(pem);
  assert.ok(block?.bytes !== undefined);
  return readCertificate(block.bytes);
}

/** OpenSSL's names of key usages, where they are not RFC 5280's. */
const USAGES: Readonly<Record<string, string>> = {
  digitalSignature: "Digital Signature",
  contentCommitment: "Non Repudiation",
  keyEncipherment: "Key Encipherment",
  dataEncipherment: "Data Encipherment",
  keyAgreement: "Key Agreement",
  keyCertSign: "Certificate Sign",
  cRLSign: "CRL Sign",
  encipherOnly: "Encipher Only",
  decipherOnly: "Decipher Only",
};
const PURPOSES: Readonly<Record<string, string>> = {
  "1.3.6.1.5.5.7.3.1": "TLS Web Server Authentication",
  "1.3.6.1.5.5.7.3.2": "TLS Web Client Authentication",
};
const KINDS = { dns: "DNS", ip: "IP Address", email: "email", uri: "URI", id: "Registered ID" } as const;

/** An address with all of its groups, as OpenSSL writes it. */
function longAddress(text: string): string {
  return text.includes(":") ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}

for (const index of CORPUS.keys()) {
  testWith(
    [openssl],
    `OpenSSL reads the same fields in the certificate of ${CORPUS[index]?.subject}`,
    async (_, program = "") => {
      const pem = await make(program, index);
      const certificate = read(pem);
      const print = async (...args: readonly string[]): Promise<string> =>
        (await runWell(program, ["x509", "-noout", ...args], { stdin: pem })).replace(/\n$/, "");

      const named = ["-nameopt", "sep_comma_plus_space,utf8,sname,esc_2253"];
      const oneForm = (text: string): string =>
        text.replace(/^(subject|issuer) ?= ?/, "").replace(/ ?\+ ?/g, "+").replace(
          /\\([0-9A-F]{2})/g,
          (_, hex) => `\\${String.fromCharCode(parseInt(hex, 16))}`,
        );
      for (const which of ["subject", "issuer"] as const) {
        assert.equal(oneForm(formatName(certificate[which])), oneForm(await print(`-${which}`, ...named)));
      }
      assert.equal(
        certificate.serial.toHex().replace(/^0+/, ""),
        (await print("-serial")).slice(7).toLowerCase().replace(/^0+/, ""),
      );
      for (
        const [flag, found] of [["-startdate", certificate.notBefore], [
          "-enddate",
          certificate.notAfter,
        ]] as const
      ) {
        const text = await print(flag);
        assert.equal(found, Date.parse(text.slice(text.indexOf("=") + 1)) / 1000, text);
      }
      const fingerprint = createHash("sha256").update(certificate.der).digest("hex").toUpperCase();
      assert.equal((await print("-fingerprint", "-sha256")).split("=")[1]?.replaceAll(":", ""), fingerprint);
      const [publicKey] = findPemBlocks(await print("-pubkey"));
      assert.deepEqual(certificate.publicKey.der, publicKey?.bytes);

      const fields = readExtensionFields(certificate);
      const extension = async (name: string): Promise<string | undefined> => {
        const [, ...lines] = (await print("-ext", name)).split("\n").filter((line) =>
          !line.startsWith("No extension")
        );
        return lines.length === 0 ? undefined : lines.join("\n").trim();
      };
      const constraints = await extension("basicConstraints");
      const length = fields.pathLength === undefined ? "" : `, pathlen:${fields.pathLength}`;
      if (constraints === undefined) assert.equal(fields.isAuthority, false);
      else assert.equal(`CA:${fields.isAuthority ? "TRUE" : "FALSE"}${length}`, constraints);
      assert.equal(fields.keyUsage?.map((usage) => USAGES[usage]).join(", "), await extension("keyUsage"));
      assert.equal(
        fields.extKeyUsage?.map((oid) => PURPOSES[oid] ?? oid).join(", "),
        await extension("extendedKeyUsage"),
      );
      assert.equal(
        fields.subjectKeyIdentifier?.toHex().toUpperCase().replace(/..(?=.)/g, "$&:"),
        await extension("subjectKeyIdentifier"),
      );
      const names = fields.altNames?.map(({ kind, value }) =>
        kind === "directory" || kind === "other"
          ? kind
          : `${KINDS[kind]}:${kind === "ip" ? longAddress(value) : value}`
      );
      const expected = (await extension("subjectAltName"))?.split(", ").map((name) =>
        name.startsWith("IP Address:") ? `IP Address:${longAddress(name.slice(11))}` : name
      );
      assert.deepEqual(names, expected);
    },
  );
}

/** Our names of keys, from what OpenSSL says of them. */
const KEY_WORDS: readonly (readonly [RegExp, (bits: string, curve: string) => string])[] = [
  [/^rsaEncryption$/, (bits) => `RSA-${bits}`],
  [/^rsassaPss$/, (bits) => `RSA-PSS-${bits}`],
  [/^dsaEncryption$/, (bits) => `DSA-${bits}`],
  [/^id-ecPublicKey$/, (_, curve) => `ECDSA-${CURVE_WORDS[curve] ?? curve}`],
  [/^ED25519$/, () => "Ed25519"],
  [/^ED448$/, () => "Ed448"],
];
const CURVE_WORDS: Readonly<Record<string, string>> = {
  prime256v1: "P256",
  secp224r1: "P224",
  secp384r1: "P384",
  secp521r1: "P521",
};

testWith(
  [openssl],
  "algorithms have OpenSSL's names, keys their sizes and curves",
  async (_, program = "") => {
    const dsa = await runWell("sh", [
      "-c",
      '"$1" dsaparam 1024 2>/dev/null | "$1" gendsa /dev/stdin 2>/dev/null',
      "-",
      program,
    ]);
    const more = [
      ["-key", "/dev/stdin"],
      ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp224r1"],
      ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"],
      ["-newkey", "rsa:1032", "-sha512"],
      ["-newkey", "rsa:2047", "-sha1"],
    ];
    const others = await Promise.all(
      more.map((args) =>
        runWell(
          program,
          ["req", "-x509", "-nodes", "-subj", "/CN=a", "-keyout", "/dev/null", ...args],
          args[0] === "-key" ? { stdin: dsa } : {},
        )
      ),
    );
    const pems = [...await Promise.all([...CORPUS.keys()].map((index) => make(program, index))), ...others];
    for (const pem of pems) {
      const { publicKey, signatureAlgorithm } = read(pem);
      const text = await runWell(program, ["x509", "-noout", "-text"], { stdin: pem });
      const word = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? "";
      assert.equal(signatureName(signatureAlgorithm), word(/Signature Algorithm: (\S+)/));
      const [kind, bits, curve] = [
        word(/Public Key Algorithm: (\S+)/),
        word(/Public-Key: \((\d+) bit/),
        word(/ASN1 OID: (\S+)/),
      ];
      const name = KEY_WORDS.find(([pattern]) => pattern.test(kind))?.[1];
      assert.equal(keyName(publicKey), name?.(bits, curve), kind);
    }
  },
);

testWith(
  [openssl],
  "who a certificate is: every organization is a group, and of several common names the last counts, as in Go",
  async (_, program = "") => {
    const { subject } = read(await make(program, 3));
    assert.deepEqual([commonName(subject), organizations(subject)], ["e", ["a", "b", "c"]]);
    const nobody = read(await make(program, 9)).subject;
    assert.deepEqual([commonName(nobody), organizations(nobody), nobody.rdns], [undefined, [], []]);
  },
);

testWith(
  [openssl],
  "whatever is changed in a certificate, reading it gives fields or says where it is broken",
  async (_, program = "") => {
    const random = randomNumbers(20261126);
    const originals = await Promise.all(
      [0, 2, 10].map(async (index) => read(await make(program, index)).der),
    );
    const counts = { read: 0, broken: 0 };
    const begin = performance.now();
    for (let round = 0; round < 30_000; round++) {
      const bytes = Uint8Array.from(originals[round % originals.length] ?? []);
      for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      const cut = random() < 0.1 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
      try {
        const certificate = readCertificate(cut);
        readExtensionFields(certificate);
        keyName(certificate.publicKey);
        counts.read++;
      } catch (error) {
        assert.ok(error instanceof DerError, `${error}`);
        assert.ok(error.at >= 0 && error.at <= cut.length, error.message);
        counts.broken++;
      }
    }
    assert.ok(counts.read > 1000 && counts.broken > 1000, JSON.stringify(counts));
    assert.ok(performance.now() - begin < 30_000);
  },
);

Deno.test("PEM blocks are found in text of others: text around, headers, other line ends, broken ones beside good ones", () => {
  const text = [
    "Bag Attributes\r",
    "-----BEGIN CERTIFICATE-----\r",
    "AAEC\r",
    "-----END CERTIFICATE-----\r",
    "-----BEGIN RSA PRIVATE KEY-----",
    "Proc-Type: 4,ENCRYPTED",
    "DEK-Info: AES-128-CBC,00",
    "",
    "AwQF",
    "-----END RSA PRIVATE KEY-----",
    "-----BEGIN CERTIFICATE-----",
    "AAEC",
    "-----BEGIN X509 CRL-----",
    "!!!!",
    "-----END X509 CRL-----",
    "-----BEGIN PUBLIC KEY-----",
  ].join("\n");
  assert.deepEqual(
    findPemBlocks(text).map((
      { label, line, headers, bytes },
    ) => [label, line, [...headers.keys()], bytes?.toHex()]),
    [
      ["CERTIFICATE", 2, [], "000102"],
      ["RSA PRIVATE KEY", 5, ["Proc-Type", "DEK-Info"], "030405"],
      ["CERTIFICATE", 11, [], undefined],
      ["X509 CRL", 13, [], undefined],
      ["PUBLIC KEY", 16, [], undefined],
    ],
  );
});
