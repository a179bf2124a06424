/**
 * GeneralNames (RFC 5280 section 4.2.1.6): what subject alternative names and name constraints are made of.
 *
 * @module
 */
import { makeAddress } from "../../shared/address.ts";
import { contextTag, DerError, primitiveTag, Reader, TAG, type Value } from "../der/der.ts";
import { readOid } from "../der/der_values.ts";
import { formatName, latin1, readName } from "./names.ts";

/** One name, of whatever kind. */
export interface GeneralName {
  readonly kind: "dns" | "ip" | "email" | "uri" | "directory" | "id" | "other";
  /** Its text: an address in canonical form, a directory name as `formatName` writes it. */
  readonly value: string;
  /** The octets of its content. */
  readonly content: Uint8Array;
}

const TEXT_KINDS = new Map<number, "email" | "dns" | "uri">([
  [primitiveTag(1), "email"],
  [primitiveTag(2), "dns"],
  [primitiveTag(6), "uri"],
]);

/**
 * Reads one GeneralName.
 *
 * @param value any of its choices
 * @throws {DerError} when a text is not ASCII or an address has no length that addresses have
 */
export function readGeneralName(value: Value): GeneralName {
  const { tag, content, at, contentAt } = value;
  const text = TEXT_KINDS.get(tag);
  if (text !== undefined) {
    if (content.some((octet) => octet >= 0x80)) throw new DerError(at, `a name of ${text} that is not ASCII`);
    return { kind: text, value: latin1(content), content };
  }
  switch (tag) {
    case primitiveTag(7):
      return { kind: "ip", value: ipText(content, at), content };
    case primitiveTag(8):
      return { kind: "id", value: readOid(value), content };
    case contextTag(4): {
      const inner = new Reader(content, contentAt);
      const name = readName(inner.take(TAG.sequence, "a directory name"));
      inner.close("a directory name");
      return { kind: "directory", value: formatName(name), content };
    }
    case contextTag(0):
    case contextTag(3):
    case contextTag(5):
      return { kind: "other", value: value.whole.toHex(), content };
    default:
      throw new DerError(at, `tag 0x${tag.toString(16).padStart(2, "0")}, expected a general name`);
  }
}

/** An address, or for name constraints an address and its mask. */
function ipText(octets: Uint8Array, at: number): string {
  switch (octets.length) {
    case 4:
    case 16:
      return formatAddress(octets);
    case 8:
    case 32: {
      const half = octets.length / 2;
      return `${formatAddress(octets.subarray(0, half))}/${formatAddress(octets.subarray(half))}`;
    }
    default:
      throw new DerError(at, `an IP address of ${octets.length} octets, expected 4 or 16`);
  }
}

function formatAddress(octets: Uint8Array): string {
  return makeAddress(octets.length === 4 ? 4 : 6, BigInt(`0x${octets.toHex()}`)).text;
}
