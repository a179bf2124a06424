/**
 * Every Kubernetes object of the bundles is read by the types of its own program, strictly, and passes that program's
 * validation.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { run, runWell, testWith } from "../tools.ts";
import { listFiles, withBundles } from "./bundled.ts";
import { builtProgram } from "./built.ts";
import { MINORS, render, type Shape, shapesOf } from "./shapes.ts";

const decode = builtProgram("decode");
const kubeadm = builtProgram("kubeadm");

interface Text {
  readonly name: string;
  readonly text: string;
}

interface Verdict {
  readonly name: string;
  readonly kind: string;
  readonly faults: readonly string[];
}

/** Files that hold no Kubernetes object. */
const NO_OBJECT = /\.(?:service|sh|toml|crt|pem|key|pub)$|^etc\/cni\/|^etc\/kubernetes\/hosts$/;

/** Kinds of objects that bundles hold; kubeadm.yaml holds the last. */
const KINDS = [
  "abac.authorization.kubernetes.io/v1beta1 Policy",
  "apiserver.config.k8s.io/v1 AuthenticationConfiguration",
  "apiserver.config.k8s.io/v1 AuthorizationConfiguration",
  "apiserver.config.k8s.io/v1 EncryptionConfiguration",
  "audit.k8s.io/v1 Policy",
  "kubeadm.k8s.io/v1beta4 ClusterConfiguration",
  "kubeadm.k8s.io/v1beta4 InitConfiguration",
  "kubelet.config.k8s.io/v1beta1 KubeletConfiguration",
  "kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration",
  "kubescheduler.config.k8s.io/v1 KubeSchedulerConfiguration",
  "rbac.authorization.k8s.io/v1 ClusterRole",
  "rbac.authorization.k8s.io/v1 ClusterRoleBinding",
  "rbac.authorization.k8s.io/v1 Role",
  "rbac.authorization.k8s.io/v1 RoleBinding",
  "v1 Pod",
  "v1 Secret",
  "v1 ServiceAccount",
];

async function judge(program: string, texts: readonly Text[]): Promise<Verdict[]> {
  return JSON.parse(await runWell(program, [], { stdin: JSON.stringify(texts) })) as Verdict[];
}

/** The objects of every shape of every release, each text once. */
function renderedObjects(): readonly Text[] {
  return rendered ??= renderObjects();
}

let rendered: readonly Text[] | undefined;

function renderObjects(): Text[] {
  const texts = new Map<string, Text>();
  for (const { title, spec } of MINORS.flatMap(shapesOf)) {
    for (const { host, to, text } of render(spec)) {
      if (!NO_OBJECT.test(to) && !texts.has(text)) texts.set(text, { name: `${title}: ${host}/${to}`, text });
    }
  }
  return [...texts.values()];
}

testWith(
  [decode],
  "every object that templates make is read strictly by its own program's types",
  async (_, program = "") => {
    const objects = renderedObjects();
    const verdicts = await judge(program, objects);
    assert.deepEqual(verdicts.filter(({ faults }) => faults.length > 0), []);
    assert.deepEqual([...new Set(verdicts.map(({ kind }) => kind))].sort(), KINDS);
    assert.ok(objects.length > 300, `Only ${objects.length} texts were read`);
  },
);

testWith(
  [decode],
  "an unknown field is seen in each kind of object, and so are a doubled key and a wrong type",
  async (_, program = "") => {
    // A field at the end is its object's own: manifests are taken apart, and of the others only files with one object.
    const objects = renderedObjects().flatMap(({ name, text }) =>
      name.endsWith(".jsonl")
        ? text.split("\n").filter((line) => line.startsWith("{")).map((line, index) => ({
          name: `${name} ${index}`,
          text: Object.entries<unknown>(JSON.parse(line))
            .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`).join(""),
        }))
        : name.includes("/manifests/")
        ? text.split(/^---\n/m).map((part, index) => ({ name: `${name} ${index}`, text: part }))
        : [{ name, text }]
    );
    const kinds = await judge(program, objects);
    const seen = new Set<string>();
    for (const { name, kind } of kinds) {
      const object = objects.find((each) => each.name === name);
      if (
        object === undefined || seen.has(kind) || kinds.filter((each) => each.name === name).length > 1
      ) continue;
      seen.add(kind);
      for (
        const [spoilt, fault] of [
          [`${object.text}unheardOf: 1\n`, /unknown field "unheardOf"/],
          [`${object.text}kind: ${kind.split(" ")[1]}\n`, /already set|duplicate/],
          [
            `${object.text.replace(/^apiVersion: .*$/m, "$&\nmetadata: [1]")}`,
            /metadata|cannot unmarshal|unknown field/,
          ],
        ] as const
      ) {
        const [verdict] = await judge(program, [{ name, text: spoilt }]);
        assert.match(verdict?.faults.join() ?? "", fault, `${kind}: ${spoilt}`);
      }
    }
    assert.deepEqual([...seen].sort(), KINDS.filter((kind) => !kind.startsWith("kubeadm")));
  },
);

testWith([decode], "what its own program's validation refuses is seen", async (_, program = "") => {
  const objects = renderedObjects();
  const spoil = async (file: RegExp, from: string | RegExp, to: string, fault: RegExp): Promise<void> => {
    const object = objects.find(({ name, text }) => file.test(name) && text.search(from) >= 0);
    if (object === undefined) assert.fail(`No ${file} has ${from}`);
    const verdicts = await judge(program, [{ name: object.name, text: object.text.replace(from, to) }]);
    assert.match(verdicts.flatMap(({ faults }) => faults).join(), fault);
  };
  await spoil(/kubelet-config/, "readOnlyPort: 0", "readOnlyPort: 70000", /readOnlyPort/);
  await spoil(
    /kube-scheduler.yaml/,
    "leaderElect: true",
    "leaderElect: true\n  leaseDuration: 1s",
    /leaseDuration/,
  );
  await spoil(/kube-proxy-config/, "mode: iptables", "mode: userspace", /must be iptables/);
  await spoil(/encryption-config/, /secret: .*/, "secret: c2hvcnQ=", /secret/);
  await spoil(
    /authentication-config/,
    /anonymous:/,
    "jwt:\n- issuer:\n    url: http://x\nanonymous:",
    /issuer.url/,
  );
  await spoil(/authentication-config/, "claims.roles", "claims.roles.map(r, r)", /compilation failed/);
  await spoil(/authentication-config/, 'prefix: ""', "expression: claims.x", /groups/);
  await spoil(/authorization-config/, "'system:nodes' in", "'system:nodes' of", /compilation failed/);
  await spoil(/authorization-config/, /timeout: "?30s"?/, "timeout: 31s", /timeout/);
  await spoil(/authorization-config/, "kubeConfigFile: /", "kubeConfigFile: ", /kubeConfigFile/);
  await spoil(/authorization-config/, "failurePolicy: NoOpinion", "failurePolicy: Allow", /failurePolicy/);
  await spoil(/authorization-config/, "name: rbac", "name: roles", /expected name rbac for RBAC/);
  await spoil(/authorization-config/, "type: RBAC", "type: Anything", /authorizers\[1\].type/);
  await spoil(/audit-policy/, "level: Metadata", "level: Everything", /level/);
  await spoil(
    /manifests\/etcd.yaml/,
    "hostNetwork: true",
    "hostNetwork: true\n  dnsPolicy: Any",
    /dnsPolicy/,
  );
  await spoil(/kubelet-api-admin/, "kind: ClusterRole\n", "kind: Anything\n", /roleRef/);
  await spoil(/kubeadm.yaml/, /bindPort: .*/, "bindPort: high", /bindPort/);
});

/** Few of all, among them in each layout one with every way in. */
function bundledShapes(): Shape[] {
  return shapesOf("1.37").filter((_, index) => index % 16 === 0 || index % 32 === 5);
}

testWith(
  [decode],
  "every manifest of a bundle is read strictly, those with tokens and with what the cluster says of itself too",
  async (_, program = "") => {
    const kinds = new Set<string>();
    for (const { title, spec } of bundledShapes()) {
      await withBundles(spec, async (hosts) => {
        const folder = join(hosts, "admin/manifests");
        const texts = (await listFiles(folder)).map((name) => ({
          name: `${title}: ${name}`,
          text: Deno.readTextFileSync(join(folder, name)),
        }));
        const verdicts = await judge(program, texts);
        assert.deepEqual(verdicts.filter(({ faults }) => faults.length > 0), []);
        for (const { kind } of verdicts) kinds.add(kind);
        const info = texts.find(({ name }) => name.endsWith("cluster-info.yaml"));
        if (info === undefined) return;
        const [key] = await judge(program, [{
          ...info,
          text: info.text.replace("kubeconfig: ", "kube/config: "),
        }]);
        assert.match(key?.faults.join() ?? "", /data\[kube\/config\]/);
        const tokens = texts.find(({ name }) => name.endsWith("bootstrap-tokens.yaml"));
        const text = tokens?.text.replace("stringData:", "stringdata:") ?? "";
        assert.match((await judge(program, [{ name: "", text }]))[0]?.faults.join() ?? "", /"stringdata"/);
      });
    }
    assert.deepEqual([...kinds].sort(), ["v1 ConfigMap", ...KINDS.filter(isOfManifests)].sort());
  },
);

/** Kinds of what is applied. */
function isOfManifests(kind: string): boolean {
  return /^rbac|Secret$|ServiceAccount$/.test(kind);
}

testWith(
  [decode],
  "every kubeconfig of a bundle is read strictly by client-go's types",
  async (_, program = "") => {
    for (const { spec } of bundledShapes()) {
      await withBundles(spec, async (hosts) => {
        const kubeconfigs: Text[] = [];
        for (const file of await listFiles(hosts)) {
          if (!/(?:\.conf|kubeconfig)$/.test(file) || file.includes("/etc/cni/")) continue;
          kubeconfigs.push({ name: file, text: await Deno.readTextFile(join(hosts, file)) });
        }
        const verdicts = await judge(program, kubeconfigs);
        assert.deepEqual(
          verdicts.filter(({ kind, faults }) => kind !== "v1 Config" || faults.length > 0),
          [],
        );
        assert.ok(verdicts.length > 10, `Only ${verdicts.length} kubeconfigs were read`);
        const [first] = kubeconfigs;
        if (first === undefined) assert.fail("no kubeconfig");
        const spoilt = await judge(program, [
          { name: "field", text: `${first.text}unheardOf: 1\n` },
          { name: "context", text: first.text.replace(/current-context: "?/, "$&other-") },
        ]);
        assert.match(spoilt[0]?.faults.join() ?? "", /unknown field "unheardOf"/);
        assert.match(spoilt[1]?.faults.join() ?? "", /context/);
      });
    }
  },
);

testWith(
  [kubeadm],
  "kubeadm config validate takes every kubeadm.yaml of its release",
  async (_, program = "") => {
    const path = await Deno.makeTempFile({ suffix: ".yaml" });
    try {
      const texts = new Set(
        shapesOf("1.37").flatMap(({ spec }) => render(spec)).filter(({ to }) => to.endsWith("kubeadm.yaml"))
          .map(({ text }) => text),
      );
      assert.ok(texts.size > 10, `Only ${texts.size} texts`);
      for (const text of texts) {
        await Deno.writeTextFile(path, text);
        const { code, stdout, stderr } = await run(program, ["config", "validate", "--config", path]);
        assert.deepEqual([code, stdout.trim(), stderr.trim()], [0, "ok", ""], text);
      }
      const [text = ""] = texts;
      await Deno.writeTextFile(path, text.replace("clusterName:", "clusterNames:"));
      const { code, stderr } = await run(program, ["config", "validate", "--config", path]);
      assert.notEqual(code, 0);
      assert.match(stderr, /unknown field "clusterNames"/);
    } finally {
      await Deno.remove(path);
    }
  },
);
