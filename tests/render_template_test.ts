/**
 * Templates: what placeholders become in each form, that no value leaves its place, and what is refused, with the place.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { Template, type TemplateSource } from "../scripts/render/template.ts";
import { quoteShell, quoteUnit } from "../scripts/render/text_form.ts";
import { renderYaml } from "../scripts/render/tree_form.ts";
import type { Value } from "../scripts/render/types.ts";
import { HardwayError } from "../scripts/shared/errors.ts";
import { parseAllDocuments } from "../scripts/shared/npm/yaml.ts";
import { OURS, rendererOf } from "./bundled.ts";

const RUNS = { seed: 20260101, numRuns: 500 };

function template(text: string, name = "config/x.yaml"): Template {
  return new Template({ name, shown: `mine/${name}`, text });
}

function fill(text: string, values: Readonly<Record<string, Value>>, name?: string): string {
  return template(text, name).fill(new Map(Object.entries(values)));
}

/** The refusal of a template that is made or filled. */
function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof HardwayError, `A bug of ours: ${error}`);
    assert.deepEqual([error.code, error.exitCode], ["usage", 2]);
    return error.message;
  }
  throw new assert.AssertionError({ message: "The template is taken, and should not be" });
}

/** What readers of YAML 1.2 and of YAML 1.1 make of a text. */
function readings(text: string): unknown[][] {
  return (["1.2", "1.1"] as const).map((version) =>
    parseAllDocuments(text, { version, prettyErrors: false }).map((document) => {
      assert.deepEqual(document.errors, []);
      return document.toJS() as unknown;
    })
  );
}

/** Texts that try to be something else. */
const HOSTILE = [
  ..."yes no on off y n null ~ true False .inf .nan 0x1f 0X1F 0o17 017 0b11 0B11 1_000 1e1_0 -0 +1 1:20 <<"
    .split(
      " ",
    ),
  ...[
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "10.0.0.1",
    "::1",
    "fd00::/8",
    ".5",
    "1.",
    "=",
    "",
    " ",
    "-",
    "?",
  ],
  ...[
    "- a",
    "a: b",
    "a #b",
    "# a",
    "{a: b}",
    "[a]",
    "&a b",
    "*a",
    "!!int 3",
    "|",
    ">",
    "%YAML 1.1",
    "@a",
    "`a",
  ],
  ...[
    "---",
    "...",
    "\n---\na: b",
    "a\nb",
    "a\n",
    "\ta",
    "a\t",
    "'",
    '"',
    "\\",
    "\\n",
    '"\nx: y\n"',
    "a: b\nc: d",
  ],
  ...[
    "${cluster}",
    "$${a}",
    "$",
    "$$",
    "%h",
    "%%",
    "; rm -rf /",
    "$(reboot)",
    "`reboot`",
    "a'b",
    "é",
    "김철수",
  ],
  ...["__proto__", "constructor", "\u{1f600}", "\u202e", "\u00a0", "\u3000"],
];

const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.array(fc.constantFrom(...HOSTILE), { maxLength: 3 }).map((parts) => parts.join("")),
);

/** What no reader of YAML takes, or some take for the end of a line. */
const UNREADABLE = /[^\t\n\P{Cc}]|[\u2028\u2029\ufeff\p{Cs}]/u;

Deno.test("a value is the same text for readers of YAML 1.1 and 1.2 wherever it stands, and changes nothing around it", () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const text =
        "a: ${v}\nb:\n  - x\n  - ${v}\n  - --flag=${v}\n  - { '${v}-': 1 }\nc: 'q ${v} q'\nd: |\n  ${v}.\ne: 8\n";
      if (UNREADABLE.test(value)) {
        assert.match(refusal(() => fill(text, { v: value })), /a character that YAML cannot have/);
        return;
      }
      const wanted = [{
        a: value,
        b: ["x", value, `--flag=${value}`, { [`${value}-`]: 1 }],
        c: `q ${value} q`,
        d: `${value}.\n`,
        e: 8,
      }];
      for (const read of readings(fill(text, { v: value }))) assert.deepEqual(read, wanted);
    }),
    RUNS,
  );
});

Deno.test("a value is the same text for readers of JSON, as a key too", () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const text = '{ "a": "${v}", "b": ["${v}", "x ${v}"], "k${v}": 8 }';
      const read: unknown = JSON.parse(fill(text, { v: value }, "network/x.conf"));
      assert.deepEqual(read, { a: value, b: [value, `x ${value}`], [`k${value}`]: 8 });
    }),
    RUNS,
  );
});

Deno.test("texts that some reader takes for a number are in quotes, addresses are not", () => {
  const numbers = [
    "0X1F",
    "0o17",
    "0O17",
    "0B11",
    "1e1_0",
    "017",
    "1_000",
    "-1",
    "+1",
    ".5",
    "1.",
    "8",
    "1E3",
    "0x1f",
  ];
  const text = renderYaml([numbers]);
  assert.equal(text, numbers.map((number) => `- "${number}"\n`).join(""));
  const plain = ["10.240.0.10", "10.32.0.0/24", "v1.37.0", "node-0", "--v=2", "/etc/x", "fd00::1"];
  assert.equal(renderYaml([plain]), plain.map((word) => `- ${word}\n`).join(""));
});

Deno.test("the administrator's group of a spec cannot leave its place in the manifests", () => {
  const source = (group: string): string =>
    JSON.stringify({
      name: "lab",
      controlPlane: [{ name: "server", addresses: ["10.240.0.10"] }],
      admin: { group },
    });
  const manifest = (group: string): string => {
    const { renderer } = rendererOf(source(group));
    const admin = renderer.hosts.at(-1);
    assert.ok(admin !== undefined);
    const file = renderer.filesOf(admin).find(({ to }) => to === "manifests/cluster-admins.yaml");
    return file?.kind === "template" ? file.text : "";
  };
  const plain = readings(manifest("platform"));
  for (const group of HOSTILE) {
    let text: string;
    try {
      text = manifest(group);
    } catch (error) {
      // Most of these no group may be; none of them is a bug.
      assert.ok(error instanceof HardwayError && error.code === "spec-invalid", `${group}: ${error}`);
      continue;
    }
    if (group === "system:masters") continue;
    assert.deepEqual(
      readings(text),
      JSON.parse(JSON.stringify(plain).replaceAll('"platform"', () => JSON.stringify(group))),
      group,
    );
  }
});

Deno.test("an absent value takes its key, its item or its line with it, and a list makes one of each", () => {
  const values = {
    none: undefined,
    list: ["a", "b"],
    other: ["x", "y"],
    number: 8,
    flag: true,
    nil: null,
    empty: [],
  };
  assert.equal(fill("a: ${none}\nb: 1\n", values), "b: 1\n");
  assert.equal(fill("a${none}: 1\nb: { c: '${none}' }\n", values), "b: {}\n");
  assert.equal(
    fill("- ${none}\n- x ${none}\n- ${list}\n- --${list}=${other}\n", values),
    "- a\n- b\n- --a=x\n- --b=y\n",
  );
  assert.equal(
    fill("a: ${list}\nb: ${number}\nc: ${flag}\nd: ${nil}\ne: x${number}\n", values),
    "a:\n- a\n- b\nb: 8\nc: true\nd: null\ne: x8\n",
  );
  assert.equal(fill("a: ['${empty}']\n", values), "a: []\n");
  assert.equal(fill("a: $${none} $$\n", values), "a: ${none} $$\n");
  assert.equal(fill("x ${none}\ny\n${list} ${other}\n", values, "network/hosts"), "y\na x\nb y\n");
  assert.equal(fill("ip ${list}\nls ${none}\n", values, "network/x.sh"), "ip a\nip b\n");
});

Deno.test("documents stay apart, and what is between separators only counts for nothing", () => {
  assert.equal(fill("a: 1\n---\nb: 2\n", {}), "a: 1\n---\nb: 2\n");
  assert.equal(fill("# a comment\n---\na: 1\n---\n# another\n---\n", {}), "a: 1\n");
});

Deno.test("a command of a unit or a script stays whole when its last line goes, is repeated, or is its first", () => {
  const values = { none: undefined, list: ["1", "2"], one: "1" };
  const unit = "[Service]\nExecStart=/bin/x \\\n  --a=${one} \\\n  --b=${none}\nRestart=no\n";
  assert.equal(
    fill(unit, values, "units/x.service"),
    "[Service]\nExecStart=/bin/x \\\n  --a=1\nRestart=no\n",
  );
  assert.equal(
    fill(unit.replace("${none}", "${list}"), values, "units/x.service"),
    "[Service]\nExecStart=/bin/x \\\n  --a=1 \\\n  --b=1 \\\n  --b=2\nRestart=no\n",
  );
  assert.equal(
    fill(unit.replace("${one}", "${none}"), values, "units/x.service"),
    "[Service]\nExecStart=/bin/x\nRestart=no\n",
  );
  assert.equal(
    fill(unit.replace("/bin/x", "/bin/x ${none}"), values, "units/x.service"),
    "[Service]\nRestart=no\n",
  );
  assert.equal(fill("x \\\n ${one} \\\n ${none}\ny\n", values, "network/x.sh"), "x \\\n 1\ny\n");
  assert.match(
    refusal(() => fill("[Service]\nExecStart=/bin/x \\\n\nRestart=no\n", values, "units/x.service")),
    /^mine\/units\/x\.service:2:1: A continued line is followed by nothing/,
  );
});

Deno.test("a worker without an address has a kubelet whose command ends where it should", () => {
  const { renderer } = rendererOf(
    "name: lab\ncontrolPlane: [{ name: server, addresses: [10.240.0.10] }]\nworkers: [{ name: node-0 }]\n",
  );
  const host = renderer.hosts.find(({ name }) => name === "node-0");
  assert.ok(host !== undefined);
  const unit = renderer.filesOf(host).find(({ to }) => to.endsWith("/kubelet.service"));
  assert.ok(unit?.kind === "template");
  assert.match(unit.text, /--kubeconfig=\/var\/lib\/kubelet\/kubeconfig\nRestart=on-failure\n/);
  assert.doesNotMatch(unit.text, /node-ip/);
});

Deno.test("in a shell script a value is a word or a part of one: in quotes, comments and the like it is refused", () => {
  const cases: [string, string][] = [
    ['x "${v}"\n', "1:4: Cannot put a value in quotes"],
    ["x '${v}'\n", "1:4: Cannot put a value in quotes"],
    ["x 'a\nb' ${v} 'c\n${v}'\n", "3:1: Cannot put a value in quotes"],
    ["x `y ${v}`\n", "1:6: Cannot put a value in backquotes"],
    ["x\n# about ${v}\n", "2:9: Cannot put a value in a comment"],
    ["x; #${v}\n", "1:5: Cannot put a value in a comment"],
    ["x \\${v}\n", "1:4: Cannot put a value after a backslash"],
    ['x "\\"${v}"\n', "1:6: Cannot put a value in quotes"],
    ["cat <<EOF\n${v}\nEOF\n", "1:6: Cannot use << in a template"],
    ["x $'a' ${v}\n", "1:4: Cannot use $' in a template"],
    ['x $${HOME} "${v}"\n', "1:13: Cannot put a value in quotes"],
  ];
  for (const [text, message] of cases) {
    const found = refusal(() => template(text, "network/x.sh"));
    assert.ok(found.startsWith(`mine/network/x.sh:${message}`), `${text}: ${found}`);
  }
  const words = "x ${v} a${v}b \"a\" 'b' $# $${#v} a#b $(y ${v}) # done\n${v}\n";
  assert.equal(
    fill(words, { v: "$(reboot)" }, "network/x.sh"),
    "x '$(reboot)' a'$(reboot)'b \"a\" 'b' $# ${#v} a#b $(y '$(reboot)') # done\n'$(reboot)'\n",
  );
});

Deno.test("words of units hold nothing that systemd reads otherwise, words of shells nothing that expands", () => {
  assert.equal(quoteUnit("a b"), "a\\x20b");
  assert.equal(quoteUnit("%h $HOME ;"), "%%h\\x20$$HOME\\x20\\x3b");
  assert.equal(quoteUnit("\"'\\\n"), "\\x22\\x27\\x5c\\x0a");
  assert.equal(quoteUnit("https://[fd00::1]:2379"), "https://[fd00::1]:2379");
  assert.equal(quoteShell("it's"), "'it'\\''s'");
  assert.equal(quoteShell("10.0.0.0/8"), "10.0.0.0/8");
  assert.equal(quoteShell("~"), "'~'");
  for (const quote of [quoteUnit, quoteShell]) assert.throws(() => quote("a\0b"), /cannot hold a NUL/);
  assert.match(
    refusal(() => fill("x ${v}\n", { v: "a\tb" }, "network/hosts")),
    /^mine\/network\/hosts:1:1: Cannot render this template: a value is no plain words/,
  );
});

Deno.test("a placeholder that stands for nothing is named with its place and what was meant, hidden ones too", () => {
  const values = new Map<string, Value>([["cluster", "lab"], ["cert:ca", "/x"]]);
  const problems = template("a: ${clustr}\nb: x ${cert:cb} ${cluster}\nc: ${\nd: ${}\n").check(values);
  assert.deepEqual(
    problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`),
    [
      'mine/config/x.yaml:1:4: Unknown placeholder "${clustr}", did you mean "${cluster}"?',
      'mine/config/x.yaml:2:6: Unknown placeholder "${cert:cb}", did you mean "${cert:ca}"?',
      'mine/config/x.yaml:3:4: Unknown placeholder "${"',
      'mine/config/x.yaml:4:4: Unknown placeholder "${}"',
    ],
  );
  assert.deepEqual(template("a: ${cluster} $${anything}\n").check(values), []);
  // Only YAML's escapes spell it: the text itself has no placeholder.
  const hidden = template('a: "\\u0024{secret}"\n');
  assert.deepEqual(hidden.check(values), []);
  assert.match(refusal(() => hidden.fill(values)), /unknown placeholder \$\{secret\}/);
});

Deno.test("a template that is not in its form is refused with the place", () => {
  const cases: [string, string, RegExp][] = [
    [
      "config/x.yaml",
      "a: 1\nb: [\n",
      /^mine\/config\/x\.yaml:\d:\d+: Cannot use this as a template: expected YAML/,
    ],
    ["config/x.yaml", "a: 1\na: 2\n", /^mine\/config\/x\.yaml:2:1: .*unique/],
    ["config/x.yaml", "a:\n\t- b\n", /^mine\/config\/x\.yaml:2:\d: .*[Tt]abs?/],
    ["config/x.yaml", "", /^mine\/config\/x\.yaml:1:1: .*it is empty/],
    ["config/x.yaml", "# nothing\n---\n", /it is empty/],
    ["config/x.yaml", "[".repeat(100_000), /^mine\/config\/x\.yaml:\d+:\d+: .*it is nested too deeply/],
    ["config/x.yaml", bomb(), /expected YAML, .*alias/],
    ["config/x.yaml", "a:\n  mode: 0644\n", /^mine\/config\/x\.yaml:2:9: .*octal number.*decimal/],
    ["config/x.yaml", "a: 0o644\n", /^mine\/config\/x\.yaml:1:4: .*octal/],
    ["config/x.yaml", "a: 12345678901234567890\n", /^mine\/config\/x\.yaml:1:4: .*too large/],
    ["config/x.yaml", "a: !!binary aGVsbG8=\n", /^mine\/config\/x\.yaml:1:\d+: .*JSON has no form/],
    ["config/x.yaml", "a: .nan\n", /^mine\/config\/x\.yaml:1:4: .*JSON has no form/],
    ["network/x.conf", '{ "a": 1', /^mine\/network\/x\.conf:1:\d+: .*expected YAML/],
  ];
  for (const [name, text, message] of cases) {
    assert.match(refusal(() => template(text, name)), message, text.slice(0, 40));
  }
  const filled: [string, string, RegExp][] = [
    [
      "network/x.conf",
      "a: 1\n---\nb: 2\n",
      /:1:1: Cannot render this template: expected one document of JSON/,
    ],
    ["network/x.conf", "${none}", /expected one document of JSON/],
    ["config/x.yaml", "${none}\n", /nothing is left of a document/],
    ["config/x.yaml", "a: x ${tree}\n", /A mapping or a list of lists cannot stand in a text/],
  ];
  for (const [name, text, message] of filled) {
    assert.match(refusal(() => fill(text, { none: undefined, tree: { a: 1 } }, name)), message, text);
  }
});

/** Aliases that would make a billion of one. */
function bomb(): string {
  const lines = Array.from(
    { length: 9 },
    (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(", ")}]`,
  );
  return `a0: &a0 [x]\n${lines.join("\n")}\n`;
}

Deno.test("what comes out of every template of ours, for every machine, reads as what was put in", () => {
  // The renderer itself refuses what does not: this makes sure that it looks.
  const source: TemplateSource = { name: "config/x.yaml", shown: "x", text: "a: ${v}\n" };
  assert.equal(new Template(source).fill(new Map([["v", { b: [1, "1"] }]])), 'a:\n  b:\n  - 1\n  - "1"\n');
  let times = 0;
  const odd = { toJSON: () => times++ } as unknown as Value;
  assert.match(
    refusal(() => new Template(source).fill(new Map([["v", odd]]))),
    /what it gives does not read as it was meant/,
  );
  for (const layout of ["hard-way", "kubeadm"]) {
    const { renderer } = rendererOf(
      `name: lab\nkeys: { ca: ECDSA-P256, leaf: ECDSA-P256 }\nfiles: { layout: ${layout} }
controlPlane: [{ name: server, addresses: [10.240.0.10] }]\nworkers: [{ name: "0o17", addresses: [10.240.0.20] }]\n`,
      OURS,
    );
    for (const host of renderer.hosts) {
      for (const file of renderer.filesOf(host)) {
        if (file.kind === "copy") continue;
        if (file.to.endsWith(".yaml")) {
          const [modern, old] = readings(file.text);
          assert.deepEqual(modern, old, file.to);
          if (host.name === "0o17" && file.to.endsWith("kube-proxy-config.yaml")) {
            assert.equal((modern?.[0] as { hostnameOverride: unknown }).hostnameOverride, "0o17");
          }
        }
        if (file.to.endsWith(".conf")) JSON.parse(file.text);
        assert.doesNotMatch(file.text, /undefined|\[object|\$\{/, file.to);
      }
    }
  }
});
