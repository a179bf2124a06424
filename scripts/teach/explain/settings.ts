/**
 * Flags of programs, and fields of their configurations, as they are written and as the table of flags has them.
 *
 * @module
 */
import { type FlagMeaning, type FlagReference, FLAGS } from "../../inspect/flags/flag_table.ts";
import type { ExplainedFlag, ExplainedSetting } from "./explanation.ts";

/** Whether it is a field of a configuration: those have dots, capitals or brackets, which no flag has. */
export function isField(flag: string): boolean {
  return /[.A-Z[]/.test(flag);
}

/** As a person writes it: `--tls-cert-file`; a field stays as it is. */
export function settingText(flag: string): string {
  return isField(flag) ? flag : `--${flag}`;
}

/** The same with its component. */
export function settingOf({ component, flag }: FlagReference): ExplainedSetting {
  return { component, setting: settingText(flag) };
}

/** What the table says of a flag. */
export function explainFlag(meaning: FlagMeaning): ExplainedFlag {
  return {
    ...settingOf(meaning),
    purpose: meaning.purpose,
    removedIn: meaning.removedIn ?? null,
    acceptedBy: (meaning.authority ?? []).map(settingOf),
  };
}

/**
 * Finds flags by their name, whoever has them.
 *
 * @param name with or without dashes; numbers in brackets stand for every item
 */
export function flagsNamed(name: string): FlagMeaning[] {
  const bare = name.replace(/^--/, "").replace(/=.*$/s, "").replace(/\[\d+\]/g, "[]");
  return FLAGS.filter(({ flag }) => flag === bare);
}
