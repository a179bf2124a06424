/**
 * OpenSSL and Go judge what `csr` makes: requests, certificates of CAs of every kind of key, and manifests.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readAuthority } from "../../scripts/identity/csr/authority.ts";
import { decodeObject } from "../../scripts/identity/csr/object.ts";
import { signObject, type SignOutcome } from "../../scripts/identity/csr/sign.ts";
import { decodePem } from "../../scripts/shared/pem.ts";
import { makeAuthority } from "../csr_authorities.ts";
import { run as runCommand, SEED, spec } from "../run.ts";
import { findProgram, goCommand, run, runWell, testWith } from "./tools.ts";

const CLIENT = "kubernetes.io/kube-apiserver-client";
const AT = Date.UTC(2027, 2, 1) / 1000;
const OPENSSL = findProgram("openssl", "openssl");

/** Does something in a folder with a spec and its seed. */
async function inFolder(body: (folder: string, csr: Csr) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/cluster.yaml`, spec());
    await Deno.writeTextFile(`${folder}/cluster.seed`, `${SEED}\n`, { mode: 0o600 });
    await body(folder, async (...args) => {
      const result = await runCommand("csr", args, { cwd: folder });
      assert.equal(result.code, 0, result.stdout + result.stderr);
      return result.stdout;
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

type Csr = (...args: readonly string[]) => Promise<string>;

testWith(
  [OPENSSL, await goCommand("requests")],
  "certificates of CAs with every kind of key are good for OpenSSL and Go, and the same each time",
  async (_, openssl, requests) => {
    await inFolder(async (folder, csr) => {
      await csr("new", "jane", "--groups", "developers", "--dns", "jane.example.com");
      const value = {
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name: "jane" },
        spec: {
          request: btoa(Deno.readTextFileSync(`${folder}/jane.csr`)),
          signerName: CLIENT,
          usages: ["digital signature", "client auth"],
        },
        status: { conditions: [{ type: "Approved", status: "True" }] },
      };
      const decoded = decodeObject(value);
      assert.ok("object" in decoded);
      for (const key of ["rsa", "p256", "p384", "p521", "ed25519"] as const) {
        const files = makeAuthority({ key, notBefore: AT - 86400, notAfter: AT + 3650 * 86400 });
        const authority = readAuthority(files.certificate, files.key);
        const first: SignOutcome = signObject(decoded.object, authority, { at: AT });
        const second: SignOutcome = signObject(decoded.object, authority, { at: AT });
        assert.ok(first.kind === "issued" && second.kind === "issued");
        assert.deepEqual(first.certificate, second.certificate, key);
        Deno.writeFileSync(`${folder}/ca.crt`, files.certificate);
        Deno.writeFileSync(`${folder}/leaf.der`, first.certificate);
        await runWell(openssl, ["x509", "-in", "leaf.der", "-out", "leaf.crt"], { cwd: folder });
        const args = [
          "verify",
          "-attime",
          String(AT),
          "-purpose",
          "sslclient",
          "-CAfile",
          "ca.crt",
          "leaf.crt",
        ];
        assert.equal(await runWell(openssl, args, { cwd: folder }), "leaf.crt: OK\n", key);
        const ca = decodePem("CERTIFICATE", new TextDecoder().decode(files.certificate)) ?? new Uint8Array();
        const job = {
          ca: Buffer.from(ca).toString("base64"),
          certificates: [Buffer.from(first.certificate).toString("base64")],
          at: AT,
        };
        const judged = JSON.parse(await runWell(requests, ["verify"], { stdin: JSON.stringify(job) }));
        assert.deepEqual(judged, [""], key);
      }
    });
  },
);

testWith(
  [OPENSSL, await goCommand("strict")],
  "requests of OpenSSL are signed, ours are good for OpenSSL, and manifests decode strictly",
  async (_, openssl, strict) => {
    await inFolder(async (folder, csr) => {
      await runWell(openssl, [
        ...["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "olga.key", "-out", "olga.csr"],
        ...["-subj", "/O=developers/CN=olga"],
      ], { cwd: folder });
      await csr(
        "sign",
        "olga.csr",
        "--signer",
        CLIENT,
        "--usages",
        "digital signature,client auth",
        "--at",
        "2027-01-01",
      );
      const provisioned = await runCommand("provision", ["--only", "ca"], { cwd: folder });
      assert.equal(provisioned.code, 0, provisioned.stderr);
      const args = ["verify", "-attime", String(AT), "-x509_strict", "-CAfile", "out/lab/pki/ca.crt"];
      // Kubernetes gives its certificates no key identifier, which the strict check wants of them.
      const checked = await run(openssl, [...args.filter((word) => word !== "-x509_strict"), "olga.crt"], {
        cwd: folder,
      });
      assert.equal(checked.stdout, "olga.crt: OK\n", checked.stderr);

      await csr("new", "jane", "--groups", "a,b", "--expiration-seconds", "86400");
      for (const id of ["apiserver", "ca", "front-proxy-client"]) {
        Deno.writeTextFileSync(`${folder}/${id}.csr`, await csr("export", id));
      }
      for (const name of ["jane", "apiserver", "ca", "front-proxy-client"]) {
        const { code, stderr } = await run(openssl, ["req", "-verify", "-noout", "-in", `${name}.csr`], {
          cwd: folder,
        });
        assert.equal(code, 0, stderr);
        assert.match(stderr, /verify OK/);
      }
      const object = async (): Promise<unknown> => {
        const text = await runWell(strict, [`${folder}/jane.yaml`]);
        return JSON.parse(text);
      };
      const made = await object() as { spec: Record<string, unknown>; status: Record<string, unknown> };
      assert.deepEqual(made.spec["usages"], ["digital signature", "client auth"]);
      assert.equal(made.spec["expirationSeconds"], 86400);
      await csr("approve", "jane.yaml", "--at", "2027-01-01");
      await csr("sign", "jane.yaml", "--at", "2027-01-01");
      const signed = await object() as { status: { conditions: readonly unknown[]; certificate: string } };
      assert.equal(signed.status.conditions.length, 1);
      assert.match(atob(signed.status.certificate), /^-----BEGIN CERTIFICATE-----\n/);
    });
  },
);
