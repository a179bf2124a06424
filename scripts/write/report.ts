/**
 * What a run of `provision` did, as data and as text for a terminal.
 *
 * @module
 */
import { CALL } from "../shared/assets.ts";
import { count, cutToWidth, displayWidth, escapeControls, groupDigits, padToWidth } from "../shared/text.ts";
import { formatDate } from "../shared/time.ts";
import type { Change } from "./change.ts";
import { changeLines, folderLines, formatNewSeed, someOf, staleLines } from "./report_lines.ts";

/** What was made by one authority. */
export interface AuthoritySummary {
  readonly name: string;
  /** Number of certificates beside the CA's own. */
  readonly certificates: number;
  /** The earliest end among them, Unix seconds; the CA's when there are none. */
  readonly until: number;
  readonly caUntil: number;
}

/** What a run did, or would do. */
export interface ProvisionReport {
  readonly cluster: string;
  readonly kubernetesVersion: string;
  /** Names of control planes, workers and etcd members beside them. */
  readonly machines: readonly string[];
  readonly controlPlanes: number;
  readonly workers: number;
  /** Such as `ECDSA-P256`, or `RSA-4096 CAs, ECDSA-P256 leaves`. */
  readonly keys: string;
  /** The tree's folder, as the caller would name it. */
  readonly folder: string;
  /** The spec's file, as the caller would name it. */
  readonly spec: string;
  readonly seed: string;
  /** Whether the seed was made in this run, or would be. */
  readonly isNewSeed: boolean;
  readonly isDryRun: boolean;
  /** Whether stale files were to be removed. */
  readonly isPruning: boolean;
  readonly authorities: readonly AuthoritySummary[];
  readonly keyPairs: number;
  readonly kubeconfigs: number;
  readonly changes: readonly Change[];
  /** Files whose entry left the spec and that stay. */
  readonly stale: readonly string[];
  /** Folders whose mode was put right, or would be, as the caller would name them. */
  readonly fixedFolders: readonly string[];
  /** How many files were right as they were. */
  readonly right: number;
  /** Whether the manifest was written anew, or would be. */
  readonly manifestChanges: boolean;
  /** Whether there was anything to do, or would be. */
  readonly hasWork: boolean;
  /** Certificates that have ended or end within 30 days, soonest first. */
  /** What is to be known of tokens and passwords. */
  readonly notes: readonly string[];
  readonly endsSoon: readonly { readonly id: string; readonly notAfter: number }[];
  readonly seconds: number;
}

/** Colours that underline what the words already say; none when they are off. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

/** Makes the colours of a terminal. */
export function makePaint(isColored: boolean): Paint {
  const wrap = (on: number, off: number) => (text: string): string =>
    isColored ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  return { bold: wrap(1, 22), dim: wrap(2, 22) };
}

/**
 * Renders the report of a run.
 *
 * @param columns width of the terminal
 * @returns lines for stdout
 */
export function formatReport(report: ProvisionReport, columns: number, paint: Paint): string {
  if (report.isDryRun) return formatDryRun(report, columns, paint);
  const total = report.right + report.changes.length;
  const leftovers = [...staleLines(report, columns), ...folderLines(report)];
  const written = report.changes.filter((change) => change.action !== "removed").length;
  if (report.changes.length === 0) {
    const what = report.manifestChanges ? "manifest written" : "nothing to do";
    return [`${paint.bold(report.cluster)}  ${what}: ${isAre(total)} right`, ...leftovers].join("\n");
  }
  const took = `in ${report.seconds.toFixed(2)} s`;
  if (report.changes.every((change) => change.action === "new" && change.reasons.length === 0)) {
    const before = report.right === 0 ? "" : `, ${groupDigits(report.right)} were right`;
    return [
      ...overview(report, paint),
      "",
      `${count(written, "file")} written to ${escapeControls(report.folder)} ${took}${before}`,
      ...leftovers,
    ].join("\n");
  }
  return [
    `${paint.bold(report.cluster)}  ${count(report.changes.length, "file")} changed ${took}, ${
      groupDigits(report.right)
    } were right`,
    "",
    ...changeLines(report.changes, columns),
    ...leftovers,
  ].join("\n");
}

function isAre(files: number): string {
  return `${count(files, "file")} ${files === 1 ? "is" : "are"}`;
}

function formatDryRun(report: ProvisionReport, columns: number, paint: Paint): string {
  const cluster = paint.bold(report.cluster);
  const leftovers = [...staleLines(report, columns), ...folderLines(report)];
  if (report.changes.length === 0) {
    const what = report.manifestChanges ? "the manifest would be written" : "nothing to do";
    return [`${cluster}  ${what}: ${isAre(report.right)} right`, ...leftovers].join("\n");
  }
  const seed = report.isNewSeed ? `, and ${escapeControls(report.seed)} would be made` : "";
  const head = `${cluster}  ${count(report.changes.length, "file")} would change${seed}`;
  return [head, "", ...changeLines(report.changes, columns), ...leftovers].join("\n");
}

function overview(report: ProvisionReport, paint: Paint): string[] {
  const machines = `${count(report.controlPlanes, "control plane")}, ${count(report.workers, "worker")}`;
  const head = [
    `Kubernetes ${report.kubernetesVersion}`,
    machines,
    report.keys,
    `from ${escapeControls(report.spec)}`,
  ];
  const rows = [
    ...report.authorities.map((authority) => [
      authority.name,
      count(authority.certificates, "certificate"),
      authority.certificates === 0 ? "" : `until ${formatDate(authority.until)}`,
      `CA until ${formatDate(authority.caUntil)}`,
    ]),
    ...(report.keyPairs === 0 ? [] : [["service-account", count(report.keyPairs, "key pair")]]),
    ...(report.kubeconfigs === 0 ? [] : [["kubeconfigs", groupDigits(report.kubeconfigs)]]),
  ];
  return [`${paint.bold(report.cluster)}  ${head.join("  ")}`, "", ...alignRows(rows)];
}

/** Columns of equal width; numbers at the start of the second one line up at their last digit. */
function alignRows(rows: readonly string[][]): string[] {
  const digits = Math.max(...rows.map((row) => (/^[\d,]*/.exec(row[1] ?? "")?.[0] ?? "").length));
  const padded = rows.map((row) =>
    row.map((cell, index) =>
      index === 1 ? " ".repeat(digits - (/^[\d,]*/.exec(cell)?.[0] ?? "").length) + cell : cell
    )
  );
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...padded.map((row) => displayWidth(row[column] ?? "")))
  );
  return padded.map((row) =>
    `  ${row.map((cell, index) => padToWidth(cell, widths[index] ?? 0)).join("   ")}`.trimEnd()
  );
}

/**
 * Renders the reports of a fleet: a line for each cluster.
 *
 * @param columns width of the terminal
 * @returns lines for stdout
 */
export function formatFleet(reports: readonly ProvisionReport[], columns: number, paint: Paint): string {
  if (reports.length === 0) return "0 clusters: this shard has nothing to make";
  const width = Math.min(
    Math.max(24, columns - 50),
    Math.max(...reports.map((report) => displayWidth(report.cluster))),
  );
  const lines = reports.map((report) => {
    const { changes, right, isDryRun } = report;
    const changed = isDryRun
      ? `${count(changes.length, "file")} would change`
      : `${count(changes.length, "file")} changed`;
    const what = changes.length === 0 ? report.hasWork ? "manifest" : "nothing to do" : changed;
    const stale = report.stale.length === 0 ? "" : `, ${groupDigits(report.stale.length)} stale`;
    const name = padToWidth(cutToWidth(report.cluster, width), width);
    return `  ${paint.bold(name)}  ${what}, ${groupDigits(right)} right${stale}`;
  });
  const files = reports.reduce((sum, report) => sum + report.changes.length, 0);
  const seconds = Math.max(...reports.map((report) => report.seconds));
  const isDryRun = reports.some((report) => report.isDryRun);
  const total = `${count(reports.length, "cluster")}: ${count(files, "file")} ${
    isDryRun ? "would change" : `changed in ${seconds.toFixed(2)} s`
  }`;
  return [total, "", ...lines].join("\n");
}

/**
 * The lines behind a first run: the new seed, and what to do next.
 *
 * @param isTemplate whether the spec is ours
 * @param columns width of the terminal
 */
export function formatNext(report: ProvisionReport, isTemplate: boolean, columns: number): string {
  if (report.isDryRun) return "";
  const lines: string[] = [];
  if (report.isNewSeed) lines.push("", formatNewSeed([report.seed]));
  if (report.isNewSeed || (report.right === 0 && report.changes.length > 0)) {
    lines.push("", "Next");
    if (isTemplate) {
      lines.push(`  ${`${CALL} init`.padEnd(32)}a cluster.yaml of your own, with the same seed`);
    }
    lines.push(`  ${`${CALL} provision --dry-run`.padEnd(32)}what a changed spec would change, and why`);
    if (report.machines.length > 0 && !report.folder.endsWith(".tar")) {
      const head = `  ${`${CALL} bundle`.padEnd(32)}a folder each for `;
      const room = columns - displayWidth(head);
      const names = someOf(report.machines, room);
      lines.push(head + (displayWidth(names) <= room ? names : count(report.machines.length, "machine")));
    }
    if (report.kubeconfigs > 0 && !report.folder.endsWith(".tar")) {
      lines.push(
        `  kubectl --kubeconfig ${escapeControls(report.folder)}/kubeconfig/admin.kubeconfig get nodes`,
      );
    }
  }
  return lines.join("\n");
}

/** One line on what ends soon, with the remedy; undefined when nothing does. */
export function formatEndsSoon(report: ProvisionReport, now: number): string | undefined {
  const [first, ...rest] = report.endsSoon;
  if (first === undefined) return undefined;
  const days = Math.floor(Math.abs(first.notAfter - now) / 86400);
  const when = first.notAfter <= now ? `ended ${count(days, "day")} ago` : `ends in ${count(days, "day")}`;
  const more = rest.length === 0 ? "" : ` and ${groupDigits(rest.length)} more`;
  return `${escapeControls(first.id)} ${when} (${formatDate(first.notAfter)})${more}. ` +
    `Renew: set validity.notBefore in ${escapeControls(report.spec)} and run again.`;
}
