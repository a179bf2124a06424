/**
 * Runs `token` in a folder with a spec and its seed, and looks in everything that is printed for the tokens that stand in
 * the folder's files.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type KeyObject, verify } from "node:crypto";
import { look, type Result, run, withSpec } from "./run.ts";

/** The cluster of these tests; its times do not move. */
export const TOKEN_SPEC = `name: lab
validity: { notBefore: 2026-01-01T00:00:00Z }
controlPlane: [{ name: server, addresses: [10.240.0.10] }]
users:
- { name: jane, uid: "7", token: true }
- { name: joe, token: { valueFile: secrets/joe } }
- { name: bob }
bootstrapTokens: [{ name: join, description: Nodes, groups: ["system:bootstrappers:w"], validity: 2d }]
`;

/** Of a service account. */
export const UID = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";
/** A moment after the cluster's start. */
export const AT = "2026-06-01T00:00:00Z";

/** What tests look at in a token. */
export interface Claims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly sub: string;
  readonly "kubernetes.io": Readonly<Record<string, unknown>>;
}

/** The claims of a token whose signature a key verifies. */
export function claimsOf(token: string, key: KeyObject): Claims {
  const [header = "", payload = "", signature = ""] = token.trim().split(".");
  const { alg } = JSON.parse(
    new TextDecoder().decode(Uint8Array.fromBase64(header, { alphabet: "base64url" })),
  );
  const bytes = Uint8Array.fromBase64(signature, { alphabet: "base64url" });
  const input = new TextEncoder().encode(`${header}.${payload}`);
  assert.ok(verify(`sha${alg.slice(2)}`, input, { key, dsaEncoding: "ieee-p1363" }, bytes), "the signature");
  return JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(payload, { alphabet: "base64url" })));
}

/** What tests do with the command. */
export interface TokenRuns {
  readonly folder: string;
  /** Runs the command; what it prints has been searched. */
  readonly token: (...args: readonly string[]) => Promise<Result>;
  /** Runs it and expects success, nothing but file names on stdout, and each file for its owner only. */
  readonly write: (files: readonly string[], ...args: readonly string[]) => Promise<readonly string[]>;
  /** Expects a refusal that leaves no file and repeats nothing. */
  readonly refuse: (code: number, message: string | RegExp, ...args: readonly string[]) => Promise<void>;
  readonly read: (file: string) => string;
}

/** A test with a folder that holds the spec, its seed and a user's token. */
export function tokenTest(name: string, body: (runs: TokenRuns) => Promise<void>): void {
  Deno.test(name, async () => {
    await withSpec(TOKEN_SPEC, async (folder) => {
      Deno.mkdirSync(`${folder}/secrets`);
      Deno.writeTextFileSync(`${folder}/secrets/joe`, "given-by-the-user\n", { mode: 0o600 });
      const token = async (...args: readonly string[]): Promise<Result> => {
        const result = await run("token", args, { cwd: folder });
        assertSilent(result.stdout + result.stderr, folder);
        assert.doesNotMatch(result.stderr, /\n {4}at /);
        return result;
      };
      await body({
        folder,
        token,
        read: (file) => Deno.readTextFileSync(`${folder}/${file}`),
        write: async (files, ...args) => {
          const { code, stdout, stderr } = await token(...args);
          assert.deepEqual([code, stdout], [0, files.map((file) => `${file}  written\n`).join("")], stderr);
          for (const file of files) assert.equal(look(folder)[file]?.mode, "0600", file);
          return stderr.trimEnd().split("\n");
        },
        refuse: async (code, message, ...args) => {
          const before = look(folder);
          const result = await token(...args);
          assert.deepEqual([result.code, result.stdout], [code, ""], result.stderr);
          if (typeof message === "string") assert.equal(result.stderr, `${message}\n`);
          else assert.match(result.stderr, message);
          assert.deepEqual(look(folder), before);
        },
      });
    });
  });
}

/** Fails when a token of a file of the folder, or a telling part of one, stands in a text. */
function assertSilent(text: string, folder: string): void {
  for (const [path, { mode, content }] of Object.entries(look(folder))) {
    if (mode !== "0600" || content === "folder" || path.endsWith(".seed")) continue;
    for (const part of secretsIn(Deno.readTextFileSync(`${folder}/${path}`))) {
      assert.ok(!text.includes(part), `a part of ${path} is printed`);
    }
  }
}

/** What is secret in a file of a token: both halves of a JSON Web Token, in Base64 too, and texts of tokens. */
function secretsIn(text: string): string[] {
  const inside = [...text.matchAll(/^ {2}token: ([A-Za-z0-9+/=]{40,})$/gm)]
    .map(([, base64 = ""]) => new TextDecoder().decode(Uint8Array.fromBase64(base64)));
  const found = [text, ...inside].flatMap((one) => [
    ...[...one.matchAll(/eyJ[\w-]+\.([\w-]+)\.([\w-]+)/g)].flatMap(([, payload = "", signature = ""]) => [
      payload.slice(0, 24),
      payload.slice(-24),
      signature.slice(0, 16),
      signature.slice(-16),
    ]),
    ...[...one.matchAll(/(?:token-secret: "?|token: "?[a-z0-9]{6}\.)([a-z0-9]{16})/g)].map((
      [, secret = ""],
    ) => secret),
  ]);
  return /\s/.test(text.trim()) ? found : [...found, text.trim()];
}
