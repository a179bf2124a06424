/**
 * What a run of `bundle` did, as data and as text for a terminal.
 *
 * @module
 */
import { ADMIN } from "../render/hosts.ts";
import { quoteShell } from "../render/text_form.ts";
import { count, displayWidth, escapeControls, groupDigits, padToWidth, quote } from "../shared/text.ts";
import type { Change } from "./change.ts";
import type { Paint } from "./report.ts";
import { changeLines, folderLines, formatNewSeed, someOf, staleLines } from "./report_lines.ts";

/** One machine's bundle. */
export interface BundledMachine {
  readonly name: string;
  /** Such as `control plane`. */
  readonly roles: readonly string[];
  /** Its folder or archive, as the caller would name it. */
  readonly path: string;
  readonly files: number;
  /** A command line that copies it to its place; absent for the workstation, and for a tree with other files in it. */
  readonly copy?: string;
}

/** A template of the user's. */
export interface UsedOverride {
  readonly template: string;
  /** Its file, as the caller would name it. */
  readonly file: string;
  /** SHA-256 of the file, lower-case hexadecimal. */
  readonly sha256: string;
}

/** What a run did, or would do. */
export interface BundleReport {
  readonly cluster: string;
  readonly kubernetesVersion: string;
  readonly layout: "hard-way" | "kubeadm";
  /** Group of the administrator's certificate; any but `system:masters` has its rights from a binding. */
  readonly adminGroup: string;
  /** Folder of the bundles, as the caller would name it. */
  readonly folder: string;
  readonly machines: readonly BundledMachine[];
  readonly overrides: readonly UsedOverride[];
  readonly seed: string;
  /** Whether the seed was made in this run, or would be. */
  readonly isNewSeed: boolean;
  /** Files of the PKI that were missing and were made first, or would be. */
  readonly filled: number;
  readonly isDryRun: boolean;
  /** Whether stale files were to be removed. */
  readonly isPruning: boolean;
  readonly changes: readonly Change[];
  /** Files of machines that left the spec, and that stay. */
  readonly stale: readonly string[];
  /** Files in the trees that hardway did not write, as the caller would name them. */
  readonly strays: readonly string[];
  /** Folders whose mode was put right, or would be. */
  readonly fixedFolders: readonly string[];
  /** How many files were right as they were. */
  readonly right: number;
  /** Whether there was anything to do, or would be. */
  readonly hasWork: boolean;
  /** What is to be known of tokens and passwords. */
  readonly notes: readonly string[];
  readonly seconds: number;
}

/**
 * Renders the report of a run.
 *
 * @param columns width of the terminal
 * @returns lines for stdout
 */
export function formatBundle(report: BundleReport, columns: number, paint: Paint): string {
  const { changes, right, isDryRun, machines } = report;
  const cluster = paint.bold(report.cluster);
  const leftovers = [
    ...report.overrides.map(({ template, file, sha256 }) =>
      `Template ${template} from ${escapeControls(file)} (SHA-256 ${sha256.slice(0, 16)}...)`
    ),
    ...staleLines(report, columns),
    ...strayLines(report),
    ...folderLines(report),
  ];
  if (changes.length === 0) {
    const verb = right === 1 ? "is" : "are";
    return [`${cluster}  ${doneWithout(report)}: ${count(right, "file")} ${verb} right`, ...leftovers].join(
      "\n",
    );
  }
  const filled = report.filled === 0 ? "" : `, after ${count(report.filled, "missing file")} of the PKI`;
  if (isDryRun) {
    const head = `${cluster}  ${count(changes.length, "file")} would change${filled}`;
    return [head, "", ...changeLines(changes, columns), ...leftovers].join("\n");
  }
  const took = `in ${report.seconds.toFixed(2)} s`;
  const were = right === 0 ? "" : `, ${groupDigits(right)} were right`;
  if (changes.every(({ action, reasons }) => action === "new" && reasons.length === 0)) {
    return [
      `${cluster}  Kubernetes ${report.kubernetesVersion}  layout ${report.layout}`,
      "",
      ...machineLines(machines),
      "",
      `${count(changes.length, "file")} written ${took}${filled}${were}`,
      ...leftovers,
    ].join("\n");
  }
  const head = `${cluster}  ${count(changes.length, "file")} changed ${took}${filled}${were}`;
  return [head, "", ...changeLines(changes, columns), ...leftovers].join("\n");
}

/** What was done when no bundle changes. */
function doneWithout({ filled, hasWork, isDryRun }: BundleReport): string {
  const missing = `${count(filled, "missing file")} of the PKI`;
  if (isDryRun) {
    return filled > 0
      ? `${missing} would be written`
      : hasWork
      ? "the manifest would be written"
      : "nothing to do";
  }
  return filled > 0 ? `${missing} written` : hasWork ? "manifest written" : "nothing to do";
}

/** How many strangers are named before the rest is counted. */
const NAMED = 5;

function strayLines({ strays }: BundleReport): string[] {
  if (strays.length === 0) return [];
  const rest = strays.length - NAMED;
  return [
    `${count(strays.length, "file")} not written by hardway:`,
    ...strays.slice(0, NAMED).map((path) => `  ${escapeControls(path)}`),
    ...rest > 0 ? [`  ... and ${groupDigits(rest)} more`] : [],
  ];
}

/** The group that may do everything without a binding. */
const MASTERS = "system:masters";

/** How many machines are listed before the rest is counted. */
const LISTED = 10;

function machineLines(machines: readonly BundledMachine[]): string[] {
  // The workstation is always among those that are shown: it stands last.
  const isLong = machines.length > LISTED;
  const shown = isLong ? [...machines.slice(0, LISTED - 1), ...machines.slice(-1)] : machines;
  const paths = shown.map(({ path }) => escapeControls(path));
  const width = Math.max(...paths.map(displayWidth));
  const digits = Math.max(...shown.map(({ files }) => groupDigits(files).length));
  const lines = shown.map(({ files, roles }, index) =>
    `  ${padToWidth(paths[index] ?? "", width)}   ${groupDigits(files).padStart(digits)} ${
      files === 1 ? "file " : "files"
    }   ${roles.join(", ")}`
  );
  if (isLong) lines.splice(-1, 0, `  ... and ${groupDigits(machines.length - LISTED)} more`);
  return lines;
}

const OLDER = "files of an older spec stand there (--prune removes them)";

/** The tree that a file of the bundles belongs to, such as `hosts/server`. */
function treeOf(path: string): string {
  return path.split("/").slice(0, 2).join("/");
}

/** The lines behind a report: a new seed, and how to bring each bundle to its machine. */
export function formatCopy(report: BundleReport): string {
  const lines: string[] = [];
  if (report.isNewSeed) lines.push("", formatNewSeed([report.seed]));
  const copied = report.machines.filter(({ copy }) => copy !== undefined);
  if (copied.length > 0) {
    lines.push("", "Copy");
    for (const { copy } of copied.slice(0, LISTED)) lines.push(`  ${escapeControls(copy ?? "")}`);
    const rest = copied.length - LISTED;
    if (rest > 0) lines.push(`  ... and ${groupDigits(rest)} more: -o json has them all`);
  }
  const held = report.machines.filter(({ name, copy }) => copy === undefined && name !== ADMIN);
  if (held.length > 0) {
    const names = someOf(held.map(({ name }) => name));
    // Files of machines that left the spec are told above, and hold nobody back.
    const isStale = held.some(({ path }) => report.stale.some((stale) => path.endsWith(`/${treeOf(stale)}`)));
    const isStrayed = held.some(({ path }) => report.strays.some((stray) => stray.startsWith(`${path}/`)));
    const older = report.isPruning ? "edited files of an older spec stand there (move them away)" : OLDER;
    const reasons = [
      ...isStale ? [older] : [],
      ...isStrayed ? ["files stand there that hardway did not write (move them away)"] : [],
    ];
    lines.push("", `Not yet to be copied: ${names}`, ...reasons.map((reason) => `  ${reason}`));
  }
  const workstation = report.machines.find(({ name }) => name === ADMIN);
  const isStaleThere = report.stale.some((path) => /^(?:hosts\/admin\/)?manifests\//.test(path));
  if (workstation !== undefined && isStaleThere) {
    lines.push("", `Not yet to be applied: ${escapeControls(workstation.path)}/manifests`, `  ${OLDER}`);
  } else if (workstation !== undefined && !workstation.path.endsWith(".tar")) {
    const path = quoteShell(workstation.path);
    const kubeconfig = report.layout === "kubeadm" ? "etc/kubernetes/super-admin.conf" : "admin.kubeconfig";
    lines.push(
      "",
      "When the API server answers",
      `  kubectl --kubeconfig ${path}/${kubeconfig} apply -f ${path}/manifests/`,
    );
    if (report.layout === "hard-way" && report.adminGroup !== MASTERS) {
      lines.push(
        `  with the kubeconfig of a user in ${MASTERS}: before, ${quote(report.adminGroup)} may do nothing`,
      );
    }
  }
  return lines.join("\n");
}
