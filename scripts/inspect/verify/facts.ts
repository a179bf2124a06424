/**
 * What the rules look at, worked out once: programs with the files that they use, and every certificate with its place.
 *
 * @module
 */
import { type Parsed, parseForChain } from "../chain/chain.ts";
import type { Gathered, Use } from "../gather.ts";
import { type Invocation, lastOf } from "../flags/invocation.ts";
import type { CertificateItem, CrlItem, Item, KeyItem, KubeconfigItem, TokenItem } from "../item.ts";
import type { Scan } from "../scan.ts";

/** Something in a file, and the flag that names the file, if one does. */
export interface Placed<Kind extends Item = Item> {
  readonly path: string;
  readonly flag: string | null;
  readonly scan: Scan;
  readonly item: Kind;
}

/** A certificate in its place. */
export interface PlacedCertificate extends Placed<CertificateItem> {
  /** As chains are built of it. */
  readonly parsed: Parsed;
}

/** A program that is started, or that known names of files stand for. */
export interface Program {
  readonly component: string;
  /** The unit or manifest; undefined where only names of files say that it is there. */
  readonly owner: string | undefined;
  readonly invocation: Invocation | undefined;
  /** Path of its configuration. */
  readonly configuration: string | undefined;
  /** Whether its flags are known, and not only files that it is given. */
  readonly isStarted: boolean;
  readonly uses: readonly Use[];
}

/** All of it. */
export interface Facts {
  /** The moment that counts, Unix seconds. */
  readonly at: number;
  /** How many seconds before its end something ends soon. */
  readonly within: number;
  readonly scans: readonly Scan[];
  readonly uses: readonly Use[];
  readonly programs: readonly Program[];
  /** Every certificate of every file, each place once. */
  readonly certificates: readonly PlacedCertificate[];
  readonly keys: readonly Placed<KeyItem>[];
  readonly crls: readonly Placed<CrlItem>[];
  readonly tokens: readonly Placed<TokenItem>[];
  readonly kubeconfigs: readonly Placed<KubeconfigItem>[];
  /** The certificates of a use's file, in their order; those of a key are left out. */
  readonly certificatesOf: (scan: Scan) => readonly PlacedCertificate[];
}

/**
 * Works the facts out.
 *
 * @param gathered what was found
 * @param at Unix seconds
 * @param within seconds
 */
export function makeFacts(gathered: Gathered, at: number, within: number): Facts {
  const { scans, started } = gathered;
  const uses = gathered.uses.filter(({ meaning }) => meaning.names !== "folder");
  const files = new Map<string, Scan>();
  // Of several names of one file, the one that a flag has counts.
  for (const scan of [...uses.map((use) => use.scan), ...scans]) {
    if (!files.has(scan.identity)) files.set(scan.identity, scan);
  }
  const flags = new Map<string, string>();
  for (const { scan, flag } of uses) {
    if (flag !== null && !flags.has(scan.identity)) flags.set(scan.identity, flag);
  }
  const certificates: PlacedCertificate[] = [];
  const byScan = new Map<string, PlacedCertificate[]>();
  const others = { key: [], crl: [], token: [], kubeconfig: [] } as Others;
  for (const scan of files.values()) {
    const ownFlag = flags.get(scan.identity) ?? null;
    for (const item of scan.items) {
      const placed = { path: scan.path, flag: isNested(item) ? item.inside ?? null : ownFlag, scan };
      if (item.kind === "certificate") {
        const made: PlacedCertificate = {
          ...placed,
          item,
          parsed: parseForChain(item.certificate),
        };
        certificates.push(made);
        const list = byScan.get(scan.identity);
        if (list === undefined) byScan.set(scan.identity, [made]);
        else list.push(made);
      } else {
        push(others, placed, item);
      }
    }
  }
  return {
    at,
    within,
    scans: [...files.values()],
    uses,
    programs: makePrograms(started, uses),
    certificates,
    keys: others.key,
    crls: others.crl,
    tokens: others.token,
    kubeconfigs: others.kubeconfig,
    certificatesOf: (scan) => byScan.get(scan.identity) ?? [],
  };
}

interface Others {
  readonly key: Placed<KeyItem>[];
  readonly crl: Placed<CrlItem>[];
  readonly token: Placed<TokenItem>[];
  readonly kubeconfig: Placed<KubeconfigItem>[];
}

function push(others: Others, placed: Omit<Placed, "item">, item: Item): void {
  switch (item.kind) {
    case "key":
      others.key.push({ ...placed, item });
      break;
    case "crl":
      others.crl.push({ ...placed, item });
      break;
    case "token":
      others.token.push({ ...placed, item });
      break;
    case "kubeconfig":
      others.kubeconfig.push({ ...placed, item });
      break;
  }
}

/** Whether a thing is embedded in a document, and not one of several blocks. */
function isNested({ inside }: Item): boolean {
  return inside !== undefined && !inside.startsWith("line ");
}

function makePrograms(started: Gathered["started"], uses: readonly Use[]): Program[] {
  const usesBy = Map.groupBy(uses, ({ invocation }) => invocation);
  const programs: Program[] = started.map((
    { owner, invocation, settings, configuration, isConfigurationOnly },
  ) => ({
    component: invocation.component,
    owner,
    configuration,
    isStarted: !isConfigurationOnly,
    // A flag goes before a field of the same meaning, and stands behind it.
    invocation: { ...invocation, arguments: [...settings, ...invocation.arguments] },
    uses: (usesBy.get(invocation) ?? []).filter(({ isOverridden }) => !isOverridden),
  }));
  const guessed = Map.groupBy(
    uses.filter(({ invocation, tree }) => invocation === undefined && tree !== undefined),
    ({ component, tree, machine }) => [component, tree, machine].join("\0"),
  );
  for (const list of guessed.values()) {
    const component = list[0]?.component;
    if (component === undefined) continue;
    // A program that is started here has these files by its own flags, or has others.
    if (component !== "kubelet" && programs.some((one) => one.component === component && one.isStarted)) {
      continue;
    }
    programs.push({
      component,
      owner: undefined,
      invocation: undefined,
      configuration: undefined,
      isStarted: false,
      uses: list,
    });
  }
  return programs;
}

/** The uses of a program's flag. */
export function usesOf({ uses }: Program, setting: string): Use[] {
  return uses.filter((use) => use.setting === setting);
}

/** The value of a program's flag; undefined when it is not set, or not known. */
export function valueOf({ invocation }: Program, name: string): string | undefined {
  return invocation === undefined ? undefined : lastOf(invocation, name)?.value;
}

/** Whether a program has a flag, with or without a value. */
export function hasFlag({ invocation }: Program, name: string): boolean {
  return invocation !== undefined && lastOf(invocation, name) !== undefined;
}

/** The programs of a component. */
export function programsOf({ programs }: Facts, component: string): Program[] {
  return programs.filter((program) => program.component === component);
}
