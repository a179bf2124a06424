/**
 * Follows what files name: the flags of units and static pods, the files of kubeconfigs and configurations.
 *
 * In: the files that a caller names, and a way to look up others. Out: every file once, and every use of one.
 *
 * @module
 */
import { filesNamedBy, type FlagMeaning, meaningOf, type Names } from "./flags/flag_table.ts";
import { type Argument, type Invocation, lastOf, pathOnHost } from "./flags/invocation.ts";
import type { KubeconfigItem } from "./item.ts";
import type { Reference } from "./kubeconfig.ts";
import { knownFile } from "./known_files.ts";
import { type FoundFile, type Hint, type Scan, scan } from "./scan.ts";
import { textOf } from "./scan_der.ts";

/** How files are found. */
export interface Files {
  /** A file that another names by an absolute path; below the root that stands for `/`. */
  readonly named: (path: string, owner: string) => FoundFile;
  /** A file that another names by a path from its own folder. */
  readonly beside: (owner: string, name: string) => FoundFile;
  /** The drop-ins of a unit, by name. */
  readonly dropIns: (unit: string) => readonly FoundFile[];
}

/** A program that a file starts. */
export interface Started {
  /** Path of the unit or manifest. */
  readonly owner: string;
  readonly invocation: Invocation;
  /** The fields of the configurations that it is given. */
  readonly settings: readonly Argument[];
  /** Path of the configuration of its own kind that it is given. */
  readonly configuration: string | undefined;
  /** Whether only a configuration says that there is such a program: its flags are not known. */
  readonly isConfigurationOnly: boolean;
}

/** A file that something names, and as what. */
export interface Use {
  /** Path of the file that names it. */
  readonly owner: string;
  /** The program that is given it; undefined in a kubeconfig that no program is given. */
  readonly component: string | undefined;
  /** Such as `--tls-cert-file` or `users[0].user.client-certificate`; null where only the file's name tells. */
  readonly flag: string | null;
  /** The flag or setting as the table has it, such as `tls-cert-file`. */
  readonly setting: string;
  /** The tree that a file of a known name belongs to; undefined where a flag names it. */
  readonly tree: string | undefined;
  /** The machine that its name has in it. */
  readonly machine: string | undefined;
  readonly meaning: Pick<FlagMeaning, "names" | "type" | "purpose">;
  /** Whether the flag is given once more behind it, and this one does not count. */
  readonly isOverridden: boolean;
  readonly invocation: Invocation | undefined;
  /** The file's name as it stands there. */
  readonly named: string;
  readonly scan: Scan;
}

/** All that was found. */
export interface Gathered {
  /** The files that the caller named, in this order. */
  readonly scans: readonly Scan[];
  readonly started: readonly Started[];
  readonly uses: readonly Use[];
}

/** How deep files are followed: a unit names a configuration, that a kubeconfig, that a certificate. */
const MAX_DEPTH = 6;

/**
 * Scans files, and follows what they name.
 *
 * @param inputs the caller's files
 * @param files where others are looked up
 * @param password for PKCS#12 and encrypted keys
 */
export function gather(
  inputs: Iterable<FoundFile>,
  files: Files,
  password?: string,
): Gathered {
  return new Gathering(files, password).run(inputs);
}

class Gathering {
  readonly #scans = new Map<string, Scan>();
  readonly #started:
    (Omit<Started, "configuration"> & { settings: Argument[]; configuration: string | undefined })[] = [];
  readonly #uses: Use[] = [];
  readonly #followed = new Set<string>();
  readonly #files: Files;
  readonly #password: string | undefined;

  constructor(files: Files, password: string | undefined) {
    this.#files = files;
    this.#password = password;
  }

  run(inputs: Iterable<FoundFile>): Gathered {
    const scans: Scan[] = [];
    for (const file of inputs) scans.push(this.#scan(file, undefined));
    // What starts programs comes first: a configuration belongs to the program that is given it.
    for (const found of scans) if (found.invocations.length > 0) this.#follow(found, undefined, undefined, 0);
    const given = new Set(this.#uses.map(({ scan }) => scan.identity));
    for (const found of scans) {
      if (!given.has(found.identity)) this.#follow(found, undefined, undefined, 0);
    }
    const used = new Set(this.#uses.map((use) => use.scan.identity));
    for (const found of scans) if (!used.has(found.identity)) this.#useByName(found);
    return { scans, started: this.#started, uses: this.#uses };
  }

  /** What no flag names may have a name that tells. */
  #useByName(found: Scan): void {
    const known = found.items.length === 0 ? undefined : knownFile(found.path);
    const meaning = known === undefined ? undefined : meaningOf(known.component, known.flag);
    if (known === undefined || meaning === undefined) return;
    const { component, flag, tree, machine } = known;
    this.#uses.push({
      owner: found.path,
      component,
      flag: null,
      setting: flag,
      tree,
      machine,
      meaning,
      isOverridden: false,
      invocation: undefined,
      named: found.path,
      scan: found,
    });
  }

  #scan(file: FoundFile, hint: Hint): Scan {
    const key = `${hint ?? ""} ${file.path}`;
    const known = this.#scans.get(key);
    if (known !== undefined) return known;
    const made = scan(file, {
      hint,
      password: this.#password,
      readText: (path) => {
        const { bytes } = this.#files.named(path, file.path);
        return bytes === undefined ? undefined : textOf(bytes);
      },
      dropIns: file.path.endsWith(".service")
        ? this.#files.dropIns(file.path).flatMap(({ bytes }) => bytes === undefined ? [] : [textOf(bytes)])
        : [],
    });
    this.#scans.set(key, made);
    return made;
  }

  /** What a file names, once for each program that is given it. */
  #follow(
    from: Scan,
    component: string | undefined,
    invocation: Invocation | undefined,
    depth: number,
  ): void {
    const key = `${component ?? ""} ${from.identity}`;
    if (depth > MAX_DEPTH || this.#followed.has(key)) return;
    this.#followed.add(key);
    for (const started of from.invocations) {
      this.#start(from.path, started, false);
      for (const argument of started.arguments) {
        this.#followArgument(from, started, argument, `--${argument.name}`, depth);
      }
    }
    // In a file of kubeadm's, a component's part is what kubeadm completes: no component reads it.
    const ofKubeadm = from.configurations.filter(({ kind }) => kind === "ClusterConfiguration");
    const configurations = ofKubeadm.length > 0 ? ofKubeadm : from.configurations;
    for (const { component: reader, arguments: fields } of configurations) {
      // The fields of a configuration are settings of the program that is given it; alone it stands for one.
      const isGiven = invocation !== undefined && invocation.component === reader;
      const program = isGiven
        ? invocation
        : { program: reader, component: reader, arguments: [], mounts: [], line: undefined };
      if (!isGiven) this.#start(from.path, program, true);
      const started = this.#started.find((one) => one.invocation === program);
      started?.settings.push(...fields);
      if (started !== undefined) started.configuration ??= from.path;
      for (const field of fields) this.#followArgument(from, program, field, field.name, depth);
    }
    for (const item of from.items) {
      if (item.kind === "kubeconfig") this.#followKubeconfig(from, item, component, invocation, depth);
    }
  }

  #start(owner: string, invocation: Invocation, isConfigurationOnly: boolean): void {
    this.#started.push({ owner, invocation, settings: [], configuration: undefined, isConfigurationOnly });
  }

  #followArgument(
    owner: Scan,
    invocation: Invocation,
    argument: Argument,
    flag: string,
    depth: number,
  ): void {
    const meaning = meaningOf(invocation.component, argument.name);
    if (meaning === undefined || argument.value === undefined) return;
    const isOverridden = meaning.isRepeatable !== true && argument.from !== "configuration" &&
      lastOf(invocation, argument.name) !== argument;
    for (const { path, as } of filesNamedBy(meaning, argument.value)) {
      // A relative path in a configuration starts in the folder of that file.
      const file = argument.from === "configuration" && !path.startsWith("/")
        ? this.#files.beside(owner.path, path)
        : this.#files.named(pathOnHost(invocation, path), owner.path);
      const found = this.#scan(file, hintOf(as));
      this.#uses.push({
        owner: owner.path,
        component: invocation.component,
        flag,
        setting: argument.name,
        tree: undefined,
        machine: undefined,
        meaning: { names: as, type: as === "key" ? "Key" : meaning.type, purpose: meaning.purpose },
        isOverridden,
        invocation,
        named: path,
        scan: found,
      });
      this.#follow(found, invocation.component, invocation, depth + 1);
    }
  }

  #followKubeconfig(
    owner: Scan,
    { kubeconfig, inside }: KubeconfigItem,
    component: string | undefined,
    invocation: Invocation | undefined,
    depth: number,
  ): void {
    const follow = (
      reference: Reference | undefined,
      meaning: Use["meaning"],
    ): void => {
      if (reference?.file === undefined) return;
      const { file: named, at } = reference;
      const file = named.startsWith("/")
        ? this.#files.named(invocation === undefined ? named : pathOnHost(invocation, named), owner.path)
        : this.#files.beside(owner.path, named);
      const found = this.#scan(file, undefined);
      const flag = inside === undefined ? at : `${inside} ${at}`;
      this.#uses.push({
        owner: owner.path,
        component,
        flag,
        setting: "",
        tree: undefined,
        machine: undefined,
        meaning,
        isOverridden: false,
        invocation,
        named,
        scan: found,
      });
      this.#follow(found, component, invocation, depth + 1);
    };
    for (const { authority } of kubeconfig.clusters) {
      follow(authority, { names: "ca", type: "CA", purpose: "whom a client trusts" });
    }
    for (const { certificate, key, tokenFile } of kubeconfig.users) {
      follow(certificate, { names: "certificate", type: "Client", purpose: "client certificate" });
      follow(key, { names: "key", type: "Key", purpose: "key of the client certificate" });
      follow(tokenFile, { names: "token", type: "Token", purpose: "token of the client" });
    }
  }
}

function hintOf(names: Names): Hint {
  return names === "token-file" || names === "password-file" ? names : undefined;
}
