/**
 * Times and durations as the spec writes them. Everything is UTC, in whole Unix seconds.
 *
 * @module
 */

const TIME = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:Z|([+-])(\d{2}):(\d{2})))?$/;

/** The last end that a certificate can say: one second later is the 9999 form, "no end" (RFC 5280 section 4.1.2.5). */
export const LAST_END = 253402300798;

/**
 * Reads an RFC 3339 time without fractions of a second, or a date, which is its midnight in UTC.
 *
 * @param text such as `2026-01-01T00:00:00Z` or `2026-01-01`
 * @returns Unix seconds, or undefined when the text is no such time or the day does not exist
 */
export function parseTime(text: string): number | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second, , zoneHour, zoneMinute] = match.slice(1).map((part) =>
    Number(part ?? "0")
  ) as [number, number, number, number, number, number, number, number, number];
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const sign = match[7] === "-" ? -1 : 1;
  return date.getTime() / 1000 - sign * (zoneHour * 3600 + zoneMinute * 60);
}

/** Formats Unix seconds as RFC 3339 in UTC, such as `2026-01-01T00:00:00Z`. */
export function formatTime(seconds: number): string {
  const { year, month, day, hour, minute, second } = utcOf(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${
    two(second)
  }Z`;
}

/** A time in UTC; months and days count from 1. */
interface Utc {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const DAY = 86400;
/** Days of 400 years, after which the Gregorian calendar repeats itself. */
const ERA = 146097;
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH = 719468;

/**
 * Splits Unix seconds in the proleptic Gregorian calendar. Years are counted from March, so that a leap day ends one
 * (the usual method; Hatcher, 1984). The platform's Date does the same, after 5 ms for its first time as text.
 */
function utcOf(seconds: number): Utc {
  const days = Math.floor(seconds / DAY);
  const rest = seconds - days * DAY;
  const since = days + EPOCH;
  const era = Math.floor(since / ERA);
  const dayOfEra = since - era * ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // March is 0; five months have 153 days, wherever one begins to count.
  const march = Math.floor((5 * dayOfYear + 2) / 153);
  const month = march < 10 ? march + 3 : march - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * march + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
  };
}

/** Formats Unix seconds as a date in UTC, such as `2026-01-01`. */
export function formatDate(seconds: number): string {
  return formatTime(seconds).slice(0, 10);
}

/** How long something is valid: for a number of seconds from its start, or until a moment. */
export type Validity = { readonly seconds: number } | { readonly until: number };

const UNIT_SECONDS: Readonly<Record<string, number>> = { y: 365 * 86400, d: 86400, h: 3600 };

/**
 * Reads a duration (`10y` of 365 days each, `90d`, `12h`) or an end (a time or a date).
 *
 * @returns the validity, or undefined when the text is neither, or not positive
 */
export function parseValidity(text: string): Validity | undefined {
  const match = /^([1-9]\d{0,6})([ydh])$/.exec(text);
  if (match !== null) return { seconds: Number(match[1]) * (UNIT_SECONDS[match[2] ?? ""] ?? 0) };
  const until = parseTime(text);
  return until === undefined ? undefined : { until };
}

/** The end of a validity that starts at `start`, in Unix seconds. */
export function endOf(validity: Validity, start: number): number {
  return "until" in validity ? validity.until : start + validity.seconds;
}

/** Whether a certificate can say this end. */
export function isSayableEnd(end: number): boolean {
  return end <= LAST_END;
}
