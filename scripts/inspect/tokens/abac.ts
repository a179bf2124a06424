/**
 * Recognises files of ABAC policies (`--authorization-policy-file`): a JSON object a line.
 *
 * https://kubernetes.io/docs/reference/access-authn-authz/abac/ and `NewFromFile` of
 * k8s.io/kubernetes/pkg/auth/authorizer/abac
 *
 * @module
 */

/** A line that cannot be read. */
export interface PolicyFault {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

const POLICY = /^\s*\{.*"apiVersion"\s*:\s*"abac\.authorization\.kubernetes\.io\//;

/** Whether text is policies: its first line that counts is one. */
export function looksLikePolicies(text: string): boolean {
  const [first] = countedLines(text.slice(0, 65536));
  return first !== undefined && POLICY.test(first.text);
}

/** Finds lines that the API server does not take. */
export function policyFaults(text: string): PolicyFault[] {
  return countedLines(text).flatMap(({ line, text }) =>
    isPolicy(text) ? [] : [{ line, reason: "a line that is no policy in JSON" }]
  );
}

function isPolicy(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "kind" in value && value.kind === "Policy";
  } catch {
    return false;
  }
}

/** Without comments and empty lines. */
function countedLines(text: string): { readonly line: number; readonly text: string }[] {
  return text.split("\n").map((one, index) => ({ line: index + 1, text: one.trim() }))
    .filter((one) => one.text !== "" && !one.text.startsWith("#"));
}
