/**
 * The command `explain`: what it prints, how it wraps, what it refuses.
 */
import assert from "node:assert/strict";
import { explain, HardwayError } from "../mod.ts";
import { displayWidth } from "../scripts/shared/text.ts";
import { CATALOGUE } from "../scripts/plan/catalogue.ts";
import { SECTIONS } from "../scripts/teach/explain/sections.ts";
import { HARD, KUBEADM, type Result, run, withFolder, withSpec } from "./run.ts";

async function explainIn(cwd: string, args: readonly string[], columns = ""): Promise<Result> {
  return await run("explain", args, { cwd, env: { COLUMNS: columns } });
}

const ESCAPE = "\x1b";

const SUBJECTS = [
  [],
  ["apiserver"],
  ["ca"],
  ["kubelet-client/node-0"],
  ["bootstrap"],
  ["--requestheader-client-ca-file"],
  ["system:masters"],
  ["admin.conf"],
];

Deno.test("explain needs neither a spec nor a seed, and writes nothing", async () => {
  await withFolder(async (folder) => {
    const { code, stdout, stderr } = await explainIn(folder, ["apiserver"]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^apiserver: API server to all its clients\n/);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});

Deno.test("text wraps at the terminal's width, has no escapes, and says the same at every width", async () => {
  await withFolder(async (folder) => {
    for (const args of SUBJECTS) {
      const texts: string[] = [];
      for (const columns of [40, 80, 132]) {
        const { code, stdout } = await explainIn(folder, args, String(columns));
        assert.equal(code, 0);
        for (const line of stdout.split("\n")) {
          const isOneWord = !line.trim().includes(" ");
          assert.ok(displayWidth(line) <= columns || isOneWord, `${columns}: ${line}`);
        }
        assert.ok(!stdout.includes(ESCAPE));
        texts.push(stdout.split(/\s+/).join(" "));
      }
      // The map is drawn where there is room, and said where there is none.
      if (args.length > 0) assert.equal(new Set(texts).size, 1, args.join(" "));
    }
  });
});

Deno.test("without COLUMNS no line of the map is wider than 80", async () => {
  await withFolder(async (folder) => {
    const { stdout } = await explainIn(folder, []);
    assert.ok(stdout.split("\n").every((line) => displayWidth(line) <= 80));
    const { connections } = await explain();
    for (const { from, to, shows } of connections) {
      for (const name of [from, to, shows]) assert.ok(stdout.includes(name), name);
    }
    const long = HARD.replaceAll("server", "a-name-longer-than-there-is-room-for-in-the-map");
    Deno.writeTextFileSync(`${folder}/long.yaml`, long);
    const own = await explainIn(folder, ["--spec", "long.yaml"]);
    assert.equal(own.code, 0, own.stderr);
    const drawing = own.stdout.slice(0, own.stdout.indexOf("In the spec"));
    assert.ok(drawing.split("\n").every((line) => displayWidth(line) <= 80), drawing);
    const narrow = await explainIn(folder, [], "60");
    assert.match(narrow.stdout, /kubectl shows admin, super-admin, user\/<name> to\n {2}kube-apiserver/);
  });
});

Deno.test("what is not known ends with 2 and with what may have been meant", async () => {
  await withFolder(async (folder) => {
    const cases: readonly (readonly [args: readonly string[], message: string])[] = [
      [["apiservr"], 'explain: Cannot explain "apiservr": did you mean "apiserver"?'],
      [
        ["system:kube-schedular"],
        'explain: Cannot explain "system:kube-schedular": did you mean "system:kube-scheduler"?',
      ],
      [["--tls-cert-fil"], 'explain: Cannot explain "--tls-cert-fil": did you mean "--tls-cert-file"?'],
      [["admn.conf"], 'explain: Cannot explain "admn.conf": did you mean "admin.conf"?'],
      [["encryptoin"], 'explain: Cannot explain "encryptoin": did you mean "encryption"?'],
      [
        ["\u202ex"],
        'explain: Cannot explain "\\u202ex": expected an id, a file, a flag, a user or group, or a section; explain alone shows what there is',
      ],
      [["apiserver", "ca"], "explain: expected one WHAT, or none"],
      [["-o", "yaml"], 'explain: Cannot use "yaml" as --output: expected text, markdown, json, mermaid'],
      [["--otput", "json"], 'explain: Unknown flag "--otput": did you mean --output?'],
      [["--nothing-like-that"], 'explain: Unknown flag "--nothing-like-that": see --help'],
      [["-o", "mermaid", "extra/metrics"], "explain: nothing to draw: extra/metrics is shown to nobody"],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await explainIn(folder, args);
      assert.deepEqual([code, stdout, stderr], [2, "", `${message}\n`]);
    }
  });
});

Deno.test("flags of Kubernetes are what is asked about, flags of the command count wherever they stand", async () => {
  await withFolder(async (folder) => {
    for (
      const args of [
        ["--client-ca-file", "-o", "json"],
        ["-o", "json", "--client-ca-file=/etc/kubernetes/pki/ca.crt"],
        ["-o", "json", "--", "--client-ca-file"],
        ["client-ca-file", "--output=json"],
      ]
    ) {
      const { code, stdout, stderr } = await explainIn(folder, args);
      assert.equal(code, 0, stderr);
      const { kind, subject } = JSON.parse(stdout) as Record<string, unknown>;
      assert.deepEqual([kind, subject], ["flag", "--client-ca-file"]);
    }
  });
});

Deno.test("with a spec the names are its own, and no seed is asked for", async () => {
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, HARD);
    const of = async (what: string): Promise<Awaited<ReturnType<typeof explain>>> =>
      await explain({ what, spec: "cluster.yaml", folder });
    const apiserver = await of("apiserver");
    assert.ok(apiserver.names.includes("kubernetes.default.svc.cluster.local"));
    assert.ok(apiserver.names.includes("10.240.0.10"));
    assert.deepEqual((await of("kubelet-server")).instances, [
      "kubelet-server/node-0",
      "kubelet-server/node-1",
    ]);
    // There is one member only.
    const member = await of("etcd-server");
    assert.equal(member.subject, "etcd-server/server");
    assert.equal(member.certificate?.commonName, "server");
    assert.ok(member.files.includes("out: pki/etcd/server/server.crt, pki/etcd/server/server.key"));
    // The layout has no super-admin.
    assert.deepEqual((await of("super-admin")).text.at(-1), "The spec has none.");
    const map = await explain({ spec: "cluster.yaml", folder });
    assert.equal(map.subject, "lab");
    assert.ok(!map.connections.some(({ shows }) => shows === "super-admin" || shows === "user/<name>"));
    for (const what of ["kubelet-server/node-7", "system:node:node-7", "user/jane"]) {
      await assert.rejects(of(what), (error) => error instanceof HardwayError && error.exitCode === 2, what);
    }
    const { code, stderr } = await explainIn(folder, ["kubelet-client/node-7", "--spec", "cluster.yaml"]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /the spec has no "kubelet-client\/node-7"; did you mean "kubelet-client\/node-[01]"\?/,
    );
  });
  await withSpec(KUBEADM, async (folder) => {
    const { stdout } = await explainIn(folder, ["--spec", "cluster.yaml"]);
    assert.match(stdout, /- super-admin -/);
  });
});

Deno.test("a spec with faults is refused with their places", async () => {
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, "name: lab\nworker: []\n");
    const { code, stderr } = await explainIn(folder, ["ca", "--spec", "cluster.yaml"]);
    assert.equal(code, 2);
    assert.match(stderr, /cluster\.yaml:2:1: Unknown key "worker"/);
  });
});

Deno.test("Markdown has the diagram of the map, and every heading", async () => {
  await withFolder(async (folder) => {
    const { stdout } = await explainIn(folder, ["-o", "markdown"]);
    assert.match(stdout, /^# Who talks to whom/);
    assert.match(stdout, /```mermaid\nflowchart LR\n/);
    const one = (await explainIn(folder, ["scheduler", "-o", "markdown"])).stdout;
    assert.match(one, /^# `scheduler`: /);
    assert.match(one, /\n## What it may do\n/);
    // No tag, which would not be shown.
    assert.doesNotMatch(stdout + one, /(?<!\\)<name>/);
  });
});

Deno.test("every id and every section is explained in every form", async () => {
  const { formatMarkdown } = await import("../scripts/teach/explain/markdown_form.ts");
  const { formatText } = await import("../scripts/teach/explain/text_form.ts");
  for (const what of [...CATALOGUE.map(({ id }) => id), ...Object.keys(SECTIONS)]) {
    const explained = await explain({ what });
    const text = formatText(explained, { columns: 80, isColored: false });
    assert.ok(text.includes(explained.title.slice(0, 20)));
    assert.ok(formatMarkdown(explained).length > 200);
    const colored = formatText(explained, { columns: 80, isColored: true });
    assert.equal(colored.replaceAll(`${ESCAPE}[1m`, "").replaceAll(`${ESCAPE}[0m`, ""), text);
    assert.ok(colored.includes(`${ESCAPE}[1mOfficial pages${ESCAPE}[0m`));
  }
});
