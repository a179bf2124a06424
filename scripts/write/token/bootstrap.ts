/**
 * `token bootstrap` and `token static`: tokens of the spec as files of their own, and new bootstrap tokens.
 *
 * @module
 */
import { bootstrapTokenOf, staticTokenOf } from "../../identity/documents.ts";
import {
  bootstrapGroupFault,
  bootstrapTokenManifest,
  type BootstrapUsage,
  bootstrapUser,
  discoveryHash,
  formatBootstrapToken,
} from "../../identity/tokens/bootstrap_token.ts";
import { objectNameFaults } from "../../identity/object_names.ts";
import { renderTokenKubeconfig } from "../../identity/tokens/token_kubeconfig.ts";
import { readCertificate } from "../../inspect/certificate/certificate.ts";
import { generationsOf } from "../../plan/settings.ts";
import { renderYaml } from "../../render/tree_form.ts";
import { decodePem } from "../../shared/pem.ts";
import { nearest } from "../../shared/suggest.ts";
import { escapeControls, quote } from "../../shared/text.ts";
import { endOf, formatTime, isSayableEnd } from "../../shared/time.ts";
import type { BootstrapToken } from "../../spec/types.ts";
import { addressOf, readGivenOf, readTokenCluster } from "./cluster.ts";
import { curlWith, fileIn, putTokenFiles, shellPath } from "./files.ts";
import type { BootstrapTokenOptions, StaticTokenOptions, TokenReport } from "./options.ts";
import { usage } from "./token_flags.ts";

const LONGEST_NAME = 100;
const DAY = { seconds: 86400 };
const USAGES: readonly BootstrapUsage[] = ["authentication", "signing"];

/**
 * Writes the Secret of a bootstrap token, and a kubeconfig with it if that is wanted.
 *
 * @throws {HardwayError} `usage` for a name, group or usage that cannot be, `refused` when a file is there, `disk`, and
 * what reading spec and seed throws
 */
export async function bootstrapToken(options: BootstrapTokenOptions): Promise<TokenReport> {
  const cluster = await readTokenCluster(options);
  const { name } = options;
  const [fault] = objectNameFaults(name);
  if (name.length > LONGEST_NAME) {
    throw usage(`A token's name has at most ${LONGEST_NAME} characters, as files are named after it`);
  }
  if (fault !== undefined) throw usage(`Cannot use ${quote(name)} as a token's name: ${fault}`);
  const known = cluster.spec.bootstrapTokens.find((one) => one.name === name);
  const id = `bootstrap-token/${name}`;
  const parts = bootstrapTokenOf({ id, generation: generationsOf(cluster.spec)(id) }, cluster);
  const usages = usagesOf(options, known);
  const expires = expiryOf(options, known);
  const description = options.description ?? known?.description;
  const manifest = bootstrapTokenManifest({
    ...parts,
    expires,
    usages,
    groups: groupsOf(options, known),
    ...(description !== undefined && { description }),
  });
  const address = await addressOf(cluster);
  const files = [fileIn(options, `bootstrap-token-${name}.yaml`, renderYaml([{ ...manifest }]))];
  if (options.kubeconfig === true) {
    if (!usages.includes("authentication")) {
      throw usage("A token without the usage authentication lets nobody in: expected no --kubeconfig");
    }
    const user = bootstrapUser(parts.id);
    const token = formatBootstrapToken(parts);
    const text = renderTokenKubeconfig({ cluster: cluster.cluster, ...address, user, token });
    files.push(fileIn(options, `bootstrap-token-${name}.kubeconfig`, text));
  }
  const written = putTokenFiles(files, options);
  const [secret = "", kubeconfig] = written;
  return {
    files: written,
    notes: [
      `${bootstrapUser(parts.id)}, ends at ${formatTime(expires)}`,
      `discovery hash ${discoveryHash(spkiOf(address.authority))}`,
      `kubectl apply -f ${shellPath(secret)}`,
      ...(kubeconfig === undefined ? [] : [
        // With an address kubeadm would want the token itself in the arguments.
        `kubeadm join --discovery-file ${shellPath(kubeconfig)}`,
      ]),
    ],
  };
}

function usagesOf({ usages }: BootstrapTokenOptions, known: BootstrapToken | undefined): BootstrapUsage[] {
  if (usages === undefined) return [...known?.usages ?? USAGES];
  const unknown = usages.find((one) => !USAGES.some((usage) => usage === one));
  if (unknown !== undefined) {
    throw usage(`Cannot use ${quote(unknown)} as --usages: expected ${USAGES.join(", ")}`);
  }
  return USAGES.filter((one) => usages.includes(one));
}

function groupsOf({ groups }: BootstrapTokenOptions, known: BootstrapToken | undefined): string[] {
  if (groups === undefined) return [...known?.groups ?? []];
  for (const group of groups) {
    const fault = bootstrapGroupFault(group);
    if (fault !== undefined) throw usage(fault);
  }
  return [...groups];
}

/** Times of a single token count from now, those of `provision` from where its certificates start. */
function expiryOf(
  { validity, at, now }: BootstrapTokenOptions,
  known: BootstrapToken | undefined,
): number {
  const start = at ?? now;
  const end = endOf(validity ?? known?.validity.value ?? DAY, start);
  if (end > start && isSayableEnd(end)) return end;
  throw usage(
    "Cannot make a token that ends before it starts, or after the year 9999: expected another --validity",
  );
}

function spkiOf(authority: string): Uint8Array {
  return readCertificate(decodePem("CERTIFICATE", authority) ?? new Uint8Array()).publicKey.der;
}

/**
 * Writes the static token of a user of the spec.
 *
 * @throws {HardwayError} `usage` for a user without one, `refused` when a file is there, `disk`, and what reading spec
 * and seed throws
 */
export async function staticToken(options: StaticTokenOptions): Promise<TokenReport> {
  const cluster = await readTokenCluster(options);
  const given = readGivenOf(cluster, options);
  const { users } = cluster.spec;
  const user = users.find(({ name }) => name === options.user);
  if (user?.token === undefined) {
    const named = quote(escapeControls(options.user));
    if (user !== undefined) throw usage(`${named} has no token: expected token: true in the spec`);
    const meant = nearest(options.user, users.map(({ name }) => name));
    const hint = meant === undefined ? "expected one with token: true" : `did you mean ${quote(meant)}?`;
    throw usage(`The spec has no user ${named}: ${hint}`);
  }
  const id = `token/${user.name}`;
  const token = staticTokenOf({ id, generation: generationsOf(cluster.spec)(id) }, { ...cluster, given });
  const files = putTokenFiles([fileIn(options, `${user.name}.token`, token)], options);
  const { server } = await addressOf(cluster);
  return {
    files,
    notes: [
      `${escapeControls(user.name)}, uid ${escapeControls(user.uid)}, without an end`,
      curlWith(files[0] ?? "", server),
    ],
  };
}
