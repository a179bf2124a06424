/** What stands for `/` is never left: not by symbolic links, not by relative paths, not by drop-ins. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { dirname, join } from "node:path";
import { inspect } from "../scripts/inspect.ts";
import { verify } from "../scripts/verify.ts";
import type { Row } from "../scripts/inspect/row.ts";

const KEY = generateKeyPairSync("ed25519").publicKey.export({ format: "pem", type: "spki" }).toString();

/** A machine's folder and, beside it, what is not the machine's. */
async function withMachine(work: (root: string, outside: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hardway-root-" });
  try {
    const outside = join(folder, "outside");
    await write(join(outside, "key.pem"), KEY);
    await Deno.mkdir(join(folder, "root"));
    await work(join(folder, "root"), outside);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, text);
}

async function link(path: string, target: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.symlink(target, path);
}

const keysOf = (rows: readonly Row[]): string[] =>
  rows.filter(({ sha256, keyAlgorithm }) => sha256 !== null || keyAlgorithm !== null).map(({ path }) => path);

for (const [name, target] of [["an absolute link", ""], ["a link of dots", "../".repeat(30)]] as const) {
  Deno.test(`--root: ${name} to what is only outside leads nowhere`, async () => {
    await withMachine(async (root, outside) => {
      const to = target === "" ? outside : `${target}${outside.slice(1)}`;
      await link(join(root, "etc/pki/file.pem"), join(to, "key.pem"));
      await link(join(root, "etc/pki/folder"), to);
      const rows = await inspect({ paths: [root], root });
      assert.deepEqual(keysOf(rows), []);
      assert.deepEqual(rows.map(({ problems }) => problems), [
        ["missing-file: it is a link that leads nowhere"],
        ["missing-file: it is a link that leads nowhere"],
      ]);
    });
  });
}

Deno.test("--root: a link leads to the file of the same name inside, though there is one outside", async () => {
  await withMachine(async (root, outside) => {
    await write(join(root, outside, "key.pem"), "nothing");
    await link(join(root, "etc/pki/file.pem"), join(outside, "key.pem"));
    assert.deepEqual(keysOf(await inspect({ paths: [join(root, "etc")], root })), []);
    await write(join(root, outside, "key.pem"), KEY);
    const found = keysOf(await inspect({ paths: [join(root, "etc")], root }));
    assert.deepEqual(found, [join(root, "etc/pki/file.pem")]);
  });
});

Deno.test("a tree that was copied: a link leads within it, though this machine has such a file", async () => {
  await withMachine(async (root, outside) => {
    await write(join(root, outside, "key.pem"), "nothing");
    await link(join(root, "etc/pki/file.pem"), join(outside, "key.pem"));
    assert.deepEqual(keysOf(await inspect({ paths: [join(root, "etc")] })), []);
  });
});

Deno.test("--root: relative paths in a kubeconfig end at it", async () => {
  await withMachine(async (root, outside) => {
    const cluster = { server: "https://x", "certificate-authority": `../../outside/key.pem` };
    const user = { "client-certificate": `${"../".repeat(30)}${outside.slice(1)}/key.pem` };
    await write(
      join(root, "home/config"),
      JSON.stringify({ kind: "Config", clusters: [{ cluster }], users: [{ user }], contexts: [] }),
    );
    const rows = await inspect({ paths: [root], root });
    assert.deepEqual(keysOf(rows), []);
    assert.deepEqual(rows.map(({ path }) => path), [
      join(root, "home/config"),
      join(root, "outside/key.pem"),
      join(root, outside, "key.pem"),
    ]);
  });
});

Deno.test("--root: more links than a system follows lead nowhere, and end no run", async () => {
  await withMachine(async (root, outside) => {
    for (let at = 1; at <= 60; at++) await link(join(root, `l/${at}`), `/l/${at + 1}`);
    await link(join(root, "l/61"), join(outside, "key.pem"));
    for (let first = 15; first <= 25; first++) {
      const unit = join(root, "etc/systemd/system/kube-apiserver.service");
      await write(unit, `[Service]\nExecStart=/usr/bin/kube-apiserver --tls-private-key-file=/l/${first}\n`);
      assert.deepEqual(keysOf(await inspect({ paths: [root], root })), []);
    }
  });
});

Deno.test("--root: drop-ins are those of the machine", async () => {
  await withMachine(async (root, outside) => {
    const dropIn = "[Service]\nExecStart=\nExecStart=/usr/bin/kube-apiserver --tls-cert-file=/b\n";
    await write(join(root, "etc/systemd/system/a.service"), "[Service]\nExecStart=/usr/bin/kube-apiserver\n");
    await write(join(outside, "x.conf"), dropIn);
    await link(join(root, "etc/systemd/system/a.service.d/x.conf"), join(outside, "x.conf"));
    const flags = async (): Promise<(string | null)[]> =>
      (await inspect({ paths: [join(root, "etc/systemd/system/a.service")], root })).map(({ flag }) => flag);
    assert.deepEqual(await flags(), []);
    await write(join(root, outside, "x.conf"), dropIn);
    assert.deepEqual(await flags(), ["--tls-cert-file"]);
  });
});

Deno.test("drop-ins of a package's unit stand in /etc too, and go before those of the package", async () => {
  await withMachine(async (root) => {
    const unit = "usr/lib/systemd/system/a.service";
    const dropIn = (path: string): string =>
      `[Service]\nExecStart=\nExecStart=/usr/bin/kube-apiserver --tls-cert-file=${path}\n`;
    await write(join(root, unit), "[Service]\nExecStart=/usr/bin/kube-apiserver --tls-cert-file=/unit\n");
    const named = async (): Promise<string[]> =>
      (await inspect({ paths: [join(root, unit)], root })).map(({ path }) => path.slice(root.length));
    assert.deepEqual(await named(), ["/unit"]);
    await write(join(root, `${unit}.d/10.conf`), dropIn("/package"));
    assert.deepEqual(await named(), ["/package"]);
    await write(join(root, "etc/systemd/system/a.service.d/05.conf"), dropIn("/earlier"));
    assert.deepEqual(await named(), ["/package"]);
    await write(join(root, "etc/systemd/system/a.service.d/10.conf"), dropIn("/administrator"));
    assert.deepEqual(await named(), ["/administrator"]);
  });
});

Deno.test("a path that no file can have is missing, and no bug", async () => {
  await withMachine(async (root) => {
    const cluster = { server: "https://x", "certificate-authority": "a\0b" };
    await write(
      join(root, "config"),
      JSON.stringify({ kind: "Config", clusters: [{ cluster }], users: [], contexts: [] }),
    );
    for (const options of [{ paths: [root] }, { paths: [root], root }]) {
      const problems = (await inspect(options)).flatMap((row) => row.problems);
      assert.deepEqual(problems, ["missing-file: no such file"]);
    }
  });
});

Deno.test("what the user names and is not there is an error; a link to nothing in a folder is a warning", async () => {
  await withMachine(async (root) => {
    await link(join(root, "etc/pki/file.pem"), "/nowhere");
    const judge = async (path: string): Promise<string[]> =>
      (await verify({ paths: [join(root, path)] })).map(({ severity, code, path: at }) =>
        `${severity} ${code} ${at.slice(root.length)}`
      );
    assert.deepEqual(await judge("nothing"), ["error missing-file /nothing"]);
    assert.deepEqual(await judge("etc"), ["warning missing-file /etc/pki/file.pem"]);
  });
});

Deno.test("in the folder of a tree that was copied, files are those of the tree", async () => {
  await withMachine(async (root) => {
    const unit = "etc/systemd/system/a.service";
    await write(
      join(root, unit),
      "[Service]\nExecStart=/usr/bin/kube-apiserver --tls-cert-file=/srv/key.pem\n",
    );
    await write(join(root, "srv/key.pem"), KEY);
    for (const path of ["etc", unit, "."]) {
      const [row] = await inspect({ folder: root, paths: [path] });
      assert.equal(row?.path, path === "." ? "./srv/key.pem" : "srv/key.pem");
      assert.deepEqual(row.problems, ["unparsable: nothing of type Server is in it"]);
    }
  });
});

Deno.test("what kubectl config view leaves out is told of", async () => {
  await withMachine(async (root) => {
    const cluster = { server: "https://x", "certificate-authority-data": "DATA+OMITTED" };
    await write(join(root, "config"), JSON.stringify({ kind: "Config", clusters: [{ cluster }], users: [] }));
    const messages = (await verify({ paths: [root] })).map(({ code, message }) => `${code}: ${message}`);
    assert.deepEqual(messages, [
      "unparsable: embedded data cannot be read: kubectl left it out; use kubectl config view --raw",
    ]);
  });
});
