/**
 * Rules about certificates, keys and CAs that a program is given: do they fit each other and what they are for.
 *
 * @module
 */
import { equalBytes } from "../../shared/encoding.ts";
import { type Parsed, verifyChain } from "../chain/chain.ts";
import type { Use } from "../gather.ts";
import type { KeyItem } from "../item.ts";
import { authoritiesNamed, isAuthority, isSelfIssued, issuersOf } from "./certificates.ts";
import type { Facts, PlacedCertificate, Program } from "./facts.ts";
import { usesOf } from "./facts.ts";
import { type Code, type Finding, finding, type Severity } from "./findings.ts";
import { nearestPrograms, placeOfProgram } from "./nearest.ts";
import { type FlagOf, type Need, NEEDS } from "./purposes.ts";
import { describe } from "./rules_certificates.ts";

const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
const ANY_PURPOSE = "2.5.29.37.0";

/** Judges every use. */
export function useRules(facts: Facts): Finding[] {
  return facts.programs.flatMap((program) => [
    ...NEEDS.filter(({ component }) => component === program.component).flatMap((need) =>
      usesOf(program, need.setting).flatMap((use) => judgeLeaf(program, need, use, facts))
    ),
    ...program.uses.filter(({ meaning }) => meaning.names === "ca").flatMap((use) =>
      judgeAuthority(use, facts)
    ),
    ...signingFile(program, facts),
  ]).concat(otherIssuers(facts));
}

/** Certificates that nothing here uses, and CAs below others: who signed them, if that CA is here. */
function otherIssuers(facts: Facts): Finding[] {
  const judged = new Set(
    facts.programs.flatMap(({ component, uses }) =>
      uses.filter(({ setting }) =>
        NEEDS.some((need) => need.component === component && need.setting === setting)
      )
        .map(({ scan }) => scan.identity)
    ),
  );
  const inKubeconfigs = new Set(facts.kubeconfigs.map(({ scan }) => scan.identity));
  return facts.certificates.flatMap((one) => {
    const { scan, flag, item } = one;
    if (judged.has(scan.identity) || isSelfIssued(item.certificate)) return [];
    // Those in kubeconfigs are judged as what their users show.
    if (inKubeconfigs.has(scan.identity) && flag !== null) return [];
    return judgeIssuer(
      one,
      flag,
      facts.certificatesOf(scan),
      undefined,
      { server: false, client: false },
      facts,
    );
  });
}

function judgeLeaf(program: Program, need: Need, use: Use, facts: Facts): Finding[] {
  const [leaf, ...chain] = facts.certificatesOf(use.scan);
  if (leaf === undefined) return [];
  return [
    ...judgeUsage(leaf, use.flag, need),
    ...pairOf(leaf, chain, use, usesOf(program, need.key)),
    ...trustOf(need, program, facts).flatMap((trusted) =>
      judgeIssuer(leaf, use.flag, chain, trusted, need, facts)
    ),
  ];
}

/**
 * Judges what a leaf may be used for.
 *
 * @param need what it is used as
 */
export function judgeUsage(
  leaf: PlacedCertificate,
  flag: string | null,
  need: Pick<Need, "server" | "client" | "component">,
): Finding[] {
  const { fields } = leaf.item;
  const found: Finding[] = [];
  const add = (code: Code, message: string, hint: string | null = null, severity?: Severity): void =>
    void found.push(finding(code, leaf.path, flag ?? leaf.flag, message, hint, severity));
  const name = describe(leaf);
  if (fields.isAuthority) {
    add(
      "ca-as-leaf",
      `${name} is a CA's, and is used as a leaf`,
      "Sign a certificate of its own with the CA.",
    );
    return found;
  }
  const usages = fields.extKeyUsage;
  if (usages !== undefined && !usages.includes(ANY_PURPOSE)) {
    const [server, client] = [usages.includes(SERVER_AUTH), usages.includes(CLIENT_AUTH)];
    if (need.server && !server) add("eku-missing", `${name} lacks serverAuth, and a server uses it`, REISSUE);
    if (need.client && !client) {
      // A server of etcd is its own client for the JSON gateway only.
      const isGateway = need.server && need.component === "etcd" && !/peer/.test(flag ?? "peer");
      add(
        "eku-missing",
        `${name} lacks clientAuth, and a client uses it`,
        REISSUE,
        isGateway ? "warning" : undefined,
      );
    }
    if (!need.server && server) add("eku-extra", `${name} has serverAuth, and only a client uses it`);
    if (!need.client && client) add("eku-extra", `${name} has clientAuth, and only a server uses it`);
  }
  if (need.server && (fields.altNames ?? []).length === 0) {
    add("san-absent", `${name} has no alternative names, and Go does not look at the common name`, REISSUE);
  }
  return found;
}

const REISSUE = "Make the certificate again, with the extension.";

/** Whether the key beside it is the certificate's. */
function pairOf(
  leaf: PlacedCertificate,
  chain: readonly PlacedCertificate[],
  use: Use,
  keys: readonly Use[],
): Finding[] {
  return keys.flatMap((keyUse) => {
    const key = keyUse.scan.items.find((item): item is KeyItem => item.kind === "key" && item.isPrivate);
    if (key?.spki === undefined || matches(leaf, key.spki)) return [];
    const { spki } = key;
    const [message, hint] = chain.some((one) => matches(one, spki))
      ? [
        `The private key is not that of the first certificate in ${use.scan.path}, but of a later one`,
        "Put its certificate first, then the one that signed it, and so on.",
      ]
      : [
        `The private key is not that of the certificate in ${use.scan.path}`,
        "Copy both from where they were made.",
      ];
    return [finding("key-mismatch", keyUse.scan.path, keyUse.flag, message, hint)];
  });
}

/** Whether a certificate is of this public key. */
export function matches({ item: { certificate } }: PlacedCertificate, spki: Uint8Array): boolean {
  return equalBytes(certificate.publicKey.der, spki);
}

/** The CAs that the users of a certificate trust, a list for each flag; undefined when nothing here says so. */
function trustOf(
  { trustedBy, orElse }: Need,
  program: Program,
  facts: Facts,
): (readonly PlacedCertificate[] | undefined)[] {
  const trustedAt = ([component, setting]: FlagOf): readonly PlacedCertificate[] => {
    const programs = component === program.component
      ? [program]
      : nearestPrograms(facts, component, placeOfProgram(program));
    return programs.flatMap((one) => usesOf(one, setting).flatMap(({ scan }) => facts.certificatesOf(scan)));
  };
  const known = trustedBy.map(trustedAt).filter(({ length }) => length > 0);
  if (known.length > 0) return known;
  const other = orElse === undefined ? [] : trustedAt(orElse);
  return [other.length > 0 ? other : undefined];
}

/**
 * Judges whether a leaf verifies in Go.
 *
 * @param trusted the CAs of its users; undefined to look for its issuer among all that were found
 */
export function judgeIssuer(
  leaf: PlacedCertificate,
  flag: string | null,
  chain: readonly PlacedCertificate[],
  trusted: readonly PlacedCertificate[] | undefined,
  need: Pick<Need, "server" | "client">,
  facts: Facts,
): Finding[] {
  // It has a finding of its own.
  if (leaf.parsed.trouble !== undefined || (leaf.item.fields.isAuthority && (need.server || need.client))) {
    return [];
  }
  const roots = trusted ?? signersOf(leaf, facts);
  // A trusted file that is no CA's has a finding of its own, and verifies nothing.
  if (roots.length === 0 || roots.some(({ item }) => !isAuthority(item))) return [];
  const verdict = verifyChain(leaf.parsed, {
    roots: parsedOf(roots),
    intermediates: chain.map(({ parsed }) => parsed),
    at: facts.at,
    ignoreTimes: true,
    // What the leaf itself lacks has a finding of its own; here it is what the CAs above may sign for.
    usages: usagesOf(need, leaf),
  });
  if (verdict.ok || verdict.kind === "insecure-algorithm") return [];
  const authorities = [...new Set(roots.map(({ path }) => path))].join(", ");
  const message = `${describe(leaf)} does not verify with the CA in ${authorities}: ${verdict.reason}`;
  const hint = "Sign it with this CA, or trust the CA that signed it.";
  return [finding("wrong-issuer", leaf.path, flag ?? leaf.flag, message, hint)];
}

/** The CAs that signed it; where none did, those of the issuer's name. */
function signersOf(leaf: PlacedCertificate, facts: Facts): readonly PlacedCertificate[] {
  const signers = issuersOf(leaf, facts);
  return signers.length > 0 ? signers : authoritiesNamed(leaf.item.certificate.issuer.der, facts);
}

const parsedLists = new WeakMap<readonly PlacedCertificate[], readonly Parsed[]>();

/** One list for each list, as a pool is made once for each. */
function parsedOf(roots: readonly PlacedCertificate[]): readonly Parsed[] {
  const known = parsedLists.get(roots);
  if (known !== undefined && known.length === roots.length) return known;
  const made = roots.map(({ parsed }) => parsed);
  parsedLists.set(roots, made);
  return made;
}

function usagesOf({ server, client }: Pick<Need, "server" | "client">, leaf: PlacedCertificate): string[] {
  const usages = [...(server ? [SERVER_AUTH] : []), ...(client ? [CLIENT_AUTH] : [])]
    .filter((usage) => allows(leaf, usage));
  return usages.length === 0 ? [ANY_PURPOSE] : usages;
}

function allows({ item: { fields: { extKeyUsage } } }: PlacedCertificate, usage: string): boolean {
  return extKeyUsage === undefined || extKeyUsage.includes(usage) || extKeyUsage.includes(ANY_PURPOSE);
}

function judgeAuthority(use: Use, facts: Facts): Finding[] {
  return facts.certificatesOf(use.scan).flatMap((one) => {
    if (isAuthority(one.item)) return [];
    const message = `${describe(one)} is no CA's, and ${use.flag ?? "it"} is trusted as one`;
    return [finding("not-a-ca", one.path, use.flag, message, "Name the file of the CA's certificate.")];
  });
}

/** The controller-manager reads exactly one certificate (issues 1350 and 1723 of kubeadm). */
function signingFile(program: Program, facts: Facts): Finding[] {
  return program.uses.filter(({ setting }) => /^cluster-signing(?:-.*)?-cert-file$/.test(setting)).flatMap(
    (use) => {
      const { length } = facts.certificatesOf(use.scan);
      if (length < 2) return [];
      const message =
        `It holds ${length} certificates, and the controller-manager does not start with more than one`;
      return [
        finding(
          "signing-file-bundle",
          use.scan.path,
          use.flag,
          message,
          "Name a file that holds the signing CA alone.",
        ),
      ];
    },
  );
}
