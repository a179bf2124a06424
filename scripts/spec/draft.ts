/**
 * The parts of a document that could be understood, each with its place, host ranges already counted out. The
 * cross-checks work on it, also when other parts were refused.
 *
 * @module
 */
import { type Address, type Cidr, parseAddress, parseCidr, sizeOf } from "../shared/address.ts";
import type { SpecInput } from "./definition.ts";
import type { Path } from "./document.ts";
import { formatPath, type Partly } from "./shape.ts";
import type { Located } from "./types.ts";

/** A machine or member as a document gives it, with places. */
export interface DraftMember {
  readonly name: string;
  readonly path: Path;
  /** Where the name stands. */
  readonly namePath: Path;
  readonly addresses: readonly Located<Address>[];
  readonly dnsNames: readonly Located<string>[];
  readonly kubelet: boolean;
  readonly podCIDRs: readonly Located<Cidr>[];
}

/** Reports one problem at a place. */
export type Report = (path: Path, message: string, target?: "key" | "value") => void;

/** Passes on the first problem of each place only: machines of one host range share their places. */
export function oncePerPlace(report: Report): Report {
  const told = new Set<string>();
  return (path, message, target) => {
    const place = path.join("\n");
    if (!told.has(place)) report(path, message, target);
    told.add(place);
  };
}

/** One item of a list that may have holes where an item was refused. */
export type MachineInput = NonNullable<NonNullable<Partly<SpecInput>["controlPlane"]>[number]>;

/** The items of a list that are there, with their places. */
export function located<T>(items: readonly (T | undefined)[] | undefined, path: Path): Located<T>[] {
  return (items ?? []).flatMap((value, index) =>
    value === undefined ? [] : [{ value, path: [...path, index] }]
  );
}

/** Reads the addresses of a list; what is no single address is left to the caller. */
export function locatedAddresses(
  items: readonly (string | undefined)[] | undefined,
  path: Path,
): Located<Address>[] {
  return located(items, path).flatMap(({ value, path }) => {
    const address = parseAddress(value);
    return address === undefined ? [] : [{ value: address, path }];
  });
}

/** ::ffff:0:0, where IPv4-mapped addresses begin: programs read them as IPv4 ones (RFC 4291 section 2.5.5.2). */
const MAPPED = 0xffff00000000n;

/** Reads the CIDRs of a list or of a single value, and refuses those with host bits. */
export function locatedCidrs(
  items: string | readonly (string | undefined)[] | undefined,
  path: Path,
  report: Report,
): Located<Cidr>[] {
  const values = typeof items === "string" ? [{ value: items, path }] : located(items, path);
  return values.flatMap(({ value, path }) => {
    const cidr = parseCidr(value);
    if (cidr === undefined) return [];
    if (cidr.family === 6 && cidr.value <= MAPPED && MAPPED < cidr.value + sizeOf(cidr)) {
      report(
        path,
        `Cannot use "${value}" as ${formatPath(path)}: expected a network without IPv4-mapped addresses`,
      );
      return [];
    }
    if (parseAddress(value.slice(0, value.indexOf("/")))?.value !== cidr.value) {
      report(
        path,
        `Cannot use "${value}" as ${
          formatPath(path)
        }: expected no bits behind the prefix, did you mean "${cidr.text}"?`,
      );
      return [];
    }
    return [{ value: cidr, path }];
  });
}
