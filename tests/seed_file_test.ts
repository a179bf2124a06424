/** The seed's file: who may read it, and that it is born once, whole, whatever happens meanwhile. */
import assert from "node:assert/strict";
import { HardwayError } from "../scripts/shared/errors.ts";
import { createSeedFile, readSeedFile, sweepSeedTemporaries } from "../scripts/write/disk/seed_file.ts";

const SECRET = "HARDWAY-SEED-1THESECRET\n";
const UNIQUE = "0123456789abcdef";
const MODULE = JSON.stringify(new URL("../scripts/write/disk/seed_file.ts", import.meta.url).href);

function withFolder(action: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    action(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function names(path: string): string[] {
  return [...Deno.readDirSync(path)].map((entry) => entry.name).sort();
}

function fails(action: () => unknown, code: string, message: string): void {
  assert.throws(action, (error: unknown) => {
    assert.ok(error instanceof HardwayError, String(error));
    assert.deepEqual([error.code, error.message], [code, message]);
    assert.doesNotMatch(Deno.inspect(error), /THESECRET/);
    return true;
  });
}

/** A process with the permissions that the commands' documentation promises to be enough. */
function child(folder: string, program: string, stdin: "null" | "piped" = "null"): Deno.ChildProcess {
  const path = `${Deno.makeTempDirSync({ dir: folder })}/program.ts`;
  Deno.writeTextFileSync(path, program);
  const flags = ["run", "--no-lock", "--no-prompt", "--allow-read", `--allow-write=${folder}`];
  return new Deno.Command(Deno.execPath(), {
    args: [...flags, path],
    stdin,
    stdout: "piped",
    stderr: "piped",
  })
    .spawn();
}

async function lines(process: Deno.ChildProcess): Promise<string> {
  const done = await process.output();
  assert.equal(new TextDecoder().decode(done.stderr), "");
  return new TextDecoder().decode(done.stdout);
}

/** Replaces functions of Deno while an action runs. */
function withReplaced(values: Readonly<Record<string, unknown>>, action: () => void): void {
  const originals = Object.keys(values).map((
    name,
  ) => [name, Object.getOwnPropertyDescriptor(Deno, name) ?? {}]);
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(Deno, name, { value, configurable: true, writable: true });
  }
  try {
    action();
  } finally {
    for (const [name, original] of originals) Object.defineProperty(Deno, String(name), Object(original));
  }
}

Deno.test("readSeedFile reads a file of its owner, also behind a link", () => {
  withFolder((folder) => {
    const path = `${folder}/lab.seed`;
    assert.equal(readSeedFile(path), undefined);
    for (const mode of [0o600, 0o400]) {
      Deno.writeTextFileSync(path, SECRET);
      Deno.chmodSync(path, mode);
      assert.equal(readSeedFile(path), SECRET);
      Deno.removeSync(path);
    }
    Deno.writeTextFileSync(path, "x".repeat(64 * 1024), { mode: 0o600 });
    Deno.symlinkSync("lab.seed", `${folder}/link`);
    assert.equal(readSeedFile(`${folder}/link`)?.length, 64 * 1024);
  });
});

Deno.test("readSeedFile refuses permissions for group or others, and names the remedy", () => {
  withFolder((folder) => {
    const path = `${folder}/it's mine.seed`;
    Deno.writeTextFileSync(path, SECRET);
    for (
      const [mode, octal] of [[0o644, "0644"], [0o640, "0640"], [0o601, "0601"], [0o620, "0620"]] as const
    ) {
      Deno.chmodSync(path, mode);
      const reason = `Its mode ${octal} gives permissions to group or others, expected 0600`;
      fails(
        () => readSeedFile(path, "lab.seed"),
        "seed-invalid",
        `lab.seed: ${reason}: run chmod 600 lab.seed`,
      );
      fails(
        () => readSeedFile(path, "it's mine.seed"),
        "seed-invalid",
        `it's mine.seed: ${reason}: run chmod 600 'it'\\''s mine.seed'`,
      );
    }
  });
});

Deno.test("readSeedFile refuses what is no small UTF-8 file", () => {
  withFolder((folder) => {
    const path = `${folder}/lab.seed`;
    const refused = (message: string): void => {
      fails(() => readSeedFile(path, "lab.seed"), "seed-invalid", `lab.seed: ${message}`);
      Deno.removeSync(path);
    };
    Deno.mkdirSync(path);
    refused("It is a folder, expected a regular file");
    new Deno.Command("mkfifo", { args: [path] }).outputSync();
    refused("It is a FIFO, expected a regular file (--seed - reads a seed from a pipe)");
    Deno.symlinkSync("/dev/zero", path);
    refused("It is a character device, expected a regular file");
    Deno.symlinkSync("nothing", path);
    refused("It is a symbolic link to nothing");
    Deno.writeTextFileSync(path, SECRET.repeat(3000), { mode: 0o600 });
    refused("It is larger than 64 KiB, expected one line and comments");
    Deno.writeFileSync(path, new Uint8Array([0x41, 0xff]), { mode: 0o600 });
    refused("It is not UTF-8 text");
    Deno.symlinkSync("lab.seed", path);
    fails(() => readSeedFile(path, "lab.seed"), "disk", "Cannot read lab.seed: too many symbolic links");
    fails(
      () => readSeedFile("/dev/null/lab.seed", "lab.seed"),
      "disk",
      "Cannot read lab.seed: a file stands where a folder belongs",
    );
  });
});

Deno.test("readSeedFromStdin reads to the end, and no more than 64 KiB of UTF-8", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const program = `
      import { readSeedFromStdin } from ${MODULE};
      try { console.log((await readSeedFromStdin()).length); } catch (error) { console.log(error.code, error.message); }
    `;
    const cases: [Uint8Array<ArrayBuffer>, string][] = [
      [new Uint8Array(0), "0\n"],
      [new Uint8Array(64 * 1024).fill(0x41), "65536\n"],
      [
        new Uint8Array(1024 * 1024).fill(0x41),
        "seed-invalid standard input: It is larger than 64 KiB, expected one line and comments\n",
      ],
      [new Uint8Array([0xff]), "seed-invalid standard input: It is not UTF-8 text\n"],
    ];
    await Promise.all(cases.map(async ([input, expected]) => {
      const process = child(folder, program, "piped");
      // The reader leaves early when there is too much.
      const written = new Blob([input]).stream().pipeTo(process.stdin).catch(() => {});
      assert.equal(await lines(process), expected);
      await written;
    }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("createSeedFile makes the seed once, 0600, and leaves nothing else", () => {
  withFolder((folder) => {
    const path = `${folder}/lab.seed`;
    assert.deepEqual(createSeedFile(path, SECRET, { unique: UNIQUE }), { created: true });
    const info = Deno.lstatSync(path);
    assert.deepEqual([(info.mode ?? 0) & 0o7777, info.nlink], [0o600, 1]);
    assert.deepEqual(createSeedFile(path, "other", { unique: UNIQUE }), { created: false });
    assert.deepEqual([names(folder), readSeedFile(path)], [["lab.seed"], SECRET]);
    Deno.symlinkSync("nothing", `${folder}/link`);
    assert.deepEqual(createSeedFile(`${folder}/link`, SECRET, { unique: UNIQUE }), { created: false });
    assert.deepEqual(names(folder), ["lab.seed", "link"]);
    assert.throws(() => createSeedFile(path, SECRET, { unique: "../x" }), TypeError);
  });
});

Deno.test("createSeedFile loses against a seed that appears just before the link", () => {
  withFolder((folder) => {
    const path = `${folder}/lab.seed`;
    const link = Deno.linkSync;
    const late = (from: string, to: string): void => {
      Deno.writeTextFileSync(path, "winner", { mode: 0o600 });
      link(from, to);
    };
    withReplaced({ linkSync: late }, () => {
      assert.deepEqual(createSeedFile(path, SECRET, { unique: UNIQUE }), { created: false });
    });
    assert.deepEqual([names(folder), readSeedFile(path)], [["lab.seed"], "winner"]);
  });
});

Deno.test("createSeedFile starts again when its temporary file was swept", () => {
  withFolder((folder) => {
    const path = `${folder}/lab.seed`;
    const link = Deno.linkSync;
    let sweeps = 0;
    const swept = (from: string, to: string): void => {
      if (sweeps++ < 3) assert.equal(sweepSeedTemporaries(path), 1);
      link(from, to);
    };
    withReplaced({ linkSync: swept }, () => {
      assert.deepEqual(createSeedFile(path, SECRET, { unique: UNIQUE }), { created: true });
    });
    assert.deepEqual([sweeps, names(folder), readSeedFile(path)], [4, ["lab.seed"], SECRET]);
  });
});

Deno.test("createSeedFile flushes file and folder while the seed has two names", () => {
  withFolder((folder) => {
    const path = `${folder}/lab.seed`;
    const events: string[] = [];
    const { openSync, linkSync, removeSync } = Deno;
    const replaced = {
      openSync: (name: string, options: Deno.OpenOptions): Deno.FsFile => {
        const file = openSync(name, options);
        const sync = file.syncSync.bind(file);
        file.syncSync = () => {
          events.push(name.endsWith("/") ? "flush folder" : "flush file");
          sync();
        };
        return file;
      },
      linkSync: (from: string, to: string): void => {
        events.push("link");
        linkSync(from, to);
      },
      removeSync: (name: string): void => {
        events.push("remove");
        removeSync(name);
      },
    };
    withReplaced(replaced, () => createSeedFile(path, SECRET, { unique: UNIQUE }));
    assert.deepEqual(events, ["flush file", "link", "flush folder", "remove"]);
  });
});

Deno.test("createSeedFile says what the disk has against it, and never the seed", () => {
  withFolder((folder) => {
    const options = { unique: UNIQUE, shown: "lab.seed" };
    const create = (path: string): unknown => createSeedFile(`${folder}/${path}`, SECRET, options);
    fails(() => create("none/lab.seed"), "disk", "Cannot create lab.seed: no such file or folder");
    const temporary = `.lab.seed.${UNIQUE}.tmp`;
    Deno.symlinkSync("target", `${folder}/${temporary}`);
    const inTheWay = `Cannot create lab.seed: ${temporary} is in the way, expected nothing there`;
    fails(() => create("lab.seed"), "refused", inTheWay);
    assert.deepEqual(names(folder), [temporary]);
    Deno.removeSync(`${folder}/${temporary}`);
    const linkSync = (): void => {
      throw Object.assign(new Deno.errors.PermissionDenied("Operation not permitted (os error 1)"), {
        code: "EPERM",
      });
    };
    const noLinks =
      "Cannot create lab.seed: its file system has no hard links, expected a place on one that has";
    withReplaced({ linkSync }, () => fails(() => create("lab.seed"), "disk", noLinks));
    const always = (): void => {
      throw new Deno.errors.NotFound("gone");
    };
    const swept = "Cannot create lab.seed: its temporary file was removed again and again";
    withReplaced({ linkSync: always }, () => fails(() => create("lab.seed"), "disk", swept));
    assert.deepEqual(names(folder), []);
    if (
      new Deno.Command("mount", { args: ["-t", "tmpfs", "-o", "size=4k", "tmpfs", folder] }).outputSync()
        .success
    ) {
      try {
        Deno.writeFileSync(`${folder}/filler`, new Uint8Array(4096));
        fails(() => create("lab.seed"), "disk", "Cannot create lab.seed: no space left on the device");
        assert.deepEqual(names(folder), ["filler"]);
      } finally {
        new Deno.Command("umount", { args: [folder] }).outputSync();
      }
    } else console.warn("SKIPPED: a full disk needs root to mount one");
  });
});

Deno.test("sweepSeedTemporaries removes exactly the leftovers of this seed", () => {
  withFolder((folder) => {
    const kept = [
      ".lab.seed.0123456789ABCDEF.tmp",
      ".lab.seed.0123456789abcde.tmp",
      ".lab.seed.0123456789abcdef.tmp.tmp",
      ".labxseed.0123456789abcdef.tmp",
      ".other.seed.0123456789abcdef.tmp",
      "lab.seed",
      "lab.seed.0123456789abcdef.tmp",
    ];
    for (const name of kept) Deno.writeTextFileSync(`${folder}/${name}`, SECRET);
    Deno.symlinkSync("lab.seed", `${folder}/.lab.seed.aaaaaaaaaaaaaaaa.tmp`);
    Deno.mkdirSync(`${folder}/.lab.seed.bbbbbbbbbbbbbbbb.tmp`);
    Deno.linkSync(`${folder}/lab.seed`, `${folder}/.lab.seed.${UNIQUE}.tmp`);
    Deno.writeTextFileSync(`${folder}/.lab.seed.fedcba9876543210.tmp`, SECRET);
    assert.equal(sweepSeedTemporaries(`${folder}/lab.seed`), 2);
    const odd = [".lab.seed.aaaaaaaaaaaaaaaa.tmp", ".lab.seed.bbbbbbbbbbbbbbbb.tmp"];
    assert.deepEqual(names(folder), [...kept, ...odd].sort());
    const message = "Cannot clean up beside lab.seed: no such file or folder";
    fails(() => sweepSeedTemporaries(`${folder}/none/lab.seed`, "lab.seed"), "disk", message);
  });
});

Deno.test("of two processes that make one seed, exactly one does, and both read the same", async () => {
  const folder = await Deno.makeTempDir();
  try {
    // Each waits for a moment that both know, so that they meet in every round.
    const program = (digit: number): string => `
      import { createSeedFile, readSeedFile } from ${MODULE};
      const start = Number(Deno.readTextFileSync(${JSON.stringify(`${folder}/start`)}));
      for (let round = 0; round < 10; round++) {
        const path = ${JSON.stringify(folder)} + "/" + round + ".seed";
        while (Date.now() < start + round * 20);
        const { created } = createSeedFile(path, "seed of ${digit}", { unique: "${
      String(digit).repeat(16)
    }" });
        console.log(created, readSeedFile(path));
      }
    `;
    await Deno.writeTextFile(`${folder}/start`, String(Date.now() + 700));
    const [one, two] = await Promise.all([
      lines(child(folder, program(1))),
      lines(child(folder, program(2))),
    ]);
    const [ones, twos] = [one.trim().split("\n"), two.trim().split("\n")];
    assert.deepEqual([ones.length, twos.length], [10, 10]);
    ones.forEach((line, round) => {
      const both = [line, twos[round] ?? ""];
      assert.equal(both.filter((text) => text.startsWith("true")).length, 1, `round ${round}: ${both}`);
      assert.equal(new Set(both.map((text) => text.split(" ").slice(1).join(" "))).size, 1, `round ${round}`);
    });
    assert.deepEqual(names(folder).filter((name) => name.endsWith(".tmp")), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a birth that was killed anywhere is completed or cleaned up by the next run", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const [where, hasSeed] of [["before", false], ["after", true]] as const) {
      const path = `${folder}/${where}/lab.seed`;
      await Deno.mkdir(`${folder}/${where}`);
      const stop = `console.log("now"); while (true);`;
      const program = `
        import { createSeedFile } from ${MODULE};
        const link = Deno.linkSync;
        Object.defineProperty(Deno, "linkSync", { value: (from, to) => {
          ${where === "after" ? "link(from, to);" : ""} ${stop}
        } });
        createSeedFile(${JSON.stringify(path)}, "first", { unique: "${UNIQUE}" });
      `;
      const process = child(folder, program);
      const reader = process.stdout.getReader();
      await reader.read();
      process.kill("SIGKILL");
      await reader.cancel();
      await process.stderr.cancel();
      await process.status;
      const leftover = `.lab.seed.${UNIQUE}.tmp`;
      assert.deepEqual(names(`${folder}/${where}`), hasSeed ? [leftover, "lab.seed"] : [leftover]);
      assert.equal(Deno.lstatSync(`${folder}/${where}/${leftover}`).nlink, hasSeed ? 2 : 1);
      const second = createSeedFile(path, "second", { unique: "f".repeat(16) });
      assert.deepEqual(second, { created: !hasSeed });
      assert.equal(sweepSeedTemporaries(path), hasSeed ? 1 : 0);
      assert.equal(readSeedFile(path), hasSeed ? "first" : "second");
      assert.deepEqual(names(`${folder}/${where}`), ["lab.seed"]);
      assert.equal(Deno.lstatSync(path).nlink, 1);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
