/**
 * The YAML package has two forms of one code: the one that is loaded must be the quick one, and both must say the same.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as named from "npm:yaml@2.9.1";
import * as seam from "../scripts/shared/npm/yaml.ts";
import { ROOT } from "./run.ts";

/** What a form makes of a text: trees, places of all nodes, errors and warnings. */
function understand(form: Pick<typeof named, "parseAllDocuments" | "visit">, text: string): unknown {
  return form.parseAllDocuments(text, { uniqueKeys: true }).map((document) => {
    const places: unknown[] = [];
    form.visit(document, {
      Node: (_, node) => void places.push([node.constructor.name, node.range]),
    });
    const complaints = [...document.errors, ...document.warnings];
    return {
      places,
      complaints: complaints.map(({ name, code, message, pos }) => ({ name, code, message, pos })),
      value: outcomeOf(() => document.toJS()),
      text: outcomeOf(() => document.toString()),
    };
  });
}

function outcomeOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return String(error);
  }
}

const BROKEN = [
  "a: [1, 2",
  "a: b: c",
  "a: 1\na: 2\n",
  "\tb: 1",
  '"\\x"',
  "*none",
  "a: &x [*x]",
  "--- %\n...\n%YAML 1.1\n---\nyes: no",
  "!t x",
  "? a\n: - b\n  - |\n    text\n  - >-\n    folded\n    text\n",
  "d: 2001-12-14t21:59:43.10-05:00\nn: [0o17, 0x1F, .inf, ~, 1e3]\n",
  "\ufeffa: \u{1f600}\r\nb: 'it''s'\r\n",
];

Deno.test("the form of yaml that loads quickly is loaded, and reads and writes as the one that its exports name", () => {
  assert.notEqual(seam.parseAllDocuments, named.parseAllDocuments);
  const templates = [...Deno.readDirSync(`${ROOT}templates`)].filter(({ name }) => name.endsWith(".yaml"));
  assert.ok(templates.length > 0);
  const texts = templates.map(({ name }) => Deno.readTextFileSync(`${ROOT}templates/${name}`));
  for (const text of [...texts, ...BROKEN]) {
    assert.deepEqual(understand(seam, text), understand(named, text), text);
  }
});
