/**
 * The recipe for cfssl: in goes a plan, out comes a script with a JSON file for each request and one for the profiles by
 * which CAs sign.
 *
 * https://github.com/cloudflare/cfssl/tree/v1.6.5/doc
 *
 * @module
 */
import type { CertificateEntry, KeyPairEntry, KubeconfigEntry } from "../../plan/types.ts";
import type { KeyAlgorithm } from "../../spec/scalars.ts";
import { CfsslProfiles } from "./cfssl_profiles.ts";
import { endOf, headline, headOf, WORK, workFolder } from "./frame.ts";
import { jsonText } from "./json_text.ts";
import { kubeconfigStep } from "./kubeconfigs.ts";
import { writePublicKey } from "./openssl_keys.ts";
import type { RecipeInput } from "./recipe_input.ts";
import { issuerOf, type RecipeEntry, select, type Selection } from "./selection.ts";
import { command, comment, file, word } from "./shell.ts";

const CONFIG = `${WORK}/config.json`;

const KEYS: Readonly<Record<KeyAlgorithm, { readonly algo: string; readonly size: number }>> = {
  "RSA-2048": { algo: "rsa", size: 2048 },
  "RSA-3072": { algo: "rsa", size: 3072 },
  "RSA-4096": { algo: "rsa", size: 4096 },
  "ECDSA-P256": { algo: "ecdsa", size: 256 },
  "ECDSA-P384": { algo: "ecdsa", size: 384 },
  Ed25519: { algo: "ed25519", size: 256 },
};

const REMARKS = [
  "What cfssl does in its own way: texts are PrintableString where they can be, extensions have Go's order, serials have " +
  "20 bytes, keys are named by SHA-1, EC and RSA keys are SEC1 and PKCS#1 (Kubernetes reads them), and RSA keys of 3072 " +
  "and 4096 bits sign with SHA-384 and SHA-512.",
];

/**
 * Writes the script.
 *
 * @param input what it is made of
 */
export function cfsslRecipe(input: RecipeInput): string {
  const selection = select(input);
  const profiles = new CfsslProfiles(selection.certificates.values());
  const hasKeyPair = selection.entries.some(({ kind }) => kind === "key-pair");
  const isUser = selection.entries.some(({ kind }) => kind === "kubeconfig");
  const lines = [
    ...headOf(input, selection, {
      summary:
        `The PKI of the cluster ${input.plan.cluster}, made by cfssl: the same names, usages and times as ` +
        "provision gives, with keys of its own.",
      remarks: REMARKS,
      programs: ["cfssl", "cfssljson", ...(hasKeyPair ? ["openssl"] : []), ...(isUser ? ["kubectl"] : [])],
    }),
    "",
    ...comment("How CAs sign: what certificates of each kind are for, and from when to when they are valid."),
    ...file(CONFIG, jsonText(profiles.config())),
    ...selection.entries.flatMap((entry) => [
      ...headline(entry, selection),
      ...stepOf(entry, input.plan.cluster, selection, profiles),
    ]),
    ...endOf(selection),
  ];
  return `${lines.join("\n")}\n`;
}

function stepOf(
  entry: RecipeEntry,
  cluster: string,
  selection: Selection,
  profiles: CfsslProfiles,
): string[] {
  switch (entry.kind) {
    case "certificate":
      return entry.isAuthority
        ? authorityStep(entry, profiles.nameOf(entry))
        : leafStep(entry, issuerOf(selection, entry), profiles.nameOf(entry));
    case "key-pair":
      return keyPairStep(entry);
    case "kubeconfig":
      return kubeconfigOf(entry, cluster, selection);
  }
}

function kubeconfigOf(entry: KubeconfigEntry, cluster: string, selection: Selection): string[] {
  const client = selection.certificates.get(entry.client);
  if (client === undefined) throw new Error(`The selection has no certificate with the id ${entry.client}`);
  return kubeconfigStep(cluster, entry, client, issuerOf(selection, client));
}

function authorityStep(entry: CertificateEntry, profile: string): string[] {
  const folder = workFolder(entry.certificatePath);
  return [
    ...request(folder, entry),
    `cfssl genkey -loglevel=3 -initca ${word(`${folder}/request.json`)} | cfssljson -bare ${
      word(`${folder}/first`)
    }`,
    ...comment(
      "That certificate begins now: -initca takes no start date. So the new CA signs its own request once more, with " +
        "the profile's dates.",
    ),
    ...command("cfssl sign -loglevel=3", [
      `-ca ${word(`${folder}/first.pem`)} -ca-key ${word(`${folder}/first-key.pem`)}`,
      `-config ${CONFIG} -profile ${profile}`,
      `${word(`${folder}/first.csr`)} | cfssljson -bare ${word(`${folder}/certificate`)}`,
    ]),
    `mv ${word(`${folder}/certificate.pem`)} ${word(entry.certificatePath)}`,
    ...moveKey(`${folder}/first-key.pem`, entry.keyPath, entry.keyAlgorithm),
  ];
}

function leafStep(entry: CertificateEntry, issuer: CertificateEntry, profile: string): string[] {
  const folder = workFolder(entry.certificatePath);
  return [
    ...(entry.subject.organizations.length > 1
      ? comment(
        "cfssl puts all groups into one RDN, where provision has an RDN for each: Kubernetes reads both as the same " +
          "groups.",
      )
      : []),
    ...request(folder, entry),
    ...command("cfssl gencert -loglevel=3", [
      `-ca ${word(issuer.certificatePath)} -ca-key ${word(issuer.keyPath)}`,
      `-config ${CONFIG} -profile ${profile}`,
      `${word(`${folder}/request.json`)} | cfssljson -bare ${word(`${folder}/certificate`)}`,
    ]),
    `mv ${word(`${folder}/certificate.pem`)} ${word(entry.certificatePath)}`,
    ...moveKey(`${folder}/certificate-key.pem`, entry.keyPath, entry.keyAlgorithm),
  ];
}

function keyPairStep(entry: KeyPairEntry): string[] {
  const folder = `${WORK}/service-account`;
  return [
    ...comment(
      "cfssl makes no key without a request: this one goes nowhere. OpenSSL writes the public half.",
    ),
    `mkdir -p ${folder}`,
    ...file(`${folder}/request.json`, jsonText({ CN: entry.id, key: KEYS[entry.keyAlgorithm] })),
    `cfssl genkey -loglevel=3 ${folder}/request.json | cfssljson -bare ${folder}/unused`,
    ...moveKey(`${folder}/unused-key.pem`, entry.keyPath, entry.keyAlgorithm),
    writePublicKey(entry.keyPath, entry.publicKeyPath),
  ];
}

function request(folder: string, entry: CertificateEntry): string[] {
  const { organizations, commonName } = entry.subject;
  const hosts = [...entry.dnsNames, ...entry.addresses.map(({ text }) => text)];
  return [
    `mkdir -p ${word(folder)}`,
    ...file(
      `${folder}/request.json`,
      jsonText({
        CN: commonName,
        ...(organizations.length > 0 && { names: organizations.map((name) => ({ O: name })) }),
        key: KEYS[entry.keyAlgorithm],
        ...(hosts.length > 0 && { hosts }),
      }),
    ),
  ];
}

function moveKey(from: string, to: string, algorithm: KeyAlgorithm): string[] {
  if (algorithm !== "Ed25519") return [`mv ${word(from)} ${word(to)}`];
  return [
    ...comment("cfssl's label of an Ed25519 key is one that nobody else reads; what is inside is PKCS#8."),
    `sed 's/ Ed25519 / /' ${word(from)} > ${word(to)}`,
    `rm ${word(from)}`,
  ];
}
