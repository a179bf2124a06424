/**
 * The foreign programs that judge hardway's output: where they are, or how they are built. A judge that is missing
 * fails its tests in CI and is skipped aloud elsewhere.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { delimiter, join } from "node:path";

/** This folder, and what is built once and kept in it. */
export const HERE = fileURLToPath(new URL(".", import.meta.url));
const CACHE = join(HERE, ".cache");

/** A program, or why there is none. */
export type Tool = { readonly path: string } | { readonly missing: string };

/** What a process gave. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a process is run. */
export interface RunOptions {
  readonly stdin?: string;
  readonly cwd?: string;
  readonly env?: Record<string, string>;
}

/** Runs a program to its end. */
export async function run(path: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const child = new Deno.Command(path, {
    args: [...args],
    stdin: options.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.env !== undefined && { env: options.env }),
  }).spawn();
  const output = child.output();
  if (options.stdin !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(options.stdin));
    await writer.close();
  }
  const { code, stdout, stderr } = await output;
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Runs a program that has to succeed, and gives what it printed. */
export async function runWell(
  path: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const result = await run(path, args, options);
  assert.equal(result.code, 0, `${path} ${args.join(" ")}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

/** Does something for each item, as many at a time as there are processors. */
export async function forEach<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const workers = Array.from({ length: navigator.hardwareConcurrency }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  });
  await Promise.all(workers);
}

/** Finds a program in PATH. */
export function findProgram(name: string, debianPackage: string): Tool {
  for (const folder of (Deno.env.get("PATH") ?? "").split(delimiter)) {
    const path = join(folder, name);
    try {
      if (folder !== "" && Deno.statSync(path).isFile) return { path };
    } catch {
      // Not here.
    }
  }
  return { missing: `${name} is not installed (Debian package ${debianPackage})` };
}

/** The commands of our Go module. */
type GoCommand =
  | "chains"
  | "flags"
  | "forge"
  | "handshake"
  | "judge"
  | "recipe"
  | "reissue"
  | "requests"
  | "strict"
  | "tokens";

/** Builds a command of our Go module once, and again when the module changes. */
export function goCommand(name: GoCommand): Promise<Tool> {
  return buildGo(HERE, name, `./cmd/${name}`);
}

/** Builds a tool that our go.mod pins. */
export function goTool(name: "zlint"): Promise<Tool> {
  return buildGo(HERE, name, "github.com/zmap/zlint/v3/cmd/zlint");
}

/**
 * Builds a Go program once, and again when what it is made of changes.
 *
 * @param home folder with the Go module in `go/`, and with `.cache/`, which git ignores
 * @param name what the program is called
 * @param target its package: `./...` of the module itself, or one that its go.mod pins
 */
export async function buildGo(home: string, name: string, target: string): Promise<Tool> {
  const go = findProgram("go", "golang-go, or https://go.dev/dl");
  if ("missing" in go) return go;
  const module = join(home, "go");
  // Our own sources count for our own commands only: zlint takes a minute.
  const sources = target.startsWith("./") ? await listFiles(module) : [join(module, "go.sum")];
  const folder = join(home, ".cache", "bin", await digest([...sources, join(module, "go.mod")]));
  const path = join(folder, name);
  if (await isThere(path)) return { path };
  // A name of its own, as another run, or another file of tests in this process, may build at the same time.
  const building = `${path}.${crypto.randomUUID()}`;
  const args = ["build", "-trimpath", "-mod=readonly", "-o", building, target];
  const { code, stderr } = await run(go.path, args, { cwd: module, env: { CGO_ENABLED: "0" } });
  if (code !== 0) return { missing: `go cannot build ${name}: ${stderr}` };
  await Deno.rename(building, path);
  return { path };
}

/** A Python with the packages of a requirements file, in a virtual environment that is made once. */
export async function pythonWith(requirements: string): Promise<Tool> {
  const python = findProgram("python3", "python3-venv");
  if ("missing" in python) return python;
  const version = (await run(python.path, ["--version"])).stdout.trim().replace(" ", "-");
  const folder = join(CACHE, `${version}-${await digest([requirements])}`);
  const path = join(folder, "bin", "python");
  const done = join(folder, "done");
  if (await isThere(done)) return { path };
  for (
    const [program, args] of [
      [python.path, ["-m", "venv", "--clear", folder]],
      [path, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]],
    ] as const
  ) {
    const { code, stdout, stderr } = await run(program, args);
    if (code !== 0) return { missing: `${program} ${args.join(" ")} fails: ${stdout}${stderr}` };
  }
  await Deno.writeTextFile(done, "");
  return { path };
}

/** A test that needs programs: without one it fails in CI, and is skipped aloud elsewhere. */
export function testWith(
  tools: readonly Tool[],
  name: string,
  body: (t: Deno.TestContext, ...paths: string[]) => Promise<void>,
): void {
  const missing = tools.flatMap((tool) => "missing" in tool ? [tool.missing] : []);
  const paths = tools.flatMap((tool) => "path" in tool ? [tool.path] : []);
  const isSkipped = missing.length > 0 && !Deno.env.get("CI");
  if (isSkipped) console.log(`Skipped: ${name}: ${missing.join("; ")}`);
  Deno.test({
    name,
    ignore: isSkipped,
    fn: async (t) => {
      if (missing.length > 0) assert.fail(missing.join("; "));
      await body(t, ...paths);
    },
  });
}

async function digest(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths.toSorted()) hash.update(await Deno.readFile(path)).update("\0");
  return hash.digest("hex").slice(0, 16);
}

async function listFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    files.push(...entry.isDirectory ? await listFiles(path) : [path]);
  }
  return files;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
