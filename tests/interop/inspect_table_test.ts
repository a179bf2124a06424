/**
 * The guide's health-check table on units, static pods and configurations of others: a row for each file that a flag
 * names, as `openssl` reads it; and what kubeadm says of its own tree.
 */
import assert from "node:assert/strict";
import { inspect } from "../../scripts/inspect.ts";
import type { Row } from "../../scripts/inspect/row.ts";
import { expiry } from "../../scripts/expiry.ts";
import { HARD_WAY_TOOLS, hardWayNode } from "./foreign/hard_way.ts";
import { KUBEADM_TOOLS, kubeadmExpiration, kubeadmTree } from "./foreign/kubeadm.ts";
import { MMUMSHAD_SECRETS, MMUMSHAD_TOOLS, mmumshadTree } from "./foreign/older_hard_way.ts";
import { openssl, withTree } from "./foreign/trees.ts";
import { runWell, testWith } from "./tools.ts";

const PKI = "/var/lib/kubernetes/pki";

/** Flag, type and path of each row, the path from the tree's root. */
function brief(rows: readonly Row[], root: string): string[] {
  return rows.map(({ component, flag, type, path }) =>
    [component, flag, type, path.startsWith(root) ? path.slice(root.length) : `outside: ${path}`].join(" | ")
  );
}

const GUIDE = [
  `kube-apiserver | --tls-cert-file | Server | ${PKI}/kube-apiserver.crt`,
  `kube-apiserver | --client-ca-file | CA | ${PKI}/ca.crt`,
  `kube-apiserver | --etcd-cafile | CA | ${PKI}/ca.crt`,
  `kube-apiserver | --etcd-certfile | Server, Client | ${PKI}/etcd-server.crt`,
  `kube-apiserver | --etcd-keyfile | Key | ${PKI}/etcd-server.key`,
  `kube-apiserver | --kubelet-certificate-authority | CA | ${PKI}/ca.crt`,
  `kube-apiserver | --kubelet-client-certificate | Client | ${PKI}/apiserver-kubelet-client.crt`,
  `kube-apiserver | --kubelet-client-key | Key | ${PKI}/apiserver-kubelet-client.key`,
  `kube-apiserver | --service-account-key-file | Key | ${PKI}/service-account.crt`,
  `kube-apiserver | --service-account-signing-key-file | Key | ${PKI}/service-account.key`,
  `kube-apiserver | --tls-private-key-file | Key | ${PKI}/kube-apiserver.key`,
  `kube-apiserver | --requestheader-client-ca-file | CA | ${PKI}/front-proxy-ca.crt`,
  `kube-apiserver | --token-auth-file | Token | /var/lib/kubernetes/tokens.csv`,
  `kube-apiserver | --basic-auth-file | Token | /var/lib/kubernetes/passwords.csv`,
  `kube-apiserver | --tls-cert-file | Server | ${PKI}/kube-apiserver.crt`,
];

testWith(MMUMSHAD_TOOLS, "the guide's own manifest, which is no YAML, gives the whole table", async () => {
  await withTree((root) => mmumshadTree(root), async (root) => {
    const rows = await inspect({ paths: [`${root}/etc/kubernetes/manifests/kube-apiserver.yaml`], root });
    const [unparsable, ...table] = rows;
    assert.match(unparsable?.problems.join() ?? "", /^unparsable: /);
    assert.deepEqual(brief(table, root), GUIDE);
    assert.deepEqual(table.filter(({ type }) => type === "Token").map(({ cn }) => cn), ["jane", "joe"]);
    const text = JSON.stringify(rows);
    for (const secret of MMUMSHAD_SECRETS) assert.ok(!text.includes(secret));
    // OpenSSL has the same to say of each certificate.
    for (
      const { path, type, serial, expiration, sha256, cn } of table.filter(({ sha256, type }) =>
        sha256 !== null && type !== "Key"
      )
    ) {
      const words = [
        "-noout",
        "-serial",
        "-enddate",
        "-fingerprint",
        "-sha256",
        "-subject",
        "-nameopt",
        "RFC2253",
      ];
      const said = await runWell("openssl", ["x509", "-in", path, ...words, "-dateopt", "iso_8601"]);
      const [, hex] = /^serial=([0-9A-F]+)$/m.exec(said) ?? [];
      assert.equal(serial, hex?.toLowerCase(), path);
      assert.equal(expiration?.replace("T", " "), /^notAfter=(.*)$/m.exec(said)?.[1], path);
      assert.equal(sha256, /Fingerprint=(.*)$/m.exec(said)?.[1]?.replaceAll(":", "").toLowerCase(), path);
      assert.ok(said.includes(`CN=${cn}`), `${type} ${path}`);
    }
  });
});

testWith(
  MMUMSHAD_TOOLS,
  "files that a flag names and that are not there are rows, of the type that is expected",
  async () => {
    await withTree((root) => mmumshadTree(root, { pod: "missing-files" }), async (root) => {
      const rows = await inspect({ paths: [`${root}/etc/kubernetes/manifests/kube-apiserver.yaml`], root });
      const missing = rows.filter(({ problems }) =>
        problems.some((problem) => problem.startsWith("missing-file"))
      );
      assert.ok(missing.length > 0);
      assert.equal(rows.length - 1, GUIDE.length);
      const types = new Map(GUIDE.map((line) => line.split(" | ")).map(([, flag, type]) => [flag, type]));
      for (const { flag, type, cn } of missing) {
        // Of a certificate that is not there, only the flag tells: the content may say more.
        assert.ok((types.get(flag ?? "") ?? "").includes(type ?? "?"), `${flag} ${type}`);
        assert.equal(cn, null);
      }
    });
  },
);

testWith(
  HARD_WAY_TOOLS,
  "a kubelet's unit leads to its kubeconfig and to what its configuration names",
  async () => {
    await withTree((root) => hardWayNode(root), async (root) => {
      const rows = await inspect({ paths: [`${root}/etc/systemd/system/kubelet.service`], root });
      assert.deepEqual(brief(rows, root), [
        "kubelet | authentication.x509.clientCAFile | CA | /var/lib/kubelet/ca.crt",
        "kubelet | tlsCertFile | Server, Client | /var/lib/kubelet/kubelet.crt",
        "kubelet | tlsPrivateKeyFile | Key | /var/lib/kubelet/kubelet.key",
        "kubelet | --kubeconfig | Kubeconfig | /var/lib/kubelet/kubeconfig",
        "kubelet | clusters[0].cluster.certificate-authority-data | CA | /var/lib/kubelet/kubeconfig",
        "kubelet | users[0].user.client-certificate-data | Server, Client | /var/lib/kubelet/kubeconfig",
        "kubelet | users[0].user.client-key-data | Key | /var/lib/kubelet/kubeconfig",
      ]);
    });
  },
);

testWith(
  MMUMSHAD_TOOLS,
  "units with continued lines, drop-ins and environment files lead to the same files",
  async () => {
    await withTree((root) => mmumshadTree(root, { pod: "none" }), async (root) => {
      const unit = `${root}/etc/systemd/system/kube-apiserver.service`;
      const before = brief(await inspect({ paths: [unit], root }), root);
      assert.ok(before.length >= 11, before.join("\n"));
      const text = await Deno.readTextFile(unit);
      const flags = [...text.matchAll(/^ +(--[^ ]+) \\$/gm)].map(([, flag = ""]) => flag);
      await Deno.mkdir(`${root}/etc/kubernetes`, { recursive: true });
      await Deno.writeTextFile(`${root}/etc/kubernetes/apiserver`, `ARGS="${flags.join(" ")}"\n`);
      await Deno.writeTextFile(
        unit,
        "[Service]\nEnvironmentFile=-/etc/kubernetes/apiserver\nExecStart=/bin/false\n",
      );
      await Deno.mkdir(`${unit}.d`);
      await Deno.writeTextFile(
        `${unit}.d/10-start.conf`,
        "[Service]\nExecStart=\nExecStart=/usr/local/bin/kube-apiserver $ARGS\n",
      );
      assert.deepEqual(brief(await inspect({ paths: [unit], root }), root), before);

      const etcd = await inspect({ paths: [`${root}/etc/systemd/system/etcd.service`], root });
      assert.deepEqual(
        etcd.map(({ flag, type }) => `${flag} ${type}`),
        [
          "--cert-file Server, Client",
          "--key-file Key",
          "--peer-cert-file Server, Client",
          "--peer-key-file Key",
          "--trusted-ca-file CA",
          "--peer-trusted-ca-file CA",
        ],
      );
    });
  },
);

testWith(KUBEADM_TOOLS, "kubeadm's own report says the same of when its tree ends", async () => {
  await withTree((root) => kubeadmTree(root), async (root) => {
    const report = JSON.parse(await kubeadmExpiration(root)) as {
      readonly certificates: readonly { readonly name: string; readonly expirationDate: string }[];
      readonly certificateAuthorities: readonly { readonly name: string; readonly expirationDate: string }[];
    };
    const ends = await expiry({ paths: [`${root}/etc/kubernetes`], root });
    const places: Readonly<Record<string, string>> = {
      "etcd-server": "pki/etcd/server.crt",
      "etcd-peer": "pki/etcd/peer.crt",
      "etcd-healthcheck-client": "pki/etcd/healthcheck-client.crt",
      "etcd-ca": "pki/etcd/ca.crt",
    };
    const all = [...report.certificates, ...report.certificateAuthorities];
    assert.ok(all.length >= 13, JSON.stringify(all));
    for (const { name, expirationDate } of all) {
      const path = places[name] ?? (name.endsWith(".conf") ? name : `pki/${name}.crt`);
      const isLeaf = name.endsWith(".conf");
      const found = ends.filter((one) =>
        one.path === `${root}/etc/kubernetes/${path}` && (!isLeaf || one.isCA === false)
      );
      assert.equal(found.length, 1, `${name}: ${JSON.stringify(found)}`);
      assert.equal(found[0]?.expiration, expirationDate, name);
    }
  });
});

testWith([openssl], "PKCS#12, requests, CRLs and objects are rows with what they say", async () => {
  await withTree(() => Promise.resolve(), async (root) => {
    const at = (name: string): string => `${root}/${name}`;
    const run = async (...args: string[]): Promise<string> => await runWell("openssl", args, { cwd: root });
    await run(
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-384",
      "-nodes",
      "-keyout",
      "ca.key",
      "-out",
      "ca.crt",
      "-subj",
      "/CN=ca/O=test",
      "-days",
      "30",
    );
    await run(
      "req",
      "-new",
      "-newkey",
      "ed25519",
      "-nodes",
      "-keyout",
      "leaf.key",
      "-out",
      "leaf.csr",
      "-subj",
      "/O=system:nodes/CN=system:node:a",
      "-addext",
      "subjectAltName=DNS:a,IP:10.0.0.1",
    );
    await run(
      "x509",
      "-req",
      "-in",
      "leaf.csr",
      "-CA",
      "ca.crt",
      "-CAkey",
      "ca.key",
      "-out",
      "leaf.crt",
      "-days",
      "5",
    );
    await run(
      "pkcs12",
      "-export",
      "-in",
      "leaf.crt",
      "-inkey",
      "leaf.key",
      "-certfile",
      "ca.crt",
      "-out",
      "all.p12",
      "-passout",
      "pass:secret",
    );
    await Deno.writeTextFile(at("password"), "secret\n");
    await Deno.writeTextFile(at("wrong"), "secrets\n");
    const csr = (await Deno.readFile(at("leaf.csr"))).toBase64();
    const crt = (await Deno.readFile(at("leaf.crt"))).toBase64();
    await Deno.writeTextFile(
      at("csr.yaml"),
      `apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: { name: csr-a }\nspec: { request: ${csr} }\n` +
        `status: { certificate: ${crt}, conditions: [{ type: Approved, status: "True" }] }\n`,
    );
    await Deno.writeTextFile(
      at("map.json"),
      JSON.stringify({
        apiVersion: "v1",
        kind: "List",
        items: [{
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "root" },
          data: { "ca.crt": await Deno.readTextFile(at("ca.crt")) },
          binaryData: { "leaf.crt": crt },
        }],
      }),
    );
    const brief = async (name: string, options: { readonly passwordFile?: string } = {}): Promise<string[]> =>
      (await inspect({ paths: [at(name)], ...options })).map(({ type, flag, cn, keyAlgorithm, problems }) =>
        [type, flag, cn, keyAlgorithm, problems.join()].join(" | ")
      );
    const leaf = "system:node:a | Ed25519 | ";
    assert.deepEqual(await brief("all.p12", { passwordFile: at("password") }), [
      `Server, Client |  | ${leaf}`,
      "CA |  | ca | ECDSA-P384 | ",
      "Key |  |  | Ed25519 | key-encrypted: a password protects it",
    ]);
    assert.match(
      (await brief("all.p12")).join(),
      /unparsable: PKCS#12: it needs a password: --password-file/,
    );
    assert.match((await brief("all.p12", { passwordFile: at("wrong") })).join(), /the password is wrong/);
    assert.deepEqual(await brief("leaf.csr"), [`CSR |  | ${leaf}`]);
    assert.deepEqual(await brief("csr.yaml"), [
      `CSR | spec.request | ${leaf}`,
      `Server, Client | status.certificate | ${leaf}`,
    ]);
    const [object] = await inspect({ paths: [at("csr.yaml")] });
    assert.equal(object?.purpose, "CertificateSigningRequest csr-a: Approved, Issued");
    assert.deepEqual(object?.altNames, ["a", "10.0.0.1"]);
    assert.deepEqual(object?.organization, ["system:nodes"]);
    assert.deepEqual(await brief("map.json"), [
      'CA | items[0].data["ca.crt"] | ca | ECDSA-P384 | ',
      `Server, Client | items[0].binaryData["leaf.crt"] | ${leaf}`,
    ]);
    // DER is known by what it is, whatever the name.
    for (
      const [name, words, type] of [["leaf.crt", "x509", "Server, Client"], ["leaf.csr", "req", "CSR"], [
        "ca.key",
        "pkey",
        "Key",
      ]] as const
    ) {
      await run(words, "-in", name, "-outform", "DER", "-out", "any.bin");
      assert.equal((await inspect({ paths: [at("any.bin")] }))[0]?.type, type, name);
    }
  });
});
