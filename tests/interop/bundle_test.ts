/**
 * What others make of bundles: tar on a machine that is in use, Python's tarfile, a real shell.
 */
import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { bundle, type BundleReport } from "../../mod.ts";
import { quoteShell } from "../../scripts/render/text_form.ts";
import { HARD, IS_ROOT, KUBEADM, sh, skip, withSpec } from "../run.ts";
import { findProgram, testWith } from "./tools.ts";

const TAR = findProgram("tar", "tar");
const PYTHON = findProgram("python3", "python3");

/** What a machine in use has, with modes and owners that nobody would guess. */
const POPULATE = `cd "$1" && umask 0
mkdir -p etc/systemd/system etc/kubernetes/pki etc/kubernetes/manifests etc/cni/net.d etc/etcd/pki
mkdir -p var/lib/kubelet/pki var/lib/kubernetes var/lib/other
for file in etc/passwd etc/hosts etc/systemd/system/other.service etc/kubernetes/kubelet.conf.bak \
  etc/cni/net.d/05-other.conf var/lib/kubelet/state var/lib/kubelet/pki/kubelet-client-current.pem \
  var/lib/other/file etc/kubernetes/manifests/other.yaml; do echo "$file" > "$file"; chmod 0640 "$file"; done
# Files of an older bundle, and whatever mode and owner somebody gave them.
for file in etc/kubernetes/hosts var/lib/kubelet/pki/kubelet.key; do echo old > "$file"; chmod 0666 "$file"; done
ln -s other.service etc/systemd/system/alias.service
chown 7:8 etc/kubernetes/hosts var/lib/kubelet/pki/kubelet.key etc/kubernetes/pki
chmod 0751 . && chmod 0711 etc && chmod 0750 etc/systemd && chmod 0773 etc/systemd/system
chmod 0705 etc/kubernetes && chmod 0710 etc/kubernetes/pki && chmod 0755 etc/kubernetes/manifests
chmod 0775 etc/cni && chmod 0700 etc/cni/net.d && chmod 0771 var && chmod 01777 var/lib && chmod 0750 var/lib/kubelet
chown 3:4 etc etc/kubernetes && chown 5:6 var/lib/kubelet var/lib
find . -exec touch -h -d 2001-01-01T00:00:00Z {} +
`;

interface Inode {
  readonly kind: string;
  readonly mode: string;
  readonly owner: string;
  readonly inode: string;
  readonly mtime: string;
  readonly content: string;
}

/** Every inode below a folder, the folder itself as the empty path. */
function inodes(folder: string): Map<string, Inode> {
  const { stdout } = sh('cd "$1" && find . -printf "%y %m %U:%G %i %T@ %P\\n"', folder);
  return new Map(
    stdout.trimEnd().split("\n").map((line) => {
      const [kind = "", mode = "", owner = "", inode = "", mtime = "", ...rest] = line.split(" ");
      const path = rest.join(" ");
      const content = kind === "f" ? Deno.readTextFileSync(`${folder}/${path}`) : "";
      return [path, { kind, mode, owner, inode, mtime, content }];
    }),
  );
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** Runs a command line as it was printed, but that `ssh` runs here what it would run there, below another root. */
const HERE = `cd "$1" && umask "$4" && ROOT="$2"
ssh() { sh -c "$(printf '%s' "$2" | sed "s|-C / |-C $ROOT |")"; }
eval "$3"`;

/** The files that a machine gets, with their modes. */
function filesOf(folder: string, name: string): Map<string, string> {
  const { stdout } = sh('cd "$1" && find . -type f -printf "%m %P\\n"', `${folder}/plain/lab/hosts/${name}`);
  return new Map(
    stdout.trimEnd().split("\n").map((line) => [line.slice(line.indexOf(" ") + 1), line.split(" ")[0] ?? ""]),
  );
}

testWith(
  [TAR],
  "the printed commands bring a bundle onto a machine in use and leave every other inode as it was",
  async () => {
    if (!IS_ROOT) {
      skip("unpacking with owners: this needs root");
      return;
    }
    for (const [text, umask] of [[HARD, "0"], [KUBEADM, "027"]] as const) {
      await withSpec(text, async (folder) => {
        await bundle({ folder, out: "plain" });
        for (const isTar of [false, true]) {
          const report: BundleReport = await bundle({
            folder,
            tar: isTar,
            out: isTar ? "archives" : "plain",
          });
          for (const { name, copy: command } of report.machines) {
            if (name === "admin") continue;
            assert.ok(command !== undefined);
            const root = `${folder}/${name}-${isTar}`;
            Deno.mkdirSync(root);
            const populated = sh(POPULATE, root);
            assert.equal(populated.code, 0, populated.stderr);
            const before = inodes(root);
            const copied = sh(HERE, folder, root, command, umask);
            assert.deepEqual([copied.code, copied.stdout, copied.stderr], [0, "", ""]);
            const after = inodes(root);
            const files = filesOf(folder, name);
            for (const [path, mode] of files) {
              const found = after.get(path);
              assert.deepEqual([found?.kind, found?.mode, found?.owner], ["f", mode, "0:0"], path);
              assert.equal(
                found?.content,
                Deno.readTextFileSync(`${folder}/plain/lab/hosts/${name}/${path}`),
              );
              if (isTar) assert.match(found?.mtime ?? "", /^1767225600\.0+$/);
            }
            const touched = new Set<string>();
            for (const [path, inode] of after) {
              if (before.get(path)?.inode !== inode.inode || files.has(path)) touched.add(parentOf(path));
            }
            for (const [path, inode] of before) {
              if (files.has(path)) continue;
              const now = after.get(path);
              const expected = touched.has(path) ? { ...inode, mtime: now?.mtime } : inode;
              assert.deepEqual(now, expected, `${name}: ${path}`);
            }
            for (const [path, inode] of after) {
              if (before.has(path) || files.has(path)) continue;
              // New folders are nobody's but root's, whatever the umask here.
              assert.deepEqual([inode.kind, inode.mode, inode.owner], ["d", "700", "0:0"], path);
            }
            assert.ok(after.size > before.size + 5);
          }
        }
      });
    }
  },
);

testWith(
  [PYTHON],
  "Python's tarfile reads the archives as tar does, and finds files only",
  async (_, python) => {
    await withSpec(HARD, async (folder) => {
      const { machines } = await bundle({ folder, tar: true });
      const program = `import sys, tarfile
for member in tarfile.open(sys.argv[1]):
    print(member.isreg(), oct(member.mode), member.uid, member.gid, member.uname, member.gname, member.mtime, member.name)`;
      for (const { path, files } of machines) {
        const done = sh('"$1" -c "$2" "$3"', python ?? "", program, `${folder}/${path}`);
        assert.equal(done.code, 0, done.stderr);
        const lines = done.stdout.trimEnd().split("\n");
        assert.equal(lines.length, files);
        for (const line of lines) assert.match(line, /^True 0o(600|644|755) 0 0 {3}1767225600 [a-z]/);
        const names = lines.map((line) => line.replace(/^.* /, ""));
        assert.deepEqual(names, [...names].sort());
      }
    });
  },
);

/** Words that a careless quoting would split, expand or end. */
const word = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
  fc.array(
    fc.constantFrom(
      ..."$ % \\ ' \" ; # @ - + ! : | & < > ( ) { } [ ] * ? ~ = ^ , a 0 é".split(" "),
      " ",
      "\t",
      "\n",
      "$HOME",
      "${HOME}",
      "%h",
      "%%",
      "\\x41",
      "\\n",
    ),
    { minLength: 1, maxLength: 8 },
  ).map((parts) => parts.join("")),
).filter((text) => !text.includes("\0") && text.isWellFormed());

Deno.test("a shell reads each word of a script as it was meant", () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
      const done = sh(`printf '%s\\0' ${words.map(quoteShell).join(" ")} a${quoteShell(words[0] ?? "")}b`);
      assert.deepEqual([done.code, done.stderr], [0, ""]);
      assert.deepEqual(done.stdout.split("\0").slice(0, -1), [...words, `a${words[0]}b`]);
    }),
    { seed: 20260101, numRuns: 200 },
  );
});
