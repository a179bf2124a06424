/**
 * `bundle`: one tree or archive for each machine, rooted at `/`, with its part of the PKI, its configurations and units.
 *
 * In: the spec, its seed, what stands in `out/<cluster>` as long as it is right, and the templates. Out:
 * `out/<cluster>/hosts/<machine>/` or `.tar`, `hosts/manifest.json`, and `manifests/` to apply; what was missing of the
 * PKI is made first.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Loaded } from "./plan/load.ts";
import { ADMIN, type Host } from "./render/hosts.ts";
import { TEMPLATES } from "./render/layouts.ts";
import { archivePath, HOSTS } from "./render/paths.ts";
import { Renderer } from "./render/render.ts";
import type { TemplateSource } from "./render/template.ts";
import { runCommand, type Shell } from "./shared/command.ts";
import { toHex } from "./shared/encoding.ts";
import { HardwayError } from "./shared/errors.ts";
import type { CommandDefinition, Flags } from "./shared/flags.ts";
import { compilePattern } from "./shared/pattern.ts";
import { nearest } from "./shared/suggest.ts";
import { escapeControls, quote } from "./shared/text.ts";
import { type BundleReport, formatBundle, formatCopy } from "./write/bundle_report.ts";
import { BundleRun } from "./write/bundle_run.ts";
import { locateAll } from "./write/disk/place.ts";
import { readTemplates } from "./write/disk/templates.ts";
import { type FillJob, fillPki, makePki } from "./write/fill.ts";
import { copyCommand, rolesOf } from "./write/machine_words.ts";
import { notesOf } from "./write/notes.ts";
import { prepare } from "./write/prepare.ts";
import { makeProgress } from "./write/progress.ts";
import { makePaint } from "./write/report.ts";
import { formatNewSeed } from "./write/report_lines.ts";

/** What `bundle` takes. Relative paths start from `folder`. */
export interface BundleOptions {
  /** Folder that relative paths start from. Default: the working directory. */
  readonly folder?: string;
  /** Path of the spec. Default: `cluster.yaml`; where there is none, the hard way's lab. */
  readonly spec?: string;
  /** Path of the seed, `-` for stdin. Default: beside the spec; made when it is missing. */
  readonly seed?: string;
  /** Folder under which `<cluster>/` is written. Default: `out`. */
  readonly out?: string;
  /** Names or patterns of machines; `admin` is the workstation. Default: all of them. */
  readonly only?: readonly string[];
  /** Folder with templates that replace ours of the same name. Default: none. */
  readonly templates?: string;
  /** Whether each machine becomes an archive. */
  readonly tar?: boolean;
  /** Whether nothing is to be written. */
  readonly dryRun?: boolean;
  /** Whether files that are not ours are replaced, in the machines' trees only. */
  readonly force?: boolean;
  /** Whether files of machines that left the spec are removed. */
  readonly prune?: boolean;
  /** How many workers there may be when there is much to issue. Default: the number of cores. */
  readonly jobs?: number;
  /** Ends the run early, leaving trees that the next run completes. */
  readonly signal?: AbortSignal;
  /** The clock, in Unix seconds: a new seed's creation. */
  readonly now?: () => number;
  /** Called for each machine. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Called once when another run holds the tree. */
  readonly onWait?: () => void;
  /** Called when reading and planning are over and nothing is written yet. */
  readonly onPlanned?: () => void;
  /** Called when a seed was made, before anything is made with it. */
  readonly onNewSeed?: (file: string) => void;
}

/**
 * Bundles the machines of a cluster.
 *
 * @returns what was done, or with `dryRun` what would be
 * @throws {HardwayError} `spec-invalid` also for a release without units, `usage` for a pattern that matches no machine
 * or a template that cannot be used, `refused` when something stands in the way or `out/<cluster>` is not what the spec
 * and the seed make; `seed-invalid`, `file-unreadable`, `disk`, `locked` or `interrupted`
 * @example
 * ```ts ignore
 * import { bundle } from "../mod.ts";
 *
 * const report = await bundle({ spec: "cluster.yaml", only: ["node-*"], tar: true });
 * for (const { name, copy } of report.machines) console.log(name, copy);
 * ```
 */
export async function bundle(options: BundleOptions = {}): Promise<BundleReport> {
  const start = performance.now();
  const places = locateAll({ ...options, ...(options.spec !== undefined && { specs: [options.spec] }) });
  if (places.length > 1) {
    throw new HardwayError("usage", "bundle: Cannot use a folder of specs: expected one spec");
  }
  const templates = readTemplates(
    TEMPLATES,
    options.templates === undefined
      ? undefined
      : { path: resolve(options.folder ?? Deno.cwd(), options.templates), shown: options.templates },
  );
  const render = ({ spec, plan }: Loaded, entropy: Uint8Array): Renderer =>
    new Renderer({ spec, plan, entropy, templates });
  const isDryRun = options.dryRun === true;
  const now = options.now ?? (() => Math.floor(Date.now() / 1000));
  const [cluster] = await prepare(places, {
    onPlanned: (planned) => {
      // What cannot be bundled is told before a seed is made for it, and before anything is written.
      for (const one of planned) {
        const trial = render(one, new Uint8Array(32));
        const hosts = selectHosts(trial, options.only ?? []);
        if (overridesOf(templates).length > 0) { for (const host of hosts) trial.filesOf(host); }
      }
      options.onPlanned?.();
    },
    ...(options.onNewSeed && { onNewSeed: options.onNewSeed }),
  }, {
    now: now(),
    makeEntropy: () => crypto.getRandomValues(new Uint8Array(32)),
    makeUnique: () => toHex(crypto.getRandomValues(new Uint8Array(8))),
    onRead: () => {},
  });
  if (cluster === undefined) throw new Error("One spec gives one cluster");
  const { plan, place, seed } = cluster;
  const renderer = render(cluster, seed.entropy);
  const hosts = selectHosts(renderer, options.only ?? []);
  const pki: FillJob = { cluster, renderer, hosts, isDryRun, jobs: options.jobs, ...callsOf(options) };
  let steps = 0;
  const run = new BundleRun({
    cluster: plan.cluster,
    renderer,
    hosts,
    seed,
    out: place.out,
    outName: place.outName,
    isTar: options.tar === true,
    isDryRun,
    isForced: options.force === true,
    isPruning: options.prune === true,
    made: isDryRun ? await makePki(pki) : new Map(),
    ...callsOf(options),
    onStep: (some) => options.onProgress?.(Math.floor((steps += some) / 2), hosts.length),
  });
  run.check();
  const filled = await fillPki(pki, navigator.hardwareConcurrency);
  const result = await run.run();
  const name = `${place.outName}/${plan.cluster}`;
  // The command copies every file of a tree: one of another spec, or a stranger's, must not come along.
  const held = new Set([...result.stale, ...result.strays].map((path) => path.split("/")[1]));
  return {
    cluster: plan.cluster,
    kubernetesVersion: `1.${cluster.spec.kubernetesMinor}`,
    layout: cluster.spec.layout,
    adminGroup: cluster.spec.adminGroup,
    folder: `${name}/${HOSTS}`,
    machines: hosts.map((host) => {
      const isTar = options.tar === true;
      const path = `${name}/${isTar ? archivePath(host.name) : `${HOSTS}/${host.name}`}`;
      const copy = held.has(host.name) ? undefined : copyCommand(host, path, isTar);
      return {
        name: host.name,
        roles: rolesOf(host),
        path,
        files: renderer.countOf(host),
        ...(copy !== undefined && { copy }),
      };
    }),
    overrides: overridesOf(templates),
    seed: place.seed.shown,
    isNewSeed: cluster.isNewSeed,
    filled,
    isDryRun,
    isPruning: options.prune === true,
    changes: result.changes,
    stale: result.stale,
    strays: result.strays.map((path) => `${name}/${path}`),
    fixedFolders: result.folders.map((folder) => folder === "" ? name : `${name}/${folder}`),
    right: result.right,
    hasWork: result.manifestChanges || result.folders.length > 0,
    notes: notesOf(cluster, name, now()),
    seconds: (performance.now() - start) / 1000,
  };
}

function callsOf({ signal, onWait }: BundleOptions): Pick<BundleOptions, "signal" | "onWait"> {
  return { ...(signal && { signal }), ...(onWait && { onWait }) };
}

function overridesOf(templates: readonly TemplateSource[]): BundleReport["overrides"] {
  return templates.flatMap(({ name, shown, override }) =>
    override === undefined ? [] : [{ template: name, file: shown, sha256: override }]
  );
}

/** The machines that patterns name, in the spec's order. */
function selectHosts(renderer: Renderer, patterns: readonly string[]): Host[] {
  const names = renderer.hosts.map(({ name }) => name);
  const matchers = patterns.map((pattern) => {
    const matches = compilePattern(pattern);
    if (names.some(matches)) return matches;
    const meant = nearest(pattern, names);
    const hint = meant === undefined
      ? "expected a machine's name or a pattern"
      : `did you mean ${quote(meant)}?`;
    throw new HardwayError("usage", `bundle: The pattern ${quote(pattern)} matches no machine: ${hint}`);
  });
  return renderer.hosts.filter(({ name }) =>
    matchers.length === 0 || matchers.some((matches) => matches(name))
  );
}

const COMMAND = {
  name: "bundle",
  summary: `a tree for each machine, rooted at /, and one for the workstation (${ADMIN}).`,
  flags: {
    spec: { value: "FILE", help: "the spec; default ./cluster.yaml, without one the hard way's lab" },
    seed: { value: "FILE", help: "the seed, - for stdin; default beside the spec, made when missing" },
    out: { value: "DIR", help: "where <cluster>/ is; default out" },
    only: { value: "MACHINE", repeatable: true, help: "machines to bundle, such as server or 'node-*'" },
    tar: { help: "an archive for each machine instead of a tree" },
    templates: { value: "DIR", help: "your own templates, each in place of ours of the same path" },
    "dry-run": { help: "say what would change and why, write nothing; exit 1 when something would" },
    force: { help: "replace files in the bundles that hardway did not write" },
    prune: { help: "remove bundled files that nothing in the spec asks for" },
    jobs: { value: "N", help: "workers when there is much to issue; default the cores" },
    output: { value: "table|json", short: "o", help: "form of the report" },
  },
} as const satisfies CommandDefinition<string>;

async function main(flags: Flags<keyof typeof COMMAND.flags>, shell: Shell): Promise<number> {
  const form = flags.output[0] ?? "table";
  if (form !== "table" && form !== "json") {
    throw new HardwayError("usage", `bundle: Cannot use ${quote(form)} as --output: expected table or json`);
  }
  const jobs = flags.jobs[0];
  if (jobs !== undefined && !/^[1-9]\d{0,2}$/.test(jobs)) {
    throw new HardwayError(
      "usage",
      `bundle: Cannot use ${quote(jobs)} as --jobs: expected a number from 1 to 999`,
    );
  }
  const progress = makeProgress(shell.redraw, () => performance.now(), "machines");
  const [spec, seed, out, templates] = [flags.spec[0], flags.seed[0], flags.out[0], flags.templates[0]];
  const newSeeds: string[] = [];
  let report: BundleReport;
  try {
    report = await bundle({
      folder: shell.folder,
      ...(spec !== undefined && { spec }),
      ...(seed !== undefined && { seed }),
      ...(out !== undefined && { out }),
      ...(templates !== undefined && { templates }),
      ...(jobs !== undefined && { jobs: Number(jobs) }),
      only: flags.only,
      tar: flags.tar.length > 0,
      dryRun: flags["dry-run"].length > 0,
      force: flags.force.length > 0,
      prune: flags.prune.length > 0,
      signal: shell.signal,
      onPlanned: shell.hearSignals,
      onProgress: progress.advance,
      onWait: () => shell.say("Another run is at work here: waiting up to 10 s"),
      onNewSeed: (file) => newSeeds.push(file),
    });
  } catch (error) {
    // The seed stays even when what came after it failed: a person must hear of it in the run that made it.
    progress.end();
    if (newSeeds.length > 0) shell.warn(formatNewSeed(newSeeds));
    throw error;
  } finally {
    progress.end();
  }
  const paint = makePaint(shell.isColored);
  shell.print(form === "json" ? JSON.stringify(report, null, 2) : formatBundle(report, shell.columns, paint));
  if (form === "table" && !report.isDryRun && !shell.isQuiet) shell.say(formatCopy(report));
  else if (newSeeds.length > 0) shell.warn(formatNewSeed(newSeeds));
  for (const note of report.notes) shell.say(`Warning: ${escapeControls(note)}`);
  return report.isDryRun && (report.hasWork || report.filled > 0) ? 1 : 0;
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
