/**
 * `token show`: what the tokens in a file say.
 *
 * @module
 */
import { tokenFactsOf } from "../../identity/tokens/facts.ts";
import type { TokenFacts } from "../../identity/tokens/token_facts.ts";
import { scan } from "../../inspect/scan.ts";
import { HardwayError } from "../../shared/errors.ts";
import { escapeControls } from "../../shared/text.ts";
import { pathIn } from "../disk/csr_input.ts";
import { readInput } from "../disk/input.ts";
import { readStdin } from "../disk/look.ts";
import { readTokenCluster, readVerifyingKeys, verifyingKeysOf } from "./cluster.ts";
import type { ShowTokenOptions } from "./options.ts";

/**
 * Reads the tokens of a file.
 *
 * @throws {HardwayError} `file-unreadable` when there is none in it, and what reading spec, seed and keys throws
 */
export async function showTokens(options: ShowTokenOptions): Promise<TokenFacts[]> {
  const { folder, file, at } = options;
  const path = pathIn(folder, file);
  const found = file === "-"
    ? await readStdin()
    : { path, bytes: await readInput(path, file), mode: undefined, identity: path, trouble: undefined };
  const { items, faults } = scan(found);
  const facts = tokenFactsOf(items, await keysOf(options), at);
  if (facts.length > 0) return facts;
  const [fault] = faults;
  const place = `${escapeControls(file)}:${fault?.line ?? 1}:1`;
  throw new HardwayError("file-unreadable", `${place}: ${fault?.message ?? "there is no token in it"}`);
}

async function keysOf(options: ShowTokenOptions): Promise<Uint8Array[] | undefined> {
  const { folder, keys, spec } = options;
  if (keys !== undefined) {
    return (await Promise.all(keys.map((file) => readVerifyingKeys(folder, file)))).flat();
  }
  return spec === undefined ? undefined : await verifyingKeysOf(await readTokenCluster(options));
}
