/**
 * What `diagnose` says of one group of messages, as a type.
 *
 * @module
 */
import type { Code } from "../../inspect/verify/findings.ts";
import { compareText } from "../../shared/text.ts";

/** How sure it is: proven by a file, told by the log alone, or one of several. */
export type Confidence = "certain" | "likely" | "possible";

/** One cause. */
export interface Diagnosis {
  /** What kind of message it was, such as `unknown-authority`. */
  readonly family: string;
  /** How many lines said it; 0 for what is predicted from files alone. */
  readonly count: number;
  /** RFC 3339, UTC; null where no line had a time. */
  readonly first: string | null;
  /** RFC 3339, UTC; null where no line had a time. */
  readonly last: string | null;
  /** Who spoke with whom, the one that came first; one program alone for its own files. */
  readonly parties: readonly string[];
  /** A code of `verify`. */
  readonly code: Code;
  /** The file at fault, as this machine sees it, or as the log names it; absent when it is not known. */
  readonly path?: string;
  /** The flag that names it, or the place in it. */
  readonly flag?: string;
  readonly confidence: Confidence;
  /** What happened, and what is wrong with the file. */
  readonly message: string;
  /** What helps: a command, or what to look at in which order. */
  readonly remedy: string;
}

/** With what decides the order. */
export interface Ranked extends Diagnosis {
  readonly score: number;
}

const RANKS: readonly Confidence[] = ["certain", "likely", "possible"];

/** The surest first, then what was said most. */
export function compareRanked(a: Ranked, b: Ranked): number {
  return RANKS.indexOf(a.confidence) - RANKS.indexOf(b.confidence) || b.score - a.score ||
    b.count - a.count ||
    compareText(a.path ?? "", b.path ?? "") || compareText(a.family, b.family);
}

/** Puts together what says the same of the same file. */
export function mergeRanked(all: readonly Ranked[]): Diagnosis[] {
  const found = new Map<string, Ranked>();
  for (const one of [...all].sort(compareRanked)) {
    const key = [one.family, one.code, one.path, one.flag, ...one.parties].join("\0");
    const other = found.get(key);
    found.set(key, other === undefined ? one : together(other, one));
  }
  return [...found.values()].map(({ score: _, ...rest }) => rest);
}

function together(a: Ranked, b: Ranked): Ranked {
  const times = (
    pick: (a: string, b: string) => boolean,
    one: string | null,
    other: string | null,
  ): string | null => one === null || (other !== null && pick(other, one)) ? other : one;
  return {
    ...a,
    count: a.count + b.count,
    first: times((x, y) => x < y, a.first, b.first),
    last: times((x, y) => x > y, a.last, b.last),
  };
}
