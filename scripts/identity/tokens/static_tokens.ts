/**
 * Files of static tokens (`--token-auth-file`), and of passwords (`--basic-auth-file`, up to Kubernetes 1.18), which
 * have the same form: `token,user,uid,"group1,group2"`.
 *
 * In: rows. Out: CSV as Go's encoding/csv reads it back, a secret. What the form cannot hold is told by `checkField`.
 *
 * Sources: Kubernetes documentation, Authenticating, Static token file; `NewCSV` of
 * k8s.io/apiserver/pkg/authentication/token/tokenfile, and `AuthenticateRequest` of request/bearertoken, which takes
 * a token up to its first blank
 *
 * @module
 */

/** One line: who comes in with a token or a password. */
export interface StaticToken {
  /** The token, or the password. Secret. */
  readonly token: string;
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

/** What a file lets in with. */
export type StaticSecret = "token" | "password";

/** The kinds of fields of a line. */
export type StaticTokenField = StaticSecret | "user" | "uid" | "group";

/**
 * What keeps a text from being a field. The message never holds the text.
 *
 * @param kind which field it is
 * @param text what stands in it
 * @returns what is wrong; undefined when the API server reads it back as it is
 */
export function checkField(kind: StaticTokenField, text: string): string | undefined {
  if (text === "") return EMPTY[kind];
  // Quotes would keep a line break, but a reader that goes line by line would not, and Go makes CR LF a LF.
  if (/[\r\n]/.test(text)) return "has a line break";
  if (!text.isWellFormed()) return "is no Unicode text";
  if (kind === "token" && /[\s\p{Cc}]/u.test(text)) {
    return "has a blank or a control character, and a request's header cannot hold such a token";
  }
  return kind === "group" && text.includes(",")
    ? "has a comma, at which the API server cuts the list of groups"
    : undefined;
}

const EMPTY: Readonly<Record<StaticTokenField, string | undefined>> = {
  token: "is empty, and the API server leaves out such a line",
  password: "is empty, and the user would need none",
  user: "is empty",
  uid: undefined,
  group: "is empty",
};

/**
 * Renders a file of static tokens or passwords. Groups are always in quotes; a line without groups has three fields, as
 * an empty fourth one would be a group without a name.
 *
 * @param rows in the order of the file
 * @param what whether `token` is a token or a password
 * @returns whole lines, or nothing for no rows
 * @throws {RangeError} when a field cannot stand there: the message names the line and the kind of the field, not its
 * text
 */
export function renderStaticTokens(rows: readonly StaticToken[], what: StaticSecret = "token"): string {
  return rows.map((row, index) => {
    const { token, user, uid, groups } = row;
    check(index, what, token);
    check(index, "user", user);
    check(index, "uid", uid);
    groups.forEach((group) => check(index, "group", group));
    const last = groups.length === 0 ? "" : `,${inQuotes(groups.join(","))}`;
    return `${[token, user, uid].map(field).join(",")}${last}\n`;
  }).join("");
}

function check(index: number, kind: StaticTokenField, text: string): void {
  const fault = checkField(kind, text);
  if (fault !== undefined) throw new RangeError(`line ${index + 1}: the ${kind} ${fault}`);
}

/** Quotes where Go's own writer has them: in front of a blank too, which some readers leave out. */
function field(text: string): string {
  return /[",]|^\s/.test(text) ? inQuotes(text) : text;
}

function inQuotes(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
