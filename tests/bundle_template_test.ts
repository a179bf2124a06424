/**
 * `bundle --templates`: templates of the user's in place of ours, and those that cannot be used.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { bundle } from "../mod.ts";
import { TEMPLATES } from "../scripts/render/layouts.ts";
import { type Result, run, sh, spec, tree, withSpec } from "./run.ts";

const LAB = spec("workers: [{ name: node-0, addresses: [10.240.0.20] }]\n");

const KUBELET = `[Unit]
Description=Mine

[Service]
ExecStart=/opt/kubelet --config=\${file:config/kubelet-config.yaml} --hostname-override=\${machine}
`;

/** Runs the command with a folder of templates. */
async function bundleWith(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  args: readonly string[] = [],
): Promise<Result> {
  for (const [name, content] of Object.entries(files)) {
    const path = `${folder}/mine/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    if (typeof content === "string") Deno.writeTextFileSync(path, content);
    else Deno.writeFileSync(path, content);
  }
  return await run("bundle", ["--templates", "mine", ...args], { cwd: folder });
}

Deno.test("a template of the user's stands in place of ours, is named, and its digest is in the manifest", async () => {
  await withSpec(LAB, async (folder) => {
    await bundle({ folder });
    const before = tree(`${folder}/out/lab`);
    const { code, stdout, stderr } = await bundleWith(folder, { "units/kubelet.service": KUBELET });
    const sha256 = createHash("sha256").update(KUBELET).digest("hex");
    assert.equal(code, 0, stderr);
    assert.ok(
      stdout.includes(
        `\nTemplate units/kubelet.service from mine/units/kubelet.service (SHA-256 ${
          sha256.slice(0, 16)
        }...)\n`,
      ),
      stdout,
    );
    const unit = "hosts/node-0/etc/systemd/system/kubelet.service";
    assert.equal(
      Deno.readTextFileSync(`${folder}/out/lab/${unit}`),
      KUBELET.replace("${file:config/kubelet-config.yaml}", "/var/lib/kubelet/kubelet-config.yaml").replace(
        "${machine}",
        "node-0",
      ),
    );
    const after = tree(`${folder}/out/lab`);
    assert.deepEqual(
      Object.keys(after).filter((path) => after[path] !== before[path]),
      [unit, "hosts/manifest.json"].sort(),
    );
    const manifest = JSON.parse(Deno.readTextFileSync(`${folder}/out/lab/hosts/manifest.json`));
    const overridden = manifest.files.filter((file: { override?: string }) => file.override !== undefined);
    assert.deepEqual(
      overridden.map(({ path, override }: { path: string; override: string }) => [path, override]),
      [[unit, sha256]],
    );
    const report = await bundle({ folder, templates: "mine" });
    assert.deepEqual(report.overrides, [
      { template: "units/kubelet.service", file: "mine/units/kubelet.service", sha256 },
    ]);
    assert.equal(report.hasWork, false);
    // No folder is picked up by its place: without the flag ours are back.
    assert.equal(sh('cp -r "$1/mine" "$1/templates"', folder).code, 0);
    await bundle({ folder });
    assert.deepEqual(tree(`${folder}/out/lab`), before);
  });
});

Deno.test("a template that cannot be used is refused with its place, and nothing is written, not even a seed", async () => {
  const cases: [string, Readonly<Record<string, string | Uint8Array>>, RegExp][] = [
    [
      "unknown placeholder",
      { "units/kubelet.service": KUBELET.replace("${machine}", "${machin}") },
      /^mine\/units\/kubelet\.service:5:\d+: Unknown placeholder "\$\{machin\}", did you mean "\$\{machine\}"\?\n1 problem in mine\/units\/kubelet\.service; nothing was written\n$/,
    ],
    [
      "a value of another component",
      { "units/kubelet.service": KUBELET.replace("${machine}", "${key:ca}") },
      /Unknown placeholder "\$\{key:ca\}"/,
    ],
    [
      "two templates with problems",
      { "units/kubelet.service": "${a}\n${b}\n", "network/hosts": "x\n  ${c}\n" },
      /network\/hosts:2:3: .*\n.*kubelet\.service:1:1: .*\n.*kubelet\.service:2:1: .*\n3 problems/,
    ],
    [
      "no YAML",
      { "config/kubelet-config.yaml": "kind: [\n" },
      /^mine\/config\/kubelet-config\.yaml:2:1: Cannot use this as a template: expected YAML, .*\n1 problem in mine\/config\/kubelet-config\.yaml; nothing was written\n$/,
    ],
    [
      "what does not render",
      { "network/hosts": "${adminGroup}\n" },
      /^mine\/network\/hosts:1:1: Cannot render this template: a value is no plain words, and nothing else can stand there\n/,
    ],
    [
      "what renders to nothing",
      { "config/kubelet-config.yaml": "${staticPodPath}\n" },
      /^mine\/config\/kubelet-config\.yaml:1:1: Cannot render this template: nothing is left of a document\n/,
    ],
    [
      "a hidden placeholder",
      { "config/kube-proxy-config.yaml": 'a: "\\x24{machine}"\nb: "\\x24{encryptionKey}"\n' },
      /unknown placeholder \$\{encryptionKey\}/,
    ],
    [
      "a secret for a machine that must not know it",
      { "config/kubelet-config.yaml": "a: ${encryptionKey}\n" },
      /^mine\/config\/kubelet-config\.yaml:1:4: Unknown placeholder "\$\{encryptionKey\}"\n/,
    ],
    [
      "a secret in a file that anybody reads",
      { "units/kube-apiserver.service": "${encryptionKey}\n" },
      /^mine\/units\/kube-apiserver\.service:1:1: Unknown placeholder "\$\{encryptionKey\}"\n/,
    ],
    [
      "a value in quotes of a shell",
      { "network/routes.sh": 'echo "${machine}"\n' },
      /^mine\/network\/routes\.sh:1:7: Cannot put a value in quotes: expected a word of its own\n/,
    ],
    [
      "unknown file",
      { "units/kublet.service": KUBELET },
      /^Cannot use mine\/units\/kublet\.service as a template: no template has this name: did you mean "units\/kubelet\.service"\?\n$/,
    ],
    [
      "unknown file that is like nothing",
      { "README.md": "mine\n" },
      /^Cannot use mine\/README\.md as a template: no template has this name: expected such as units\/etcd\.service\n$/,
    ],
    [
      "not UTF-8",
      { "network/hosts": new Uint8Array([0x61, 0xff, 0x0a]) },
      /^Cannot use mine\/network\/hosts as a template: expected UTF-8\n$/,
    ],
    [
      "too large",
      { "network/hosts": new Uint8Array(1024 * 1024 + 1).fill(0x61) },
      /^Cannot use mine\/network\/hosts as a template: is larger than a template can be\n$/,
    ],
  ];
  for (const [what, files, message] of cases) {
    await withSpec(`${LAB}admin: { group: a$b }\n`, async (folder) => {
      Deno.removeSync(`${folder}/cluster.seed`);
      for (const args of [[], ["--dry-run"], ["--force"]]) {
        const { code, stdout, stderr } = await bundleWith(folder, files, args);
        assert.deepEqual([code, stdout], [2, ""], `${what}: ${stderr}`);
        assert.match(stderr, message, what);
        assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
          "cluster.yaml",
          "mine",
        ]);
      }
    });
  }
});

Deno.test("links among templates are refused, and so is a folder that is none or missing", async () => {
  await withSpec(LAB, async (folder) => {
    Deno.mkdirSync(`${folder}/mine/units`, { recursive: true });
    Deno.writeTextFileSync(`${folder}/kubelet.service`, KUBELET);
    Deno.symlinkSync(`${folder}/kubelet.service`, `${folder}/mine/units/kubelet.service`);
    const link = await bundleWith(folder, {});
    assert.deepEqual([link.code, link.stderr], [
      2,
      "Cannot use mine/units/kubelet.service as a template: is a symbolic link, expected a regular file\n",
    ]);
    Deno.removeSync(`${folder}/mine/units`, { recursive: true });
    Deno.mkdirSync(`${folder}/units`);
    Deno.symlinkSync(`${folder}/units`, `${folder}/mine/units`);
    const linked = await bundleWith(folder, {});
    assert.match(linked.stderr, /^Cannot use mine\/units as a template: is a symbolic link/);
    const missing = await run("bundle", ["--templates", "nowhere"], { cwd: folder });
    assert.deepEqual([missing.code, missing.stderr], [2, "Cannot read nowhere: no such file or folder\n"]);
    const file = await run("bundle", ["--templates", "kubelet.service"], { cwd: folder });
    assert.match(
      file.stderr,
      /^Cannot use kubelet\.service as a template: expected a folder of templates\n$/,
    );
    const empty = await run("bundle", ["--templates", "units"], { cwd: folder });
    assert.equal(empty.code, 0, empty.stderr);
  });
});

Deno.test("the folder of our own templates can be copied and used as it is, with the same result", async () => {
  await withSpec(LAB, async (folder) => {
    await bundle({ folder });
    const copied = sh(
      'mkdir "$1/mine" && cd "$2" && cp -r config manifests network static-pods units "$1/mine"',
      folder,
      new URL("../templates", import.meta.url).pathname,
    );
    assert.equal(copied.code, 0, copied.stderr);
    const before = tree(`${folder}/out/lab`);
    const report = await bundle({ folder, templates: "mine" });
    assert.deepEqual([report.changes, report.overrides.length], [[], TEMPLATES.length]);
    const after = tree(`${folder}/out/lab`);
    // The manifest says whose they are.
    delete before["hosts/manifest.json"];
    delete after["hosts/manifest.json"];
    assert.deepEqual(after, before);
  });
});
