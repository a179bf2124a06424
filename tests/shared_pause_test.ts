import assert from "node:assert/strict";
import { makePause } from "../scripts/shared/pause.ts";

Deno.test("a pause hears a signal that came before, though its slice has just begun, and one that comes later", async () => {
  const before = new AbortController();
  before.abort(new Error("enough"));
  await assert.rejects(makePause(before.signal)(), /enough/);
  const later = new AbortController();
  const pause = makePause(later.signal);
  await pause();
  later.abort(new Error("enough"));
  await assert.rejects(pause(), /enough/);
  await makePause()();
});

Deno.test("a pause lets timers run when its slice is over, and not before", async () => {
  let isHeard = false;
  setTimeout(() => isHeard = true, 0);
  const pause = makePause();
  await pause();
  assert.equal(isHeard, false);
  const end = performance.now() + 200;
  while (performance.now() < end);
  await pause();
  assert.equal(isHeard, true);
});
