/**
 * P-256 in batches: noble says each point, node:crypto each signature. The exceptional cases of the group law have tests
 * of their own, and a fault is shown to be seen.
 */
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, randomBytes, verify } from "node:crypto";
import { Buffer } from "node:buffer";
import { p256 } from "../scripts/shared/npm/curves.ts";
import { fromBytes, invert, invertAll, toBytes32 } from "../scripts/issue/field.ts";
import { multiplyBase, ORDER } from "../scripts/issue/p256.ts";
import { owe, settle } from "../scripts/issue/p256_owed.ts";
import { addPoints, type Affine, Points } from "../scripts/issue/p256_points.ts";
import { makeP256Keys, p256KeyOf } from "../scripts/issue/p256_key.ts";

const PRIME = p256.Point.CURVE().p;

function noble(scalar: bigint): Affine {
  return p256.Point.BASE.multiply(scalar).toAffine();
}

function random(): bigint {
  return fromBytes(randomBytes(32)) % (ORDER - 1n) + 1n;
}

/** So many that the wide table is used afterwards. */
const MANY = Array.from({ length: 1500 }, random);

/** Scalars whose digits or sums are out of the ordinary. */
const EDGES = [
  1n,
  2n,
  3n,
  ORDER - 1n,
  ORDER - 2n,
  (ORDER - 1n) / 2n,
  (ORDER + 1n) / 2n,
  ...Array.from({ length: 255 }, (_, bit) => 1n << BigInt(bit)),
  ...Array.from({ length: 31 }, (_, byte) => (1n << BigInt(8 * byte + 8)) - 1n),
  BigInt(`0x${"ff00".repeat(16)}`) % ORDER,
  BigInt(`0x${"00ff".repeat(16)}`),
  BigInt(`0x${"0f".repeat(32)}`),
];

Deno.test("multiplyBase gives noble's points for edge scalars, with the narrow table and with the wide one", () => {
  // Few scalars first: the narrow table is used as long as it has not paid to make the wide one.
  const few = EDGES.slice(0, 40);
  assert.deepEqual(multiplyBase(few), few.map(noble));
  assert.deepEqual(multiplyBase(EDGES), EDGES.map(noble));
  multiplyBase(MANY);
  assert.deepEqual(multiplyBase(EDGES), EDGES.map(noble));
  assert.ok(settle());
});

Deno.test("multiplyBase gives noble's points for random scalars, in batches of any size", () => {
  for (const size of [0, 1, 2, 3, 15, 16, 17, 255, 256, 257, 1000]) {
    const scalars = Array.from({ length: size }, random);
    assert.deepEqual(multiplyBase(scalars), scalars.map(noble), `${size}`);
    assert.ok(settle());
  }
});

Deno.test("multiplyBase refuses scalars out of range", () => {
  for (const scalar of [0n, ORDER, ORDER + 1n, -1n]) {
    assert.throws(() => multiplyBase([1n, scalar]), /out of range/);
  }
});

Deno.test("multiplyBase and addPoints are right where two points to be added are equal or opposite", () => {
  // The table's digits count from one: digits 255 (256) in even places and 0 (1) in odd ones add up to equal halves.
  const surplus = (1n << 256n) / 255n;
  const equalHalves = (BigInt(`0x${"00ff".repeat(16)}`) + surplus) % ORDER;
  multiplyBase(MANY);
  const scalars = [random(), equalHalves, 7n];
  assert.deepEqual(multiplyBase(scalars), scalars.map(noble));
  assert.ok(settle());

  const [two, three, five] = [noble(2n), noble(3n), noble(5n)];
  const minus = (point: Affine): Affine => ({ x: point.x, y: PRIME - point.y });
  assert.deepEqual(addPoints([two, three]), five);
  assert.deepEqual(addPoints([two]), two);
  assert.deepEqual(addPoints([two, minus(two), three, noble(1n), noble(1n)]), five);
  assert.deepEqual(addPoints([three, three]), noble(6n));
  assert.equal(addPoints([two, minus(two)]), undefined);
  assert.equal(addPoints([]), undefined);
});

Deno.test("Points keeps numbers and adds rows as noble does, for coordinates at the edges too", () => {
  const memory = new Points();
  const numbers = [
    0n,
    1n,
    PRIME - 1n,
    (1n << 29n) - 1n,
    1n << 232n,
    1n << 255n,
    ...Array.from({ length: 500 }, random),
  ];
  const stored = numbers.map((x, index) => ({ x, y: numbers.at(-index - 1) ?? 0n }));
  const at = memory.room(stored.length);
  memory.store(at, stored);
  assert.deepEqual(
    memory.load(at, stored.length),
    stored.map(({ x, y }) => ({ x: x % PRIME, y: y % PRIME })),
  );

  for (const [columns, rows] of [[1, 1], [1, 2], [3, 5], [40, 32], [7, 63]] as const) {
    const scalars = Array.from({ length: columns * rows }, random);
    const start = memory.room(scalars.length);
    memory.store(start, scalars.map(noble));
    assert.ok(memory.addRows(start, columns, rows));
    const sums = Array.from(
      { length: columns },
      (_, column) =>
        scalars.filter((_, index) => index % columns === column).reduce((sum, one) => sum + one, 0n) % ORDER,
    );
    assert.deepEqual(memory.load(start, columns), sums.map(noble));
  }
  memory.store(at, [noble(3n), noble(3n)]);
  assert.equal(memory.addRows(at, 1, 2), false);
});

Deno.test("invertAll inverts each value, and refuses a batch with one that cannot be inverted", () => {
  const values = [1n, 2n, PRIME - 1n, -3n, ...Array.from({ length: 500 }, random)];
  for (const [index, inverse] of invertAll(values, PRIME).entries()) {
    const value = values[index] ?? 0n;
    assert.equal(((value * inverse) % PRIME + PRIME) % PRIME, 1n);
    assert.equal((inverse + PRIME) % PRIME, p256.Point.Fp.inv((value + PRIME) % PRIME));
  }
  assert.deepEqual(invertAll([], PRIME), []);
  assert.throws(() => invertAll([1n, 0n, 2n], PRIME));
  assert.throws(() => invert(PRIME, PRIME));
});

Deno.test("settle sees one wrong point, one wrong scalar and a point too many, and then nothing is owed", () => {
  const scalars = Array.from({ length: 50 }, random);
  const points = multiplyBase(scalars);
  assert.ok(settle());
  const sum = scalars.reduce((total, scalar) => total + scalar, 0n);
  const faults: [bigint, Affine[]][] = [
    [sum, points.with(7, noble(99n))],
    [sum + 1n, points],
    [sum, [...points, noble(1n)]],
    [sum, points.slice(1)],
    [0n, points],
    [sum, []],
  ];
  for (const [total, some] of faults) {
    owe(total, some);
    multiplyBase([5n]);
    assert.equal(settle(), false);
    assert.equal(settle(), true);
  }
  owe(sum, points);
  owe(0n, []);
  assert.equal(settle(), true);
  // What nobody asks for is asked for in the end.
  assert.throws(() => {
    for (let i = 0; i < 200; i++) owe(sum + 1n, points);
  }, /noble does not confirm/);
});

Deno.test("keys of seeds are those that node:crypto reads, public half and all", () => {
  const seeds = Array.from({ length: 300 }, () => randomBytes(48));
  for (const { pkcs8, spki, publicKey } of makeP256Keys(seeds)) {
    const key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
    const derived = createPublicKey(key).export({ format: "der", type: "spki" });
    assert.deepEqual(new Uint8Array(derived), spki);
    assert.deepEqual(spki.slice(-65), publicKey);
  }
  assert.ok(settle());
});

Deno.test("signatures in batches are noble's to the byte, and node:crypto verifies them", () => {
  for (const size of [1, 2, 31, 200]) {
    const scalar = random();
    const key = p256KeyOf(scalar);
    const messages = Array.from({ length: size }, (_, index) => randomBytes(index * 7));
    const signed = key.batch?.signAll(messages) ?? [];
    assert.ok(key.batch?.verifyAll(messages, signed));
    assert.ok(settle());
    const publicKey = createPublicKey({ key: Buffer.from(key.spki), format: "der", type: "spki" });
    for (const [index, { signature }] of signed.entries()) {
      const message = messages[index] ?? Buffer.alloc(0);
      const form = { lowS: false, prehash: true, format: "der" } as const;
      assert.deepEqual(signature, p256.sign(message, toBytes32(scalar), form));
      assert.ok(verify("sha256", message, publicKey, signature));
    }
  }
});

Deno.test("verifyAll and settle see a signature of another message, of another key, exchanged, cut off or bent", () => {
  const [key, other] = [p256KeyOf(random()), p256KeyOf(random())];
  const messages = Array.from({ length: 20 }, () => randomBytes(300));
  const { batch } = key;
  assert.ok(batch !== undefined && other.batch !== undefined);
  const good = [...batch.signAll(messages)];
  const [first, second] = good;
  const [foreign] = other.batch.signAll(messages.slice(0, 1));
  assert.ok(first !== undefined && second !== undefined && foreign !== undefined);
  const bent = first.signature.slice();
  bent[bent.length - 1] = (bent[bent.length - 1] ?? 0) ^ 1;
  const wrong = [
    good.with(0, foreign),
    good.with(0, second).with(1, first),
    good.with(0, { ...first, signature: bent }),
    good.with(0, { ...first, signature: first.signature.slice(0, -1) }),
    good.with(0, { ...first, noncePoint: second.noncePoint }),
    good.with(0, { ...first, noncePoint: { x: first.noncePoint.x, y: PRIME - first.noncePoint.y } }),
    good.slice(1),
  ];
  for (const signatures of wrong) {
    const isGood = batch.verifyAll(messages, signatures);
    assert.equal(settle() && isGood, false);
  }
  assert.ok(batch.verifyAll(messages, good));
  assert.ok(settle());
});
