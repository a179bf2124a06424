/**
 * Faults of tokens, of keys of encryption, and of those who show nothing.
 *
 * @module
 */
import { join } from "node:path";
import { editKubeconfig, editText } from "../../foreign/inject.ts";
import { ADMIN, API, both, flagOf, K, PKI } from "./harm.ts";
import { withRobot } from "./robots.ts";
import type { Row } from "./row.ts";

/** Keys and issuers of tokens. */
export const TOKEN_ROWS: readonly Row[] = [
  {
    title: "tokens are checked with another key",
    family: "token-signature",
    code: "sa-key-mismatch",
    path: `${PKI}/sa.pub`,
    act: "token",
    harm: async (tree) => {
      const { publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
        "sign",
      ]);
      const der = new Uint8Array(await crypto.subtle.exportKey("spki", publicKey)).toBase64();
      await Deno.writeTextFile(
        join(tree, `${PKI}/sa.pub`),
        `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`,
      );
    },
  },
  {
    title: "tokens have another issuer",
    family: "token-unknown",
    code: "sa-key-mismatch",
    path: API,
    act: "token-issuer",
    harm: flagOf(API, "--service-account-issuer", "https://old.example"),
  },
];

/** Other tokens, and keys of encryption. */
export const MORE_ROWS: readonly Row[] = [
  {
    title: "a token is over",
    family: "token-expired",
    code: "expired",
    path: `${K}/robot.token`,
    act: "robot",
    harm: withRobot({ exp: 1_700_003_600, iat: 1_700_000_000, nbf: 1_700_000_000 }),
  },
  {
    title: "a token is for another audience",
    family: "token-audience",
    code: "sa-key-mismatch",
    path: API,
    act: "robot",
    harm: withRobot({ aud: ["vault"] }),
  },
  {
    title: "the key that encrypted what is stored is gone",
    family: "encryption-key",
    code: "key-mismatch",
    path: "etc/kubernetes/config/encryption-config.yaml",
    act: "encrypted",
    harm: (tree) =>
      editText(tree, "etc/kubernetes/config/encryption-config.yaml", [
        /secret: .*/,
        `secret: ${btoa("0123456789abcdef0123456789abcdef")}`,
      ]),
  },
  {
    title: "somebody without a certificate is let in and may do nothing",
    family: "anonymous",
    code: "missing-flag",
    path: ADMIN,
    act: "anonymous",
    harm: both(
      flagOf(API, "--authentication-config", undefined),
      (tree) =>
        editKubeconfig(tree, ADMIN, ({ users: [user] }) => {
          for (const field of Object.keys(user?.user ?? {})) delete user?.user[field];
        }),
    ),
  },
];
