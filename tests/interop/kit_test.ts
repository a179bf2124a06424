/**
 * The air-gap kit, built, carried away and used as a person would: without a network, a registry, a home or a Deno of
 * its own. GNU tar and sha256sum open and check it.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  differences,
  provisionIn,
  ROOT,
  run as runCommand,
  SEED,
  sh,
  spec,
  tree,
  withFolder,
  withSpec,
} from "../run.ts";
import denoJson from "../../deno.json" with { type: "json" };

/** Builds it as its task does, into a folder. */
function build(folder: string): string {
  const [, ...words] = denoJson.tasks.kit.command.split(" ");
  const script = words.pop() ?? "";
  const done = new Deno.Command(Deno.execPath(), {
    args: [...words, `${ROOT}${script}`, "--out", folder],
    cwd: ROOT,
    env: { INIT_CWD: "" },
  }).outputSync();
  assert.equal(done.code, 0, new TextDecoder().decode(done.stderr));
  const [sum = "", path = ""] = new TextDecoder().decode(done.stdout).trim().split("  ");
  assert.equal(path, `${folder}/kit/${NAME}.tar.gz`);
  assert.equal(sh('sha256sum "$1"', path).stdout.split(" ")[0], sum);
  return path;
}

const NAME = `hardway-${denoJson.version}-${Deno.build.os}-${Deno.build.arch}`;

/** The kit runs as if nothing else were there; without a network where this user may take it away. */
const OFFLINE = sh("unshare -n true").code === 0
  ? "unshare -n"
  : sh("unshare -rn true").code === 0
  ? "unshare -rn"
  : "";

function launch(kit: string, folder: string, words: string): ReturnType<typeof sh> {
  return sh(
    `cd "$2" && mkdir -p home && env -i PATH=/usr/bin:/bin HOME="$2/home" ${OFFLINE} "$1" ${words}`,
    kit,
    folder,
  );
}

Deno.test("the kit is built twice to the same byte, and makes what the repository makes, alone and offline", async (t) => {
  if (OFFLINE === "") console.warn("SKIPPED: no network to take away, the kit runs beside one");
  await withFolder(async (folder) => {
    const archive = build(`${folder}/a`);
    await t.step("twice the same bytes", () => {
      assert.equal(sh('cmp "$1" "$2"', archive, build(`${folder}/b`)).code, 0);
    });
    const kit = `${folder}/air gap`;
    Deno.mkdirSync(kit);
    assert.equal(sh('tar -xzf "$1" -C "$2"', archive, kit).code, 0);
    const root = `${kit}/${NAME}`;
    await t.step("every file has its sum, every package its licence", () => {
      const checked = sh('cd "$1" && sha256sum -c --strict SHA256SUMS', root);
      assert.equal(checked.code, 0, checked.stdout);
      const files = sh('cd "$1" && find . -type f | wc -l', root).stdout.trim();
      assert.equal(Number(files), checked.stdout.trimEnd().split("\n").length + 1);
      const licences = sh('cd "$1/licences" && find . -type f | sort', root).stdout;
      for (const name of ["deno", "yaml@", "zod@", "@noble/curves@", "@noble/hashes@", "@scure/base@"]) {
        assert.ok(licences.includes(`./${name}`), name);
      }
      assert.ok(!licences.includes("fast-check"));
    });
    const link = `${folder}/hw`;
    Deno.symlinkSync(`${root}/hardway`, link);
    await t.step(
      "a small set and one for workers are the repository's, from any folder and through a link",
      async () => {
        const large =
          'workers: [{ name: "node-[000-699]", addresses: [10.241.0.0/16] }]\nkeys: { ca: ECDSA-P256, leaf: ECDSA-P256 }\n';
        for (const text of [spec("users: [{ name: jane }]\n"), spec("").replace(/^keys.*\n/m, "") + large]) {
          await withSpec(text, async (place) => {
            await provisionIn(place);
            const made = launch(link, place, "provision --out kit --jobs 2");
            assert.equal(made.code, 0, made.stderr);
            assert.deepEqual(differences(tree(`${place}/kit`), tree(`${place}/out`)), []);
          });
        }
      },
    );
    await t.step("the lab of an empty folder, init, merge, help and a wrong word", async () => {
      await withFolder((place) => {
        const lab = launch(link, place, "provision");
        assert.equal(lab.code, 0, lab.stderr);
        assert.match(lab.stderr, /\n {2}hardway init +a cluster\.yaml of your own/);
        assert.ok(Deno.statSync(`${place}/out/lab/pki/ca.crt`).isFile);
        const written = launch(link, place, "init");
        assert.match(written.stdout, /then run hardway provision\n$/);
        assert.match(launch(link, place, "merge").stdout, /^lab {2}nothing to do: 44 files in out\/lab\n$/);
        assert.match(launch(link, place, "").stdout, /^Usage: hardway COMMAND \[flags\]\n\n {2}init /);
        assert.equal(launch(link, place, "--version").stdout, `hardway ${denoJson.version}\n`);
        const wrong = launch(link, place, "provison");
        assert.deepEqual([wrong.code, wrong.stderr], [
          2,
          'hardway: Unknown command "provison": see hardway --help\n',
        ]);
      });
    });
    await t.step("bundles of both layouts are the repository's", async () => {
      for (const layout of ["hard-way", "kubeadm"]) {
        const text = `name: lab
controlPlane: [{ name: server, addresses: [10.240.0.10] }]
files: { layout: ${layout} }
`;
        await withSpec(text, async (place) => {
          const own = await runCommand("bundle", [], { cwd: place });
          assert.equal(own.code, 0, own.stderr);
          const made = launch(link, place, "bundle --out kit");
          assert.equal(made.code, 0, made.stderr);
          assert.deepEqual(differences(tree(`${place}/kit`), tree(`${place}/out`)), []);
        });
      }
    });
    await t.step("each command has the rights of its task and no more", () => {
      const launcher = Deno.readTextFileSync(`${root}/hardway`);
      for (const command of ["init", "provision", "bundle", "merge"] as const) {
        const flags = denoJson.tasks[command].command.split(" ").slice(2, -1).filter((word) =>
          word !== "--frozen"
        );
        assert.ok(launcher.includes(` ${flags.join(" ")} "$kit/lib/commands/${command}.js"`), command);
      }
      assert.doesNotMatch(launcher, /--allow-(net|run|ffi|sys|all)|-A\b/);
    });
    await t.step("a program finds the module and its types", () => {
      Deno.writeTextFileSync(
        `${root}/program.ts`,
        `import { provisionInMemory, type SpecInput } from "./mod.js";
const spec: SpecInput = { name: "lab", controlPlane: [{ name: "server", addresses: ["10.240.0.10"] }] };
const size: number = (await provisionInMemory(spec, "${SEED}")).files.size;
console.log(size);
`,
      );
      Deno.writeTextFileSync(
        `${root}/wrong.ts`,
        'import { provisionInMemory } from "./mod.js";\nprovisionInMemory(7);\n',
      );
      const deno = (words: string): ReturnType<typeof sh> =>
        sh(
          `cd "$1" && env -i PATH=/usr/bin:/bin HOME="$2" NO_COLOR=1 ${OFFLINE} bin/deno ${words}`,
          root,
          folder,
        );
      const checked = deno("check --no-config --no-remote program.ts");
      assert.equal(checked.code, 0, checked.stderr);
      assert.match(deno("check --no-config --no-remote wrong.ts").stderr, /TS\d+/);
      assert.equal(deno("run --no-config --no-remote --ignore-env program.ts").stdout, "40\n");
    });
  });
});
