/**
 * Certificate policies (RFC 5280 section 4.2.1.4) and proxy certificates (RFC 3820) as OpenSSL writes them.
 *
 * In: readers of the values. Out: indented lines.
 *
 * @module
 */
import { DerError, Reader, TAG, type Value } from "../der/der.ts";
import { readInteger, readOid } from "../der/der_values.ts";
import { indented, readItems, takeObject } from "./layout.ts";
import { longName } from "./objects.ts";
import { numberText, octetsText, rawText } from "./text.ts";

const CPS = "1.3.6.1.5.5.7.2.1";
const USER_NOTICE = "1.3.6.1.5.5.7.2.2";

/** Kinds of string that a notice may have. */
const NOTICE_STRINGS: ReadonlySet<number> = new Set<number>([
  TAG.ia5String,
  TAG.visibleString,
  TAG.bmpString,
  TAG.utf8String,
]);

/**
 * Certificate policies with their qualifiers.
 *
 * @throws {DerError} when they cannot be read
 */
export function policiesText(value: Reader): string {
  return readItems(value, (list) => {
    const policy = list.enter(TAG.sequence, "a policy");
    const name = indented(`Policy: ${takeObject(policy)}`);
    const qualifiers = policy.isAtEnd ? undefined : readItems(policy, qualifierText);
    policy.close("a policy");
    return qualifiers === undefined ? name : `${name}\n${qualifiers.join("\n")}`;
  }).join("\n");
}

function qualifierText(list: Reader): string {
  const fields = list.enter(TAG.sequence, "a policy's qualifier");
  const type = readOid(fields.take(TAG.oid, "the kind of a qualifier"));
  const text = readQualifier(type, fields);
  fields.close("a policy's qualifier");
  return text;
}

function readQualifier(type: string, fields: Reader): string {
  if (type === CPS) return indented(`CPS: ${rawText(fields.take(TAG.ia5String, "an address").content)}`, 2);
  if (type === USER_NOTICE) {
    const notice = fields.enter(TAG.sequence, "a user notice");
    return [indented("User Notice:", 2), ...noticeLines(notice)].join("\n");
  }
  fields.read();
  return indented(`Unknown Qualifier: ${longName(type)}`, 4);
}

function noticeLines(notice: Reader): string[] {
  const reference = notice.enterIf(TAG.sequence);
  const lines = reference === undefined ? [] : referenceLines(reference);
  if (!notice.isAtEnd) lines.push(indented(`Explicit Text: ${noticeString(notice.read())}`, 4));
  notice.close("a user notice");
  // The line of the heading is ended all the same.
  return lines.length === 0 ? [""] : lines;
}

function referenceLines(reference: Reader): string[] {
  const organization = noticeString(reference.read());
  const numbers = readItems(reference, (list) => numberText(readInteger(list.take(TAG.integer, "a number"))));
  reference.close("a notice's reference");
  return [
    indented(`Organization: ${organization}`, 4),
    indented(`Number${numbers.length > 1 ? "s" : ""}: ${numbers.join(", ")}`, 4),
  ];
}

function noticeString({ tag, content, at }: Value): string {
  if (!NOTICE_STRINGS.has(tag)) throw new DerError(at, "a notice that is no string");
  return rawText(content);
}

/**
 * What a proxy certificate may do.
 *
 * @throws {DerError} when it cannot be read
 */
export function proxyText(value: Reader): string {
  const fields = value.enter(TAG.sequence, "a proxy certificate's information");
  const length = fields.takeIf(TAG.integer);
  const policy = fields.enter(TAG.sequence, "a proxy's policy");
  fields.close("a proxy certificate's information");
  const language = takeObject(policy);
  const text = policy.takeIf(TAG.octetString);
  policy.close("a proxy's policy");
  return [
    indented(
      `Path Length Constraint: ${length === undefined ? "infinite" : octetsText(readInteger(length))}`,
    ),
    indented(`Policy Language: ${language}`),
    ...(text === undefined ? [] : [indented(`Policy Text: ${rawText(text.content)}`)]),
  ].join("\n");
}
