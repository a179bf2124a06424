/**
 * Any valid spec makes a PKI that holds together. Node's parser and verifier judge it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import fc from "npm:fast-check@4.10.2";
import { provisionInMemory } from "../mod.ts";
import { validSpec } from "./arbitraries.ts";
import { SEED } from "./run.ts";

const RUNS = { seed: 20260101 };

/** RSA has its tests elsewhere: its keys take too long to make here. */
const fast = fc.constantFrom("ECDSA-P256" as const, "ECDSA-P384" as const, "Ed25519" as const);

Deno.test("any valid spec gives chains that verify, with serials that differ", async () => {
  await fc.assert(
    fc.asyncProperty(validSpec, fast, fast, async (spec, ca, leaf) => {
      const tree = await provisionInMemory({ ...spec, keys: { ca, leaf } }, SEED);
      const pem = new Map(
        tree.manifest.files.filter((file) => file.kind === "certificate").map((
          file,
        ) => [file.id, tree.text(file.path)]),
      );
      const serials = new Set<string>();
      for (const entry of tree.plan.entries) {
        if (entry.kind !== "certificate") continue;
        const certificate = new X509Certificate(pem.get(entry.id) ?? "");
        const issuer = new X509Certificate(pem.get(entry.issuer) ?? "");
        assert.ok(certificate.verify(issuer.publicKey), entry.id);
        assert.equal(certificate.issuer, issuer.subject);
        serials.add(`${entry.issuer} ${certificate.serialNumber}`);
      }
      assert.equal(serials.size, pem.size);
    }),
    { ...RUNS, numRuns: 12 },
  );
});
