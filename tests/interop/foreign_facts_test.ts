/**
 * What is special about the trees of other people is in them: faults of guides, revoked certificates, files that are
 * gone, certificates in base64.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { EASY_RSA_TOOLS, easyRsaTree } from "./foreign/easy_rsa.ts";
import { HARD_WAY_TOOLS, hardWayJumpbox } from "./foreign/hard_way.ts";
import { KUBEADM_TOOLS, kubeadmExpiration, kubeadmTree } from "./foreign/kubeadm.ts";
import { MMUMSHAD_TOOLS, mmumshadTree } from "./foreign/older_hard_way.ts";
import { SMALL_TOOLS, talosTree } from "./foreign/small_trees.ts";
import { withTree } from "./foreign/trees.ts";
import { run, runWell, testWith } from "./tools.ts";

testWith(SMALL_TOOLS, "Talos' secrets hold four CAs", async () => {
  await withTree(talosTree, async (root) => {
    const text = await Deno.readTextFile(join(root, "secrets.yaml"));
    const certificates = [...text.matchAll(/crt: (\S+)/g)].map(([, data = ""]) =>
      new TextDecoder().decode(Uint8Array.fromBase64(data))
    );
    assert.equal(certificates.length, 4);
    for (const pem of certificates) {
      assert.match(await runWell("openssl", ["x509", "-noout", "-text"], { stdin: pem }), /CA:TRUE/);
    }
  });
});

testWith(EASY_RSA_TOOLS, "easy-rsa's CRL lists the certificate that is gone, and no other", async () => {
  await withTree(easyRsaTree, async (root) => {
    const pki = join(root, "etc/easy-rsa/pki");
    const check = (name: string): ReturnType<typeof run> =>
      run("openssl", [
        ...["verify", "-crl_check", "-CAfile", `${pki}/ca.crt`, "-CRLfile", `${pki}/crl.pem`],
        `${pki}/issued/${name}.crt`,
      ]);
    assert.equal((await check("server")).code, 0);
    assert.match((await check("gone")).stderr, /certificate revoked/);
  });
});

testWith(MMUMSHAD_TOOLS, "files of the older hard way's static pod are there or not, as asked", async () => {
  const gone = async (pod: "whole" | "missing-files"): Promise<string[]> => {
    const missing: string[] = [];
    await withTree((folder) => mmumshadTree(folder, { pod }), async (root) => {
      const text = await Deno.readTextFile(join(root, "etc/kubernetes/manifests/kube-apiserver.yaml"));
      const flags = text.split("\n").filter((line) => !line.trim().startsWith("#")).join("\n");
      const paths = [...flags.matchAll(/=(\/var\/lib\/\S+)/g)].map(([, path = ""]) => path);
      assert.equal(paths.length, 15);
      for (const path of paths) {
        if (await Deno.stat(join(root, path)).then(() => false, () => true)) missing.push(path);
      }
    });
    return missing.map((path) => path.replace("/var/lib/kubernetes/", ""));
  };
  assert.deepEqual(await gone("whole"), []);
  assert.deepEqual(
    await gone("missing-files"),
    ["pki/apiserver-kubelet-client.key", "pki/front-proxy-ca.crt", "tokens.csv", "passwords.csv"],
  );
});

testWith(HARD_WAY_TOOLS, "the hard way's certificates have the guide's known faults", async () => {
  const text = async (name: string): Promise<string> =>
    await runWell("openssl", [
      "x509",
      "-noout",
      "-text",
      "-in",
      join(await hardWayJumpbox(), "root/kubernetes-the-hard-way", `${name}.crt`),
    ]);
  assert.match(await text("kube-scheduler"), /O = system:system:kube-scheduler/);
  const server = await text("kube-api-server");
  assert.match(server, /DNS:kubernetes\.svc\.cluster\.local/);
  assert.ok(!server.includes("DNS:kubernetes.default.svc.cluster.local"));
  assert.match(server, /IP Address:127\.0\.0\.1, IP Address:10\.32\.0\.1, DNS:kubernetes,/);
  assert.match(server, /TLS Web Client Authentication, TLS Web Server Authentication/);
  assert.match(await text("ca"), /X509v3 Basic Constraints: \n\s+CA:TRUE/);
  const end = (printed: string): number => Date.parse(printed.match(/Not After : (.*)/)?.[1] ?? "");
  assert.ok(end(server) > end(await text("ca")));
});

testWith(KUBEADM_TOOLS, "kubeadm finds all that it knows in its tree, and misses nothing", async () => {
  await withTree(kubeadmTree, async (root) => {
    const printed = JSON.parse(await kubeadmExpiration(root)) as Record<
      "certificates" | "certificateAuthorities",
      readonly { readonly name: string; readonly missing: boolean }[]
    >;
    const names = [...printed.certificates, ...printed.certificateAuthorities].map(({ name, missing }) => {
      assert.ok(!missing, name);
      return name;
    });
    assert.equal(names.length, 14);
    const config = await Deno.readTextFile(join(root, "etc/kubernetes/kubelet.conf"));
    assert.match(config, /client-certificate: \/var\/lib\/kubelet\/pki\/kubelet-client-current\.pem/);
  });
});
