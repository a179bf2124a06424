/**
 * The steps of a recipe for kubeadm: which of its commands makes which entry.
 *
 * @module
 */
import type { CertificateEntry, KeyPairEntry, KubeconfigEntry } from "../../plan/types.ts";
import { endOf } from "../../shared/time.ts";
import type { KeyAlgorithm } from "../../spec/scalars.ts";
import { WORK, workFolder } from "./frame.ts";
import { changeConfig, duration, kubeadmAlgorithm, type KubeadmChanges } from "./kubeadm_config.ts";
import { configFile, KUBEADM_CONFIG, namesOf } from "./kubeadm_set_up.ts";
import type { RecipeInput } from "./recipe_input.ts";
import type { RecipeEntry, Selection } from "./selection.ts";
import { command, comment, file, flag, operand, word } from "./shell.ts";

/** Entries that a phase of `kubeadm init phase certs` makes, with the base of its files. */
const PHASES: Readonly<
  Record<string, { readonly phase: string; readonly base: string; readonly remark?: string }>
> = {
  ca: { phase: "ca", base: "ca", remark: "kubeadm calls it kubernetes." },
  "etcd-ca": { phase: "etcd-ca", base: "etcd/ca" },
  "front-proxy-ca": { phase: "front-proxy-ca", base: "front-proxy-ca" },
  apiserver: { phase: "apiserver", base: "apiserver" },
  "apiserver-kubelet-client": {
    phase: "apiserver-kubelet-client",
    base: "apiserver-kubelet-client",
    remark: "Older versions of kubeadm put it into a group of administrators, provision into none.",
  },
  "apiserver-etcd-client": { phase: "apiserver-etcd-client", base: "apiserver-etcd-client" },
  "front-proxy-client": { phase: "front-proxy-client", base: "front-proxy-client" },
  "etcd-healthcheck-client": { phase: "etcd-healthcheck-client", base: "etcd/healthcheck-client" },
};

/** Clients for whom `kubeadm init phase kubeconfig` has a phase that gives them the same identity. */
const KUBECONFIG_PHASES: ReadonlySet<string> = new Set(["controller-manager", "scheduler"]);

const FOLDER = `${WORK}/kubernetes`;

/** Whether kubeadm has a way to make an entry. */
export function isMadeByKubeadm(entry: RecipeEntry): boolean {
  return entry.kind !== "certificate" || entry.id in PHASES || etcdPhase(entry) !== undefined ||
    isUser(entry);
}

/** Whether a certificate is one of a client of the API server, such as `kubeadm kubeconfig user` makes. */
function isUser(entry: CertificateEntry): boolean {
  return entry.authority === "kubernetes" && entry.usages.join() === "client" && namesOf(entry).length === 0;
}

function etcdPhase({ id }: CertificateEntry): "server" | "peer" | undefined {
  const match = /^etcd-(server|peer)\//.exec(id);
  return match?.[1] === "server" ? "server" : match?.[1] === "peer" ? "peer" : undefined;
}

/**
 * Writes the step of an entry.
 *
 * @param entry what it makes
 * @param input what the recipe is made of
 * @param selection what the recipe makes
 */
export function kubeadmStep(entry: RecipeEntry, input: RecipeInput, selection: Selection): string[] {
  switch (entry.kind) {
    case "key-pair":
      return keyPairStep(entry, input);
    case "kubeconfig":
      return kubeconfigStep(entry, input.plan.cluster, selection);
    case "certificate": {
      const known = PHASES[entry.id];
      if (known !== undefined) return phaseStep(entry, input, known);
      const phase = etcdPhase(entry);
      if (phase !== undefined) return etcdStep(entry, input, phase, selection);
      return isUser(entry) ? userStep(entry, input) : comment(whyNot(entry));
    }
  }
}

function whyNot(entry: CertificateEntry): string {
  return entry.id.startsWith("kubelet-server/")
    ? `Not made: kubeadm leaves it to the kubelet, which signs its own, or asks the cluster with serverTLSBootstrap. ` +
      `provision writes ${entry.certificatePath}.`
    : `Not made: kubeadm signs clients of the API server only. provision writes ${entry.certificatePath}.`;
}

function phaseStep(
  entry: CertificateEntry,
  input: RecipeInput,
  { phase, base, remark }: { readonly phase: string; readonly base: string; readonly remark?: string },
): string[] {
  const config = configOf(entry, input);
  return [
    ...(remark === undefined ? [] : comment(remark)),
    ...config.lines,
    `kubeadm init phase certs ${phase} --config ${word(config.path)}`,
    `cp ${FOLDER}/${base}.crt ${word(entry.certificatePath)}`,
    `cp ${FOLDER}/${base}.key ${word(entry.keyPath)}`,
  ];
}

function keyPairStep(entry: KeyPairEntry, { spec }: RecipeInput): string[] {
  const path = `${WORK}/service-account.yaml`;
  const change = changeOf(entry.keyAlgorithm, spec.keys.leaf);
  const isOther = change !== undefined;
  return [
    ...(isOther ? [changeConfig(KUBEADM_CONFIG, path, { encryptionAlgorithm: change })] : []),
    `kubeadm init phase certs sa --config ${isOther ? path : KUBEADM_CONFIG}`,
    `cp ${FOLDER}/sa.key ${word(entry.keyPath)}`,
    `cp ${FOLDER}/sa.pub ${word(entry.publicKeyPath)}`,
  ];
}

/** A member of etcd: kubeadm only knows the one on the machine that it stands on, so it is told to stand there. */
function etcdStep(
  entry: CertificateEntry,
  input: RecipeInput,
  phase: "server" | "peer",
  { entries, certificates }: Selection,
): string[] {
  const member = input.spec.etcdMembers.find(({ name }) => name === entry.machine);
  if (member === undefined) throw new Error(`The spec has no etcd member ${entry.machine}`);
  const own = `${WORK}/etcd/${member.name}`;
  const path = `${own}/kubeadm.yaml`;
  const isFirst = phase === "server" || !entries.some(({ id }) => id === `etcd-server/${member.name}`);
  const authority = certificates.get(entry.issuer);
  if (authority === undefined) throw new Error(`The selection has no CA with the id ${entry.issuer}`);
  const config = configOf(entry, input, path);
  return [
    ...(isFirst
      ? [
        ...comment(`kubeadm makes etcd's certificates of its own machine: here that is ${member.name}.`),
        `mkdir -p ${own}/pki/etcd`,
        ...configFile(input, member, path, `${own}/pki`, namesOf(entry)),
        `cp ${word(authority.certificatePath)} ${own}/pki/etcd/ca.crt`,
        `cp ${word(authority.keyPath)} ${own}/pki/etcd/ca.key`,
      ]
      : []),
    ...config.lines,
    `kubeadm init phase certs etcd-${phase} --config ${word(config.path)}`,
    `mv ${own}/pki/etcd/${phase}.crt ${word(entry.certificatePath)}`,
    `mv ${own}/pki/etcd/${phase}.key ${word(entry.keyPath)}`,
  ];
}

/** Path of the kubeconfig that kubeadm gives a client. */
function handedOut(client: CertificateEntry): string {
  const folder = workFolder(client.certificatePath);
  return KUBECONFIG_PHASES.has(client.id) ? `${folder}/${client.id}.conf` : `${folder}/kubeconfig`;
}

function userStep(entry: CertificateEntry, input: RecipeInput): string[] {
  const folder = workFolder(entry.certificatePath);
  const config = configOf(entry, input);
  const path = handedOut(entry);
  const make = KUBECONFIG_PHASES.has(entry.id)
    ? command(`kubeadm init phase kubeconfig ${entry.id}`, [
      `--config ${word(config.path)} --kubeconfig-dir "$PWD"/${word(folder)}`,
    ])
    : command("kubeadm kubeconfig user", [
      `--config ${KUBEADM_CONFIG} --validity-period ${duration(entry.notAfter - entry.notBefore)}`,
      ...entry.subject.organizations.map((group) => flag("org", csvField(group))),
      `${flag("client-name", entry.subject.commonName)} > ${word(path)}`,
    ]);
  return [
    `mkdir -p ${word(folder)}`,
    ...(KUBECONFIG_PHASES.has(entry.id) ? config.lines : config.remarks),
    ...make,
    `unpack ${word(path)} ${word(entry.certificatePath)} ${word(entry.keyPath)}`,
  ];
}

/** A value of a flag that is read as a line of CSV. */
function csvField(text: string): string {
  return /[",]|^ /.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function kubeconfigStep(entry: KubeconfigEntry, cluster: string, { certificates }: Selection): string[] {
  const client = certificates.get(entry.client);
  if (client === undefined) throw new Error(`The selection has no certificate with the id ${entry.client}`);
  return [
    `cp ${word(handedOut(client))} ${word(entry.path)}`,
    ...(KUBECONFIG_PHASES.has(client.id)
      ? [
        ...comment("kubeadm lets it dial its machine's address, provision the loopback."),
        ...command("kubectl config set-cluster", [
          `${flag("server", entry.server)} ${flag("kubeconfig", entry.path)} ${operand(cluster)}`,
        ]),
      ]
      : []),
    ...(entry.id.startsWith("kubeconfig/webhooks/") ? webhookStep(entry, cluster, client) : []),
    ...(entry.namespace === undefined ? [] : command("kubectl config set-context --current", [
      `${flag("namespace", entry.namespace)} ${flag("kubeconfig", entry.path)}`,
    ])),
  ];
}

/** kubeadm knows the API server only; a webhook is another server, maybe of another CA. */
function webhookStep(entry: KubeconfigEntry, cluster: string, client: CertificateEntry): string[] {
  const given = entry.certificateAuthority;
  const path = `${workFolder(client.certificatePath)}/ca.crt`;
  return [
    ...comment("kubeadm lets it dial the API server: it is for a webhook."),
    ...(given === undefined ? [] : file(path, given)),
    ...command("kubectl config set-cluster", [
      flag("server", entry.server),
      ...(given === undefined ? [] : [`${flag("certificate-authority", path)} --embed-certs=true`]),
      `${flag("kubeconfig", entry.path)} ${operand(cluster)}`,
    ]),
  ];
}

interface Config {
  readonly path: string;
  readonly lines: readonly string[];
  /** The comments among the lines. */
  readonly remarks: readonly string[];
}

/** The configuration for one certificate: the common one, or one with other lines. */
function configOf(entry: CertificateEntry, { spec }: RecipeInput, base = KUBEADM_CONFIG): Config {
  const common = entry.isAuthority ? spec.validity.ca.value : spec.validity.leaf.value;
  const own = entry.notAfter - entry.notBefore;
  const algorithm = changeOf(entry.keyAlgorithm, spec.keys.leaf);
  const key = entry.isAuthority ? "caCertificateValidityPeriod" : "certificateValidityPeriod";
  const changes: KubeadmChanges = {
    ...(algorithm !== undefined && { encryptionAlgorithm: algorithm }),
    ...(own !== endOf(common, entry.notBefore) - entry.notBefore && { [key]: duration(own) }),
  };
  const remarks = entry.keyAlgorithm === "Ed25519"
    ? comment("The spec wants an Ed25519 key: kubeadm makes none, here it is ECDSA-P256.")
    : [];
  if (Object.keys(changes).length === 0) return { path: base, lines: remarks, remarks };
  const folder = workFolder(entry.certificatePath);
  const path = `${folder}/kubeadm.yaml`;
  return {
    path,
    lines: [...remarks, `mkdir -p ${word(folder)}`, changeConfig(base, path, changes)],
    remarks,
  };
}

function changeOf(wanted: KeyAlgorithm, common: KeyAlgorithm): KubeadmChanges["encryptionAlgorithm"] {
  const [own, usual] = [kubeadmAlgorithm(wanted), kubeadmAlgorithm(common)];
  return own === usual ? undefined : own;
}
