/**
 * Names that OpenSSL 3.0 has for object identifiers, in its two forms.
 *
 * In: dotted forms. Out: names, or the dotted form of what has none.
 *
 * @module
 */
import { ISO_MEMBER_OBJECTS } from "./objects_iso.ts";
import { OTHER_OBJECTS } from "./objects_other.ts";

/** Algorithms that only later versions of OpenSSL know (RFC 9881). */
const LATER_OBJECTS = `
2.16.840.1.101.3.4.3: 17 id-ml-dsa-44|ML-DSA-44; 18 id-ml-dsa-65|ML-DSA-65; 19 id-ml-dsa-87|ML-DSA-87
`;

/** Short and long names by dotted form. */
const NAMES: ReadonlyMap<string, readonly [string, string]> = new Map(
  [ISO_MEMBER_OBJECTS, OTHER_OBJECTS, LATER_OBJECTS].flatMap((table) =>
    table.trim().split("\n").flatMap((line) => {
      const [arc = "", objects = ""] = line.split(/: (.*)/s);
      return objects.split("; ").map((object): [string, [string, string]] => {
        const [number = "", names = ""] = object.split(/ (.*)/s);
        const [short = "", long = short] = names.split("|");
        return [arc === "" ? number : `${arc}.${number}`, [short, long]];
      });
    })
  ),
);

/** OpenSSL's short name of an object, such as `CN`; the dotted form of an unknown one. */
export function shortName(oid: string): string {
  return NAMES.get(oid)?.[0] ?? oid;
}

/** OpenSSL's long name of an object, such as `X509v3 Key Usage`; the dotted form of an unknown one. */
export function longName(oid: string): string {
  return NAMES.get(oid)?.[1] ?? oid;
}
