/**
 * What the spec sets by id or pattern: generations and times. The one place that gives each entry its generation,
 * its start and its end.
 *
 * @module
 */
import { compileLastMatch } from "../shared/pattern.ts";
import { endOf, type Validity } from "../shared/time.ts";
import type { Path } from "../spec/document.ts";
import type { Located, Spec } from "../spec/types.ts";

/** How long before the seed's creation certificates start, in seconds: clocks of a new cluster differ. */
const BACKDATE = 300;

/** Times and generation of one entry. */
export interface Settings {
  readonly generation: number;
  /** Unix seconds. */
  readonly notBefore: number;
  /** Unix seconds. */
  readonly notAfter: number;
}

/**
 * Prepares the settings of a spec.
 *
 * @param spec the cluster
 * @param created the seed's creation, in Unix seconds
 * @returns a function that gives an id its settings; the last pattern that matches wins
 */
export function settingsOf(spec: Spec, created: number): (id: string, isAuthority: boolean) => Settings {
  const notBefore = startOf(spec, created);
  const overrideOf = compileLastMatch(spec.validity.overrides.map(({ pattern }) => pattern));
  const generationOf = generationsOf(spec);
  const own = ownValidities(spec);
  return (id, isAuthority) => {
    const general = isAuthority ? spec.validity.ca : spec.validity.leaf;
    const validity = own.get(id)?.value ?? spec.validity.overrides[overrideOf(id)]?.validity ?? general.value;
    return {
      generation: generationOf(id),
      notBefore,
      notAfter: endOf(validity, notBefore),
    };
  };
}

/** When everything starts, in Unix seconds. */
export function startOf(spec: Spec, created: number): number {
  return spec.validity.notBefore ?? created - BACKDATE;
}

/** Prepares a function that gives the id of a key or secret its generation. */
export function generationsOf(spec: Pick<Spec, "generations">): (id: string) => number {
  const indexOf = compileLastMatch(spec.generations.map(({ pattern }) => pattern));
  return (id) => spec.generations[indexOf(id)]?.generation ?? 1;
}

/** Prepares a function that says where the document tells how long an entry is valid. */
export function validityPathsOf(spec: Spec): (id: string, isAuthority: boolean) => Path {
  const overrideOf = compileLastMatch(spec.validity.overrides.map(({ pattern }) => pattern));
  const own = ownValidities(spec);
  return (id, isAuthority) =>
    own.get(id)?.path ?? spec.validity.overrides[overrideOf(id)]?.path ??
      (isAuthority ? spec.validity.ca : spec.validity.leaf).path;
}

/** What entries say of themselves goes before every pattern. */
function ownValidities({ users }: Spec): ReadonlyMap<string, Located<Validity>> {
  return new Map(
    users.flatMap(({ name, validity }) =>
      validity === undefined ? [] : [[`user/${name}`, validity] as const]
    ),
  );
}
