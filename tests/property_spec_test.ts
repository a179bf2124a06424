/**
 * Any valid spec makes a plan without collisions; any spoilt one makes a plan or a refusal, and never a bug of ours.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { isPathOfOurs, pathsOf } from "../scripts/plan/paths.ts";
import { HardwayError } from "../scripts/shared/errors.ts";
import { formatProblemLine } from "../scripts/shared/problem.ts";
import { mutation, validSpec } from "./arbitraries.ts";
import { load } from "./spec_documents.ts";

const SEED = 20260103;

function folded(path: string): string {
  return path.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
}

Deno.test("any valid spec is planned, and no two paths, ids or addresses collide", () => {
  let entries = 0;
  fc.assert(
    fc.property(validSpec, (input) => {
      const { plan, spec } = load(JSON.stringify(input));
      entries += plan.entries.length;
      const ids = plan.entries.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      const paths = plan.entries.flatMap(pathsOf);
      assert.equal(new Set(paths.map(folded)).size, paths.length);
      for (const path of paths) assert.ok(isPathOfOurs(path), path);
      const machines = [...spec.controlPlane, ...spec.workers];
      const members = spec.etcdMembers.filter(({ name }) =>
        !machines.some((machine) => machine.name === name)
      );
      const addresses = [...machines, ...members].flatMap((machine) =>
        machine.addresses.map(({ text }) => text)
      );
      assert.equal(new Set(addresses).size, addresses.length);
      const pods = machines.flatMap((machine) => machine.podCIDRs.map(({ text }) => text));
      assert.equal(new Set(pods).size, pods.length);
    }),
    { seed: SEED, numRuns: 200 },
  );
  assert.ok(entries > 200 * 20, `Only ${entries} entries were planned`);
});

Deno.test("any valid spec is planned the same from JSON and from YAML in blocks", () => {
  fc.assert(
    fc.property(validSpec, (input) => {
      const json = load(JSON.stringify(input)).plan;
      const yaml = load(toYaml(input, "")).plan;
      const strip = (plan: typeof json): unknown => plan.entries.map(({ source: _, ...entry }) => entry);
      assert.deepEqual(strip(yaml), strip(json));
    }),
    { seed: SEED, numRuns: 50 },
  );
});

Deno.test("any spoilt spec is planned or refused with places, and never breaks us", () => {
  const counts = { planned: 0, refused: 0, unreadable: 0 };
  fc.assert(
    fc.property(
      validSpec,
      fc.array(mutation, { minLength: 1, maxLength: 2 }),
      fc.nat({ max: 3 }),
      (input, mutations, form) => {
        const text = mutations.reduce(
          (before, mutate) => mutate(before),
          form > 0 ? toYaml(input, "") : JSON.stringify(input, null, 1),
        );
        try {
          load(text);
          counts.planned++;
        } catch (error) {
          if (!(error instanceof HardwayError)) throw error;
          assert.equal(error.code, "spec-invalid");
          assert.ok(error.problems.length > 0);
          counts.refused++;
          if (/^Cannot read the/.test(error.problems[0]?.message ?? "")) counts.unreadable++;
          const lines = text.replace(/^\ufeff/, "").split("\n");
          let before = 0;
          for (const problem of error.problems) {
            assert.ok(problem.line >= 1 && problem.line <= lines.length, formatProblemLine(problem));
            const line = lines[problem.line - 1] ?? "";
            assert.ok(
              problem.column >= 1 && problem.column <= Array.from(line).length + 1,
              formatProblemLine(problem),
            );
            assert.ok(problem.line >= before, "The problems are not sorted");
            before = problem.line;
          }
          assert.doesNotMatch(error.message.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        }
      },
    ),
    { seed: SEED, numRuns: 1200 },
  );
  assert.ok(counts.refused > 500, `Only ${counts.refused} were refused`);
  assert.ok(counts.refused - counts.unreadable > 300, `${counts.unreadable} were no YAML`);
  assert.ok(counts.planned > 40, `Only ${counts.planned} were planned`);
});

Deno.test("any bytes at all are refused with places", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.throws(
        () => load(bytes),
        (error) => error instanceof HardwayError && error.code === "spec-invalid",
      );
    }),
    { seed: SEED, numRuns: 300 },
  );
});

Deno.test("any JSON value is planned or refused", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: false }), (value) => {
      assert.throws(() => load(JSON.stringify(value)), (error) => error instanceof HardwayError);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

Deno.test("a valid spec with any value anywhere is planned or refused", () => {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(null, -1, 0, 1e300, "", [], {}, [null], [[]], { name: "a" }, true, "__proto__", [
      "",
      "x",
    ]),
  );
  fc.assert(
    fc.property(validSpec, fc.nat(), anything, (input, which, value) => {
      const text = JSON.stringify(replaceAny(JSON.parse(JSON.stringify(input)), which, value));
      try {
        load(text);
      } catch (error) {
        if (!(error instanceof HardwayError) || error.code !== "spec-invalid") throw error;
      }
    }),
    { seed: SEED, numRuns: 500 },
  );
});

/** Puts a value in the place of one of a document's parts. */
function replaceAny(root: unknown, which: number, value: unknown): unknown {
  const places: (() => void)[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const parent = node as Record<string, unknown>;
    for (const key of Object.keys(parent)) {
      places.push(() => parent[key] = value);
      visit(parent[key]);
    }
  };
  visit(root);
  places[which % places.length]?.();
  return root;
}

/** Writes plain data as YAML in blocks, with every text in quotes but for plain names. */
function toYaml(value: unknown, indent: string): string {
  if (Array.isArray(value) && value.length > 0) {
    return value.map((item) => `${indent}- ${toYaml(item, `${indent}  `).trimStart()}`).join("");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
    return Object.entries(value).map(([key, item]) => {
      const isNested = typeof item === "object" && item !== null && Object.keys(item).length > 0;
      const text = toYaml(item, `${indent}  `);
      return `${indent}${toScalar(key)}:${isNested ? `\n${text}` : ` ${text.trimStart()}`}`;
    }).join("");
  }
  return `${indent}${toScalar(value)}\n`;
}

function toScalar(value: unknown): string {
  const isPlain = typeof value === "string" && /^[a-z][a-z.-]*$/i.test(value) &&
    !/^(true|false|null)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}
