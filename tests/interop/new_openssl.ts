/**
 * An OpenSSL that signs by ECDSA without chance (`-sigopt nonce-type:1`, since 3.2), newer than what Debian 12 has.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { findProgram, run, type Tool } from "./tools.ts";

/** Finds one in PATH, or the one that `openssl.sh` builds once. */
export async function newOpenssl(): Promise<Tool> {
  const installed = findProgram("openssl", "openssl");
  if ("path" in installed && await isNew(installed.path)) return installed;
  const script = fileURLToPath(new URL("openssl.sh", import.meta.url));
  const { code, stdout, stderr } = await run("bash", [script]);
  return code === 0 ? { path: stdout.trim() } : { missing: `no OpenSSL 3.2 or later: ${stderr.trim()}` };
}

async function isNew(path: string): Promise<boolean> {
  const { stdout } = await run(path, ["version"]);
  const [, major = "0", minor = "0"] = /^OpenSSL (\d+)\.(\d+)\./.exec(stdout) ?? [];
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 2);
}
