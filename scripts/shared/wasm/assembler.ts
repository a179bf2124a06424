/**
 * A small assembler of WebAssembly: in go functions as expressions, out come the bytes of a module. It knows what whole
 * number arithmetic in loops over memory needs, and no more. Parameters are addresses (i32), and local variables are 64
 * bits wide (i64) unless they are asked for as words (i32).
 *
 * Source: WebAssembly Core Specification 2.0, chapter 5 (binary format)
 *
 * @module
 */
import { encodeUtf8 } from "../encoding.ts";

/** Instructions: bytes and pieces of others, in order. An expression leaves one value, a statement none. */
export type Code = readonly (number | Code)[];

/** A parameter or local variable of a function. */
export interface Variable {
  readonly get: Code;
  set(value: Code): Code;
}

/** Makes a local variable of the function; of 64 bits by default. */
export type Local = (bits?: 32 | 64) => Variable;

/** A function of a module; its parameters are i32, and it returns nothing. */
export interface FunctionText {
  readonly name: string;
  readonly params: number;
  body(local: Local, params: readonly Variable[]): Code;
}

/**
 * Defines a function.
 *
 * @param body gives its text from what makes variables and from its parameters; each one counts
 */
export function define<Params extends Variable[]>(
  name: string,
  body: (local: Local, ...params: Params) => Code,
): FunctionText {
  return { name, params: body.length - 1, body: (local, params) => body(local, ...(params as Params)) };
}

/** Writes out the bytes of code. */
function flatten(code: Code, bytes: number[] = []): number[] {
  for (const piece of code) {
    if (typeof piece === "number") bytes.push(piece);
    else flatten(piece, bytes);
  }
  return bytes;
}

const [I32, I64, NO_RESULT] = [0x7f, 0x7e, 0x40];

/** LEB128 without sign. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value;;) {
    const low = rest & 0x7f;
    rest >>>= 7;
    if (rest === 0) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** LEB128 with a sign. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    // The seventh bit of the last byte is the sign.
    if (rest === -(low >> 6)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

function binary(opcode: number): (left: Code, right: Code) => Code {
  return (left, right) => [left, right, opcode];
}

/** Arithmetic on 64 bits. */
export const i64 = {
  constant: (value: number): Code => [0x42, ...signed(value)],
  add: binary(0x7c),
  sub: binary(0x7d),
  mul: binary(0x7e),
  and: binary(0x83),
  or: binary(0x84),
  shl: binary(0x86),
  /** Keeps the sign. */
  shr: binary(0x87),
};

/** Arithmetic on 32 bits, without sign. */
export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value | 0)],
  add: binary(0x6a),
  sub: binary(0x6b),
  and: binary(0x71),
  or: binary(0x72),
  xor: binary(0x73),
  shl: binary(0x74),
  shr: binary(0x76),
  rotateLeft: binary(0x77),
  rotateRight: binary(0x78),
  /** Whether the left one is less. */
  isBelow: binary(0x49),
};

/** Arithmetic on addresses. */
export const address: Pick<typeof i32, "constant" | "add" | "isBelow"> = i32;

/** Reads a word at any address. */
export function loadWord(at: Code, offset: number): Code {
  return [at, 0x28, 0, unsigned(offset)];
}

/** Writes a word at any address. */
export function storeWord(at: Code, offset: number, value: Code): Code {
  return [at, value, 0x36, 0, unsigned(offset)];
}

/** Writes the low byte of a word. */
export function storeByte(at: Code, offset: number, value: Code): Code {
  return [at, value, 0x3a, 0, unsigned(offset)];
}

/** Fills memory with a byte. */
export function fill(at: Code, value: Code, length: Code): Code {
  return [at, value, length, 0xfc, 0x0b, 0x00];
}

/** Reads 32 bits with their sign into 64. */
export function load32(at: Code, offset: number): Code {
  return [at, 0x34, 2, unsigned(offset)];
}

/** Writes the low 32 bits. */
export function store32(at: Code, offset: number, value: Code): Code {
  return [at, value, 0x3e, 2, unsigned(offset)];
}

/** Reads 64 bits. */
export function load64(at: Code, offset: number): Code {
  return [at, 0x29, 3, unsigned(offset)];
}

/** Writes 64 bits. */
export function store64(at: Code, offset: number, value: Code): Code {
  return [at, value, 0x37, 3, unsigned(offset)];
}

/** Repeats a statement as long as a condition holds after it: at least once. */
export function repeat(statement: Code, condition: Code): Code {
  return [0x03, NO_RESULT, statement, condition, 0x0d, 0, 0x0b];
}

/** Calls a function of the module by its place in it. */
export function call(index: number, ...args: readonly Code[]): Code {
  return [...args, 0x10, unsigned(index)];
}

/** Length first, then the content. */
function vector(items: readonly Code[]): Code {
  return [unsigned(items.length), ...items];
}

function sized(content: Code): Code {
  const bytes = flatten(content);
  return [unsigned(bytes.length), bytes];
}

function section(id: number, content: Code): Code {
  return [id, sized(content)];
}

function assembleFunction({ params, body }: FunctionText): Code {
  const locals: Code[] = [];
  const variable = (index: number): Variable => ({
    get: [0x20, unsigned(index)],
    set: (value) => [value, 0x21, unsigned(index)],
  });
  const local: Local = (bits) => variable(params + locals.push([1, bits === 32 ? I32 : I64]) - 1);
  const text = body(local, Array.from({ length: params }, (_, index) => variable(index)));
  return sized([vector(locals), text, 0x0b]);
}

/**
 * Assembles a module that exports each of its functions by name and takes its memory as `env.memory`.
 *
 * @param functions calls name them by their index
 */
export function assemble(functions: readonly FunctionText[]): Uint8Array<ArrayBuffer> {
  const name = (text: string): Code => sized(Array.from(encodeUtf8(text)));
  const types = [...new Set(functions.map(({ params }) => params))];
  return new Uint8Array(flatten([
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, vector(types.map((params) => [0x60, vector(Array(params).fill([I32])), 0]))),
    section(2, vector([[name("env"), name("memory"), 2, 0, 1]])),
    section(3, vector(functions.map(({ params }) => unsigned(types.indexOf(params))))),
    section(7, vector(functions.map((one, index) => [name(one.name), 0, unsigned(index)]))),
    section(10, vector(functions.map(assembleFunction))),
  ]));
}
