/** The lock: one holder, free after any end of it, and nothing but a regular file in its place. */
import assert from "node:assert/strict";
import { HardwayError } from "../scripts/shared/errors.ts";
import { acquireLock, type LockOptions } from "../scripts/write/disk/lock.ts";

const HOLDER = `
import { acquireLock } from ${JSON.stringify(new URL("../scripts/write/disk/lock.ts", import.meta.url).href)};
await acquireLock(Deno.args[0], "lab");
console.log("held");
setTimeout(() => {}, Number(Deno.args[1]));
`;

async function withOut(action: (out: string) => Promise<void>): Promise<void> {
  const out = await Deno.makeTempDir();
  try {
    await action(out);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

/** Another process that holds the lock for a time in milliseconds, and already holds it. */
async function startHolder(out: string, holdMs: number): Promise<Deno.ChildProcess> {
  const program = `${out}/holder.ts`;
  await Deno.writeTextFile(program, HOLDER);
  const flags = ["run", "--no-lock", "--no-prompt", "--allow-read", `--allow-write=${out}`];
  const child = new Deno.Command(Deno.execPath(), {
    args: [...flags, program, out, String(holdMs)],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const first = await reader.read();
  assert.equal(new TextDecoder().decode(first.value), "held\n");
  await reader.cancel();
  return child;
}

async function fails(out: string, options: LockOptions, code: string, message: string): Promise<void> {
  await assert.rejects(acquireLock(out, "lab", { shownOut: "out", ...options }), (error: unknown) => {
    assert.ok(error instanceof HardwayError, String(error));
    assert.deepEqual([error.code, error.message], [code, message]);
    return true;
  });
}

Deno.test("acquireLock makes the file with 0600, and its lock can be taken again after release", async () => {
  await withOut(async (out) => {
    const lock = await acquireLock(`${out}/`, "lab");
    const info = Deno.lstatSync(`${out}/.lab.lock`);
    assert.deepEqual([(info.mode ?? 0) & 0o7777, info.size], [0o600, 0]);
    const other = await acquireLock(out, "other", { waitMs: 0 });
    lock.release();
    lock.release();
    other.release();
    {
      using again = await acquireLock(out, "lab", {
        waitMs: 0,
        onWait: () => assert.fail("nobody holds it"),
      });
      assert.ok(again);
    }
    (await acquireLock(out, "lab", { waitMs: 0 })).release();
    assert.equal(Deno.lstatSync(`${out}/.lab.lock`).ino, info.ino);
  });
});

Deno.test("acquireLock says who is in the way after waitMs, and calls onWait once", async () => {
  await withOut(async (out) => {
    using _held = await acquireLock(out, "lab");
    let waits = 0;
    const start = performance.now();
    await fails(
      out,
      { waitMs: 200, onWait: () => waits++ },
      "locked",
      "Another run holds out/.lab.lock for more than 0.2 s: wait until it has ended, then run this again",
    );
    const took = performance.now() - start;
    assert.ok(took >= 200 && took < 2000, `${took} ms`);
    assert.equal(waits, 1);
  });
});

Deno.test("acquireLock ends its wait when the signal says so", async () => {
  await withOut(async (out) => {
    using _held = await acquireLock(out, "lab");
    const controller = new AbortController();
    const reason = new HardwayError("interrupted", "Interrupted");
    setTimeout(() => controller.abort(reason), 100);
    const start = performance.now();
    await assert.rejects(acquireLock(out, "lab", { signal: controller.signal }), reason);
    assert.ok(performance.now() - start < 2000);
  });
});

Deno.test("acquireLock waits for another process and then gets the lock", async () => {
  await withOut(async (out) => {
    const child = await startHolder(out, 400);
    let waits = 0;
    using lock = await acquireLock(out, "lab", { onWait: () => waits++ });
    assert.ok(lock);
    assert.equal(waits, 1);
    assert.equal((await child.status).code, 0);
  });
});

Deno.test("acquireLock gets the lock of a process that was killed", async () => {
  await withOut(async (out) => {
    const child = await startHolder(out, 60_000);
    await assert.rejects(acquireLock(out, "lab", { waitMs: 0 }), { code: "locked" });
    child.kill("SIGKILL");
    await child.status;
    (await acquireLock(out, "lab", { waitMs: 0, onWait: () => assert.fail("nobody holds it") })).release();
  });
});

Deno.test("acquireLock notices that the file was removed while it waited", async () => {
  await withOut(async (out) => {
    const first = await acquireLock(out, "lab");
    const waiting = acquireLock(out, "lab", { onWait: () => Deno.removeSync(`${out}/.lab.lock`) });
    using second = await waiting;
    assert.ok(second);
    // The one that holds the file of today keeps everyone out; the lock on the removed one is worth nothing.
    first.release();
    await assert.rejects(acquireLock(out, "lab", { waitMs: 0 }), { code: "locked" });
  });
});

Deno.test("acquireLock does not trust a lock on a file that was replaced while being locked", async () => {
  await withOut(async (out) => {
    const path = `${out}/.lab.lock`;
    const original = Object.getOwnPropertyDescriptor(Deno.FsFile.prototype, "tryLockSync") ?? {};
    const tryLockSync = Deno.FsFile.prototype.tryLockSync;
    let calls = 0;
    const value = function (this: Deno.FsFile, isExclusive?: boolean): boolean {
      calls += 1;
      if (calls === 1) Deno.removeSync(path);
      if (calls === 2) {
        Deno.renameSync(path, `${path}.old`);
        Deno.writeTextFileSync(path, "", { mode: 0o600 });
      }
      return tryLockSync.call(this, isExclusive);
    };
    Object.defineProperty(Deno.FsFile.prototype, "tryLockSync", { ...original, value });
    try {
      using lock = await acquireLock(out, "lab");
      assert.ok(lock);
      assert.equal(calls, 3);
      await assert.rejects(acquireLock(out, "lab", { waitMs: 0 }), { code: "locked" });
    } finally {
      Object.defineProperty(Deno.FsFile.prototype, "tryLockSync", original);
    }
  });
});

Deno.test("acquireLock opens a file that a killed run left without the owner's permissions", async () => {
  await withOut(async (out) => {
    await Deno.writeTextFile(`${out}/.lab.lock`, "");
    await Deno.chmod(`${out}/.lab.lock`, 0);
    (await acquireLock(out, "lab", { waitMs: 0 })).release();
    assert.equal((Deno.lstatSync(`${out}/.lab.lock`).mode ?? 0) & 0o777, 0o600);
  });
});

Deno.test("acquireLock refuses a link, a folder and a FIFO, and follows none", async () => {
  await withOut(async (out) => {
    const path = `${out}/.lab.lock`;
    await Deno.writeTextFile(`${out}/target`, "kept", { mode: 0o400 });
    const refused = async (what: string): Promise<void> => {
      const message = `Cannot lock out/.lab.lock: it is ${what}, expected a regular file`;
      await fails(out, { waitMs: 0 }, "refused", message);
      await Deno.remove(path);
    };
    await Deno.symlink("target", path);
    await refused("a symbolic link");
    await Deno.symlink("nothing", path);
    await refused("a symbolic link");
    await Deno.mkdir(path);
    await refused("a folder");
    await new Deno.Command("mkfifo", { args: [path] }).output();
    await refused("a FIFO");
    assert.equal(await Deno.readTextFile(`${out}/target`), "kept");
    assert.equal((Deno.lstatSync(`${out}/target`).mode ?? 0) & 0o777, 0o400);
    assert.deepEqual([...Deno.readDirSync(out)].map((entry) => entry.name), ["target"]);
  });
});

Deno.test("acquireLock says in a sentence that the output folder is missing", async () => {
  await withOut(async (out) => {
    const message = "Cannot lock out/.lab.lock: no such file or folder";
    await fails(`${out}/none`, { waitMs: 0 }, "disk", message);
  });
});
