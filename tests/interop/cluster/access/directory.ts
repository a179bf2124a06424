/**
 * The directory of `directory_server.ts` on the workstation, as a test sees it: started, stopped, and what it was asked.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { z } from "../../../../scripts/shared/npm/zod.ts";
import { type Cluster, eventually } from "../cluster.ts";
import { DIRECTORY } from "./spec.ts";

const PROGRAM = fileURLToPath(new URL("directory_server.ts", import.meta.url));

const Asked = z.object({ path: z.string(), isKnown: z.boolean(), name: z.string(), body: z.string() });
/** A question that came, with the CN of the certificate of whoever asked. */
export type Asked = z.infer<typeof Asked>;

/** What the directory knows; `directory_server.ts` says how it is read. */
export interface Knowledge {
  readonly documents: Readonly<Record<string, unknown>>;
  readonly users: Readonly<Record<string, unknown>>;
  readonly rights: Readonly<Record<string, "allowed" | "denied">>;
}

/** The directory. */
export class Directory {
  readonly #cluster: Cluster;
  readonly #log: string;
  readonly #answers: string;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#log = `${cluster.out}/directory.log`;
    this.#answers = `${cluster.out}/directory.json`;
  }

  /** Starts it, with the certificates that the spec gives it. */
  async start(knowledge: Knowledge): Promise<void> {
    const { out, workstation } = this.#cluster;
    await Deno.writeTextFile(this.#answers, JSON.stringify(knowledge));
    await Deno.writeTextFile(this.#log, "");
    const listeners = ([["8443", "directory"], ["8444", "other-directory"]] as const).flatMap((
      [port, name],
    ) => [port, `${out}/pki/extra/${name}.crt`, `${out}/pki/extra/${name}.key`]);
    await workstation.start("directory", [
      ...[Deno.execPath(), "run", "--quiet", "-A", "--no-prompt", PROGRAM],
      ...[`${out}/pki/ca.crt`, this.#answers, this.#log, ...listeners],
    ]);
    await eventually(this.#cluster, "the directory", async () => {
      const { stdout } = await this.curl("/nothing");
      return stdout === "403" || undefined;
    });
  }

  /** Stops it: from then on nothing listens there. */
  async stop(): Promise<void> {
    await this.#cluster.workstation.systemctl("stop", "directory");
    await eventually(
      this.#cluster,
      "the directory's end",
      async () => (await this.curl("/nothing")).code === 7 || undefined,
    );
  }

  /** HTTP status of a request of the workstation's, with a certificate of the cluster's PKI or without. */
  async curl(path: string, client?: string): Promise<{ readonly code: number; readonly stdout: string }> {
    const { out, workstation } = this.#cluster;
    const pair = client === undefined
      ? []
      : ["--cert", `${out}/pki/${client}.crt`, "--key", `${out}/pki/${client}.key`];
    return await workstation.exec([
      ...["curl", "--silent", "--max-time", "10", "--output", "/dev/null", "--write-out", "%{http_code}"],
      ...["--cacert", `${out}/pki/ca.crt`, ...pair, "--data", "{}", `${DIRECTORY}${path}`],
    ]);
  }

  /** What it was asked at a path since it started. */
  async asked(path: string): Promise<Asked[]> {
    const lines = (await Deno.readTextFile(this.#log)).split("\n").filter((line) => line !== "");
    return lines.map((line) => Asked.parse(JSON.parse(line))).filter((asked) => asked.path === path);
  }
}

/** The only ones who ask are the API server's own clients. */
export async function checkAskers(directory: Directory): Promise<void> {
  assert.equal((await directory.curl("/tokens")).stdout, "403", "no certificate");
  assert.equal((await directory.curl("/tokens", "front-proxy-client")).stdout, "403", "another CA");
  assert.equal((await directory.curl("/tokens", "users/jane")).stdout, "403", "another client");
  const refused = (await directory.asked("/tokens")).filter(({ isKnown }) => !isKnown);
  assert.deepEqual(refused.map(({ name }) => name), ["", "front-proxy-client", "jane"]);
}
