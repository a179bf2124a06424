/**
 * Finds and reads the files that the user wants looked at, whatever stands there: nothing but regular files is opened,
 * nothing is written, and what cannot be read is told of and does not end the run.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import type { Files } from "../../inspect/gather.ts";
import { type FoundFile, NO_SUCH_FILE } from "../../inspect/scan.ts";
import { compareText } from "../../shared/text.ts";
import { describeKind, diskError } from "./errors.ts";

/** The largest file that is read, in bytes: no certificate, bundle or manifest comes near. */
export const MAX_BYTES = 32 * 1024 * 1024;
/** How many symbolic links one path may go through, as in Linux. */
const MAX_LINKS = 40;

/**
 * Finds everything below a path: a file, or a folder with all that is in it, by name.
 *
 * @param folder where relative paths start
 * @param named as the user named it
 * @param root what stands for `/` for symbolic links below it: they lead nowhere else
 */
export function* findFiles(folder: string, named: string, root?: string): Generator<FoundFile> {
  const shown = named.replace(/(?<=.)\/+$/, "");
  const walk = new Walk(root === undefined ? undefined : resolve(folder, root));
  for (const found of walk.visit(resolve(folder, named), shown, true, true)) {
    const { path, trouble } = found;
    yield trouble === undefined || path !== shown
      ? found
      : { ...found, trouble: { ...trouble, isAsked: true } };
  }
}

/** One walk; a folder is entered once, whatever links lead to it. */
class Walk {
  readonly #folders = new Set<string>();
  readonly #root: string | undefined;

  constructor(root: string | undefined) {
    this.#root = root;
  }

  /**
   * @param mayLead whether symbolic links may be on the way to it
   * @param isNamed whether it is the path that the user named
   */
  *visit(path: string, shown: string, mayLead: boolean, isNamed = false): Generator<FoundFile> {
    let info: Deno.FileInfo;
    let real = path;
    try {
      ({ info, real } = mayLead ? this.#look(path) : { info: Deno.lstatSync(path), real: path });
    } catch (error) {
      yield isNamed ? missing(shown, error) : leadingNowhere(shown, error);
      return;
    }
    if (!info.isDirectory) {
      yield readFound(real, shown, info);
      return;
    }
    const identity = identityOf(info, real);
    if (this.#folders.has(identity)) return;
    this.#folders.add(identity);
    let entries: Deno.DirEntry[];
    try {
      entries = [...Deno.readDirSync(real)];
    } catch (error) {
      yield missing(shown, error);
      return;
    }
    // A link is another name of a file; where both stand in one folder, the file itself is enough.
    const links: string[] = [];
    const files = new Set<string>();
    for (const { name, isSymlink } of entries.sort((a, b) => compareText(a.name, b.name))) {
      if (isSymlink) {
        links.push(name);
        continue;
      }
      for (const found of this.visit(join(real, name), joinShown(shown, name), false)) {
        files.add(found.identity);
        yield found;
      }
    }
    for (const name of links) {
      for (const found of this.visit(join(real, name), joinShown(shown, name), true)) {
        if (!files.has(found.identity)) yield found;
        files.add(found.identity);
      }
    }
  }

  /** What stands at a path; a link of another machine leads to where it would lead there. */
  #look(path: string): { readonly info: Deno.FileInfo; readonly real: string } {
    const root = this.#root;
    if (root !== undefined && isBelow(root, path)) return lookBelow(root, path);
    const tree = root === undefined ? treeOf(path) : undefined;
    if (tree !== undefined) {
      try {
        return lookBelow(tree, path);
      } catch (error) {
        // It may be a tree of links to this machine's files.
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    return { info: Deno.statSync(path), real: path };
  }
}

function isBelow(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith("/") ? root : `${root}/`);
}

function lookBelow(root: string, path: string): { readonly info: Deno.FileInfo; readonly real: string } {
  const real = resolveBelow(root, path.slice(root.length));
  // Nothing is followed any more, or the last link could lead out of the root.
  return { info: Deno.lstatSync(real), real };
}

function joinShown(folder: string, name: string): string {
  return folder.endsWith("/") ? `${folder}${name}` : `${folder}/${name}`;
}

function identityOf(info: Deno.FileInfo, path: string): string {
  return info.ino === null ? path : `${info.dev}:${info.ino}`;
}

/** Reads one path of which the kind is known. */
function readFound(path: string, shown: string, info: Deno.FileInfo): FoundFile {
  const identity = identityOf(info, path);
  const mode = info.mode === null ? undefined : info.mode & 0o7777;
  const refuse = (message: string): FoundFile => ({
    path: shown,
    bytes: undefined,
    mode,
    identity,
    trouble: { code: "unparsable", message },
  });
  if (!info.isFile) return refuse(`it is ${describeKind(info)}, and is not opened`);
  if (info.size > MAX_BYTES) return refuse(`${info.size} bytes, more than the ${MAX_BYTES} that are read`);
  try {
    return { path: shown, bytes: Deno.readFileSync(path), mode, identity, trouble: undefined };
  } catch (error) {
    return refuse(diskError(error, shown, "read").message);
  }
}

/** What a folder lists, and what is not there all the same. */
function leadingNowhere(shown: string, error: unknown): FoundFile {
  const found = missing(shown, error);
  if (found.trouble?.code !== "missing-file") return found;
  const message = shown.includes("\ufffd")
    ? "its name is not UTF-8, and it cannot be opened"
    : "it is a link that leads nowhere";
  return { ...found, trouble: { code: "missing-file", message } };
}

function missing(shown: string, error: unknown): FoundFile {
  const isMissing = error instanceof Deno.errors.NotFound;
  return {
    path: shown,
    bytes: undefined,
    mode: undefined,
    identity: shown,
    trouble: isMissing
      ? { code: "missing-file", message: NO_SUCH_FILE }
      : { code: "unparsable", message: diskError(error, shown, "read").message },
  };
}

/**
 * Looks up files that other files name.
 *
 * @param folder where relative paths of the user start
 * @param root what stands for `/`: a path as the user named it. By default `/` itself, and for files of a tree that was
 * copied the top of that tree
 */
export function filesBelow(folder: string, root = "/"): Files {
  const base = resolve(folder, root);
  const known = new Map<string, FoundFile>();
  const lookUp = (path: string, shown: string, follow: (path: string) => string): FoundFile => {
    let found = known.get(path);
    if (found === undefined) {
      try {
        // What no file can be called is a mistake of who wrote it, and not of this program.
        if (path.includes("\0")) throw new Deno.errors.NotFound(path);
        const real = follow(path);
        const info = Deno.statSync(real);
        found = info.isDirectory ? directory(shown, real, info) : readFound(real, shown, info);
      } catch (error) {
        found = missing(shown, error);
      }
      known.set(path, found);
    }
    return found;
  };
  return {
    named: (path, owner) => {
      const inside = resolve("/", path);
      const below = (top: string, name: string): FoundFile =>
        lookUp(
          join(top, inside),
          name === "" ? inside.slice(1) : `${name.replace(/\/+$/, "")}${inside}`,
          () => resolveBelow(top, inside),
        );
      if (base !== "/") return below(base, root);
      // A tree that was copied or mounted somewhere is its own root, where it has the file.
      const tree = treeOf(owner);
      const own = tree === undefined ? undefined : below(resolve(folder, tree), tree);
      return own?.trouble?.code === "missing-file" || own === undefined
        ? lookUp(inside, inside, (at) => at)
        : own;
    },
    beside: (owner, name) => {
      const from = resolve(folder, dirname(owner));
      if (base !== "/" && isBelow(base, from)) {
        const inside = `${from.slice(base.length)}/${name}`;
        const clean = resolve("/", inside);
        return lookUp(
          join(base, clean),
          `${root.replace(/\/+$/, "")}${clean}`,
          () => resolveBelow(base, inside),
        );
      }
      const shown = join(dirname(owner), name);
      return lookUp(resolve(folder, shown), shown, (at) => at);
    },
    dropIns: (unit) => dropInsOf(folder, unit, base === "/" ? undefined : root),
  };
}

/** Folders that stand at the top of a machine, and below which others name files. */
const PLACES = /^(.+?)\/(?:etc|usr\/lib|var\/lib)\//;
/** The same where the working folder is that top. */
const OWN_PLACES = /^(?:etc|usr\/lib|var\/lib)\//;

/** The root of the machine that a path belongs to, when it is not this one's. */
function treeOf(path: string): string | undefined {
  return OWN_PLACES.test(path) ? "" : PLACES.exec(path)?.[1];
}

function directory(shown: string, path: string, info: Deno.FileInfo): FoundFile {
  return {
    path: shown,
    bytes: undefined,
    mode: info.mode === null ? undefined : info.mode & 0o7777,
    identity: identityOf(info, path),
    trouble: { code: "unparsable", message: "it is a folder" },
  };
}

/** Follows symbolic links as a program would that has `base` for its root: an absolute link starts there again. */
function resolveBelow(base: string, inside: string): string {
  const left = inside.split("/").filter((part) => part !== "");
  const done: string[] = [];
  let links = 0;
  while (left.length > 0) {
    const part = left.shift() ?? "";
    if (part === "." || part === "") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    const at = join(base, ...done, part);
    if (!Deno.lstatSync(at).isSymlink) {
      done.push(part);
      continue;
    }
    // The system would follow the rest in its own way, which may lead out of the root.
    if (++links > MAX_LINKS) throw Object.assign(new Deno.errors.FilesystemLoop(at), { code: "ELOOP" });
    const target = Deno.readLinkSync(at);
    if (target.startsWith("/")) done.length = 0;
    left.unshift(...target.split("/"));
  }
  return join(base, ...done);
}

/** Folders of units, those first that go before others (systemd.unit(5)). */
const UNIT_FOLDERS = ["etc", "run", "usr/local/lib", "usr/lib", "lib"];
const UNIT = /^(|.*?\/)(?:etc|run|usr\/local\/lib|usr\/lib|lib)\/systemd\/system\/([^/]+)$/;

/** `X.service.d/*.conf` beside the unit and in the other folders of units, by name; of one name the first counts. */
function dropInsOf(folder: string, unit: string, root: string | undefined): FoundFile[] {
  const [, top, name] = UNIT.exec(unit) ?? [];
  const folders = top === undefined
    ? [`${unit}.d`]
    : UNIT_FOLDERS.map((one) => `${top}${one}/systemd/system/${name ?? ""}.d`);
  const found = new Map<string, FoundFile>();
  for (const at of folders) {
    for (const file of findFiles(folder, at, root)) {
      const base = basename(file.path);
      if (file.path === `${at}/${base}` && base.endsWith(".conf") && !found.has(base)) found.set(base, file);
    }
  }
  return [...found.values()].sort((a, b) => compareText(basename(a.path), basename(b.path)));
}
