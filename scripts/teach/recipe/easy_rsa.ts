/**
 * The recipe for easy-rsa: in goes a plan, out comes a script with a PKI folder, vars and x509-types of easy-rsa's, that
 * copies what it makes to the names of the plan.
 *
 * https://easy-rsa.readthedocs.io/en/latest/advanced/
 *
 * @module
 */
import type { CertificateEntry, KubeconfigEntry } from "../../plan/types.ts";
import type { KeyAlgorithm } from "../../spec/scalars.ts";
import { easyRsaNames } from "./easy_rsa_names.ts";
import { endOf, headline, headOf, WORK, workFolder } from "./frame.ts";
import { kubeconfigStep } from "./kubeconfigs.ts";
import { digestOf, keyUsage, purposes, requestConfig } from "./openssl_config.ts";
import { newKey, writePublicKey } from "./openssl_keys.ts";
import type { RecipeInput } from "./recipe_input.ts";
import { issuerOf, type RecipeEntry, select, type Selection } from "./selection.ts";
import { command, comment, file, flag, word } from "./shell.ts";

const DAY = 86400;
const TYPES = `${WORK}/x509-types`;

const KEYS: Readonly<Record<KeyAlgorithm, string>> = {
  "RSA-2048": "--use-algo=rsa --keysize=2048",
  "RSA-3072": "--use-algo=rsa --keysize=3072",
  "RSA-4096": "--use-algo=rsa --keysize=4096",
  "ECDSA-P256": "--use-algo=ec --curve=prime256v1",
  "ECDSA-P384": "--use-algo=ec --curve=secp384r1",
  Ed25519: "--use-algo=ed --curve=ed25519",
};

const REMARKS = [
  "What easy-rsa cannot do: certificates begin now and last whole days (its --fix-offset knows New Year's Day alone), so " +
  "the spec's notBefore, hours and ends are lost; keys are named by SHA-1; a request has at most one group, so requests " +
  "with more, or with characters that easy-rsa's own scripts trip over, are made by OpenSSL and imported.",
  "Its certificates have a text for people in front, which openssl x509 leaves out.",
  `easy-rsa keeps its CAs, with their keys, in ${WORK}/pki: it needs them to sign further certificates. Keep that folder ` +
  "as safe as pki/, or remove it.",
];

/** What the steps of one recipe share. */
interface Context {
  readonly cluster: string;
  readonly selection: Selection;
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Writes the script.
 *
 * @param input what it is made of
 */
export function easyRsaRecipe(input: RecipeInput): string {
  const selection = select(input);
  const context: Context = {
    cluster: input.plan.cluster,
    selection,
    names: easyRsaNames(selection.certificates.keys()),
  };
  const isUser = selection.entries.some(({ kind }) => kind === "kubeconfig");
  const lines = [
    ...headOf(input, selection, {
      summary:
        `The PKI of the cluster ${context.cluster}, made by easy-rsa 3.1 or later: the same names and usages as ` +
        "provision gives, with keys and times of its own.",
      remarks: REMARKS,
      programs: ["openssl", ...(isUser ? ["kubectl"] : [])],
      checks: FIND_PROGRAM,
      folders: [`${WORK}/pki`, TYPES],
    }),
    ...setUp([...selection.certificates.values()]),
    ...selection.entries.flatMap((entry) => [...headline(entry, selection), ...stepOf(entry, context)]),
    ...endOf(selection),
  ];
  return `${lines.join("\n")}\n`;
}

/** Debian keeps the program out of PATH. */
const FIND_PROGRAM: readonly string[] = [
  "easyrsa=$(command -v easyrsa || echo /usr/share/easy-rsa/easyrsa)",
  'if [ ! -x "$easyrsa" ]; then',
  '  echo "Cannot find easyrsa: install it first" >&2',
  "  exit 2",
  "fi",
];

function setUp(entries: readonly CertificateEntry[]): string[] {
  const types = new Map(entries.map((entry) => [typeOf(entry), entry]));
  return [
    "",
    ...comment("What easy-rsa asks otherwise. Countries and cities are nobody's business in a cluster."),
    ...file(
      `${WORK}/vars`,
      `set_var EASYRSA_RAND_SN yes
set_var EASYRSA_REQ_COUNTRY ""
set_var EASYRSA_REQ_PROVINCE ""
set_var EASYRSA_REQ_CITY ""
set_var EASYRSA_REQ_OU ""
set_var EASYRSA_REQ_EMAIL ""
`,
    ),
    "",
    ...comment(
      "What certificates of each kind are for. easy-rsa's own types are not critical, let every key encipher, and name " +
        "the CA's serial.",
    ),
    ...file(`${TYPES}/COMMON`, "# Nothing for all of them.\n"),
    ...[...types].flatMap(([name, entry]) => file(`${TYPES}/${name}`, extensions(entry))),
    'EASYRSA_EXT_DIR="$PWD/recipe/x509-types" && export EASYRSA_EXT_DIR',
    "",
    ...comment("Runs easy-rsa on the PKI of one CA."),
    "in_pki() {",
    '  pki="$PWD/recipe/pki/$1"',
    "  shift",
    '  "$easyrsa" --batch --pki-dir="$pki" "$@"',
    "}",
  ];
}

function extensions(entry: CertificateEntry): string {
  return `basicConstraints = critical,CA:${entry.isAuthority ? "TRUE" : "FALSE"}
keyUsage = critical,${keyUsage(entry)}
${entry.isAuthority ? "" : `extendedKeyUsage = ${purposes(entry)}\n`}subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
`;
}

/** The x509-type of a certificate. `build-ca` reads the one that is called ca. */
function typeOf(entry: CertificateEntry): string {
  if (entry.isAuthority) return "ca";
  const base = entry.usages.join("-");
  return keyUsage(entry).includes("keyEncipherment") ? `${base}-rsa` : base;
}

function stepOf(entry: RecipeEntry, context: Context): string[] {
  switch (entry.kind) {
    case "certificate":
      return entry.isAuthority ? authorityStep(entry) : leafStep(entry, context);
    case "key-pair":
      return [
        ...comment("easy-rsa makes no key without a request: this is a step for OpenSSL."),
        newKey(entry.keyAlgorithm, entry.keyPath),
        writePublicKey(entry.keyPath, entry.publicKeyPath),
      ];
    case "kubeconfig":
      return kubeconfigOf(entry, context);
  }
}

function kubeconfigOf(entry: KubeconfigEntry, { cluster, selection }: Context): string[] {
  const client = selection.certificates.get(entry.client);
  if (client === undefined) throw new Error(`The selection has no certificate with the id ${entry.client}`);
  return kubeconfigStep(cluster, entry, client, issuerOf(selection, client));
}

function authorityStep(entry: CertificateEntry): string[] {
  const pki = `${WORK}/pki/${entry.authority}`;
  return [
    ...comment("A PKI of its own: easy-rsa has one CA in each."),
    `in_pki ${entry.authority} init-pki`,
    `cp ${WORK}/vars ${pki}/vars`,
    ...command(`in_pki ${entry.authority} ${KEYS[entry.keyAlgorithm]}${digest(entry)}`, [
      `${days(entry)} --dn-mode=cn_only ${flag("req-cn", entry.subject.commonName)}`,
      "build-ca nopass",
    ]),
    ...inexact(entry),
    `cp ${pki}/ca.crt ${word(entry.certificatePath)}`,
    `cp ${pki}/private/ca.key ${word(entry.keyPath)}`,
  ];
}

function leafStep(entry: CertificateEntry, { selection, names }: Context): string[] {
  const issuer = issuerOf(selection, entry);
  const pki = `${WORK}/pki/${issuer.authority}`;
  const name = names.get(entry.id) ?? "";
  const sans = [
    ...entry.dnsNames.map((name) => `DNS:${name}`),
    ...entry.addresses.map(({ text }) => `IP:${text}`),
  ];
  return [
    ...(isPlain(entry) ? ownRequest(entry, issuer, name) : importedRequest(entry, issuer, name, pki)),
    ...command(`in_pki ${issuer.authority} ${days(entry)}${digest(issuer)}`, [
      ...(sans.length > 0 ? [flag("subject-alt-name", sans.join(","))] : []),
      `sign-req ${typeOf(entry)} ${name}`,
    ]),
    ...inexact(entry),
    `openssl x509 -in ${pki}/issued/${name}.crt -out ${word(entry.certificatePath)}`,
    `mv ${pki}/private/${name}.key ${word(entry.keyPath)}`,
  ];
}

/**
 * Whether easy-rsa can make the request: at most one group, and no character that its sed, its shell or its
 * configuration would read.
 */
function isPlain({ subject: { organizations, commonName } }: CertificateEntry): boolean {
  return organizations.length < 2 &&
    [...organizations, commonName].every((text) => /^[A-Za-z0-9][A-Za-z0-9:._@-]*$/.test(text));
}

function ownRequest(entry: CertificateEntry, issuer: CertificateEntry, name: string): string[] {
  const { organizations: [group], commonName } = entry.subject;
  return command(`in_pki ${issuer.authority} ${KEYS[entry.keyAlgorithm]}`, [
    ...(group === undefined
      ? [`--dn-mode=cn_only ${flag("req-cn", commonName)}`]
      : [`--dn-mode=org ${flag("req-org", group)} ${flag("req-cn", commonName)}`]),
    `gen-req ${name} nopass`,
  ]);
}

function importedRequest(
  entry: CertificateEntry,
  issuer: CertificateEntry,
  name: string,
  pki: string,
): string[] {
  const folder = workFolder(entry.certificatePath);
  const config = `${folder}/openssl.cnf`;
  const request = `${folder}/request.csr`;
  const key = `${pki}/private/${name}.key`;
  return [
    ...comment(
      entry.subject.organizations.length > 1
        ? "easy-rsa has room for one group: OpenSSL makes the request, and easy-rsa takes it in."
        : "easy-rsa cannot hold this name: OpenSSL makes the request, and easy-rsa takes it in.",
    ),
    `mkdir -p ${word(folder)}`,
    ...file(config, requestConfig(entry.subject)),
    newKey(entry.keyAlgorithm, key),
    ...command(`openssl req -new -config ${word(config)}`, [`-key ${key} -out ${word(request)}`]),
    `in_pki ${issuer.authority} import-req ${word(request)} ${name}`,
  ];
}

/** The digest that a CA signs with, where it is not easy-rsa's own choice; EdDSA takes none. */
function digest(issuer: CertificateEntry): string {
  return digestOf(issuer) === "sha384" ? " --digest=sha384" : "";
}

function lifetime({ notBefore, notAfter }: CertificateEntry): number {
  return Math.max(1, Math.ceil((notAfter - notBefore) / DAY));
}

function days(entry: CertificateEntry): string {
  return `--days=${lifetime(entry)}`;
}

function inexact(entry: CertificateEntry): string[] {
  const seconds = entry.notAfter - entry.notBefore;
  if (seconds === lifetime(entry) * DAY) return [];
  return comment(`The spec gives it ${seconds} seconds; easy-rsa counts days.`);
}
