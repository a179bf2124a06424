/**
 * The forms for programs: JSON and YAML follow the JSON Schemas, as a foreign validator finds, and CSV is what a foreign
 * reader takes it for; a table fits its terminal.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { inspectFiles } from "../../mod.ts";
import { displayWidth } from "../../scripts/shared/text.ts";
import { type Command, HARD, provisionIn, ROOT, run, withSpec } from "../run.ts";
import { openssl } from "./foreign/trees.ts";
import { pythonWith, runWell, testWith } from "./tools.ts";

const PYTHON = await pythonWith(fileURLToPath(new URL("jsonschema-requirements.txt", import.meta.url)));

/** Validates each form of a command, and prints how many things and how many rows of CSV there are. */
const VALIDATE = `
import csv, json, sys
from jsonschema import Draft7Validator
schema = json.load(open(sys.argv[1]))
Draft7Validator.check_schema(schema)
validator = Draft7Validator(schema)
document = json.load(open(sys.argv[2]))
for error in validator.iter_errors(document):
    sys.exit(str(error)[:2000])
[things] = document.values()
broken = json.loads(json.dumps(document))
next(iter(broken.values()))[0]["more"] = 1
if not list(validator.iter_errors(broken)):
    sys.exit("the schema takes anything")
with open(sys.argv[3], newline="") as file:
    rows = list(csv.reader(file))
if any(len(row) != len(rows[0]) for row in rows):
    sys.exit("rows of different lengths")
print(json.dumps([len(things), len(rows) - 1, rows[0]]))
`;

/** A folder with good, broken, missing and ended things. */
async function withThings(work: (folder: string) => Promise<void>): Promise<void> {
  await withSpec(HARD, async (folder) => {
    await provisionIn(folder);
    const made = await run("bundle", [], { cwd: folder });
    assert.equal(made.code, 0, made.stderr);
    Deno.writeTextFileSync(
      `${folder}/out/broken.crt`,
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    Deno.writeTextFileSync(`${folder}/out/tokens.csv`, 'abcdefghijkl,"quo""te, 이름",1,"system:masters,b"\n');
    Deno.removeSync(`${folder}/out/lab/hosts/server/var/lib/kubernetes/pki/apiserver.crt`);
    await work(folder);
  });
}

testWith(
  [PYTHON],
  "JSON follows its schema, CSV has as many rows, whatever the command",
  async (_t, python) => {
    await withThings(async (folder) => {
      const script = join(folder, "validate.py");
      Deno.writeTextFileSync(script, VALIDATE);
      for (const command of ["inspect", "verify", "expiry"] as const satisfies readonly Command[]) {
        const outputs: string[] = [];
        for (const form of ["json", "csv"]) {
          const { stdout, stderr, code } = await run(command, ["out", "-o", form, "--at", "2027-02-01"], {
            cwd: folder,
          });
          assert.ok(code <= 1, stderr);
          outputs.push(join(folder, `${command}.${form}`));
          Deno.writeTextFileSync(outputs.at(-1) ?? "", stdout);
        }
        const said = await runWell(python ?? "", [
          script,
          `${ROOT}templates/${command}.schema.json`,
          ...outputs,
        ]);
        const [things, rows, head] = JSON.parse(said) as [number, number, string[]];
        assert.ok(things > 20, said);
        assert.equal(rows, things, command);
        if (command === "inspect") {
          assert.deepEqual(head.slice(0, 8), [
            ...[
              "Component",
              "Type",
              "Certificate Path",
              "CN",
              "ALT Names",
              "Organization",
              "Issuer",
              "Expiration",
            ],
          ]);
        }
      }
    });
  },
);

Deno.test("YAML says the same as JSON", async () => {
  const { parseDocument } = await import("../../scripts/shared/npm/yaml.ts");
  await withThings(async (folder) => {
    for (const command of ["inspect", "verify"] as const) {
      const [json, yaml] = await Promise.all(
        ["json", "yaml"].map((form) =>
          run(command, ["out", "-o", form, "--at", "2027-02-01"], { cwd: folder })
        ),
      );
      assert.deepEqual(parseDocument(yaml?.stdout ?? "").toJS(), JSON.parse(json?.stdout ?? ""));
    }
  });
});

Deno.test("files in memory give the rows that they give on a disk", async () => {
  await withThings(async (folder) => {
    const files: Record<string, Uint8Array> = {};
    const read = (path: string): void => {
      for (const { name, isDirectory } of Deno.readDirSync(`${folder}/${path}`)) {
        if (isDirectory) read(`${path}/${name}`);
        else files[`${path}/${name}`] = Deno.readFileSync(`${folder}/${path}/${name}`);
      }
    };
    read("out/lab/pki");
    const { stdout } = await run("inspect", ["out/lab/pki", "-o", "json", "--at", "2027-02-01"], {
      cwd: folder,
    });
    const { rows } = JSON.parse(stdout) as { readonly rows: readonly { readonly path: string }[] };
    const sorted = (list: readonly { readonly path: string }[]): unknown[] =>
      list.toSorted((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
    assert.ok(rows.length > 30);
    assert.deepEqual(sorted(inspectFiles(files, { at: Date.parse("2027-02-01") / 1000 })), sorted(rows));
  });
});

testWith(
  [openssl],
  "a table fits 80 columns, also with names of double width, and its columns line up",
  async () => {
    await withThings(async (folder) => {
      for (
        const [name, cn] of [["a", "쿠버네티스-인증서"], [
          "b",
          "kubernetes-certificate-of-a-very-long-name",
        ]] as const
      ) {
        await runWell("openssl", [
          ...[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-utf8",
            "-days",
            "9",
          ],
          ...[
            "-keyout",
            `${folder}/out/${name}.key`,
            "-out",
            `${folder}/out/${name}.crt`,
            "-subj",
            `/CN=${cn}`,
          ],
        ]);
      }
      for (const command of ["inspect", "expiry"] as const) {
        const { stdout } = await run(command, ["out/a.crt", "out/b.crt", "out/lab/pki"], { cwd: folder });
        const lines = stdout.trimEnd().split("\n");
        for (const line of lines) assert.ok(displayWidth(line) <= 80, line);
        assert.ok(stdout.includes("쿠버"), stdout);
        // Where the last column begins is the same in each row.
        const edge = command === "inspect" ? /\d{4}-\d\d-\d\d/ : /(?<=^\d{4}-.* )[^ ]+$/;
        const starts = lines.flatMap((line) => {
          const match = edge.exec(line);
          return match === null || line.startsWith("In ") ? [] : [displayWidth(line.slice(0, match.index))];
        });
        assert.ok(starts.length > 10);
        assert.deepEqual([...new Set(starts)], [starts[0]], stdout);
      }
    });
  },
);
