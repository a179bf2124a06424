/**
 * Cuts a log into lines as it comes in, whatever it holds, and looks at those that may matter.
 *
 * In: bytes, in parts of any size. Out: groups, and what was passed over. Memory stays bounded: a line that is longer
 * than {@linkcode MAX_LINE} is cut.
 *
 * @module
 */
import { HINTS } from "./families.ts";
import type { Groups } from "./groups.ts";
import { type LogLine, programIn, readLine } from "./lines.ts";
import { recognise, type Sighting } from "./recognise.ts";

/** The most characters of a line that are looked at. */
export const MAX_LINE = 1 << 16;

/** What was in a log. */
export interface LogSummary {
  /** As the user named it. */
  readonly path: string;
  readonly bytes: number;
  /** Lines that were about trust or identity. */
  readonly recognised: number;
  /** Lines that were longer than is looked at. */
  readonly longLines: number;
  /** Whether it holds what is no text. */
  readonly isBinary: boolean;
  /** Whether its first lines have a format that is known; undefined for an empty one. */
  readonly isKnown: boolean | undefined;
  /** Why it was not read to its end. */
  readonly trouble: string | undefined;
}

/** What differs in repeats of one message: ports that clients are given, and the time of a check. */
const VOLATILE = /:(?:3[3-9]|[4-6]\d)\d{3}\b|current time \S+/g;
/** Longer texts are not remembered, in characters. */
const MAX_REMEMBERED = 4096;
/** How many texts are remembered. */
const MAX_MEMORY = 1000;
/** How many of the first lines tell the format. */
const PROBED = 200;

/** Looks at one log. */
export class LogScanner {
  readonly #path: string;
  readonly #at: number;
  readonly #groups: Groups;
  readonly #program: string | undefined;
  readonly #memory = new Map<string, Sighting | "nothing">();
  readonly #decoder = new TextDecoder();
  #rest = "";
  #isCutting = false;
  #bytes = 0;
  #recognised = 0;
  #longLines = 0;
  #isBinary = false;
  #probed = 0;
  #known = 0;

  /**
   * @param path as the user named it; it may say which program's log it is
   * @param at the moment that counts, Unix seconds
   * @param groups where sightings go
   */
  constructor(path: string, at: number, groups: Groups) {
    this.#path = path;
    this.#at = at;
    this.#groups = groups;
    this.#program = programIn(path.slice(path.lastIndexOf("/") + 1));
  }

  /** How many characters wait for the end of their line; never more than {@linkcode MAX_LINE}. */
  get held(): number {
    return this.#rest.length;
  }

  /** Takes the next bytes. */
  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#isBinary ||= bytes.includes(0);
    this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Takes the end. */
  end(trouble?: string): LogSummary {
    this.#take(this.#decoder.decode());
    if (this.#rest !== "") this.#line(this.#rest);
    this.#rest = "";
    return {
      path: this.#path,
      bytes: this.#bytes,
      recognised: this.#recognised,
      longLines: this.#longLines,
      isBinary: this.#isBinary,
      isKnown: this.#probed === 0 ? undefined : this.#known > 0,
      trouble,
    };
  }

  #take(part: string): void {
    let text = part;
    if (this.#isCutting) {
      const end = text.indexOf("\n");
      if (end < 0) return;
      text = text.slice(end + 1);
      this.#isCutting = false;
    }
    text = this.#rest + text;
    const end = text.lastIndexOf("\n");
    const rest = text.slice(end + 1);
    if (rest.length > MAX_LINE) {
      // What stands in front of a long line is looked at, and the rest passed over.
      this.#longLines++;
      this.#line(rest.slice(0, MAX_LINE));
      this.#rest = "";
      this.#isCutting = true;
    } else {
      this.#rest = rest;
    }
    if (end >= 0) this.#lines(text, end);
  }

  /** Whole lines, up to an offset. */
  #lines(text: string, end: number): void {
    if (this.#probed < PROBED) this.#probe(text.slice(0, end));
    HINTS.lastIndex = 0;
    for (;;) {
      const hit = HINTS.exec(text);
      if (hit === null || hit.index >= end) return;
      const start = text.lastIndexOf("\n", hit.index) + 1;
      const found = text.indexOf("\n", hit.index);
      const stop = found < 0 ? text.length : found;
      if (stop - start > MAX_LINE) this.#longLines++;
      this.#line(text.slice(start, Math.min(stop, start + MAX_LINE)));
      HINTS.lastIndex = stop;
    }
  }

  #line(raw: string): void {
    const line = readLine(raw, this.#at);
    const sighting = this.#recall(line);
    if (sighting === undefined) return;
    this.#recognised++;
    this.#groups.add(sighting.time === line.time ? sighting : { ...sighting, time: line.time });
  }

  /** What was said before, but for ports of clients and the time, is not looked at again. */
  #recall(line: LogLine): Sighting | undefined {
    if (line.text.length > MAX_REMEMBERED) return recognise(line, this.#program);
    const key = `${line.program ?? ""} ${line.text.replace(VOLATILE, "")}`;
    const known = this.#memory.get(key);
    if (known !== undefined) return known === "nothing" ? undefined : known;
    const sighting = recognise(line, this.#program);
    if (this.#memory.size >= MAX_MEMORY) this.#memory.clear();
    this.#memory.set(key, sighting ?? "nothing");
    return sighting;
  }

  #probe(text: string): void {
    for (const raw of text.split("\n", PROBED)) {
      if (raw.trim() === "") continue;
      this.#probed++;
      const line = readLine(raw.slice(0, MAX_LINE), this.#at);
      if (line.isKnown || recognise(line, this.#program) !== undefined) this.#known++;
    }
  }
}
