/**
 * Faults of kubeconfigs and of the controller-manager.
 *
 * @module
 */
import { join } from "node:path";
import { appendFile, copyOver, editKubeconfig, removePath } from "../../foreign/inject.ts";
import { reissue } from "../../foreign/reissue.ts";
import { ADMIN, FUTURE, K, PAST, PKI, set, signedInside } from "./harm.ts";
import type { Row } from "./row.ts";

const CM = `${K}/kube-controller-manager.kubeconfig`;
const SCHEDULER = `${K}/kube-scheduler.kubeconfig`;

/** Clients of a healthy API server. */
export const CLIENT_ROWS: readonly Row[] = [
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
