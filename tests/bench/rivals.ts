/**
 * The rivals as contestants: a Go loop, cfssl's and openssl's command lines. go.mod pins the first two.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildGo, findProgram, type Tool } from "../interop/tools.ts";
import type { Contestant } from "./contest.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const CFSSL = "github.com/cloudflare/cfssl/cmd";

/** A loop over Go's crypto/x509: keys and certificates made and written. */
export function goLoop(certificates: number, goroutines: number): Contestant {
  return {
    name: goroutines === 1 ? "Go loop" : `Go loop, ${goroutines} goroutines`,
    certificates,
    programs: [() => buildGo(HERE, "loop", "./cmd/loop")],
    line: (folder, [loop = ""]) => [
      loop,
      ...["-certificates", String(certificates), "-goroutines", String(goroutines), folder],
    ],
  };
}

/** `cfssl gencert | cfssljson`, once a certificate. */
export function cfssl(certificates: number): Contestant {
  return {
    name: "cfssl",
    certificates,
    programs: ["cfssl", "cfssljson"].map((name) => () => buildGo(HERE, name, `${CFSSL}/${name}`)),
    line: (_, programs) => ["sh", script("cfssl.sh"), ...programs, String(certificates)],
  };
}

/** `openssl ecparam`, `req` and `x509`, once each a certificate. */
export function openssl(certificates: number): Contestant {
  return {
    name: "openssl",
    certificates,
    programs: [findOpenssl],
    line: (_, programs) => ["sh", script("openssl.sh"), ...programs, String(certificates)],
  };
}

/** `openssl genrsa`, once a key. */
export function genrsa(keys: number, bits: number): Contestant {
  return {
    name: `openssl genrsa ${bits}`,
    certificates: 0,
    programs: [findOpenssl],
    line: (_, programs) => ["sh", script("genrsa.sh"), ...programs, String(keys), String(bits)],
  };
}

function findOpenssl(): Tool {
  return findProgram("openssl", "openssl");
}

function script(name: string): string {
  return join(HERE, "rivals", name);
}
