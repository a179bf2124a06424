/**
 * Who works for which cluster.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Hand } from "../scripts/write/hand.ts";
import { Hands } from "../scripts/write/hands.ts";
import type { KeyAlgorithm } from "../scripts/spec/scalars.ts";

function keys(count: number, algorithm: KeyAlgorithm = "ECDSA-P256"): KeyAlgorithm[] {
  return Array.from({ length: count }, () => algorithm);
}

/** Hires for clusters, has all of them at hand at once, and tells who works for each. */
async function crewsOf(clusters: readonly KeyAlgorithm[][], jobs = 2): Promise<(readonly Hand[])[]> {
  const hands = new Hands(jobs, () => Promise.resolve());
  try {
    await hands.hire(clusters);
    const { promise, resolve } = Promise.withResolvers<void>();
    const crews = clusters.map((_, number) =>
      hands.with(number, async ({ all }) => {
        await promise;
        return all;
      })
    );
    resolve();
    return await Promise.all(crews);
  } finally {
    hands.close();
  }
}

Deno.test("small clusters of a fleet have one worker each, in equal parts", async () => {
  const crews = await crewsOf(Array.from({ length: 8 }, () => keys(500)));
  assert.deepEqual(crews.map(({ length }) => length), Array.from({ length: 8 }, () => 1));
  const perWorker = Map.groupBy(crews, ([hand]) => hand);
  assert.deepEqual([...perWorker.values()].map(({ length }) => length), [4, 4]);
});

Deno.test("a worker that is done with a cluster is free for the next", async () => {
  const hands = new Hands(2, () => Promise.resolve());
  try {
    await hands.hire(Array.from({ length: 8 }, () => keys(500)));
    const first = await hands.with(0, ({ all }) => Promise.resolve(all));
    const second = await hands.with(1, ({ all }) => Promise.resolve(all));
    assert.deepEqual([first.length, second.length, first[0] === second[0]], [1, 1, true]);
    await assert.rejects(hands.with(2, () => Promise.reject(new Error("x"))), /x/);
    const third = await hands.with(3, ({ all }) => Promise.resolve(all));
    assert.equal(third[0], first[0]);
  } finally {
    hands.close();
  }
});

Deno.test("a cluster that is most of the work has all workers, though it has no more keys than others", async () => {
  const rsa = [keys(20, "RSA-4096"), ...Array.from({ length: 7 }, () => keys(20))];
  assert.deepEqual((await crewsOf(rsa)).map(({ length }) => length), [2, 1, 1, 1, 1, 1, 1, 1]);
  assert.deepEqual((await crewsOf([keys(5000)])).map(({ length }) => length), [2]);
});

Deno.test("little work, and one job, is this thread's own", async () => {
  for (const crews of [await crewsOf([keys(20), keys(20)]), await crewsOf([keys(5000), keys(5000)], 1)]) {
    assert.deepEqual(crews.map(({ length }) => length), [1, 1]);
    assert.equal(crews[0]?.[0], crews[1]?.[0]);
  }
});
