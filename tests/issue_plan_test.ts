/**
 * Issuing a plan: what is yielded and in which order, what `only` leaves out, that keys depend on their labels
 * alone, progress, abortion, and faults of a plan or of a signature.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createPublicKey, X509Certificate } from "node:crypto";
import { Buffer } from "node:buffer";
import type { AuthorityName } from "../scripts/plan/templates.ts";
import type {
  CertificateEntry,
  KeyPairEntry,
  KubeconfigEntry,
  Plan,
  PlanEntry,
} from "../scripts/plan/types.ts";
import { Authorities } from "../scripts/issue/authority.ts";
import type { BatchSignature } from "../scripts/issue/private_key.ts";
import { issueBatch } from "../scripts/issue/batch.ts";
import { type Issued, type IssueOptions, issuePlan } from "../scripts/issue/issue.ts";
import { makeKey } from "../scripts/issue/keys.ts";
import { toHex } from "../scripts/shared/encoding.ts";
import { toPem } from "../scripts/shared/pem.ts";
import { makePause } from "../scripts/shared/pause.ts";

const SEED = { entropy: new Uint8Array(32).fill(7), created: 1767225600 };
const COMMON = { title: "", source: [], generation: 1, keyAlgorithm: "ECDSA-P256", keyPath: "" } as const;

function certificate(id: string, authority: AuthorityName, issuer: string): CertificateEntry {
  const isAuthority = id === issuer;
  return {
    ...COMMON,
    kind: "certificate",
    id,
    authority,
    issuer,
    isAuthority,
    subject: { organizations: [], commonName: id },
    usages: isAuthority ? [] : ["client"],
    dnsNames: [],
    addresses: [],
    notBefore: SEED.created,
    notAfter: SEED.created + 86400,
    certificatePath: "",
  };
}

function kubeconfig(id: string, client: string): KubeconfigEntry {
  return {
    kind: "kubeconfig",
    id,
    title: "",
    source: [],
    authority: "kubernetes",
    client,
    user: client,
    server: "https://10.0.0.1:6443",
    path: "",
  };
}

const SERVICE_ACCOUNT: KeyPairEntry = {
  ...COMMON,
  kind: "key-pair",
  id: "service-account",
  authority: "service-account",
  publicKeyPath: "",
};
const PLAN = planOf(
  certificate("ca", "kubernetes", "ca"),
  certificate("etcd-ca", "etcd", "etcd-ca"),
  SERVICE_ACCOUNT,
  certificate("apiserver", "kubernetes", "ca"),
  certificate("apiserver-etcd-client", "etcd", "etcd-ca"),
  certificate("admin", "kubernetes", "ca"),
  kubeconfig("kubeconfig/admin", "admin"),
);

function planOf(...entries: PlanEntry[]): Plan {
  return { cluster: "lab", entries };
}

function collect(plan: Plan = PLAN, options: IssueOptions = {}): Promise<Issued[]> {
  return Array.fromAsync(issuePlan(plan, SEED, options));
}

/** `id`, with a `+` when only a kubeconfig needs it. */
async function namesOf(...ids: string[]): Promise<string[]> {
  const issued = await collect(PLAN, { only: (id) => ids.includes(id) });
  return issued.map((one) => one.entry.id + (one.selected ? "" : "+"));
}

Deno.test("issuePlan yields every certificate and key pair in the plan's order, and no kubeconfig", async () => {
  const issued = await collect();
  assert.deepEqual(issued.map(({ kind, entry, selected }) => [kind, entry.id, selected]), [
    ["certificate", "ca", true],
    ["certificate", "etcd-ca", true],
    ["key-pair", "service-account", true],
    ["certificate", "apiserver", true],
    ["certificate", "apiserver-etcd-client", true],
    ["certificate", "admin", true],
  ]);
});

Deno.test("issuePlan signs each leaf by its own authority", async () => {
  const certificates = new Map<string, X509Certificate>();
  for (const one of await collect()) {
    if (one.kind !== "certificate") continue;
    certificates.set(one.entry.id, new X509Certificate(toPem("CERTIFICATE", one.certificate)));
  }
  for (
    const [id, issuer, other] of [["apiserver", "ca", "etcd-ca"], ["apiserver-etcd-client", "etcd-ca", "ca"]]
  ) {
    const leaf = certificates.get(id ?? "");
    const [right, wrong] = [issuer, other].map((name) => certificates.get(name ?? "")?.publicKey);
    assert.ok(leaf !== undefined && right !== undefined && wrong !== undefined);
    assert.ok(leaf.verify(right) && !leaf.verify(wrong));
  }
});

Deno.test("issuePlan gives the same bytes twice, and with only some of the entries", async () => {
  const all = await collect();
  assert.deepEqual(await collect(), all);
  assert.deepEqual(await collect(PLAN, { only: (id) => id === "admin" }), all.slice(5));
});

Deno.test("issuePlan yields what is selected, and with a kubeconfig what is embedded in it", async () => {
  assert.deepEqual(await namesOf("apiserver-etcd-client"), ["apiserver-etcd-client"]);
  assert.deepEqual(await namesOf("service-account"), ["service-account"]);
  assert.deepEqual(await namesOf("kubeconfig/admin"), ["ca+", "admin+"]);
  assert.deepEqual(await namesOf("kubeconfig/admin", "admin", "etcd-ca"), ["ca+", "etcd-ca", "admin"]);
  assert.deepEqual(await namesOf("kubeconfig/admin", "ca"), ["ca", "admin+"]);
  assert.deepEqual(await namesOf(), []);
});

Deno.test("issuePlan changes a key with cluster, authority, id and generation, and with nothing else", async () => {
  const entry = certificate("ca", "kubernetes", "ca");
  const keyOf = async (changed: Partial<CertificateEntry>, cluster = "lab"): Promise<string> => {
    const [issued] = await collect({ cluster, entries: [{ ...entry, ...changed }] });
    return toHex(issued?.pkcs8 ?? new Uint8Array());
  };
  const key = await keyOf({});
  assert.equal(
    await keyOf({ dnsNames: ["a"], notAfter: 2e9, subject: { organizations: ["o"], commonName: "c" } }),
    key,
  );
  const others = [
    await keyOf({}, "other"),
    await keyOf({ authority: "etcd" }),
    await keyOf({ id: "ca2", issuer: "ca2" }),
    await keyOf({ generation: 2 }),
  ];
  assert.equal(new Set([key, ...others]).size, 5);
});

Deno.test("issuePlan changes a serial with the content of its certificate", async () => {
  const [ca, , , leaf] = PLAN.entries;
  assert.ok(ca?.kind === "certificate" && leaf?.kind === "certificate");
  const serialWith = async (changed: Partial<CertificateEntry>): Promise<string> => {
    const issued = (await collect(planOf(ca, { ...leaf, ...changed })))[1];
    return issued?.kind === "certificate" ? issued.serial : "";
  };
  const serials = [
    await serialWith({}),
    await serialWith({ notAfter: leaf.notAfter + 1 }),
    await serialWith({ dnsNames: ["a"] }),
    await serialWith({ usages: ["server"] }),
  ];
  assert.equal(new Set(serials).size, 4);
  assert.equal(await serialWith({ title: "another title", keyPath: "x" }), serials[0]);
});

Deno.test("issuePlan gives key pairs whose halves belong together", async () => {
  const [pair] = await collect(planOf(SERVICE_ACCOUNT));
  assert.ok(pair?.kind === "key-pair");
  const half = createPublicKey(toPem("PRIVATE KEY", pair.pkcs8)).export({ format: "der", type: "spki" });
  assert.ok(Buffer.from(pair.spki).equals(half));
});

Deno.test("issuePlan tells its progress out of what it will yield", async () => {
  const told: string[] = [];
  const onProgress = (done: number, total: number): number => told.push(`${done}/${total}`);
  await collect(PLAN, { only: (id) => id === "kubeconfig/admin" || id === "apiserver", onProgress });
  assert.deepEqual(told, ["1/3", "2/3", "3/3"]);
});

Deno.test("issuePlan throws the signal's reason at the next entry after an abort", async () => {
  const controller = new AbortController();
  const reason = new Error("interrupted");
  const seen: string[] = [];
  await assert.rejects(async () => {
    for await (const { entry } of issuePlan(PLAN, SEED, { signal: controller.signal })) {
      seen.push(entry.id);
      controller.abort(reason);
    }
  }, reason);
  assert.deepEqual(seen, ["ca"]);
});

Deno.test("issuePlan lets timers run at least every 100 ms", async () => {
  // So many that they take several slices on any machine.
  const leaves = Array.from({ length: 3000 }, (_, index) => certificate(`user/${index}`, "kubernetes", "ca"));
  let [last, longest] = [performance.now(), 0];
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  await collect(planOf(certificate("ca", "kubernetes", "ca"), ...leaves));
  clearInterval(timer);
  // Twice the promise, for machines under load.
  assert.ok(longest > 0 && longest < 200, `${longest} ms`);
});

Deno.test("issuePlan throws a plain error for plans that contradict themselves", async () => {
  const leaf = certificate("admin", "kubernetes", "ca");
  const faults: readonly (readonly [Plan, string])[] = [
    [planOf(leaf), "The plan has no CA with the id ca"],
    [planOf(kubeconfig("kubeconfig/admin", "admin")), "The plan has no certificate with the id admin"],
    [
      planOf({ ...certificate("ca", "kubernetes", "ca"), issuer: "root" }, leaf),
      "The CA ca is not self-signed",
    ],
  ];
  for (const [plan, message] of faults) {
    await assert.rejects(collect(plan, { only: (id) => id !== "ca" }), { name: "Error", message });
  }
});

/** Authorities of the plan, all signatures from a given one on by another key. */
function withWrongSignatures(good: number, indexes: readonly number[] = []): Authorities {
  let signatures = 0;
  const entries = PLAN.entries.filter((entry): entry is CertificateEntry =>
    entry.kind === "certificate" && entry.isAuthority
  );
  return new Authorities(
    { cluster: "lab", entropy: SEED.entropy, entries },
    makePause(),
    async (algorithm, seed) => {
      const [key, other] = [await makeKey(algorithm, seed), await makeKey(algorithm, new Uint8Array(48))];
      const { batch } = key;
      if (batch === undefined) throw new Error("P-256 signs in batches");
      const signAll = (messages: readonly Uint8Array[]): BatchSignature[] => {
        const [rights, wrongs] = [batch.signAll(messages), other.batch?.signAll(messages)];
        return messages.flatMap((_, index) => {
          // A CA signs its own certificate alone.
          const isWrong = (messages.length > 1 && indexes.includes(index)) || signatures++ >= good;
          return (isWrong ? wrongs : rights)?.[index] ?? [];
        });
      };
      return { ...key, batch: { ...batch, signAll } };
    },
  );
}

Deno.test("issueBatch refuses a CA, and a leaf of each kind, whose signature is wrong", async () => {
  const [ca, , , leaf] = PLAN.entries;
  assert.ok(ca?.kind === "certificate" && leaf?.kind === "certificate");
  for (const [good, id] of [[0, "ca"], [1, "apiserver"]] as const) {
    await assert.rejects(issueBatch(withWrongSignatures(good), [ca, leaf], makePause()), {
      name: "Error",
      message: `The signature of ${id} by ca does not verify`,
    });
  }
  // On P-256 all of a batch are looked at together, each by itself only to name the one.
  const kinds = ["a/0", "a/1", "b/0", "b/1"].map((id) => certificate(id, "kubernetes", "ca"));
  await issueBatch(withWrongSignatures(99), kinds, makePause());
  for (const checksAll of [false, true]) {
    for (const [index, { id }] of kinds.entries()) {
      await assert.rejects(issueBatch(withWrongSignatures(99, [index]), kinds, makePause(), checksAll), {
        message: `The signature of ${id} by ca does not verify`,
      });
    }
  }
});

Deno.test("issueBatch looks at one signature of each kind where they are made one by one", async () => {
  const [ca] = PLAN.entries;
  assert.ok(ca?.kind === "certificate");
  const kinds = ["a/0", "a/1", "b/0", "b/1"].map((id) => certificate(id, "kubernetes", "ca"));
  const source = {
    cluster: "lab",
    entropy: SEED.entropy,
    entries: [{ ...ca, keyAlgorithm: "Ed25519" as const }],
  };
  const withWrong = (wrong: number): Authorities => {
    // The CA's own signature is number 0.
    let number = -1;
    return new Authorities(source, makePause(), async (algorithm, seed) => {
      const [key, other] = [await makeKey(algorithm, seed), await makeKey(algorithm, new Uint8Array(48))];
      return { ...key, sign: (message) => number++ === wrong ? other.sign(message) : key.sign(message) };
    });
  };
  const fails = (index: number): { message: string } => ({
    message: `The signature of ${kinds[index]?.id} by ca does not verify`,
  });
  for (const index of [0, 2]) {
    await assert.rejects(issueBatch(withWrong(index), kinds, makePause()), fails(index));
  }
  for (const index of [1, 3]) {
    await issueBatch(withWrong(index), kinds, makePause());
    await assert.rejects(issueBatch(withWrong(index), kinds, makePause(), true), fails(index));
  }
});
