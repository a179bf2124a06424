/**
 * SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104) as a WebAssembly module: hardly faster than good JavaScript once that
 * is compiled, but as fast from the first block on, and a MAC is one call that leaves no garbage. `deno task generate` puts
 * it down in `code.ts`; `layout.ts` says what lies where.
 *
 * @module
 */
import { BLOCK_LENGTH, DIGEST_LENGTH, PLACE } from "./layout.ts";
import {
  assemble,
  call,
  type Code,
  define,
  fill,
  i32,
  loadWord,
  repeat,
  storeByte,
  storeWord,
  type Variable,
} from "../wasm/assembler.ts";

const indexes = (length: number): number[] => Array.from({ length }, (_, index) => index);
const at = i32.constant;

/** The first 32 bits of the fractional parts of a root of the first primes. */
function fractions(count: number, root: (prime: number) => number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes.map((prime) => (root(prime) % 1) * 0x100000000 | 0);
}

/** Section 5.3.3: of the square roots of the first 8 primes. */
const INITIAL_STATE = fractions(8, Math.sqrt);
/** Section 4.2.2: of the cube roots of the first 64 primes. */
const ROUND_CONSTANTS = fractions(64, Math.cbrt);

/** Turns the bytes of a word around: memory has the lowest first, SHA-256 the highest. */
function turn(word: Variable): Code {
  return i32.or(
    i32.and(i32.rotateLeft(word.get, at(8)), at(0x00ff00ff)),
    i32.and(i32.rotateRight(word.get, at(8)), at(0xff00ff00)),
  );
}

/** The exclusive or of a word turned right by several numbers of bits (section 4.1.2), the last time shifted. */
function sigma(word: Variable, turns: readonly number[], shift?: number): Code {
  const parts = turns.map((bits) => i32.rotateRight(word.get, at(bits)));
  if (shift !== undefined) parts.push(i32.shr(word.get, at(shift)));
  return parts.reduce((all, part) => i32.xor(all, part));
}

/** The compression function (section 6.2.2), block after block. */
const compress = define("compress", (local, state, start, end) => {
  const words = indexes(16).map(() => local(32));
  const names = indexes(8).map(() => local(32));
  const word = (t: number): Variable => words[t & 15] ?? end;
  const rounds = indexes(64).map((t): Code => {
    // In place of moving every variable to its neighbour's, their names move.
    const name = (i: number): Variable => names[(i - t + 64) & 7] ?? end;
    const [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map(name) as Names;
    const schedule = t < 16 ? [] : word(t).set(i32.add(
      i32.add(word(t).get, sigma(word(t - 2), [17, 19], 10)),
      i32.add(word(t - 7).get, sigma(word(t - 15), [7, 18], 3)),
    ));
    const choice = i32.xor(g.get, i32.and(e.get, i32.xor(f.get, g.get)));
    const majority = i32.or(i32.and(a.get, b.get), i32.and(c.get, i32.or(a.get, b.get)));
    return [
      schedule,
      h.set(i32.add(
        i32.add(i32.add(h.get, sigma(e, [6, 11, 25])), choice),
        i32.add(at(ROUND_CONSTANTS[t] ?? 0), word(t).get),
      )),
      d.set(i32.add(d.get, h.get)),
      h.set(i32.add(i32.add(h.get, sigma(a, [2, 13, 22])), majority)),
    ];
  });
  return repeat(
    [
      words.map((one, i) => [one.set(loadWord(start.get, 4 * i)), one.set(turn(one))]),
      names.map((one, i) => one.set(loadWord(state.get, 4 * i))),
      rounds,
      names.map((one, i) => storeWord(state.get, 4 * i, i32.add(one.get, loadWord(state.get, 4 * i)))),
      start.set(i32.add(start.get, at(BLOCK_LENGTH))),
    ],
    i32.isBelow(start.get, end.get),
  );
});

type Names = [Variable, Variable, Variable, Variable, Variable, Variable, Variable, Variable];

/** The end of a message (section 5.1.1): the bit 1, zeros, and the length in bits in the last eight bytes. */
const finish = define("finish", (local, state, start, end, total, digest) => {
  const [whole, bits] = [local(32), local(32)];
  const lengthBytes = 8;
  return [
    storeByte(end.get, 0, at(0x80)),
    whole.set(i32.add(
      start.get,
      i32.and(
        i32.add(i32.sub(end.get, start.get), at(1 + lengthBytes + BLOCK_LENGTH - 1)),
        at(-BLOCK_LENGTH),
      ),
    )),
    fill(i32.add(end.get, at(1)), at(0), i32.sub(whole.get, i32.add(end.get, at(1)))),
    bits.set(i32.shr(total.get, at(29))),
    storeWord(i32.sub(whole.get, at(8)), 0, turn(bits)),
    bits.set(i32.shl(total.get, at(3))),
    storeWord(i32.sub(whole.get, at(4)), 0, turn(bits)),
    call(COMPRESS, state.get, start.get, whole.get),
    indexes(8).map((i) => [
      bits.set(loadWord(state.get, 4 * i)),
      storeWord(digest.get, 4 * i, turn(bits)),
    ]),
  ];
});

const begin = define(
  "begin",
  (_local, state) => INITIAL_STATE.map((word, i) => storeWord(state.get, 4 * i, at(word))),
);

/** Copies a chaining value. */
function copyState(to: number, from: number): Code {
  return indexes(8).map((i) => storeWord(at(to), 4 * i, loadWord(at(from), 4 * i)));
}

const [INNER_KEY, OUTER_KEY] = [PLACE.key, PLACE.key + DIGEST_LENGTH];

const takeKey = define(
  "takeKey",
  (_local, key) =>
    ([[INNER_KEY, 0x36363636], [OUTER_KEY, 0x5c5c5c5c]] as const).map(([state, mask]) => [
      indexes(16).map((i) =>
        storeWord(at(PLACE.scratch), 4 * i, i32.xor(loadWord(key.get, 4 * i), at(mask)))
      ),
      call(BEGIN, at(state)),
      call(COMPRESS, at(state), at(PLACE.scratch), at(PLACE.scratch + BLOCK_LENGTH)),
    ]),
);

const mac = define("mac", (_local, start, end, digest) => {
  const inner = PLACE.scratch;
  return [
    copyState(PLACE.state, INNER_KEY),
    call(
      FINISH,
      at(PLACE.state),
      start.get,
      end.get,
      i32.add(i32.sub(end.get, start.get), at(BLOCK_LENGTH)),
      at(inner),
    ),
    copyState(PLACE.state, OUTER_KEY),
    call(
      FINISH,
      at(PLACE.state),
      at(inner),
      at(inner + DIGEST_LENGTH),
      at(BLOCK_LENGTH + DIGEST_LENGTH),
      digest.get,
    ),
  ];
});

const FUNCTIONS = [begin, compress, finish, takeKey, mac];
const [BEGIN, COMPRESS, FINISH] = [begin, compress, finish].map((one) => FUNCTIONS.indexOf(one)) as [
  number,
  number,
  number,
];

/** Assembles the module. */
export function assembleSha256(): Uint8Array<ArrayBuffer> {
  return assemble(FUNCTIONS);
}
