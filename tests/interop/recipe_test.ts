/**
 * The recipe for openssl, run by the OpenSSL that is installed and judged by Go and OpenSSL.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { recipe } from "../../mod.ts";
import { builtProgram } from "./cluster/built.ts";
import { CFSSL_TOOLS } from "./foreign/cfssl.ts";
import { EASY_RSA_TOOLS } from "./foreign/easy_rsa.ts";
import { newOpenssl } from "./new_openssl.ts";
import {
  compare,
  cook,
  cookWell,
  inFolder,
  inOneRdn,
  judge,
  kubectl,
  look,
  namesIn,
  openssl,
  pathOf,
  provisionIn,
  type SpecName,
  SPECS,
} from "./recipe.ts";
import { run, runWell, testWith } from "./tools.ts";

const newer = await newOpenssl();

const TOOLS = [openssl, kubectl, judge] as const;

for (const name of Object.keys(SPECS) as SpecName[]) {
  testWith(
    TOOLS,
    `the recipe for openssl makes the set of ${name}, to the second`,
    async (_, program = "") => {
      await inFolder(async (folder) => {
        const tree = await provisionIn(folder, SPECS[name]);
        const kitchen = await cookWell(folder, { as: "openssl" }, pathOf(kubectl));
        const [got, want] = [await look(kitchen), await look(tree)];
        compare(got, want);
        for (const [path, { signature, critical }] of Object.entries(want.certificates)) {
          assert.equal(got.certificates[path]?.signature, signature, path);
          assert.deepEqual(got.certificates[path]?.critical, critical, path);
          // The order of the extensions, as OpenSSL reads it.
          assert.equal(
            await outline(program, join(kitchen, path)),
            await outline(program, join(tree, path)),
            path,
          );
        }
        // Nothing secret stays outside of what was asked for.
        assert.equal((await run("grep", ["-rl", "PRIVATE KEY", join(kitchen, "recipe")])).stdout, "");
      });
    },
  );
}

/** The text of a certificate without what differs with each key. */
async function outline(program: string, path: string): Promise<string> {
  const text = await runWell(program, [
    "x509",
    "-in",
    path,
    "-noout",
    "-text",
    "-nameopt",
    "utf8,sep_multiline",
  ]);
  return text
    .replace(/^ +(?:[0-9a-f]{2}:)*[0-9a-f]{2}:?$/gm, "(bytes)")
    .replace(/^( +)(?:[0-9A-F]{2}:){19}[0-9A-F]{2}$/gm, "$1(key identifier)")
    .replace(/Serial Number: ?\d.*$/m, "Serial Number:")
    .replace(/(?:\(bytes\)\n)+/g, "(bytes)\n");
}

testWith(
  [newer, kubectl, judge],
  "the script for openssl runs in bash and with a newer OpenSSL too",
  async () => {
    await inFolder(async (folder) => {
      const tree = await provisionIn(folder, SPECS.rich);
      const kitchen = await cookWell(folder, { as: "openssl" }, pathOf(newer, kubectl), [], "bash");
      compare(await look(kitchen), await look(tree));
    });
  },
);

testWith(TOOLS, "--only makes what was asked for and what it needs", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "cluster.yaml"), SPECS.lab);
    const kitchen = await cookWell(
      folder,
      { as: "openssl", only: ["kubeconfig/admin", "etcd-peer/*"] },
      pathOf(kubectl),
    );
    const tree = await look(kitchen);
    assert.deepEqual(Object.keys(tree.certificates).sort(), [
      "pki/admin.crt",
      "pki/ca.crt",
      "pki/etcd/ca.crt",
      "pki/etcd/server/peer.crt",
    ]);
    assert.deepEqual(Object.keys(tree.kubeconfigs), ["kubeconfig/admin.kubeconfig"]);
  });
});

testWith([openssl], "a script refuses to overwrite, and to start without its programs", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "cluster.yaml"), SPECS.lab);
    for (const as of ["openssl", "cfssl", "easyrsa", "kubeadm"] as const) {
      const script = join(folder, `${as}.sh`);
      await Deno.writeTextFile(script, await recipe({ folder, as }));
      const tools = join(folder, `tools-${as}`);
      await Deno.mkdir(tools);
      for (const name of ["openssl", "kubectl", "cfssl", "cfssljson", "kubeadm", "easyrsa"]) {
        await Deno.writeTextFile(join(tools, name), "#!/bin/sh\nexit 9\n", { mode: 0o755 });
      }
      for (const there of ["pki", "kubeconfig", "recipe"]) {
        const kitchen = await Deno.makeTempDir({ dir: folder });
        // A link that leads nowhere is in the way too.
        await Deno.symlink("/nowhere", join(kitchen, there));
        const { code, stderr } = await run("sh", [script], {
          cwd: kitchen,
          env: { PATH: `${tools}:/usr/bin:/bin` },
        });
        assert.equal(code, 3, stderr);
        assert.equal(stderr, `Refused: ${there} is here already: run this script in an empty folder\n`);
        assert.deepEqual(await namesIn(kitchen), [there]);
      }
      const kitchen = await Deno.makeTempDir({ dir: folder });
      const { code, stderr } = await run("/bin/sh", [script], { cwd: kitchen, env: { PATH: kitchen } });
      assert.equal(code, 2, stderr);
      assert.match(stderr, /^Cannot find \w+: install it first\n$/);
      assert.deepEqual(await namesIn(kitchen), []);
    }
  });
});

testWith(TOOLS, "a step that fails ends the script", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "cluster.yaml"), SPECS.lab);
    const broken = join(folder, "broken");
    await Deno.mkdir(broken);
    await Deno.writeTextFile(
      join(broken, "openssl"),
      `#!/bin/sh\ncase "$*" in *apiserver/openssl.cnf*) exit 7;; esac\nexec /usr/bin/openssl "$@"\n`,
      { mode: 0o755 },
    );
    const { kitchen, result } = await cook(folder, { as: "openssl" }, `${broken}:${pathOf(kubectl)}`);
    assert.equal(result.code, 7);
    assert.deepEqual(await namesIn(join(kitchen, "kubeconfig")), []);
  });
});

/** Each printable character of ASCII that a name can have, and others, in the middle and at the ends. */
const CHARACTERS = [...` !"#$%&'()*+,-.:;<=>?@[]^_\`{|}~é\u{1f600}\u3000x`];

/** A user for each of them. Those with a slash or a backslash can only be groups. */
const USERS = CHARACTERS.map((character, index) => {
  const edge = /\s/.test(character) ? "" : character;
  return {
    name: `${character === "." ? "" : edge}u${index}${character}v${character}${character}w${edge}`,
    groups: [`${edge}g${character}h${edge}`, `\\${character}/`, `${edge}k`].slice(0, 1 + index % 3),
  };
});

const ALL_TOOLS = [
  openssl,
  kubectl,
  builtProgram("kubeadm"),
  judge,
  ...CFSSL_TOOLS,
  ...EASY_RSA_TOOLS,
] as const;

for (const as of ["openssl", "cfssl", "easyrsa", "kubeadm"] as const) {
  testWith(ALL_TOOLS, `the recipe for ${as} makes any name and any group`, async () => {
    await inFolder(async (folder) => {
      const spec = {
        name: "names",
        controlPlane: [{ name: "server", addresses: ["10.240.0.10"] }],
        validity: { notBefore: "2026-01-01T00:00:00Z" },
        users: USERS,
      };
      await Deno.writeTextFile(join(folder, "cluster.yaml"), JSON.stringify(spec));
      const kitchen = await cookWell(
        folder,
        { as, only: ["kubeconfig/users/*"] },
        pathOf(kubectl, builtProgram("kubeadm"), ...CFSSL_TOOLS),
      );
      const { certificates, kubeconfigs } = await look(kitchen);
      for (const { name, groups } of USERS) {
        const subject = [...groups.map((group) => [`2.5.4.10=${group}`]), [`2.5.4.3=${name}`]];
        const { subject: found = [], digest = "" } = certificates[`pki/users/${name}.crt`] ?? {};
        const isExact = as === "openssl" || as === "easyrsa";
        assert.deepEqual(isExact ? found : inOneRdn(found), isExact ? subject : inOneRdn(subject));
        const kubeconfig = kubeconfigs[`kubeconfig/users/${name}.kubeconfig`];
        assert.deepEqual(
          [kubeconfig?.user, kubeconfig?.context, kubeconfig?.certificate],
          [name, `${name}@names`, digest],
        );
      }
    });
  });
}
