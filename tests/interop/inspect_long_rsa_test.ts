/**
 * Signatures of RSA keys that the platform does not take: OpenSSL makes them, and they are good or not as it says.
 */
import assert from "node:assert/strict";
import { readCertificate } from "../../scripts/inspect/certificate/certificate.ts";
import { verifySignature } from "../../scripts/inspect/chain/signature.ts";
import { isLongRsaSignature } from "../../scripts/inspect/chain/long_rsa.ts";
import { readGoKey } from "../../scripts/inspect/chain/go_keys.ts";
import { openssl, withTree } from "./foreign/trees.ts";
import { runWell, testWith } from "./tools.ts";

async function certify(root: string, ...more: readonly string[]): Promise<Uint8Array> {
  await runWell("openssl", [
    "req",
    "-x509",
    "-new",
    "-key",
    "key.pem",
    "-subj",
    "/CN=long",
    "-outform",
    "DER",
    "-out",
    "a.der",
    ...more,
  ], {
    cwd: root,
  });
  return await Deno.readFile(`${root}/a.der`);
}

const PSS = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"];

testWith(
  [openssl],
  "RSA of every length is verified, with both paddings, and a changed bit is seen",
  async () => {
    await withTree(() => Promise.resolve(), async (root) => {
      // Of 2041 and 4097 bits: PSS then has a bit or an octet more than it needs.
      for (const bits of [2041, 2048, 4097, 4608]) {
        await runWell("openssl", ["genrsa", "-out", "key.pem", String(bits)], { cwd: root });
        for (const digest of ["sha256", "sha384", "sha512"]) {
          for (const padding of [[], PSS]) {
            const der = await certify(root, `-${digest}`, ...padding);
            const certificate = readCertificate(der);
            const words = `${bits} ${digest} ${padding.join(" ")}`;
            assert.equal(verifySignature(certificate, certificate.publicKey), "valid", words);
            const key = readGoKey(certificate.publicKey);
            assert.ok(key?.kind === "rsa");
            const check = (signature: Uint8Array, message = certificate.tbs, name = digest): boolean =>
              isLongRsaSignature(name, message, signature, key, padding.length > 0);
            assert.ok(check(certificate.signature), words);
            for (const at of [0, 7, certificate.signature.length - 1]) {
              const changed = certificate.signature.slice();
              changed[at] = (changed[at] ?? 0) ^ 1;
              assert.ok(!check(changed), `${words} ${at}`);
            }
            assert.ok(!check(certificate.signature, certificate.tbs.subarray(1)), words);
            assert.ok(
              !check(certificate.signature, certificate.tbs, digest === "sha256" ? "sha384" : "sha256"),
              words,
            );
            assert.ok(
              !isLongRsaSignature(digest, certificate.tbs, certificate.signature, key, padding.length === 0),
              words,
            );
          }
        }
      }
    });
  },
);
