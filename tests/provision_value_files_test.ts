/**
 * Tokens and passwords that files of the user's hold: where they are looked for, what is refused, that no message repeats
 * them; and the documents in archives, in shards, in memory, before the eyes of verify.
 */
import assert from "node:assert/strict";
import { merge, provision, provisionInMemory } from "../mod.ts";
import { HardwayError } from "../scripts/shared/errors.ts";
import { ACCESS_SPEC, GIVEN, GIVEN_FIELD } from "./access_specs.ts";
import { differences, run, SEED, sh, spec, tree, withSpec } from "./run.ts";

const ONE = spec("users: [{ name: joe, token: { valueFile: joe.token } }]\n");
const OLD = 'kubernetesVersion: "1.18"\n';

function tokens(folder: string): string {
  return Deno.readTextFileSync(`${folder}/out/lab/auth/tokens.csv`);
}

Deno.test("a token's file is looked for beside the spec, wherever the run starts, or at its absolute path", async () => {
  await withSpec(ONE, async (folder) => {
    Deno.mkdirSync(`${folder}/elsewhere`);
    Deno.writeTextFileSync(`${folder}/joe.token`, "beside\n");
    Deno.writeTextFileSync(`${folder}/elsewhere/joe.token`, "wrong\n");
    const { code, stderr } = await run("provision", ["--spec", "../cluster.yaml", "--out", "../out"], {
      cwd: `${folder}/elsewhere`,
    });
    assert.equal(code, 0, stderr);
    assert.equal(tokens(folder), "beside,joe,joe\n");
    const absolute = ONE.replace("joe.token", `${folder}/elsewhere/joe.token`);
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, absolute);
    await provision({ folder });
    assert.equal(tokens(folder), "wrong,joe,joe\n");
  });
});

Deno.test("the line break at the end is no part of a token, and everything else is", async () => {
  await withSpec(ONE, async (folder) => {
    for (
      const [held, written] of [["a", "a"], ["a\r\n", "a"], ['a,"b\n', '"a,""b"'], ["#a", "#a"], ["~!", "~!"]]
    ) {
      Deno.writeTextFileSync(`${folder}/joe.token`, held ?? "");
      await provision({ folder });
      assert.equal(tokens(folder), `${written},joe,joe\n`, held);
    }
  });
});

Deno.test("another token in the file is another document, and nothing else changes", async () => {
  await withSpec(ONE, async (folder) => {
    Deno.writeTextFileSync(`${folder}/joe.token`, "first-token\n");
    await provision({ folder });
    Deno.writeTextFileSync(`${folder}/joe.token`, "second-token\n");
    const dry = await run("provision", ["--dry-run"], { cwd: folder });
    assert.deepEqual([dry.code, /first|second/.test(dry.stdout + dry.stderr)], [1, false]);
    assert.match(dry.stdout, /^ {2}auth\/tokens\.csv +replaced +its content changed$/m);
    assert.deepEqual((await provision({ folder })).changes.map(({ path }) => path), ["auth/tokens.csv"]);
    assert.equal(tokens(folder), "second-token,joe,joe\n");
  });
});

const SECRET = "geheim-geheim-geheim";
const ASCII = "expected visible ASCII characters without a space, as a header carries it (RFC 6750)";

/** What a file can be, and what is said of it. */
const FILES: readonly (readonly [what: string, line: string, reason: string])[] = [
  ["is missing", ":", "no such file"],
  ["is empty", ': > "$1"', "it is empty"],
  ["holds a line break alone", 'echo > "$1"', "it is empty"],
  ["has two lines", `printf '${SECRET}\\n${SECRET}\\n' > "$1"`, "expected one line"],
  ["has an empty line more", `printf '${SECRET}\\n\\n' > "$1"`, "expected one line"],
  ["has a blank", `echo '${SECRET} ${SECRET}' > "$1"`, ASCII],
  ["has a tab", `printf '${SECRET}\\t' > "$1"`, ASCII],
  ["has letters of other scripts", `echo '${SECRET}ü' > "$1"`, ASCII],
  ["is not UTF-8", `printf '${SECRET}\\377\\n' > "$1"`, "expected text in UTF-8"],
  ["is a folder", 'mkdir "$1"', "it is no regular file"],
  ["is a FIFO", 'mkfifo "$1"', "it is no regular file"],
  ["is long", `yes ${SECRET} | head -c 5000 | tr -d '\\n' > "$1"`, "it holds more than 4096 characters"],
  ["is very long", 'truncate -s 100M "$1"', "expected one line"],
  ["is its own link", 'ln -s joe.token "$1"', "too many symbolic links"],
];

for (const [what, line, reason] of FILES) {
  Deno.test(`a token's file that ${what} is refused at its place, without a word of it`, async () => {
    await withSpec(ONE, async (folder) => {
      assert.equal(sh(line, `${folder}/joe.token`).code, 0);
      const { code, stdout, stderr } = await run("provision", [], { cwd: folder });
      assert.equal(code, 2, stderr);
      assert.ok(!`${stdout}${stderr}`.includes("geheim"), stderr);
      const place = 'cluster.yaml:5:42: Cannot use "joe.token" as users[0].token.valueFile: ';
      assert.ok(stderr.startsWith(place) && stderr.slice(0, stderr.indexOf("\n")).endsWith(reason), stderr);
      assert.doesNotMatch(stderr, /\n {4}at /);
      assert.throws(() => Deno.statSync(`${folder}/out`));
    });
  });
}

Deno.test("every bad file is told of in one run", async () => {
  await withSpec(
    spec(
      `${OLD}users:\n- { name: a, token: { valueFile: a }, password: { valueFile: b } }\n- { name: c, token: { valueFile: c } }\n`,
    ),
    async (folder) => {
      const { stderr } = await run("provision", [], { cwd: folder });
      assert.equal(stderr.match(/no such file/g)?.length, 3, stderr);
      assert.match(stderr, /3 problems in cluster\.yaml; nothing was written/);
    },
  );
});

Deno.test("two people may have one password, and not one token", async () => {
  const people = (what: string): string =>
    spec(
      `${OLD}users: [{ name: jane, ${what}: { valueFile: a } }, { name: joe, ${what}: { valueFile: b } }]\n`,
    );
  const valueFiles = { a: `${SECRET}\n`, b: SECRET };
  const passwords = await provisionInMemory(people("password"), SEED, { valueFiles });
  assert.equal(passwords.text("auth/passwords.csv"), `${SECRET},jane,jane\n${SECRET},joe,joe\n`);
  await assert.rejects(provisionInMemory(people("token"), SEED, { valueFiles }), (error) => {
    assert.ok(error instanceof HardwayError);
    assert.match(
      error.message,
      /Cannot use "b" as users\[1\]\.token\.valueFile: it holds the token of "jane": expected one of its own/,
    );
    assert.ok(!error.message.includes(SECRET));
    return true;
  });
});

Deno.test("a password may have blanks, and no control character", async () => {
  const one = spec(`${OLD}users: [{ name: jane, password: { valueFile: a } }]\n`);
  const made = await provisionInMemory(one, SEED, { valueFiles: { a: "two words: ü\n" } });
  assert.equal(made.text("auth/passwords.csv"), "two words: ü,jane,jane\n");
  await assert.rejects(
    provisionInMemory(one, SEED, { valueFiles: { a: "two\twords\n" } }),
    /: expected no control characters\n/,
  );
});

Deno.test("in memory the files are those of the call, and the bytes those of a disk", async () => {
  await withSpec(ACCESS_SPEC, async (folder) => {
    Deno.writeTextFileSync(`${folder}/joe.token`, `${GIVEN}\n`);
    await provision({ folder });
    const memory = await provisionInMemory(ACCESS_SPEC, SEED, { valueFiles: { "joe.token": GIVEN } });
    for (const [path, { mode, text }] of memory.files) {
      assert.equal(Deno.readTextFileSync(`${folder}/out/lab/${path}`), text, path);
      assert.equal((Deno.statSync(`${folder}/out/lab/${path}`).mode ?? 0) & 0o777, mode, path);
    }
    assert.ok(memory.files.has("auth/tokens.csv"));
  });
  const named = spec("users: [{ name: joe, token: { valueFile: toString } }]\n");
  await assert.rejects(
    provisionInMemory(named, SEED, { valueFiles: {} }),
    /expected it among the valueFiles/,
  );
  for (const valueFiles of [undefined, { other: "x" }, JSON.parse('{ "__proto__": "x" }')]) {
    await assert.rejects(
      provisionInMemory(ACCESS_SPEC, SEED, valueFiles && { valueFiles }),
      /Cannot use "joe\.token" as users\[1\]\.token\.valueFile: expected it among the valueFiles of the call/,
    );
  }
});

Deno.test("an archive, shards and any number of jobs give the documents of one run", async () => {
  const text = ACCESS_SPEC.replace("controlPlane:", `workers: [{ name: "n-[00-29]" }]\ncontrolPlane:`);
  await withSpec(text, async (folder) => {
    Deno.writeTextFileSync(`${folder}/joe.token`, `${GIVEN}\n`);
    await provision({ folder, jobs: 1, out: "one" });
    const whole = tree(`${folder}/one`);
    await provision({ folder, jobs: 3, out: "three" });
    assert.deepEqual(differences(tree(`${folder}/three`), whole), []);
    for (const index of [3, 1, 2]) {
      await provision({ folder, jobs: 1, out: "parts", shard: { index, count: 3 } });
    }
    await merge({ folder, out: "parts" });
    assert.deepEqual(differences(tree(`${folder}/parts`), whole), []);
    await provision({ folder, tar: true, out: "tar" });
    assert.equal(sh('cd "$1/tar" && tar -xpf lab.tar && rm lab.tar', folder).code, 0);
    assert.deepEqual(differences(tree(`${folder}/tar`), whole), []);
    assert.match(Deno.readTextFileSync(`${folder}/one/lab/auth/tokens.csv`), /^given|\n"given/);
    assert.ok(Deno.readTextFileSync(`${folder}/one/lab/auth/tokens.csv`).includes(GIVEN_FIELD));
  });
});

Deno.test("verify with spec and seed finds changed, missing and foreign documents, and nothing else", async () => {
  await withSpec(ACCESS_SPEC, async (folder) => {
    Deno.writeTextFileSync(`${folder}/joe.token`, `${GIVEN}\n`);
    await provision({ folder });
    const found = async (): Promise<string[]> => {
      const args = [
        "out/lab",
        "--spec",
        "cluster.yaml",
        "--seed",
        "cluster.seed",
        "--at",
        "2026-01-01T06:00:00Z",
        "-o",
        "json",
      ];
      const { stdout, stderr } = await run("verify", args, { cwd: folder });
      const { findings } = JSON.parse(stdout) as {
        findings: { code: string; path: string; message: string }[];
      };
      assert.equal(stderr, "");
      assert.ok(!stdout.includes(GIVEN));
      return findings.filter(({ code }) => ["differs-from-spec", "foreign-file"].includes(code))
        .map(({ code, path, message }) => `${code} ${path.replace("out/lab/", "")}: ${message}`).sort();
    };
    assert.deepEqual(await found(), []);
    const at = (path: string): string => `${folder}/out/lab/auth/${path}`;
    const OTHERS = "It is not what the spec and its seed make: other bytes";
    Deno.writeTextFileSync(at("tokens.csv"), "other-token,eve,eve,system:masters\n", { append: true });
    Deno.writeTextFileSync(at("oidc/openid/v1/jwks"), " ", { append: true });
    Deno.removeSync(at("cluster-info.yaml"));
    Deno.writeTextFileSync(at("more.csv"), "another-token,eve,eve,system:masters\n");
    assert.deepEqual(await found(), [
      "differs-from-spec auth/cluster-info.yaml: The spec says that it is there: What a joining node learns of the cluster, signed with each token, to apply",
      `differs-from-spec auth/oidc/openid/v1/jwks: ${OTHERS}`,
      `differs-from-spec auth/tokens.csv: ${OTHERS}`,
      "foreign-file auth/more.csv: The spec knows no such file",
    ]);
  });
});
