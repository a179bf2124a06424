/**
 * The faults that are put into a tree one at a time, with what runs on it, and what has to be found.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { join } from "node:path";
import type { Code } from "../../../../mod.ts";
import { appendFile, copyOver, editKubeconfig, editText, removePath, setFlag } from "../../foreign/inject.ts";
import { ourSetFolder } from "../../foreign/ours.ts";
import { type Changes, reissue, reissueInKubeconfig } from "../../foreign/reissue.ts";
import type { Act } from "./acts.ts";

/** One fault. */
export interface Row {
  readonly title: string;
  readonly family: string;
  readonly code: Code;
  /** From the tree's root. */
  readonly path: string;
  readonly act: Act;
  readonly harm: (tree: string) => Promise<void>;
}

const K = "var/lib/kubernetes";
const PKI = `${K}/pki`;
const ETCD = "etc/etcd/pki";
const KUBELET = "var/lib/kubelet";
const UNITS = "etc/systemd/system";
const API = `${UNITS}/kube-apiserver.service`;
const ADMIN = `${K}/admin.kubeconfig`;
const PAST = "2026-01-02T00:00:00Z";
const FUTURE = "2090-01-01T00:00:00Z";

/** The set with the keys of the CAs. */
async function set(): Promise<string> {
  return join(await ourSetFolder("hard-way"), "out/lab");
}

/** Signs a certificate of the tree again. */
function signed(path: string, ca: string, changes: Changes): Row["harm"] {
  return async (tree) => await reissue(tree, path, { ca: `pki/${ca}.crt`, caTree: await set(), changes });
}

function signedInside(path: string, changes: Changes, ca = "ca"): Row["harm"] {
  return async (tree) =>
    await reissueInKubeconfig(tree, path, { ca: `pki/${ca}.crt`, caTree: await set(), changes });
}

/** A file of the whole set in the place of one of the tree. */
function replaced(path: string, by: string): Row["harm"] {
  return async (tree) => await Deno.writeFile(join(tree, path), await Deno.readFile(join(await set(), by)));
}

function written(path: string, text: string): Row["harm"] {
  return async (tree) => await Deno.writeTextFile(join(tree, path), text);
}

const flagOf = (unit: string, flag: string, value: string | undefined): Row["harm"] => (tree) =>
  setFlag(tree, unit, flag, value);

function both(...all: readonly Row["harm"][]): Row["harm"] {
  return async (tree) => {
    for (const one of all) await one(tree);
  };
}

/** A kubelet without certificates, with a bootstrap token; when the token ends is for who makes its secret. */
export function bootstrapped(end: string): Row["harm"] {
  return async (tree) => {
    await Deno.writeTextFile(join(tree, "expiration"), end);
    for (const path of ["kubelet-client.crt", "kubelet-client.key"]) {
      await removePath(tree, `${KUBELET}/pki/${path}`);
    }
    await Deno.rename(join(tree, `${KUBELET}/kubeconfig`), join(tree, `${KUBELET}/bootstrap.kubeconfig`));
    await editKubeconfig(tree, `${KUBELET}/bootstrap.kubeconfig`, ({ users: [user] }) => {
      if (user === undefined) return;
      for (const field of Object.keys(user.user)) delete user.user[field];
      user.user["token"] = "abcdef.0123456789abcdef";
    });
    const unit = `${UNITS}/kubelet.service`;
    await setFlag(tree, unit, "--bootstrap-kubeconfig", `/${KUBELET}/bootstrap.kubeconfig`);
  };
}

/** A kubeconfig with a token that the tree's own key signs. */
export function withRobot(claims: Readonly<Record<string, unknown>>): Row["harm"] {
  return async (tree) => {
    const key = createPrivateKey(await Deno.readTextFile(join(tree, `${PKI}/sa.key`)));
    const der = createPublicKey(key).export({ type: "spki", format: "der" });
    const header = { alg: key.asymmetricKeyType === "rsa" ? "RS256" : "ES256", kid: hashOf(der), typ: "JWT" };
    const now = Math.floor(Date.now() / 1000);
    const body = {
      iss: "https://kubernetes.default.svc.cluster.local",
      sub: "system:serviceaccount:default:robot",
      aud: ["https://kubernetes.default.svc.cluster.local"],
      iat: now,
      nbf: now,
      exp: now + 3600,
      "kubernetes.io": { namespace: "default", serviceaccount: { name: "robot", uid: "0" } },
      ...claims,
    };
    const said = [header, body].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(
      ".",
    );
    const signature = sign("sha256", Buffer.from(said), { key, dsaEncoding: "ieee-p1363" }).toString(
      "base64url",
    );
    await Deno.writeTextFile(join(tree, `${K}/robot.token`), `${said}.${signature}`);
    await Deno.copyFile(join(tree, ADMIN), join(tree, `${K}/robot.kubeconfig`));
    await editKubeconfig(tree, `${K}/robot.kubeconfig`, ({ users: [user] }) => {
      if (user === undefined) return;
      for (const field of Object.keys(user.user)) delete user.user[field];
      user.user["tokenFile"] = `/${K}/robot.token`;
    });
  };
}

function hashOf(der: Uint8Array): string {
  return createHash("sha256").update(der).digest("base64url");
}

/** etcd and the API server, its client. */
const ETCD_ROWS: readonly Row[] = [
  {
    title: "the API server trusts another CA with etcd",
    family: "unknown-authority",
    code: "wrong-issuer",
    path: `${PKI}/etcd/ca.crt`,
    act: "etcd-and-api",
    harm: replaced(`${PKI}/etcd/ca.crt`, "pki/front-proxy-ca.crt"),
  },
  {
    title: "etcd trusts another CA",
    family: "etcd-client",
    code: "wrong-issuer",
    path: `${ETCD}/ca.crt`,
    act: "etcd-and-api",
    harm: replaced(`${ETCD}/ca.crt`, "pki/front-proxy-ca.crt"),
  },
  {
    title: "etcd's certificate is over",
    family: "expired",
    code: "expired",
    path: `${ETCD}/server.crt`,
    act: "etcd-and-api",
    harm: signed(`${ETCD}/server.crt`, "etcd/ca", { notBefore: "2026-01-01T00:00:00Z", notAfter: PAST }),
  },
  {
    title: "etcd's certificate lacks its address",
    family: "name-mismatch",
    code: "san-missing",
    path: `${ETCD}/server.crt`,
    act: "etcd-and-api",
    harm: signed(`${ETCD}/server.crt`, "etcd/ca", { sans: ["DNS:server", "IP:127.0.0.1"] }),
  },
  {
    title: "etcd's certificate is for clients only",
    family: "key-usage",
    code: "eku-missing",
    path: `${ETCD}/server.crt`,
    act: "etcd-and-api",
    harm: signed(`${ETCD}/server.crt`, "etcd/ca", { eku: ["clientAuth"] }),
  },
  {
    title: "etcd's certificate is of another key",
    family: "key-mismatch",
    code: "key-mismatch",
    path: `${ETCD}/server.key`,
    act: "etcd-alone",
    harm: (tree) => copyOver(tree, `${ETCD}/server.key`, `${ETCD}/peer.key`),
  },
  {
    title: "etcd's certificate is no PEM",
    family: "unreadable",
    code: "unparsable",
    path: `${ETCD}/server.crt`,
    act: "etcd-alone",
    harm: written(`${ETCD}/server.crt`, "nothing\n"),
  },
  {
    title: "etcd's CA is not there",
    family: "missing-file",
    code: "missing-file",
    path: `${ETCD}/ca.crt`,
    act: "etcd-alone",
    harm: (tree) => removePath(tree, `${ETCD}/ca.crt`),
  },
  {
    title: "the API server's etcd client is over",
    family: "etcd-client",
    code: "expired",
    path: `${PKI}/apiserver-etcd-client.crt`,
    act: "etcd-and-api",
    harm: signed(`${PKI}/apiserver-etcd-client.crt`, "etcd/ca", {
      notBefore: "2026-01-01T00:00:00Z",
      notAfter: PAST,
    }),
  },
  {
    title: "the API server's etcd client is for servers only",
    family: "etcd-client",
    code: "eku-missing",
    path: `${PKI}/apiserver-etcd-client.crt`,
    act: "etcd-and-api",
    harm: signed(`${PKI}/apiserver-etcd-client.crt`, "etcd/ca", { eku: ["serverAuth"] }),
  },
  {
    title: "the API server's etcd client is of the cluster's CA",
    family: "etcd-client",
    code: "wrong-issuer",
    path: `${PKI}/apiserver-etcd-client.crt`,
    act: "etcd-and-api",
    harm: signed(`${PKI}/apiserver-etcd-client.crt`, "ca", {}),
  },
  {
    title: "the API server has no client certificate for etcd",
    family: "etcd-client",
    code: "missing-flag",
    path: API,
    act: "etcd-and-api",
    harm: both(flagOf(API, "--etcd-certfile", undefined), flagOf(API, "--etcd-keyfile", undefined)),
  },
  {
    title: "the API server speaks to etcd without TLS",
    family: "plain-http",
    code: "plain-etcd",
    path: API,
    act: "etcd-and-api",
    harm: flagOf(API, "--etcd-servers", "http://10.240.0.10:2379"),
  },
  {
    title: "a peer's certificate is over",
    family: "etcd-peer",
    code: "expired",
    path: `${ETCD}/peer.crt`,
    act: "etcd-peers",
    harm: signed(`${ETCD}/peer.crt`, "etcd/ca", { notBefore: "2026-01-01T00:00:00Z", notAfter: PAST }),
  },
  {
    title: "a peer's certificate is of another CA",
    family: "etcd-peer",
    code: "wrong-issuer",
    path: `${ETCD}/peer.crt`,
    act: "etcd-peers",
    harm: signed(`${ETCD}/peer.crt`, "ca", {}),
  },
  {
    title: "a peer's certificate lacks its address",
    family: "etcd-peer",
    code: "san-missing",
    path: `${ETCD}/peer.crt`,
    act: "etcd-peers",
    harm: signed(`${ETCD}/peer.crt`, "etcd/ca", { sans: ["DNS:other.example", "IP:10.240.0.99"] }),
  },
];

/** What the API server does not start with. */
const START_ROWS: readonly Row[] = [
  {
    title: "the API server's key is another one",
    family: "key-mismatch",
    code: "key-mismatch",
    path: `${PKI}/apiserver.key`,
    act: "api-start",
    harm: (tree) => copyOver(tree, `${PKI}/apiserver.key`, `${PKI}/apiserver-kubelet-client.key`),
  },
  {
    title: "the API server's certificate is garbage",
    family: "unreadable",
    code: "unparsable",
    path: `${PKI}/apiserver.crt`,
    act: "api-start",
    harm: written(`${PKI}/apiserver.crt`, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
  },
  {
    title: "the API server's certificate is not there",
    family: "missing-file",
    code: "missing-file",
    path: `${PKI}/apiserver.crt`,
    act: "api-start",
    harm: (tree) => removePath(tree, `${PKI}/apiserver.crt`),
  },
  {
    title: "the client CA is no PEM",
    family: "unreadable",
    code: "unparsable",
    path: `${PKI}/ca.crt`,
    act: "api-start",
    harm: written(`${PKI}/ca.crt`, "nothing\n"),
  },
  {
    title: "the front proxy's CA is the clients' CA and nobody is named",
    family: "front-proxy-shared",
    code: "shared-requestheader-ca",
    path: `${PKI}/front-proxy-ca.crt`,
    act: "api-start",
    harm: both(
      (tree) => copyOver(tree, `${PKI}/front-proxy-ca.crt`, `${PKI}/ca.crt`),
      flagOf(API, "--requestheader-allowed-names", undefined),
    ),
  },
  {
    title: "the token file has two columns",
    family: "token-file",
    code: "unparsable",
    path: `${K}/tokens.csv`,
    act: "api-start",
    harm: both(
      flagOf(API, "--token-auth-file", `/${K}/tokens.csv`),
      written(`${K}/tokens.csv`, "0123456789abcdef,jane\n"),
    ),
  },
  {
    title: "the key of encryption is too short",
    family: "encryption",
    code: "unparsable",
    path: "etc/kubernetes/config/encryption-config.yaml",
    act: "api-start",
    harm: (tree) =>
      editText(tree, "etc/kubernetes/config/encryption-config.yaml", [/secret: .*/, "secret: AAAA"]),
  },
  {
    title: "the file of encryption is not there",
    family: "missing-file",
    code: "missing-file",
    path: "etc/kubernetes/config/encryption-config.yaml",
    act: "api-start",
    harm: (tree) => removePath(tree, "etc/kubernetes/config/encryption-config.yaml"),
  },
  {
    title: "the key that signs tokens is garbage",
    family: "unreadable",
    code: "unparsable",
    path: `${PKI}/sa.key`,
    act: "api-start",
    harm: written(`${PKI}/sa.key`, "nothing\n"),
  },
  {
    title: "the API server has no issuer of tokens",
    family: "missing-flag",
    code: "missing-flag",
    path: API,
    act: "api-start",
    harm: flagOf(API, "--service-account-issuer", undefined),
  },
];

/** What clients see of an API server. */
const SERVER_ROWS: readonly Row[] = [
  {
    title: "the API server's certificate is over",
    family: "expired",
    code: "expired",
    path: `${PKI}/apiserver.crt`,
    act: "served",
    harm: signed(`${PKI}/apiserver.crt`, "ca", { notBefore: "2026-01-01T00:00:00Z", notAfter: PAST }),
  },
  {
    title: "the API server's certificate begins later",
    family: "not-yet-valid",
    code: "not-yet-valid",
    path: `${PKI}/apiserver.crt`,
    act: "served",
    harm: signed(`${PKI}/apiserver.crt`, "ca", { notBefore: FUTURE, notAfter: "2099-01-01T00:00:00Z" }),
  },
  {
    title: "the API server's certificate lacks the load balancer's name",
    family: "name-mismatch",
    code: "san-missing",
    path: `${PKI}/apiserver.crt`,
    act: "served",
    harm: signed(`${PKI}/apiserver.crt`, "ca", {
      sans: [
        "DNS:kubernetes",
        "DNS:kubernetes.default",
        "DNS:kubernetes.default.svc",
        "DNS:kubernetes.default.svc.cluster.local",
        "IP:10.32.0.1",
        "IP:10.240.0.10",
        "IP:127.0.0.1",
      ],
    }),
  },
  {
    title: "the API server's certificate has a common name only",
    family: "common-name-only",
    code: "san-absent",
    path: `${PKI}/apiserver.crt`,
    act: "served",
    harm: signed(`${PKI}/apiserver.crt`, "ca", { sans: "none" }),
  },
  {
    title: "the API server's certificate is for clients only",
    family: "key-usage",
    code: "eku-missing",
    path: `${PKI}/apiserver.crt`,
    act: "served",
    harm: signed(`${PKI}/apiserver.crt`, "ca", { eku: ["clientAuth"] }),
  },
  {
    title: "the API server's certificate is of another CA",
    family: "unknown-authority",
    code: "wrong-issuer",
    path: `${PKI}/apiserver.crt`,
    act: "served",
    harm: signed(`${PKI}/apiserver.crt`, "etcd/ca", {}),
  },
  {
    title: "the API server's certificate is signed with SHA-1",
    family: "weak-signature",
    code: "weak-signature",
    path: `${PKI}/apiserver.crt`,
    act: "served",
    harm: signed(`${PKI}/apiserver.crt`, "ca", { signatureHash: "sha1" }),
  },
  {
    title: "the clients' CA is another one",
    family: "client-unknown-authority",
    code: "wrong-issuer",
    path: `${PKI}/ca.crt`,
    act: "served",
    harm: replaced(`${PKI}/ca.crt`, "pki/etcd/ca.crt"),
  },
  {
    title: "the front proxy's client has a name that is not allowed",
    family: "front-proxy-name",
    code: "cn-wrong",
    path: `${PKI}/front-proxy-client.crt`,
    act: "front-proxy",
    harm: signed(`${PKI}/front-proxy-client.crt`, "front-proxy-ca", { subject: { cn: "aggregator" } }),
  },
  {
    title: "the front proxy's client is of another CA",
    family: "client-unknown-authority",
    code: "wrong-issuer",
    path: `${PKI}/front-proxy-client.crt`,
    act: "front-proxy",
    harm: signed(`${PKI}/front-proxy-client.crt`, "etcd/ca", {}),
  },
];

const CM = `${K}/kube-controller-manager.kubeconfig`;
const SCHEDULER = `${K}/kube-scheduler.kubeconfig`;

/** Clients of a healthy API server. */
const CLIENT_ROWS: readonly Row[] = [
  {
    title: "the administrator's certificate is over",
    family: "client-expired",
    code: "expired",
    path: ADMIN,
    act: "kubectl",
    harm: signedInside(ADMIN, { notBefore: "2026-01-01T00:00:00Z", notAfter: PAST }),
  },
  {
    title: "the administrator's certificate begins later",
    family: "client-not-yet-valid",
    code: "not-yet-valid",
    path: ADMIN,
    act: "kubectl",
    harm: signedInside(ADMIN, { notBefore: FUTURE, notAfter: "2099-01-01T00:00:00Z" }),
  },
  {
    title: "the administrator's certificate is of another CA",
    family: "client-unknown-authority",
    code: "wrong-issuer",
    path: ADMIN,
    act: "kubectl",
    harm: signedInside(ADMIN, {}, "etcd/ca"),
  },
  {
    title: "the administrator's certificate is for servers only",
    family: "client-key-usage",
    code: "eku-missing",
    path: ADMIN,
    act: "kubectl",
    harm: signedInside(ADMIN, { eku: ["serverAuth"] }),
  },
  {
    title: "a kubeconfig's key is another one",
    family: "key-mismatch",
    code: "key-mismatch",
    path: ADMIN,
    act: "kubectl",
    harm: async (tree) => {
      const key = (await Deno.readFile(join(tree, `${PKI}/sa.key`))).toBase64();
      await editKubeconfig(tree, ADMIN, ({ users: [user] }) => {
        if (user !== undefined) user.user["client-key-data"] = key;
      });
    },
  },
  {
    title: "a kubeconfig's certificate is no PEM",
    family: "unreadable",
    code: "unparsable",
    path: ADMIN,
    act: "kubectl",
    harm: (tree) =>
      editKubeconfig(tree, ADMIN, ({ users: [user] }) => {
        if (user !== undefined) user.user["client-certificate-data"] = btoa("nothing\n");
      }),
  },
  {
    title: "a kubeconfig trusts another CA",
    family: "unknown-authority",
    code: "wrong-issuer",
    path: ADMIN,
    act: "kubectl",
    harm: async (tree) => {
      const ca = (await Deno.readFile(join(await set(), "pki/etcd/ca.crt"))).toBase64();
      await editKubeconfig(tree, ADMIN, ({ clusters: [cluster] }) => {
        if (cluster !== undefined) cluster.cluster["certificate-authority-data"] = ca;
      });
    },
  },
  {
    title: "a kubeconfig embeds a CA that was made again",
    family: "unknown-authority",
    code: "kubeconfig-stale",
    path: ADMIN,
    act: "kubectl",
    harm: async (tree) => {
      const work = join(tree, "old");
      await Deno.mkdir(work);
      await Deno.copyFile(join(tree, `${PKI}/ca.crt`), join(work, "ca.crt"));
      await Deno.copyFile(join(tree, `${PKI}/ca.key`), join(work, "ca.key"));
      await reissue(tree, "old/ca.crt", { ca: "old/ca.crt", changes: { keyAlgorithm: "p256" } });
      const ca = (await Deno.readFile(join(work, "ca.crt"))).toBase64();
      await removePath(tree, "old");
      await editKubeconfig(tree, ADMIN, ({ clusters: [cluster] }) => {
        if (cluster !== undefined) cluster.cluster["certificate-authority-data"] = ca;
      });
    },
  },
  {
    title: "a kubeconfig goes to an address that the certificate lacks",
    family: "name-mismatch",
    code: "kubeconfig-server",
    path: ADMIN,
    act: "kubectl",
    harm: (tree) =>
      editKubeconfig(tree, ADMIN, ({ clusters: [cluster] }) => {
        if (cluster !== undefined) cluster.cluster["server"] = "https://10.240.0.20:6443";
      }),
  },
  {
    title: "a kubeconfig shows nothing",
    family: "anonymous",
    code: "missing-flag",
    path: ADMIN,
    act: "kubectl",
    harm: (tree) =>
      editKubeconfig(tree, ADMIN, ({ users: [user] }) => {
        for (const field of Object.keys(user?.user ?? {})) delete user?.user[field];
      }),
  },
  {
    title: "a kubeconfig speaks HTTP",
    family: "plain-http",
    code: "kubeconfig-server",
    path: ADMIN,
    act: "kubectl",
    harm: (tree) =>
      editKubeconfig(tree, ADMIN, ({ clusters: [cluster] }) => {
        if (cluster !== undefined) cluster.cluster["server"] = "http://10.240.0.10:6443";
      }),
  },
  {
    title: "a kubeconfig names a certificate that is not there",
    family: "missing-file",
    code: "missing-file",
    path: `${K}/admin.crt`,
    act: "kubectl",
    harm: (tree) =>
      editKubeconfig(tree, ADMIN, ({ users: [user] }) => {
        if (user === undefined) return;
        delete user.user["client-certificate-data"];
        user.user["client-certificate"] = "admin.crt";
      }),
  },
  {
    title: "the controller-manager comes as the scheduler",
    family: "wrong-identity",
    code: "cn-wrong",
    path: CM,
    act: "manager",
    harm: (tree) => copyOver(tree, CM, SCHEDULER),
  },
  {
    title: "the scheduler's certificate is over",
    family: "client-expired",
    code: "expired",
    path: SCHEDULER,
    act: "scheduler",
    harm: signedInside(SCHEDULER, { notBefore: "2026-01-01T00:00:00Z", notAfter: PAST }),
  },
  {
    title: "the signing CA's key is another one",
    family: "key-mismatch",
    code: "key-mismatch",
    path: `${PKI}/ca.key`,
    act: "manager",
    harm: (tree) => copyOver(tree, `${PKI}/ca.key`, `${PKI}/sa.key`),
  },
  {
    title: "the signing file holds two certificates",
    family: "multiple-certificates",
    code: "signing-file-bundle",
    path: `${PKI}/ca.crt`,
    act: "manager",
    harm: (tree) => appendFile(tree, `${PKI}/ca.crt`, `${PKI}/front-proxy-ca.crt`),
  },
  {
    title: "the signing CA is over",
    family: "signer",
    code: "expired",
    path: `${PKI}/ca.crt`,
    act: "sign",
    harm: async (tree) =>
      await reissue(tree, `${PKI}/ca.crt`, {
        ca: `${PKI}/ca.crt`,
        changes: { notBefore: "2026-01-01T00:00:00Z", notAfter: PAST },
      }),
  },
];

const NODE_ROWS: readonly Row[] = [
  {
    title: "a kubelet has another node's certificate",
    family: "node-denied",
    code: "cn-wrong",
    path: `${KUBELET}/pki/kubelet-client.crt`,
    act: "kubelet",
    harm: signed(`${KUBELET}/pki/kubelet-client.crt`, "ca", { subject: { cn: "system:node:other" } }),
  },
  {
    title: "a kubelet is in no group",
    family: "node-denied",
    code: "organization-wrong",
    path: `${KUBELET}/pki/kubelet-client.crt`,
    act: "kubelet",
    harm: signed(`${KUBELET}/pki/kubelet-client.crt`, "ca", { subject: { organizations: ["nodes"] } }),
  },
  {
    title: "a kubelet's client certificate is over",
    family: "client-expired",
    code: "expired",
    path: `${KUBELET}/kubeconfig`,
    act: "kubelet",
    // The pair in its folder counts, and where that is over, the one in its kubeconfig.
    harm: both(
      signed(`${KUBELET}/pki/kubelet-client.crt`, "ca", {
        notBefore: "2026-01-01T00:00:00Z",
        notAfter: PAST,
      }),
      signedInside(`${KUBELET}/kubeconfig`, { notBefore: "2026-01-01T00:00:00Z", notAfter: PAST }),
    ),
  },
  {
    title: "a kubelet's serving certificate lacks its address",
    family: "kubelet-serving",
    code: "san-missing",
    path: `${KUBELET}/pki/kubelet.crt`,
    act: "kubelet-reached",
    harm: signed(`${KUBELET}/pki/kubelet.crt`, "ca", { sans: ["DNS:server"] }),
  },
  {
    title: "a kubelet's serving certificate is of another CA",
    family: "kubelet-serving",
    code: "wrong-issuer",
    path: `${KUBELET}/pki/kubelet.crt`,
    act: "kubelet-reached",
    harm: signed(`${KUBELET}/pki/kubelet.crt`, "etcd/ca", {}),
  },
  {
    title: "a kubelet trusts another CA with its clients",
    family: "client-unknown-authority",
    code: "wrong-issuer",
    path: `${KUBELET}/pki/ca.crt`,
    act: "kubelet-reached",
    harm: replaced(`${KUBELET}/pki/ca.crt`, "pki/etcd/ca.crt"),
  },
  {
    title: "a kubelet has another name than its certificate",
    family: "node-restriction",
    code: "cn-wrong",
    path: `${KUBELET}/kubeconfig`,
    act: "kubelet-registers",
    harm: flagOf(`${UNITS}/kubelet.service`, "--hostname-override", "other"),
  },
  {
    title: "the API server looks for an address that nodes do not have",
    family: "preferred-address",
    code: "san-missing",
    path: API,
    act: "kubelet-and-api",
    harm: flagOf(API, "--kubelet-preferred-address-types", "ExternalDNS"),
  },
  {
    title: "a bootstrap token is over",
    family: "bootstrap-token",
    code: "expired",
    path: `${KUBELET}/bootstrap.kubeconfig`,
    act: "bootstrap",
    harm: bootstrapped("2026-01-02T00:00:00Z"),
  },
  {
    title: "kube-proxy's kubeconfig is not there",
    family: "missing-file",
    code: "missing-file",
    path: "var/lib/kube-proxy/kubeconfig",
    act: "proxy",
    harm: (tree) => removePath(tree, "var/lib/kube-proxy/kubeconfig"),
  },
];

const TOKEN_ROWS: readonly Row[] = [
  {
    title: "tokens are checked with another key",
    family: "token-signature",
    code: "sa-key-mismatch",
    path: `${PKI}/sa.pub`,
    act: "token",
    harm: async (tree) => {
      const { publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
        "sign",
      ]);
      const der = new Uint8Array(await crypto.subtle.exportKey("spki", publicKey)).toBase64();
      await Deno.writeTextFile(
        join(tree, `${PKI}/sa.pub`),
        `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`,
      );
    },
  },
  {
    title: "tokens have another issuer",
    family: "token-unknown",
    code: "sa-key-mismatch",
    path: API,
    act: "token-issuer",
    harm: flagOf(API, "--service-account-issuer", "https://old.example"),
  },
];

/** Other tokens, and keys of encryption. */
const MORE_ROWS: readonly Row[] = [
  {
    title: "a token is over",
    family: "token-expired",
    code: "expired",
    path: `${K}/robot.token`,
    act: "robot",
    harm: withRobot({ exp: 1_700_003_600, iat: 1_700_000_000, nbf: 1_700_000_000 }),
  },
  {
    title: "a token is for another audience",
    family: "token-audience",
    code: "sa-key-mismatch",
    path: API,
    act: "robot",
    harm: withRobot({ aud: ["vault"] }),
  },
  {
    title: "the key that encrypted what is stored is gone",
    family: "encryption-key",
    code: "key-mismatch",
    path: "etc/kubernetes/config/encryption-config.yaml",
    act: "encrypted",
    harm: (tree) =>
      editText(tree, "etc/kubernetes/config/encryption-config.yaml", [
        /secret: .*/,
        `secret: ${btoa("0123456789abcdef0123456789abcdef")}`,
      ]),
  },
  {
    title: "somebody without a certificate is let in and may do nothing",
    family: "anonymous",
    code: "missing-flag",
    path: ADMIN,
    act: "anonymous",
    harm: both(
      flagOf(API, "--authentication-config", undefined),
      (tree) =>
        editKubeconfig(tree, ADMIN, ({ users: [user] }) => {
          for (const field of Object.keys(user?.user ?? {})) delete user?.user[field];
        }),
    ),
  },
];

/** Every fault. */
export const ROWS: readonly Row[] = [
  ...ETCD_ROWS,
  ...START_ROWS,
  ...SERVER_ROWS,
  ...CLIENT_ROWS,
  ...NODE_ROWS,
  ...TOKEN_ROWS,
  ...MORE_ROWS,
];
