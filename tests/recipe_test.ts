/**
 * The command `recipe` as people call it, and what its scripts are made of: words and here-documents that a shell reads as
 * they are, values that OpenSSL's configuration holds.
 */
import assert from "node:assert/strict";
import { CATALOGUE, recipe } from "../mod.ts";
import { comment, file, flag, operand, word } from "../scripts/teach/recipe/shell.ts";
import { configValue } from "../scripts/teach/recipe/openssl_config.ts";
import { easyRsaNames } from "../scripts/teach/recipe/easy_rsa_names.ts";
import { RECIPE_TOOLS } from "../scripts/teach/recipe/recipe_input.ts";
import { randomNumbers } from "./random.ts";
import { largeSpec, type Result, run, sh, spec, withFolder, writeSeed } from "./run.ts";

const AT = "2026-01-01T00:00:00Z";
const HOSTILE = spec(`users:
  - { name: "O'Neil \\"x\\" $HOME \`id\` $(touch hacked); & | < > * ? ~ # %s", groups: ["EOF", "-n", "a, b"] }
  - { name: "-rf" }
  - { name: "a\\u00e9\\ud83d\\ude00" }
certificates: [{ name: "x y", cn: "' \\\\ \\"", sans: ["*.example.org", "fd00::1"] }]
authentication: { webhook: { server: "https://10.0.0.9/%24HOME" } }
`);

/** Runs the command in a folder that holds a spec and nothing else. */
async function inSpec(
  text: string,
  action: (call: (...args: string[]) => Promise<Result>, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, text);
    await action((...args) => run("recipe", args, { cwd: folder }), folder);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["cluster.yaml"]);
  });
}

Deno.test("recipe needs a tool, and says which there are", async () => {
  await inSpec(HOSTILE, async (call) => {
    const all = "openssl, cfssl, easyrsa, kubeadm";
    for (
      const [args, message] of [
        [[], `recipe: Missing flag --as: expected one of ${all}`],
        [
          ["--as", "opensl"],
          `recipe: Cannot use "opensl" as --as: did you mean openssl? Expected one of ${all}`,
        ],
        [
          ["--as", "easy-rsa"],
          `recipe: Cannot use "easy-rsa" as --as: did you mean easyrsa? Expected one of ${all}`,
        ],
        [["--as", "gnutls"], `recipe: Cannot use "gnutls" as --as: expected one of ${all}`],
        [
          ["--as", "OpenSSL"],
          `recipe: Cannot use "OpenSSL" as --as: did you mean openssl? Expected one of ${all}`,
        ],
        [["--as", "cfssl", "--out", "x"], "recipe: Cannot use --out: expected --exact with it"],
        [
          ["--as", "cfssl", "--at", "today"],
          'recipe: Cannot use "today" as --at: expected a time such as 2026-01-01T00:00:00Z',
        ],
        [
          ["--as", "kubeadm", "--exact"],
          "recipe: Cannot use --exact with --as kubeadm: expected --as openssl, as only it can do that",
        ],
        [
          ["--as", "openssl", "--exact"],
          'recipe: Cannot make an exact recipe without "out/lab/manifest.json": expected a tree, run deno task provision first',
        ],
        [["--as", "openssl", "x"], 'recipe: Unexpected argument "x": expected flags only'],
      ] as const
    ) {
      const { code, stdout, stderr } = await call(...args);
      assert.deepEqual([code, stdout, stderr], [2, "", `${message}\n`]);
    }
    const { code, stderr } = await call("--as", "openssl", "--only", "apisever");
    assert.equal(code, 2);
    assert.match(stderr, /The pattern "apisever" matches nothing: did you mean "apiserver"\?/);
  });
});

Deno.test("without a spec recipe is about the hard way's lab, and says so", async () => {
  await withFolder(async (folder) => {
    const { code, stdout, stderr } = await run("recipe", ["--as", "cfssl"], { cwd: folder });
    assert.equal(code, 0);
    assert.match(stdout, /The PKI of the cluster lab, made by cfssl/);
    assert.equal(stderr, "No cluster.yaml here: this is the hard way's lab, templates/cluster.yaml\n");
  });
});

Deno.test("recipe works without seed, network and writing, and prints the same each time", async () => {
  await inSpec(HOSTILE, async (call) => {
    for (const as of RECIPE_TOOLS) {
      const [first, second] = [await call("--as", as), await call("--as", as)];
      assert.equal(first.code, 0, first.stderr);
      assert.deepEqual(first, second);
      assert.equal(first.stderr, "");
      assert.doesNotMatch(first.stdout, /[^\P{Cc}\n]/u);
      assert.equal(sh('printf %s "$1" | sh -n', first.stdout).code, 0, as);
    }
  });
});

Deno.test("a script has a step for each entry of the plan, with the catalogue's title", async () => {
  await inSpec(HOSTILE, async (_, folder) => {
    for (const as of RECIPE_TOOLS) {
      const script = await recipe({ as, folder });
      for (const { id, title, layout, kind } of CATALOGUE) {
        if (
          kind === "document" || layout !== undefined || id.includes("kubelet") && id.includes("<") ||
          id === "kubeconfig/<name>"
        ) continue;
        const start = `# == ${id.replace("<name>", "")}`;
        const lines = script.replace(/\n# (?!==|[A-Z])/g, " ").split("\n");
        assert.ok(
          lines.some((line) => line.startsWith(start) && line.includes(`: ${title}`)),
          `${as}: ${id}`,
        );
      }
    }
  });
});

Deno.test("the spec decides when certificates begin, or else the moment of the call", async () => {
  await inSpec(spec().replace(/notBefore: [^,]*, /, ""), async (call) => {
    const { stdout } = await call("--as", "openssl", "--at", AT);
    assert.match(stdout, /begin: here it is the moment of\s(?:# )?printing less 5 minutes/);
    assert.match(stdout, /-startdate 20251231235500Z -enddate 21251207235500Z/);
    assert.match((await call("--as", "cfssl", "--at", AT)).stdout, /"not_before": "2025-12-31T23:55:00Z"/);
  });
  await inSpec(spec(), async (call) => {
    const { stdout } = await call("--as", "openssl", "--at", "2030-01-01");
    assert.match(stdout, /-startdate 20260101000000Z/);
    assert.doesNotMatch(stdout, /moment of printing/);
  });
});

Deno.test("--only takes what it needs along, and says which", async () => {
  await inSpec(spec(), async (call) => {
    const { stdout } = await call("--as", "openssl", "--only", "kubeconfig/admin");
    assert.deepEqual(
      [...stdout.matchAll(/^# == (\S+):/gm)].map(([, id]) => id),
      [
        "ca",
        "admin",
        "kubeconfig/admin",
      ],
    );
    assert.equal([...stdout.matchAll(/\(needed below\)/g)].length, 2);
  });
});

Deno.test("a script for thousands of nodes has no line that a system could not run", async () => {
  await inSpec(largeSpec(3000), async (call) => {
    const { code, stdout } = await call("--as", "openssl");
    assert.equal(code, 0);
    const longest = stdout.replaceAll("\\\n", "").split("\n").reduce(
      (most, line) => Math.max(most, line.length),
      0,
    );
    // Linux takes 128 KiB as one word, and more as a line.
    assert.ok(longest < 131072, `${longest}`);
    assert.equal([...stdout.matchAll(/^openssl ca /gm)].length, 3 + 5 + 4 + 2 + 6000);
  });
});

Deno.test("a script says how it was printed, whatever the words are", async () => {
  await inSpec(spec(), async (_, folder) => {
    Deno.renameSync(`${folder}/cluster.yaml`, `${folder}/a\nrm -rf 'x'.yaml`);
    const script = await recipe({ as: "openssl", folder, spec: "a\nrm -rf 'x'.yaml" });
    assert.doesNotMatch(script, /^rm/m);
    assert.match(script, /^# Printed by hardway .*\\u000a/m);
    Deno.renameSync(`${folder}/a\nrm -rf 'x'.yaml`, `${folder}/cluster.yaml`);
  });
});

Deno.test("an exact script holds serials, and no secret", async () => {
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, HOSTILE);
    writeSeed(folder);
    assert.equal((await run("provision", [], { cwd: folder })).code, 0);
    const { code, stdout } = await run("recipe", ["--as", "openssl", "--exact"], { cwd: folder });
    assert.equal(code, 0);
    const manifest = JSON.parse(Deno.readTextFileSync(`${folder}/out/lab/manifest.json`)) as {
      readonly files: readonly { readonly serial?: string }[];
    };
    const serials = manifest.files.flatMap(({ serial }) =>
      serial === undefined ? [] : [serial.toUpperCase()]
    );
    assert.ok(serials.length > 10);
    for (const serial of serials) assert.ok(stdout.includes(`echo ${serial} > `));
    assert.equal(sh('printf %s "$1" | sh -n', stdout).code, 0);
  });
});

/** Text of characters that mean something to a shell, and of others. */
function* texts(): Generator<string> {
  const next = randomNumbers(20260101);
  const characters = [...` !"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ab0\u00e9\u{1f600}`];
  for (let count = 0; count < 400; count++) {
    yield Array.from(
      { length: 1 + Math.floor(next() * 12) },
      () => characters[Math.floor(next() * characters.length)],
    )
      .join("");
  }
}

Deno.test("a shell reads every word and here-document as the text that it stands for", async () => {
  const all = [...texts(), "-n", "--", "EOF", "'", "a=b", "=", "~", "~root", "\\", ""];
  const words = sh(`printf '%s\\n' ${all.map(word).join(" ")}`);
  assert.equal(words.stdout, all.map((text) => `${text}\n`).join(""));
  const flags = sh(`printf '%s\\n' ${all.map((text) => flag("x", text)).join(" ")}`);
  assert.equal(flags.stdout, all.map((text) => `--x=${text}\n`).join(""));
  await withFolder((folder) => {
    const text = [...all, "EOF", "EOF_"].join("\n");
    const lines = file(`${folder}/it's`, `${text}\n`);
    assert.equal(sh(lines.join("\n")).code, 0);
    assert.equal(Deno.readTextFileSync(`${folder}/it's`), `${text}\n`);
  });
  assert.deepEqual([operand("-x"), operand("x"), operand("'")], ["-- -x", "x", "''\\'''"]);
});

Deno.test("a comment stays one, whatever is in it", () => {
  const lines = comment(`a\nb \u2028 ${"word ".repeat(60)}`, "\r");
  for (const line of lines) assert.match(line, /^# [^\n\r\u2028]*$/);
  assert.ok(lines.every((line) => line.length <= 101));
  assert.equal(sh(lines.join("\n")).stderr, "");
});

Deno.test("values of OpenSSL's configuration are escaped, and plain ones left alone", () => {
  assert.equal(configValue("kube-apiserver, (x) = é"), "kube-apiserver, (x) = é");
  assert.equal(configValue("a $b # c \\ \" ' `"), "a \\$b \\# c \\\\ \\\" \\' \\`");
});

Deno.test("names for easy-rsa are plain and unique, also where upper case is lower case", () => {
  const ids = ["user/a b", "user/a-b", "user/A+b", "user/\u00e9", "user/\u00e8", "user-a.b"];
  const names = [...easyRsaNames(ids).values()];
  assert.deepEqual(names, ["user-a-b", "user-a-b-2", "user-A-b-3", "user", "user-2", "user-a.b"]);
});
