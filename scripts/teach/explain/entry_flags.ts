/**
 * Which flags name the files of a line of the catalogue, and the other way round.
 *
 * @module
 */
import { type FlagMeaning, type FlagReference, FLAGS } from "../../inspect/flags/flag_table.ts";
import { ENTRY_FACTS } from "./entry_facts.ts";
import { SECTIONS } from "./sections.ts";

function keyOf({ component, flag }: FlagReference): string {
  return `${component} ${flag}`;
}

const BY_KEY: ReadonlyMap<string, FlagMeaning> = new Map(FLAGS.map((meaning) => [keyOf(meaning), meaning]));

/** Flags by their names, each with the one that it is paired with. */
function withPairs(keys: readonly string[]): FlagMeaning[] {
  return keys.flatMap((key) => {
    const meaning = BY_KEY.get(key);
    if (meaning === undefined) throw new Error(`The table of flags has no "${key}"`);
    const pair = meaning.pairedWith === undefined
      ? undefined
      : BY_KEY.get(`${meaning.component} ${meaning.pairedWith}`);
    return pair === undefined ? [meaning] : [meaning, pair];
  });
}

/** Flags and fields that name the files of a line. */
export function flagsOfEntry(id: string): FlagMeaning[] {
  return withPairs(ENTRY_FACTS[id]?.uses ?? []);
}

/** Flags and fields of a section itself. */
export function flagsOfSection(name: string): FlagMeaning[] {
  return withPairs(SECTIONS[name]?.flags ?? []);
}

const USERS: ReadonlyMap<string, readonly string[]> = gatherUsers();

function gatherUsers(): Map<string, string[]> {
  const users = new Map<string, string[]>();
  const add = (who: string, flags: readonly FlagMeaning[]): void => {
    for (const flag of flags) users.set(keyOf(flag), [...users.get(keyOf(flag)) ?? [], who]);
  };
  for (const id of Object.keys(ENTRY_FACTS)) add(id, flagsOfEntry(id));
  for (const name of Object.keys(SECTIONS)) add(name, flagsOfSection(name));
  return users;
}

/** Ids of the lines whose files a flag names, then sections that are about it. */
export function usersOf(flag: FlagReference): readonly string[] {
  return USERS.get(keyOf(flag)) ?? [];
}
