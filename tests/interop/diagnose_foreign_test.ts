/**
 * `diagnose` on trees of others: what real components say (the fixtures) leads to the file in kubeadm's and the guide's
 * layouts too, with their remedies; healthy trees of everybody give nothing.
 */
import assert from "node:assert/strict";
import { diagnose, verify } from "../../mod.ts";
import { cfsslTree } from "./foreign/cfssl.ts";
import { HARD_WAY_TOOLS, hardWayNode, hardWayServer } from "./foreign/hard_way.ts";
import { copyOver, removePath, swapFiles } from "./foreign/inject.ts";
import { K3S_TOOLS, k3sTree } from "./foreign/k3s.ts";
import { KUBEADM_TOOLS, kubeadmTree } from "./foreign/kubeadm.ts";
import { MMUMSHAD_TOOLS, mmumshadTree } from "./foreign/older_hard_way.ts";
import { reissue, reissueInKubeconfig, reissuer } from "./foreign/reissue.ts";
import { withTree } from "./foreign/trees.ts";
import { testWith } from "./tools.ts";

const FIXTURES = new URL("../fixtures/diagnose/", import.meta.url).pathname;
const OVER = { notBefore: "2026-01-01T00:00:00Z", notAfter: "2026-01-02T00:00:00Z" };
const PKI = "etc/kubernetes/pki";
const GUIDE = "var/lib/kubernetes";

type Make = (folder: string) => Promise<void>;

/** Title, tree, fault, what was said (a fixture, and the program whose line of it counts), code, file, remedy. */
const CASES: readonly (readonly [
  string,
  Make,
  (tree: string) => Promise<void>,
  string,
  string,
  string,
  string,
  RegExp,
])[] = [
  [
    "kubeadm: etcd's certificate is over",
    kubeadmTree,
    (tree) => reissue(tree, `${PKI}/etcd/server.crt`, { ca: `${PKI}/etcd/ca.crt`, changes: OVER }),
    "expired",
    "kube-apiserver",
    "expired",
    `${PKI}/etcd/server.crt`,
    /^kubeadm certs renew etcd-server$/,
  ],
  [
    "kubeadm: the API server's client certificate for etcd is over",
    kubeadmTree,
    (tree) => reissue(tree, `${PKI}/apiserver-etcd-client.crt`, { ca: `${PKI}/etcd/ca.crt`, changes: OVER }),
    "etcd-client",
    "etcd",
    "expired",
    `${PKI}/apiserver-etcd-client.crt`,
    /^kubeadm certs renew apiserver-etcd-client$/,
  ],
  [
    "kubeadm: the administrator's certificate is over",
    kubeadmTree,
    (tree) => reissueInKubeconfig(tree, "etc/kubernetes/admin.conf", { ca: `${PKI}/ca.crt`, changes: OVER }),
    "client-expired",
    "kube-apiserver",
    "expired",
    "etc/kubernetes/admin.conf",
    /^kubeadm certs renew admin\.conf$/,
  ],
  [
    "kubeadm: the kubelet's own certificate is over",
    kubeadmTree,
    (tree) =>
      reissue(tree, "var/lib/kubelet/pki/kubelet-client-current.pem", {
        ca: `${PKI}/ca.crt`,
        key: "var/lib/kubelet/pki/kubelet-client-current.pem",
        changes: OVER,
      }),
    "unauthorized",
    "kubelet",
    "expired",
    "var/lib/kubelet/pki/kubelet-client-current.pem",
    /^kubeadm kubeconfig user --org=system:nodes .* systemctl restart kubelet$/,
  ],
  [
    "kubeadm: etcd trusts another CA",
    kubeadmTree,
    (tree) => copyOver(tree, `${PKI}/etcd/ca.crt`, `${PKI}/ca.crt`),
    "peer-refused",
    "etcd",
    "wrong-issuer",
    `${PKI}/etcd/ca.crt`,
    /etcd\/ca\.crt/,
  ],
  [
    "kubeadm: the API server's key is another one",
    kubeadmTree,
    (tree) => copyOver(tree, `${PKI}/apiserver.key`, `${PKI}/front-proxy-client.key`),
    "key-mismatch",
    "kube-apiserver",
    "key-mismatch",
    `${PKI}/apiserver.key`,
    /./,
  ],
  [
    "the guide: the API server's certificate is not there",
    hardWayServer,
    (tree) => removePath(tree, `${GUIDE}/kube-api-server.crt`),
    "unreadable",
    "kube-apiserver",
    "missing-file",
    `${GUIDE}/kube-api-server.crt`,
    /systemctl restart kube-apiserver/,
  ],
  [
    "the guide: the keys of tokens and of the API server are swapped",
    hardWayServer,
    (tree) => swapFiles(tree, `${GUIDE}/kube-api-server.key`, `${GUIDE}/service-accounts.key`),
    "key-mismatch",
    "kube-apiserver",
    "key-mismatch",
    `${GUIDE}/kube-api-server.key`,
    /systemctl restart kube-apiserver/,
  ],
];

testWith(
  [...KUBEADM_TOOLS, ...HARD_WAY_TOOLS, reissuer],
  "the file at fault in trees of others",
  async (t) => {
    const sources = JSON.parse(await Deno.readTextFile(`${FIXTURES}sources.json`)) as Record<
      string,
      { readonly program: string }[]
    >;
    for (const [title, make, harm, fixture, program, code, path, remedy] of CASES) {
      await t.step(title, async () => {
        await withTree(make, async (tree) => {
          await harm(tree);
          const index = (sources[fixture] ?? []).findIndex((one) => one.program === program);
          const line = (await Deno.readTextFile(`${FIXTURES}${fixture}.txt`)).split("\n")[index] ?? "";
          assert.notEqual(line, "");
          const log = `${tree}/${program}.log`;
          await Deno.writeTextFile(log, line);
          const [first, ...more] = await diagnose({ logs: [log], paths: [tree], root: tree });
          assert.deepEqual([first?.code, first?.path], [code, `${tree}/${path}`], JSON.stringify(more));
          assert.match(first?.remedy ?? "", remedy);
        });
      });
    }
  },
);

testWith(
  [...KUBEADM_TOOLS],
  "a webhook's certificate is no file's fault, whatever is wrong with files",
  async () => {
    await withTree(kubeadmTree, async (tree) => {
      await copyOver(tree, `${PKI}/etcd/ca.crt`, `${PKI}/ca.crt`);
      const found = await diagnose({ logs: [`${FIXTURES}webhook.txt`], paths: [tree], root: tree });
      assert.deepEqual(found.map(({ family, code, path }) => [family, code, path]), [[
        "webhook",
        "wrong-issuer",
        undefined,
      ]]);
    });
  },
);

testWith(
  [...KUBEADM_TOOLS, ...HARD_WAY_TOOLS, ...K3S_TOOLS, ...MMUMSHAD_TOOLS],
  "healthy trees of others: nothing is at fault, with and without a log",
  async (t) => {
    const makes: Readonly<Record<string, Make>> = {
      kubeadmTree,
      hardWayServer,
      hardWayNode,
      k3sTree,
      mmumshadTree,
      cfsslTree,
    };
    for (const [name, make] of Object.entries(makes)) {
      await t.step(name, async () => {
        await withTree(make, async (tree) => {
          const look = { paths: [tree], root: tree };
          const errors = (await verify(look)).filter(({ severity }) => severity === "error");
          assert.deepEqual(errors, []);
          assert.deepEqual(await diagnose(look), []);
          assert.deepEqual(await diagnose({ ...look, logs: [`${FIXTURES}healthy.txt`] }), []);
          // A 401 in passing, while something starts.
          assert.deepEqual(await diagnose({ ...look, logs: [`${FIXTURES}unauthorized.txt`] }), []);
        });
      });
    }
  },
);
