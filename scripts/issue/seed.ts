/**
 * The seed file: in goes its text, out come the entropy and the time of creation, and the other way round. The
 * form is Bech32 (BIP-173), whose checksum finds typing errors. No message holds any part of what the file holds:
 * a wrong file may be another secret.
 *
 * @module
 */
import { concatBytes, toHex } from "../shared/encoding.ts";
import { HardwayError } from "../shared/errors.ts";
import { bech32 } from "../shared/npm/bech32.ts";
import { escapeControls } from "../shared/text.ts";
import { deriveBytes } from "./derive.ts";

/** The one secret of a cluster. */
export interface Seed {
  /** 32 random bytes. */
  readonly entropy: Uint8Array;
  /** When the seed was made, in whole Unix seconds. */
  readonly created: number;
}

const PREFIX = "hardway-seed-";
const START = `${PREFIX}1`.toUpperCase();
const VERSION = 1;
/** The version, eight bytes of time and the entropy. */
const PAYLOAD_LENGTH = 1 + 8 + 32;
const LINE_LENGTH = START.length + Math.ceil(PAYLOAD_LENGTH * 8 / 5) + 6;
/** The last second of the year 9999, the end of what RFC 3339 and RFC 5280 can say. */
const LAST_SECOND = 253402300799;

/**
 * Reads a seed file.
 *
 * @param text the whole file
 * @param file its name as the user typed it, for messages
 * @throws {HardwayError} `seed-invalid` when the text is not exactly one good seed among `#` comments
 */
export function parseSeed(text: string, file: string): Seed {
  const refuse = (message: string): never => {
    throw new HardwayError("seed-invalid", `${escapeControls(file)}: ${message}`);
  };
  const payload = decodeLine(findLine(text, refuse), refuse);
  if (payload.length !== PAYLOAD_LENGTH) {
    refuse(`Cannot use this seed: its length is ${payload.length} bytes, expected ${PAYLOAD_LENGTH}`);
  }
  const created = new DataView(payload.buffer, payload.byteOffset).getBigUint64(1);
  if (created > BigInt(LAST_SECOND)) {
    refuse("Cannot use this seed: its time of creation is beyond the year 9999");
  }
  return { entropy: payload.slice(9), created: Number(created) };
}

/**
 * Formats a seed as its one line, without a line break.
 *
 * @returns 86 characters
 * @throws {RangeError} when the entropy is not 32 bytes or the time is not in the years 1970 to 9999
 */
export function formatSeed(seed: Seed): string {
  if (seed.entropy.length !== 32) throw new RangeError("Cannot format a seed: expected 32 bytes of entropy");
  if (!Number.isInteger(seed.created) || seed.created < 0 || seed.created > LAST_SECOND) {
    throw new RangeError("Cannot format a seed: expected whole seconds from 1970 to 9999");
  }
  const head = new DataView(new ArrayBuffer(9));
  head.setUint8(0, VERSION);
  head.setBigUint64(1, BigInt(seed.created));
  return bech32.encodeFromBytes(PREFIX, concatBytes(new Uint8Array(head.buffer), seed.entropy)).toUpperCase();
}

/** Formats a seed as a whole file: comments for whoever finds it, the line and LF. */
export function formatSeedFile(seed: Seed): string {
  return `# The secret seed of a cluster's PKI, made by hardway.
# Whoever holds it holds every key of the cluster. Keep it secret, and keep a copy offline:
# with it and the spec, the same keys and certificates can be made again at any time.
${formatSeed(seed)}
`;
}

/**
 * Names a seed without telling anything about it: what a manifest records to recognise its seed.
 *
 * @returns 16 hexadecimal digits
 */
export function seedId(seed: Seed): string {
  return toHex(deriveBytes(seed.entropy, "seed-id", 8));
}

function findLine(text: string, refuse: (message: string) => never): string {
  const lines = text.split("\n")
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter((line) => line.text !== "" && !line.text.startsWith("#"));
  for (const line of lines) {
    if (!line.text.toUpperCase().startsWith(START)) {
      refuse(
        `Cannot use line ${line.number} as a seed: expected ${START}... or a comment that starts with #`,
      );
    }
  }
  const [first] = lines;
  if (first === undefined) return refuse(`Cannot find a seed: expected one line that starts with ${START}`);
  if (lines.length > 1) refuse(`Cannot use ${lines.length} seeds: expected one`);
  return first.text;
}

/** Takes the Bech32 apart: case, characters, checksum, version, padding. */
function decodeLine(line: string, refuse: (message: string) => never): Uint8Array<ArrayBuffer> {
  if (line !== line.toUpperCase()) refuse("Cannot use this seed: expected upper-case letters only");
  const wrong = line.slice(START.length).search(/[^QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]/);
  if (wrong >= 0) {
    refuse(
      `Cannot use this seed: character ${START.length + wrong + 1} of its line is none that Bech32 uses`,
    );
  }
  // Never `decode`: its errors quote the seed. No limit, as a later version may be longer than BIP-173 allows.
  const decoded = bech32.decodeUnsafe(line, false);
  if (decoded === undefined) {
    const lengths = line.length === LINE_LENGTH
      ? ""
      : ` (${line.length} characters, expected ${LINE_LENGTH})`;
    return refuse(`Cannot use this seed: the Bech32 checksum does not match${lengths}`);
  }
  // Before padding and length, which are another version's own.
  const version = ((decoded.words[0] ?? 0) << 3) | ((decoded.words[1] ?? 0) >> 2);
  if (decoded.words.length < 2) {
    refuse(`Cannot use this seed: its length is 0 bytes, expected ${PAYLOAD_LENGTH}`);
  }
  if (version !== VERSION) refuse(`Cannot use this seed: its version is ${version}, expected ${VERSION}`);
  const bytes = bech32.fromWordsUnsafe(decoded.words);
  if (bytes === undefined) return refuse("Cannot use this seed: its padding is not zero");
  return new Uint8Array(bytes);
}
