/** What a person sees of inspect, verify and expiry: nothing found, a slip in a path, narrow and wide screens. */
import assert from "node:assert/strict";
import { formatEndings } from "../scripts/inspect/ending_forms.ts";
import type { Ending } from "../scripts/inspect/endings.ts";
import { displayWidth } from "../scripts/shared/text.ts";
import { run, withFolder } from "./run.ts";

const COMMANDS = ["inspect", "verify", "expiry"] as const;

Deno.test("where nothing was found, it is said, for files and for an empty stdin", async () => {
  await withFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/empty`);
    Deno.writeTextFileSync(`${folder}/plain.txt`, "hello\n");
    for (const command of COMMANDS) {
      for (const [path, files] of [["empty", "0 files"], ["plain.txt", "1 file"]] as const) {
        const { code, stderr } = await run(command, [path], { cwd: folder });
        const what = "no certificate, key, kubeconfig, manifest or unit";
        assert.deepEqual([code, stderr], [0, `Nothing to look at: ${what} in ${files}\n`], command);
      }
      const quiet = await run(command, ["empty", "--quiet"], { cwd: folder });
      assert.deepEqual([quiet.code, quiet.stdout, quiet.stderr], [0, "", ""]);
    }
  });
});

Deno.test("a slip in a path never passes for a good tree", async () => {
  await withFolder(async (folder) => {
    const verify = await run("verify", ["etc/kubernets"], { cwd: folder });
    assert.equal(verify.code, 1);
    assert.match(
      verify.stdout,
      /^error +missing-file +etc\/kubernets\n +There is no such file or folder\.$/m,
    );
    const expiry = await run("expiry", ["etc/kubernets", "nowhere", "-o", "json"], { cwd: folder });
    assert.deepEqual(
      [JSON.parse(expiry.stdout), expiry.stderr],
      [{ endings: [] }, "Cannot read etc/kubernets and 1 more file: inspect says why\n"],
    );
    // A link in a folder that leads nowhere is nobody's slip.
    Deno.symlinkSync("nowhere", `${folder}/link.crt`);
    assert.equal((await run("verify", ["."], { cwd: folder })).code, 0);
  });
});

function ending(more: Partial<Ending>): Ending {
  return {
    type: "Client",
    isCA: false,
    component: null,
    path: "",
    flag: null,
    cn: null,
    issuer: "CN=kubernetes",
    expiration: "2027-01-01T00:00:00Z",
    residualSeconds: 86400,
    ...more,
  };
}

Deno.test("expiry's table folds a CA that many files embed, says a shared folder once, and counts what is past", () => {
  const top = "/mnt/backups/control-plane-1.example.org/etc/kubernetes";
  const ca = { type: "CA", isCA: true, cn: "kubernetes", expiration: "2036-01-01T00:00:00Z" } as const;
  const embedded = "clusters[0].cluster.certificate-authority-data";
  const endings = [
    ending({ path: `${top}/admin.conf`, flag: "users[0]", cn: "김철수 관리자", residualSeconds: -5 }),
    ending({ path: `${top}/pki/etcd/server.crt`, cn: "server" }),
    ending({ path: `${top}/pki/etcd/peer.crt`, cn: "server" }),
    ending({ ...ca, path: `${top}/admin.conf`, flag: embedded, residualSeconds: 1e9 }),
    ending({ ...ca, path: `${top}/pki/ca.crt`, flag: "--client-ca-file", residualSeconds: 1e9 }),
    ending({ ...ca, path: `${top}/scheduler.conf`, flag: embedded, residualSeconds: 1e9 }),
  ];
  const table = (columns: number): string[] =>
    formatEndings(endings, "table", { at: 0, within: 30 * 86400, columns }).split("\n");
  assert.deepEqual(table(80), [
    `In ${top}/`,
    "EXPIRATION  LEFT   TYPE           CN             PATH",
    "2027-01-01  ended  Client         김철수 관리자  admin.conf",
    "2027-01-01  24h    Client         server         pki/etcd/server.crt",
    "2027-01-01  24h    Client         server         pki/etcd/peer.crt",
    "2036-01-01  31y    CA in 3 files  kubernetes     pki/ca.crt",
    "4 rows, 1 past, 2 within 30d.",
    "-o csv has a row for each file of a CA.",
  ]);
  assert.ok(!table(160).some((line) => line.startsWith("In ")));
  assert.deepEqual(table(70).filter((line) => displayWidth(line) > 70), []);
});
