/**
 * Forms of `explain` by others' readers: the JSON by a validator of JSON Schema in Python, diagrams by mermaid's own
 * parser.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { CATALOGUE } from "../../scripts/plan/catalogue.ts";
import { explainSubject } from "../../scripts/teach/explain/explain.ts";
import { formatMarkdown } from "../../scripts/teach/explain/markdown_form.ts";
import { drawMermaid } from "../../scripts/teach/explain/mermaid_form.ts";
import { SECTIONS } from "../../scripts/teach/explain/sections.ts";
import { HARD, ROOT, run as runCommand, withFolder } from "../run.ts";
import { HERE, pythonWith, run, runWell, testWith } from "./tools.ts";

const PYTHON = await pythonWith(join(HERE, "jsonschema-requirements.txt"));

const VALIDATE = `
import json, sys
from jsonschema import Draft7Validator
schema = json.load(open(sys.argv[1]))
Draft7Validator.check_schema(schema)
print(json.dumps([[e.message for e in Draft7Validator(schema).iter_errors(json.load(open(path)))] for path in sys.argv[2:]]))
`;

const SUBJECTS: readonly (readonly string[])[] = [
  [],
  ["--spec", "cluster.yaml"],
  ["--spec", "cluster.yaml", "kubelet-server"],
  ["--requestheader-client-ca-file"],
  ["--basic-auth-file"],
  ["system:node:node-0"],
  ["extra/metrics"],
  ["sa.pub"],
  ...Object.keys(SECTIONS).map((name) => [name]),
];

testWith([PYTHON], "the JSON follows its schema, which refuses other things", async (_t, python = "") => {
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, HARD);
    Deno.writeTextFileSync(`${folder}/validate.py`, VALIDATE);
    const paths: string[] = [];
    for (const [index, args] of SUBJECTS.entries()) {
      const { code, stdout, stderr } = await runCommand("explain", [...args, "-o", "json"], { cwd: folder });
      assert.equal(code, 0, stderr);
      paths.push(`${folder}/${index}.json`);
      Deno.writeTextFileSync(paths.at(-1) ?? "", stdout);
    }
    const [first = ""] = paths;
    const broken = { ...JSON.parse(Deno.readTextFileSync(first)) as Record<string, unknown>, kind: "guess" };
    Deno.writeTextFileSync(`${folder}/broken.json`, JSON.stringify(broken));
    const said = await runWell(python, [
      ...[`${folder}/validate.py`, `${ROOT}templates/explain.schema.json`],
      ...[...paths, `${folder}/broken.json`],
    ]);
    const errors = JSON.parse(said) as string[][];
    assert.equal(errors.pop()?.length, 1);
    assert.deepEqual(errors, SUBJECTS.map(() => []));
  });
});

/** What mermaid's parser says of diagrams: their type, or what is wrong. */
async function parse(
  texts: readonly string[],
): Promise<{ readonly diagramType?: string; readonly error?: string }[]> {
  const permissions = ["--no-prompt", "--allow-read", "--allow-env"];
  const own = ["--no-config", `--lock=${HERE}mermaid.lock`, "--frozen"];
  const words = ["run", "--quiet", ...permissions, ...own, `${HERE}mermaid_parse.mjs`];
  return JSON.parse(await runWell(Deno.execPath(), words, { stdin: JSON.stringify(texts) }));
}

/** mermaid comes from its registry, once. */
const MERMAID = await (async () => {
  const words = [
    "run",
    "--quiet",
    "--allow-read",
    "--allow-env",
    "--no-config",
    `--lock=${HERE}mermaid.lock`,
  ];
  const { code, stderr } = await run(Deno.execPath(), [...words, "--frozen", `${HERE}mermaid_parse.mjs`], {
    stdin: "[]",
  });
  return code === 0 ? { path: "mermaid" } : { missing: `mermaid cannot be had: ${stderr}` };
})();

testWith([MERMAID], "mermaid's own parser reads every diagram, and no broken one", async () => {
  const subjects = [undefined, ...CATALOGUE.map(({ id }) => id), ...Object.keys(SECTIONS)];
  const drawn = subjects.map((what) => explainSubject(what)).filter(({ connections }) =>
    connections.length > 0
  );
  const texts = drawn.map(drawMermaid);
  const [map = ""] = texts;
  const inPage = /```mermaid\n([\s\S]*?)\n```/.exec(formatMarkdown(explainSubject(undefined)))?.[1] ?? "";
  assert.equal(inPage, map);
  const name = (text: string): string =>
    drawMermaid({
      ...explainSubject("admin"),
      connections: explainSubject("admin").connections.map((one) => ({ ...one, from: text })),
    });
  const hostile = ['a "b" <c> |d| #e; &f [g] {h} (i) end', "---> x %% y", "`z`"].map(name);
  const answers = await parse([
    ...texts,
    ...hostile,
    map.replace('"]', ""),
    map.replace("flowchart LR\n", ""),
  ]);
  const broken = answers.splice(-2);
  assert.ok(texts.length > 20);
  assert.deepEqual(answers, [...texts, ...hostile].map(() => ({ diagramType: "flowchart-v2" })));
  for (const { error } of broken) assert.ok(error !== undefined);
});
