/**
 * Static tokens and passwords of people: what the lines of `auth/tokens.csv` and `auth/passwords.csv` can hold.
 *
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file
 *
 * @module
 */
import type { SpecInput } from "./definition.ts";
import type { Path } from "./document.ts";
import { located, type Report } from "./draft.ts";
import { show } from "./identities.ts";
import { reportDuplicates } from "./machines.ts";
import { formatPath, type Partly } from "./shape.ts";
import type { Credential } from "./types.ts";

type GivenUser = Partly<NonNullable<SpecInput["users"]>[number]>;

/** The first minor release whose API server has no `--basic-auth-file` any more. */
const WITHOUT_PASSWORDS = 19;

/** What a user's lines hold. */
export interface Credentials {
  readonly uid: string;
  readonly token?: Credential;
  readonly password?: Credential;
}

/**
 * Reads what a user has beside the certificate.
 *
 * @param name the user's
 * @param kubernetesMinor 37 for 1.37
 */
export function readCredentials(
  user: GivenUser,
  name: string,
  path: Path,
  kubernetesMinor: number,
  report: Report,
): Credentials {
  const token = readCredential(user.token, [...path, "token"]);
  const password = readCredential(user.password, [...path, "password"]);
  const uid = user.uid ?? name;
  if (token === undefined && password === undefined) return { uid };
  for (const { value, path: place } of located(user.groups, [...path, "groups"])) {
    // The fourth field is cut at its commas, whatever the quotes (tokenfile, `NewCSV`).
    if (value.includes(",")) {
      report(
        place,
        `Cannot use ${show(value)} as ${formatPath(place)} of a user with a token or password: ` +
          "expected no comma, which separates groups there",
      );
    }
  }
  if (password !== undefined && kubernetesMinor >= WITHOUT_PASSWORDS) {
    const place = [...path, "password"];
    report(
      place,
      `Cannot use ${formatPath(place)} with Kubernetes 1.${kubernetesMinor}: ` +
        `from 1.${WITHOUT_PASSWORDS} on the API server has no --basic-auth-file`,
      "key",
    );
  }
  if (password !== undefined && name.includes(":")) {
    report(
      [...path, "name"],
      `Cannot use ${show(name)} with a password: expected a name without a colon, which ends it (RFC 7617)`,
    );
  }
  return { uid, ...(token && { token }), ...(password && { password }) };
}

function readCredential(given: GivenUser["token"], path: Path): Credential | undefined {
  if (given === undefined || given === false) return undefined;
  if (given === true || given.valueFile === undefined) return {};
  return { valueFile: { value: given.valueFile, path: [...path, "valueFile"] } };
}

/** Two people of one identifier would be one to whoever looks at identifiers. */
export function reportSameUids(
  users: readonly { readonly uid: string; readonly uidPath: Path; readonly hasFile: boolean }[],
  report: Report,
): void {
  reportDuplicates(
    users.filter(({ hasFile }) => hasFile).map(({ uid, uidPath }) => ({
      key: uid,
      path: uidPath,
      message: (name) => `Duplicate uid ${show(name)}: expected each once (without uid, it is the name)`,
    })),
    report,
  );
}
