import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import fc from "npm:fast-check@4.10.2";
import { HardwayError, parseSpec, planCluster, provisionInMemory, type SpecInput } from "../mod.ts";
import { SEED } from "./run.ts";

const RUNS = { seed: 20260101 };
const CREATED = 1767225600;

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5})?$/);
const person = fc.oneof(
  fc.constantFrom(
    "jane@example.org",
    "김철수",
    "O'Neil, #1",
    "Zoë",
    "李小龙",
    "a b",
    "{[x]}: y",
    "%41",
    "~",
    "null",
  ),
  fc.stringMatching(/^[A-Za-z0-9@_][A-Za-z0-9@._-]{0,20}$/),
);
const algorithm = fc.constantFrom("ECDSA-P256", "ECDSA-P384", "Ed25519") as fc.Arbitrary<
  "ECDSA-P256" | "ECDSA-P384" | "Ed25519"
>;

/** Valid specs: names and addresses are dealt so that none stands twice. */
const validSpec: fc.Arbitrary<SpecInput> = fc.record({
  names: fc.uniqueArray(label, { minLength: 2, maxLength: 7 }),
  users: fc.uniqueArray(person, { maxLength: 3, selector: (name) => name.toLowerCase() }),
  extras: fc.uniqueArray(person, { maxLength: 2, selector: (name) => name.toLowerCase() }),
  controlPlanes: fc.integer({ min: 1, max: 3 }),
  family: fc.constantFrom("4", "6", "46", "64"),
  kubelet: fc.boolean(),
  separateEtcd: fc.boolean(),
  range: fc.integer({ min: 0, max: 12 }),
  ca: algorithm,
  leaf: algorithm,
  naming: fc.constantFrom("crt", "pem") as fc.Arbitrary<"crt" | "pem">,
  years: fc.integer({ min: 1, max: 300 }),
  sans: fc.uniqueArray(fc.constantFrom("lb.example.org", "*.example.org", "192.0.2.7", "2001:db8::7"), {
    maxLength: 4,
  }),
}).filter(({ names }) => !["admin", "kube-proxy", "kube-scheduler"].some((name) => names.includes(name))).map(
  (given) => {
    const v4 = (last: number): string => `10.240.0.${last}`;
    const v6 = (last: number): string => `fd00:240::${last.toString(16)}`;
    const addresses = (index: number): string[] =>
      [...given.family].map((family) => (family === "4" ? v4 : v6)(index + 10));
    const names = given.names.map((name, index) => `${name}${index}`);
    const controlPlane = names.slice(0, Math.min(given.controlPlanes, names.length - 1));
    const workers = names.slice(controlPlane.length);
    const service = { "4": "10.32.0.0/24", "6": "fd00:32::/112" };
    const pods = { "4": "10.200.0.0/14", "6": "fd00:200::/56" };
    const families = [...given.family] as ("4" | "6")[];
    return {
      name: names[0]?.slice(0, 20).replaceAll("-", "") ?? "lab",
      serviceCIDRs: families.map((family) => service[family]),
      podCIDRs: families.map((family) => pods[family]),
      controlPlane: controlPlane.map((name, index) => ({
        name,
        addresses: addresses(index),
        kubelet: given.kubelet,
      })),
      workers: [
        ...workers.map((name, index) => ({ name, addresses: addresses(50 + index) })),
        ...(given.range === 0 ? [] : [{
          name: `pool-[00-${String(given.range).padStart(2, "0")}]`,
          addresses: families.map((family) => family === "4" ? "10.241.0.0/24" : "fd00:241::/64"),
          podCIDR: families.map((family) => pods[family]),
        }]),
      ],
      etcd: { members: given.separateEtcd ? [{ name: "etcd-0", addresses: addresses(100) }] : [] },
      apiServer: { certSANs: given.sans },
      keys: { ca: given.ca, leaf: given.leaf },
      validity: { ca: `${given.years}y`, leaf: "1y", notBefore: "2026-01-01T00:00:00Z" },
      files: { naming: given.naming },
      users: given.users.map((name) => ({ name, groups: [`group of ${name}`.slice(0, 64)] })),
      certificates: given.extras.map((name) => ({ name, sans: ["extra.example.org"] })),
    };
  },
);

/** What a file system without regard to case or composition takes for one name. */
function fold(path: string): string {
  return path.normalize("NFC").toUpperCase().toLowerCase();
}

Deno.test("any valid spec gives a plan in which no path and no address stands twice", () => {
  fc.assert(
    fc.property(validSpec, (spec) => {
      const parsed = parseSpec(JSON.stringify(spec), "cluster.yaml");
      const plan = planCluster(parsed, CREATED);
      const paths = plan.entries.flatMap((entry) =>
        entry.kind === "kubeconfig"
          ? [entry.path]
          : entry.kind === "certificate"
          ? [entry.certificatePath, entry.keyPath]
          : [entry.keyPath, entry.publicKeyPath]
      );
      assert.equal(new Set(paths.map(fold)).size, paths.length);
      assert.equal(new Set(plan.entries.map((entry) => entry.id)).size, plan.entries.length);
      const machines = [...parsed.controlPlane, ...parsed.workers];
      const addresses = machines.flatMap((machine) => machine.addresses.map((address) => address.text));
      assert.equal(new Set(addresses).size, addresses.length);
    }),
    { ...RUNS, numRuns: 300 },
  );
});

Deno.test("any valid spec gives chains that verify, with serials that differ", async () => {
  await fc.assert(
    fc.asyncProperty(validSpec, async (spec) => {
      const tree = await provisionInMemory(spec, SEED);
      const pem = new Map(
        tree.manifest.files.filter((file) => file.kind === "certificate").map((
          file,
        ) => [file.id, tree.text(file.path)]),
      );
      const serials = new Set<string>();
      for (const entry of tree.plan.entries) {
        if (entry.kind !== "certificate") continue;
        const certificate = new X509Certificate(pem.get(entry.id) ?? "");
        const issuer = new X509Certificate(pem.get(entry.issuer) ?? "");
        assert.ok(certificate.verify(issuer.publicKey), entry.id);
        assert.equal(certificate.issuer, issuer.subject);
        serials.add(`${entry.issuer} ${certificate.serialNumber}`);
      }
      assert.equal(serials.size, pem.size);
    }),
    { ...RUNS, numRuns: 12 },
  );
});

const TEMPLATE = Deno.readTextFileSync(new URL("../templates/cluster.yaml", import.meta.url));
const PIECES = [
  ...[
    "-",
    " ",
    ":",
    "[",
    "]",
    "{",
    "}",
    "\n",
    "\t",
    '"',
    "'",
    "#",
    "&a ",
    "*a",
    "!!str ",
    "|",
    ">",
    "?",
    "@",
    "`",
    "%",
    "\u0000",
  ],
  ...[
    "\u202e",
    "\ud800",
    "\ufeff",
    "0",
    "999999999999",
    "-1",
    "1e9",
    "null",
    "true",
    "~",
    "../",
    "/",
    "__proto__",
    "<<: *a",
    "---\n",
  ],
  ...[
    "fe80::1%eth0",
    "010.0.0.1",
    "10.0.0.0/33",
    "a-[0-99999999]",
    "[0-",
    "::",
    "名前",
    "\r\n",
    "password: hunter2",
  ],
];

Deno.test("any change to a spec gives a plan or a clean refusal, and nothing else", () => {
  let plans = 0;
  let refusals = 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ at: fc.nat(TEMPLATE.length), cut: fc.nat(30), put: fc.constantFrom(...PIECES, "") }),
        { minLength: 1, maxLength: 4 },
      ),
      (changes) => {
        const text = changes.reduce(
          (text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut),
          TEMPLATE,
        );
        try {
          planCluster(parseSpec(text, "cluster.yaml"), CREATED);
          plans++;
        } catch (error) {
          assert.ok(error instanceof HardwayError, Deno.inspect(error));
          assert.equal(error.code, "spec-invalid");
          assert.ok(error.problems.length > 0);
          for (const problem of error.problems) assert.ok(problem.line >= 1 && problem.column >= 1);
          assert.doesNotMatch(error.message, /hunter2|(?!\n)[\p{Cc}\u202e]/u);
          refusals++;
        }
      },
    ),
    { ...RUNS, numRuns: 2500 },
  );
  assert.ok(plans > 100 && refusals > 500, `${plans} plans, ${refusals} refusals`);
});

Deno.test("a spec that is not text at all is refused too", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.throws(() => parseSpec(bytes, "cluster.yaml"), HardwayError);
    }),
    { ...RUNS, numRuns: 500 },
  );
});
