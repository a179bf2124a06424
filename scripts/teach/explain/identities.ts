/**
 * Users and groups of a cluster: who they are, which default bindings name them, and what follows from that. A test asks
 * a real API server about every statement.
 *
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
 *
 * @module
 */
import type { ExplainedBinding, ExplainedRights } from "./explanation.ts";

/** An identity; `<...>` in the name stands for what differs. */
export interface Identity extends ExplainedRights {
  /** Ids of catalogue entries that have more to say, or sections. */
  readonly related: readonly string[];
}

type More = Partial<Pick<Identity, "bindings" | "can" | "cannot" | "related">>;

function identity(kind: "user" | "group", name: string, what: string, more: More): Identity {
  return { name, kind, what, bindings: [], can: [], cannot: [], related: [], ...more };
}

function user(name: string, what: string, more: More = {}): Identity {
  return identity("user", name, what, more);
}

function group(name: string, what: string, more: More = {}): Identity {
  return identity("group", name, what, more);
}

/** A binding that the API server makes, called like its role. */
function byDefault(role: string): ExplainedBinding {
  return { binding: role, role, madeBy: "default" };
}

/** A binding among the manifests that `bundle` writes. */
function byManifest(name: string, role: string): ExplainedBinding {
  return {
    binding: `hardway:${name}`,
    role,
    madeBy: `the manifests of bundle, in the layout kubeadm as kubeadm:${name}`,
  };
}

const CSR = "certificatesigningrequests.certificates.k8s.io";

/** The table. */
export const IDENTITIES: readonly Identity[] = [
  group(
    "system:masters",
    "May do everything, before any authorizer is asked: no rule limits it, and until its certificate ends nothing takes it away.",
    {
      bindings: [byDefault("cluster-admin")],
      can: ["* *.*", "delete nodes", "get secrets", "impersonate users", "get /metrics"],
      related: ["super-admin", "admin"],
    },
  ),
  group(
    "kubeadm:cluster-admins",
    "Administrators by kubeadm: may do everything while the binding stands, and nothing when it is deleted.",
    {
      bindings: [byManifest("cluster-admins", "cluster-admin")],
      can: ["* *.*", "delete nodes", "get secrets"],
      related: ["admin"],
    },
  ),
  user("kubernetes-admin", "The administrator; all rights come from the group in its certificate.", {
    cannot: ["get pods", "get nodes"],
    related: ["admin", "kubeconfig/admin"],
  }),
  user("kubernetes-super-admin", "The administrator for emergencies; all rights come from system:masters.", {
    cannot: ["get pods"],
    related: ["super-admin", "kubeconfig/super-admin"],
  }),
  user(
    "system:kube-controller-manager",
    "The controller-manager. With --use-service-account-credentials each of its controllers acts as a service account of its own.",
    {
      bindings: [byDefault("system:kube-controller-manager")],
      can: [
        "list secrets",
        "watch pods",
        "create serviceaccounts/token",
        "update serviceaccounts",
        "create subjectaccessreviews.authorization.k8s.io",
      ],
      cannot: ["create pods", "delete nodes", "create clusterrolebindings.rbac.authorization.k8s.io"],
      related: ["controller-manager", "kubeconfig/kube-controller-manager"],
    },
  ),
  user("system:kube-scheduler", "The scheduler.", {
    bindings: [byDefault("system:kube-scheduler"), byDefault("system:volume-scheduler")],
    can: [
      "create pods/binding",
      "delete pods",
      "update pods/status",
      "list nodes",
      "update persistentvolumeclaims",
      "create events",
    ],
    cannot: ["create pods", "update nodes", "get secrets", "get configmaps"],
    related: ["scheduler", "kubeconfig/kube-scheduler"],
  }),
  user("system:kube-proxy", "kube-proxy on every node.", {
    bindings: [byDefault("system:node-proxier")],
    can: ["list services", "watch endpointslices.discovery.k8s.io", "get nodes", "create events"],
    cannot: ["list pods", "get secrets", "update nodes"],
    related: ["kube-proxy", "kubeconfig/kube-proxy"],
  }),
  group(
    "system:node-proxier",
    "Stands in kube-proxy's certificate by custom. No default binding names the group: the role of that name is bound to the user system:kube-proxy.",
    { cannot: ["list services", "get nodes"], related: ["kube-proxy", "system:kube-proxy"] },
  ),
  group(
    "system:nodes",
    "Every kubelet. What a node may do the Node authorizer says, not RBAC: the default binding system:node has no subjects. By RBAC its members have their own renewals approved.",
    {
      bindings: [
        byManifest(
          "node-autoapprove-certificate-rotation",
          "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
        ),
      ],
      can: [`create ${CSR}/selfnodeclient`],
      cannot: ["get nodes", "list services", `create ${CSR}/nodeclient`],
      related: ["kubelet-client/<name>", "system:node:<name>"],
    },
  ),
  user(
    "system:node:<name>",
    "The kubelet of one node, in the group system:nodes. The Node authorizer lets it read what the pods of its node use; NodeRestriction lets it change its own node and pods only.",
    {
      can: [
        "create nodes",
        "get nodes <name>",
        "list services",
        "create events",
        `create ${CSR}`,
        "create tokenreviews.authentication.k8s.io",
        "create subjectaccessreviews.authorization.k8s.io",
        "get /livez",
      ],
      cannot: [
        "list secrets",
        "get configmaps",
        "delete nodes",
        "update services",
        "create deployments.apps",
      ],
      related: ["kubelet-client/<name>", "system:nodes", "kubelet"],
    },
  ),
  user(
    "kube-apiserver-kubelet-client",
    "The API server when it calls kubelets: for logs, exec, port forwarding and metrics.",
    {
      bindings: [byManifest("apiserver-kubelet-client", "system:kubelet-api-admin")],
      can: ["get nodes/proxy", "create nodes/proxy", "get nodes/log", "get nodes/metrics", "get nodes/stats"],
      cannot: ["get pods", "get secrets", "update nodes"],
      related: ["apiserver-kubelet-client", "kubelet"],
    },
  ),
  group(
    "system:bootstrappers",
    "Whoever has a bootstrap token. hardway binds this group, kubeadm system:bootstrappers:kubeadm:default-node-token.",
    {
      bindings: [
        byManifest("kubelet-bootstrap", "system:node-bootstrapper"),
        byManifest(
          "node-autoapprove-bootstrap",
          "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
        ),
      ],
      can: [`create ${CSR}`, `get ${CSR}`, `create ${CSR}/nodeclient`],
      cannot: ["get nodes", "get secrets", `update ${CSR}/approval`, `create ${CSR}/selfnodeclient`],
      related: ["bootstrap"],
    },
  ),
  user(
    "system:bootstrap:<token id>",
    "A new node with its bootstrap token; all rights come from its groups.",
    {
      cannot: [`create ${CSR}`, "get nodes"],
      related: ["system:bootstrappers", "bootstrap"],
    },
  ),
  group("system:authenticated", "Everybody with a credential that is good.", {
    bindings: ["system:basic-user", "system:discovery", "system:public-info-viewer"].map(byDefault),
    can: ["get /api", "get /version", "create selfsubjectaccessreviews.authorization.k8s.io"],
    cannot: ["list pods", "get secrets", "get /metrics"],
  }),
  group(
    "system:unauthenticated",
    "Requests without a credential. What hardway writes lets them as far as /livez, /readyz and /healthz.",
    {
      bindings: [byDefault("system:public-info-viewer")],
      can: ["get /livez", "get /healthz", "get /version"],
      cannot: ["get /api", "list pods", "get /metrics"],
      related: ["system:anonymous"],
    },
  ),
  user(
    "system:anonymous",
    "The user of a request without a credential, in the group system:unauthenticated.",
    {
      cannot: ["list pods", "get secrets"],
      related: ["system:unauthenticated"],
    },
  ),
  group("system:serviceaccounts", "Every service account.", {
    bindings: [
      byDefault("system:service-account-issuer-discovery"),
      byDefault("system:cluster-trust-bundle-discovery"),
    ],
    can: [
      "get /openid/v1/jwks",
      "get /.well-known/openid-configuration",
      "list clustertrustbundles.certificates.k8s.io",
    ],
    cannot: ["list pods", "get secrets"],
    related: ["service-account", "system:serviceaccount:<namespace>:<name>"],
  }),
  user(
    "system:serviceaccount:<namespace>:<name>",
    "A service account. It may what its groups may, system:serviceaccounts among them, and what a binding gives it.",
    { cannot: ["list pods", "get secrets"], related: ["service-account", "system:serviceaccounts"] },
  ),
  group("system:monitoring", "Whoever collects metrics.", {
    bindings: [byDefault("system:monitoring")],
    can: ["get /metrics", "get /livez", "get nodes/metrics"],
    cannot: ["list pods", "get secrets"],
  }),
];
