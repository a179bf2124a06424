/**
 * Reads files of static tokens (`--token-auth-file`) and of passwords (`--basic-auth-file`, up to Kubernetes 1.18) as
 * the API server does.
 *
 * In: text. Out: users, groups and what is wrong. The tokens and passwords themselves never come out.
 *
 * @module
 */
import { type CsvRecord, readCsv } from "./csv.ts";

/** One user. */
export interface CredentialRow {
  /** Line where the record begins, from 1. */
  readonly line: number;
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

/** What is wrong with a file. */
export interface CredentialProblem {
  readonly line: number;
  /**
   * `unparsable` and `too-few-columns` keep the API server from starting; a row with an `empty` token is left out (an
   * empty password counts); of `duplicate` tokens, or of users in a file of passwords, the last counts.
   */
  readonly kind: "unparsable" | "too-few-columns" | "empty" | "duplicate";
  readonly message: string;
}

/** What a file says. */
export interface CredentialFile {
  /** Rows in the file's order; for a file that stops the API server, those in front of the fault. */
  readonly rows: readonly CredentialRow[];
  readonly problems: readonly CredentialProblem[];
  /** Whether the API server starts with it. */
  readonly isAccepted: boolean;
}

/**
 * Reads a file of static tokens: `token,user,uid` and maybe `"group1,group2"` (Kubernetes: Authenticating, Static token
 * file; `NewCSV` of k8s.io/apiserver/pkg/authentication/token/tokenfile).
 *
 * @param text the file's
 */
export function readTokenFile(text: string): CredentialFile {
  return readCredentials(text, "token");
}

/**
 * Reads a file of passwords: `password,user,uid` and maybe `"group1,group2"` (`NewCSV` of
 * k8s.io/apiserver/plugin/pkg/authenticator/password/passwordfile, removed in 1.19).
 *
 * @param text the file's
 */
export function readPasswordFile(text: string): CredentialFile {
  return readCredentials(text, "password");
}

function readCredentials(text: string, what: "token" | "password"): CredentialFile {
  const { records, fault } = readCsv(text);
  const rows: CredentialRow[] = [];
  const problems: CredentialProblem[] = [];
  const seen = new Map<string, number>();
  for (const { line, fields } of records) {
    const [secret = "", user = "", uid = "", groups] = fields;
    if (fields.length < 3) {
      const message = `${fields.length} columns, expected at least 3: ${what}, user, uid`;
      problems.push({ line, kind: "too-few-columns", message });
      return { rows, problems, isAccepted: false };
    }
    if (secret === "") {
      const effect = what === "token" ? "the row does not count" : "the user needs no password";
      problems.push({ line, kind: "empty", message: `an empty ${what}: ${effect}` });
      if (what === "token") continue;
    }
    const key = what === "token" ? secret : user;
    const before = seen.get(key);
    if (before !== undefined) {
      const same = what === "token" ? "token" : "user";
      problems.push({
        line,
        kind: "duplicate",
        message: `the same ${same} as in line ${before}: this one counts`,
      });
    }
    seen.set(key, line);
    rows.push({ line, user, uid, groups: groups === undefined ? [] : groups.split(",") });
  }
  if (fault !== undefined) {
    problems.push({ line: fault.line, kind: "unparsable", message: fault.reason });
  }
  return { rows, problems, isAccepted: fault === undefined };
}

/**
 * Whether two files of credentials say the same, secrets included, without showing them.
 *
 * @param one a file's text
 * @param other another's
 */
export function sameCredentials(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

function canonical(text: string): string {
  const { records, fault } = readCsv(text);
  return JSON.stringify([records.map(({ fields }: CsvRecord) => fields), fault?.reason]);
}

const NAME = /(?:^|[-_.])(?:known[-_]?)?(?:tokens?|basic[-_]?auth|passwords?)(?:[-_]auth)?\.csv$/i;

/**
 * Guesses whether a file that no flag names holds static tokens or passwords.
 *
 * @param text the file's
 * @param name the file's, without its folder
 * @returns true when each record has three or four columns that look like a secret, a user, an identifier and groups,
 * and either the name says so too, or a group of Kubernetes stands there
 */
export function looksLikeTokenFile(text: string, name = ""): boolean {
  if (text.length > 1_000_000) return false;
  const { records, fault } = readCsv(text);
  if (fault !== undefined || records.length === 0) return false;
  const isNamed = NAME.test(name);
  const hasShape = records.every(({ fields }) => {
    if (fields.length !== 3 && fields.length !== 4) return false;
    const [secret = "", user = "", uid = ""] = fields;
    // Under such a name anything may be a secret but a heading, a mistake too; names of people may have blanks.
    if (isNamed) {
      return !/\s/.test(secret) && user !== "" && user !== "user" && (!/\s/.test(uid) || uid === user);
    }
    // A heading, prose or a table of certificates has blanks, or words where a secret would be.
    return /^[!-~]{8,}$/.test(secret) && /^[!-~]{1,256}$/.test(user) && /^[!-~]{0,128}$/.test(uid);
  });
  if (!hasShape) return false;
  return isNamed ||
    records.some(({ fields: [, user = "", , groups = ""] }) =>
      `${user},${groups}`.split(",").some((one) => one.startsWith("system:"))
    );
}
