/**
 * Runs the commands as `deno task` does, in a folder of its own, and looks at what they leave. Every output that passes
 * through here is searched for secrets.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import denoJson from "../deno.json" with { type: "json" };

/** The root of this repository, with its slash. */
export const ROOT = new URL("../", import.meta.url).pathname;

/** A published seed: anyone can make its keys. Created on 2026-01-01. */
export const SEED = "HARDWAY-SEED-1QYQQQQQQD92MJQQQQYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RU92MX23";
/** Another one, for what must differ. */
export const OTHER_SEED =
  "HARDWAY-SEED-1QYQQQQQQD92MJQQPQQPSYPGYQURQJZQTPGXSCRCWZYGPXYS4ZST3VXGCRVDP68QLRCDARCH3";

export const IS_ROOT = Deno.uid() === 0;

/** Says aloud that something was not tested. */
export function skip(reason: string): void {
  console.warn(`SKIPPED: ${reason}`);
}

/** Whether a program is there. */
export function has(program: string): boolean {
  return new Deno.Command("sh", { args: ["-c", `command -v ${program}`], stdout: "null" }).outputSync()
    .success;
}

/** A small cluster with short names, fast keys and ends far away; further lines of YAML may be added. */
export function spec(more = "", name = "lab"): string {
  return `name: ${name}
keys: { ca: Ed25519, leaf: Ed25519 }
validity: { notBefore: 2026-01-01T00:00:00Z, ca: 100y, leaf: 50y }
controlPlane: [{ name: server, addresses: [10.240.0.10], kubelet: false }]
${more}`;
}

/** One control plane and two nodes, in the hard way's layout. */
export const HARD = spec(`workers:
  - { name: node-0, addresses: [10.240.0.20], podCIDR: 10.200.0.0/24 }
  - { name: node-1, addresses: [10.240.0.21], podCIDR: 10.200.1.0/24 }
`);

/** The same in kubeadm's, which reads no Ed25519. */
export const KUBEADM = `${
  HARD.replace(/^keys.*\n/m, "").replace(", kubelet: false", "")
}files: { layout: kubeadm }\n`;

/** A cluster of many nodes. */
export function largeSpec(nodes: number, more = ""): string {
  return spec(
    `workers: [{ name: "pool-[0000-${String(nodes - 1).padStart(4, "0")}]", addresses: [10.241.0.0/16] }]
${more}`,
    "large",
  );
}

/** What a process did. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a command. */
export interface RunOptions {
  /** The working folder. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Words in front of deno, such as `unshare -n`; its last word may be `--`. */
  readonly prefix?: readonly string[];
  /** A shell's line in front of it all, such as `umask 0`. */
  readonly before?: string;
  /** Changes the flags of the task. */
  readonly flags?: (flags: readonly string[]) => readonly string[];
  /** Sources other than this repository's. */
  readonly root?: string;
}

/** A command with a task of its own. */
export type Command =
  | "init"
  | "provision"
  | "bundle"
  | "merge"
  | "inspect"
  | "verify"
  | "expiry"
  | "csr"
  | "token"
  | "recipe"
  | "explain"
  | "diagnose";

/** The words that start a command, deno first: exactly those of the task in deno.json. */
export function commandLine(
  command: Command,
  args: readonly string[],
  options: Pick<RunOptions, "prefix" | "before" | "flags" | "root"> = {},
): [string, ...string[]] {
  const [, ...words] = denoJson.tasks[command].command.split(" ");
  const script = words.pop() ?? "";
  const flags = options.flags?.(words) ?? words;
  const line = [
    ...(options.prefix ?? []),
    Deno.execPath(),
    ...flags,
    `${options.root ?? ROOT}${script}`,
    ...args,
  ];
  return options.before === undefined
    ? line as [string, ...string[]]
    : ["sh", "-c", `${options.before}; exec "$@"`, "sh", ...line];
}

/** Starts a command. */
export function start(
  command: Command,
  args: readonly string[],
  options: RunOptions,
): Deno.ChildProcess {
  const [program, ...rest] = commandLine(command, args, options);
  return new Deno.Command(program, {
    args: rest,
    cwd: options.cwd,
    env: { NO_COLOR: "", COLUMNS: "", INIT_CWD: "", ...options.env },
    stdin: options.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Waits for a process and searches its output for secrets. */
export async function finish(process: Deno.ChildProcess): Promise<Result> {
  const { code, stdout, stderr } = await process.output();
  const text = new TextDecoder();
  const result = { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  assertNoSecret(result.stdout + result.stderr);
  return result;
}

/** Runs a command to its end. */
export async function run(
  command: Command,
  args: readonly string[],
  options: RunOptions,
): Promise<Result> {
  const process = start(command, args, options);
  if (options.stdin !== undefined) {
    const writer = process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(options.stdin));
    await writer.close();
  }
  return await finish(process);
}

/** Runs `provision` and expects its exit code. */
export async function provisionIn(cwd: string, args: readonly string[] = [], code = 0): Promise<Result> {
  const result = await run("provision", args, { cwd });
  assert.equal(result.code, code, result.stdout + result.stderr);
  return result;
}

/** Runs any program to its end. */
export function sh(line: string, ...args: readonly string[]): Result {
  const done = new Deno.Command("sh", { args: ["-c", line, "sh", ...args], stdin: "null" }).outputSync();
  const text = new TextDecoder();
  return { code: done.code, stdout: text.decode(done.stdout), stderr: text.decode(done.stderr) };
}

/** Fails when text holds a seed or a private key, or a line of base64 that stands in a secret file of the folder. */
export function assertNoSecret(text: string, folder?: string): void {
  assert.doesNotMatch(text, /HARDWAY-SEED-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{8}/i);
  assert.doesNotMatch(text, /PRIVATE KEY/);
  if (folder === undefined) return;
  for (const [path, { mode }] of Object.entries(look(folder))) {
    if (mode !== "0600") continue;
    const lines = Deno.readTextFileSync(`${folder}/${path}`).split(/\s+/);
    for (const line of lines.filter((line) => line.length > 24 && /^[A-Za-z0-9+/=]+$/.test(line))) {
      assert.ok(!text.includes(line), `a line of ${path} stands in the output`);
    }
  }
}

/** What stands at a path. */
export interface Entry {
  readonly mode: string;
  /** SHA-256 of a file, the target of a link, or what else it is. */
  readonly content: string;
  readonly mtime: number;
  readonly ino: number;
}

/** Everything below a folder, by relative path, sorted; links are not followed. */
export function look(folder: string, below = ""): Record<string, Entry> {
  const found: Record<string, Entry> = {};
  const names = [...Deno.readDirSync(`${folder}/${below}`)].map((entry) => entry.name).sort();
  for (const name of names) {
    const path = below === "" ? name : `${below}/${name}`;
    const at = `${folder}/${path}`;
    const info = Deno.lstatSync(at);
    found[path] = {
      mode: ((info.mode ?? 0) & 0o7777).toString(8).padStart(4, "0"),
      content: info.isSymlink
        ? `-> ${Deno.readLinkSync(at)}`
        : info.isFile
        ? createHash("sha256").update(Deno.readFileSync(at)).digest("hex")
        : info.isDirectory
        ? "folder"
        : "other",
      mtime: info.mtime?.getTime() ?? 0,
      ino: info.ino ?? 0,
    };
    if (info.isDirectory) Object.assign(found, look(folder, path));
  }
  return found;
}

/** The same without times and inodes: what must be equal on any machine. */
export function tree(folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(look(folder)).map(([path, { mode, content }]) => [path, `${mode} ${content}`]),
  );
}

/** The paths at which two trees differ. */
export function differences(a: Record<string, string>, b: Record<string, string>): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((path) => a[path] !== b[path]).sort();
}

/** Runs an action in a folder that is gone afterwards, whatever was made in it. */
export async function withFolder(action: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "hardway-test-" });
  try {
    await action(folder);
  } finally {
    sh('chmod -R u+rwX "$1"', folder);
    Deno.removeSync(folder, { recursive: true });
  }
}

/** A folder with a spec and, beside it, the published seed. */
export async function withSpec(
  text: string,
  action: (folder: string) => void | Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, text);
    writeSeed(folder);
    await action(folder);
  });
}

/** Puts a seed in place. */
export function writeSeed(folder: string, line: string = SEED, name = "cluster.seed"): void {
  Deno.writeTextFileSync(`${folder}/${name}`, `${line}\n`, { mode: 0o600 });
}

/**
 * A copy of the sources and of the packages that any user may read, for runs as another user or under a strange
 * umask, which must not spoil our own cache.
 */
export function copySources(to: string): { readonly root: string; readonly env: Record<string, string> } {
  const info = JSON.parse(new TextDecoder().decode(
    new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stdout: "piped" }).outputSync().stdout,
  )) as { readonly npmCache: string };
  const copied = sh(
    'mkdir -p "$1/sources" "$1/cache" && cd "$2" && cp -r deno.json deno.lock scripts templates "$1/sources" && ' +
      'cp -r "$3" "$1/cache/npm" && chmod -R a+rX "$1"',
    to,
    ROOT,
    info.npmCache,
  );
  assert.equal(copied.code, 0, copied.stderr);
  return { root: `${to}/sources/`, env: { DENO_DIR: `${to}/cache` } };
}
