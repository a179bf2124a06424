/**
 * What `diagnose -o json` prints is what its schema says, by the judgement of Python's jsonschema: for every text of the
 * fixtures, and for what is foretold.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { run as runCommand } from "../run.ts";
import { makeStories } from "./diagnose_stories.ts";
import { reissuer } from "./foreign/reissue.ts";
import { pythonWith, runWell, testWith } from "./tools.ts";

const PYTHON = await pythonWith(fileURLToPath(new URL("jsonschema-requirements.txt", import.meta.url)));
const SCHEMA = fileURLToPath(new URL("../../templates/diagnose.schema.json", import.meta.url));
const FIXTURES = fileURLToPath(new URL("../fixtures/diagnose/", import.meta.url));

/** Validates a document; one with a field more, or one less, has to be refused. */
const VALIDATE = `
import copy, json, sys
from jsonschema import Draft7Validator
schema = json.load(open(sys.argv[1]))
Draft7Validator.check_schema(schema)
validator = Draft7Validator(schema)
document = json.load(sys.stdin)
for error in validator.iter_errors(document):
    sys.exit(str(error)[:2000])
more = copy.deepcopy(document)
more["findings"][0]["more"] = 1
less = copy.deepcopy(document)
del less["findings"][0]["remedy"]
if validator.is_valid(more) or validator.is_valid(less):
    sys.exit("the schema takes anything")
print(len(document["findings"]))
`;

testWith([PYTHON, reissuer], "diagnose -o json follows its schema", async (_, python = "") => {
  const validate = async (folder: string, args: readonly string[]): Promise<number> => {
    const { code, stdout, stderr } = await runCommand("diagnose", [...args, "-o", "json"], { cwd: folder });
    assert.equal(code, 1, stdout + stderr);
    return Number(await runWell(python, ["-c", VALIDATE, SCHEMA], { stdin: stdout }));
  };
  const folder = await Deno.makeTempDir({ prefix: "hardway-schema-" });
  try {
    await makeStories(folder);
    const logs = [...Deno.readDirSync(FIXTURES)].filter(({ name }) => name.endsWith(".txt"))
      .flatMap(({ name }) => ["--log", `${FIXTURES}${name}`]);
    assert.ok(await validate(folder, logs) > 30);
    assert.ok(await validate(folder, [...logs, "--root", "swapped"]) > 20);
    assert.ok(await validate(folder, ["--root", "balancer"]) >= 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
