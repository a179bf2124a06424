/**
 * `kit`: everything that hardway needs, as one archive to carry into an air gap.
 *
 * In: this repository, and what Deno has in its cache. Out: `out/kit/hardway-<version>-<os>-<arch>.tar.gz`, the same
 * bytes each time: Deno's own binary, a bundle for each command, one for programs with its types, templates, licences,
 * and a launcher that gives each command the rights of its task.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import denoJson from "../deno.json" with { type: "json" };
import { TEMPLATES } from "./render/layouts.ts";
import { assetUrl, ROOT } from "./shared/assets.ts";
import { runCommand, type Shell, VERSION } from "./shared/command.ts";
import { digestHex, loadNativeDigest } from "./shared/digest.ts";
import { decodeUtf8, encodeUtf8, joinBytes } from "./shared/encoding.ts";
import { HardwayError } from "./shared/errors.ts";
import type { CommandDefinition, Flags } from "./shared/flags.ts";
import { tarEnd, tarHeader, tarPadding } from "./shared/tar.ts";
import { compareText } from "./shared/text.ts";

/** The version of Deno that everything was tested with, and that goes into the kit. */
const DENO_VERSION = "2.9.6";
/** The commands of the kit. */
const COMMANDS = [
  "init",
  "provision",
  "bundle",
  "merge",
  "inspect",
  "verify",
  "expiry",
  "csr",
  "token",
  "recipe",
  "explain",
  "diagnose",
] as const;
/** Files that go in as they are. */
const COPIED = [
  "LICENSE",
  "README.md",
  "SECURITY.md",
  "docs/cis.md",
  "docs/csr.md",
  "docs/tokens.md",
  "docs/explain.md",
  "docs/diagnose.md",
  "docs/findings.md",
  "docs/kubeadm.md",
  "docs/looking.md",
  "docs/recipe.md",
  "docs/the-hard-way.md",
  "templates/cluster.yaml",
  "templates/cluster.schema.json",
  "templates/inspect.schema.json",
  "templates/verify.schema.json",
  "templates/expiry.schema.json",
  "templates/explain.schema.json",
  "templates/diagnose.schema.json",
  ...TEMPLATES.map((name) => `templates/${name}`),
];
/** Archives have a time; this one is the first that every unpacker can say (1980-01-01). */
const MTIME = 315532800;
/** With a configuration of its own: the types of node's modules contradict each other, and none is part of ours. */
const BUNDLE_CONFIG = { compilerOptions: { skipLibCheck: true, lib: ["deno.window"], types: [] } };

/** What `kit` takes. */
export interface KitOptions {
  /** Folder under which `kit/` is written. Default: `out`. */
  readonly out?: string;
}

/** What was built. */
export interface KitReport {
  /** Path of the archive. */
  readonly path: string;
  /** Its length in bytes. */
  readonly size: number;
  /** Its SHA-256, lower-case hexadecimal. */
  readonly sha256: string;
  /** How many files are in it. */
  readonly files: number;
}

interface Member {
  readonly mode: number;
  readonly bytes: Uint8Array;
}

/**
 * Builds the kit.
 *
 * @throws {HardwayError} `usage` when this is another version of Deno, `file-unreadable` when something that belongs in
 * it is missing, `disk`
 */
export async function kit(options: KitOptions = {}): Promise<KitReport> {
  if (Deno.version.deno !== DENO_VERSION) {
    const found = `Deno ${Deno.version.deno}`;
    throw new HardwayError(
      "usage",
      `kit: Cannot use ${found}: expected ${DENO_VERSION}, as it goes into the kit`,
    );
  }
  await loadNativeDigest();
  const name = `hardway-${VERSION}-${Deno.build.os}-${Deno.build.arch}`;
  const members = new Map<string, Member>();
  const add = (path: string, bytes: Uint8Array, mode = 0o644): void =>
    void members.set(path, { mode, bytes });
  for (const path of COPIED) add(path, read(assetUrl(path)));
  add("bin/deno", read(Deno.execPath()), 0o755);
  add("hardway", encodeUtf8(launcher()), 0o755);
  const work = Deno.makeTempDirSync({ prefix: "hardway-kit-" });
  try {
    for (const command of COMMANDS) {
      add(`lib/commands/${command}.js`, bundle(work, `scripts/${command}.ts`).code);
    }
    add("lib/commands/worker.js", bundle(work, "scripts/write/worker.ts").code);
    const { code, types } = bundle(work, "mod.ts", true);
    add("mod.js", joinBytes([encodeUtf8('// @ts-self-types="./mod.d.ts"\n'), code]));
    add("mod.d.ts", encodeUtf8(types));
  } finally {
    Deno.removeSync(work, { recursive: true });
  }
  addPackages(add);
  add("licences/deno/LICENSE", read(assetUrl("templates/kit/LICENSE.deno")));
  const paths = [...members.keys()].sort(compareText);
  const sums = paths.map((path) => `${digestHex(members.get(path)?.bytes ?? new Uint8Array(0))}  ${path}\n`);
  add("SHA256SUMS", encodeUtf8(sums.join("")));
  const archive = gzipSync(archiveOf(name, members), { level: 6 });
  const folder = join(options.out ?? "out", "kit");
  const path = join(folder, `${name}.tar.gz`);
  attempt(path, () => {
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeFileSync(`${path}.tmp`, archive);
    Deno.renameSync(`${path}.tmp`, path);
  });
  return { path, size: archive.length, sha256: digestHex(archive), files: members.size };
}

/** The launcher: each command with the flags of its task, save those that only a repository has use for. */
function launcher(): string {
  const template = decodeUtf8(read(assetUrl("templates/kit/hardway")));
  const own = "--no-config --no-lock --no-remote --no-npm";
  const cases = COMMANDS.map((command) => {
    const words = denoJson.tasks[command].command.split(" ");
    const flags = words.slice(2, -1).filter((word) => word !== "--frozen").join(" ");
    return `  ${command}) exec "$kit/bin/deno" run ${own} ${flags} "$kit/lib/commands/${command}.js" "$@" ;;`;
  });
  const help = COMMANDS.map((command) =>
    `    echo "  ${command.padEnd(11)}${denoJson.tasks[command].description}"`
  );
  return template.replace("  #commands#", cases.join("\n")).replace("    #help#", help.join("\n"));
}

/**
 * Bundles a module with everything that it imports. Packages come as they are for browsers: for Node the YAML
 * parser would load Node's process, which takes time at every start, and read the environment.
 *
 * @param work a folder for what is in between
 * @param module its path from the repository's root
 * @param hasTypes whether its declarations are wanted too
 * @throws {HardwayError} `file-unreadable`
 */
export function bundle(
  work: string,
  module: string,
  hasTypes = false,
): { readonly code: Uint8Array; readonly types: string } {
  const config = join(work, "deno.json");
  Deno.writeTextFileSync(config, JSON.stringify(BUNDLE_CONFIG));
  const output = join(work, "bundle.js");
  const flags = [
    "bundle",
    "--quiet",
    "--minify",
    "--platform=browser",
    "--config",
    config,
    "--no-lock",
    "--no-remote",
  ];
  const done = new Deno.Command(Deno.execPath(), {
    args: [...flags, ...(hasTypes ? ["--declaration"] : []), "-o", output, module],
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
  }).outputSync();
  if (!done.success) {
    const reason = new TextDecoder().decode(done.stderr).trim();
    throw new HardwayError("file-unreadable", `Cannot bundle ${module}: ${reason}`);
  }
  return { code: read(output), types: hasTypes ? selfContained(read(join(work, "bundle.d.ts"))) : "" };
}

/** Of the declarations of a bundle: what they import from each other stands in the same file, and zod beside it. */
function selfContained(declarations: Uint8Array): string {
  const text = decodeUtf8(declarations).replace(/^import (?:type )?\{[^}]*\} from \x22[^\x22]*\x22;\n/gm, "");
  return `import { z } from "./types/zod/index.d.ts";\n${text}`;
}

interface Info {
  readonly modules: readonly { readonly npmPackage?: string }[];
  readonly npmPackages: Readonly<
    Record<
      string,
      { readonly name: string; readonly dependencies: readonly string[]; readonly localPath: string }
    >
  >;
}

/** The licences of all packages that are bundled, and the types of the one that ours are made of. */
function addPackages(add: (path: string, bytes: Uint8Array) => void): void {
  const done = new Deno.Command(Deno.execPath(), { args: ["info", "--json", "mod.ts"], cwd: ROOT })
    .outputSync();
  const info = JSON.parse(new TextDecoder().decode(done.stdout)) as Info;
  const wanted = new Set(info.modules.flatMap(({ npmPackage }) => npmPackage ?? []));
  for (const id of wanted) for (const other of info.npmPackages[id]?.dependencies ?? []) wanted.add(other);
  for (const id of [...wanted].sort(compareText)) {
    const found = info.npmPackages[id];
    if (found === undefined) {
      throw new HardwayError("file-unreadable", `Cannot find the package ${id} in Deno's cache`);
    }
    const licence = [...Deno.readDirSync(found.localPath)].find(({ name }) => /^licen[cs]e/i.test(name));
    if (licence === undefined) {
      throw new HardwayError("file-unreadable", `Cannot find a licence in ${found.localPath}`);
    }
    add(`licences/${id}/${licence.name}`, read(join(found.localPath, licence.name)));
    if (found.name === "zod") addTypes(found.localPath, "", "types/zod", add);
  }
}

/** Declarations name the code that they belong to; without the code they must name each other. */
function addTypes(
  root: string,
  below: string,
  to: string,
  add: (path: string, bytes: Uint8Array) => void,
): void {
  for (const { name, isDirectory } of Deno.readDirSync(join(root, below))) {
    const path = below === "" ? name : `${below}/${name}`;
    if (isDirectory && /^v4$|^v4\/(?:classic|core|locales)$/.test(path)) addTypes(root, path, to, add);
    else if (name.endsWith(".d.ts") && (path === "index.d.ts" || path.startsWith("v4/"))) {
      const text = decodeUtf8(read(join(root, path))).replace(
        /((?:from |import\()"\.[^"]*)\.js"/g,
        '$1.d.ts"',
      );
      add(`${to}/${path}`, encodeUtf8(text));
    }
  }
}

function archiveOf(name: string, members: ReadonlyMap<string, Member>): Uint8Array {
  const folders = new Set([`${name}/`]);
  for (const path of members.keys()) {
    for (let slash = path.indexOf("/"); slash > 0; slash = path.indexOf("/", slash + 1)) {
      folders.add(`${name}/${path.slice(0, slash + 1)}`);
    }
  }
  const files = new Map([...members].map(([path, member]) => [`${name}/${path}`, member]));
  const blocks = [...folders, ...files.keys()].sort(compareText).flatMap((path) => {
    const member = files.get(path);
    if (member === undefined) return [tarHeader({ path, mode: 0o755, size: 0, mtime: MTIME })];
    const { mode, bytes } = member;
    return [tarHeader({ path, mode, size: bytes.length, mtime: MTIME }), bytes, tarPadding(bytes.length)];
  });
  return joinBytes([...blocks, tarEnd()]);
}

function read(path: string | URL): Uint8Array {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HardwayError("file-unreadable", `Cannot read ${path}: ${reason}`);
  }
}

function attempt(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new HardwayError(
      "disk",
      `Cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

const COMMAND = {
  name: "kit",
  summary: "everything that hardway needs, as one archive to carry into an air gap.",
  flags: { out: { value: "DIR", help: "where kit/ is written; default out" } },
} as const satisfies CommandDefinition<string>;

async function main(flags: Flags<keyof typeof COMMAND.flags>, shell: Shell): Promise<number> {
  const report = await kit({ out: resolve(shell.folder, flags.out[0] ?? "out") });
  const megabytes = (report.size / 1e6).toFixed(1);
  shell.print(`${report.sha256}  ${report.path}`);
  shell.say(
    `${report.files} files, ${megabytes} MB. Unpack it anywhere, check it with sha256sum -c SHA256SUMS, run ./hardway`,
  );
  return 0;
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
