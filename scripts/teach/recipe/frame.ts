/**
 * What stands around the steps of every recipe: its head with the checks, a headline for each step, its end.
 *
 * @module
 */
import { pathsOf } from "../../plan/paths.ts";
import type { RecipeInput } from "./recipe_input.ts";
import type { RecipeEntry, Selection } from "./selection.ts";
import { command, comment, folderOf, word } from "./shell.ts";

/** Configurations and requests of a recipe, beside what it makes. */
export const WORK = "recipe";

/** What the head of a recipe says of its tool. */
export interface Head {
  /** One sentence that names the tool. */
  readonly summary: string;
  /** What the tool cannot do anywhere, and other remarks, one paragraph each. */
  readonly remarks: readonly string[];
  /** Programs that must be there. */
  readonly programs: readonly string[];
  /** Further checks, before anything is written. */
  readonly checks?: readonly string[];
  /** Folders to make besides those of the files. */
  readonly folders?: readonly string[];
}

/**
 * Writes the head: what this is, the shell's settings, and the refusals.
 *
 * @param input what the recipe is made of
 * @param selection what it makes
 * @param head what is the tool's own
 */
export function headOf(input: RecipeInput, selection: Selection, head: Head): string[] {
  const roots = [...new Set(selection.entries.flatMap(pathsOf).map((path) => path.split("/", 1)[0] ?? ""))];
  const folders = [...new Set(selection.entries.flatMap(pathsOf).map(folderOf))];
  const start = input.isStartNow
    ? ["The spec does not say when certificates begin: here it is the moment of printing less 5 minutes."]
    : [];
  return [
    "#!/bin/sh",
    ...comment(head.summary),
    "#",
    ...comment(`Printed by hardway ${input.version}: ${input.line}`),
    ...comment(
      `Run it with sh in an empty folder. It makes ${
        [...roots, WORK].join("/, ")
      }/; what it needs on its way ` +
        `stands in ${WORK}/ afterwards.`,
    ),
    ...[...start, ...head.remarks].flatMap((remark) => ["#", ...comment(remark)]),
    "",
    "set -eu",
    ...comment("Keys are for their owner alone."),
    "umask 077",
    "",
    `for program in ${head.programs.map(word).join(" ")}; do`,
    '  if ! command -v "$program" > /dev/null; then',
    '    echo "Cannot find $program: install it first" >&2',
    "    exit 2",
    "  fi",
    "done",
    `for name in ${[...roots, WORK].join(" ")}; do`,
    '  if [ -e "$name" ] || [ -L "$name" ]; then',
    '    echo "Refused: $name is here already: run this script in an empty folder" >&2',
    "    exit 3",
    "  fi",
    "done",
    ...head.checks ?? [],
    ...makeFolders([...folders, ...head.folders ?? [WORK]]),
  ];
}

/** How many paths one command takes: the system has a limit. */
const PATHS = 500;

/** Makes folders. One above another is made with it. */
export function makeFolders(paths: readonly string[]): string[] {
  const above = new Set(paths.flatMap((path) => {
    const parts = path.split("/");
    return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
  }));
  return onPaths("mkdir -p", [...new Set(paths)].filter((path) => !above.has(path)));
}

/** Writes a command for many paths. */
function onPaths(head: string, paths: readonly string[]): string[] {
  const lines: string[] = [];
  for (let start = 0; start < paths.length; start += PATHS) {
    lines.push(...command(head, paths.slice(start, start + PATHS).map(word)));
  }
  return lines;
}

/**
 * Writes the headline of a step: the id, and why it is there.
 *
 * @param entry what the step makes
 * @param selection tells whether it was asked for
 */
export function headline(entry: RecipeEntry, { isNeeded }: Selection): string[] {
  const needed = isNeeded(entry) ? " (needed below)" : "";
  return ["", ...comment(`== ${entry.id}: ${entry.title}${needed}`)];
}

/** Writes the end: certificates and public keys are for everybody to read. */
export function endOf(selection: Selection): string[] {
  const open = selection.entries.flatMap((entry) =>
    entry.kind === "certificate"
      ? [entry.certificatePath]
      : entry.kind === "key-pair"
      ? [entry.publicKeyPath]
      : []
  );
  return [...openUp(open), ...documentsLeft(selection)];
}

/** Says what is not made here: no tool knows the seed's secrets. */
function documentsLeft({ documents }: Selection): string[] {
  if (documents.length === 0) return [];
  const paths = documents.map(({ path }) => path).join(", ");
  return [
    "",
    ...comment(
      `Not made here, as they come from the seed or belong to its keys: ${paths}. provision writes them.`,
    ),
  ];
}

/** Lets everybody read files. */
export function openUp(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  return [
    "",
    ...comment("Certificates and public keys are no secret."),
    ...onPaths("chmod 644", paths),
  ];
}

/** Where the configuration and the request of an entry stand: a folder of its own. */
export function workFolder(path: string): string {
  return `${WORK}/${path.replace(/^pki\//, "").replace(/\.(?:crt|pem)$/, "")}`;
}
