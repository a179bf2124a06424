import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url).pathname;

interface Declaration {
  readonly kind: string;
  readonly jsDoc?: {
    readonly doc?: string;
    readonly tags?: readonly { readonly kind: string; readonly name?: string; readonly doc?: string }[];
  };
  readonly functionDef?: {
    readonly params: readonly {
      readonly kind: string;
      readonly name?: string;
      readonly left?: { readonly name?: string };
    }[];
  };
}

interface DocOutput {
  readonly nodes: Readonly<
    Record<
      string,
      {
        readonly symbols: readonly { readonly name: string; readonly declarations: readonly Declaration[] }[];
      }
    >
  >;
}

Deno.test("mod.ts documents every symbol, and every parameter of a function that has no description in its name", async () => {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", "mod.ts"],
    cwd: ROOT,
  }).output();
  assert.ok(success);
  const output = JSON.parse(new TextDecoder().decode(stdout)) as DocOutput;
  const symbols = Object.values(output.nodes).flatMap((node) => node.symbols);
  assert.ok(symbols.length > 40, `${symbols.length} symbols`);
  const bare = symbols.filter(({ declarations }) =>
    declarations.some((declaration) => (declaration.jsDoc?.doc ?? "").trim() === "")
  );
  assert.deepEqual(bare.map(({ name }) => name), []);
});

Deno.test("README and the other papers name only files and tasks that exist", () => {
  const tasks = Object.keys(
    (JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`)) as { tasks: object }).tasks,
  );
  for (
    const paper of [
      "README.md",
      "CONTRIBUTING.md",
      "SECURITY.md",
      "CHANGELOG.md",
      "docs/looking.md",
      "docs/csr.md",
      "docs/tokens.md",
      "docs/diagnose.md",
      "docs/explain.md",
      "docs/recipe.md",
      "docs/findings.md",
    ]
  ) {
    const text = Deno.readTextFileSync(ROOT + paper);
    for (const [, task] of text.matchAll(/task ([a-z]+)/g)) {
      assert.ok(tasks.includes(task ?? ""), `${paper}: deno task ${task}`);
    }
    for (const [, path] of text.matchAll(/`((?:scripts|tests|templates|docs|\.ci)\/[\w./-]*)`/g)) {
      assert.ok(Deno.statSync(ROOT + (path ?? "")), `${paper}: ${path}`);
    }
  }
});
