/**
 * What the tests of `recipe` share: clusters, the trees that `provision` writes for them, running a script, and what Go
 * sees in a tree, held against another field by field.
 *
 * @module
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { provision, recipe, type RecipeOptions } from "../../mod.ts";
import { builtProgram } from "./cluster/built.ts";
import { SEED } from "./judged.ts";
import { findProgram, goCommand, type Result, run, runWell, type Tool } from "./tools.ts";

/** The seed's creation: certificates of a spec without a notBefore begin 5 minutes before it. */
const CREATED = Date.UTC(2026, 0, 1) / 1000;

export const openssl = findProgram("openssl", "openssl");
export const kubectl = builtProgram("kubectl");
/** Go's view of a tree. */
export const judge = await goCommand("recipe");

/** Names and groups that a shell, a configuration or a flag could read as something else. */
const HOSTILE = String.raw`
users:
  - { name: jane@example.org, groups: [developers, "example:viewers"] }
  - { name: "O'Neil, #1 + co = /CN", groups: ["a, \"team\"", "$ENV::HOME $(id) \\ ${"`id`"} #no; [x]"] }
  - { name: "-rf", groups: ["-n"] }
  - { name: "$HOME \"x\" ${"`id`"} $(touch hacked) ; & | * ? ~ %s !", groups: ["EOF", "%d @b &"] }
  - { name: "\uae40\uc9c0\ubbfc", groups: ["\uac1c\ubc1c\uc790", "zeta", "alpha"] }
  - { name: "Jane" }
  - { name: "ja=ne" }
`.replaceAll("/CN", "CN");

/** The clusters, by name. */
export const SPECS = {
  /** The hard way's lab, as we ship it. */
  lab: Deno.readTextFileSync(new URL("../../templates/cluster.yaml", import.meta.url)),
  /** Everything at once. */
  rich: `name: rich
clusterDomain: cluster.example
serviceCIDRs: [10.32.0.0/24, "fd00:32::/112"]
podCIDRs: [10.200.0.0/14, "fd00:200::/48"]
apiServer:
  endpoint: https://API.Lab.Example.org
  port: 7443
  certSANs: ["*.lab.example.org", LB.example.org, 192.0.2.10, "2001:DB8::0:10"]
controlPlane:
  - { name: cp-0, addresses: [10.240.0.10, "fd00:240::10"], dnsNames: [cp-0.lab.example.org] }
  - { name: cp-1, addresses: [10.240.0.11, "fd00:240::11"], kubelet: false }
workers:
  - { name: node-0, addresses: [10.240.0.20, "fd00:240::20"], podCIDR: 10.200.0.0/24 }
  - { name: lonely }
etcd:
  members:
    - { name: etcd-0, addresses: [10.240.0.30], dnsNames: [etcd-0.lab.example.org] }
    - { name: ca, addresses: [10.240.0.31, "fd00:240::31"] }
keys: { ca: ECDSA-P384, leaf: Ed25519, serviceAccount: RSA-2048 }
validity:
  notBefore: 2026-01-01T12:34:56Z
  ca: 100y
  overrides: { apiserver: 90d, "kubelet-*": 36h, admin: 2051-06-30T23:59:59Z, etcd-ca: 30y }
admin: { group: "example:administrators" }
files: { naming: pem }
certificates:
  - { name: ingress, sans: ["*.apps.example.org", apps.example.org, 192.0.2.80, "2001:db8::80"] }
  - { name: backup, authority: etcd, cn: "backup \\\\ operator, \\"it\\"", usages: [client], groups: [ops, backup] }
  - { name: metrics, authority: front-proxy, usages: [client], groups: [z, a] }
  - { name: robot, usages: [client], groups: [robots] }
${HOSTILE}`,
  /** RSA keys, whose servers may be sent a key. */
  rsa: `name: rsa
controlPlane: [{ name: six, addresses: ["fd00:240::10"], kubelet: false }]
serviceCIDRs: ["fd00:32::/112"]
podCIDRs: ["fd00:200::/48"]
workers: [{ name: node-0, addresses: ["fd00:241::1"] }]
keys: { ca: RSA-2048, leaf: RSA-2048, serviceAccount: ECDSA-P384 }
validity: { notBefore: 2026-01-01T00:00:00Z, ca: 20y, leaf: 5y }
certificates: [{ name: webhook, usages: [client, server], sans: [webhook.kube-system.svc] }]
`,
  /** kubeadm's layout, with its further administrator. */
  pods: `name: pods
controlPlane: [{ name: cp-0, addresses: [10.240.0.10] }]
serviceCIDRs: [10.0.0.0/8]
podCIDRs: [172.16.0.0/12]
files: { layout: kubeadm }
admin: { group: "kubeadm:cluster-admins" }
validity: { notBefore: 2026-01-01T00:00:00Z }
`,
} as const;

/** A cluster of {@linkcode SPECS}. */
export type SpecName = keyof typeof SPECS;

/** What Go sees in a certificate. */
export interface SeenCertificate {
  readonly mode: string;
  readonly subject: readonly (readonly string[])[];
  readonly issuer: readonly (readonly string[])[];
  readonly dns: readonly string[] | null;
  readonly ips: readonly string[] | null;
  readonly others: number;
  readonly keyUsage: number;
  readonly purposes: readonly string[] | null;
  readonly unknown: number;
  readonly isCA: boolean;
  readonly pathLen: number;
  readonly critical: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: string;
  readonly publicKey: string;
  readonly signature: string;
  readonly signedBy: string;
  readonly digest: string;
  readonly keyIds: boolean;
}

interface SeenKey {
  readonly mode: string;
  readonly key: string;
  readonly publicKey: string;
}

interface SeenKubeconfig {
  readonly mode: string;
  readonly cluster: string;
  readonly server: string;
  readonly user: string;
  readonly context: string;
  readonly authority: string;
  readonly certificate: string;
  readonly publicKey: string;
  readonly others: number;
}

/** What Go sees in a tree. */
export interface SeenTree {
  readonly certificates: Readonly<Record<string, SeenCertificate>>;
  readonly keys: Readonly<Record<string, SeenKey>>;
  readonly publicKeys: Readonly<Record<string, SeenKey>>;
  readonly kubeconfigs: Readonly<Record<string, SeenKubeconfig>>;
}

/** Lets Go read a tree. */
export async function look(folder: string): Promise<SeenTree> {
  assert.ok("path" in judge);
  return JSON.parse(await runWell(judge.path, [folder])) as SeenTree;
}

/** Runs an action in a folder that is gone afterwards. */
export async function inFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hardway-recipe-" });
  try {
    await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes spec and seed into a folder and provisions them. */
export async function provisionIn(folder: string, spec: string): Promise<string> {
  await Deno.writeTextFile(join(folder, "cluster.yaml"), spec);
  await Deno.writeTextFile(join(folder, "cluster.seed"), `${SEED}\n`, { mode: 0o600 });
  const report = await provision({ folder });
  return join(folder, "out", report.cluster);
}

/** The PATH of a script: the folders of programs, then the system's. */
export function pathOf(...tools: readonly Tool[]): string {
  const folders = tools.flatMap((tool) => "path" in tool ? [dirname(tool.path)] : []);
  return [...folders, "/usr/local/bin", "/usr/bin", "/bin"].join(":");
}

/**
 * Prints a script and runs it in an empty folder.
 *
 * @param folder holds the spec; the script goes beside it
 * @param options of the command
 * @param path the PATH of the script
 * @param words of the script
 * @returns the folder that it filled, and what it said
 */
export async function cook(
  folder: string,
  options: RecipeOptions,
  path: string,
  words: readonly string[] = [],
  shell = "sh",
): Promise<{ readonly kitchen: string; readonly result: Result }> {
  const script = join(folder, `${options.as}.sh`);
  await Deno.writeTextFile(script, await recipe({ folder, at: CREATED, ...options }));
  const kitchen = await Deno.makeTempDir({ dir: folder, prefix: "kitchen " });
  const result = await run(shell, [script, ...words], {
    cwd: kitchen,
    env: { PATH: path, HOME: kitchen, KUBECONFIG: "/nowhere" },
  });
  return { kitchen, result };
}

/** The same; the script has to succeed. */
export async function cookWell(
  folder: string,
  options: RecipeOptions,
  path: string,
  words: readonly string[] = [],
  shell = "sh",
): Promise<string> {
  const { kitchen, result } = await cook(folder, options, path, words, shell);
  assert.equal(result.code, 0, result.stderr.slice(-2000) + result.stdout.slice(-500));
  assert.deepEqual(await namesIn(kitchen), ["kubeconfig", "pki", "recipe"]);
  return kitchen;
}

/** Names in a folder, sorted. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

/** What a tool makes otherwise than `provision`. */
export interface Differences {
  /** Whether a file of `provision` is not made. */
  readonly isMissing?: (path: string) => boolean;
  /** What is expected of a certificate, when it is not what `provision` gives. */
  readonly expected?: (path: string, certificate: SeenCertificate) => Partial<SeenCertificate>;
  /** Changes what was found before it is compared, such as an order that means nothing. */
  readonly found?: (path: string, certificate: SeenCertificate) => Partial<SeenCertificate>;
  /** What is expected of keys that have no certificate. */
  readonly keyPair?: string;
}

/**
 * Holds a tree of a script against the one of `provision`, field by field.
 *
 * @param got what a script made
 * @param want what `provision` wrote
 * @param differences what the tool forces
 */
export function compare(got: SeenTree, want: SeenTree, differences: Differences = {}): void {
  const isThere = (path: string): boolean => differences.isMissing?.(path) !== true;
  for (const part of ["certificates", "keys", "publicKeys", "kubeconfigs"] as const) {
    const paths = Object.keys(want[part]).filter(isThere);
    assert.deepEqual(Object.keys(got[part]).sort(), paths.sort(), part);
    assert.ok(paths.length > 0);
  }
  for (const [path, found] of Object.entries(got.certificates)) {
    const model = want.certificates[path];
    assert.ok(model !== undefined);
    assert.deepEqual(
      comparable({ ...found, ...differences.found?.(path, found) }),
      comparable({ ...model, ...differences.expected?.(path, model) }),
      path,
    );
    assert.notEqual(found.publicKey, model.publicKey, `${path} has a key of its own`);
    assert.equal(got.keys[keyPathOf(path)]?.publicKey, found.publicKey, `${path} belongs to its key`);
  }
  for (const [path, { mode, key }] of Object.entries(got.keys)) {
    assert.equal(mode, "0600", path);
    if (path !== "pki/sa.key") continue;
    assert.equal(key, differences.keyPair ?? want.keys[path]?.key);
    assert.equal(got.publicKeys["pki/sa.pub"]?.publicKey, got.keys[path]?.publicKey);
    assert.notEqual(got.keys[path]?.publicKey, want.keys[path]?.publicKey);
    assert.equal(got.publicKeys["pki/sa.pub"]?.mode, "0644");
  }
  for (const path of Object.keys(got.kubeconfigs)) {
    assert.deepEqual(kubeconfigIn(got, path), kubeconfigIn(want, path), path);
  }
}

/** What is compared of a certificate: all but what differs with each key. */
function comparable(
  { publicKey: _, digest: __, signature: ___, ...rest }: SeenCertificate,
): Omit<SeenCertificate, "publicKey" | "digest" | "signature"> {
  return { ...rest, critical: [...rest.critical].sort() };
}

/** A kubeconfig with the paths of what is embedded in it. */
function kubeconfigIn(tree: SeenTree, path: string): unknown {
  const seen = tree.kubeconfigs[path];
  assert.ok(seen !== undefined);
  const { authority, certificate, publicKey, ...rest } = seen;
  const find = (digest: string): string | undefined =>
    Object.entries(tree.certificates).find(([, one]) => one.digest === digest)?.[0];
  const client = find(certificate);
  assert.equal(tree.certificates[client ?? ""]?.publicKey, publicKey, `the key in ${path}`);
  return { ...rest, authority: find(authority), client };
}

/** The path of a certificate's key, in both namings. */
function keyPathOf(path: string): string {
  return path.endsWith(".pem") ? path.replace(/\.pem$/, "-key.pem") : path.replace(/\.crt$/, ".key");
}

/** A subject as Go writes it: all groups in one RDN, whose order means nothing. */
export function inOneRdn(subject: SeenCertificate["subject"]): SeenCertificate["subject"] {
  const isGroup = (attribute: string): boolean => attribute.startsWith("2.5.4.10=");
  const groups = subject.flat().filter(isGroup);
  const rest = subject.filter((rdn) => !rdn.some(isGroup));
  return groups.length === 0 ? rest : [groups.sort(), ...rest];
}
