/**
 * What machines get of tokens, webhooks, authorizers and key sets: each flag with its file, on control planes alone, and
 * nothing of it without the key in the spec.
 */
import assert from "node:assert/strict";
import { parseAllDocuments } from "../scripts/shared/npm/yaml.ts";
import { ACCESS_SPEC } from "./access_specs.ts";
import { rendererOf } from "./bundled.ts";
import { spec } from "./run.ts";

const NODES = "workers: [{ name: node-0, addresses: [10.240.0.20] }]\n";
const CONFIG = "/etc/kubernetes/config";

/** A text of one YAML document. */
function parse<T>(text: string): T {
  return parseAllDocuments(text)[0]?.toJS() as T;
}

type Layout = "hard-way" | "kubeadm";
const LAYOUTS: readonly Layout[] = ["hard-way", "kubeadm"];

/** A spec in a layout; kubeadm's has a kubelet on each machine and no Ed25519. */
function inLayout(text: string, layout: Layout): string {
  return layout === "hard-way"
    ? text
    : `${
      text.replace("ca: Ed25519, leaf: Ed25519", "").replace(", kubelet: false", "")
    }files: { layout: kubeadm }\n`;
}

interface Machine {
  readonly paths: ReadonlyMap<string, number>;
  readonly textOf: (end: string) => string;
}

/** The files of a machine: modes by path, and the texts of what is rendered. */
function machineOf(text: string, name: string): Machine {
  const { renderer } = rendererOf(text);
  const host = renderer.hosts.find((one) => one.name === name);
  assert.ok(host !== undefined, name);
  const files = renderer.filesOf(host);
  return {
    paths: new Map(files.map(({ to, mode }) => [`/${to}`, mode])),
    textOf: (end) => {
      const file = files.find(({ to }) => `/${to}`.endsWith(end));
      assert.ok(file?.kind === "template", `${name} has no ${end}`);
      return file.text;
    },
  };
}

/** The flags of the API server, in the unit or the static pod. */
function flagsOf(text: string, layout: Layout): string[] {
  const unit = machineOf(text, "server").textOf(
    layout === "hard-way" ? "/kube-apiserver.service" : "/manifests/kube-apiserver.yaml",
  );
  return [...unit.matchAll(/--[a-z0-9-]+=[^\s\\]*/g)].map(([flag]) => flag);
}

/** What a spec has more than a plain one: flags, and files of a machine. */
function added(more: string, layout: Layout, machine = "server"): { flags: string[]; files: string[] } {
  const [plain, whole] = [spec(NODES), spec(NODES + more)].map((text) => inLayout(text, layout));
  assert.ok(plain !== undefined && whole !== undefined);
  const before = flagsOf(plain, layout);
  const { paths } = machineOf(plain, machine);
  return {
    flags: flagsOf(whole, layout).filter((flag) => !before.includes(flag)),
    files: [...machineOf(whole, machine).paths].filter(([path]) => !paths.has(path))
      .map(([path, mode]) => `${path} ${mode.toString(8)}`),
  };
}

const BOTH = "{ type: Node }, { type: RBAC }";
const PATH = `${CONFIG}/webhook`;

/** Keys of a spec, and what they bring to a control plane. */
const KEYS: readonly (readonly [
  what: string,
  more: string,
  flags: readonly string[],
  files: readonly string[],
])[] = [
  ["a static token", "users: [{ name: jane, token: true }]\n", [`--token-auth-file=${CONFIG}/tokens.csv`], [
    `${CONFIG}/tokens.csv 600`,
  ]],
  ["a bootstrap token", "bootstrapTokens: [{ name: a }]\n", [], []],
  ["an issuer", 'apiServer: { serviceAccountIssuer: "https://o.example/x" }\n', [
    "--service-account-issuer=https://o.example/x",
    "--service-account-jwks-uri=https://o.example/x/openid/v1/jwks",
  ], []],
  ["a service account", "serviceAccounts: [{ name: bot }]\n", [
    "--service-account-jwks-uri=https://kubernetes.default.svc.cluster.local/openid/v1/jwks",
  ], []],
  [
    "a token webhook",
    'authentication: { webhook: { server: "https://a", version: v1beta1, cacheTTL: 5m } }\n',
    [
      "--authentication-token-webhook-cache-ttl=5m",
      `--authentication-token-webhook-config-file=${PATH}-authentication.kubeconfig`,
      "--authentication-token-webhook-version=v1beta1",
    ],
    [`${PATH}-authentication.kubeconfig 600`],
  ],
  [
    "an issuer of tokens",
    `authentication: { jwt: [{ issuer: { url: "https://a.example", audiences: [b] }, claimMappings: { username: { claim: sub, prefix: "" } } }] }\n`,
    [],
    [],
  ],
  ["ABAC", `authorization: [${BOTH}, { type: ABAC, policies: [{ user: bob, resource: pods }] }]\n`, [
    `--authorization-policy-file=${CONFIG}/abac-policy.jsonl`,
  ], [`${CONFIG}/abac-policy.jsonl 600`]],
  [
    "two webhooks",
    `authorization: [${BOTH}, { type: Webhook, name: a.b, webhook: { server: "https://a" } }, { type: Webhook, webhook: { server: "https://b" } }]\n`,
    [],
    [
      `${PATH}-a.b.kubeconfig 600`,
      `${PATH}-webhook.kubeconfig 600`,
    ],
  ],
];

for (const layout of LAYOUTS) {
  for (const [what, more, flags, files] of KEYS) {
    Deno.test(`${what} brings its flags and files to control planes, ${layout}`, () => {
      assert.deepEqual(added(more, layout), { flags, files });
      assert.deepEqual(added(more, layout, "node-0").files, []);
    });
  }

  Deno.test(`retired keys are a second file of keys, ${layout}`, () => {
    const text = inLayout(spec("generations: { service-account: 2 }\n"), layout);
    const keys = (text: string): string[] =>
      flagsOf(text, layout).filter((flag) => flag.startsWith("--service-account-key-file="));
    const [sa = ""] = keys(text);
    assert.match(sa, /\/pki\/sa\.pub$/);
    assert.deepEqual(keys(text), [sa]);
    const rotating = text.replace("keys: { ", "keys: { retiredServiceAccount: [1], ");
    assert.notEqual(rotating, text);
    const file = `${CONFIG}/retired-service-account-keys.pub`;
    assert.deepEqual(keys(rotating), [sa, `--service-account-key-file=${file}`]);
    assert.equal(machineOf(rotating, "server").paths.get(file), 0o644);
  });

  Deno.test(`the administrator gets what is to be applied and handed to nodes that join, ${layout}`, () => {
    const manifests = ["/manifests/bootstrap-tokens.yaml 600", "/manifests/cluster-info.yaml 644"];
    const joining = "/bootstrap-kubelet.kubeconfig 600";
    const files = (usages: string): string[] =>
      added(`bootstrapTokens: [{ name: a, usages: ${usages} }]\n`, layout, "admin").files;
    assert.deepEqual(files("[authentication, signing]"), [joining, ...manifests]);
    assert.deepEqual(files("[signing]"), manifests);
    assert.deepEqual(files("[authentication]"), [joining, manifests[0]]);
    for (const more of ["users: [{ name: jane, token: true }]\n", "bootstrapTokens: []\n"]) {
      assert.deepEqual(added(more, layout, "admin").files, []);
    }
  });

  Deno.test(`the configurations say who comes in and who is asked, ${layout}`, () => {
    const server = machineOf(inLayout(ACCESS_SPEC, layout), "server");
    assert.deepEqual(parse(server.textOf("/authentication-config.yaml")), {
      apiVersion: "apiserver.config.k8s.io/v1",
      kind: "AuthenticationConfiguration",
      jwt: [{
        issuer: { url: "https://login.example.com", audiences: ["lab"] },
        claimMappings: { username: { claim: "sub", prefix: "login:" } },
      }],
      anonymous: {
        enabled: true,
        conditions: [
          "/livez",
          "/readyz",
          "/healthz",
          "/api/v1/namespaces/kube-public/configmaps/cluster-info",
        ]
          .map((path) => ({ path })),
      },
    });
    assert.deepEqual(parse(server.textOf("/authorization-config.yaml")), {
      apiVersion: "apiserver.config.k8s.io/v1",
      kind: "AuthorizationConfiguration",
      authorizers: [
        { type: "Node", name: "node" },
        { type: "RBAC", name: "rbac" },
        { type: "ABAC", name: "abac" },
        {
          type: "Webhook",
          name: "ldap",
          webhook: {
            authorizedTTL: "5m",
            unauthorizedTTL: "30s",
            timeout: "3s",
            subjectAccessReviewVersion: "v1",
            failurePolicy: "Deny",
            connectionInfo: { type: "KubeConfigFile", kubeConfigFile: `${PATH}-ldap.kubeconfig` },
          },
        },
      ],
    });
    const [comment, policy, ...rest] = server.textOf("/abac-policy.jsonl").split("\n");
    assert.match(comment ?? "", /^#/);
    assert.deepEqual(JSON.parse(policy ?? ""), {
      apiVersion: "abac.authorization.kubernetes.io/v1beta1",
      kind: "Policy",
      spec: { user: "bob", namespace: "*", resource: "pods", readonly: true },
    });
    assert.deepEqual(rest, [""]);
  });
}

Deno.test("conditions of a webhook name the version of what they look at", () => {
  const text = spec(
    `authorization: [${BOTH}, { type: Webhook, webhook: { server: "https://a", matchConditions: ["has(request.user)", "\\n!('x' in request.groups)"] } }]\n`,
  );
  interface Asked {
    readonly authorizers: readonly {
      readonly webhook?: {
        readonly matchConditions: readonly unknown[];
        readonly matchConditionSubjectAccessReviewVersion: string;
      };
    }[];
  }
  const { authorizers } = parse<Asked>(machineOf(text, "server").textOf("/authorization-config.yaml"));
  assert.equal(authorizers[2]?.webhook?.matchConditionSubjectAccessReviewVersion, "v1");
  assert.deepEqual(authorizers[2]?.webhook?.matchConditions, [
    { expression: "has(request.user)" },
    { expression: "\n!('x' in request.groups)" },
  ]);
});

Deno.test("nobody comes in without a credential where the spec says so", () => {
  const text = spec("authentication: { anonymous: { enabled: false } }\n");
  const { anonymous, jwt } = parse<Readonly<Record<string, unknown>>>(
    machineOf(text, "server").textOf("/authentication-config.yaml"),
  );
  assert.deepEqual([anonymous, jwt], [{ enabled: false }, undefined]);
});

Deno.test("kubeadm starts the API server with every flag of the static pod that is not its own", () => {
  const plain = inLayout(spec(), "kubeadm");
  const whole = inLayout(
    ACCESS_SPEC.replace(
      "controlPlane:",
      "apiServer: { serviceAccountIssuer: https://o.example }\ncontrolPlane:",
    ),
    "kubeadm",
  );
  const argumentsOf = (text: string, machine: string): string[] => {
    const config = machineOf(text, machine).textOf("/kubeadm.yaml").split("---\n")
      .map((one) => parse<{ kind: string; apiServer: { extraArgs: { name: string; value: string }[] } }>(one))
      .find(({ kind }) => kind === "ClusterConfiguration");
    return config?.apiServer.extraArgs.map(({ name, value }) => `--${name}=${value}`) ?? [];
  };
  const before = flagsOf(plain, "kubeadm");
  const wanted = flagsOf(whole, "kubeadm").filter((flag) => !before.includes(flag));
  assert.equal(wanted.length, 8);
  for (const machine of ["server", "admin"]) {
    const own = argumentsOf(whole, machine).filter((flag) => !argumentsOf(plain, machine).includes(flag));
    assert.deepEqual(own.filter((flag) => !flag.endsWith("/pki/sa.pub")), wanted);
    // A list of one's own takes the place of kubeadm's, so that both files have to stand there.
    assert.equal(own.filter((flag) => flag.startsWith("--service-account-key-file=")).length, 2);
  }
});
