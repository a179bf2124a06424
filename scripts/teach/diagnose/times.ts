/**
 * The times that logs write down, with and without a year.
 *
 * @module
 */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** How far a clock may be ahead: a time that is later is last year's. */
const AHEAD = 86400;

/**
 * Reads a time with a year.
 *
 * @param text RFC 3339 or near it, such as `2026-11-26T14:00:00.1Z` or `2026-11-26 14:00:00 UTC`
 * @returns Unix seconds; undefined for anything else
 */
export function timeOf(text: string | undefined): number | undefined {
  const found = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,]\d+)?(Z| UTC|[+-]\d\d:?\d\d)?$/.exec(
    text ?? "",
  );
  if (found === null) return undefined;
  const [, day, clock, zone = "Z"] = found;
  const offset = zone.startsWith("+") || zone.startsWith("-") ? `${zone.slice(0, 3)}:${zone.slice(-2)}` : "Z";
  const time = Date.parse(`${day}T${clock}${offset}`);
  return Number.isNaN(time) ? undefined : time / 1000;
}

/**
 * Reads klog's time: month, day and clock, taken for UTC.
 *
 * @param at the moment that counts, Unix seconds
 */
export function timeOfMonthDay(month: string, day: string, clock: string, at: number): number | undefined {
  const year = Number(new Date(at * 1000).toISOString().slice(0, 4));
  const time = timeOf(`${year}-${month}-${day.padStart(2, "0")}T${clock}Z`);
  if (time === undefined || time <= at + AHEAD) return time;
  return timeOf(`${year - 1}-${month}-${day.padStart(2, "0")}T${clock}Z`);
}

/** Reads the journal's time, such as `Nov 26 14:00:00`. */
export function timeOfMonthName(name: string, day: string, clock: string, at: number): number | undefined {
  const index = MONTHS.indexOf(name);
  return index < 0 ? undefined : timeOfMonthDay(String(index + 1).padStart(2, "0"), day, clock, at);
}
