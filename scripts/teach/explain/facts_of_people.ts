/**
 * Facts about certificates and kubeconfigs of people, and of what the spec adds.
 *
 * @module
 */
import { type EntryFacts, type Fault, PAGES } from "./facts_shape.ts";

/** What a person hears, and what the API server logs. */
const REFUSED_PERSON: readonly Fault[] = [
  ["It is past its end.", "kubectl; kube-apiserver logs", ["unauthorized", "unauthenticated", "expired"]],
  ["It is another cluster's.", "kubectl; kube-apiserver logs", [
    "unauthorized",
    "unauthenticated",
    "unknownAuthority",
  ]],
];

const KUBECONFIG_FAULTS: readonly Fault[] = [
  ["It embeds a certificate that is past its end.", "kubectl", ["unauthorized"]],
  ["It embeds another CA than the one that signed the API server's certificate.", "kubectl", [
    "unknownAuthority",
  ]],
  ["Its server is no name of the API server's certificate.", "kubectl", ["otherName"]],
  ["It names files that are gone.", "kubectl", ["unreadableCertificate", "noFile"]],
  ["It is no kubeconfig.", "kubectl", ["unreadableKubeconfig"]],
];

/** The facts, by id. */
export const PEOPLE_FACTS: Readonly<Record<string, EntryFacts>> = {
  admin: {
    text: [
      "The administrator's way into the API server. What it may do comes from its group alone: kubeadm:cluster-admins by a binding that can be deleted, or system:masters by no rule at all.",
    ],
    uses: [],
    faults: [...REFUSED_PERSON, ["Its group is not bound.", "kubectl", ["forbidden"]]],
    kubeadm: "admin.conf",
    restart: [],
    pages: [PAGES.rbac, PAGES.pki],
  },
  "kubeconfig/admin": {
    text: ["Holds the CA, the administrator's certificate and its key; it calls the endpoint."],
    uses: [],
    faults: KUBECONFIG_FAULTS,
    kubeadm: "admin.conf",
    restart: [],
    renewal: ["Copies, such as ~/.kube/config, have to be replaced too."],
    pages: [PAGES.kubeconfigs, PAGES.kubeadm],
  },
  "super-admin": {
    text: [
      "For the day when RBAC is broken and nobody may repair it. It stays on the first control plane, or in a safe: nothing takes its rights away before it ends.",
    ],
    uses: [],
    faults: [
      ...REFUSED_PERSON,
      ["Somebody asks the Certificates API for such a certificate.", "kube-apiserver's answer", [
        "mastersRefused",
      ]],
    ],
    kubeadm: "super-admin.conf",
    restart: [],
    pages: [PAGES.pki, PAGES.kubeadm],
  },
  "kubeconfig/super-admin": {
    text: ["Holds the CA, the super-administrator's certificate and its key; it calls the endpoint."],
    uses: [],
    faults: KUBECONFIG_FAULTS,
    kubeadm: "super-admin.conf",
    restart: [],
    pages: [PAGES.kubeconfigs, PAGES.kubeadm],
  },
  "user/<name>": {
    text: [
      "A person's way into the API server: the common name is the user, every organization a group. Kubernetes keeps no list of users, and no certificate can be revoked: let it end soon, and give rights by bindings that can be deleted.",
    ],
    uses: [],
    faults: [
      ...REFUSED_PERSON,
      ["No binding names the user or a group.", "kubectl", ["forbidden"]],
      ["It was requested for system:masters.", "kube-apiserver's answer", ["mastersRefused"]],
    ],
    restart: [],
    pages: [PAGES.authentication, PAGES.requests],
  },
  "kubeconfig/users/<name>": {
    text: ["Holds the CA, the person's certificate and its key; it calls the endpoint."],
    uses: [],
    faults: KUBECONFIG_FAULTS,
    restart: [],
    pages: [PAGES.kubeconfigs],
  },
  "extra/<name>": {
    text: [
      "A certificate that the spec asks for besides: its CA, names, groups and usages are those of the spec. Signed by the cluster's CA for clients it is a way into the API server like every other.",
    ],
    uses: [],
    faults: [
      ["It is past its end.", "whoever is shown it", ["expired"]],
      ["Its usages do not fit.", "whoever is shown it", ["wrongUsage"]],
    ],
    restart: [],
    pages: [PAGES.authentication],
  },
};
