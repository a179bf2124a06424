/**
 * zlint judges every certificate by RFC 5280, RFC 5480 and RFC 8813.
 *
 * @module
 */
import assert from "node:assert/strict";
import { judgedTrees } from "./judged.ts";
import { forge, treeNamed, withCopy } from "./tamper.ts";
import { goCommand, goTool, runWell, testWith } from "./tools.ts";

const zlint = await goTool("zlint");
const forger = await goCommand("forge");
const trees = await judgedTrees();

/** Results that are no objection. `notice` is what a CA may like to know. */
const GOOD = new Set(["pass", "NA", "info"]);

/** What zlint objects to, as `path: lint: result`, and how many lints it applied. */
async function lint(
  program: string,
  paths: readonly string[],
): Promise<{ objections: string[]; applied: number }> {
  // The ending .pem or none makes zlint read PEM; .crt does too, by the flag's default.
  const output = await runWell(program, ["-includeSources", "RFC5280,RFC5480,RFC8813", ...paths]);
  const results = output.trimEnd().split("\n").map((line) =>
    JSON.parse(line) as Readonly<Record<string, { readonly result: string }>>
  );
  assert.equal(results.length, paths.length);
  const objections = results.flatMap((lints, index) =>
    Object.entries(lints).flatMap(([name, { result }]) =>
      GOOD.has(result) ? [] : [`${paths[index]}: ${name}: ${result}`]
    )
  );
  const applied =
    results.flatMap((lints) => Object.values(lints)).filter(({ result }) => result === "pass").length;
  return { objections, applied };
}

for (const tree of trees) {
  testWith([zlint], `zlint finds no error and no warning in ${tree.name}`, async (_, program = "") => {
    const { objections, applied } = await lint(program, tree.certificates.map((item) => item.path));
    assert.deepEqual(objections, []);
    assert.ok(applied > 30 * tree.certificates.length, `only ${applied} lints applied`);
  });
}

testWith(
  [zlint, forger],
  "zlint finds faults that are put into certificates",
  async (t, program = "", forgePath = "") => {
    for (
      const [fault, name, id, expected] of [
        ["key-encipherment", "lab", "apiserver", "e_ecdsa_allowed_ku"],
        ["key-encipherment", "p384", "apiserver", "e_ecdsa_allowed_ku"],
        ["key-encipherment", "rsa-2048", "admin", "e_key_usage_and_extended_key_usage_inconsistent"],
        ["serial-long", "lab", "apiserver", "e_serial_number_longer_than_20_octets"],
        ["no-authority-key-id", "lab", "apiserver", "e_ext_authority_key_identifier_no_key_identifier"],
        ["no-subject-key-id", "lab", "ca", "e_ext_subject_key_identifier_missing_ca"],
        ["constraints-uncritical", "lab", "ca", "e_basic_constraints_not_critical"],
        ["early-generalized", "lab", "apiserver", "e_wrong_time_format_pre2050"],
        ["algorithm-without-null", "rsa-2048", "apiserver", "e_"],
      ] as const
    ) {
      await t.step(`${fault} in ${id} of ${name}`, async () => {
        await withCopy(treeNamed(trees, name), async (copy) => {
          const { path } = await forge(forgePath, fault, copy, id);
          const { objections } = await lint(program, [path]);
          assert.ok(objections.some((text) => text.includes(`: ${expected}`)), objections.join("\n"));
        });
      });
    }
  },
);
