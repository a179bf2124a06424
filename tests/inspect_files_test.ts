/**
 * The commands that look at PKI, on whatever may lie in a folder: nothing ends them, nothing is opened that could hang,
 * and no secret comes out.
 */
import assert from "node:assert/strict";
import { assertNoSecret, IS_ROOT, provisionIn, run, sh, skip, spec, withFolder, withSpec } from "./run.ts";

interface Row {
  readonly component: string | null;
  readonly type: string | null;
  readonly path: string;
  readonly flag: string | null;
  readonly cn: string | null;
  readonly altNames: readonly string[];
  readonly problems: readonly string[];
  readonly residualSeconds: number | null;
}

/** The rows of `inspect`, which has to succeed. */
async function rowsIn(cwd: string, args: readonly string[], stdin?: string): Promise<Row[]> {
  const { code, stdout, stderr } = await run("inspect", [...args, "-o", "json"], {
    cwd,
    ...(stdin !== undefined && { stdin }),
  });
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  return (JSON.parse(stdout) as { readonly rows: Row[] }).rows;
}

Deno.test("what is no regular file becomes a row with its problem, and is not opened", async () => {
  await withSpec(spec(), async (folder) => {
    await provisionIn(folder);
    const pki = `${folder}/out/lab/pki`;
    sh(
      'cd "$1" && mkfifo pipe.crt && ln -s ../pki loop && ln -s nowhere gone.crt && ln -s self.crt self.crt',
      pki,
    );
    sh('cd "$1" && ln ca.crt hard.crt && ln -s ca.crt soft.crt && truncate -s 100M huge.crt', pki);
    const rows = await rowsIn(folder, ["out/lab/pki"]);
    const problemOf = (name: string): string =>
      rows.filter(({ path }) => path === `out/lab/pki/${name}`).flatMap(({ problems }) => problems).join();
    assert.match(problemOf("pipe.crt"), /^unparsable: it is a FIFO, and is not opened$/);
    assert.match(problemOf("gone.crt"), /^missing-file: /);
    assert.match(problemOf("self.crt"), /^unparsable: .*too many symbolic links/);
    assert.match(problemOf("huge.crt"), /^unparsable: 104857600 bytes, more than/);
    assert.equal(rows.filter(({ path }) => path.includes("/loop/")).length, 0, "a folder is entered once");
    assert.equal(rows.filter(({ path }) => path.endsWith("soft.crt")).length, 0, "a link beside its file");
    const good = rows.filter(({ problems }) => problems.length === 0);
    assert.ok(good.some(({ path, type }) => path === "out/lab/pki/apiserver.crt" && type === "Server"));
  });
});

Deno.test("a device is a row, and stdin is a file", async () => {
  await withSpec(spec(), async (folder) => {
    await provisionIn(folder);
    // Deno itself keeps its hands off /dev.
    const [zero] = await rowsIn(folder, ["/dev/zero"]);
    assert.match(zero?.problems[0] ?? "", /^unparsable: /);
    if (sh('mknod "$1/zero" c 1 5', folder).code === 0) {
      const [device] = await rowsIn(folder, ["zero"]);
      assert.deepEqual(device?.problems, ["unparsable: it is a character device, and is not opened"]);
    } else skip("only root makes devices: a device in a folder");
    const pem = Deno.readTextFileSync(`${folder}/out/lab/pki/ca.crt`);
    const [row] = await rowsIn(folder, ["-"], `text around\n${pem}`);
    assert.deepEqual([row?.path, row?.type, row?.cn], ["-", "CA", "kubernetes-ca"]);
  });
});

Deno.test("one bad file among good ones is one row with its problem", async () => {
  await withFolder(async (folder) => {
    const bad: Record<string, string> = {
      "cut.crt": "-----BEGIN CERTIFICATE-----\nMIIB\n",
      "noise.crt": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      "bomb.yaml": `apiVersion: v1\nkind: List\nitems:\n- &a [x,x,x,x,x,x,x,x,x]\n${
        Array.from("bcdefghi", (name, index) =>
          `- &${name} [${Array(9).fill(`*${"abcdefghi"[index]}`).join()}]`)
          .join("\n")
      }\n`,
      "deep.yaml": `apiVersion: v1\nkind: Secret\ndata: ${"{a: ".repeat(400)}1${"}".repeat(400)}\n`,
      "deeper.json": `{"apiVersion":"v1","kind":"Secret","data":${"[".repeat(100000)}`,
    };
    for (const [name, text] of Object.entries(bad)) Deno.writeTextFileSync(`${folder}/${name}`, text);
    Deno.writeTextFileSync(`${folder}/README.md`, "# Nothing of ours\n");
    const rows = await rowsIn(folder, ["."]);
    for (const name of Object.keys(bad)) {
      const own = rows.filter(({ path }) => path === `./${name}`);
      assert.equal(own.length, 1, name);
      assert.match(own[0]?.problems[0] ?? "", /^unparsable: /, name);
    }
    assert.equal(rows.length, Object.keys(bad).length, "a file of another kind is no row");
  });
});

Deno.test("a file that may not be read is a row, and the others are read", async () => {
  if (IS_ROOT) return skip("root may read everything: files without rights");
  await withSpec(spec(), async (folder) => {
    await provisionIn(folder);
    Deno.chmodSync(`${folder}/out/lab/pki/ca.key`, 0);
    const rows = await rowsIn(folder, ["out/lab/pki"]);
    const row = rows.find(({ path }) => path.endsWith("/ca.key"));
    assert.match(row?.problems[0] ?? "", /permission denied/);
  });
});

Deno.test("no form of any of the commands shows a secret", async () => {
  await withSpec(spec(), async (folder) => {
    await provisionIn(folder);
    const forms = {
      inspect: ["table", "wide", "json", "yaml", "csv", "markdown"],
      verify: ["table", "json", "yaml", "csv"],
      expiry: ["table", "json", "csv", "ics", "prometheus"],
    } as const;
    for (const [command, names] of Object.entries(forms)) {
      for (const form of names) {
        const args = ["out/lab", "-o", form, "--at", "2026-02-01"];
        const { stdout, stderr } = await run(command as keyof typeof forms, args, { cwd: folder });
        assert.equal(stderr, "", `${command} ${form}`);
        assert.ok(stdout.includes("apiserver.crt"), `${command} ${form}`);
        assertNoSecret(stdout, folder);
      }
    }
    const details = await run("inspect", ["out/lab", "--details"], { cwd: folder });
    assert.match(details.stdout, /Subject: /);
    assertNoSecret(details.stdout, folder);
  });
});

Deno.test("the commands need no right to write, and name what they do not take", async () => {
  await withFolder(async (folder) => {
    for (
      const [command, args, message] of [
        ["inspect", ["-o", "xml"], 'inspect: Cannot use "xml" as --output: expected table, wide, json'],
        ["inspect", ["--at", "soon"], 'inspect: Cannot use "soon" as --at: expected a time such as'],
        ["inspect", ["--root", "none"], 'Cannot use "none" as --root: Cannot read none: no such file'],
        [
          "expiry",
          ["--within", "often"],
          'expiry: Cannot use "often" as --within: expected a duration such as 30d',
        ],
        ["verify", ["--seed", "x"], "verify: Cannot use --seed: expected --spec with it"],
        ["verify", ["--spec", "none.yaml"], "Cannot read none.yaml: no such file"],
        ["inspect", ["--password-file", "none"], "Cannot read none: no such file"],
      ] as const
    ) {
      const { code, stdout, stderr } = await run(command, args, { cwd: folder });
      assert.equal(code, 2, stderr);
      assert.equal(stdout, "");
      assert.ok(stderr.includes(message), stderr);
      assert.doesNotMatch(stderr, /\n {4}at /);
    }
    const [row] = await rowsIn(folder, ["none"]);
    assert.deepEqual(row?.problems, ["missing-file: no such file"]);
  });
});
