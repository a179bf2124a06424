/**
 * Bootstrap tokens of a spec: with them new nodes join.
 *
 * https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/
 *
 * @module
 */
import { parseValidity } from "../shared/time.ts";
import type { SpecInput } from "./definition.ts";
import { located, type Report } from "./draft.ts";
import { readGroups, show } from "./identities.ts";
import { reportDuplicates } from "./machines.ts";
import { formatPath, type Partly } from "./shape.ts";
import type { BootstrapToken, Layout } from "./types.ts";

/** As kubeadm's tokens: a day. */
const VALIDITY = { seconds: 86400 };

const LONGEST_NAME = 100;

/** The group that kubeadm's bindings are for. */
const KUBEADM_GROUP = "system:bootstrappers:kubeadm:default-node-token";

/** Reads the bootstrap tokens. */
export function readBootstrapTokens(
  value: Partly<SpecInput>,
  layout: Layout,
  report: Report,
): BootstrapToken[] {
  const tokens = located(value.bootstrapTokens, ["bootstrapTokens"]).flatMap(({ value: token, path }) => {
    if (token.name === undefined) return [];
    if (token.name.length > LONGEST_NAME) {
      const what = `a name of ${token.name.length} characters as ${formatPath([...path, "name"])}`;
      report(
        [...path, "name"],
        `Cannot use ${what}: expected at most ${LONGEST_NAME}, as files are named after it`,
      );
    }
    const groups = token.groups === undefined
      ? layout === "kubeadm" ? [KUBEADM_GROUP] : []
      : readGroups(token.groups, [...path, "groups"], report);
    const usages = located(token.usages, [...path, "usages"]);
    reportDuplicates(
      usages.map((usage) => ({
        key: usage.value,
        path: usage.path,
        message: (name) => `Duplicate usage "${name}": expected each once`,
      })),
      report,
    );
    const wanted = token.usages === undefined
      ? ["authentication" as const, "signing" as const]
      : usages.map(({ value }) => value);
    const validity = token.validity === undefined ? undefined : parseValidity(token.validity);
    const one: BootstrapToken = {
      name: token.name,
      ...(token.description !== undefined && { description: token.description }),
      groups,
      usages: (["authentication", "signing"] as const).filter((usage) => wanted.includes(usage)),
      validity: { value: validity ?? VALIDITY, path: [...path, "validity"] },
    };
    return [{ token: one, path: [...path, "name"] }];
  });
  reportDuplicates(
    tokens.map(({ token, path }) => ({
      key: token.name,
      path,
      message: (name) => `Duplicate bootstrap token ${show(name)}: expected each name once`,
    })),
    report,
  );
  return tokens.map(({ token }) => token);
}
