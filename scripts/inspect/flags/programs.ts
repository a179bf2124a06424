/**
 * Which program a command line starts in the end, behind shells, wrappers and variables in front.
 *
 * @module
 */
import { readFlags, readVariables } from "./flag_words.ts";
import type { Argument, Component, Word } from "./invocation.ts";
import { readScript } from "./shell_words.ts";

/** A program that a command line starts. */
export interface StartedProgram {
  /** Its base name. */
  readonly program: string;
  readonly component: Component;
  readonly arguments: readonly Argument[];
  readonly line: number | undefined;
}

/** How many shells and wrappers may stand in front of each other. */
const MAX_DEPTH = 8;

/** A version, a platform or the like may follow a name. */
const PROGRAM =
  /^(kube-apiserver|kube-controller-manager|kube-scheduler|cloud-controller-manager|kubelet|kube-proxy|etcdctl|etcd)(?:[-._](?:v?\d[\w.+-]*|linux|amd64|arm64|bin|fips|real|wrapped)[\w.-]*)?$/;

/** What Kubernetes' one binary of old took as its first word. */
const HYPERKUBE: Readonly<Record<string, Component>> = {
  apiserver: "kube-apiserver",
  "controller-manager": "kube-controller-manager",
  scheduler: "kube-scheduler",
  proxy: "kube-proxy",
  kubelet: "kubelet",
};

const SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "dash", "ash", "ksh", "zsh"]);

/** Programs whose last words are another command. */
const WRAPPERS: ReadonlySet<string> = new Set(
  [
    ..."env nice ionice chrt numactl taskset setpriv stdbuf nohup setsid time timeout sudo su-exec gosu chpst"
      .split(" "),
    ..."dumb-init tini catatonit go-runner kube-cross-runner exec command builtin eval nsenter unshare chroot"
      .split(" "),
    ..."systemd-inhibit systemd-cat systemd-run cgexec prlimit start-stop-daemon runuser ip busybox".split(
      " ",
    ),
  ],
);

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * The component that a program is, by its name.
 *
 * @param path of the program
 * @returns undefined for all others
 */
export function componentOfProgram(path: string): Component | undefined {
  // A flag may end like a path of one: --data-dir=/var/lib/etcd.
  if (path.startsWith("-") || path.includes("=")) return undefined;
  return PROGRAM.exec(baseName(path))?.[1] as Component | undefined;
}

/**
 * Finds the programs that a command line starts.
 *
 * @param words the program's path first
 * @param environment its variables
 * @returns those that are known here, most often one or none
 */
export function startedBy(
  words: readonly Word[],
  environment: ReadonlyMap<string, string>,
): StartedProgram[] {
  return resolve(words, environment, 0);
}

function resolve(
  words: readonly Word[],
  environment: ReadonlyMap<string, string>,
  depth: number,
): StartedProgram[] {
  const [first, second] = words;
  if (first === undefined || depth > MAX_DEPTH) return [];
  const program = baseName(first.text);
  const component = componentOfProgram(program);
  if (component !== undefined) return [started(program, component, first, words.slice(1), environment)];
  if (program === "hyperkube") {
    const name = second?.text ?? "";
    const inside = componentOfProgram(name) ?? (Object.hasOwn(HYPERKUBE, name) ? HYPERKUBE[name] : undefined);
    return inside === undefined ? [] : [started(inside, inside, first, words.slice(2), environment)];
  }
  if (SHELLS.has(program)) {
    const script = scriptOf(words);
    if (script === undefined) return [];
    return readScript(script.text, environment, script.line).flatMap(({ words: inner, variables }) =>
      resolve(inner.map(withoutBlank), variables, depth + 1)
    );
  }
  if (!WRAPPERS.has(program)) return [];
  return behind(program, words, environment, depth);
}

/** YAML folds lines, so that a backslash at the end of one makes a blank the beginning of a word. It is none of the name. */
function withoutBlank({ text, line }: Word): Word {
  return { text: text.replace(/^\s+(?=-)/, ""), line };
}

function started(
  program: string,
  component: Component,
  { line }: Word,
  words: readonly Word[],
  environment: ReadonlyMap<string, string>,
): StartedProgram {
  const given = readFlags(component, words);
  return { program, component, arguments: [...readVariables(component, environment, given), ...given], line };
}

/** The command behind a wrapper: each has options of its own, so the first name that is known counts. */
function behind(
  wrapper: string,
  words: readonly Word[],
  environment: ReadonlyMap<string, string>,
  depth: number,
): StartedProgram[] {
  let variables = environment;
  for (const [index, { text }] of words.entries()) {
    if (index === 0) continue;
    const [, name, value = ""] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text) ?? [];
    if (name !== undefined && wrapper === "env") {
      if (variables === environment) variables = new Map(environment);
      (variables as Map<string, string>).set(name, value);
      continue;
    }
    const base = baseName(text);
    if (componentOfProgram(text) === undefined && base !== "hyperkube" && !SHELLS.has(base)) continue;
    const rest = words.slice(index + 1);
    // Its own options end there, not the program's.
    const isMarked = wrapper === "start-stop-daemon" && rest[0]?.text === "--";
    const command = words[index];
    if (command === undefined) return [];
    return resolve([command, ...isMarked ? rest.slice(1) : rest], variables, depth + 1);
  }
  return [];
}

/** The script of `sh -c`: the first word that is no option. */
function scriptOf(words: readonly Word[]): Word | undefined {
  let isScript = false;
  for (let index = 1; index < words.length; index++) {
    const text = words[index]?.text ?? "";
    if (!/^[-+]./.test(text)) return isScript ? words[index] : undefined;
    if (/^-[a-zA-Z]*c/.test(text)) isScript = true;
    if (/^[-+][a-zA-Z]*[oO]$/.test(text)) index++;
  }
  return undefined;
}
