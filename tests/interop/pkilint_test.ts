/**
 * pkilint judges every certificate by RFC 5280 and its companions: the checks of its `lint_pkix_cert`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { judgedTrees } from "./judged.ts";
import { forge, treeNamed, withCopy } from "./tamper.ts";
import { goCommand, HERE, pythonWith, runWell, testWith } from "./tools.ts";

const python = await pythonWith(join(HERE, "pkilint-requirements.txt"));
const forger = await goCommand("forge");
const trees = await judgedTrees();

interface Finding {
  readonly path: string;
  readonly code: string;
  readonly severity: "FATAL" | "ERROR" | "WARNING" | "NOTICE" | "INFO" | "DEBUG";
  readonly message: string;
}

/**
 * The one exception: names of one label, which Kubernetes demands, and wildcards, which a user may ask for and RFC
 * 5280 (section 4.2.1.6) leaves to others. What stands in them must be a name all the same.
 */
function isAllowed({ code, message }: Finding): boolean {
  const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
  const name = new RegExp(`dNSName: Invalid domain name syntax: "(${label}|\\*(\\.${label})+)"$`);
  return code === "pkix.invalid_domain_name_syntax" && name.test(message);
}

/** What pkilint says at error and above. */
async function lint(program: string, paths: readonly string[]): Promise<Finding[]> {
  const output = await runWell(program, [join(HERE, "pkilint_all.py")], { stdin: paths.join("\n") });
  const findings = JSON.parse(output) as Finding[];
  return findings.filter((finding) =>
    (finding.severity === "FATAL" || finding.severity === "ERROR") && !isAllowed(finding)
  );
}

for (const tree of trees) {
  testWith([python], `pkilint finds no error in ${tree.name}`, async (_, program = "") => {
    assert.deepEqual(await lint(program, tree.certificates.map((item) => item.path)), []);
  });
}

testWith(
  [python, forger],
  "pkilint finds faults that are put into certificates",
  async (t, program = "", forgePath = "") => {
    for (
      const [fault, name, id, expected] of [
        ["key-encipherment", "lab", "apiserver", "pkix.key_usage_value_prohibited_for_ec"],
        ["serial-long", "lab", "apiserver", "pkix.certificate_serial_number_out_of_range"],
        ["serial-negative", "lab", "apiserver", "pkix.certificate_serial_number_out_of_range"],
        ["no-authority-key-id", "lab", "apiserver", "pkix.authority_key_identifier_extension_absent"],
        ["no-subject-key-id", "lab", "ca", "pkix.certificate_skid_ca_missing"],
        ["constraints-uncritical", "lab", "ca", "pkix.basic_constraints_extension_not_critical"],
        ["early-generalized", "lab", "apiserver", "pkix.wrong_time_useful_type"],
        ["algorithm-with-null", "lab", "apiserver", "itu.invalid_asn1_syntax"],
        ["algorithm-without-null", "rsa-2048", "apiserver", "itu.invalid_asn1_syntax"],
        ["name-malformed", "lab", "kubelet-server/lonely", "pkix.invalid_domain_name_syntax"],
      ] as const
    ) {
      await t.step(`${fault} in ${id} of ${name}`, async () => {
        await withCopy(treeNamed(trees, name), async (copy) => {
          const { path } = await forge(forgePath, fault, copy, id);
          const findings = await lint(program, [path]);
          assert.ok(findings.some(({ code }) => code === expected), JSON.stringify(findings, null, 2));
        });
      });
    }
  },
);
