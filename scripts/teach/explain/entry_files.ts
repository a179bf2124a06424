/**
 * Where the files of a line of the catalogue are, and which line a file belongs to: by the places of hardway and kubeadm,
 * and by the names that the hard way and others give.
 *
 * @module
 */
import { knownFile } from "../../inspect/known_files.ts";
import { CATALOGUE } from "../../plan/catalogue.ts";
import type { CatalogueEntry } from "../../plan/templates.ts";
import { LAYOUTS } from "../../render/layouts.ts";
import type { Component, PkiPart } from "../../render/types.ts";
import { usersOf } from "./entry_flags.ts";

const ENDINGS: Readonly<Record<PkiPart, string>> = {
  certificate: ".crt",
  key: ".key",
  "public-key": ".pub",
  kubeconfig: "",
  document: "",
};

/** What the machines of a component are called. */
const MACHINES: Readonly<Record<Component["on"], string>> = {
  member: "etcd members",
  "control-plane": "control planes",
  node: "nodes",
  machine: "machines",
  admin: "administrator",
};

/** A file that a layout puts on a machine. */
interface PlacedFile {
  readonly id: string;
  /** The layout, and on which machines. */
  readonly where: string;
  /** Without the ending. */
  readonly base: string;
  readonly ending: string;
}

const PLACED: readonly PlacedFile[] = Object.entries(LAYOUTS).flatMap(([layout, components]) =>
  components.flatMap(({ files, on }) =>
    files.flatMap((file) =>
      file.kind === "copy"
        ? [{
          id: file.id,
          where: `${layout}, ${MACHINES[on]}`,
          base: file.to,
          ending: ENDINGS[file.part],
        }]
        : []
    )
  )
);

/** A line's own files under `out/<cluster>/`. */
export function ownPath(entry: CatalogueEntry): string {
  const { id } = entry;
  if (entry.kind === "kubeconfig") return `${id}.kubeconfig`;
  if (entry.kind === "document") return entry.path;
  if ("base" in entry) return `pki/${entry.base}${entry.kind === "key-pair" ? ".key, .pub" : ".crt, .key"}`;
  throw new Error(`No path of ${id}`);
}

/** Where a line's files are on the machines of each layout. */
export function placesOf(entry: CatalogueEntry): string[] {
  const places = new Map<string, string[]>();
  for (const { id, where, base, ending } of PLACED) {
    if (id !== entry.id) continue;
    const key = `${where}: ${base}`;
    const endings = places.get(key) ?? [];
    if (!endings.includes(ending)) places.set(key, [...endings, ending]);
  }
  return [...places].map(([place, endings]) => place + endings.join(", "));
}

/** Names of the hard way, old and new, and of a kubelet; `*` stands for a name. */
const OTHER_NAMES: readonly (readonly [name: string, id: string])[] = [
  ["kube-api-server", "apiserver"],
  ["kubernetes", "apiserver"],
  ["service-accounts", "service-account"],
  ["service-account", "service-account"],
  ["kube-controller-manager", "controller-manager"],
  ["kube-scheduler", "scheduler"],
  ["kubelet-client-current", "kubelet-client/<name>"],
  ["kubelet-server-current", "kubelet-server/<name>"],
  ["client-ca", "ca"],
  ["server-ca", "ca"],
  ["node-*", "kubelet-client/<name>"],
  ["worker-*", "kubelet-client/<name>"],
];

/** Files that are no line of the catalogue, by the section about them. */
const SECTION_FILES: readonly (readonly [pattern: RegExp, section: string])[] = [
  [/(?:^|\/)bootstrap-kube(?:let\.conf|config|let\.kubeconfig)$/, "bootstrap"],
  [/(?:^|\/)encryption-(?:provider-)?config\.ya?ml$/, "encryption"],
  [/\.seed$/, "seed"],
];

/** Whose file it is. */
export interface FoundFile {
  /** Of the catalogue, with `<name>`. */
  readonly id: string;
  /** The machine, member or person, where the path says it. */
  readonly name: string | undefined;
  /** What the file holds. */
  readonly part: "certificate" | "private key" | "public key" | "kubeconfig" | "document";
}

const CERTIFICATE = String.raw`(?:\.crt|\.key|\.pub|\.csr|-key\.pem|\.pem)$`;

function escape(text: string): string {
  return text.replace(/[.*+?^$|()[\]{}\\]/g, "\\$&");
}

/** A line's paths and names without ending, and the ending. */
function namesOf(entry: CatalogueEntry): (readonly [base: string, ending: string, id: string])[] {
  const [paths, ending] = entry.kind === "kubeconfig"
    ? [[entry.id, entry.id.replace(/^kubeconfig\//, "")], String.raw`\.kubeconfig$`]
    : "base" in entry
    ? [[entry.base, entry.base.replace(/^.*\//, "")], CERTIFICATE]
    : [[], ""];
  return paths.map((path) => [path, ending, entry.id]);
}

/** Paths of ours below `out/<cluster>/`, the longest first. */
const OWN: readonly (readonly [pattern: RegExp, id: string])[] = CATALOGUE.flatMap(namesOf)
  // A name alone, such as node-0.crt, says nothing of which certificate it is.
  .filter(([base, ending]) => base !== "<name>" || ending !== CERTIFICATE)
  .sort(([a], [b]) => rank(b) - rank(a))
  .map(([base, ending, id]) => [
    new RegExp(`(?:^|/)${escape(base).replace("<name>", "([^/]+)")}${ending}`),
    id,
  ]);

/** Whole paths go first, then names without a hole, then what is longer. */
function rank(base: string): number {
  return base.length + (base.includes("<name>") ? 0 : 1000) + (base.includes("/") ? 2000 : 0);
}

/** The section that a file belongs to. */
export function sectionOfFile(path: string): string | undefined {
  return SECTION_FILES.find(([pattern]) => pattern.test(path))?.[1];
}

/**
 * Whose file it is, by its path or by its name alone.
 *
 * @returns undefined for a name that says nothing
 */
export function entryOfFile(path: string): FoundFile | undefined {
  const document = DOCUMENTS.find(({ ends }) => ends.some((end) => path === end || path.endsWith(`/${end}`)));
  if (document !== undefined) return { id: document.id, name: undefined, part: "document" };
  if (!/\.(?:crt|key|pub|pem|csr|conf|kubeconfig)$|\/kubeconfig$/.test(path)) return undefined;
  const found = placed(path) ?? known(path) ?? own(path) ?? other(path);
  return found === undefined ? undefined : { ...found, part: partOf(path) };
}

/** Documents, by our own paths and by their places on machines. */
const DOCUMENTS = CATALOGUE.flatMap((entry) =>
  entry.kind !== "document" ? [] : [{
    id: entry.id,
    ends: [entry.path, ...PLACED.filter(({ id }) => id === entry.id).map(({ base }) => base.slice(1))],
  }]
);

type Found = Pick<FoundFile, "id" | "name">;

function placed(path: string): Found | undefined {
  const ids = (isWhole: boolean): Set<string> =>
    new Set(
      PLACED.filter(({ base, ending }) => {
        const place = `${base}${ending}`;
        return isWhole ? path === place : `/${path}` === place.slice(place.lastIndexOf("/"));
      }).map(({ id }) => id),
    );
  const [whole] = ids(true);
  const [first, second] = ids(false);
  const id = whole ?? (second === undefined ? first : undefined);
  return id === undefined ? undefined : { id, name: undefined };
}

function known(path: string): Found | undefined {
  const file = knownFile(path);
  if (file === undefined) return undefined;
  const [id] = usersOf(file);
  return id === undefined ? undefined : { id, name: file.machine };
}

function own(path: string): Found | undefined {
  for (const [pattern, id] of OWN) {
    const match = pattern.exec(path);
    if (match !== null) return { id, name: match[1] };
  }
  return undefined;
}

function other(path: string): Found | undefined {
  const base = path.replace(/^.*\//, "").replace(/(?:-key)?\.(?:crt|key|pub|pem|csr)$/, "");
  for (const [name, id] of OTHER_NAMES) {
    const isPattern = name.endsWith("*");
    if (isPattern ? base.startsWith(name.slice(0, -1)) : base === name) {
      return { id, name: isPattern ? base : undefined };
    }
  }
  return undefined;
}

function partOf(path: string): FoundFile["part"] {
  if (/\.key$|-key\.pem$/.test(path)) return "private key";
  if (path.endsWith(".pub")) return "public key";
  return /\.(?:crt|pem|csr)$/.test(path) ? "certificate" : "kubeconfig";
}
