/**
 * OpenSSL judges how certificate requests of others are read: it makes them, and its words are compared with our
 * fields.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createPublicKey, verify } from "node:crypto";
import { explicit, oid, sequence } from "../../scripts/issue/der.ts";
import { keyName, signatureName } from "../../scripts/inspect/certificate/algorithms.ts";
import { readExtensionFields } from "../../scripts/inspect/certificate/certificate_extensions.ts";
import { contextTag, Reader, TAG } from "../../scripts/inspect/der/der.ts";
import { formatName } from "../../scripts/inspect/certificate/names.ts";
import { findPemBlocks } from "../../scripts/inspect/der/pem_blocks.ts";
import { readRequest } from "../../scripts/inspect/certificate/request.ts";
import { findProgram, runWell, testWith } from "./tools.ts";

const openssl = findProgram("openssl", "openssl");

function bytes(pem: string): Uint8Array {
  const last = findPemBlocks(pem).at(-1);
  assert.ok(last?.bytes !== undefined, pem);
  return last.bytes;
}

testWith(
  [openssl],
  "OpenSSL reads the same fields in requests, with and without extensions",
  async (_, program = "") => {
    for (
      const [index, key] of [["rsa:1024"], ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], ["ed25519"]]
        .entries()
    ) {
      for (
        const asked of [[], [
          "subjectAltName=DNS:node-0,IP:10.0.0.1",
          "keyUsage=critical,digitalSignature,keyEncipherment",
          "extendedKeyUsage=serverAuth,clientAuth",
          "basicConstraints=CA:FALSE",
          "1.2.3.4=ASN1:NULL",
        ]]
      ) {
        const subject = index === 1 ? "/O=system:nodes/CN=system:node:é" : "/CN=a";
        const pem = await runWell(program, [
          ...["req", "-new", "-nodes", "-batch", "-newkey", ...key, "-keyout", "/dev/null", "-utf8"],
          ...["-config", "/dev/stdin", "-subj", subject],
          ...asked.flatMap((one) => ["-addext", one]),
        ], { stdin: "[req]\ndistinguished_name = dn\n[dn]\n" });
        const request = readRequest(bytes(pem));
        const print = async (...args: readonly string[]): Promise<string> =>
          await runWell(program, ["req", "-noout", ...args], { stdin: pem });
        const printed = await print("-subject", "-nameopt", "sep_comma_plus_space,utf8,sname");
        assert.equal(formatName(request.subject), printed.trim().replace(/^subject ?= ?/, ""));
        assert.deepEqual(request.publicKey.der, bytes(await print("-pubkey")));
        const text = await print("-text");
        assert.equal(signatureName(request.signatureAlgorithm), /Signature Algorithm: (\S+)/.exec(text)?.[1]);
        assert.equal(request.hasChallengePassword, false);
        const fields = readExtensionFields(request);
        assert.equal(text.includes("Subject Alternative Name"), asked.length > 0);
        assert.deepEqual(
          fields.altNames?.map(({ kind, value }) => `${kind}:${value}`),
          asked.length > 0 ? ["dns:node-0", "ip:10.0.0.1"] : undefined,
        );
        assert.equal(
          fields.keyUsage?.join(),
          asked.length > 0 ? "digitalSignature,keyEncipherment" : undefined,
        );
        assert.deepEqual(
          request.extensions.map((one) => one.isCritical),
          asked.map((one) => one.includes("critical")),
        );
        assert.match(keyName(request.publicKey), /^(RSA-1024|ECDSA-P384|Ed25519)$/);
        const publicKey = createPublicKey({
          key: Buffer.from(request.publicKey.der),
          format: "der",
          type: "spki",
        });
        assert.ok(
          verify([null, "sha256"][index === 2 ? 0 : 1] ?? null, request.tbs, publicKey, request.signature),
        );
      }
    }
  },
);

testWith(
  [openssl],
  "a challenge password is seen and not kept, and Microsoft's attribute counts",
  async (_, program = "") => {
    const config = `[req]
prompt = no
attributes = attributes
distinguished_name = dn
[dn]
CN = a
[attributes]
challengePassword = very secret words
`;
    const pem = await runWell(program, [
      "req",
      "-new",
      "-nodes",
      "-newkey",
      "ed25519",
      "-keyout",
      "/dev/null",
      "-config",
      "/dev/stdin",
    ], {
      stdin: config,
    });
    assert.match(
      await runWell(program, ["req", "-noout", "-text"], { stdin: pem }),
      /challengePassword *: *very secret words/,
    );
    const request = readRequest(bytes(pem));
    assert.equal(request.hasChallengePassword, true);
    const { der: _der, tbs: _tbs, ...rest } = request;
    assert.ok(!JSON.stringify(rest).includes("very secret"));

    const asking = await runWell(program, [
      ...[
        "req",
        "-new",
        "-nodes",
        "-newkey",
        "ed25519",
        "-keyout",
        "/dev/null",
        "-config",
        "/dev/stdin",
        "-subj",
        "/CN=a",
      ],
      ...["-addext", "subjectAltName=DNS:a"],
    ], { stdin: "[req]\ndistinguished_name = dn\n[dn]\n" });
    const swapped = withMicrosoftAttribute(bytes(asking));
    const text = await runWell(program, ["req", "-inform", "PEM", "-noout", "-text"], {
      stdin:
        `-----BEGIN CERTIFICATE REQUEST-----\n${swapped.toBase64()}\n-----END CERTIFICATE REQUEST-----\n`,
    });
    assert.match(text, /Subject Alternative Name: *\n *DNS:a/);
    assert.deepEqual(readExtensionFields(readRequest(swapped)).altNames?.map(({ value }) => value), ["a"]);
  },
);

/** The same request with its extensions in Microsoft's attribute; its signature no longer fits, which nobody asks. */
function withMicrosoftAttribute(der: Uint8Array): Uint8Array {
  const body = new Reader(der).enter(TAG.sequence, "");
  const fields = body.enter(TAG.sequence, "");
  const [version, subject, key] = [fields.read(), fields.read(), fields.read()];
  const attribute = fields.enter(contextTag(0), "").enter(TAG.sequence, "");
  attribute.read();
  const values = attribute.read().whole;
  const attributes = explicit(0, sequence(oid("1.3.6.1.4.1.311.2.1.14"), values));
  const tbs = sequence(version.whole, subject.whole, key.whole, attributes);
  return sequence(tbs, body.read().whole, body.read().whole);
}
