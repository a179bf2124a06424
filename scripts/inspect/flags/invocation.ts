/**
 * A program as something starts it: which one, with which flags, and how it sees the machine's files.
 *
 * @module
 */

/** A program of Kubernetes or etcd whose flags are known here. */
export type Component =
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "cloud-controller-manager"
  | "kubelet"
  | "kube-proxy"
  | "etcd"
  | "etcdctl";

/** A word of a command line, and where it stands. */
export interface Word {
  readonly text: string;
  /** From 1, in the file; undefined when that is not known. */
  readonly line: number | undefined;
}

/** One setting of a program. */
export interface Argument {
  /** A flag without its dashes, such as `tls-cert-file`; in a configuration a path, such as `clientConnection.kubeconfig`. */
  readonly name: string;
  /** Undefined: a flag without a value, which is true. */
  readonly value: string | undefined;
  readonly from: "argument" | "environment" | "configuration";
  /** From 1, in the file; undefined when that is not known. */
  readonly line: number | undefined;
}

/** A folder or file of the machine that a container sees at another place. */
export interface Mount {
  /** On the machine, with `subPath`; undefined when it is none of the machine's: a Secret, an emptyDir. */
  readonly hostPath: string | undefined;
  /** In the container. */
  readonly mountPath: string;
  readonly isReadOnly: boolean;
}

/** A program with its settings. */
export interface Invocation {
  /** Base name of what is started, such as `kube-apiserver`. */
  readonly program: string;
  readonly component: Component;
  /** In order; of a setting that is given twice both are here. */
  readonly arguments: readonly Argument[];
  readonly mounts: readonly Mount[];
  /** Where the command begins: from 1, in the file; undefined when that is not known. */
  readonly line: number | undefined;
  /** Where relative paths begin; undefined: at the root. */
  readonly directory?: string | undefined;
  /** Environment files that the unit wants and that are not there: some flags may be unknown. */
  readonly unread?: readonly string[];
}

/**
 * The value that counts of a flag that takes one: the last.
 *
 * @param invocation a program
 * @param name without dashes
 * @returns undefined when the flag is not given; an empty text when it has no value
 */
export function lastOf({ arguments: given }: Invocation, name: string): Argument | undefined {
  return given.findLast((argument) => argument.name === name);
}

/**
 * Every value of a flag that may be repeated, in order.
 *
 * @param invocation a program
 * @param name without dashes
 */
export function allOf({ arguments: given }: Invocation, name: string): Argument[] {
  return given.filter((argument) => argument.name === name);
}

/** Values of a flag that takes a list with commas and may be repeated, such as `--etcd-servers`. */
export function listOf(invocation: Invocation, name: string): string[] {
  return allOf(invocation, name)
    .flatMap(({ value }) => (value ?? "").split(","))
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/**
 * Whether a boolean flag is on.
 *
 * @returns undefined when the flag is not given, or its value is no boolean
 * @see https://pkg.go.dev/strconv#ParseBool
 */
export function isOn(invocation: Invocation, name: string): boolean | undefined {
  const argument = lastOf(invocation, name);
  if (argument === undefined) return undefined;
  if (argument.value === undefined || /^(?:1|t|T|TRUE|true|True)$/.test(argument.value)) return true;
  return /^(?:0|f|F|FALSE|false|False)$/.test(argument.value) ? false : undefined;
}

/**
 * The machine's path of what a program names.
 *
 * @param invocation its mounts and its working folder
 * @param path as the program sees it
 * @returns an absolute path without `.`, `..` and double slashes; for what no mount brings in the path itself
 */
export function pathOnHost(
  { mounts, directory }: Pick<Invocation, "mounts" | "directory">,
  path: string,
): string {
  const inside = simplify(path.startsWith("/") ? path : `${directory ?? ""}/${path}`);
  let best: { readonly at: string; readonly hostPath: string | undefined } | undefined;
  for (const { mountPath, hostPath } of mounts) {
    const at = simplify(`/${mountPath}`);
    const isBelow = inside === at || inside.startsWith(at === "/" ? at : `${at}/`);
    if (isBelow && (best === undefined || at.length > best.at.length)) best = { at, hostPath };
  }
  if (best?.hostPath === undefined) return inside;
  return simplify(`/${best.hostPath}/${inside.slice(best.at.length)}`);
}

/** By text alone: `/a/./b//../c` is `/a/c`. */
function simplify(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
