/**
 * A small PKI by easy-rsa, run as it is.
 *
 * @module
 */
import { join } from "node:path";
import type { Tool } from "../tools.ts";
import { copyTree, openssl, shell } from "./trees.ts";

/** Debian keeps the program out of PATH. */
const EASY_RSA = "/usr/share/easy-rsa/easyrsa";

/** What {@linkcode easyRsaTree} needs. */
export const EASY_RSA_TOOLS: readonly Tool[] = [findEasyRsa(), openssl];

/** The password of easy-rsa's CA key and of its encrypted client key. */
export const EASY_RSA_PASSWORD = "correct-horse-battery-9";

/**
 * Makes `etc/easy-rsa/pki/`: `ca.crt`, `private/` (`ca.key` and `laptop.key` encrypted, `server.key` not), `reqs/`,
 * `issued/` (`server.crt`, `laptop.crt`, `gone.crt`), `crl.pem` that lists `gone`, `index.txt`, `serial`.
 *
 * @param folder where it goes
 */
export async function easyRsaTree(folder: string): Promise<void> {
  await copyTree(folder, "easy-rsa", async (root) => {
    const home = join(root, "etc/easy-rsa");
    await Deno.mkdir(home, { recursive: true });
    await shell(
      home,
      `export EASYRSA_BATCH=1 EASYRSA_PKI="$PWD/pki" PASSWORD=${EASY_RSA_PASSWORD}
       export EASYRSA_PASSIN=pass:$PASSWORD EASYRSA_PASSOUT=pass:$PASSWORD
       export EASYRSA_ALGO=ec EASYRSA_CURVE=prime256v1 EASYRSA_RAND_SN=yes
       ${EASY_RSA} init-pki
       EASYRSA_REQ_CN=lab-ca ${EASY_RSA} build-ca
       ${EASY_RSA} --subject-alt-name=DNS:server,IP:10.240.0.10 build-server-full server nopass
       ${EASY_RSA} build-client-full laptop
       ${EASY_RSA} build-client-full gone nopass
       cp pki/issued/gone.crt gone.crt
       ${EASY_RSA} revoke gone
       mv gone.crt pki/issued/gone.crt
       ${EASY_RSA} gen-crl`,
    );
  });
}

function findEasyRsa(): Tool {
  try {
    if (Deno.statSync(EASY_RSA).isFile) return { path: EASY_RSA };
  } catch {
    // Not here.
  }
  return { missing: "easyrsa is not installed (Debian package easy-rsa)" };
}
