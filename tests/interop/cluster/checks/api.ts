/**
 * What the API server does with the rest of its keys: the aggregation layer, tokens of service accounts, and what the
 * controller-manager signs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { type Cluster, eventually, type Step } from "../cluster.ts";

/**
 * Everything that a control plane does once nodes are there.
 *
 * @param nodes their names; the extension runs on the first
 */
export async function checkControlPlane(
  step: Step,
  cluster: Cluster,
  nodes: readonly string[],
): Promise<void> {
  await step("the scheduler and the controller-manager work", () => checkWork(cluster, nodes));
  await step(
    "the aggregation layer shows front-proxy-client",
    () => checkAggregation(cluster, nodes[0] ?? ""),
  );
  await step(
    "tokens of service accounts are signed by sa.key",
    () => checkTokens(cluster, "https://kubernetes.default.svc.cluster.local"),
  );
  await step("the controller-manager signs requests", () => checkSigning(cluster));
}

/** The API server speaks to an extension with front-proxy-client, for the user who asked. */
async function checkAggregation(cluster: Cluster, machine: string): Promise<void> {
  const pki = `${cluster.out}/pki`;
  const host = cluster.machine(machine);
  await host.start("extension", [
    ...["extension", "-listen=:8443", `-cert=${pki}/extra/extension.crt`, `-key=${pki}/extra/extension.key`],
    `-client-ca=${pki}/front-proxy-ca.crt`,
  ]);
  // Whoever writes an extension finds the CA and the headers in this ConfigMap.
  const known = JSON.parse(
    await cluster.kubectlWell([
      "-n",
      "kube-system",
      "get",
      "cm",
      "extension-apiserver-authentication",
      "-o",
      "json",
    ]),
  ).data;
  assert.equal(known["requestheader-client-ca-file"], await Deno.readTextFile(`${pki}/front-proxy-ca.crt`));
  assert.equal(known["requestheader-allowed-names"], '["front-proxy-client"]');
  assert.equal(known["client-ca-file"], await Deno.readTextFile(`${pki}/ca.crt`));

  const objects = [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "extension", namespace: "default" },
      spec: { type: "ExternalName", externalName: `${machine}` },
    },
    {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1.hardway.test" },
      spec: {
        group: "hardway.test",
        version: "v1",
        groupPriorityMinimum: 1000,
        versionPriority: 10,
        service: { name: "extension", namespace: "default", port: 8443 },
        caBundle: (await Deno.readFile(`${pki}/ca.crt`)).toBase64(),
      },
    },
  ];
  for (const object of objects) {
    await cluster.kubectlWell(["apply", "-f", "-"], { stdin: JSON.stringify(object) });
  }
  const answer = await eventually(cluster, "the extension", async () => {
    const { code, stdout } = await cluster.kubectl(["get", "--raw", "/apis/hardway.test/v1/whoami"]);
    return code === 0 ? stdout : undefined;
  });
  const { peer, user, groups } = JSON.parse(answer);
  assert.deepEqual([peer, user], ["front-proxy-client", "kubernetes-admin"]);
  assert.ok(groups.includes("system:authenticated"));
  // Past the API server, with a certificate of the cluster's own CA.
  const url = `https://extension.default.svc:8443/apis/hardway.test/v1/whoami`;
  const direct = await host.exec([
    ...["curl", "--silent", "--show-error", "--max-time", "10", "--cacert", `${pki}/ca.crt`],
    ...["--connect-to", "extension.default.svc:8443:127.0.0.1:8443"],
    ...["--cert", `${pki}/admin.crt`, "--key", `${pki}/admin.key`, url],
  ]);
  assert.notEqual(direct.code, 0);
  assert.match(
    await host.execWell(["cat", "/run/extension.log"]),
    /TLS handshake error .*x509: certificate signed by unknown authority/,
  );
  await cluster.kubectlWell(["delete", "apiservice", "v1.hardway.test"]);
}

/** A token of TokenRequest is signed by sa.key, says who issued it, and lets its service account in. */
async function checkTokens(cluster: Cluster, issuer: string): Promise<void> {
  const token = (await cluster.kubectlWell(["create", "token", "default", "--duration=10m"])).trim();
  const [head = "", claims = "", signature = ""] = token.split(".");
  const read = (part: string): Record<string, unknown> =>
    JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(part, { alphabet: "base64url" })));
  assert.equal(read(head)["alg"], "ES256");
  assert.equal(read(claims)["iss"], issuer);
  const pem = await Deno.readTextFile(`${cluster.out}/pki/sa.pub`);
  const der = Uint8Array.fromBase64(pem.replace(/-----[^-]+-----|\s/g, ""));
  const key = await crypto.subtle.importKey("spki", der, { name: "ECDSA", namedCurve: "P-256" }, false, [
    "verify",
  ]);
  const isValid = await crypto.subtle.verify(
    { name: "ECDSA", hash: "SHA-256" },
    key,
    Uint8Array.fromBase64(signature, { alphabet: "base64url" }),
    new TextEncoder().encode(`${head}.${claims}`),
  );
  assert.ok(isValid);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", der));
  assert.equal(read(head)["kid"], digest.toBase64({ alphabet: "base64url", omitPadding: true }));
  // A kubeconfig with nothing but the token in it.
  const server = await cluster.kubectlWell([
    "config",
    "view",
    "-o",
    "jsonpath={.clusters[0].cluster.server}",
  ]);
  const kubeconfig = `${cluster.out}/token.kubeconfig`;
  await Deno.writeTextFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server, "certificate-authority": `${cluster.out}/pki/ca.crt` } }],
      users: [{ name: "u", user: { token } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    }),
  );
  const who = await cluster.kubectlWell(["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"], {
    kubeconfig,
  });
  assert.equal(who, "system:serviceaccount:default:default");
}

/** The controller-manager signs a request of OpenSSL's once it is approved, and the certificate lets its user in. */
async function checkSigning(cluster: Cluster): Promise<void> {
  const folder = await Deno.makeTempDir({ dir: cluster.out });
  const { workstation } = cluster;
  await workstation.execWell([
    ...["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
    ...["-subj", "/O=guests/CN=tom", "-keyout", `${folder}/tom.key`, "-out", `${folder}/tom.csr`],
  ]);
  const request = {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "tom" },
    spec: {
      request: (await Deno.readFile(`${folder}/tom.csr`)).toBase64(),
      signerName: "kubernetes.io/kube-apiserver-client",
      usages: ["digital signature", "client auth"],
    },
  };
  await cluster.kubectlWell(["create", "-f", "-"], { stdin: JSON.stringify(request) });
  await cluster.kubectlWell(["certificate", "approve", "tom"]);
  const issued = await eventually(cluster, "the certificate of tom", async () => {
    const text = await cluster.kubectlWell(["get", "csr", "tom", "-o", "jsonpath={.status.certificate}"]);
    return text === "" ? undefined : atob(text);
  });
  assert.equal(new X509Certificate(issued).subject, "O=guests\nCN=tom");
  await Deno.writeTextFile(`${folder}/tom.crt`, issued);
  await workstation.execWell([
    ...["openssl", "verify", "-x509_strict", "-purpose", "sslclient"],
    ...["-CAfile", `${cluster.out}/pki/ca.crt`, `${folder}/tom.crt`],
  ]);
  const server = await cluster.kubectlWell([
    "config",
    "view",
    "-o",
    "jsonpath={.clusters[0].cluster.server}",
  ]);
  const who = await workstation.execWell([
    ...["kubectl", "--kubeconfig=/dev/null", `--server=${server}`],
    `--certificate-authority=${cluster.out}/pki/ca.crt`,
    ...[`--client-certificate=${folder}/tom.crt`, `--client-key=${folder}/tom.key`],
    ...["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"],
  ]);
  assert.equal(who, "tom");
}

/** The scheduler and the controller-manager do their work with the identity that their kubeconfig gives them. */
async function checkWork(cluster: Cluster, nodes: readonly string[]): Promise<void> {
  for (const name of ["kube-scheduler", "kube-controller-manager"]) {
    await eventually(cluster, `a leader of ${name}`, async () => {
      const { stdout } = await cluster.kubectl([
        ...["-n", "kube-system", "get", "lease", name, "-o", "jsonpath={.spec.holderIdentity}"],
      ]);
      return stdout === "" ? undefined : stdout;
    });
  }
  // The controller-manager makes pods of it, and the scheduler finds them a node.
  await cluster.kubectlWell([
    "create",
    "deployment",
    "web",
    "--image=registry.k8s.io/pause:3.10",
    "--replicas=2",
  ]);
  const placed = await eventually(cluster, "pods on nodes", async () => {
    const path = "jsonpath={.items[*].spec.nodeName}";
    const found = (await cluster.kubectlWell(["get", "pods", "-l", "app=web", "-o", path])).split(" ").filter(
      (n) => n,
    );
    return found.length === 2 ? found : undefined;
  });
  for (const node of placed) assert.ok(nodes.includes(node), node);
}
