/**
 * The tables of `explain` against each other, the catalogue and the table of flags: every fact is there, and each once.
 */
import assert from "node:assert/strict";
import { FLAGS, meaningOf } from "../scripts/inspect/flags/flag_table.ts";
import { CATALOGUE } from "../scripts/plan/catalogue.ts";
import { CONNECTIONS } from "../scripts/teach/explain/connections.ts";
import { ENTRY_FACTS } from "../scripts/teach/explain/entry_facts.ts";
import { entryOfFile } from "../scripts/teach/explain/entry_files.ts";
import { explainSubject } from "../scripts/teach/explain/explain.ts";
import type { ExplainedSetting } from "../scripts/teach/explain/explanation.ts";
import { IDENTITIES } from "../scripts/teach/explain/identities.ts";
import { MESSAGES } from "../scripts/teach/explain/messages.ts";
import { partsOf } from "../scripts/teach/explain/parts.ts";
import { SECTIONS } from "../scripts/teach/explain/sections.ts";
import { settingText } from "../scripts/teach/explain/settings.ts";

const IDS = CATALOGUE.map(({ id }) => id);

Deno.test("every line of the catalogue has facts, and nothing else has", () => {
  assert.deepEqual(Object.keys(ENTRY_FACTS).sort(), [...IDS].sort());
});

Deno.test("the sections of the issue are there, and what belongs to one can be asked about", () => {
  assert.deepEqual(
    Object.keys(SECTIONS).sort(),
    ["bootstrap", "encryption", "etcd", "front-proxy", "kubelet", "seed", "service-account"],
  );
  const known = [...IDS, ...Object.keys(SECTIONS), ...IDENTITIES.map(({ name }) => name)];
  for (const [name, { members }] of Object.entries(SECTIONS)) {
    for (const member of members) assert.ok(known.includes(member), `${name}: ${member}`);
  }
  for (const { name, related } of IDENTITIES) {
    for (const other of related) assert.ok(known.includes(other), `${name}: ${other}`);
  }
});

Deno.test("every message is used, and its words stand once", () => {
  const faults = [...Object.values(ENTRY_FACTS), ...Object.values(SECTIONS)].flatMap(({ faults }) => faults);
  const used = new Set<string>(faults.flatMap(([, , words]) => words));
  assert.deepEqual([...used].sort(), Object.keys(MESSAGES).sort());
  const words = Object.values(MESSAGES).map((message) => message.words);
  assert.equal(new Set<string>(words).size, words.length);
});

Deno.test("what can be asked about has one answer each", () => {
  const subjects = [...IDS, ...Object.keys(SECTIONS), ...IDENTITIES.map(({ name }) => name)];
  for (const what of subjects) {
    const { subject, title, text, pages, faults } = explainSubject(what);
    assert.equal(subject, what);
    assert.ok(title.length > 3 && text.every((one) => one.endsWith(".")), what);
    assert.ok(pages.length > 0 && pages.every((page) => page.startsWith("https://")), what);
    assert.equal(new Set(text).size, text.length, what);
    assert.ok(faults.every(({ words }) => words.length > 0));
  }
});

Deno.test("a connection's CAs are those of the catalogue", () => {
  const authorities = new Map(
    CATALOGUE.flatMap((entry) => entry.kind === "authority" ? [[entry.authority as string, entry.id]] : []),
  );
  const issuerOf = (id: string): string | undefined => {
    const entry = CATALOGUE.find((one) => one.id === id);
    assert.ok(entry !== undefined, id);
    return entry.kind === "leaf" ? authorities.get(entry.authority) : entry.id;
  };
  for (const { shows, checkedAgainst, isShown, callerChecksAgainst } of CONNECTIONS) {
    assert.equal(checkedAgainst, issuerOf(shows));
    assert.equal(callerChecksAgainst, isShown === null ? null : issuerOf(isShown));
  }
});

Deno.test("every certificate of clients and servers has its connection, but those that only the spec knows", () => {
  const met = new Set(
    CONNECTIONS.flatMap(({ shows, isShown }) => isShown === null ? [shows] : [shows, isShown]),
  );
  const leaves = CATALOGUE.filter(({ kind }) => kind === "leaf").map(({ id }) => id);
  assert.deepEqual(leaves.filter((id) => !met.has(id)), ["webhook-client/<name>", "extra/<name>"]);
});

Deno.test("who accepts a certificate by the table of flags is who checks it in the table of connections", () => {
  const text = ({ component, setting }: ExplainedSetting): string => `${component} ${setting}`;
  let compared = 0;
  for (const one of CONNECTIONS) {
    const sides = [[one.shows, one.checkedBy], [one.isShown, one.callerChecksBy]] as const;
    for (const [id, by] of sides) {
      if (id === null || by === null) continue;
      const accepted = explainSubject(id).flags.flatMap(({ acceptedBy }) => acceptedBy.map(text));
      if (accepted.length === 0) continue;
      compared++;
      // Pods and etcdctl have a CA of their own for a certificate that others check too.
      const others = ["etcdctl --cacert", "etcd --peer-trusted-ca-file"];
      assert.ok(accepted.includes(text(by)) || others.includes(text(by)), `${id}: ${text(by)}`);
    }
  }
  assert.ok(compared >= 7, String(compared));
});

Deno.test("every flag that a connection names is one of the table, and names the CA that is said", () => {
  for (const one of CONNECTIONS) {
    for (const by of [one.checkedBy, one.callerChecksBy]) {
      if (by === null) continue;
      const flag = FLAGS.find(({ component, flag }) =>
        component === by.component && settingText(flag) === by.setting
      );
      assert.ok(flag !== undefined, by.setting);
      const own = explainSubject(by.setting).related.map(({ what }) => what);
      const ca = by === one.checkedBy ? one.checkedAgainst : one.callerChecksAgainst;
      assert.ok(own.includes(ca ?? ""), `${by.setting}: ${own.join(", ")}`);
    }
  }
});

Deno.test("flags that stand for each other are both there", () => {
  assert.deepEqual(explainSubject("apiserver").flags.map(({ setting }) => setting), [
    "--tls-cert-file",
    "--tls-private-key-file",
  ]);
  assert.equal(meaningOf("kube-apiserver", "tls-cert-file")?.pairedWith, "tls-private-key-file");
});

Deno.test("every flag of the table can be asked about, with and without dashes and value", () => {
  for (const { flag } of FLAGS) {
    const setting = settingText(flag);
    assert.equal(explainSubject(setting).subject, setting);
    if (setting.startsWith("--")) assert.equal(explainSubject(`${setting}=/x`).subject, setting);
  }
});

/** Names and paths of kubeadm, of the hard way, old and new, of k3s and of hardway, and whose they are. */
const FILES: readonly (readonly [path: string, subject: string])[] = [
  ["/etc/kubernetes/pki/ca.crt", "ca"],
  ["/etc/kubernetes/pki/ca.key", "ca"],
  ["/etc/kubernetes/pki/apiserver.crt", "apiserver"],
  ["/etc/kubernetes/pki/apiserver.key", "apiserver"],
  ["/etc/kubernetes/pki/apiserver-etcd-client.crt", "apiserver-etcd-client"],
  ["/etc/kubernetes/pki/apiserver-kubelet-client.key", "apiserver-kubelet-client"],
  ["/etc/kubernetes/pki/front-proxy-ca.crt", "front-proxy-ca"],
  ["/etc/kubernetes/pki/front-proxy-client.crt", "front-proxy-client"],
  ["/etc/kubernetes/pki/sa.pub", "service-account"],
  ["/etc/kubernetes/pki/etcd/ca.crt", "etcd-ca"],
  ["/etc/kubernetes/pki/etcd/server.crt", "etcd-server/<name>"],
  ["/etc/kubernetes/pki/etcd/peer.key", "etcd-peer/<name>"],
  ["/etc/kubernetes/pki/etcd/healthcheck-client.crt", "etcd-healthcheck-client"],
  ["/etc/kubernetes/admin.conf", "kubeconfig/admin"],
  ["/etc/kubernetes/super-admin.conf", "kubeconfig/super-admin"],
  ["/etc/kubernetes/kubelet.conf", "kubeconfig/<name>"],
  ["/etc/kubernetes/controller-manager.conf", "kubeconfig/kube-controller-manager"],
  ["/etc/kubernetes/scheduler.conf", "kubeconfig/kube-scheduler"],
  ["/mnt/cp1/etc/kubernetes/pki/etcd/ca.key", "etcd-ca"],
  ["admin.conf", "kubeconfig/admin"],
  ["sa.pub", "service-account"],
  ["sa.key", "service-account"],
  ["etcd/ca.crt", "etcd-ca"],
  ["kube-proxy.pem", "kube-proxy"],
  ["kube-proxy-key.pem", "kube-proxy"],
  ["ca.pem", "ca"],
  ["admin-key.pem", "admin"],
  ["kubernetes.pem", "apiserver"],
  ["kubernetes-key.pem", "apiserver"],
  ["service-account.pem", "service-account"],
  ["worker-0.pem", "kubelet-client/worker-0"],
  ["kube-api-server.crt", "apiserver"],
  ["service-accounts.key", "service-account"],
  ["kube-controller-manager.crt", "controller-manager"],
  ["kube-scheduler.key", "scheduler"],
  ["node-0.crt", "kubelet-client/node-0"],
  ["node-0.kubeconfig", "kubeconfig/node-0"],
  ["kube-scheduler.kubeconfig", "kubeconfig/kube-scheduler"],
  ["kube-proxy.kubeconfig", "kubeconfig/kube-proxy"],
  ["admin.kubeconfig", "kubeconfig/admin"],
  ["/var/lib/kubernetes/pki/apiserver.crt", "apiserver"],
  ["/var/lib/kubelet/kubeconfig", "kubeconfig/<name>"],
  ["/var/lib/kube-proxy/kubeconfig", "kubeconfig/kube-proxy"],
  ["/var/lib/kubelet/pki/kubelet.crt", "kubelet-server/<name>"],
  ["/var/lib/kubelet/pki/kubelet-client.key", "kubelet-client/<name>"],
  ["/var/lib/kubelet/pki/kubelet-client-current.pem", "kubelet-client/<name>"],
  ["/var/lib/kubelet/pki/kubelet-server-current.pem", "kubelet-server/<name>"],
  ["/etc/etcd/pki/ca.crt", "etcd-ca"],
  ["/etc/etcd/pki/server.crt", "etcd-server/<name>"],
  ["/etc/etcd/pki/healthcheck-client.key", "etcd-healthcheck-client"],
  ["/var/lib/rancher/k3s/server/tls/client-ca.crt", "ca"],
  ["/var/lib/rancher/k3s/server/tls/request-header-ca.crt", "front-proxy-ca"],
  ["/var/lib/rancher/k3s/server/tls/serving-kube-apiserver.crt", "apiserver"],
  ["out/lab/pki/etcd/server-1/peer.crt", "etcd-peer/server-1"],
  ["out/lab/pki/kubelet/node-1/kubelet.crt", "kubelet-server/node-1"],
  ["out/lab/pki/kubelet/node-1/kubelet-client.pem", "kubelet-client/node-1"],
  ["pki/users/jane.crt", "user/jane"],
  ["kubeconfig/users/jane.kubeconfig", "kubeconfig/users/jane"],
  ["pki/extra/metrics.crt", "extra/metrics"],
  ["/etc/kubernetes/config/encryption-config.yaml", "encryption"],
  ["encryption-config.yaml", "encryption"],
  ["/etc/kubernetes/bootstrap-kubelet.conf", "bootstrap"],
  ["cluster.seed", "seed"],
];

Deno.test("files of kubeadm, the hard way, k3s and hardway are told by path and by name", () => {
  for (const [path, subject] of FILES) assert.equal(explainSubject(path).subject, subject, path);
});

Deno.test("what a file holds is said in the first sentence", () => {
  const first = (path: string): string | undefined => explainSubject(path).text[0];
  assert.equal(first("sa.pub"), "sa.pub holds the public key of service-account.");
  assert.equal(first("admin-key.pem"), "admin-key.pem holds the private key of admin.");
  assert.equal(first("admin.conf"), "admin.conf holds the kubeconfig of kubeconfig/admin.");
  assert.equal(first("node-0.crt"), "node-0.crt holds the certificate of kubelet-client/node-0.");
});

Deno.test("every file of a line of the catalogue leads back to it", () => {
  for (const { id } of CATALOGUE) {
    const name = id.includes("<name>") ? "some-name" : undefined;
    const filled = name === undefined ? id : id.replace("<name>", name);
    for (const line of explainSubject(filled).files) {
      const [, base = "", endings = ""] = /^[\w-]+(?:, [\w ]+)?: (.*?)((?:\.\w+, )*(?:\.\w+)?)$/.exec(line) ??
        [];
      for (const ending of endings.split(", ")) {
        assert.equal(entryOfFile(base + ending)?.id, id, base + ending);
      }
    }
  }
});

Deno.test("rights come from the common name and the organizations, where the API server believes them", () => {
  const rights = (what: string): string[] => explainSubject(what).rights.map(({ name }) => name);
  assert.deepEqual(rights("kubelet-client/node-0"), ["system:node:node-0", "system:nodes"]);
  assert.deepEqual(rights("super-admin"), ["kubernetes-super-admin", "system:masters"].sort());
  assert.deepEqual(rights("scheduler"), ["system:kube-scheduler"]);
  assert.deepEqual(rights("kube-proxy"), ["system:kube-proxy", "system:node-proxier"]);
  // Another CA's, and a server's.
  assert.deepEqual(rights("front-proxy-client"), []);
  assert.deepEqual(rights("apiserver"), []);
});

Deno.test("users and groups with a name of their own are explained under it", () => {
  const right = (what: string): string | undefined => explainSubject(what).rights[0]?.name;
  for (
    const name of [
      "system:node:node-0",
      "system:masters",
      "system:kube-scheduler",
      "system:serviceaccount:kube-system:coredns",
      "system:bootstrap:abcdef",
      "system:bootstrappers:kubeadm:default-node-token",
    ]
  ) assert.equal(right(name), name);
  // The common name of a certificate that the API server has no user for.
  assert.equal(explainSubject("kube-apiserver-etcd-client").subject, "apiserver-etcd-client");
  assert.equal(explainSubject("kubernetes-ca").subject, "ca");
  // Programs.
  assert.equal(explainSubject("kube-apiserver").subject, "apiserver");
  assert.equal(explainSubject("kube-scheduler").subject, "scheduler");
});

Deno.test("no part of an explanation says a sentence twice", () => {
  for (const what of [...IDS, ...Object.keys(SECTIONS)]) {
    for (const { heading, items } of partsOf(explainSubject(what))) {
      const texts = items.map(({ text }) => text);
      assert.equal(new Set(texts).size, texts.length, `${what}: ${heading}: ${texts.join("\n")}`);
    }
  }
});
