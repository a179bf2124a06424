/**
 * Every field that bundles write is one that the release in question can read, by `flags/<minor>.absent.txt`, which
 * `flags.sh` makes from the types of each release. What no release knows is found in `decode_test.ts`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { at, documentsOf } from "./commands.ts";
import { MINORS, render, shapesOf } from "./shapes.ts";

/** Paths of fields that a release does not know. */
function readAbsent(minor: string): Set<string> {
  const [head = "", ...lines] = Deno.readTextFileSync(new URL(`flags/${minor}.absent.txt`, import.meta.url))
    .trimEnd().split("\n");
  assert.match(
    head,
    new RegExp(`^# Fields of Kubernetes v1\\.37\\.\\d+ that v${minor}\\.\\d+ does not know$`),
  );
  return new Set(lines.map((line) => line.replace(/ \w+$/, "")));
}

/** The path of every field of an object, such as `Pod.spec.containers[].image`. */
function pathsOf(path: string, node: unknown): string[] {
  if (Array.isArray(node)) return [path, ...node.flatMap((item) => pathsOf(`${path}[]`, item))];
  if (node === null || typeof node !== "object") return [path];
  return [path, ...Object.entries(node).flatMap(([key, value]) => pathsOf(`${path}.${key}`, value))];
}

/** The paths of every object in a text. */
function fieldsOf(text: string): string[] {
  return documentsOf(text).flatMap((object) => pathsOf(String(at(object, "kind")), object));
}

for (const minor of MINORS) {
  Deno.test(`every field that bundles write is known to Kubernetes ${minor}`, () => {
    const absent = readAbsent(minor);
    const found = new Set<string>();
    for (const { spec } of shapesOf(minor)) {
      for (const { to, text } of render(spec)) {
        if (to.endsWith(".yaml")) fieldsOf(text).forEach((path) => found.add(path));
      }
    }
    assert.deepEqual([...found].filter((path) => absent.has(path)), []);
    for (const path of ["Pod.spec.containers[].image", "KubeletConfiguration.clusterDNS[]"]) {
      assert.ok(found.has(path), path);
    }
    assert.ok(found.size > 200, `Only ${found.size} fields were found`);
  });
}

Deno.test("a field that came later is unknown to the releases before, and known from then on", () => {
  const later = fieldsOf("kind: KubeletConfiguration\ntlsCurvePreferences: [29]\n");
  const knows = MINORS.map((minor) => {
    const absent = readAbsent(minor);
    return !later.some((path) => absent.has(path));
  });
  assert.deepEqual(knows, [false, false, true, true]);
});
