/**
 * The table of flags holds together, and configurations give the fields that are in it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { argumentsOfConfiguration } from "../scripts/inspect/flags/component_configuration.ts";
import { filesNamedBy, FLAGS, meaningOf } from "../scripts/inspect/flags/flag_table.ts";

Deno.test("each flag stands once, halves of pairs name each other, and authorities are CAs", () => {
  assert.equal(new Set(FLAGS.map(({ component, flag }) => `${component} ${flag}`)).size, FLAGS.length);
  for (const meaning of FLAGS) {
    const { component, flag, names, type, pairedWith, authority = [], purpose } = meaning;
    const name = `${component} ${flag}`;
    assert.equal(meaningOf(component, flag), meaning);
    assert.match(flag, /^[\w.[\]-]+$/);
    assert.match(purpose, /^[a-z]/, name);
    assert.ok(purpose.length <= 64, name);
    const other = pairedWith === undefined ? undefined : meaningOf(component, pairedWith);
    if (pairedWith !== undefined) {
      assert.equal(other?.pairedWith, flag, name);
      assert.deepEqual([names, other?.names].sort(), ["certificate", "key"], name);
    } else assert.notEqual(names, "certificate", name);
    for (const { component: owner, flag: ca } of authority) {
      assert.equal(meaningOf(owner, ca)?.names, "ca", name);
    }
    const hasRow = ![
      "configuration",
      "folder",
      "urls",
      "addresses",
      "ranges",
      "names",
      "switch",
      "embedded-ca",
    ].includes(names);
    assert.equal(type !== undefined, hasRow, name);
  }
});

/** The table of kubernetes.io/docs/setup/best-practices/certificates/, "Certificate paths": certificate and key flags. */
const DOCUMENTED = `kube-apiserver etcd-certfile etcd-keyfile
kube-apiserver tls-cert-file tls-private-key-file
kube-apiserver kubelet-client-certificate kubelet-client-key
kube-apiserver proxy-client-cert-file proxy-client-key-file
kube-controller-manager cluster-signing-cert-file cluster-signing-key-file
etcd cert-file key-file
etcd peer-cert-file peer-key-file
etcdctl cert key`;

Deno.test("the flags of Kubernetes' page on certificates are there as what it says", () => {
  for (const line of DOCUMENTED.split("\n")) {
    const [component = "", certificate = "", key = ""] = line.split(" ");
    const found = FLAGS.find((meaning) => meaning.component === component && meaning.flag === certificate);
    assert.equal(found?.pairedWith, key, line);
  }
  const as = (component: Parameters<typeof meaningOf>[0], flag: string): unknown => {
    const found = meaningOf(component, flag);
    return [found?.names, found?.type];
  };
  for (
    const [component, flag] of [
      ["kube-apiserver", "etcd-cafile"],
      ["kube-apiserver", "client-ca-file"],
      ["kube-apiserver", "requestheader-client-ca-file"],
      ["kube-controller-manager", "client-ca-file"],
      ["kube-controller-manager", "root-ca-file"],
      ["kube-controller-manager", "requestheader-client-ca-file"],
      ["etcd", "trusted-ca-file"],
      ["etcd", "peer-trusted-ca-file"],
      ["etcdctl", "cacert"],
    ] as const
  ) assert.deepEqual(as(component, flag), ["ca", "CA"], flag);
  assert.deepEqual(as("kube-apiserver", "service-account-key-file"), ["service-account-key", "Key"]);
  assert.deepEqual(as("kube-controller-manager", "service-account-private-key-file"), [
    "service-account-key",
    "Key",
  ]);
  assert.deepEqual(as("kube-apiserver", "tls-cert-file"), ["certificate", "Server"]);
  assert.deepEqual(as("etcd", "client-crl-file"), ["crl", "CRL"]);
  assert.equal(meaningOf("kube-apiserver", "v"), undefined);
  assert.equal(meaningOf("kube-proxy", "tls-cert-file"), undefined);
});

Deno.test("a value gives its files, and one that is no file none", () => {
  const files = (flag: string, value: string): string[] => {
    const meaning = meaningOf("kube-apiserver", flag);
    assert.ok(meaning !== undefined);
    return filesNamedBy(meaning, value).map(({ path, as }) => `${as} ${path}`);
  };
  assert.deepEqual(files("tls-cert-file", "/a,b"), ["certificate /a,b"]);
  assert.deepEqual(files("tls-sni-cert-key", "/a.crt, /a.key:*.example.org,x"), [
    "certificate /a.crt",
    "key /a.key",
  ]);
  assert.deepEqual(files("tls-sni-cert-key", ""), []);
  assert.deepEqual(files("client-ca-file", ""), []);
  assert.deepEqual(files("etcd-servers", "https://a:2379"), []);
  assert.deepEqual(files("jwt[3].issuer.certificateAuthority", "-----BEGIN"), []);
});

Deno.test("configurations give what matters in them, and of encryption nothing", () => {
  const read = (apiVersion: string, kind: string, rest: Record<string, unknown>): unknown => {
    const found = argumentsOfConfiguration({ apiVersion, kind, ...rest });
    for (const { name } of found?.arguments ?? []) {
      assert.ok(meaningOf(found?.component ?? "etcd", name) !== undefined, name);
    }
    return found && [found.component, ...found.arguments.map(({ name, value }) => `${name}=${value}`)];
  };
  assert.deepEqual(
    read("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration", {
      authentication: { anonymous: { enabled: false }, x509: { clientCAFile: "/ca.crt" }, webhook: null },
      tlsCertFile: "/a.crt",
      tlsPrivateKeyFile: 1,
      rotateCertificates: true,
      port: 10250,
    }),
    [
      "kubelet",
      "authentication.x509.clientCAFile=/ca.crt",
      "authentication.anonymous.enabled=false",
      "tlsCertFile=/a.crt",
      "rotateCertificates=true",
    ],
  );
  const client = { clientConnection: { kubeconfig: "/k" } };
  assert.deepEqual(read("kubescheduler.config.k8s.io/v1", "KubeSchedulerConfiguration", client), [
    "kube-scheduler",
    "clientConnection.kubeconfig=/k",
  ]);
  assert.deepEqual(read("kubeproxy.config.k8s.io/v1alpha1", "KubeProxyConfiguration", client), [
    "kube-proxy",
    "clientConnection.kubeconfig=/k",
  ]);
  const jwt = [{ issuer: { url: "https://a" } }, null, {
    issuer: { url: "https://b", certificateAuthority: "PEM" },
  }];
  assert.deepEqual(
    read("apiserver.config.k8s.io/v1", "AuthenticationConfiguration", { jwt, anonymous: { enabled: true } }),
    [
      "kube-apiserver",
      "jwt[0].issuer.url=https://a",
      "jwt[2].issuer.url=https://b",
      "jwt[2].issuer.certificateAuthority=PEM",
      "anonymous.enabled=true",
    ],
  );
  const tlsConfig = { caBundle: "/ca", clientKey: "/k", clientCert: "/c" };
  const egressSelections = [{ name: "x", connection: { transport: { tcp: { tlsConfig } } } }];
  const egress = read("apiserver.k8s.io/v1beta1", "EgressSelectorConfiguration", { egressSelections });
  assert.ok(Array.isArray(egress) && egress.length === 4);
  const secret = {
    resources: [{ resources: ["secrets"], providers: [{ aescbc: { keys: [{ secret: "x" }] } }] }],
  };
  assert.deepEqual(read("apiserver.config.k8s.io/v1", "EncryptionConfiguration", secret), ["kube-apiserver"]);
  assert.equal(read("v1", "Pod", {}), undefined);
  assert.equal(read("example.org/v1", "KubeletConfiguration", {}), undefined);
  for (const other of [undefined, null, 1, "x", []]) assert.equal(argumentsOfConfiguration(other), undefined);
});
