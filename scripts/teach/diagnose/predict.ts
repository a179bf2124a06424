/**
 * What components will say of a tree, where no log is given.
 *
 * In: a tree and its faults. Out: a cause for each fault that stops something, with the words to expect.
 *
 * @module
 */
import type { Code, Finding } from "../../inspect/verify/findings.ts";
import { type Diagnosis, mergeRanked } from "./diagnosis.ts";
import type { Tree } from "./join.ts";
import type { Relation } from "./relations.ts";
import { insteadOf } from "./instead.ts";
import { remedyOf } from "./remedies.ts";

/** Words to expect of whoever meets the fault: as a server shows it, as a client does, as a file of one's own. */
interface Words {
  readonly family: string;
  readonly server?: string;
  readonly client?: string;
  readonly own: string;
}

const EXPECTED: Readonly<Partial<Record<Code, Words>>> = {
  expired: {
    family: "expired",
    server: "x509: certificate has expired or is not yet valid",
    client: "Unauthorized; the server logs: x509: certificate has expired or is not yet valid",
    own: "x509: certificate has expired or is not yet valid",
  },
  "not-yet-valid": {
    family: "not-yet-valid",
    own: "x509: certificate has expired or is not yet valid: current time is before",
  },
  "wrong-issuer": {
    family: "unknown-authority",
    client: "Unauthorized; the server logs: x509: certificate signed by unknown authority",
    own: "x509: certificate signed by unknown authority",
  },
  "kubeconfig-stale": { family: "unknown-authority", own: "x509: certificate signed by unknown authority" },
  "key-mismatch": { family: "key-mismatch", own: "tls: private key does not match public key" },
  "not-a-ca": { family: "unknown-authority", own: "x509: certificate signed by unknown authority" },
  "ca-as-leaf": { family: "key-usage", own: "x509: certificate specifies an incompatible key usage" },
  "eku-missing": { family: "key-usage", own: "x509: certificate specifies an incompatible key usage" },
  "san-missing": { family: "name-mismatch", own: "x509: certificate is valid for ..., not ..." },
  "kubeconfig-server": { family: "name-mismatch", own: "x509: certificate is valid for ..., not ..." },
  "san-absent": { family: "common-name-only", own: "x509: certificate is not valid for any names" },
  "weak-signature": { family: "weak-signature", own: "x509: cannot verify signature: insecure algorithm" },
  unparsable: {
    family: "unreadable",
    own: "failed to find any PEM data, or data does not contain any valid certificates",
  },
  "missing-file": { family: "missing-file", own: "no such file or directory" },
  "missing-flag": { family: "missing-flag", own: "is a required flag, or should be specified together" },
  "shared-requestheader-ca": { family: "front-proxy-shared", own: "contain overlapping certificates" },
  "signing-file-bundle": { family: "multiple-certificates", own: "expected 1 certificate, found 2" },
  "sa-key-mismatch": { family: "token-signature", own: "invalid bearer token; Unauthorized" },
  "plain-etcd": { family: "plain-http", own: "tls: first record does not look like a TLS handshake" },
  "cn-wrong": { family: "wrong-identity", own: 'is forbidden: User "..." cannot ...' },
  "organization-wrong": { family: "node-denied", own: 'is forbidden: User "system:node:..." cannot ...' },
  "bad-serial": { family: "unreadable", own: "x509: negative serial number" },
  "key-encrypted": { family: "unreadable", own: "tls: failed to parse private key" },
  revoked: {
    family: "revoked",
    own: "nothing in Kubernetes; etcd: x509: certificate revoked, with --client-crl-file",
  },
};

/** What will be said, the worst first. */
export function predict({ facts, findings, relations }: Tree): Diagnosis[] {
  return mergeRanked(findings.flatMap((one) => {
    const words = one.severity === "error" ? EXPECTED[one.code] : undefined;
    if (words === undefined) return [];
    const { code, path, flag, message } = one;
    const relation = (relations.get(path) ?? []).find((each) => each.program !== undefined);
    const parties = partiesOf(relation, one, tree(facts.uses, path));
    const speaker = relation?.part === "client-trust" ? relation.server : parties[0] ?? "a component";
    const said =
      (relation?.part === "shown" ? words.server : relation?.part === "client" ? words.client : undefined) ??
        words.own;
    const reader = tree(facts.uses, path) ?? relation?.program;
    return [{
      family: words.family,
      count: 0,
      first: null,
      last: null,
      parties,
      code,
      path,
      ...(flag !== null && { flag }),
      confidence: "likely" as const,
      message: `${message}. Expect of ${speaker}: ${said}`,
      remedy: remedyOf({
        code,
        path,
        flag: flag ?? undefined,
        program: reader,
        name: undefined,
        instead: insteadOf(one, facts),
      }),
      score: 50,
    }];
  }));
}

/** The program that is given a file. */
function tree(uses: Tree["facts"]["uses"], path: string): string | undefined {
  return uses.find(({ scan, component }) => scan.path === path && component !== undefined)?.component;
}

/** Who will speak with whom: clients of what is shown, else the program itself. */
function partiesOf(
  relation: Relation | undefined,
  { code }: Finding,
  reader: string | undefined,
): readonly string[] {
  const isOwn = code === "key-mismatch" || code === "missing-file" || code === "unparsable";
  if (relation === undefined || isOwn) return [reader ?? relation?.program ?? "a component"];
  const { part, server, program } = relation;
  if (part === "client-trust") return ["a client", server];
  if (part === "shown") return [server === "kube-apiserver" ? "a client" : "kube-apiserver", server];
  return [program, server];
}

/** The families that may be foretold. */
export const PREDICTED: readonly string[] = Object.values(EXPECTED).map(({ family }) => family);
