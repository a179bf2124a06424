/**
 * The trees that the foreign judges read: every algorithm and mix, both namings, both families, names in other
 * scripts, ends past 2049. They are written once per run of the tests, as a user gets them, by `provision`.
 *
 * @module
 */
import { join } from "node:path";
import { provision, type SpecInput } from "../../mod.ts";

/** The pinned seed of the published vectors, created 2026-01-01T00:00:00Z. It guards nothing. */
export const SEED = "HARDWAY-SEED-1QYQQQQQQD92MJQQQQYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RU92MX23";

/** One tree on disk. */
export interface Judged {
  readonly name: string;
  /** Its root: `out/<name>`. */
  readonly folder: string;
  /** The spec as JSON, for judges that work out themselves what must be there. */
  readonly spec: string;
  /** Every certificate, CAs first. */
  readonly certificates: readonly JudgedCertificate[];
  readonly kubeconfigs: readonly JudgedKubeconfig[];
}

/** A certificate as the manifest describes it; Go's judge compares the manifest with the certificates. */
export interface JudgedCertificate {
  readonly id: string;
  /** Absolute paths. */
  readonly path: string;
  readonly keyPath: string;
  /** Path of the CA that signed it; its own for a CA. */
  readonly authority: string;
  readonly isAuthority: boolean;
  readonly usages: readonly ("server" | "client")[];
  readonly dnsNames: readonly string[];
  readonly addresses: readonly string[];
  /** Unix seconds. */
  readonly notBefore: number;
}

/** A kubeconfig, with what it must hold. */
export interface JudgedKubeconfig {
  readonly id: string;
  readonly path: string;
  readonly server: string;
  /** CN and O of its certificate: whom the API server sees. */
  readonly user: string;
  readonly groups: readonly string[];
  readonly client: JudgedCertificate;
  readonly authority: string;
}

const SERVER = { name: "server", addresses: ["10.240.0.10"], dnsNames: ["server.kubernetes.local"] };
const NODE = { name: "node-0", addresses: ["10.240.0.20"] };
/** For judges that cannot move their clock. */
const LONG = { notBefore: "2025-01-01T00:00:00Z", ca: "100y", leaf: "99y" } as const;

/** The clusters. RSA-4096 only in CAs: such a key takes seconds. */
const SPECS: readonly SpecInput[] = [
  {
    name: "lab",
    clusterDomain: "cluster.example",
    serviceCIDRs: ["10.32.0.0/24", "fd00:32::/112"],
    podCIDRs: ["10.200.0.0/14", "fd00:200::/48"],
    apiServer: {
      endpoint: "https://API.Lab.Example.org",
      port: 7443,
      certSANs: ["*.lab.example.org", "LB.example.org", "192.0.2.10", "2001:DB8::0:10", "10.240.0.10"],
    },
    controlPlane: [
      { name: "cp-0", addresses: ["10.240.0.10", "fd00:240::10"], dnsNames: ["cp-0.lab.example.org"] },
      { name: "cp-1", addresses: ["10.240.0.11", "fd00:240::11"], kubelet: false },
    ],
    workers: [
      { name: "node-[08-16]", addresses: ["10.241.0.0/24", "fd00:241::/64"], podCIDR: "10.202.0.0/16" },
      { name: "lonely" },
    ],
    etcd: {
      members: [
        { name: "etcd-0", addresses: ["10.240.0.30"], dnsNames: ["etcd-0.lab.example.org"] },
        { name: "etcd-1", addresses: ["10.240.0.31", "fd00:240::31"] },
      ],
    },
    keys: { serviceAccount: "RSA-2048" },
    validity: { overrides: { apiserver: "90d", "kubelet-*": "4380h" } },
    admin: { group: "example:administrators" },
    generations: { apiserver: 2, "user/*": 3, "service-account": 4 },
    users: [
      { name: "jane@example.org", groups: ["developers", "example:viewers", "a team"] },
      { name: "\u{ae40}\u{c9c0}\u{bbfc}", groups: ["\u{ac1c}\u{bc1c}\u{c790}", "developers"] },
      { name: "O'Neil, #1 + co" },
    ],
    certificates: [
      { name: "ingress", sans: ["*.apps.example.org", "apps.example.org", "192.0.2.80", "2001:db8::80"] },
      { name: "backup", authority: "etcd", cn: "backup operator", groups: ["ops", "backup"] },
      { name: "metrics", authority: "front-proxy", usages: ["client"], groups: ["z", "a"] },
      { name: "webhook", usages: ["client", "server"], sans: ["webhook.kube-system.svc", "webhook"] },
    ],
  },
  { name: "rsa-2048", controlPlane: [{ ...SERVER, kubelet: false }], workers: [NODE], ...keys("RSA-2048") },
  {
    name: "rsa-3072",
    controlPlane: [{ ...SERVER, kubelet: false }],
    workers: [NODE],
    validity: LONG,
    users: [{ name: "jane", groups: ["developers"] }],
    keys: { ca: "RSA-3072", leaf: "ECDSA-P256", serviceAccount: "RSA-3072" },
  },
  {
    name: "rsa-4096",
    controlPlane: [{ ...SERVER, kubelet: false }],
    workers: [NODE],
    validity: LONG,
    users: [{ name: "jane", groups: ["developers"] }],
    keys: { ca: "RSA-4096", leaf: "Ed25519", serviceAccount: "RSA-4096" },
  },
  {
    name: "p384",
    serviceCIDRs: ["fd00:32::/112"],
    podCIDRs: ["fd00:200::/48"],
    apiServer: { endpoint: "https://[FD00:240:0::10]:8443", port: 8443 },
    controlPlane: [{ name: "six", addresses: ["fd00:240::10"] }],
    workers: [{ name: "node-[0-1]", addresses: ["fd00:241::/64"], podCIDR: "fd00:200::/52" }],
    files: { naming: "pem" },
    validity: LONG,
    users: [{ name: "\u{ae40}\u{c9c0}\u{bbfc}", groups: ["\u{ac1c}\u{bc1c}\u{c790}"] }],
    ...keys("ECDSA-P384"),
  },
  {
    name: "ed25519",
    controlPlane: [SERVER],
    workers: [NODE],
    validity: LONG,
    users: [{ name: "jane@example.org", groups: ["developers", "viewers"] }],
    keys: { ca: "Ed25519", leaf: "Ed25519", serviceAccount: "ECDSA-P384" },
  },
  {
    name: "p256-rsa",
    controlPlane: [{ ...SERVER, kubelet: false }],
    files: { naming: "pem" },
    validity: { ...LONG, overrides: { "*": "4000d" } },
    keys: { ca: "ECDSA-P256", leaf: "RSA-2048" },
  },
  {
    name: "ed25519-p384",
    controlPlane: [{ ...SERVER, kubelet: false }],
    workers: [NODE],
    validity: LONG,
    keys: { ca: "Ed25519", leaf: "ECDSA-P384" },
  },
  {
    name: "p384-ed25519",
    controlPlane: [{ ...SERVER, kubelet: false }],
    workers: [NODE],
    validity: LONG,
    keys: { ca: "ECDSA-P384", leaf: "Ed25519" },
  },
  {
    // Both sides of the change from UTCTime to GeneralizedTime (RFC 5280 section 4.1.2.5).
    name: "late",
    controlPlane: [SERVER],
    workers: [NODE],
    validity: {
      notBefore: "2049-06-30T12:34:56Z",
      ca: "9999-12-31T23:59:58Z",
      leaf: "30y",
      overrides: {
        apiserver: "2049-12-31T23:59:59Z",
        admin: "2050-01-01T00:00:00Z",
        scheduler: "9999-12-31T23:59:58Z",
        "kubelet-*": "1h",
      },
    },
  },
  {
    // Everything in GeneralizedTime; the RSA leaves of the EC mixes have their counterpart here.
    name: "future",
    controlPlane: [{ ...SERVER, kubelet: false }],
    validity: { notBefore: "2050-01-01T00:00:00Z" },
    keys: { ca: "RSA-2048", leaf: "ECDSA-P384" },
  },
];

function keys(algorithm: "RSA-2048" | "ECDSA-P384"): Pick<SpecInput, "keys"> {
  return { keys: { ca: algorithm, leaf: algorithm, serviceAccount: algorithm } };
}

/** Names the folder of this run for the other test files: they run in one process, each in a world of its own. */
const VARIABLE = "HARDWAY_INTEROP_TREES";
const PREFIX = "hardway-interop-";

/** Writes the trees, or finds those that this run's first test file wrote. */
export async function judgedTrees(): Promise<readonly Judged[]> {
  let folder = Deno.env.get(VARIABLE);
  if (folder === undefined) {
    folder = await makeFolder();
    for (const spec of SPECS) await writeTree(folder, spec);
    Deno.env.set(VARIABLE, folder);
  }
  const root = folder;
  return SPECS.map(({ name }) => readTree(root, name));
}

/** Makes a folder, and removes what runs of over an hour ago left. */
async function makeFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: PREFIX });
  const parent = join(folder, "..");
  for await (const entry of Deno.readDir(parent)) {
    if (!entry.isDirectory || !entry.name.startsWith(PREFIX)) continue;
    const path = join(parent, entry.name);
    const { mtime } = await Deno.stat(path);
    if (mtime !== null && Date.now() - mtime.getTime() > 3_600_000) {
      await Deno.remove(path, { recursive: true });
    }
  }
  return folder;
}

async function writeTree(folder: string, spec: SpecInput): Promise<void> {
  await Deno.writeTextFile(join(folder, `${spec.name}.json`), JSON.stringify(spec, null, 2));
  await Deno.writeTextFile(join(folder, "pinned.seed"), `${SEED}\n`, { mode: 0o600 });
  await provision({ folder, spec: `${spec.name}.json`, seed: "pinned.seed" });
}

interface Recorded {
  readonly files: readonly {
    readonly path: string;
    readonly id: string;
    readonly kind: string;
    readonly issuer?: string;
    readonly subject?: string;
    readonly sans?: readonly string[];
    readonly notBefore?: string;
    readonly server?: string;
  }[];
}

/** Clients of kubeconfigs whose ids differ. */
const CLIENTS: Readonly<Record<string, string>> = {
  "kubeconfig/admin": "admin",
  "kubeconfig/kube-controller-manager": "controller-manager",
  "kubeconfig/kube-scheduler": "scheduler",
  "kubeconfig/kube-proxy": "kube-proxy",
};

function readTree(root: string, name: string): Judged {
  const folder = join(root, "out", name);
  const manifest = JSON.parse(Deno.readTextFileSync(join(folder, "manifest.json"))) as Recorded;
  const keyPaths = new Map(
    manifest.files.flatMap((file) => file.kind === "key" ? [[file.id, join(folder, file.path)]] : []),
  );
  const found = manifest.files.filter((file) => file.kind === "certificate");
  const authorities = new Map(
    found.flatMap((file) => file.subject === file.issuer ? [[file.subject, join(folder, file.path)]] : []),
  );
  const certificates = found.map((file): JudgedCertificate => ({
    id: file.id,
    path: join(folder, file.path),
    keyPath: keyPaths.get(file.id) ?? "",
    authority: authorities.get(file.issuer) ?? "",
    isAuthority: file.subject === file.issuer,
    usages: usagesOf(file.id),
    dnsNames: (file.sans ?? []).filter((san) => !isAddress(san)),
    addresses: (file.sans ?? []).filter(isAddress),
    notBefore: Date.parse(file.notBefore ?? "") / 1000,
  }));
  const byId = new Map(certificates.map((certificate) => [certificate.id, certificate]));
  const kubeconfigs = manifest.files.filter((file) => file.kind === "kubeconfig").map(
    (file): JudgedKubeconfig => {
      const client = byId.get(
        CLIENTS[file.id] ??
          file.id.replace(/^kubeconfig\/(users\/)?/, (_, user) => user ? "user/" : "kubelet-client/"),
      );
      if (client === undefined) throw new Error(`No client certificate for "${file.id}"`);
      return {
        id: file.id,
        path: join(folder, file.path),
        server: file.server ?? "",
        user: userOf(client.id),
        groups: groupsOf(client.id, name),
        client,
        authority: byId.get("ca")?.path ?? "",
      };
    },
  );
  return {
    name,
    folder,
    spec: join(root, `${name}.json`),
    certificates: certificates.toSorted((a, b) => Number(b.isAuthority) - Number(a.isAuthority)),
    kubeconfigs,
  };
}

function isAddress(text: string): boolean {
  return text.includes(":") || /^[\d.]+$/.test(text);
}

/** What a certificate is for, by the design's table (section 3), not by what it says. */
function usagesOf(id: string): readonly ("server" | "client")[] {
  if (/^(apiserver|kubelet-server\/.*|extra\/ingress)$/.test(id)) return ["server"];
  if (/^(etcd-(server|peer)\/.*|extra\/webhook)$/.test(id)) return ["server", "client"];
  return /^(|etcd-|front-proxy-)ca$/.test(id) ? [] : ["client"];
}

/** Who a kubeconfig's client is, by the design's table. */
function userOf(id: string): string {
  const [kind = "", name] = id.split("/");
  if (name !== undefined) return kind === "user" ? name : `system:node:${name}`;
  return kind === "admin"
    ? "kubernetes-admin"
    : kind.startsWith("kube-")
    ? `system:${kind}`
    : `system:kube-${kind}`;
}

/** The groups of a kubeconfig's client, by the design's table and the spec. */
function groupsOf(id: string, tree: string): readonly string[] {
  const spec = SPECS.find((item) => item.name === tree);
  if (id === "admin") return [spec?.admin?.group ?? "system:masters"];
  if (id === "kube-proxy") return ["system:node-proxier"];
  if (id.startsWith("kubelet-client/")) return ["system:nodes"];
  return spec?.users?.find((user) => `user/${user.name}` === id)?.groups ?? [];
}
