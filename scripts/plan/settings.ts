/**
 * What the spec sets by id or pattern: generations and times. The one place that gives each entry its generation,
 * its start and its end.
 *
 * @module
 */
import { compilePattern } from "../shared/pattern.ts";
import { endOf, type Validity } from "../shared/time.ts";
import type { Path } from "../spec/document.ts";
import type { Spec } from "../spec/types.ts";

/** How long before the seed's creation certificates start, in seconds: clocks of a new cluster differ. */
const BACKDATE = 300;

/** Times and generation of one entry. */
export interface Settings {
  readonly generation: number;
  /** Unix seconds. */
  readonly notBefore: number;
  /** Unix seconds. */
  readonly notAfter: number;
  /** Where the document says how long it is valid. */
  readonly validityPath: Path;
}

/**
 * Prepares the settings of a spec.
 *
 * @param spec the cluster
 * @param created the seed's creation, in Unix seconds
 * @returns a function that gives an id its settings; the last pattern that matches wins
 */
export function settingsOf(spec: Spec, created: number): (id: string, isAuthority: boolean) => Settings {
  const notBefore = spec.validity.notBefore ?? created - BACKDATE;
  const overrides = spec.validity.overrides.map((entry) => ({
    ...entry,
    matches: compilePattern(entry.pattern),
  }));
  const generations = spec.generations.map((entry) => ({ ...entry, matches: compilePattern(entry.pattern) }));
  return (id, isAuthority) => {
    const override = overrides.findLast((entry) => entry.matches(id));
    const general = isAuthority ? spec.validity.ca : spec.validity.leaf;
    const validity: Validity = override?.validity ?? general.value;
    return {
      generation: generations.findLast((entry) => entry.matches(id))?.generation ?? 1,
      notBefore,
      notAfter: endOf(validity, notBefore),
      validityPath: override?.path ?? general.path,
    };
  };
}
