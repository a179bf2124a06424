/**
 * Shards on engines that exist: GNU parallel, and an Indexed Job of Kubernetes, whose manifest Kubernetes' own types
 * decode strictly and whose command is run for each index as the kubelet would.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  commandLine,
  differences,
  provisionIn,
  run as runCommand,
  sh,
  spec,
  tree,
  withSpec,
} from "../run.ts";
import { findProgram, goCommand, run, runWell, testWith } from "./tools.ts";

const parallel = findProgram("parallel", "parallel");
const strict = await goCommand("strict");
const JOB = new URL("../../templates/indexed-job.yaml", import.meta.url).pathname;

const SPEC = spec('workers: [{ name: "node-[00-11]", addresses: [10.241.0.0/24] }]\n');

async function oneRun(): Promise<Record<string, string>> {
  let made: Record<string, string> = {};
  await withSpec(SPEC, async (folder) => {
    await provisionIn(folder);
    made = tree(`${folder}/out`);
  });
  return made;
}

/** Words as a shell takes them. */
function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

testWith(
  [parallel],
  "GNU parallel runs the shards, one of them killed once, and merge makes one run's tree",
  async (_, program = "") => {
    const whole = await oneRun();
    await withSpec(SPEC, async (folder) => {
      // The first try of the third shard dies of SIGKILL on its way.
      const shard = quoted(commandLine("provision", ["--jobs", "1", "--quiet", "--shard"]));
      const line =
        `if [ {} = 3/5 ] && mkdir died 2>/dev/null; then timeout -s KILL 0.25 ${shard} {}; else ${shard} {}; fi`;
      const args = ["--retries", "3", "--jobs", "3", line, ":::", "1/5", "2/5", "3/5", "4/5", "5/5"];
      const done = await run(program, ["--will-cite", ...args], { cwd: folder });
      assert.equal(done.code, 0, done.stdout + done.stderr);
      assert.ok(Deno.statSync(`${folder}/died`).isDirectory);
      const merged = await runCommand("merge", [], { cwd: folder });
      assert.deepEqual([merged.code, merged.stderr], [0, ""]);
      assert.deepEqual(differences(tree(`${folder}/out`), whole), []);
    });
  },
);

interface Job {
  readonly kind: string;
  readonly spec: {
    readonly completions?: number;
    readonly parallelism?: number;
    readonly completionMode?: string;
    readonly template: {
      readonly spec: {
        readonly automountServiceAccountToken: boolean;
        readonly containers: readonly { readonly command: readonly string[] }[];
        readonly volumes: readonly {
          readonly name: string;
          readonly secret?: { readonly defaultMode: number };
        }[];
      };
    };
  };
}

testWith(
  [strict],
  "the Indexed Job decodes strictly, and its command for each index makes the shards",
  async (_, program = "") => {
    const text = Deno.readTextFileSync(JOB);
    const jobs = (await runWell(program, [JOB])).trimEnd().split("\n")
      .map((line) => JSON.parse(line) as Job).filter(({ kind }) => kind === "Job");
    const [shards, merge] = jobs;
    assert.ok(shards !== undefined && merge !== undefined && jobs.length === 2);
    assert.deepEqual([shards.spec.completionMode, shards.spec.completions, shards.spec.parallelism], [
      "Indexed",
      8,
      8,
    ]);
    for (const { spec: { template } } of jobs) {
      assert.equal(template.spec.automountServiceAccountToken, false);
      assert.equal(template.spec.volumes.find(({ name }) => name === "seed")?.secret?.defaultMode, 0o400);
    }
    const whole = await oneRun();
    await withSpec(SPEC, async (folder) => {
      // The launcher of the kit, and the places where the Job mounts things.
      for (const command of ["provision", "merge"] as const) {
        const words = quoted(commandLine(command, []));
        Deno.writeTextFileSync(`${folder}/${command}.sh`, `#!/bin/sh\nshift\nexec ${words} "$@"\n`, {
          mode: 0o755,
        });
      }
      const locally = (job: Job, command: string): string[] =>
        (job.spec.template.spec.containers[0]?.command ?? []).map((word) =>
          word.replace(`/opt/hardway/hardway ${command}`, `${folder}/${command}.sh ${command}`)
            .replace("/spec/cluster.yaml", `${folder}/cluster.yaml`)
            .replace("/seed/cluster.seed", `${folder}/seed/cluster.seed`)
            .replace("--out /out", `--out ${folder}/out`)
        );
      // As the kubelet lays a Secret out: a link to a link to the file.
      assert.equal(
        sh(
          'cd "$1" && mkdir -p seed/..data && mv cluster.seed seed/..data && chmod 400 seed/..data/cluster.seed && ' +
            "ln -s ..data/cluster.seed seed/cluster.seed",
          folder,
        ).code,
        0,
      );
      for (let index = 7; index >= 0; index--) {
        const [shell = "", ...args] = locally(shards, "provision");
        const done = await run(shell, args, { env: { JOB_COMPLETION_INDEX: String(index) } });
        assert.equal(done.code, 0, done.stderr);
      }
      const [shell = "", ...args] = locally(merge, "merge");
      const merged = await run(shell, args);
      assert.equal(merged.code, 0, merged.stderr);
      assert.deepEqual(differences(tree(`${folder}/out`), whole), []);
    });
    // A field that does not exist is seen.
    const wrong = Deno.makeTempFileSync();
    Deno.writeTextFileSync(wrong, text.replace("completionMode:", "completionmode2:"));
    assert.notEqual((await run(program, [wrong])).code, 0);
    Deno.removeSync(wrong);
  },
);
