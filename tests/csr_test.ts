/**
 * The command `csr` as people call it: the guide's story word by word, and what is refused with which exit code.
 */
import assert from "node:assert/strict";
import { type Command, run, SEED, spec } from "./run.ts";

const CLIENT = "kubernetes.io/kube-apiserver-client";
const AT = "2027-01-01T00:00:00Z";

type Csr = (...args: readonly string[]) => Promise<{ code: number; stdout: string; stderr: string }>;

/** A test with a folder that holds a spec and its seed. */
function csrTest(name: string, body: (csr: Csr, folder: string) => Promise<void>): void {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${folder}/cluster.yaml`, spec("users: [{ name: dora, groups: [ops] }]\n"));
      await Deno.writeTextFile(`${folder}/cluster.seed`, `${SEED}\n`, { mode: 0o600 });
      const command: Command = "csr";
      await body((...args) => run(command, args, { cwd: folder }), folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** The names in a folder, without spec and seed. */
function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => !name.startsWith("cluster."))
    .sort();
}

csrTest(
  "the guide's story: server auth fails with Kubernetes' words, client auth is signed",
  async (csr, folder) => {
    const usages = "digital signature,key encipherment,server auth";
    const made = await csr("new", "jane", "--groups", "developers", "--signer", CLIENT, "--usages", usages);
    assert.deepEqual([made.code, made.stdout], [
      0,
      "jane.key  written\njane.csr  written\njane.yaml  written\n",
    ]);
    assert.match(
      made.stderr,
      /^Note: its signer will refuse it: invalid usage for client certificate: server auth$/m,
    );
    assert.deepEqual(namesIn(folder), ["jane.csr", "jane.key", "jane.yaml"]);
    assert.equal((Deno.statSync(`${folder}/jane.key`).mode ?? 0) & 0o777, 0o600);

    const approved = await csr("approve", "jane.yaml", "--at", AT);
    assert.deepEqual([approved.code, approved.stdout], [
      0,
      "certificatesigningrequest.certificates.k8s.io/jane approved\n",
    ]);
    const before = Deno.readTextFileSync(`${folder}/jane.yaml`);
    assert.ok(before.endsWith(`status:
  conditions:
  - lastTransitionTime: "${AT}"
    lastUpdateTime: "${AT}"
    message: This CSR was approved by kubectl certificate approve.
    reason: KubectlApprove
    status: "True"
    type: Approved
`));
    const failed = await csr("sign", "jane.yaml", "--at", AT);
    assert.equal(failed.code, 1);
    assert.match(
      failed.stderr,
      /^jane Failed: SignerValidationFailure: invalid usage for client certificate: server auth\nRemedy: take "server auth" out/,
    );
    assert.equal(
      Deno.readTextFileSync(`${folder}/jane.yaml`),
      `${before}  - lastTransitionTime: "${AT}"
    lastUpdateTime: "${AT}"
    message: "invalid usage for client certificate: server auth"
    reason: SignerValidationFailure
    status: "True"
    type: Failed
`,
    );
    const shown = await csr("show", "jane.yaml");
    assert.match(shown.stdout, /^State +Failed$/m);
    assert.match(shown.stdout, /^Remedy +take "server auth" out of spec\.usages/m);
    // A failed request stays failed.
    assert.equal((await csr("sign", "jane.yaml", "--at", AT)).code, 1);

    const better = "digital signature,key encipherment,client auth";
    assert.equal((await csr("new", "jane", "--usages", better)).code, 3);
    assert.equal((await csr("new", "jane", "--groups", "developers", "--usages", better, "--force")).code, 0);
    assert.equal((await csr("approve", "jane.yaml", "--at", AT)).code, 0);
    const signed = await csr("sign", "jane.yaml", "--at", AT);
    assert.deepEqual([signed.code, signed.stdout, signed.stderr], [0, "jane signed\n", ""]);
    const facts = JSON.parse((await csr("show", "jane.yaml", "-o", "json")).stdout);
    assert.deepEqual([facts.state, facts.subject, facts.refusals], ["Issued", "O=developers, CN=jane", []]);
    assert.deepEqual(facts.certificate, {
      subject: "O=developers, CN=jane",
      notBefore: "2026-12-31T23:55:00Z",
      notAfter: "2027-12-31T23:55:00Z",
    });
    const extracted = await csr("extract", "jane.yaml", "--key", "jane.key", "--kubeconfig");
    assert.equal(extracted.stdout, "jane.crt  written\njane.kubeconfig  written\n");
    assert.equal((Deno.statSync(`${folder}/jane.kubeconfig`).mode ?? 0) & 0o777, 0o600);
    const kubeconfig = Deno.readTextFileSync(`${folder}/jane.kubeconfig`);
    assert.match(kubeconfig, /server: https:\/\/10\.240\.0\.10:6443\n/);
    assert.match(kubeconfig, /current-context: jane@lab\n/);
  },
);

csrTest(
  "the same request, seed and moment give the same certificate, others another",
  async (csr, folder) => {
    assert.equal((await csr("new", "jane")).code, 0);
    const made = Deno.readTextFileSync(`${folder}/jane.yaml`);
    const results: string[] = [];
    for (const at of [AT, AT, "2027-01-02"]) {
      Deno.writeTextFileSync(`${folder}/jane.yaml`, made);
      assert.equal((await csr("approve", "jane.yaml", "--at", AT)).code, 0);
      assert.equal((await csr("sign", "jane.yaml", "--at", at)).code, 0);
      results.push(Deno.readTextFileSync(`${folder}/jane.yaml`));
    }
    assert.equal(results[0], results[1]);
    assert.notEqual(results[0], results[2]);
  },
);

csrTest(
  "a user of the spec keeps the key and the groups, anybody else has a random key",
  async (csr, folder) => {
    const read = (file: string): string => Deno.readTextFileSync(`${folder}/${file}`);
    for (const out of ["a", "b"]) {
      assert.equal((await csr("new", "dora", "--spec", "cluster.yaml", "--out", out)).code, 0);
      assert.equal((await csr("new", "eve", "--spec", "cluster.yaml", "--out", out)).code, 0);
    }
    assert.equal(read("a/dora.key"), read("b/dora.key"));
    assert.equal(read("a/dora.csr"), read("b/dora.csr"));
    assert.notEqual(read("a/eve.key"), read("b/eve.key"));
    assert.match((await csr("show", "a/dora.yaml")).stdout, /^Subject +O=ops, CN=dora$/m);
  },
);

csrTest(
  "a kubelet's request is approved and signed without a person with --auto alone",
  async (csr, folder) => {
    const signer = `${CLIENT}-kubelet`;
    const name = "system:node:node-7";
    assert.equal((await csr("new", name, "--groups", "system:nodes", "--signer", signer)).code, 0);
    const pending = await csr("sign", `${name}.yaml`);
    assert.equal(pending.code, 2);
    assert.match(
      pending.stderr,
      /^system:node:node-7\.yaml:1:1: .* is not approved: run csr approve first$/m,
    );
    assert.equal((await csr("sign", `${name}.yaml`, "--auto")).code, 0);
    const text = Deno.readTextFileSync(`${folder}/${name}.yaml`);
    assert.match(text, /message: Auto approving kubelet client certificate after SubjectAccessReview\.\n/);
    assert.match(text, /reason: AutoApproved\n/);
  },
);

csrTest(
  "bad input ends with 2, the words of Kubernetes and a place, and nothing is written",
  async (csr, folder) => {
    const cases: readonly (readonly [args: readonly string[], words: RegExp])[] = [
      [
        ["new", "bob", "--groups", "system:masters"],
        /^csr: .*with system:masters group is not allowed$/m,
      ],
      [["new", "system:admin"], /names with system: are Kubernetes' own/],
      [["new", "../bob"], /expected 1 to 64 characters that can name a file/],
      [["new", "bob", "--usages", "foo"], /^csr: spec\.usages\[0\]: Unsupported value: "foo"/m],
      [
        ["new", "bob", "--expiration-seconds", "599"],
        /^csr: .*less than 600 seconds \(10 minutes\)$/m,
      ],
      [["new", "bob", "--signer", "kubernetes.io/legacy-unknown"], /the legacy signerName is not allowed/],
      [["new", "bob", "--ip", "10.0.0.300"], /expected an IP address/],
      [["new"], /new takes one operand: expected a name/],
      [["aprove", "x.yaml"], /did you mean approve\?/],
      [["show", "x.yaml", "--auto"], /show has no flag --auto/],
      [["show", "missing.yaml"], /^Cannot read missing\.yaml: no such file/],
      [["sign", "cluster.yaml"], /^cluster\.yaml:1:1: no CertificateSigningRequest/],
      [["export", "apiservr"], /did you mean apiserver\?/],
      [["approve", "x.yaml", "--at", "noon"], /expected a time/],
      [["sign", "x.yaml", "--cluster-signing-duration", "1x"], /expected a duration such as 8760h/],
    ];
    for (const [args, words] of cases) {
      const result = await csr(...args);
      assert.equal(result.code, 2, args.join(" "));
      assert.match(result.stderr, words);
      assert.equal(result.stdout, "");
    }
    assert.deepEqual(namesIn(folder), []);
  },
);

csrTest(
  "a manifest that the API refuses is refused with its place, and stays as it is",
  async (csr, folder) => {
    assert.equal((await csr("new", "jane")).code, 0);
    const good = Deno.readTextFileSync(`${folder}/jane.yaml`);
    const broken: readonly (readonly [find: string | RegExp, replacement: string, words: RegExp])[] = [
      ["client auth", "clientauth", /^jane\.yaml:10:5: spec\.usages\[1\]: Unsupported value: "clientauth"/],
      [
        "  usages:\n",
        "  usages: client auth\n  more:\n",
        /^jane\.yaml:8:11: .*cannot unmarshal string into Go struct field/,
      ],
      [
        /request: .{40}/,
        "request: AAAA",
        /^jane\.yaml:6:12: spec\.request: Invalid value: ".*PEM block type must be/,
      ],
      [/request: .*/, "request: '!'", /^jane\.yaml:6:12: .*illegal base64 data at input byte 0$/m],
      [
        "certificates.k8s.io/v1",
        "certificates.k8s.io/v1beta1",
        /^jane\.yaml:1:13: the server could not find/,
      ],
      ["metadata:\n", "metadata: [\n", /^jane\.yaml:\d+:\d+: no YAML that can be parsed$/m],
      ["kind: C", "kind: X\nkind: C", /^jane\.yaml:3:1: a key that stands twice$/m],
      ["spec:\n", "---\nspec:\n", /^jane\.yaml:1:1: 2 documents, expected one$/m],
    ];
    for (const [find, replacement, words] of broken) {
      const text = good.replace(find, replacement);
      assert.notEqual(text, good);
      Deno.writeTextFileSync(`${folder}/jane.yaml`, text);
      for (const word of ["approve", "deny", "sign"]) {
        const result = await csr(word, "jane.yaml");
        assert.equal(result.code, 2, `${words}`);
        assert.match(result.stderr, words);
      }
      assert.equal(Deno.readTextFileSync(`${folder}/jane.yaml`), text);
    }
  },
);

csrTest("comments, order, modes and JSON stay; what is denied is never approved", async (csr, folder) => {
  assert.equal((await csr("new", "jane")).code, 0);
  const path = `${folder}/jane.yaml`;
  const noted = `# Jane's, of ticket 7\n${Deno.readTextFileSync(path)}`.replace("spec:", "spec: # as asked");
  Deno.writeTextFileSync(path, noted);
  Deno.chmodSync(path, 0o640);
  assert.equal((await csr("deny", "jane.yaml", "--reason", "NotYet", "--message", "Ask again")).code, 0);
  const denied = Deno.readTextFileSync(path);
  assert.ok(denied.startsWith(noted));
  assert.match(denied, /message: Ask again\n +reason: NotYet\n +status: "True"\n +type: Denied\n/);
  assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o640);
  const approved = await csr("approve", "jane.yaml");
  assert.deepEqual([approved.code, approved.stderr], [
    1,
    'error: certificate signing request "jane" is already Denied\n',
  ]);
  assert.equal((await csr("sign", "jane.yaml")).code, 1);
  assert.equal(Deno.readTextFileSync(path), denied);

  const value = {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "jane" },
    spec: {
      request: btoa(Deno.readTextFileSync(`${folder}/jane.csr`)),
      signerName: CLIENT,
      usages: ["client auth"],
    },
  };
  Deno.writeTextFileSync(`${folder}/jane.json`, JSON.stringify(value, null, 4));
  assert.equal((await csr("approve", "jane.json", "--at", AT)).code, 0);
  const text = Deno.readTextFileSync(`${folder}/jane.json`);
  assert.ok(text.startsWith(JSON.stringify(value, null, 4).slice(0, -2)));
  assert.equal(JSON.parse(text).status.conditions[0].reason, "KubectlApprove");
});

csrTest(
  "the lifetime is the request's, within --cluster-signing-duration and the CA's end",
  async (csr, folder) => {
    const cases: readonly (readonly [seconds: string | undefined, longest: string, end: string])[] = [
      [undefined, "1h", "2027-01-01T01:00:00Z"],
      ["7200", "1h", "2027-01-01T01:00:00Z"],
      ["1800", "1h30m", "2027-01-01T00:30:00Z"],
      ["86400", "8760h", "2027-01-01T23:55:00Z"],
      [undefined, "5m", "2027-01-01T00:05:00Z"],
      // The CA of the spec lasts a hundred years of 365 days.
      [undefined, "2000000h", "2125-12-08T00:00:00Z"],
    ];
    for (const [seconds, longest, end] of cases) {
      const asked = seconds === undefined ? [] : ["--expiration-seconds", seconds];
      assert.equal((await csr("new", "jane", "--force", ...asked)).code, 0);
      assert.equal((await csr("approve", "jane.yaml", "--at", AT)).code, 0);
      const signed = await csr("sign", "jane.yaml", "--at", AT, "--cluster-signing-duration", longest);
      assert.equal(signed.code, 0, signed.stderr);
      const facts = JSON.parse((await csr("show", "jane.yaml", "-o", "json")).stdout);
      assert.deepEqual([facts.certificate.notBefore, facts.certificate.notAfter], [
        "2026-12-31T23:55:00Z",
        end,
      ]);
    }
    assert.deepEqual(namesIn(folder), ["jane.csr", "jane.key", "jane.yaml"]);
  },
);

csrTest("a file in place of a folder is told as such, and nothing is written", async (csr, folder) => {
  Deno.writeTextFileSync(`${folder}/afile`, "");
  const { code, stdout, stderr } = await csr("new", "jane", "--out", "afile");
  assert.deepEqual([code, stdout, stderr], [
    2,
    "",
    "Cannot write afile: a file stands where a folder belongs\n",
  ]);
  assert.deepEqual(namesIn(folder), ["afile"]);
});
