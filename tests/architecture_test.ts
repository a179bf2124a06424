import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url).pathname;

/** Every source file by its path, such as `scripts/plan/plan.ts`. */
function sources(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of Deno.readDirSync(ROOT + folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) { for (const [name, text] of sources(path)) found.set(name, text); }
    else if (entry.name.endsWith(".ts")) found.set(path, Deno.readTextFileSync(ROOT + path));
  }
  return found;
}

/** The source without comments, so that an example in a docstring is no import. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}

const SOURCES = sources("scripts");

/** Path of an import, relative to the root; undefined for packages. */
function importsOf(path: string): string[] {
  return [...code(SOURCES.get(path) ?? "").matchAll(/(?:from|import\(|import)\s*"(\.[^"]+)"/g)].map((
    [, target],
  ) => new URL(target ?? "", `file:///${path}`).pathname.slice(1));
}

/** What a stage may import beside itself and shared. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  spec: [],
  plan: ["spec"],
  issue: ["plan", "spec"],
  write: ["issue", "plan", "spec"],
  shared: [],
};

Deno.test("stages import one way, write to issue to plan to spec, and nobody imports a command", () => {
  let seen = 0;
  for (const path of SOURCES.keys()) {
    const [, stage = ""] = path.split("/");
    for (const target of importsOf(path)) {
      seen++;
      if (stage.endsWith(".ts")) continue;
      const [top, other = ""] = target.split("/");
      if (path === "scripts/shared/command.ts" && target === "deno.json") continue;
      assert.equal(top, "scripts", `${path} imports ${target}`);
      assert.ok(!other.endsWith(".ts"), `${path} imports the command ${target}`);
      const allowed = [stage, "shared", ...(ALLOWED[stage] ?? [])];
      // Places of a plan are paths of the spec's document, in types only.
      assert.ok(allowed.includes(other), `${path} imports ${target}`);
    }
  }
  assert.ok(seen > 100, `${seen} imports`);
});

Deno.test("a folder of scripts is a stage or shared, and a file is a command with a guarded main line", () => {
  for (const entry of Deno.readDirSync(`${ROOT}scripts`)) {
    if (entry.isDirectory) assert.ok(entry.name in ALLOWED, entry.name);
    else {assert.match(
        Deno.readTextFileSync(`${ROOT}scripts/${entry.name}`),
        /^if \(import\.meta\.main\)/m,
        entry.name,
      );}
  }
});

Deno.test("each package is imported in one seam, by its full name and version", () => {
  const owners = new Map<string, string>();
  for (const [path, text] of SOURCES) {
    for (const [, specifier = ""] of code(text).matchAll(/(?:from|import\()\s*"((?!\.|node:)[^"]+)"/g)) {
      assert.match(
        specifier,
        /^npm:(@[\w-]+\/)?[\w.-]+@\d+\.\d+\.\d+(\/[\w./-]+)?$/,
        `${path}: ${specifier}`,
      );
      assert.match(path, /^scripts\/shared\/npm\//, `${path} imports ${specifier}`);
      const name = specifier.replace(/^npm:((?:@[\w-]+\/)?[\w.-]+)@.*$/, "$1");
      assert.equal(owners.get(name) ?? path, path, `${name} is imported in two files`);
      owners.set(name, path);
    }
  }
  assert.equal(owners.size, 5);
});

Deno.test("only commands, their shell and the disk folder do IO; no stage reads the clock or randomness", () => {
  for (const [path, text] of SOURCES) {
    const isCommand = /^scripts\/[^/]+$/.test(path) || path === "scripts/shared/command.ts";
    if (isCommand) continue;
    const body = code(text);
    if (!path.startsWith("scripts/write/disk/")) assert.doesNotMatch(body, /\bDeno\.(?!errors\b)/, path);
    assert.doesNotMatch(
      body,
      /\bfetch\(|Deno\.(connect|listen|Command)|node:(net|http|https|child_process|fs)\b/,
      path,
    );
    assert.doesNotMatch(body, /Date\.now|new Date\(\)|Math\.random|getRandomValues|randomUUID/, path);
    // Both only measure how long something takes.
    if (!["scripts/shared/pause.ts", "scripts/write/disk/lock.ts"].includes(path)) {
      assert.doesNotMatch(body, /performance\.now/, path);
    }
  }
});

Deno.test("no task but the tests may reach the network, run programs or read more than three variables", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`)) as {
    tasks: Record<string, { command: string }>;
  };
  for (const name of ["init", "provision"]) {
    const command = tasks[name]?.command ?? "";
    assert.doesNotMatch(command, /-A\b|--allow-(all|net|run|ffi|sys|import)/, name);
    assert.match(command, /--no-prompt --frozen .*--allow-env=INIT_CWD,NO_COLOR,COLUMNS --ignore-env /, name);
  }
});
