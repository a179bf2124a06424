/**
 * Pods, and what makes pods: which programs of Kubernetes and etcd their containers start, with which flags.
 *
 * In: an object as plain values. Out: invocations, with the folders of the machine that each container sees.
 *
 * @module
 */
import type { Invocation, Mount, Word } from "./invocation.ts";
import { componentOfProgram, startedBy, type StartedProgram } from "./programs.ts";

/** How much text the variables of a container may hold together; each can hold those before it. */
const MAX_TEXT = 1024 * 1024;

type Mapping = Readonly<Record<string, unknown>>;

function mapping(value: unknown): Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Mapping : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/**
 * Finds the programs of Kubernetes and etcd that an object starts.
 *
 * @param object a Pod, what has a template of one (DaemonSet, Deployment, StatefulSet, Job, CronJob ...), or a list of such
 */
export function invocationsOfPod(object: unknown): Invocation[] {
  return invocationsWithin(object, 0);
}

function invocationsWithin(object: unknown, depth: number): Invocation[] {
  if (depth > 4) return [];
  const { items, spec, template, jobTemplate } = mapping(object);
  if (Array.isArray(items)) return items.flatMap((item) => invocationsWithin(item, depth + 1));
  if (jobTemplate !== undefined) return invocationsWithin(jobTemplate, depth + 1);
  if (template !== undefined) return invocationsWithin(template, depth + 1);
  const inner = mapping(spec);
  if (inner["template"] !== undefined || inner["jobTemplate"] !== undefined) {
    return invocationsWithin(inner, depth + 1);
  }
  const volumes = hostPaths(inner["volumes"]);
  return list(inner["containers"]).flatMap((container) => invocationsOf(mapping(container), volumes));
}

/** Paths of the machine by the name of their volume. */
function hostPaths(volumes: unknown): ReadonlyMap<string, string> {
  return new Map(
    list(volumes).flatMap((volume) => {
      const name = text(mapping(volume)["name"]);
      const path = text(mapping(mapping(volume)["hostPath"])["path"]);
      return name === undefined || path === undefined ? [] : [[name, path] as const];
    }),
  );
}

function invocationsOf(container: Mapping, volumes: ReadonlyMap<string, string>): Invocation[] {
  const environment = environmentOf(container["env"]);
  const read = (value: unknown): Word[] =>
    list(value).map((word) => ({ text: expand(scalar(word), environment), line: undefined }));
  const command = read(container["command"]);
  const args = read(container["args"]);
  const mounts = mountsOf(container["volumeMounts"], volumes);
  const directory = text(container["workingDir"]);
  return programsOf(container, command, args, environment).map((program): Invocation => ({
    ...program,
    mounts,
    directory,
  }));
}

function programsOf(
  container: Mapping,
  command: readonly Word[],
  args: readonly Word[],
  environment: ReadonlyMap<string, string>,
): StartedProgram[] {
  if (command.length > 0) return startedBy([...command, ...args], environment);
  // The image says what is started: a program of its own name, or one that starts what is among the arguments.
  const names = [imageName(text(container["image"]) ?? ""), text(container["name"]) ?? ""];
  const named = args.findIndex(({ text: word }, index) =>
    word.startsWith("/") && componentOfProgram(word) !== undefined &&
    // The value of the flag in front is none: --data-dir /var/lib/etcd.
    (/\/s?bin\/[^/]+$/.test(word) || !/^-[^=]*$/.test(args[index - 1]?.text ?? ""))
  );
  if (named !== -1) return startedBy(args.slice(named), environment);
  const name = names.find((one) => componentOfProgram(one) !== undefined);
  return name === undefined ? [] : startedBy([{ text: name, line: undefined }, ...args], environment);
}

/** `kube-apiserver` of `registry.k8s.io/kube-apiserver:v1.36.3@sha256:...`. */
function imageName(image: string): string {
  const [path = ""] = image.split("@");
  const base = path.slice(path.lastIndexOf("/") + 1);
  return (base.split(":")[0] ?? "").replace(/-(?:amd64|arm|arm64|ppc64le|s390x)$/, "");
}

/** YAML takes an unquoted `true` or `2` for more than text; the API server would refuse it. */
function scalar(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

function environmentOf(env: unknown): Map<string, string> {
  const found = new Map<string, string>();
  let length = 0;
  for (const variable of list(env)) {
    const name = text(mapping(variable)["name"]);
    const value = text(mapping(variable)["value"]);
    if (name === undefined || value === undefined) continue;
    const expanded = expand(value, found);
    length += expanded.length;
    found.set(name, length > MAX_TEXT ? value : expanded);
  }
  return found;
}

/**
 * Replaces `$(NAME)`; `$$` is a dollar, and a name that is not known stays.
 *
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
function expand(value: string, environment: ReadonlyMap<string, string>): string {
  if (!value.includes("$")) return value;
  let added = 0;
  return value.replace(/\$(?:\$|\(([^()]{0,1024})\))/g, (whole, name?: string) => {
    if (whole === "$$") return "$";
    const found = environment.get(name ?? "") ?? whole;
    added += found.length;
    return added > MAX_TEXT ? whole : found;
  });
}

function mountsOf(volumeMounts: unknown, volumes: ReadonlyMap<string, string>): Mount[] {
  return list(volumeMounts).flatMap((mount) => {
    const { name, mountPath, subPath, readOnly } = mapping(mount);
    if (typeof mountPath !== "string") return [];
    const folder = typeof name === "string" ? volumes.get(name) : undefined;
    const hostPath = folder === undefined || typeof subPath !== "string" ? folder : `${folder}/${subPath}`;
    return [{ hostPath, mountPath, isReadOnly: readOnly === true }];
  });
}
