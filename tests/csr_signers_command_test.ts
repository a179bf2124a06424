/**
 * Custom signers of a spec on the command line: what `csr` prints, its exit codes, and what it leaves alone.
 */
import assert from "node:assert/strict";
import { MONITORING, signerTest } from "./csr_signers.ts";
import { type Result, run, spec } from "./run.ts";

const AT = "2027-01-01T00:00:00Z";

type Csr = (...args: readonly string[]) => Promise<Result>;

function commandTest(name: string, body: (csr: Csr, folder: string) => Promise<void>): void {
  signerTest(name, (folder) => body((...args) => run("csr", args, { cwd: folder }), folder));
}

commandTest("csr new knows what the signer of a spec asks for and refuses", async (csr, folder) => {
  const given = ["--signer", MONITORING, "--spec", "cluster.yaml"];
  const usagesOf = (name: string): string[] =>
    [...Deno.readTextFileSync(`${folder}/${name}.yaml`).matchAll(/^ {2}- (.*)$/gm)].map(([, usage = ""]) =>
      usage
    );
  const good = await csr("new", "scraper-1", ...given);
  assert.deepEqual([good.code, good.stderr], [0, ""]);
  assert.deepEqual(usagesOf("scraper-1"), ["digital signature", "client auth"]);
  const bad = await csr("new", "jane", ...given, "--usages", "server auth");
  assert.equal(bad.code, 0);
  assert.equal(bad.stderr, 'Note: its signer will refuse it: subject common name "jane" is not allowed\n');
  // The only usage that there is.
  await csr("new", "carl", "--signer", "example.com/closed", "--spec", "cluster.yaml");
  assert.deepEqual(usagesOf("carl"), ["key encipherment"]);
  // Key encipherment may go where it need not be.
  await csr("new", "olga", "--signer", "example.com/open", "--spec", "cluster.yaml");
  assert.deepEqual(usagesOf("olga"), ["digital signature", "client auth"]);
  await csr("new", "mia", "--signer", "example.com/mail", "--spec", "cluster.yaml");
  assert.deepEqual(usagesOf("mia"), ["email protection"]);
  assert.match((await csr("new", "scraper-d", ...given)).stderr, /^The key is that of the spec's user/m);
  // A name of Kubernetes where the policy has it.
  assert.equal((await csr("new", "system:monitor:a", ...given)).code, 0);
  assert.match((await csr("new", "system:other", ...given)).stderr, /names with system: are Kubernetes' own/);
  assert.match(
    (await csr("new", "system:x", "--signer", "example.com/open", "--spec", "cluster.yaml")).stderr,
    /own/,
  );
});

commandTest("--auto approves what the policy allows, where it says autoApprove", async (csr, folder) => {
  assert.equal((await csr("new", "scraper-2", "--signer", MONITORING)).code, 0);
  assert.equal((await csr("sign", "scraper-2.yaml", "--at", AT)).code, 2);
  assert.equal((await csr("sign", "scraper-2.yaml", "--at", AT, "--auto")).code, 0);
  const text = Deno.readTextFileSync(`${folder}/scraper-2.yaml`);
  assert.match(text, /message: Auto approving certificate after the policy of example\.com\/monitoring\.\n/);
  assert.match(text, /reason: AutoApproved\n/);

  assert.equal((await csr("new", "jane", "--signer", MONITORING)).code, 0);
  const before = Deno.readTextFileSync(`${folder}/jane.yaml`);
  const refused = await csr("sign", "jane.yaml", "--auto");
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /^csr "jane" is not auto-approved: subject common name "jane" is not allowed\njane\.yaml:1:1: jane is not approved: run csr approve first\n/,
  );
  assert.equal((await csr("new", "jane", "--signer", "example.com/open", "--force")).code, 0);
  const open = Deno.readTextFileSync(`${folder}/jane.yaml`);
  assert.equal((await csr("sign", "jane.yaml", "--auto")).code, 2);
  assert.equal(Deno.readTextFileSync(`${folder}/jane.yaml`), open);
  assert.notEqual(open, before);
});

commandTest("a signer that nobody knows is named with those that there are", async (csr) => {
  assert.equal((await csr("new", "jane", "--signer", "example.com/other")).code, 0);
  assert.equal((await csr("approve", "jane.yaml")).code, 0);
  const unknown = await csr("sign", "jane.yaml");
  assert.equal(unknown.code, 2);
  assert.match(
    unknown.stderr,
    /kubernetes\.io\/kubelet-serving, example\.com\/monitoring, example\.com\/open,/,
  );
});

commandTest("a plain request is signed for a custom signer, and shown with its spec", async (csr) => {
  assert.equal((await csr("new", "scraper-0")).code, 0);
  const terms = ["--signer", MONITORING, "--usages", "client auth", "--at", AT, "--force"];
  assert.equal((await csr("sign", "scraper-0.csr", ...terms)).stdout, "scraper-0.crt  written\n");
  assert.equal((await csr("new", "jane", "--groups", "ops")).code, 0);
  const failed = await csr("sign", "jane.csr", ...terms);
  assert.equal(failed.code, 1);
  assert.match(
    failed.stderr,
    /^jane Failed: SignerValidationFailure: subject organization "ops" is not allowed$/m,
  );
  assert.equal((await csr("show", "jane.csr", "--spec", "cluster.yaml")).code, 0);
});

commandTest(
  "a spec that is refused is refused with its place, and nothing is signed",
  async (csr, folder) => {
    assert.equal((await csr("new", "scraper-0", "--signer", MONITORING)).code, 0);
    assert.equal((await csr("approve", "scraper-0.yaml")).code, 0);
    const before = Deno.readTextFileSync(`${folder}/scraper-0.yaml`);
    Deno.writeTextFileSync(
      `${folder}/cluster.yaml`,
      spec("signers: [{ name: kubernetes.io/x, usages: [any] }]\n"),
    );
    for (const args of [["sign"], ["show", "--spec", "cluster.yaml"]]) {
      const [word = "", ...more] = args;
      const refused = await csr(word, "scraper-0.yaml", ...more);
      assert.equal(refused.code, 2);
      assert.match(
        refused.stderr,
        /^cluster\.yaml:5:19: .*kubernetes\.io and its subdomains belong to Kubernetes$/m,
      );
    }
    assert.match(
      (await csr("sign", "scraper-0.yaml", "--ca", "a", "--ca-key", "b", "--seed", "c")).stderr,
      /--seed, not both/,
    );
    assert.equal(Deno.readTextFileSync(`${folder}/scraper-0.yaml`), before);
  },
);
