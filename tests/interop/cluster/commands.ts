/**
 * The command lines that bundles hold: in units, in static pods, and, as further arguments, in kubeadm.yaml.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parseAllDocuments } from "../../../scripts/shared/npm/yaml.ts";
import type { Rendered } from "./shapes.ts";

/** A program, and the words it is started with; none is a word of a shell. */
export interface Command {
  /** Such as `kube-apiserver`. */
  readonly program: string;
  readonly words: readonly string[];
  /** Where it was found. */
  readonly source: string;
}

/** Reads the command lines of a file; most files hold none. */
export function commandsOf(file: Pick<Rendered, "to" | "text">): Command[] {
  if (file.to.endsWith(".service")) return [unitCommand(file.to, file.text)];
  if (file.to.includes("/manifests/")) {
    return documentsOf(file.text).flatMap((pod) => podCommands(file.to, pod));
  }
  if (file.to.endsWith("kubeadm.yaml")) {
    return documentsOf(file.text).flatMap((part) => extraArguments(file.to, part));
  }
  return [];
}

/** Names of the flags among the words, with `--`. */
export function flagsOf({ words }: Command): string[] {
  return words.map((word) => /^--[^=]+/.exec(word)?.[0] ?? assert.fail(`${word} is no flag`));
}

/** Documents of a YAML text. */
export function documentsOf(text: string): unknown[] {
  return parseAllDocuments(text).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS() as unknown;
  });
}

/** The words of a unit's ExecStart, as systemd.service(5) says how they are read. */
function unitCommand(source: string, text: string): Command {
  const lines = text.replaceAll("\\\n", " ").split("\n").filter((line) => line.startsWith("ExecStart="));
  assert.equal(lines.length, 1, `${source}: one ExecStart`);
  const [path = "", ...words] = (lines[0] ?? "").slice("ExecStart=".length).trim().split(/\s+/).map(
    unquoteUnit,
  );
  return { program: path.slice(path.lastIndexOf("/") + 1), words, source };
}

function unquoteUnit(word: string): string {
  assert.doesNotMatch(word, /["']/, "our units use no quotation marks");
  return word.replaceAll("%%", "%").replaceAll("$$", "$")
    .replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function podCommands(source: string, pod: unknown): Command[] {
  const containers = at(pod, "spec", "containers");
  assert.ok(Array.isArray(containers), `${source} is a pod`);
  return containers.map((container) => {
    const [program = "", ...words] = texts(at(container, "command"));
    assert.equal(at(container, "args"), undefined);
    return { program, words, source };
  });
}

const EXTRA_ARGUMENTS: readonly (readonly [program: string, ...path: string[]])[] = [
  ["kube-apiserver", "apiServer", "extraArgs"],
  ["kube-controller-manager", "controllerManager", "extraArgs"],
  ["kube-scheduler", "scheduler", "extraArgs"],
  ["etcd", "etcd", "local", "extraArgs"],
  ["kubelet", "nodeRegistration", "kubeletExtraArgs"],
];

function extraArguments(source: string, part: unknown): Command[] {
  return EXTRA_ARGUMENTS.flatMap(([program, ...path]) => {
    const list = at(part, ...path);
    if (list === undefined) return [];
    assert.ok(Array.isArray(list), `${source}: ${path.join(".")} is a list`);
    const words = list.map((item) => `--${String(at(item, "name"))}=${String(at(item, "value"))}`);
    return [{ program, words, source: `${source} ${path.join(".")}` }];
  });
}

/** What stands at a path in a document. */
export function at(node: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      inner !== null && typeof inner === "object" ? (inner as Record<string, unknown>)[key] : undefined,
    node,
  );
}

function texts(list: unknown): string[] {
  assert.ok(Array.isArray(list) && list.every((item) => typeof item === "string"), "a list of texts");
  return list;
}
