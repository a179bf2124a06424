/**
 * Rules about files for themselves: whether they are there and can be read, by whom, and what lies beside them.
 *
 * @module
 */
import { formatTime } from "../../shared/time.ts";
import type { Use } from "../gather.ts";
import type { Item } from "../item.ts";
import type { Facts } from "./facts.ts";
import { type Finding, finding } from "./findings.ts";
import { describe } from "./rules_certificates.ts";
import { matches } from "./rules_uses.ts";

/** Judges every file. */
export function fileRules(facts: Facts): Finding[] {
  return [
    ...missingPaths(facts),
    ...missingFiles(facts),
    ...unreadable(facts),
    ...modes(facts),
    ...encryptedKeys(facts),
    ...otherEnds(facts),
    ...pairsByName(facts),
  ];
}

/** What nothing names and is not there: a slip in a path that the user asked for must not look like a good tree. */
function missingPaths({ uses, scans }: Facts): Finding[] {
  const named = new Set(uses.map(({ scan }) => scan.path));
  return scans.flatMap(({ path, faults }) => {
    const fault = named.has(path) ? undefined : faults.find(({ code }) => code === "missing-file");
    if (fault === undefined) return [];
    // What a folder lists is not what somebody asked for.
    return fault.isAsked === true
      ? [finding("missing-file", path, null, "There is no such file or folder", "Name one that is there.")]
      : [finding("missing-file", path, null, `It cannot be read: ${fault.message}`, null, "warning")];
  });
}

function missingFiles({ uses }: Facts): Finding[] {
  return uses.flatMap((use) => {
    const { scan, flag, meaning } = use;
    if (meaning.names === "folder") return [];
    const [fault] = scan.faults.filter(({ code }) => code === "missing-file");
    if (fault !== undefined) {
      if (isReplaced(use, uses)) return [];
      return [
        finding(
          "missing-file",
          scan.path,
          flag,
          `${flag ?? "A flag"} names a file that is not there`,
          "Copy it there, or change the flag.",
        ),
      ];
    }
    if (meaning.names === "configuration" || scan.faults.length > 0) return [];
    return scan.items.some((item) => isOf(item, meaning.names)) ? [] : [
      finding(
        "unparsable",
        scan.path,
        flag,
        `There is nothing in it of what ${flag ?? "its use"} wants: ${meaning.purpose}`,
      ),
    ];
  });
}

/** A kubelet drops its bootstrap kubeconfig once it has one of its own. */
function isReplaced(use: Use, uses: readonly Use[]): boolean {
  return use.setting === "bootstrap-kubeconfig" &&
    uses.some(({ setting, invocation, scan }) =>
      setting === "kubeconfig" && invocation === use.invocation && scan.faults.length === 0
    );
}

function isOf(item: Item, names: Use["meaning"]["names"]): boolean {
  switch (names) {
    case "certificate":
    case "ca":
      return item.kind === "certificate" || item.kind === "broken";
    case "key":
      return (item.kind === "key" && item.isPrivate) || item.kind === "broken";
    case "service-account-key":
      return item.kind === "key" || item.kind === "certificate" || item.kind === "broken";
    default:
      return true;
  }
}

function unreadable({ scans, uses }: Facts): Finding[] {
  const named = new Map(uses.map(({ scan, flag }) => [scan.identity, flag]));
  return scans.flatMap((scan) => {
    const flag = named.get(scan.identity) ?? null;
    return [
      ...scan.faults.filter(({ code }) => code === "unparsable").map(({ message, line }) => {
        const place = line === undefined ? "" : ` at line ${line}`;
        // A manifest of which the flags could be read all the same, or a file that nobody uses, stops nothing.
        const isError = flag !== null && scan.invocations.length === 0;
        return finding(
          "unparsable",
          scan.path,
          flag,
          `It cannot be read: ${message}${place}`,
          null,
          isError ? "error" : "warning",
        );
      }),
      ...scan.items.flatMap((item) => {
        if (item.kind !== "broken") return [];
        const place = item.inside === undefined || item.inside.startsWith("line ") ? flag : item.inside;
        const where = item.inside?.startsWith("line ") === true ? ` at ${item.inside}` : "";
        return [
          finding("unparsable", scan.path, place, `${item.what}${where} cannot be read: ${item.reason}`),
        ];
      }),
    ];
  });
}

/** CIS 1.1.13 to 1.1.21, 4.1.5: secrets are their owner's, certificates are not for others to write. */
function modes({ scans }: Facts): Finding[] {
  return scans.flatMap(({ path, mode, items }) => {
    if (mode === undefined || items.length === 0) return [];
    const shown = mode.toString(8).padStart(4, "0");
    const isSecret = items.some((item) =>
      (item.kind === "key" && item.isPrivate) ||
      (item.kind === "token" && item.inside?.endsWith(".tokenFile") !== true)
    );
    if (isSecret && (mode & 0o077) !== 0) {
      const message = `Its mode is ${shown}, and it holds a secret: expected 0600`;
      return [finding("mode-too-open", path, null, message, `chmod 600 ${path}`)];
    }
    if ((mode & 0o022) !== 0) {
      const message = `Its mode is ${shown}: others may change it, expected 0644`;
      return [finding("mode-too-open", path, null, message, `chmod 644 ${path}`)];
    }
    return [];
  });
}

function encryptedKeys({ keys }: Facts): Finding[] {
  return keys.filter(({ item }) => item.isEncrypted).map(({ path, flag }) =>
    finding("key-encrypted", path, flag, "The key is encrypted, and no component can be given its password")
  );
}

/** Of what is no certificate: CRLs and tokens. */
function otherEnds({ crls, tokens, at, within }: Facts): Finding[] {
  const ends = [
    ...crls.map(({ path, flag, item }) => ({
      path,
      flag,
      what: "The CRL",
      start: undefined,
      end: item.crl.nextUpdate,
    })),
    ...tokens.map(({ path, flag, item }) => ({
      path,
      flag: flag ?? item.inside ?? null,
      what: "The token",
      start: item.claims?.notBefore,
      end: item.expires,
    })),
  ];
  return ends.flatMap(({ path, flag, what, start, end }) => {
    if (end !== undefined && end < at) {
      return [finding("expired", path, flag, `${what} ended at ${formatTime(end)}`, "Make a new one.")];
    }
    if (start !== undefined && start > at) {
      return [
        finding(
          "not-yet-valid",
          path,
          flag,
          `${what} begins at ${formatTime(start)}`,
          "Set the clock right, or wait.",
        ),
      ];
    }
    if (end !== undefined && end - at <= within) {
      return [finding("expires-soon", path, flag, `${what} ends at ${formatTime(end)}`, "Make a new one.")];
    }
    return [];
  });
}

/** `X.crt` and `X.key` in one folder, where no flag pairs them; and a certificate with its key in one file. */
function pairsByName(facts: Facts): Finding[] {
  const used = new Set(
    facts.uses.filter(({ meaning }) => meaning.names === "key").map(({ scan }) => scan.identity),
  );
  const leaves = new Map(
    facts.certificates.filter(({ item }) => item.inside === undefined).map((one) =>
      [stemOf(one.path), one] as const
    ),
  );
  return facts.keys.flatMap(({ path, flag, item, scan }) => {
    if (!item.isPrivate || item.spki === undefined || used.has(scan.identity) || flag !== null) return [];
    const [inFile] = facts.certificatesOf(scan);
    const leaf = inFile ?? leaves.get(stemOf(path));
    if (leaf === undefined || matches(leaf, item.spki)) return [];
    const message = `The private key is not that of the certificate in ${leaf.path}: ${describe(leaf)}`;
    return [finding("key-mismatch", path, flag, message, "Copy both from where they were made.")];
  });
}

/** A path without the ending that says which half it is. */
function stemOf(path: string): string {
  return path.replace(/(?:-key)?\.(?:crt|cer|pem|key|cert)$/, "");
}
