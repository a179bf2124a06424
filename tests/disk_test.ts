/**
 * The disk layer: modes whatever the umask, links at every level, and sentences for what the system refuses.
 * Children run from a copy of the sources, so that another user can read them and a strange umask spoils no cache.
 */
import assert from "node:assert/strict";
import { HardwayError } from "../scripts/shared/errors.ts";
import { temporaryName } from "../scripts/write/disk/temporary_name.ts";
import { Tree } from "../scripts/write/disk/tree.ts";
import { readSmallFile } from "../scripts/write/disk/raw.ts";
import { diskError } from "../scripts/write/disk/errors.ts";

const bytes = new TextEncoder().encode("content\n");
const isRoot = Deno.uid() === 0;

function mode(path: string): string {
  return ((Deno.lstatSync(path).mode ?? 0) & 0o7777).toString(8);
}

function names(path: string): string[] {
  return [...Deno.readDirSync(path)].map((entry) => entry.name).sort();
}

function fails(action: () => unknown, code: string, message: string): void {
  assert.throws(action, (error: unknown) => {
    assert.ok(error instanceof HardwayError, String(error));
    assert.deepEqual([error.code, error.message], [code, message]);
    return true;
  });
}

function run(command: string, ...args: string[]): { code: number; out: string; err: string } {
  const done = new Deno.Command(command, { args, stdin: "null" }).outputSync();
  const text = new TextDecoder();
  return { code: done.code, out: text.decode(done.stdout), err: text.decode(done.stderr) };
}

/** An empty output folder, its tree named `out/lab` in messages, and whatever lies beside it. */
function withTree(action: (tree: Tree, root: string, around: string) => void): void {
  const around = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${around}/out`);
    action(new Tree(`${around}/out`, "lab", "out"), `${around}/out/lab`, around);
  } finally {
    run("chmod", "-R", "u+rwX", around);
    Deno.removeSync(around, { recursive: true });
  }
}

/** A folder that anyone may read, with our sources; run it as nobody when we are root. */
function withCopy(program: string, action: (copy: string, command: string) => void): void {
  const copy = Deno.makeTempDirSync();
  const scripts = new URL("../scripts", import.meta.url).pathname;
  try {
    run("mkdir", "-p", `${copy}/scripts`, `${copy}/place`);
    run("cp", "-r", `${scripts}/write`, `${scripts}/shared`, `${copy}/scripts`);
    run("mkdir", "-p", `${copy}/deno`);
    Deno.writeTextFileSync(`${copy}/program.ts`, program);
    run("chmod", "-R", "a+rX", copy);
    if (isRoot) run("chown", "-R", "65534:65534", `${copy}/deno`, `${copy}/place`);
    const user = isRoot ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
    const flags = "run --no-lock --no-config --cached-only --no-prompt --allow-read";
    const command = `exec env DENO_DIR=${copy}/deno ${user}${Deno.execPath()} ${flags}`;
    action(copy, command);
  } finally {
    run("chmod", "-R", "u+rwX", copy);
    Deno.removeSync(copy, { recursive: true });
  }
}

/** Replaces a function of Deno while an action runs, to act between two calls of the disk layer. */
function withReplaced(name: "openSync" | "renameSync", value: unknown, action: () => void): void {
  const original = Object.getOwnPropertyDescriptor(Deno, name) ?? {};
  Object.defineProperty(Deno, name, { value, configurable: true, writable: true });
  try {
    action();
  } finally {
    Object.defineProperty(Deno, name, original);
  }
}

const EVERYTHING = `
import { Tree } from "./scripts/write/disk/tree.ts";
import { acquireLock } from "./scripts/write/disk/lock.ts";
import { createSeedFile, readSeedFile, sweepSeedTemporaries } from "./scripts/write/disk/seed_file.ts";
const [out, seed] = Deno.args;
const tree = new Tree(out, "lab");
tree.ensureRoot();
using lock = await acquireLock(out, "lab");
const bytes = new TextEncoder().encode("content\\n");
tree.write("manifest.pending.json", bytes, 0o644, { sync: true });
tree.write("pki/etcd/ca.key", bytes, 0o600);
tree.write("pki/etcd/ca.crt", bytes, 0o644);
tree.write("pki/gone", bytes, 0o644);
tree.chmod("pki/gone", 0o600);
tree.remove("pki/gone");
tree.write("empty/gone", bytes, 0o644);
tree.remove("empty/gone");
tree.removeEmptyFolders("empty/gone");
tree.sweep(["pki/etcd/ca.key"]);
tree.renameSynced("manifest.pending.json", "manifest.json");
tree.read("pki/etcd/ca.key");
createSeedFile(seed, "text\\n", { unique: "0123456789abcdef" });
sweepSeedTemporaries(seed);
console.log(readSeedFile(seed), tree.fixedFolders.length);
`;

Deno.test("everything gets its mode under any umask, with nothing but scoped permissions", () => {
  withCopy(EVERYTHING, (copy, command) => {
    for (const umask of ["0", "0777", "022"]) {
      const place = `${copy}/place/${umask}`;
      run("mkdir", "-p", `${place}/seed`);
      if (isRoot) run("chown", "-R", "65534:65534", place);
      const scope = `--allow-write=${place}/out,${place}/seed`;
      const line =
        `umask ${umask}; ${command} ${scope} ${copy}/program.ts ${place}/out ${place}/seed/lab.seed`;
      // Run twice: the second finds what the first made.
      for (let round = 0; round < 2; round++) {
        const done = run("sh", "-c", line);
        assert.deepEqual([done.err.replace(/^.*(WARN|warn).*\n/gm, ""), done.code], ["", 0]);
        assert.equal(done.out, "text\n 0\n");
      }
      assert.deepEqual(names(`${place}/out`), [".lab.lock", "lab"]);
      assert.deepEqual(names(`${place}/seed`), ["lab.seed"]);
      assert.deepEqual(names(`${place}/out/lab`), ["manifest.json", "pki"]);
      assert.deepEqual(names(`${place}/out/lab/pki/etcd`), ["ca.crt", "ca.key"]);
      for (const folder of ["out", "out/lab", "out/lab/pki", "out/lab/pki/etcd"]) {
        assert.equal(mode(`${place}/${folder}`), "700", `${folder} under ${umask}`);
      }
      for (const file of ["out/.lab.lock", "out/lab/pki/etcd/ca.key", "seed/lab.seed"]) {
        assert.equal(mode(`${place}/${file}`), "600", `${file} under ${umask}`);
      }
      for (const file of ["out/lab/manifest.json", "out/lab/pki/etcd/ca.crt"]) {
        assert.equal(mode(`${place}/${file}`), "644", `${file} under ${umask}`);
      }
    }
  });
});

Deno.test("a folder that a killed run left shut is opened again by the next run", () => {
  withCopy(EVERYTHING, (copy, command) => {
    run("mkdir", "-p", `${copy}/place/out/lab/pki`);
    if (isRoot) run("chown", "-R", "65534:65534", `${copy}/place`);
    run("chmod", "0", `${copy}/place/out/lab/pki`);
    run("chmod", "0", `${copy}/place/out/lab`);
    const folder = `${copy}/place`;
    const done = run(
      "sh",
      "-c",
      `${command} --allow-write=${folder} ${copy}/program.ts ${folder}/out ${folder}/seed`,
    );
    assert.deepEqual([done.err, done.code, done.out], ["", 0, "text\n 2\n"]);
  });
});

Deno.test("a read-only folder and a missing permission are one sentence each", () => {
  const program = `
    import { Tree } from "./scripts/write/disk/tree.ts";
    import { createSeedFile } from "./scripts/write/disk/seed_file.ts";
    const [out] = Deno.args;
    const attempt = (action: () => void): void => {
      try { action(); } catch (error) { console.log(error.code, error.exitCode, error.message); }
    };
    attempt(() => new Tree(out, "lab", "out").write("ca.crt", new Uint8Array(1), 0o644));
    attempt(() => createSeedFile(out + "/lab/a.seed", "secret", { unique: "0123456789abcdef", shown: "a.seed" }));
  `;
  withCopy(program, (copy, command) => {
    run("mkdir", "-p", `${copy}/place/out/lab`);
    if (isRoot) run("chown", "-R", "65534:65534", `${copy}/place`);
    run("chmod", "700", `${copy}/place/out/lab`);
    const line = `${copy}/program.ts ${copy}/place/out`;
    assert.equal(
      run("sh", "-c", `${command} ${line}`).out,
      "disk 2 Cannot write out/lab/ca.crt: Deno has no permission for it, expected --allow-write for out/lab/ca.crt\n" +
        "disk 2 Cannot create a.seed: Deno has no permission for it, expected --allow-write for a.seed\n",
    );
    if (isRoot) run("chown", "-R", "0:0", `${copy}/place`);
    run("chmod", "555", `${copy}/place/out/lab`, `${copy}/place/out`);
    const found = run("sh", "-c", `${command} --allow-write=${copy}/place ${line}`).out;
    // As another user the mode cannot be put right; as the owner it can, so that only the seed's folder would fail.
    if (!isRoot) return console.warn("SKIPPED: a read-only folder of another user needs root to make it");
    assert.equal(
      found,
      "disk 2 Cannot change the mode of out/lab: the operation is not permitted\n" +
        "disk 2 Cannot create a.seed: permission denied\n",
    );
    run("chmod", "755", `${copy}/place/out`);
    Deno.removeSync(`${copy}/place/out/lab`);
    assert.match(
      run("sh", "-c", `${command} --allow-write=${copy}/place ${line}`).out,
      /^disk 2 Cannot make out\/lab: permission denied\ndisk 2 Cannot create a.seed: no such file or folder\n$/,
    );
  });
});

Deno.test("a full disk is one sentence, leaves no temporary file and the old file as it was", () => {
  withTree((tree, root, around) => {
    tree.write("pki/ca.crt", bytes, 0o644);
    if (run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", `${root}/pki`).code !== 0) {
      return console.warn("SKIPPED: a full disk needs root to mount one");
    }
    try {
      Deno.chmodSync(`${root}/pki`, 0o700);
      tree.write("pki/ca.crt", bytes, 0o644);
      const large = new Uint8Array(128 * 1024);
      fails(
        () => tree.write("pki/ca.crt", large, 0o644),
        "disk",
        "Cannot write out/lab/pki/ca.crt: no space left on the device",
      );
      assert.deepEqual(names(`${root}/pki`), ["ca.crt"]);
      assert.deepEqual(tree.read("pki/ca.crt"), bytes);
      assert.equal(run("mount", "-o", "remount,ro", `${root}/pki`).code, 0);
      fails(
        () => tree.write("pki/ca.crt", bytes, 0o644),
        "disk",
        "Cannot write out/lab/pki/ca.crt: the file system is read-only",
      );
    } finally {
      run("umount", `${root}/pki`);
    }
    assert.deepEqual(names(around), ["out"]);
  });
});

Deno.test("temporaryName stays in the folder and within 255 bytes", () => {
  assert.equal(temporaryName("ca.crt"), ".hardway-ca.crt.tmp");
  assert.equal(temporaryName("pki/etcd/ca.crt"), "pki/etcd/.hardway-ca.crt.tmp");
  assert.equal(temporaryName(`pki/${"a".repeat(242)}`), `pki/.hardway-${"a".repeat(242)}.tmp`);
  assert.match(temporaryName(`pki/${"a".repeat(243)}`), /^pki\/\.hardway-[0-9a-f]{16}\.tmp$/);
  assert.match(temporaryName("\u00e9".repeat(125)), /^\.hardway-[0-9a-f]{16}\.tmp$/);
  assert.notEqual(temporaryName("a".repeat(250)), temporaryName("b".repeat(250)));
});

Deno.test("Tree.write takes names of 250 bytes and says when one is too long", () => {
  withTree((tree, root) => {
    const long = "\u00e9".repeat(125);
    tree.write(long, bytes, 0o644);
    assert.deepEqual(names(root), [long]);
    const tooLong = "a".repeat(256);
    const message = `out/lab/${tooLong}: the name is too long for the file system`;
    assert.deepEqual(tree.state(tooLong), { kind: "missing" });
    fails(() => tree.write(tooLong, bytes, 0o644), "disk", `Cannot write ${message}`);
    assert.deepEqual(names(root), [long]);
  });
});

Deno.test("Tree.write replaces a file as a whole and leaves no temporary file", () => {
  withTree((tree, root) => {
    tree.write("pki/ca.key", bytes, 0o644);
    const before = Deno.lstatSync(`${root}/pki/ca.key`).ino;
    tree.write("pki/ca.key", new Uint8Array(0), 0o600, { sync: true });
    assert.notEqual(Deno.lstatSync(`${root}/pki/ca.key`).ino, before);
    assert.equal(mode(`${root}/pki/ca.key`), "600");
    assert.deepEqual(tree.read("pki/ca.key"), new Uint8Array(0));
    assert.deepEqual(names(`${root}/pki`), ["ca.key"]);
    const failing = (): void => {
      throw Object.assign(new Error("Input/output error (os error 5)"), { code: "EIO" });
    };
    withReplaced("renameSync", failing, () =>
      fails(
        () => tree.write("pki/ca.key", bytes, 0o600),
        "disk",
        "Cannot write out/lab/pki/ca.key: input/output error, the device may be failing",
      ));
    assert.deepEqual(names(`${root}/pki`), ["ca.key"]);
    assert.deepEqual(tree.read("pki/ca.key"), new Uint8Array(0));
  });
});

Deno.test("Tree.write gives the temporary file its final mode before its first byte", () => {
  withTree((tree, root, around) => {
    const open = Deno.openSync;
    const seen: string[] = [];
    const watching = (path: string, options: Deno.OpenOptions): Deno.FsFile => {
      const file = open(path, options);
      const write = file.writeSync.bind(file);
      file.writeSync = (part) => {
        seen.push(mode(path));
        return write(part);
      };
      return file;
    };
    withReplaced("openSync", watching, () => {
      tree.write("ca.key", bytes, 0o600, { sync: true });
      tree.write("ca.crt", [bytes], 0o644);
    });
    assert.deepEqual(seen, ["600", "644"]);
    if (run("sh", "-c", "command -v strace").code !== 0) {
      return console.warn("SKIPPED: no strace to see what one call of Deno's does in which order");
    }
    const program = `${around}/program.ts`;
    const module = new URL("../scripts/write/disk/tree.ts", import.meta.url).href;
    Deno.writeTextFileSync(
      program,
      `import { Tree } from "${module}"; new Tree("${around}/out", "lab").write("key", new Uint8Array(9), 0o600);`,
    );
    const line =
      'umask 0777; exec strace -f -e trace=openat,fchmod,write,rename "$0" run -A --config "$1" "$2"';
    const config = new URL("../deno.json", import.meta.url).pathname;
    const traced = run("sh", "-c", line, Deno.execPath(), config, program);
    assert.equal(traced.code, 0, traced.err);
    const calls = traced.err.slice(traced.err.indexOf(".hardway-key.tmp")).replaceAll(
      /.*?(\w+)\((.*)/g,
      "$1 $2",
    );
    assert.match(
      calls,
      /O_CREAT\|O_EXCL[^\n]*0600\)[^\n]*\nfchmod \d+, 0600\)[^\n]*\nwrite [^\n]*, 9\)[^\n]*\n(?:.*\n)*?rename /,
    );
    assert.equal(mode(`${root}/key`), "600");
  });
});

Deno.test("Tree sees nothing where there is nothing, and makes nothing by looking", () => {
  withTree((_, __, around) => {
    for (const out of [`${around}/none`, `${around}/none/deeper`, `${around}/out`]) {
      const tree = new Tree(out, "lab", "out");
      assert.deepEqual(tree.state("pki/ca.crt"), { kind: "missing" });
      assert.equal(tree.sweep(["pki/ca.crt"]), 0);
      tree.removeEmptyFolders("pki/ca.crt");
      fails(() => tree.read("a"), "disk", "Cannot read out/lab/a: no such file or folder");
      fails(() => tree.remove("a"), "disk", "Cannot remove out/lab/a: no such file or folder");
      fails(
        () => tree.chmod("a", 0o600),
        "disk",
        "Cannot change the mode of out/lab/a: no such file or folder",
      );
    }
    assert.deepEqual([names(around), names(`${around}/out`)], [["out"], []]);
    new Tree(`${around}/none/deeper/`, "lab").ensureRoot();
    assert.deepEqual(
      ["none", "none/deeper", "none/deeper/lab"].map((path) => mode(`${around}/${path}`)),
      ["700", "700", "700"],
    );
  });
});

Deno.test("Tree follows links to out, and says when out is no folder", () => {
  withTree((_, root, around) => {
    Deno.symlinkSync("out", `${around}/link`);
    new Tree(`${around}/link`, "lab").write("a", bytes, 0o644);
    assert.deepEqual(names(root), ["a"]);
    Deno.writeFileSync(`${around}/file`, bytes);
    Deno.symlinkSync("nothing", `${around}/dangling`);
    const file = new Tree(`${around}/file`, "lab", "file");
    fails(() => file.state("a"), "disk", "Cannot use file: a file stands where a folder belongs");
    fails(() => file.ensureRoot(), "disk", "Cannot use file: a file stands where a folder belongs");
    const behind = new Tree(`${around}/file/out`, "lab", "file/out");
    fails(() => behind.ensureRoot(), "disk", "Cannot use file/out: a file stands where a folder belongs");
    const dangling = new Tree(`${around}/dangling`, "lab", "dangling");
    fails(
      () => dangling.ensureRoot(),
      "disk",
      "Cannot use dangling: something with this name exists already",
    );
  });
});

Deno.test("Tree refuses a link, a file or a FIFO in place of a folder at every level", () => {
  withTree((tree, root, around) => {
    Deno.mkdirSync(`${around}/elsewhere/etcd`, { recursive: true });
    Deno.writeFileSync(`${around}/elsewhere/ca.crt`, bytes);
    Deno.writeFileSync(`${around}/elsewhere/.hardway-ca.crt.tmp`, bytes);
    const everywhere = (tree: Tree, path: string, message: string): void => {
      tree.refresh();
      fails(() => tree.state(path), "refused", message);
      fails(() => tree.read(path), "refused", message);
      fails(() => tree.write(path, bytes, 0o644), "refused", message);
      fails(() => tree.chmod(path, 0o644), "refused", message);
      fails(() => tree.remove(path), "refused", message);
      fails(() => tree.sweep([path]), "refused", message);
      if (path.includes("/")) fails(() => tree.removeEmptyFolders(path), "refused", message);
      fails(() => tree.renameSynced(path, path), "refused", message);
    };
    const link = "it is a symbolic link, expected a real folder";
    Deno.symlinkSync("../elsewhere", root);
    everywhere(tree, "ca.crt", `Cannot use out/lab: ${link}`);
    fails(() => tree.ensureRoot(), "refused", `Cannot use out/lab: ${link}`);
    Deno.removeSync(root);
    tree.ensureRoot();
    Deno.symlinkSync("../../elsewhere", `${root}/pki`);
    everywhere(tree, "pki/ca.crt", `Cannot use out/lab/pki: ${link}`);
    everywhere(tree, "pki/etcd/ca.crt", `Cannot use out/lab/pki: ${link}`);
    Deno.symlinkSync("nothing", `${root}/dangling`);
    everywhere(tree, "dangling/a", `Cannot use out/lab/dangling: ${link}`);
    Deno.writeFileSync(`${root}/file`, bytes);
    everywhere(tree, "file/a", "Cannot use out/lab/file: it is a regular file, expected a real folder");
    run("mkfifo", `${root}/fifo`);
    everywhere(tree, "fifo/a", "Cannot use out/lab/fifo: it is a FIFO, expected a real folder");
    assert.deepEqual(names(`${around}/elsewhere`), [".hardway-ca.crt.tmp", "ca.crt", "etcd"]);
  });
});

Deno.test("Tree refuses whatever is no regular file in place of a file", () => {
  withTree((tree, root, around) => {
    tree.write("real", bytes, 0o644);
    Deno.writeFileSync(`${around}/target`, bytes, { mode: 0o600 });
    Deno.symlinkSync("../../target", `${root}/link`);
    Deno.symlinkSync("nothing", `${root}/dangling`);
    Deno.mkdirSync(`${root}/folder`);
    run("mkfifo", `${root}/fifo`);
    const kinds: [string, string][] = [
      ["link", "a symbolic link"],
      ["dangling", "a symbolic link"],
      ["folder", "a folder"],
      ["fifo", "a FIFO"],
    ];
    if (run("mknod", `${root}/device`, "c", "1", "3").code === 0) {
      kinds.push(["device", "a character device"]);
    } else console.warn("SKIPPED: a device needs root to make it");
    tree.refresh();
    for (const [path, what] of kinds) {
      const message = `out/lab/${path}: it is ${what}, expected a regular file`;
      assert.deepEqual(tree.state(path), { kind: "other", what });
      fails(() => tree.read(path), "refused", `Cannot read ${message}`);
      fails(() => tree.write(path, bytes, 0o644), "refused", `Cannot write ${message}`);
      fails(() => tree.chmod(path, 0o644), "refused", `Cannot change the mode of ${message}`);
      fails(() => tree.remove(path), "refused", `Cannot remove ${message}`);
      fails(() => tree.renameSynced(path, "x"), "refused", `Cannot rename ${message}`);
      fails(() => tree.renameSynced("real", path), "refused", `Cannot write ${message}`);
    }
    assert.equal(mode(`${around}/target`), "600");
    assert.deepEqual(names(root), [...kinds.map(([path]) => path), "real"].sort());
  });
});

Deno.test("Tree.write refuses a link or file at its temporary name, Tree.sweep removes only files there", () => {
  withTree((tree, root, around) => {
    tree.ensureRoot();
    Deno.writeFileSync(`${around}/target`, bytes);
    Deno.symlinkSync("../../target", `${root}/.hardway-a.tmp`);
    Deno.symlinkSync("../../none", `${root}/.hardway-b.tmp`);
    Deno.writeFileSync(`${root}/.hardway-c.tmp`, bytes);
    Deno.writeFileSync(`${root}/.hardway-d.tmp`, bytes);
    for (const name of ["a", "b", "c"]) {
      const message =
        `Cannot write out/lab/${name}: out/lab/.hardway-${name}.tmp is in the way, expected nothing there`;
      fails(() => tree.write(name, new Uint8Array(0), 0o644), "refused", message);
    }
    tree.refresh();
    assert.equal(tree.sweep(["a", "b", "c", "none"]), 1);
    tree.write("c", bytes, 0o644);
    assert.deepEqual(names(root), [".hardway-a.tmp", ".hardway-b.tmp", ".hardway-d.tmp", "c"]);
    assert.deepEqual(Deno.readFileSync(`${around}/target`), bytes);
    assert.deepEqual(names(around), ["out", "target"]);
  });
});

Deno.test("Tree.read refuses a file that was swapped for a link while being opened", () => {
  withTree((tree, root, around) => {
    tree.write("a", bytes, 0o644);
    Deno.writeFileSync(`${around}/secret`, bytes);
    const open = Deno.openSync;
    const swapping = (path: string, options: Deno.OpenOptions): Deno.FsFile => {
      Deno.removeSync(path);
      Deno.symlinkSync(`${around}/secret`, path);
      return open(path, options);
    };
    const message = "Cannot read out/lab/a: it was replaced while being opened";
    withReplaced("openSync", swapping, () => fails(() => tree.read("a"), "refused", message));
    assert.deepEqual(names(root), ["a"]);
  });
});

Deno.test("Tree.glance gives a regular file and its mode, and nothing of whatever else stands there", () => {
  withTree((tree, root) => {
    assert.equal(tree.glance("pki/ca.crt"), undefined);
    tree.write("pki/ca.crt", bytes, 0o644);
    tree.write("pki/ca.key", new Uint8Array(0), 0o600);
    assert.deepEqual(tree.glance("pki/ca.crt"), { mode: 0o644, bytes });
    assert.deepEqual(tree.glance("pki/ca.key"), { mode: 0o600, bytes: new Uint8Array(0) });
    // Made by nobody that the tree knows of.
    Deno.writeFileSync(`${root}/pki/new.crt`, bytes, { mode: 0o600 });
    assert.deepEqual(tree.glance("pki/new.crt"), { mode: 0o600, bytes });
    Deno.symlinkSync("ca.crt", `${root}/pki/link.crt`);
    Deno.mkdirSync(`${root}/pki/folder.crt`);
    for (const name of ["link", "folder", "missing"]) assert.equal(tree.glance(`pki/${name}.crt`), undefined);
    fails(
      () => tree.glance("pki/../../ca.crt"),
      "refused",
      "Cannot use out/lab/pki/../../ca.crt: it is no plain path inside the tree",
    );
  });
});

Deno.test("readSmallFile gives a file of the size that was seen, not one that changed since", () => {
  withTree((tree, root) => {
    tree.write("file", bytes, 0o644);
    assert.deepEqual(readSmallFile(`${root}/file`, bytes.length), bytes);
    assert.equal(readSmallFile(`${root}/file`, bytes.length - 1), undefined);
    assert.equal(readSmallFile(`${root}/file`, bytes.length + 1), undefined);
  });
});

Deno.test("Tree puts the modes of the folders it touches right when it writes, not when it looks", () => {
  withTree((tree, root) => {
    tree.write("pki/etcd/ca.crt", bytes, 0o644);
    tree.write("other/a", bytes, 0o644);
    for (const path of ["", "/pki", "/pki/etcd", "/other"]) Deno.chmodSync(root + path, 0o755);
    const next = new Tree(root.replace(/\/lab$/, ""), "lab", "out");
    next.ensureRoot();
    next.state("pki/etcd/ca.crt");
    assert.deepEqual([[...next.wrongFolders], next.fixedFolders], [["", "pki", "pki/etcd"], []]);
    assert.equal(mode(`${root}/pki`), "755");
    next.write("b", bytes, 0o644);
    assert.deepEqual([[...next.wrongFolders], next.fixedFolders], [[], ["", "pki", "pki/etcd"]]);
    next.write("other/a", bytes, 0o644);
    assert.deepEqual(next.fixedFolders, ["", "pki", "pki/etcd", "other"]);
    assert.deepEqual(
      ["", "/pki", "/pki/etcd", "/other"].map((path) => mode(root + path)),
      Array(4).fill("700"),
    );
  });
});

Deno.test("Tree.removeEmptyFolders climbs while folders are empty and keeps the root", () => {
  withTree((tree, root) => {
    tree.write("pki/a/b/c", bytes, 0o644);
    tree.write("pki/d", bytes, 0o644);
    tree.removeEmptyFolders("pki/a/b/c");
    assert.equal(tree.state("pki/a/b/c").kind, "file");
    tree.remove("pki/a/b/c");
    tree.removeEmptyFolders("pki/a/b/c");
    assert.deepEqual(names(`${root}/pki`), ["d"]);
    tree.remove("pki/d");
    tree.removeEmptyFolders("pki/d");
    assert.deepEqual(names(root), []);
    tree.write("pki/a/b/c", bytes, 0o600);
    assert.equal(mode(`${root}/pki/a/b`), "700");
  });
});

Deno.test("Tree.renameSynced, Tree.chmod and Tree.state do what they say", () => {
  withTree((tree, root) => {
    tree.write("a", bytes, 0o644);
    tree.write("b", new Uint8Array(0), 0o644);
    tree.renameSynced("a", "b");
    tree.chmod("b", 0o600);
    const state = tree.state("b");
    assert.ok(state.kind === "file" && state.mtime instanceof Date);
    assert.deepEqual([state.mode, state.size], [0o600, bytes.length]);
    assert.deepEqual(names(root), ["b"]);
  });
});

Deno.test("Tree refuses paths and names that are no plain path inside the tree", () => {
  withTree((tree, _, around) => {
    for (const path of ["", "/a", "a/", "a//b", "../a", "a/../../b", "./a", "a/..", "a\0b"]) {
      assert.throws(() => tree.state(path), { code: "refused", message: /no plain path inside the tree$/ });
      assert.throws(() => tree.write(path, bytes, 0o644), { code: "refused" });
      assert.throws(() => tree.sweep([path]), { code: "refused" });
      assert.throws(() => tree.removeEmptyFolders(path), { code: "refused" });
    }
    for (const cluster of ["", ".", "..", "a/b"]) {
      fails(() => new Tree("/x", cluster), "refused", `Cannot use "${cluster}" as a folder's name`);
    }
    assert.deepEqual([names(around), names(`${around}/out`)], [["out"], []]);
    assert.equal(tree.shown("a\u202eb"), "out/lab/a\\u202eb");
  });
});

Deno.test("diskError rethrows what the system did not say, and words what it does not know", () => {
  const bug = new TypeError("bug");
  assert.throws(() => diskError(bug, "a", "read"), bug);
  const known = new HardwayError("refused", "x");
  assert.throws(() => diskError(known, "a", "read"), known);
  const odd = Object.assign(new Error("Odd thing (os error 999): read 'a'"), { code: "EODD" });
  assert.equal(diskError(odd, "a\nb", "read").message, "Cannot read a\\u000ab: Odd thing (EODD)");
  const quota = Object.assign(new Error("x"), { code: "EDQUOT" });
  assert.equal(diskError(quota, "a", "write").message, "Cannot write a: the disk quota is used up");
});
