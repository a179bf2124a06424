/**
 * The guide's story against the real programs: what `csr` makes of a request without a cluster is what the cluster makes
 * of it, and whoever it signed for is let in.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Certificate } from "../../../scripts/inspect/certificate/certificate.ts";
import { readCertificate } from "../../../scripts/inspect/certificate/certificate.ts";
import { decodePem } from "../../../scripts/shared/pem.ts";
import { z } from "../../../scripts/shared/npm/zod.ts";
import { mlDsaRequest } from "../../ml_dsa_request.ts";
import { run as runCommand } from "../../run.ts";
import { testWith } from "../tools.ts";
import { Cluster, eventually, stepsOf } from "./cluster.ts";
import { clusterPrograms, namespaces } from "./programs.ts";

const SPEC = `name: lab
serviceCIDRs: [10.32.0.0/24]
podCIDRs: [10.200.0.0/16]
apiServer: { endpoint: "https://server.kubernetes.local:6443" }
controlPlane:
  - { name: server, addresses: [10.240.0.10], dnsNames: [server.kubernetes.local], kubelet: false }
validity: { notBefore: 2026-01-01T00:00:00Z, ca: 100y, leaf: 50y }
signers:
- name: example.com/monitoring
  usages: [digital signature, client auth]
  groups: [monitoring]
  commonNames: ["scraper-*"]
  dnsNames: []
  addresses: []
  validity: 12h
  autoApprove: true
`;

const Conditions = z.array(
  z.object({ type: z.string(), status: z.string(), reason: z.string(), message: z.string() }),
);
const Stored = z.object({
  status: z.object({ conditions: Conditions.optional(), certificate: z.string().optional() }).optional(),
});
const Shown = z.object({ state: z.string(), conditions: Conditions });
const WhoAmI = z.object({
  status: z.object({ userInfo: z.object({ username: z.string(), groups: z.array(z.string()) }) }),
});

/** What of a certificate depends on the request and the signer only. */
function essence(certificate: Certificate): unknown {
  const { subject, issuer, extensions, notBefore, notAfter, publicKey, signatureAlgorithm } = certificate;
  return {
    subject: subject.der.toHex(),
    issuer: issuer.der.toHex(),
    extensions: extensions.map(({ oid, isCritical, value }) => [oid, isCritical, value.content.toHex()]),
    lifetime: notAfter - notBefore,
    key: publicKey.der.toHex(),
    algorithm: signatureAlgorithm.oid,
  };
}

testWith(
  [clusterPrograms(), ...namespaces()],
  "a cluster makes of requests what csr makes of them, and lets in whom csr signed for",
  async (t, programs = "") => {
    const step = stepsOf(t);
    await using cluster = await Cluster.ofServer(SPEC, programs);
    // Spec and seed stand beside what was made of them.
    const folder = cluster.out.slice(0, cluster.out.indexOf("/out/"));
    const csr = async (code: number, ...args: readonly string[]): Promise<string> => {
      const result = await runCommand("csr", args, { cwd: folder });
      assert.equal(result.code, code, result.stdout + result.stderr);
      return result.stdout;
    };
    const ours = async (): Promise<z.infer<typeof Shown>> =>
      Shown.parse(JSON.parse(await csr(0, "show", "jane.yaml", "-o", "json")));
    const theirs = async (): Promise<z.infer<typeof Stored>> =>
      Stored.parse(JSON.parse(await cluster.kubectlWell(["get", "csr", "jane", "-o", "json"])));
    const send = async (usages: string): Promise<void> => {
      const more = ["--groups", "developers", "--dns", "jane.example.com", "--usages", usages, "--force"];
      await csr(0, "new", "jane", ...more);
      await cluster.kubectlWell(["create", "--validate=strict", "-f", `${folder}/jane.yaml`]);
      await cluster.kubectlWell(["certificate", "approve", "jane"]);
      await csr(0, "approve", "jane.yaml");
    };

    await step("the control plane runs", async () => {
      const server = cluster.machine("server");
      await server.systemctl("start", "etcd", "kube-apiserver", "kube-controller-manager");
      await eventually(cluster, "the API server", async () => {
        const { code, stdout } = await cluster.kubectl(["get", "--raw", "/readyz"]);
        return code === 0 && stdout === "ok" || undefined;
      });
    });
    await step("a request with server auth fails with the same conditions", async () => {
      await send("digital signature,key encipherment,server auth");
      await csr(1, "sign", "jane.yaml");
      const conditions = await eventually(cluster, "the Failed condition", async () => {
        const found = (await theirs()).status?.conditions;
        return found?.some(({ type }) => type === "Failed") ? found : undefined;
      });
      const { state, conditions: made } = await ours();
      assert.equal(state, "Failed");
      assert.deepEqual(made.map((one) => Conditions.element.parse(one)), conditions);
      await cluster.kubectlWell(["delete", "csr", "jane"]);
    });
    await step(
      "a request with client auth is signed, with the same certificate but for time and serial",
      async () => {
        await send("digital signature,key encipherment,client auth");
        await csr(0, "sign", "jane.yaml");
        const text = await eventually(
          cluster,
          "the certificate",
          async () => (await theirs()).status?.certificate,
        );
        await csr(0, "extract", "jane.yaml", "--key", "jane.key", "--kubeconfig");
        const read = (pem: string): Certificate =>
          readCertificate(decodePem("CERTIFICATE", pem) ?? new Uint8Array());
        const made = read(Deno.readTextFileSync(`${folder}/jane.crt`));
        assert.deepEqual(essence(made), essence(read(atob(text))));
        assert.deepEqual((await ours()).conditions, (await theirs()).status?.conditions);
      },
    );
    await step(
      "the API server lets jane in with the certificate that csr signed, as who she is",
      async () => {
        const options = { kubeconfig: `${folder}/jane.kubeconfig` };
        const { username, groups } =
          WhoAmI.parse(JSON.parse(await cluster.kubectlWell(["auth", "whoami", "-o", "json"], options)))
            .status
            .userInfo;
        assert.deepEqual([username, groups], ["jane", ["developers", "system:authenticated"]]);
        const { code, stderr } = await cluster.kubectl(["get", "pods"], options);
        assert.equal(code, 1);
        assert.match(stderr, /User "jane" cannot list resource "pods"/);
      },
    );
    await step(
      "a custom signer's client is let in, and its certificate is one that the API takes",
      async () => {
        const asked = [
          "--signer",
          "example.com/monitoring",
          "--spec",
          "cluster.yaml",
          "--groups",
          "monitoring",
        ];
        await csr(0, "new", "scraper-0", ...asked);
        await cluster.kubectlWell(["create", "--validate=strict", "-f", `${folder}/scraper-0.yaml`]);
        await csr(0, "sign", "scraper-0.yaml", "--auto");
        await csr(0, "extract", "scraper-0.yaml", "--key", "scraper-0.key", "--kubeconfig");
        const options = { kubeconfig: `${folder}/scraper-0.kubeconfig` };
        const whoami = WhoAmI.parse(
          JSON.parse(await cluster.kubectlWell(["auth", "whoami", "-o", "json"], options)),
        );
        const { username, groups } = whoami.status.userInfo;
        assert.deepEqual([username, groups], [
          "scraper-0",
          ["monitoring", "system:authenticated"],
        ]);
        // The API server takes the certificate from a signer, where its own had nothing to say.
        await cluster.kubectlWell(["certificate", "approve", "scraper-0"]);
        const stored = async (): Promise<z.infer<typeof Stored>> =>
          Stored.parse(JSON.parse(await cluster.kubectlWell(["get", "csr", "scraper-0", "-o", "json"])));
        const { status } = await stored();
        assert.deepEqual(status?.conditions?.map(({ type }) => type), ["Approved"]);
        assert.equal(status?.certificate, undefined);
        const certificate = btoa(Deno.readTextFileSync(`${folder}/scraper-0.crt`));
        const patch = JSON.stringify({ status: { certificate } });
        await cluster.kubectlWell([
          ...["patch", "csr", "scraper-0", "--subresource=status", "--type=merge", "-p", patch],
        ]);
        assert.equal((await stored()).status?.certificate, certificate);
      },
    );
    await step("a request with a key of ML-DSA is refused with the same words", async () => {
      const request = mlDsaRequest("ML-DSA-65").toBase64();
      const manifest = {
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name: "quantum" },
        spec: { request, signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] },
      };
      await Deno.writeTextFile(`${folder}/quantum.json`, JSON.stringify(manifest));
      const words =
        /spec\.request: Invalid value: .*: x509: cannot verify signature: algorithm unimplemented/;
      const { code, stderr } = await cluster.kubectl(["create", "-f", `${folder}/quantum.json`]);
      assert.equal(code, 1);
      assert.match(stderr, words);
      const ours = await runCommand("csr", ["approve", "quantum.json"], { cwd: folder });
      assert.equal(ours.code, 2);
      assert.match(ours.stderr, words);
    });
    await step("manifests that csr changed are valid for the API server", async () => {
      await cluster.kubectlWell(["delete", "csr", "jane"]);
      await cluster.kubectlWell([
        ...["apply", "--dry-run=server", "--validate=strict", "-f", `${folder}/jane.yaml`],
      ]);
    });
  },
);
