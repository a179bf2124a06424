/**
 * The table of layouts is free of what would make one file stand for another.
 *
 * @module
 */
import assert from "node:assert/strict";
import { LAYOUTS } from "../scripts/render/layouts.ts";
import { placeholderOf } from "../scripts/render/render.ts";

Deno.test("no two files of a component have one placeholder or one path", () => {
  for (const [layout, components] of Object.entries(LAYOUTS)) {
    for (const { name, files } of components) {
      const placeholders = files.map(placeholderOf);
      assert.deepEqual(
        placeholders.filter((placeholder, index) => placeholders.indexOf(placeholder) !== index),
        [],
        `${layout} ${name}`,
      );
      const paths = files.map((file) => file.kind === "copy" ? `${file.to} ${file.part}` : file.to);
      assert.equal(new Set(paths).size, paths.length, `${layout} ${name}`);
    }
  }
});
