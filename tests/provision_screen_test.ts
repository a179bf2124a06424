/** What a real terminal shows, at the widths that people have. */
import assert from "node:assert/strict";
import { displayWidth } from "../scripts/shared/text.ts";
import {
  assertNoSecret,
  commandLine,
  has,
  largeSpec,
  run,
  sh,
  skip,
  spec,
  withFolder,
  withSpec,
} from "./run.ts";

/** Runs provision in a terminal of so many columns; gives what it got, carriage returns and escapes included. */
function inTerminal(
  folder: string,
  columns: number,
  args: readonly string[],
  env = "",
): { code: number; text: string } {
  const words = commandLine("provision", args).map((word) => `'${word}'`).join(" ");
  const line = `stty cols ${columns} rows 24; exec env -u COLUMNS -u NO_COLOR -u INIT_CWD ${env} ${words}`;
  const { code, stdout } = sh('cd "$1" && SHELL=/bin/sh exec script -qefc "$2" /dev/null', folder, line);
  assertNoSecret(stdout, folder);
  return { code, text: stdout };
}

/** The lines as a person sees them: what was drawn over or coloured is gone. */
function seen(text: string): string[] {
  return text.replaceAll("\r\n", "\n").split("\n").map((line) =>
    line.split("\x1b[").map((part, index) => index === 0 ? part : part.replace(/^[\d;]*[A-Za-z]/, "")).join(
      "",
    )
      .split("\r").at(-1) ?? ""
  );
}

const MORE = `users: [{ name: 김철수 }, { name: jane@example.org }]
workers: [{ name: node-0, addresses: [10.240.0.20] }]
`;

Deno.test("no line of a report is wider than the terminal, in Korean too, at 80 and at 60 columns", async () => {
  if (!has("script")) return skip("a terminal: script(1) is missing");
  await withSpec(spec(MORE), (folder) => {
    const changed = spec(`${MORE}apiServer: { certSANs: [lb.example.org] }\n`).replace("node-0", "node-1");
    for (const columns of [80, 60]) {
      sh('rm -rf "$1/out"', folder);
      Deno.writeTextFileSync(`${folder}/cluster.yaml`, spec(MORE));
      const screens = [inTerminal(folder, columns, ["--dry-run"]), inTerminal(folder, columns, [])];
      Deno.writeTextFileSync(`${folder}/cluster.yaml`, changed);
      screens.push(inTerminal(folder, columns, ["--dry-run"]), inTerminal(folder, columns, ["--prune"]));
      assert.deepEqual(screens.map(({ code }) => code), [1, 0, 1, 0]);
      const lines = screens.flatMap(({ text }) => seen(text));
      // Narrower than 80, sentences are the terminal's to wrap; rows of a list are not.
      const rows = lines.filter((line) => columns >= 80 || /^ +(pki|kubeconfig|SAN)/.test(line));
      const wide = rows.filter((line) => displayWidth(line) > columns);
      assert.deepEqual(wide, []);
      const actions = lines.filter((line) => / new$| new {2}/.test(line));
      const korean = actions.find((line) => line.includes("김철수.kubeconfig")) ?? "";
      const other = actions.find((line) => line.includes("jane@example.org.kubeconfig")) ?? "";
      const column = (line: string): number => displayWidth(line.slice(0, line.lastIndexOf(" new")));
      assert.ok(korean !== "" && column(korean) === column(other), `${korean}\n${other}`);
    }
  });
});

Deno.test("the progress line stays on one line of a narrow terminal and is gone at the end", async () => {
  if (!has("script")) return skip("a terminal: script(1) is missing");
  await withSpec(largeSpec(600).replaceAll("Ed25519", "ECDSA-P384"), (folder) => {
    const { code, text } = inTerminal(folder, 40, ["--jobs", "1"]);
    assert.equal(code, 0, text);
    const drawn = text.split("\r").filter((part) => part.includes("\x1b[K")).map((part) =>
      part.slice(0, part.indexOf("\x1b[K"))
    );
    assert.ok(drawn.length >= 2, text.slice(0, 400));
    assert.deepEqual(drawn.filter((line) => displayWidth(line) >= 40), []);
    assert.match(drawn[0] ?? "", /^ {2}[\d,]+ of [\d,]+ certificates/);
    assert.equal(drawn.at(-1), "");
    assert.ok(!seen(text).some((line) => line.includes("certificates  [")));
    // Nothing of it where nobody watches.
    assert.doesNotMatch(inTerminal(folder, 40, ["--quiet", "--jobs", "1"]).text, /certificates/);
  });
});

Deno.test("COLUMNS counts before the terminal, and nonsense in it counts for nothing", async () => {
  await withSpec(spec(), async (folder) => {
    await run("provision", [], { cwd: folder });
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, spec("apiServer: { certSANs: [lb.example.org] }"));
    const output = async (COLUMNS: string): Promise<string> =>
      (await run("provision", ["--dry-run"], { cwd: folder, env: { COLUMNS } })).stdout;
    const [narrow, wide] = [await output("40"), await output("200")];
    assert.match(narrow, /^ {2}pki\/apiserver\.crt {2}replaced\n {6}SAN added: lb\.example\.org$/m);
    assert.match(wide, /^ {2}pki\/apiserver\.crt {2}replaced {2}SAN added: lb\.example\.org$/m);
    for (const nonsense of ["-1", "7", "1e9", "x", "80.5", ""]) {
      assert.equal(await output(nonsense), wide, nonsense);
    }
  });
});

Deno.test("--version, -h and their long forms print to stdout and do nothing else", async () => {
  await withFolder(async (folder) => {
    for (const command of ["provision", "init"] as const) {
      const version = await run(command, ["--version"], { cwd: folder });
      assert.deepEqual([version.code, version.stderr], [0, ""]);
      assert.match(version.stdout, /^hardway \d+\.\d+\.\d+\n$/);
      const [short, long] = [
        await run(command, ["-h"], { cwd: folder }),
        await run(command, ["--help"], { cwd: folder }),
      ];
      assert.deepEqual(short, long);
      assert.deepEqual([short.code, short.stderr], [0, ""]);
      assert.deepEqual(short.stdout.split("\n").filter((line) => displayWidth(line) > 80), []);
    }
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});

Deno.test("-o json is one document on stdout, the talk stays on stderr", async () => {
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, spec());
    const { code, stdout, stderr } = await run("provision", ["-o", "json"], { cwd: folder });
    const report = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual([code, report["cluster"], report["isNewSeed"], report["hasWork"]], [
      0,
      "lab",
      true,
      true,
    ]);
    // Whoever reads only JSON still has to hear of the seed.
    assert.match(stderr, /^New seed: cluster\.seed$/m);
    const again = JSON.parse((await run("provision", ["-o", "json"], { cwd: folder })).stdout) as Record<
      string,
      unknown
    >;
    assert.deepEqual([again["changes"], again["hasWork"], again["isNewSeed"]], [[], false, false]);
    const wrong = await run("provision", ["-o", "yaml"], { cwd: folder });
    assert.deepEqual([wrong.code, wrong.stdout, wrong.stderr], [
      2,
      "",
      'provision: Cannot use "yaml" as --output: expected table or json\n',
    ]);
  });
});
