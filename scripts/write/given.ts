/**
 * Secrets that the user brings: tokens and passwords in files that the spec names as `valueFile`.
 *
 * @module
 */
import type { Problem } from "../shared/problem.ts";
import { compareProblems } from "../shared/problem.ts";
import { quote } from "../shared/text.ts";
import { specError } from "../spec/read.ts";
import { formatPath } from "../spec/shape.ts";
import type { Spec } from "../spec/types.ts";

/** More than a header of HTTP may have is no token. */
const LONGEST = 4096;

/** A file's text, or why there is none. */
export type ReadText = (name: string) => string | { readonly reason: string };

/**
 * Reads the secrets that files hold.
 *
 * @param read gives a file's text by the name that the spec gives it
 * @returns secrets by id, such as `token/jane`
 * @throws {HardwayError} `spec-invalid` with the place of each `valueFile` that cannot be used; no value is in it
 */
export function readGiven(spec: Spec, read: ReadText): Map<string, string> {
  const given = new Map<string, string>();
  const problems: Problem[] = [];
  const owners = new Map<string, string>();
  for (const user of spec.users) {
    for (const what of ["token", "password"] as const) {
      const file = user[what]?.valueFile;
      if (file === undefined) continue;
      const refuse = (reason: string): void => {
        const message = `Cannot use ${quote(file.value)} as ${formatPath(file.path)}: ${reason}`;
        problems.push(spec.problem(file.path, message));
      };
      const text = read(file.value);
      if (typeof text !== "string") {
        refuse(text.reason);
        continue;
      }
      const value = text.replace(/\r?\n$/, "");
      const fault = faultOf(what, value);
      // The API server takes the last of two users with one token.
      const owner = what === "token" ? owners.get(value) : undefined;
      if (fault !== undefined) refuse(fault);
      else if (owner !== undefined) refuse(`it holds the token of ${quote(owner)}: expected one of its own`);
      else given.set(`${what}/${user.name}`, value);
      if (what === "token") owners.set(value, user.name);
    }
  }
  if (problems.length > 0) throw specError(problems.sort(compareProblems));
  return given;
}

function faultOf(what: "token" | "password", value: string): string | undefined {
  if (value === "") return "it is empty";
  if (value.length > LONGEST) return `it holds more than ${LONGEST} characters`;
  if (/[\r\n]/.test(value)) return "expected one line";
  if (what === "token" && !/^[!-~]+$/.test(value)) {
    return "expected visible ASCII characters without a space, as a header carries it (RFC 6750)";
  }
  return /\p{Cc}/u.test(value) ? "expected no control characters" : undefined;
}
