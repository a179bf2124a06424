/**
 * Repeats of one thing become one group, with a count and the first and last time. Bounded, however long the log is.
 *
 * @module
 */
import type { Sighting } from "./recognise.ts";

/** What was said many times. */
export interface Group extends Sighting {
  readonly count: number;
  /** Unix seconds; undefined where no line had a time. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/** How many groups are kept; repeats of those are counted all the same. */
const MAX_GROUPS = 1000;

interface Mutable {
  readonly sighting: Sighting;
  count: number;
  first: number | undefined;
  last: number | undefined;
}

/** Groups that grow line by line. */
export class Groups {
  readonly #groups = new Map<string, Mutable>();
  /** Sightings for which there was no room. */
  #dropped = 0;

  /** Counts one more. */
  add(sighting: Sighting): void {
    const key = keyOf(sighting);
    const { time } = sighting;
    const group = this.#groups.get(key);
    if (group === undefined) {
      if (this.#groups.size >= MAX_GROUPS) this.#dropped++;
      else this.#groups.set(key, { sighting, count: 1, first: time, last: time });
      return;
    }
    group.count++;
    if (time === undefined) return;
    if (group.first === undefined || time < group.first) group.first = time;
    if (group.last === undefined || time > group.last) group.last = time;
  }

  /** How many lines found no room in a group. */
  get dropped(): number {
    return this.#dropped;
  }

  /** All groups, in the order in which they appeared. */
  list(): Group[] {
    return [...this.#groups.values()].map(({ sighting, count, first, last }) => ({
      ...sighting,
      count,
      first,
      last,
    }));
  }
}

/** Without what differs from one repeat to the next: ports of clients, and the time of the check. */
function keyOf({ family, role, server, program, client, names }: Sighting): string {
  const { name = "", user = "", file = "", host = "", until = "", serial = "", other = "", why = "" } = names;
  const place = role === "server" ? host : "";
  return [family.name, role, server, program, client, name, user, file, place, until, serial, other, why]
    .join(
      "\0",
    );
}
