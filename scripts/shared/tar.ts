/**
 * Tar archives (POSIX.1-2024, pax interchange format), written so that equal contents give equal bytes: one owner, one
 * time, no device numbers. It makes the blocks around the contents; whoever uses it streams them.
 *
 * @module
 */
import { encodeUtf8, joinBytes } from "./encoding.ts";

const BLOCK = 512;
/** What fits into a header's own fields; anything longer, or not ASCII, goes into a pax header. */
const LONGEST_NAME = 100;
const LARGEST_SIZE = 0o77777777777;

/** One member. */
export interface TarMember {
  /** Relative, with `/`; a folder's ends with it. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  /** Length of the contents in bytes, 0 for a folder. */
  readonly size: number;
  /** Unix seconds. */
  readonly mtime: number;
}

/** The blocks in front of a member's contents. */
export function tarHeader(member: TarMember): Uint8Array {
  const isFolder = member.path.endsWith("/");
  const name = encodeUtf8(member.path);
  const fits = name.length <= LONGEST_NAME && /^[\x20-\x7e]+$/.test(member.path);
  if (member.size > LARGEST_SIZE) throw new RangeError(`${member.path} is too large for a tar archive`);
  const own = ustarBlock(fits ? name : name.subarray(0, LONGEST_NAME), isFolder ? "5" : "0", member);
  return fits ? own : joinBytes([...paxBlocks("x", { path: member.path }, member.mtime), own]);
}

/** A header with a comment on the archive as a whole; it goes first. */
export function tarComment(comment: string, mtime: number): Uint8Array {
  return joinBytes(paxBlocks("g", { comment }, mtime));
}

/** The zeros behind a member's contents. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - size % BLOCK) % BLOCK);
}

/** The two empty blocks that end an archive. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * BLOCK);
}

function paxBlocks(type: "x" | "g", records: Readonly<Record<string, string>>, mtime: number): Uint8Array[] {
  const body = joinBytes(Object.entries(records).map(([key, value]) => paxRecord(key, value)));
  const name = encodeUtf8(type === "g" ? "pax_global_header" : "pax_header");
  const header = ustarBlock(name, type, { mode: 0o644, size: body.length, mtime });
  return [header, body, tarPadding(body.length)];
}

/** `length key=value\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Uint8Array {
  const rest = encodeUtf8(` ${key}=${value}\n`);
  let length = rest.length + 1;
  while (String(length).length + rest.length > length) length++;
  return joinBytes([encodeUtf8(String(length)), rest]);
}

function ustarBlock(
  name: Uint8Array,
  type: string,
  { mode, size, mtime }: Pick<TarMember, "mode" | "size" | "mtime">,
): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (offset: number, text: string): void => block.set(encodeUtf8(text), offset);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, "0")}\0`;
  block.set(name);
  put(100, octal(mode, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(size, 11));
  put(136, octal(mtime, 11));
  // While it is summed up, the checksum's own field counts as spaces.
  put(148, "        ");
  put(156, type);
  put(257, "ustar\x0000");
  put(329, octal(0, 7));
  put(337, octal(0, 7));
  put(148, `${octal(block.reduce((sum, byte) => sum + byte, 0), 6)} `);
  return block;
}
