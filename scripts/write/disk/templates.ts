/**
 * Reading templates: those of hardway, and those of a folder that the user named in their place.
 *
 * @module
 */
import { join } from "node:path";
import { assetUrl } from "../../shared/assets.ts";
import { digestHex } from "../../shared/digest.ts";
import { decodeUtf8 } from "../../shared/encoding.ts";
import { HardwayError } from "../../shared/errors.ts";
import { nearest } from "../../shared/suggest.ts";
import { escapeControls, quote } from "../../shared/text.ts";
import type { TemplateSource } from "../../render/template.ts";
import { describeKind, diskError } from "./errors.ts";

/** No template is larger, in bytes. */
const LARGEST = 1024 * 1024;

/**
 * Reads templates.
 *
 * @param names paths under `templates/`
 * @param overrides the user's folder: absolute, and as messages name it; it holds files by the same paths
 * @throws {HardwayError} `usage` for a file in that folder that is no template's, a link, or one that is not UTF-8 or
 * too large; `file-unreadable`
 */
export function readTemplates(
  names: readonly string[],
  overrides?: { readonly path: string; readonly shown: string },
): TemplateSource[] {
  const given = new Map<string, TemplateSource>();
  if (overrides !== undefined) {
    for (const name of listFiles(overrides.path, overrides.shown, "")) {
      if (!names.includes(name)) {
        const meant = nearest(name, names);
        const hint = meant === undefined
          ? "expected such as units/etcd.service"
          : `did you mean ${quote(meant)}?`;
        throw fault(`${overrides.shown}/${name}`, `no template has this name: ${hint}`);
      }
      given.set(name, readOverride(join(overrides.path, name), `${overrides.shown}/${name}`, name));
    }
  }
  return names.map((name) => given.get(name) ?? readOwn(name));
}

function readOwn(name: string): TemplateSource {
  const shown = `templates/${name}`;
  try {
    return { name, shown, text: Deno.readTextFileSync(assetUrl(shown)) };
  } catch (error) {
    throw new HardwayError("file-unreadable", diskError(error, shown, "read").message);
  }
}

function readOverride(path: string, shown: string, name: string): TemplateSource {
  let bytes: Uint8Array;
  try {
    if (Deno.lstatSync(path).size > LARGEST) throw fault(shown, "is larger than a template can be");
    bytes = Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof HardwayError) throw error;
    throw new HardwayError("file-unreadable", diskError(error, shown, "read").message);
  }
  try {
    return { name, shown, text: decodeUtf8(bytes), override: digestHex(bytes) };
  } catch {
    throw fault(shown, "expected UTF-8");
  }
}

/** Every file below a folder, by its path in it. Links are refused: what they lead to could change unseen. */
function listFiles(root: string, shown: string, folder: string): string[] {
  let entries: Deno.DirEntry[];
  try {
    if (folder === "" && !Deno.statSync(root).isDirectory) {
      throw fault(shown, "expected a folder of templates");
    }
    entries = [...Deno.readDirSync(join(root, folder))];
  } catch (error) {
    if (error instanceof HardwayError) throw error;
    throw new HardwayError("file-unreadable", diskError(error, shown, "read").message);
  }
  return entries.flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory) return listFiles(root, shown, path);
    if (entry.isFile) return [path];
    const info = Deno.lstatSync(join(root, path));
    throw fault(`${shown}/${path}`, `is ${describeKind(info)}, expected a regular file`);
  }).sort();
}

function fault(shown: string, reason: string): HardwayError {
  return new HardwayError("usage", `Cannot use ${escapeControls(shown)} as a template: ${reason}`);
}
