/**
 * Requests with a token or with nothing, and what the API server says of them. A token never stands among a program's
 * arguments: curl reads the header from a file, kubectl reads a kubeconfig.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "../../../../scripts/shared/npm/zod.ts";
import type { Cluster } from "../cluster.ts";
import { SERVER } from "./spec.ts";

const WhoAmI = z.object({
  status: z.object({
    userInfo: z.object({
      username: z.string(),
      uid: z.string().optional(),
      groups: z.array(z.string()).optional(),
      extra: z.record(z.string(), z.array(z.string())).optional(),
    }),
  }),
});
/** A user as the API server sees one. */
export type UserInfo = z.infer<typeof WhoAmI>["status"]["userInfo"];

/** What the API server answered. */
export interface Answer {
  /** HTTP status; 0 when no connection came about. */
  readonly status: number;
  readonly body: string;
}

/** Somebody with a token, or with nothing at all. */
export class Bearer {
  readonly #cluster: Cluster;
  readonly #kubeconfig: string;
  readonly #header: string;
  readonly #token: string | undefined;

  private constructor(cluster: Cluster, stem: string, token: string | undefined) {
    this.#cluster = cluster;
    this.#kubeconfig = `${stem}.kubeconfig`;
    this.#header = `${stem}.header`;
    this.#token = token;
  }

  /** Somebody with a token. */
  static async of(cluster: Cluster, token: string): Promise<Bearer> {
    const bearer = new Bearer(
      cluster,
      await Deno.makeTempFile({ dir: cluster.out, prefix: "bearer" }),
      token,
    );
    const authority = `${cluster.out}/pki/ca.crt`;
    await Deno.writeTextFile(bearer.#header, `Authorization: Bearer ${token}\n`, { mode: 0o600 });
    await Deno.writeTextFile(
      bearer.#kubeconfig,
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "c", cluster: { server: SERVER, "certificate-authority": authority } }],
        users: [{ name: "u", user: { token } }],
        contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
        "current-context": "x",
      }),
      { mode: 0o600 },
    );
    return bearer;
  }

  /** Nobody. */
  static nobody(cluster: Cluster): Bearer {
    return new Bearer(cluster, "", undefined);
  }

  /** The path of a kubeconfig with the token. */
  get kubeconfig(): string {
    return this.#kubeconfig;
  }

  /** Asks with curl. */
  async get(path: string): Promise<Answer> {
    const { stdout } = await this.#cluster.workstation.exec([
      ...["curl", "--silent", "--max-time", "10", "--cacert", `${this.#cluster.out}/pki/ca.crt`],
      ...(this.#token === undefined ? [] : ["--header", `@${this.#header}`]),
      ...["--write-out", "\n%{http_code}", SERVER + path],
    ]);
    const end = stdout.lastIndexOf("\n");
    return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
  }

  /** Whom the API server takes the bearer for, as `kubectl auth whoami` says. */
  async whoAmI(): Promise<UserInfo> {
    const words = ["auth", "whoami", "-o", "json"];
    return readUser(await this.#cluster.kubectlWell(words, { kubeconfig: this.#kubeconfig }));
  }

  /** Whether the API server lets the bearer do something, as `kubectl auth can-i` says. */
  async can(...words: readonly string[]): Promise<boolean> {
    return await canI(this.#cluster, this.#kubeconfig, words);
  }

  /** The API server does not know the bearer. */
  async isRefused(why: string): Promise<void> {
    const { status, body } = await this.get("/api");
    assert.equal(status, 401, `${why}: ${body}`);
    const words = ["auth", "whoami"];
    const { code, stderr } = await this.#cluster.kubectl(words, { kubeconfig: this.#kubeconfig });
    assert.equal(code, 1, why);
    assert.match(stderr, /Unauthorized/, why);
  }
}

/** Reads what `kubectl auth whoami -o json` printed. */
export function readUser(text: string): UserInfo {
  return WhoAmI.parse(JSON.parse(text)).status.userInfo;
}

/** Whether `kubectl auth can-i` says yes. */
export async function canI(
  cluster: Cluster,
  kubeconfig: string,
  words: readonly string[],
): Promise<boolean> {
  const { stdout, stderr } = await cluster.kubectl(["auth", "can-i", ...words], { kubeconfig });
  assert.match(stdout, /^(?:yes|no)/, `can-i ${words.join(" ")}: ${stdout}${stderr}`);
  return stdout.startsWith("yes");
}
