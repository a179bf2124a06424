/**
 * Roles, bindings, validity of users, and the group that is dangerous: what is taken, what becomes of it, and what is
 * refused at which place.
 */
import assert from "node:assert/strict";
import { parseSpec } from "../scripts/spec/read.ts";
import { planCluster } from "../scripts/plan/plan.ts";
import { rbacObjects } from "../scripts/render/rbac.ts";
import { HardwayError } from "../scripts/shared/errors.ts";

const HEAD = "name: lab\ncontrolPlane: [{ name: server, addresses: [10.240.0.10] }]\n";

const GOOD = `${HEAD}validity: { notBefore: 2026-01-01T00:00:00Z, overrides: { "user/*": 90d } }
dangerous: [system-masters]
roles:
- { name: pod-reader, namespace: default, rules: [{ resources: [pods], verbs: [get, list] }] }
- { name: pod-reader, rules: [{ apiGroups: ["", apps], resources: ["*"], resourceNames: [a], verbs: ["*"] }] }
- { name: "x:metrics", rules: [{ nonResourceURLs: [/metrics], verbs: [get] }] }
users:
- { name: jane, groups: [developers], validity: 30d, bindings: [{ role: pod-reader }, { clusterRole: pod-reader }] }
- { name: joe, bindings: [{ role: other, namespace: kube-system }, { clusterRole: view, namespace: a }] }
- { name: root, groups: ["system:masters"] }
serviceAccounts:
- { name: bot, bindings: [{ role: pod-reader }] }
- { name: jane, namespace: tools, automount: true, tokenSecret: true, bindings: [{ clusterRole: view }] }
`;

Deno.test("roles and bindings become the objects of RBAC, in the order of the spec", () => {
  const objects = JSON.parse(JSON.stringify(rbacObjects(parseSpec(GOOD, "cluster.yaml")))) as unknown[];
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const apiGroup = "rbac.authorization.k8s.io";
  const bound = (
    kind: string,
    name: string,
    namespace: string | undefined,
    role: string,
    of: string,
    user: string,
  ): unknown => ({
    apiVersion,
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    roleRef: { apiGroup, kind: of, name: role },
    subjects: [{ apiGroup, kind: "User", name: user }],
  });
  assert.deepEqual(objects, [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "tools" } },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "a" } },
    {
      apiVersion,
      kind: "Role",
      metadata: { name: "pod-reader", namespace: "default" },
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }],
    },
    {
      apiVersion,
      kind: "ClusterRole",
      metadata: { name: "pod-reader" },
      rules: [{ apiGroups: ["", "apps"], resources: ["*"], resourceNames: ["a"], verbs: ["*"] }],
    },
    {
      apiVersion,
      kind: "ClusterRole",
      metadata: { name: "x:metrics" },
      rules: [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }],
    },
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "bot", namespace: "default" },
      automountServiceAccountToken: false,
    },
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "jane", namespace: "tools" },
      automountServiceAccountToken: true,
    },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: "jane-token",
        namespace: "tools",
        annotations: { "kubernetes.io/service-account.name": "jane" },
      },
      type: "kubernetes.io/service-account-token",
    },
    bound("RoleBinding", "jane:pod-reader", "default", "pod-reader", "Role", "jane"),
    bound("ClusterRoleBinding", "jane:cluster:pod-reader", undefined, "pod-reader", "ClusterRole", "jane"),
    bound("RoleBinding", "joe:other", "kube-system", "other", "Role", "joe"),
    bound("RoleBinding", "joe:cluster:view", "a", "view", "ClusterRole", "joe"),
    {
      apiVersion,
      kind: "RoleBinding",
      metadata: { name: "serviceaccount:default:bot:pod-reader", namespace: "default" },
      roleRef: { apiGroup, kind: "Role", name: "pod-reader" },
      subjects: [{ kind: "ServiceAccount", name: "bot", namespace: "default" }],
    },
    {
      apiVersion,
      kind: "ClusterRoleBinding",
      metadata: { name: "serviceaccount:tools:jane:cluster:view" },
      roleRef: { apiGroup, kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "ServiceAccount", name: "jane", namespace: "tools" }],
    },
  ]);
});

Deno.test("a user's own validity goes before every pattern", () => {
  const plan = planCluster(parseSpec(GOOD, "cluster.yaml"), 0);
  const days = (id: string): number => {
    const entry = plan.entries.find((one) => one.id === id);
    assert.ok(entry?.kind === "certificate");
    return (entry.notAfter - entry.notBefore) / 86400;
  };
  assert.deepEqual(["user/jane", "user/joe", "admin"].map(days), [30, 90, 365]);
});

const REFUSED: readonly (readonly [name: string, more: string, messages: readonly string[]])[] = [
  ["system:masters without leave", `users: [{ name: root, groups: ["system:masters"] }]`, [
    '3:31: Cannot put "root" into system:masters: no rule limits it and nothing revokes it; if it must be, say dangerous: [system-masters]',
  ]],
  ["another danger", "dangerous: [system-master]", [
    '3:13: Cannot use "system-master" as dangerous[0]: expected system-masters',
  ]],
  ["a validity that is none", "users: [{ name: jane, validity: soon }]", [
    '3:33: Cannot use "soon" as users[0].validity: expected a duration such as 10y, 90d or 12h (y is 365 days), or an end such as 2036-01-01T00:00:00Z',
  ]],
  ["a user who outlives the CA", "validity: { ca: 1y }\nusers: [{ name: jane, validity: 2y }]", [
    "4:33: ",
  ]],
  ["a name with a slash", "roles: [{ name: a/b, rules: [{ resources: [pods], verbs: [get] }] }]", [
    '3:17: Cannot use "a/b" as roles[0].name: expected the name of a role: 1 to 253 characters without /, %, control characters or white space, and not . or ..',
  ]],
  [
    "a namespace that is no label",
    "roles: [{ name: a, namespace: A, rules: [{ resources: [pods], verbs: [get] }] }]",
    [
      '3:31: Cannot use "A" as roles[0].namespace: expected the name of a namespace: an RFC 1123 label such as default',
    ],
  ],
  ["no rule", "roles: [{ name: a, rules: [] }]", [
    "3:27: Cannot use a list as roles[0].rules: expected at least one rule",
  ]],
  ["no verb", "roles: [{ name: a, rules: [{ resources: [pods], verbs: [] }] }]", [
    "3:56: Cannot use a list as roles[0].rules[0].verbs: expected at least one verb",
  ]],
  ["nothing to act on", "roles: [{ name: a, rules: [{ verbs: [get] }] }]", [
    '3:28: Missing key "resources" in roles[0].rules[0]: expected resources or nonResourceURLs',
  ]],
  ["empty lists", "roles: [{ name: a, rules: [{ resources: [], apiGroups: [], verbs: [get] }] }]", [
    "3:41: Cannot use an empty list as roles[0].rules[0].resources: expected at least one",
    "3:56: Cannot use an empty list as roles[0].rules[0].apiGroups: expected at least one",
  ]],
  [
    "both kinds in one rule",
    "roles: [{ name: a, rules: [{ resources: [pods], nonResourceURLs: [/x], verbs: [get] }] }]",
    [
      "3:28: Cannot use roles[0].rules[0]: expected either resources or nonResourceURLs",
    ],
  ],
  [
    "paths in a namespace",
    "roles: [{ name: a, namespace: b, rules: [{ nonResourceURLs: [/x], verbs: [get] }] }]",
    [
      "3:42: Cannot use nonResourceURLs in roles[0].rules[0]: a role with a namespace has resources only",
    ],
  ],
  [
    "a role twice",
    "roles:\n- { name: a, rules: [{ resources: [pods], verbs: [get] }] }\n- { name: a, rules: [{ resources: [pods], verbs: [get] }] }",
    ['5:11: Duplicate role "a": expected each name once in a namespace'],
  ],
  ["a role of no known namespace", "users: [{ name: jane, bindings: [{ role: a }] }]", [
    '3:34: Missing key "namespace" in users[0].bindings[0]: expected the role\'s, as the spec has no role of this name',
  ]],
  [
    "neither and both kinds of roles",
    "users: [{ name: jane, bindings: [{}, { role: a, clusterRole: b }] }]",
    [
      "3:34: Cannot use this as users[0].bindings[0]: expected either role or clusterRole",
      "3:38: Cannot use this as users[0].bindings[1]: expected either role or clusterRole",
    ],
  ],
  ["an unknown key, once", "users: [{ name: jane, bindings: [{ rolle: a }] }]", [
    '3:36: Unknown key "rolle": did you mean "role"?',
  ]],
  ["a binding twice", "users: [{ name: jane, bindings: [{ clusterRole: a }, { clusterRole: a }] }]", [
    '3:54: Duplicate binding of "a": expected each once',
  ]],
  ["a service account twice", "serviceAccounts: [{ name: a }, { name: a, namespace: default }]", [
    '3:40: Duplicate service account "a": expected each name once in a namespace',
  ]],
  ["a service account of a bad name", "serviceAccounts: [{ name: A_b }]", [
    '3:27: Cannot use "A_b" as serviceAccounts[0].name: expected the name of an object: an RFC 1123 subdomain such as build-bot',
  ]],
  ["a name that no object can have", 'users: [{ name: "5%", bindings: [{ clusterRole: a }] }]', [
    '3:17: Cannot bind roles to "5%": expected a name without %, as bindings are named after it',
  ]],
];

for (const [name, more, messages] of REFUSED) {
  Deno.test(`${name}: refused at its place`, () => {
    assert.throws(() => planCluster(parseSpec(`${HEAD}${more}\n`, "c.yaml"), 0), (error) => {
      assert.ok(error instanceof HardwayError);
      const found = error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
      assert.equal(found.length, messages.length, found.join("\n"));
      for (const [index, message] of messages.entries()) {
        assert.ok(found[index]?.startsWith(message), found.join("\n"));
      }
      return true;
    });
  });
}
