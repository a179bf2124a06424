/**
 * The guide's health-check table: one row for each certificate, key and credential, with who uses it and when it ends.
 *
 * In: everything that was gathered. Out: rows, in the order of the files and of the flags that name them.
 *
 * @module
 */
import type { Gathered, Use } from "./gather.ts";
import type { Item } from "./item.ts";
import { keyId } from "./tokens/json_web_token.ts";
import { EMPTY, type Row } from "./row.ts";
import { rowOfItem, type Signers } from "./row_of_item.ts";
import type { Scan } from "./scan.ts";

/**
 * Makes the table.
 *
 * @param gathered files and their uses
 * @param at the moment that counts, Unix seconds
 */
export function makeRows(gathered: Gathered, at: number): Row[] {
  const { scans, uses } = gathered;
  const used = new Set(uses.map(({ scan }) => scan.identity));
  const usesOf = Map.groupBy(uses, ({ owner }) => owner);
  const signers = publicKeysOf(gathered);
  const rows: Row[] = [];
  const done = new Set<string>();
  const addUses = (owner: string): void => {
    for (const use of usesOf.get(owner) ?? []) {
      rows.push(...rowsOfUse(use, at, signers));
      // What a kubeconfig refers to stands behind it, once.
      if (!done.has(use.scan.identity)) {
        done.add(use.scan.identity);
        addUses(use.scan.path);
      }
    }
  };
  for (const found of scans) {
    if (done.has(found.identity)) continue;
    done.add(found.identity);
    if (!used.has(found.identity)) rows.push(...rowsOfScan(found, at, signers));
    addUses(found.path);
  }
  return rows;
}

/** Public keys of all files, to say which of them a token was signed with; none where there is no token. */
function publicKeysOf({ scans, uses }: Gathered): Signers {
  const all = new Set([...scans, ...uses.map(({ scan }) => scan)]);
  if (![...all].some(({ items }) => items.some(({ kind }) => kind === "token"))) return [];
  return [...all].flatMap(({ path, items }) =>
    items.flatMap((item) => {
      if (item.kind === "key") return item.spki === undefined ? [] : [{ path, spki: item.spki }];
      // The guide checks tokens with a certificate's key.
      return item.kind === "certificate" ? [{ path, spki: item.certificate.publicKey.der }] : [];
    })
  ).map((one) => ({ ...one, id: keyId(one.spki) }));
}

function rowsOfScan(found: Scan, at: number, signers: Signers): Row[] {
  const problems = found.faults.map(({ code, message, line }) =>
    `${code}: ${message}${line === undefined ? "" : ` at line ${line}`}`
  );
  const rows = found.items.map((item) => rowOfItem(found.path, item, at, signers));
  // A manifest with a fault has rows of its own, those of its flags; the fault still has to be seen.
  return problems.length === 0 ? rows : [{ ...EMPTY, path: found.path, problems }, ...rows];
}

function rowsOfUse(use: Use, at: number, signers: Signers): Row[] {
  const { scan, component, flag, meaning } = use;
  const { type, purpose, names } = meaning;
  const base = { component: component ?? null, purpose, flag };
  if (names === "folder") return [];
  if (scan.faults.length > 0 && scan.items.length === 0) {
    const problems = scan.faults.map(({ code, message }) => `${code}: ${message}`);
    return [{ ...EMPTY, ...base, path: scan.path, type: type ?? null, problems }];
  }
  if (names === "configuration") return [];
  const wanted = scan.items.filter((item) => isNamedBy(names, item));
  if (wanted.length === 0) {
    const problems = [`unparsable: nothing of type ${type} is in it`];
    return [{ ...EMPTY, ...base, path: scan.path, type: type ?? null, problems }];
  }
  return wanted.map((item) => {
    const row = rowOfItem(scan.path, item, at, signers);
    // What stands inside has its own place and says what it is; the file is what the flag names.
    const isEmbedded = item.kind !== "kubeconfig" && names === "kubeconfig";
    return {
      ...row,
      component: component ?? row.component,
      purpose: isEmbedded ? row.purpose : purpose,
      flag: isEmbedded ? row.flag : flag,
      type: type === "Key" ? "Key" : row.type ?? type ?? null,
    };
  });
}

/** Of a file with a certificate and its key, a flag names one. */
function isNamedBy(names: Use["meaning"]["names"], item: Item): boolean {
  switch (names) {
    case "certificate":
    case "ca":
      return item.kind === "certificate" || item.kind === "broken";
    case "key":
      return item.kind === "key" || item.kind === "broken";
    case "crl":
      return item.kind === "crl" || item.kind === "broken";
    default:
      return true;
  }
}
