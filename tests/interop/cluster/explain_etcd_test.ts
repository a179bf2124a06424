/**
 * What a real etcd and its clients say of each other's certificates: the words that `explain` has for it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Message, MESSAGES } from "../../../scripts/teach/explain/messages.ts";
import { provisionIn, spec, withSpec } from "../../run.ts";
import { findProgram, type Result, run, testWith } from "../tools.ts";
import { builtProgram } from "./built.ts";
import { assertSaid, hasSaid } from "./words.ts";

/** A client of etcd for a day, and a member of another name. */
const SPEC = spec(`certificates:
  - { name: brief, authority: etcd, usages: [client] }
  - { name: far, authority: etcd, usages: [client, server], sans: [far.example] }
`).replace(/^keys.*$/m, "keys: { leaf: ECDSA-P256 }")
  .replace("leaf: 50y", 'leaf: 50y, overrides: { "extra/brief": 1d }');

/** A port that is free now. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

testWith(
  [builtProgram("etcd"), builtProgram("etcdctl"), findProgram("curl", "curl")],
  "etcd and its clients say of each other what the table says",
  async (t, etcd = "", etcdctl = "", curl = "") => {
    await withSpec(SPEC, async (folder) => {
      await provisionIn(folder);
      const pki = `${folder}/out/lab/pki`;
      const [client = "", peer = "", ...free] = [1, 2, 3, 4, 5].map(() => `https://127.0.0.1:${freePort()}`);
      /** Starts a member; others may be meant to be there. */
      const start = (name: string, client: string, peer: string, others: string): Deno.ChildProcess =>
        new Deno.Command(etcd, {
          args: [
            ...[`--data-dir=${folder}/${name}`, "--name=server", `--initial-cluster=server=${peer}${others}`],
            ...[`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`, "--client-cert-auth"],
            ...[`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`],
            ...[`--cert-file=${pki}/etcd/server/server.crt`, `--key-file=${pki}/etcd/server/server.key`],
            ...[
              `--peer-cert-file=${pki}/etcd/server/peer.crt`,
              `--peer-key-file=${pki}/etcd/server/peer.key`,
            ],
            ...[`--trusted-ca-file=${pki}/etcd/ca.crt`, `--peer-trusted-ca-file=${pki}/etcd/ca.crt`],
            ...["--peer-client-cert-auth", `--log-outputs=${folder}/${name}.log`],
          ],
          stdin: "null",
          stdout: "null",
          stderr: "null",
        }).spawn();
      const server = start("etcd", client, peer, "");
      try {
        const call = async (
          name: string | undefined,
          ca = "etcd/ca",
          endpoint = client,
          timeout = "5s",
        ): Promise<Result> => {
          const pair = name === undefined ? [] : [`--cert=${pki}/${name}.crt`, `--key=${pki}/${name}.key`];
          const trust = [`--cacert=${pki}/${ca}.crt`, `--endpoints=${endpoint}`];
          return await run(etcdctl, [...trust, ...pair, `--command-timeout=${timeout}`, "get", "a"]);
        };
        const log = (): string => Deno.readTextFileSync(`${folder}/etcd.log`);
        for (let tries = 0; (await call("etcd/healthcheck-client")).code !== 0; tries++) {
          assert.ok(tries < 20, log());
        }
        const cases:
          readonly (readonly [what: string, name: string | undefined, heard: Message, logged: Message])[] = [
            ["of another CA", "admin", MESSAGES.alertUnknownAuthority, MESSAGES.unknownAuthority],
            ["past its end", "extra/brief", MESSAGES.alertExpired, MESSAGES.expired],
            ["none", undefined, MESSAGES.alertRequired, MESSAGES.noCertificate],
          ];
        for (const [what, name, heard, logged] of cases) {
          await t.step(`a client certificate: ${what}`, async () => {
            // A client that still writes when the alert comes hears of a broken pipe.
            let said = "";
            for (let tries = 0; tries < 20 && !hasSaid(said, heard); tries++) {
              const { code, stdout, stderr } = await call(name, "etcd/ca", client, "1s");
              assert.notEqual(code, 0);
              said = stdout + stderr;
            }
            assertSaid(said, heard);
            for (const message of [MESSAGES.etcdClientRejected, logged]) assertSaid(log(), message);
          });
        }
        await t.step("a server of another CA, and one with another name", async () => {
          const other = await call("etcd/healthcheck-client", "ca");
          for (const message of [MESSAGES.grpcHandshake, MESSAGES.unknownAuthority]) {
            assertSaid(other.stderr, message);
          }
        });
        await t.step("a member with a certificate of another CA", async () => {
          const words = ["-sk", "--cert", `${pki}/admin.crt`, "--key", `${pki}/admin.key`, `${peer}/version`];
          assert.notEqual((await run(curl, words)).code, 0);
          assertSaid(log(), MESSAGES.etcdPeerRejected);
        });
        await t.step("a member with a certificate for another name", async () => {
          const words = ["-sk", "--cert", `${pki}/extra/far.crt`, "--key", `${pki}/extra/far.key`];
          await run(curl, [...words, `${peer}/version`]);
          assertSaid(log(), MESSAGES.peerName);
        });
        await t.step("a member that is not there", async () => {
          const [ownClient = "", ownPeer = "", away = ""] = free;
          const lonely = start("lonely", ownClient, ownPeer, `,away=${away}`);
          try {
            let said = "";
            for (let tries = 0; tries < 120 && !hasSaid(said, MESSAGES.peerUnhealthy); tries++) {
              await new Promise((resolve) => setTimeout(resolve, 500));
              said = Deno.readTextFileSync(`${folder}/lonely.log`);
            }
            assertSaid(said, MESSAGES.peerUnhealthy);
          } finally {
            lonely.kill("SIGKILL");
            await lonely.status;
          }
        });
      } finally {
        server.kill("SIGKILL");
        await server.status;
      }
    });
  },
);
