/**
 * OpenSSL and Go judge the certificates of custom signers, and Go which requests Kubernetes can read at all.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { csrApprove, csrExtract, csrNew, csrShow, csrSign } from "../../scripts/csr.ts";
import { GoError } from "../../scripts/identity/csr/go_error.ts";
import { requestSignatureTrouble } from "../../scripts/identity/csr/go_public_key.ts";
import { requestOf } from "../../scripts/identity/csr/validation.ts";
import { decodePem } from "../../scripts/shared/pem.ts";
import { AT, MONITORING, withSigners } from "../csr_signers.ts";
import { ML_DSA, mlDsaRequest } from "../ml_dsa_request.ts";
import { run as runCommand } from "../run.ts";
import { findProgram, goCommand, run, runWell, testWith } from "./tools.ts";

const OPENSSL = findProgram("openssl", "openssl");

/** A signer, the file of its CA, and what its certificate is good for. */
const SIGNED: readonly (readonly [signer: string, authority: string, purposes: readonly string[]])[] = [
  [MONITORING, "ca.crt", ["sslclient", "sslserver"]],
  ["example.com/open", "ca.crt", ["sslclient"]],
  ["example.com/etcd", "etcd/ca.crt", ["sslclient"]],
  ["example.com/proxy", "front-proxy-ca.crt", ["sslclient"]],
];

testWith(
  [OPENSSL, await goCommand("requests")],
  "certificates of custom signers are good for OpenSSL and Go, under their own CA and for their usages only",
  async (_, openssl, requests) => {
    await withSigners(async (folder) => {
      const provisioned = await runCommand("provision", ["--only", "ca", "--only", "*-ca"], {
        cwd: folder,
      });
      assert.equal(provisioned.code, 0, provisioned.stderr);
      for (const [signerName, authority, purposes] of SIGNED) {
        const isServer = purposes.includes("sslserver");
        const usages = ["digital signature", "client auth", ...(isServer ? ["server auth"] : [])];
        const names = isServer ? { dnsNames: ["web.example.com"], addresses: ["10.1.2.3"] } : {};
        await csrNew({ folder, name: "scraper-0", force: true, signerName, usages, ...names });
        await csrApprove({ folder, file: "scraper-0.yaml", at: AT });
        const signed = await csrSign({ folder, file: "scraper-0.yaml", at: AT });
        assert.equal(signed.exitCode, 0, signed.lines.join("\n"));
        await csrExtract({ folder, file: "scraper-0.yaml", force: true });
        const isGood = async (ca: string, ...more: readonly string[]): Promise<boolean> => {
          const args = [
            "verify",
            "-attime",
            String(AT),
            "-CAfile",
            `out/lab/pki/${ca}`,
            ...more,
            "scraper-0.crt",
          ];
          const { code, stdout } = await run(openssl, args, { cwd: folder });
          return code === 0 && stdout === "scraper-0.crt: OK\n";
        };
        for (const [, other] of SIGNED) assert.equal(await isGood(other), other === authority, signerName);
        for (const purpose of ["sslclient", "sslserver"]) {
          assert.equal(await isGood(authority, "-purpose", purpose), purposes.includes(purpose), signerName);
        }
        const judge = async (job: Readonly<Record<string, unknown>>): Promise<string> => {
          const bytesOf = (file: string): string =>
            Buffer.from(decodePem("CERTIFICATE", Deno.readTextFileSync(`${folder}/${file}`)) ?? []).toString(
              "base64",
            );
          const whole = {
            ca: bytesOf(`out/lab/pki/${authority}`),
            certificates: [bytesOf("scraper-0.crt")],
            at: AT,
          };
          const input = JSON.stringify({ ...whole, ...job });
          const [verdict = "nothing"] = JSON.parse(await runWell(requests, ["verify"], { stdin: input }));
          return verdict;
        };
        assert.equal(await judge({}), "", signerName);
        if (isServer) {
          assert.equal(await isGood(authority, "-verify_hostname", "web.example.com"), true);
          assert.equal(await isGood(authority, "-verify_ip", "10.1.2.3"), true);
          for (const host of ["web.example.com", "10.1.2.3"]) {
            assert.equal(await judge({ server: true, host }), "");
          }
          assert.match(
            await judge({ server: true, host: "www.example.com" }),
            /is valid for web\.example\.com/,
          );
        } else {
          assert.match(await judge({ server: true }), /certificate specifies an incompatible key usage/);
        }
      }
    });
  },
);

testWith(
  [OPENSSL],
  "requests of OpenSSL with names of all kinds are held against the policy, and signed with all of them",
  async (_, openssl) => {
    await withSigners(async (folder) => {
      const san = "DNS:a.example.com,email:mia@example.com,IP:::ffff:10.0.0.9,URI:spiffe://example.com/mia";
      await runWell(openssl, [
        ...[
          "req",
          "-new",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-nodes",
          "-keyout",
          "mia.key",
        ],
        ...["-out", "mia.csr", "-subj", "/O=team-a/CN=scraper-0", "-addext", `subjectAltName=${san}`],
      ], { cwd: folder });
      const terms = { folder, file: "mia.csr", at: AT, force: true, spec: "cluster.yaml" };
      const refused = await csrSign({ ...terms, signerName: MONITORING, usages: ["client auth"] });
      assert.equal(refused.exitCode, 1);
      assert.equal(
        refused.lines[0],
        'mia Failed: SignerValidationFailure: DNS subjectAltName "a.example.com" is not allowed',
      );
      const signed = await csrSign({
        ...terms,
        signerName: "example.com/mail",
        usages: ["email protection"],
      });
      assert.deepEqual(signed, { exitCode: 0, lines: ["mia.crt  written"] });
      const args = [
        "x509",
        "-in",
        "mia.crt",
        "-noout",
        "-subject",
        "-enddate",
        "-ext",
        "subjectAltName,extendedKeyUsage",
      ];
      const text = await runWell(openssl, args, { cwd: folder });
      assert.match(text, /^subject=O = team-a, CN = scraper-0$/m);
      assert.match(text, /^notAfter=Mar {2}1 00:00:00 2027 GMT$/m);
      assert.match(text, /^ +E-mail Protection$/m);
      assert.match(
        text,
        /DNS:a\.example\.com, email:mia@example\.com, IP Address:10\.0\.0\.9, URI:spiffe:\/\/example\.com\/mia$/m,
      );
    });
  },
);

testWith(
  [await goCommand("requests")],
  "a request with a key of ML-DSA is refused as Go of Kubernetes 1.37 refuses it, whoever signed it",
  async (_, requests) => {
    const texts = (["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"] as const).flatMap((name) => [
      mlDsaRequest(name),
      mlDsaRequest(name, undefined, ML_DSA[name][1] - 1),
      // Of RSA, ECDSA, Ed25519 and MD5, which a key of this kind cannot have made.
      ...["1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2", "1.3.101.112", "1.2.840.113549.1.1.4"]
        .map((algorithm) => mlDsaRequest(name, algorithm)),
    ]);
    const input = JSON.stringify(texts.map((text) => Buffer.from(text).toString("base64")));
    const judged = JSON.parse(await runWell(requests, ["parse"], { stdin: input })) as {
      readonly error: string;
    }[];
    const ours = texts.map((request) => {
      try {
        return requestSignatureTrouble(requestOf({ request })) ?? "";
      } catch (error) {
        if (error instanceof GoError) return error.message;
        throw error;
      }
    });
    assert.deepEqual(ours, judged.map(({ error }) => error));
    assert.equal(ours[0], "x509: cannot verify signature: algorithm unimplemented");
    assert.equal(new Set(ours).size, 2);
    await withSigners(async (folder) => {
      await Deno.writeFile(`${folder}/jane.csr`, mlDsaRequest("ML-DSA-65"));
      const { refusals, remedy, key } = await csrShow({ folder, file: "jane.csr" });
      assert.equal(refusals.length, 1);
      assert.match(
        refusals[0] ?? "",
        /^spec\.request: Invalid value: "\S+": x509: .* algorithm unimplemented$/,
      );
      assert.match(remedy ?? "", /^Kubernetes 1\.37 knows no key or signature of this kind, such as ML-DSA/);
      assert.equal(key, null);
      const terms = { signerName: "example.com/open", usages: ["client auth"], spec: "cluster.yaml" };
      await assert.rejects(
        csrSign({ folder, file: "jane.csr", at: AT, ...terms }),
        /algorithm unimplemented/,
      );
    });
  },
);
