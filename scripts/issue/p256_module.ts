/**
 * Arithmetic modulo the prime of P-256, and additions of points pair by pair, as a WebAssembly module: BigInt takes 0.2
 * microseconds for one multiplication, and this a fraction of it. `deno task generate` puts it down in `p256_code.ts`;
 * `p256_layout.ts` says how numbers lie in memory.
 *
 * Products of limbs add up in 64 bits without a carry in between, and as p = 2^256 - 2^224 + 2^192 + 2^96 - 1 ends in 96
 * ones, the reduction is shifts and additions.
 *
 * @module
 */
import { LIMB_BITS, LIMBS, NUMBER, PLACE, POINT, WORDS } from "./p256_layout.ts";
import {
  address,
  assemble,
  call,
  type Code,
  define,
  i64,
  load32,
  load64,
  loadWord,
  type Local,
  repeat,
  store32,
  store64,
  type Variable,
} from "../shared/wasm/assembler.ts";

/** The powers of two of p above its lowest term, which is -1: the limb that each falls into, its place there, its sign. */
const TERMS = ([[96, 1], [192, 1], [224, -1], [256, 1]] as const).map(([power, sign]) => ({
  limb: Math.floor(power / LIMB_BITS),
  shift: power % LIMB_BITS,
  add: sign > 0 ? i64.add : i64.sub,
  takeAway: sign > 0 ? i64.sub : i64.add,
}));

const at = address.constant;
const indexes = (length: number): number[] => Array.from({ length }, (_, index) => index);
const shl = (value: Code, bits: number): Code => bits === 0 ? value : i64.shl(value, i64.constant(bits));
const shr = (value: Code, bits: number): Code => bits === 0 ? value : i64.shr(value, i64.constant(bits));
const low = (value: Code): Code => i64.and(value, i64.constant(2 ** LIMB_BITS - 1));

/** Reads the limbs of a number into variables. */
function take(local: Local, at: Variable): { readonly code: Code; readonly limbs: readonly Code[] } {
  const limbs = indexes(LIMBS).map(() => local());
  return {
    code: limbs.map((limb, i) => limb.set(load32(at.get, 4 * i))),
    limbs: limbs.map(({ get }) => get),
  };
}

/** out = a * b, in Montgomery's form: the product divided by its factor. */
const multiply = define("multiply", (local, out, a, b) => {
  const [left, right] = [take(local, a), take(local, b)];
  const sum = local();
  const quotients = indexes(LIMBS).map(() => local());
  const code = [left.code, right.code, sum.set(i64.constant(0))];
  for (let column = 0; column < 2 * LIMBS - 1; column++) {
    let total = sum.get;
    for (const [i, limb] of left.limbs.entries()) {
      const other = right.limbs[column - i];
      if (other !== undefined) total = i64.add(total, i64.mul(limb, other));
    }
    // To each of the lower columns so much of p is added that it becomes zero; as p's lowest term is -1, that is as
    // much as stands in it.
    for (const { limb, shift, add } of TERMS) {
      const quotient = quotients[column - limb];
      if (quotient !== undefined) total = add(total, shl(quotient.get, shift));
    }
    code.push(sum.set(total));
    const quotient = quotients[column];
    if (quotient !== undefined) code.push(quotient.set(low(sum.get)));
    else code.push(store32(out.get, 4 * (column - LIMBS), low(sum.get)));
    code.push(sum.set(shr(sum.get, LIMB_BITS)));
  }
  return [...code, store32(out.get, 4 * (LIMBS - 1), sum.get)];
});

/** out = a - b - c, brought back to what may be stored. */
const subtract = define("subtract", (local, out, a, b, c) => {
  const carry = local();
  const code = [carry.set(i64.constant(0))];
  const limbs = indexes(LIMBS).map((i) => {
    const limb = local();
    const difference = i64.sub(i64.sub(load32(a.get, 4 * i), load32(b.get, 4 * i)), load32(c.get, 4 * i));
    code.push(limb.set(i64.add(difference, carry.get)));
    // What stands in the last limb above 2^256 says how often p is to be taken away.
    const isLast = i === LIMBS - 1;
    code.push(carry.set(shr(limb.get, isLast ? 256 - LIMB_BITS * i : LIMB_BITS)));
    if (!isLast) code.push(limb.set(low(limb.get)));
    return limb;
  });
  const results = limbs.map(({ get }, i) => {
    let result = i === 0 ? i64.add(get, carry.get) : get;
    for (const { limb, shift, takeAway } of TERMS) {
      if (limb === i) result = takeAway(result, shl(carry.get, shift));
    }
    return store32(out.get, 4 * i, result);
  });
  return [...code, ...results];
});

/** out = a - b, limb by limb: good for one multiplication, not to be stored. */
const differ = define(
  "differ",
  (_local, out, a, b) =>
    indexes(LIMBS).map((i) => store32(out.get, 4 * i, i64.sub(load32(a.get, 4 * i), load32(b.get, 4 * i)))),
);

/** Copies points one after the other, from addresses in a list of words that ends at `listEnd`. */
const gather = define("gather", (local, list, listEnd, to) => {
  const from = local(32);
  return repeat(
    [
      from.set(loadWord(list.get, 0)),
      indexes(POINT / 8).map((i) => store64(to.get, 8 * i, load64(from.get, 8 * i))),
      list.set(address.add(list.get, at(4))),
      to.set(address.add(to.get, at(POINT))),
    ],
    address.isBelow(list.get, listEnd.get),
  );
});

/** The functions that others call. */
const CALLED = [multiply, subtract, differ];
const MULTIPLY = CALLED.indexOf(multiply);
const SUBTRACT = CALLED.indexOf(subtract);
const DIFFER = CALLED.indexOf(differ);

/** number = number^(2^times). */
const squareTimes = define("squareTimes", (_local, number, times) =>
  repeat(
    [call(MULTIPLY, number.get, number.get, number.get), step(times, -1)],
    address.isBelow(at(0), times.get),
  ));

/** The functions that `invert` calls beside the others. */
const SQUARE_TIMES = CALLED.length;

/**
 * product = 1 / product, by Fermat's theorem: its power to p - 2, which is in hexadecimal ffffffff 00000001 00000000
 * 00000000 00000000 ffffffff ffffffff fffffffd. `powers` is room for six numbers: powers to 2^k - 1 for k = 1, 2, 4 up
 * to 32. Zero stays zero.
 */
const invert = define("invert", (_local, powers) => {
  const power = (i: number): Code => address.add(powers.get, at(i * NUMBER));
  const product = at(PLACE.product);
  const onward = (times: number, i: number): Code => [
    call(SQUARE_TIMES, product, at(times)),
    call(MULTIPLY, product, product, power(i)),
  ];
  return [
    copy(power(0), product),
    [1, 2, 3, 4, 5].map((i) => [onward(2 ** (i - 1), i - 1), copy(power(i), product)]),
    // Two words that end in a one, three of zeros, and the rest from large pieces to small ones.
    onward(32, 0),
    onward(128, 5),
    onward(32, 5),
    [[16, 4], [8, 3], [4, 2], [2, 1], [2, 0]].map(([times = 0, i = 0]) => onward(times, i)),
  ];
});

/** Steps through memory. */
function step(variable: Variable, bytes: number): Code {
  return variable.set(address.add(variable.get, at(bytes)));
}

/** Copies a number that may be stored. */
const copy = (to: Code, from: Code): Code => call(DIFFER, to, from, at(PLACE.zero));

/**
 * The first half of Montgomery's trick: notes in `products` the product of the x differences before each pair of points,
 * and multiplies its own onto it. `rightsEnd` is where the right points end.
 */
const collect = define("collect", (_local, lefts, rights, rightsEnd, products) =>
  repeat(
    [
      copy(products.get, at(PLACE.product)),
      call(DIFFER, at(PLACE.left), rights.get, lefts.get),
      call(MULTIPLY, at(PLACE.product), at(PLACE.product), at(PLACE.left)),
      step(lefts, POINT),
      step(rights, POINT),
      step(products, NUMBER),
    ],
    address.isBelow(rights.get, rightsEnd.get),
  ));

/**
 * The second half, from the last pair to the first: takes each pair's inverse out of the inverse of the product, and
 * puts the sum of its points in the left one's place. `leftsEnd` and the others are where the arrays end.
 *
 * Source: SEC 1 section 2.2.1
 */
const addUp = define("addUp", (_local, lefts, leftsEnd, rightsEnd, productsEnd) => {
  const [x, y] = [leftsEnd.get, address.add(leftsEnd.get, at(NUMBER))];
  const [otherX, otherY] = [rightsEnd.get, address.add(rightsEnd.get, at(NUMBER))];
  const [dx, dy] = [at(PLACE.left), at(PLACE.right)];
  const [slope, newX] = [at(PLACE.slope), at(PLACE.scratch)];
  return repeat(
    [
      step(leftsEnd, -POINT),
      step(rightsEnd, -POINT),
      step(productsEnd, -NUMBER),
      call(DIFFER, dx, otherX, x),
      call(DIFFER, dy, otherY, y),
      call(MULTIPLY, slope, at(PLACE.product), productsEnd.get),
      call(MULTIPLY, at(PLACE.product), at(PLACE.product), dx),
      call(MULTIPLY, slope, slope, dy),
      call(MULTIPLY, newX, slope, slope),
      call(SUBTRACT, newX, newX, x, otherX),
      call(DIFFER, dx, x, newX),
      call(MULTIPLY, dy, slope, dx),
      call(SUBTRACT, y, dy, y, at(PLACE.zero)),
      copy(x, newX),
    ],
    address.isBelow(lefts.get, leftsEnd.get),
  );
});

/** Brings numbers into Montgomery's form, from four 64-bit words each, the lowest first. */
const enter = define("enter", (_local, words, wordsEnd, numbers) => {
  const limb = (i: number): Code => {
    const [word, shift] = [8 * Math.floor(LIMB_BITS * i / 64), LIMB_BITS * i % 64];
    const upper = low(shr(load64(words.get, word), shift));
    const bits = 64 - shift;
    // The shift filled up with the sign.
    if (bits >= LIMB_BITS) return upper;
    const clean = i64.and(upper, i64.constant(2 ** bits - 1));
    return i === LIMBS - 1 ? clean : low(i64.or(clean, shl(load64(words.get, word + 8), bits)));
  };
  return repeat(
    [
      ...indexes(LIMBS).map((i) => store32(at(PLACE.scratch), 4 * i, limb(i))),
      call(MULTIPLY, numbers.get, at(PLACE.scratch), at(PLACE.square)),
      step(words, WORDS),
      step(numbers, NUMBER),
    ],
    address.isBelow(words.get, wordsEnd.get),
  );
});

/** The way back: words of 0 to p, p standing for zero. */
const leave = define("leave", (_local, numbers, numbersEnd, words) => {
  const word = (w: number): Code => {
    const parts = indexes(LIMBS).flatMap((i) => {
      const place = LIMB_BITS * i - 64 * w;
      if (place <= -LIMB_BITS || place >= 64) return [];
      const limb = load32(at(PLACE.scratch), 4 * i);
      return [place < 0 ? shr(limb, -place) : shl(limb, place)];
    });
    return parts.reduce((sum, part) => i64.or(sum, part));
  };
  return repeat(
    [
      call(MULTIPLY, at(PLACE.scratch), numbers.get, at(PLACE.plainOne)),
      ...indexes(WORDS / 8).map((w) => store64(words.get, 8 * w, word(w))),
      step(numbers, NUMBER),
      step(words, WORDS),
    ],
    address.isBelow(numbers.get, numbersEnd.get),
  );
});

/** Assembles the module. */
export function assembleP256(): Uint8Array<ArrayBuffer> {
  return assemble([...CALLED, squareTimes, gather, invert, collect, addUp, enter, leave]);
}
