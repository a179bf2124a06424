/**
 * The recipe for OpenSSL: in goes a plan, out comes a script that makes key, request and certificate of each entry by
 * `openssl genpkey`, `openssl req` and `openssl ca`, with any OpenSSL since 3.0. With exact facts it takes the keys of a tree and
 * makes that tree's bytes.
 *
 * @module
 */
import type { CertificateEntry, KubeconfigEntry } from "../../plan/types.ts";
import { formatTime } from "../../shared/time.ts";
import { endOf, headline, headOf, WORK, workFolder } from "./frame.ts";
import { kubeconfigStep } from "./kubeconfigs.ts";
import { authorityConfig, certificateConfig } from "./openssl_config.ts";
import { exactChecks, exactKubeconfig, exactProof, exactSerial, takeKey } from "./openssl_exact.ts";
import { KEY_ID_FUNCTION, nameKey, newKey, writePublicKey } from "./openssl_keys.ts";
import type { ExactFacts, RecipeInput } from "./recipe_input.ts";
import { issuerOf, type RecipeEntry, select, type Selection } from "./selection.ts";
import { command, comment, file, word } from "./shell.ts";

/**
 * Writes the script.
 *
 * @param input what it is made of
 * @param exact what makes it the very bytes of a tree
 */
export function opensslRecipe(input: RecipeInput, exact?: ExactFacts): string {
  const selection = select(input);
  const isUser = selection.entries.some(({ kind }) => kind === "kubeconfig") && exact === undefined;
  const lines = [
    ...headOf(input, selection, {
      summary: exact === undefined
        ? `The PKI of the cluster ${input.plan.cluster}, made by OpenSSL: the same names, usages and times as ` +
          "provision gives, with keys of its own."
        : `The PKI of the cluster ${input.plan.cluster}, made by OpenSSL from the keys of a tree that provision wrote: ` +
          "the same bytes.",
      remarks: [
        "Any OpenSSL since 3.0 does. openssl ca stands where guides have openssl x509 -req: it alone takes a start date before " +
        "3.4, and it keeps the order of extensions.",
      ],
      programs: ["openssl", ...(exact === undefined ? [] : ["sha256sum"]), ...(isUser ? ["kubectl"] : [])],
      checks: exact === undefined ? [] : exactChecks(selection),
    }),
    ...KEY_ID_FUNCTION,
    ...selection.entries.flatMap((entry) => stepOf(entry, input, selection, exact)),
    ...endOf(selection),
    ...(exact === undefined ? [] : exactProof(selection, exact)),
  ];
  return `${lines.join("\n")}\n`;
}

function stepOf(
  entry: RecipeEntry,
  input: RecipeInput,
  selection: Selection,
  exact: ExactFacts | undefined,
): string[] {
  const start = headline(entry, selection);
  switch (entry.kind) {
    case "certificate":
      return [...start, ...certificateStep(entry, selection, exact)];
    case "key-pair":
      return [
        ...start,
        exact === undefined ? newKey(entry.keyAlgorithm, entry.keyPath) : takeKey(entry.keyPath),
        writePublicKey(entry.keyPath, entry.publicKeyPath),
      ];
    case "kubeconfig":
      return [...start, ...kubeconfigOf(entry, input.plan.cluster, selection, exact)];
  }
}

function kubeconfigOf(
  entry: KubeconfigEntry,
  cluster: string,
  selection: Selection,
  exact: ExactFacts | undefined,
): string[] {
  const client = selection.certificates.get(entry.client);
  if (client === undefined) throw new Error(`The selection has no certificate with the id ${entry.client}`);
  const authority = issuerOf(selection, client);
  return exact === undefined
    ? kubeconfigStep(cluster, entry, client, authority)
    : exactKubeconfig(entry, exact.frameOf(entry), client, authority);
}

function certificateStep(
  entry: CertificateEntry,
  selection: Selection,
  exact: ExactFacts | undefined,
): string[] {
  const issuer = issuerOf(selection, entry);
  const folder = entry.isAuthority ? recordsOf(entry) : workFolder(entry.certificatePath);
  const config = `${folder}/openssl.cnf`;
  const request = `${folder}/request.csr`;
  // Once is enough: all steps are alike.
  const isFirst = entry === selection.entries[0];
  const explain = (sentence: string): string[] => isFirst ? comment(sentence) : [];
  return [
    ...(entry.isAuthority
      ? records(folder, entry, exact !== undefined)
      : [`mkdir -p ${word(folder)}`, ...file(config, certificateConfig(entry))]),
    ...explain("Its key, and the key's name."),
    exact === undefined ? newKey(entry.keyAlgorithm, entry.keyPath) : takeKey(entry.keyPath),
    nameKey(entry.keyAlgorithm, entry.keyPath),
    ...explain("Its request: who it wants to be, signed with its key."),
    ...command(`openssl req -new -config ${word(config)}`, [
      `-key ${word(entry.keyPath)} -out ${word(request)}`,
    ]),
    ...(exact === undefined ? [] : exactSerial(recordsOf(issuer), exact.serialOf(entry))),
    ...explain("Its certificate: the CA says what it is, what for and for how long. This CA signs itself."),
    ...command(`openssl ca -batch -notext${entry.isAuthority ? " -selfsign" : ""}`, [
      `-config ${recordsOf(issuer)}/openssl.cnf`,
      ...(exact !== undefined && issuer.keyAlgorithm.startsWith("ECDSA-") ? ["-sigopt nonce-type:1"] : []),
      `${entry.isAuthority ? "" : `-extfile ${word(config)} `}-extensions extensions`,
      `-startdate ${dateOf(entry.notBefore)} -enddate ${dateOf(entry.notAfter)}`,
      `-in ${word(request)} -out ${word(entry.certificatePath)}`,
    ]),
  ];
}

/** Where a CA keeps its records. No entry has a path there. */
function recordsOf(authority: CertificateEntry): string {
  return `${WORK}/authorities/${authority.authority}`;
}

function records(folder: string, authority: CertificateEntry, hasSerials: boolean): string[] {
  return [
    ...comment("What a CA keeps: how it signs, and a list of what it has signed."),
    `mkdir -p ${folder}/issued`,
    `: > ${folder}/index.txt`,
    ...file(
      `${folder}/openssl.cnf`,
      authorityConfig({ folder, authority, hasSerials }) + certificateConfig(authority),
    ),
  ];
}

/** A time as `openssl ca` reads it: YYYYMMDDHHMMSSZ; the certificate has UTCTime up to 2049. */
function dateOf(seconds: number): string {
  return formatTime(seconds).replace(/[-:T]/g, "");
}
