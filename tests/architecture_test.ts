/**
 * The rules of design section 1 about the shape of the code, held against the imports and names of every source file.
 *
 * @module
 */
import assert from "node:assert/strict";
import denoJson from "../deno.json" with { type: "json" };

const ROOT = new URL("../", import.meta.url);

/** Stages in the order of the flow: each may import those before it. */
const STAGES = ["spec", "plan", "issue", "render", "inspect", "identity", "teach", "write"];

interface SourceFile {
  /** From the root, such as `scripts/spec/read.ts`. */
  readonly path: string;
  /** The text without comments and without the contents of strings. */
  readonly code: string;
  /** Modules that it imports or re-exports, types among them: paths from the root, or full specifiers. */
  readonly imports: readonly string[];
}

function listSources(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) return listSources(`${path}/`);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

/** Comments go; strings keep their quotes only. Templates keep their code, as it may touch what is forbidden. */
function stripText(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|[\s;,({])\/\/.*$/gm, "$1")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
}

function readSource(path: string): SourceFile {
  const text = Deno.readTextFileSync(new URL(path, ROOT)).replace(/\/\*[\s\S]*?\*\//g, "");
  const specifiers = [...text.matchAll(/(?:^|[\s;}])(?:from|import)\s*\(?\s*["']([^"']+)["']/g)]
    .map(([, specifier = ""]) => specifier);
  // A worker's file is an import too.
  const workers = [...text.matchAll(/new URL\(\s*"(\.[^"]+\.ts)"/g)].map(([, specifier = ""]) => specifier);
  const base = new URL(path, ROOT);
  const imports = [...specifiers, ...workers].map((specifier) =>
    specifier.startsWith(".") ? new URL(specifier, base).href.slice(ROOT.href.length) : specifier
  );
  return { path, code: stripText(text), imports };
}

const SOURCES = ["mod.ts", ...listSources("scripts/")].sort().map(readSource);

/** `spec`, `shared` and so on; `command` for what stands directly in scripts/; undefined outside of it. */
function placeOf(path: string): string | undefined {
  const parts = path.split("/");
  if (parts[0] !== "scripts") return undefined;
  return parts.length === 2 ? "command" : parts[1];
}

/** Every offence against a rule, one line each; a rule holds when there is none. */
function offences(rule: (file: SourceFile) => readonly string[]): string[] {
  return SOURCES.flatMap((file) => rule(file).map((what) => `${file.path}: ${what}`));
}

function isDiskModule(path: string): boolean {
  return path.startsWith("scripts/write/disk/");
}

Deno.test("the test of the architecture sees the sources and their imports", () => {
  assert.ok(SOURCES.length > 40);
  const imports = SOURCES.flatMap((file) => file.imports.map((target) => `${file.path} ${target}`));
  assert.ok(imports.includes("scripts/plan/load.ts scripts/spec/read.ts"));
  assert.ok(imports.includes("scripts/shared/npm/yaml.ts npm:yaml@2.9.1"));
  assert.ok(imports.includes("mod.ts scripts/spec/read.ts"));
  for (const { imports } of SOURCES) {
    for (const target of imports) assert.match(target, /^(scripts\/|deno\.json$|npm:|node:)/);
  }
});

Deno.test("the folders of scripts/ are the stages and shared, and nothing else", () => {
  const places = new Set(SOURCES.flatMap(({ path }) => placeOf(path) ?? []));
  assert.deepEqual([...places].sort(), ["command", ...STAGES, "shared"].sort());
});

Deno.test("imports run one way: write, teach, identity, inspect, render, issue, plan, spec; shared imports no stage; no stage a command", () => {
  const wrong = offences(({ path, imports }) => {
    const from = placeOf(path);
    return imports.filter((target) => {
      const to = placeOf(target);
      if (from === undefined || from === "command" || to === undefined || to === "shared") return false;
      return to === "command" || from === "shared" || STAGES.indexOf(to) > STAGES.indexOf(from);
    });
  });
  assert.deepEqual(wrong, []);
});

Deno.test("no module imports itself by a detour", () => {
  const byPath = new Map(SOURCES.map((file) => [file.path, file]));
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    assert.ok(!trail.includes(path), `A circle: ${[...trail, path].join(" -> ")}`);
    if (done.has(path)) return;
    for (const target of byPath.get(path)?.imports ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  // Types may refer to each other in a circle; values may not, and only values are looked at here.
  for (const file of SOURCES) byPath.set(file.path, { ...file, imports: valueImports(file.path) });
  for (const { path } of SOURCES) visit(path, []);
});

/** Imports that are there at run time. */
function valueImports(path: string): string[] {
  const text = Deno.readTextFileSync(new URL(path, ROOT)).replace(/\/\*[\s\S]*?\*\//g, "");
  return [...text.matchAll(/(?:^|\n)(import|export)\s+(type\s)?([^;"']*?)\s*from\s*"(\.[^"]+)"/g)]
    .filter(([, , isType, names = ""]) =>
      isType === undefined && !/^\{(?:\s*type\s+[^,}]+,?)+\s*\}$/.test(names)
    )
    .map(([, , , , specifier = ""]) => new URL(specifier, new URL(path, ROOT)).href.slice(ROOT.href.length));
}

Deno.test("a worker starts without the packages that only reading specs and manifests needs", () => {
  const loaded = new Set<string>();
  const load = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const target of valueImports(path)) load(target);
  };
  load("scripts/write/worker.ts");
  assert.ok(loaded.has("scripts/write/maker.ts"));
  assert.deepEqual(
    [...loaded].filter((path) => /^scripts\/(?:spec|plan)\/|npm\/(?:zod|yaml)/.test(path)),
    [],
  );
});

Deno.test("mod.ts only re-exports", () => {
  const text = Deno.readTextFileSync(new URL("mod.ts", ROOT)).replace(/\/\*[\s\S]*?\*\//g, "");
  const rest = text.replace(/export (?:type )?\{[^}]*\} from "\.\/scripts\/[^"]+";/g, "").trim();
  assert.equal(rest, "");
});

Deno.test("each npm package is imported in exactly one file, a seam, by its name and full version", () => {
  const seams = new Map<string, string>();
  for (const { path, imports } of SOURCES) {
    for (const target of imports.filter((specifier) => specifier.startsWith("npm:"))) {
      const match = /^npm:((?:@[a-z0-9-]+\/)?[a-z0-9.-]+)@\d+\.\d+\.\d+(?:\/[\w./-]+)?$/.exec(target);
      assert.ok(match !== null, `${path} imports ${target}: expected npm:name@1.2.3`);
      assert.match(path, /^scripts\/shared\/npm\//);
      const [, name = ""] = match;
      assert.equal(seams.get(name) ?? path, path, `${name} has two seams`);
      seams.set(name, path);
    }
  }
  assert.deepEqual([...seams.keys()].sort(), [
    "@noble/curves",
    "@scure/base",
    "yaml",
    "zod",
  ]);
});

/** It chooses between two forms of the package. */
const CHOOSING_SEAM = "scripts/shared/npm/yaml.ts";

Deno.test("a seam does nothing but import its package and hand it on", () => {
  const wrong = offences(({ path, code }) =>
    path.startsWith("scripts/shared/npm/") && path !== CHOOSING_SEAM &&
      !/^\s*(export (type )?\{[^}]*\} from "";\s*)+$/.test(code)
      ? ["code"]
      : []
  );
  assert.deepEqual(wrong, []);
});

Deno.test("only the disk modules are in scripts/write/disk/, and they are there", () => {
  assert.ok(SOURCES.some(({ path }) => isDiskModule(path)), "There is no folder scripts/write/disk/");
  const outside = offences(({ path }) =>
    /^scripts\/write\/(disk\w*|lock|seed_file|input)\.ts$/.test(path) ? ["disk"] : []
  );
  assert.deepEqual(outside, []);
});

Deno.test("only commands, their shell and the disk modules touch Deno and node's system modules", () => {
  const pure = /^node:(util|crypto|buffer|assert.*)$/;
  const wrong = offences(({ path, code, imports }) => {
    if (placeOf(path) === "command" || path === "scripts/shared/command.ts" || isDiskModule(path)) return [];
    return [
      ...(code.match(/\bDeno\s*(?:\.|\[|\?\.)\s*\w*/g) ?? []),
      ...(code.match(
        /\b(?:globalThis|fetch|WebSocket|localStorage|process|require|eval|Function)\s*[.([]/g,
      ) ?? []),
      ...imports.filter((target) => target.startsWith("node:") && !pure.test(target)),
    ];
  });
  assert.deepEqual(wrong, []);
});

/** Building the kit bundles: its task alone may run another process, Deno itself. */
const RUNS_DENO = "scripts/kit.ts: Deno.Command";

Deno.test("no command and no stage has network, processes or foreign functions", () => {
  const wrong = offences(({ code, imports }) => [
    ...(code.match(
      /\bDeno\s*\.\s*(?:connect\w*|listen\w*|serve\w*|Command|dlopen|resolveDns|run|startTls)\b/g,
    ) ?? []),
    ...(code.match(/\b(?:fetch|WebSocket|EventSource)\s*\(/g) ?? []),
    ...imports.filter((target) =>
      /^(node:(net|http|https|http2|dgram|tls|dns|child_process)|https?:)/.test(target)
    ),
  ]);
  assert.deepEqual(wrong.filter((offence) => offence !== RUNS_DENO), []);
});

/** A pause measures how long a slice took, a lock how long it waited; no output depends on either. */
const STOPWATCHES = ["scripts/shared/pause.ts", "scripts/write/disk/lock.ts"];

Deno.test("no stage and no shared part reads the clock or makes randomness", () => {
  const forbidden =
    /\bDate\s*\.\s*now|\bnew\s+Date\s*\(\s*\)|\bDate\s*\(\s*\)|\bMath\s*\.\s*random|\bgetRandomValues|\brandomUUID|\brandomBytes|\brandomInt|\bperformance\s*\.\s*now|\bTemporal\s*\.\s*Now|\bgenerateKey\w*/g;
  const wrong = offences(({ path, code }) => {
    if (placeOf(path) === "command") return [];
    const found = code.match(forbidden) ?? [];
    return STOPWATCHES.includes(path) ? found.filter((what) => !what.startsWith("performance")) : found;
  });
  assert.deepEqual(wrong, []);
});

Deno.test("nothing depends on a locale or a time zone", () => {
  const wrong = offences(({ code }) =>
    code.match(
      /\bIntl\b|\.toLocale\w+|\.localeCompare|\.getTimezoneOffset|\.(?:get|set)(?:Hours|Date|Month|FullYear)\b/g,
    ) ?? []
  );
  assert.deepEqual(wrong, []);
});

Deno.test("files are named in snake case, and each begins by saying what it is for", () => {
  for (const { path } of SOURCES) {
    assert.match(path, /^[a-z0-9_/]+\.ts$/);
    const text = Deno.readTextFileSync(new URL(path, ROOT));
    assert.match(text, /^\/\*\*\n \* \S[\s\S]*?\n \* @module\n \*\/\n/, path);
  }
});

Deno.test("no source and no test silences a check", () => {
  // `any` is the linter's to find: its rule cannot be switched off without one of these.
  for (const path of ["mod.ts", ...listSources("scripts/"), ...listSources("tests/")]) {
    const text = Deno.readTextFileSync(new URL(path, ROOT));
    assert.doesNotMatch(text, /deno-(?:lint|fmt|coverage)-ignore|@ts-(?:ignore|expect-error|nocheck)/, path);
  }
});

Deno.test("the linter's rules are the recommended ones and more, on every file", () => {
  const { lint, exclude } = denoJson;
  assert.deepEqual(lint.rules.tags, ["recommended"]);
  // `npm:` stands in front of a package's name where it is imported, so that mod.ts needs no import map.
  assert.deepEqual(lint.rules.exclude, ["no-import-prefix"]);
  assert.deepEqual(Object.keys(lint), ["rules"]);
  assert.deepEqual(exclude, ["out", "coverage", "tests/interop/.cache", "tests/bench/.cache"]);
});

/** Whether this is a clone, of which git knows what belongs to it. */
function isClone(): boolean {
  try {
    return Deno.statSync(new URL(".git", ROOT)).isDirectory;
  } catch {
    return false;
  }
}

Deno.test({
  name: "the repository holds no file that a run left behind",
  ignore: !isClone(),
  fn: async () => {
    const git = await new Deno.Command("git", { args: ["ls-files"], cwd: ROOT }).output();
    const paths = new TextDecoder().decode(git.stdout).split("\n").filter((path) => path !== "");
    assert.ok(paths.includes("mod.ts"), new TextDecoder().decode(git.stderr));
    const endings =
      /\.(?:ts|go|mod|sum|md|yaml|yml|json|jsonl|lock|sh|py|mjs|snap|sha256|txt|deno|gitignore)$|^templates\/(?:units|network)\/[\w.-]+$|^LICENSE$|^\.ci\/run$|^templates\/kit\/hardway$/;
    assert.deepEqual(paths.filter((path) => !endings.test(path)), []);
  },
});
