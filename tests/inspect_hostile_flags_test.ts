/**
 * Units, manifests, scripts and environment files that nobody would write: nothing throws, and what comes out stays in
 * proportion to what went in.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readEnvironmentFile } from "../scripts/inspect/flags/environment_file.ts";
import { argumentsOfConfiguration } from "../scripts/inspect/flags/component_configuration.ts";
import { filesNamedBy, meaningOf } from "../scripts/inspect/flags/flag_table.ts";
import { type Invocation, pathOnHost } from "../scripts/inspect/flags/invocation.ts";
import { invocationsOfPod } from "../scripts/inspect/flags/manifest_invocation.ts";
import { readInvocationLines } from "../scripts/inspect/flags/manifest_lines.ts";
import { readScript } from "../scripts/inspect/flags/shell_words.ts";
import { isUnit, readUnit } from "../scripts/inspect/flags/unit.ts";
import { parseAllDocuments } from "../scripts/shared/npm/yaml.ts";
import { rendererOf } from "./bundled.ts";
import { randomNumbers } from "./random.ts";
import { HARD, KUBEADM } from "./run.ts";

const WRAPPED = `[Service]
Environment="A=--cert-file=/a 'b c'" ETCD_NAME=x
EnvironmentFile=-/etc/env
ExecStart=-/bin/sh -c 'X="$A"; exec /usr/bin/env B=c nice etcd $X \${A} --key-file="/k" \\\\
  --name=\\x41 1>>/l 2>&1' ; /usr/bin/kubelet $A --v=2
`;

/** Every text that templates make, and some that they do not. */
function corpus(): string[] {
  const texts = [HARD, KUBEADM].flatMap((text) => {
    const { renderer } = rendererOf(text);
    return renderer.hosts.flatMap((host) =>
      renderer.filesOf(host).flatMap((file) =>
        file.kind === "template" && /\.service$|manifests\/|config/.test(file.to) ? [file.text] : []
      )
    );
  });
  return [...new Set([...texts, WRAPPED])];
}

function use(found: readonly Invocation[]): number {
  let size = 0;
  for (const invocation of found) {
    for (const { name, value = "" } of invocation.arguments) {
      size += name.length + value.length;
      const meaning = meaningOf(invocation.component, name);
      if (meaning === undefined) continue;
      for (const { path } of filesNamedBy(meaning, value)) size += pathOnHost(invocation, path).length;
    }
  }
  return size;
}

/** Reads a text in every way; the number of characters that come out. */
function readAll(text: string): number {
  isUnit(text);
  let size = use(readUnit(text, { dropIns: [text.slice(text.length / 2)], readFile: () => text }));
  size += use(readInvocationLines(text));
  for (const [name, value] of readEnvironmentFile(text)) size += name.length + value.length;
  for (const { words } of readScript(text)) for (const word of words) size += word.text.length;
  return size;
}

const SPLICES =
  "\\|\"|'|$|${|$A|${A}|$(|)|`|;|&|%|\n|\\\n|#|=|--|-|[|]|{|}|: |- |\0|\ufeff|\u2028|\ud800|exec |sh -c |etcd |nice |ExecStart=|EnvironmentFile=/e\n|---\n|command:|args:|\r"
    .split("|");

Deno.test("20,000 spoilt units and manifests are read without an error", () => {
  const random = randomNumbers(20260505);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] ?? assert.fail();
  const texts = corpus();
  let most = 0;
  for (let round = 0; round < 20000; round++) {
    let text = pick(texts);
    const from = Math.floor(random() * Math.max(1, text.length - 600));
    // Whole texts now and then, for what stands far apart.
    if (random() < 0.7) text = text.slice(from, from + 600);
    for (let change = 1 + Math.floor(random() * 6); change > 0; change--) {
      const at = Math.floor(random() * text.length);
      const length = random() < 0.5 ? 0 : Math.floor(random() * 20);
      const middle = random() < 0.7 ? pick(SPLICES) : text.slice(at, at + Math.floor(random() * 80));
      text = text.slice(0, at) + middle + text.slice(at + length);
    }
    most = Math.max(most, readAll(text) / (text.length + 1));
  }
  assert.ok(most > 0.5 && most < 1000, `${most} characters for each that went in`);
});

Deno.test("2,000 spoilt objects are read without an error", () => {
  const random = randomNumbers(20260506);
  const pick = (items: readonly unknown[]): unknown => items[Math.floor(random() * items.length)];
  const objects = corpus().filter((text) => text.startsWith("apiVersion")).flatMap((text) =>
    parseAllDocuments(text).map((document): unknown => document.toJS())
  );
  assert.ok(objects.length > 8);
  const strange: readonly unknown[] = [null, undefined, 0, -1, NaN, true, "", "x", "/bin/sh", [], {}, [[]], [
    {},
  ], [null]];
  const spoil = (value: unknown): unknown => {
    if (random() < 0.03) return pick(strange);
    if (Array.isArray(value)) return value.map(spoil);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spoil(inner)]));
  };
  for (let round = 0; round < 2000; round++) {
    const object = spoil(pick(objects));
    use(invocationsOfPod(object));
    argumentsOfConfiguration(object);
  }
});

/** A million characters. */
function million(piece: string): string {
  return piece.repeat(Math.ceil(1_000_000 / piece.length));
}

/** What a reader that looks at the same text again and again would take hours over. */
const LONG: Readonly<Record<string, string>> = {
  "continued lines": `[Service]\nExecStart=/bin/etcd ${million("a \\\n")}`,
  "comments in a continued line": `[Service]\nExecStart=/bin/etcd \\\n${million("# a\n")}--name=b`,
  "backslashes": `[Service]\nExecStart=/bin/etcd ${million("\\")}x`,
  "quotations that do not end": `[Service]\nExecStart=/bin/etcd ${million("' \"")}`,
  "assignments": `[Service]\n${million("ExecStart=/bin/etcd 'a\n")}`,
  "blanks": `[Service]\nExecStart=${million(" ")}x`,
  "blanks in front of a section": `${million(" ")}[Service`,
  "lines in front of a section": `${million("# \n \n")}[x`,
  "variables": `[Service]\nEnvironment="A=${"b ".repeat(500)}"\nExecStart=/bin/etcd ${
    million("$A --name=${A} ")
  }`,
  "braces that do not close": `[Service]\nExecStart=/bin/etcd "${million("${")}"`,
  "files": `[Service]\n${million("EnvironmentFile=/e\n")}`,
  "shells": `[Service]\nExecStart=${million("sh -c ")}etcd`,
  "wrappers": `[Service]\nExecStart=${million("nice ")}etcd`,
  "variables that hold each other": `[Service]\nExecStart=/bin/sh -c 'A=aa;${
    million("A=$A$A;")
  } exec etcd --name=$A'`,
  "substitutions": million("$(`"),
  "parentheses": million("$(("),
  "variables of a script": `A=b\n x${million("$A")}`,
  "assignments of a script": `a\n${
    Array.from({ length: 100_000 }, (_, index) => `A${index}=b;c`).join("\n")
  }`,
  "flags": `kind: Pod\n  - command:\n    - etcd\n${million("    - --name=a\n")}`,
  "dashes": `  - etcd\n${million("- ")}`,
  "quoted items": `  - command: [${million('"a" , ')}`,
  "one long line": `  - command: ${million("--a")}`,
  "mounts": `  - etcd --name=a\n    volumeMounts:\n${million("    - name: a\n      mountPath: /a\n")}`,
  "documents": million("---\nkind: Pod\n"),
};

for (const [name, text] of Object.entries(LONG)) {
  Deno.test(`a million characters of ${name} are read in one go`, () => {
    const size = readAll(text);
    assert.ok(size < 16_000_000, `${size} characters come out`);
  });
}

Deno.test("variables of a container that hold each other do not grow without end", () => {
  const env = Array.from(
    { length: 64 },
    (_, index) => ({ name: `A${index + 1}`, value: `$(A${index})$(A${index})` }),
  );
  const command = ["etcd", "--name=$(A64)"];
  const object = { spec: { containers: [{ command, env: [{ name: "A0", value: "aa" }, ...env] }] } };
  const long = { name: "A0", value: "a".repeat(10_000) };
  const often = {
    spec: { containers: [{ command: ["etcd", `--name=${"$(A0)".repeat(10_000)}`], env: [long] }] },
  };
  assert.ok(use(invocationsOfPod(often)) < 4_000_000);
  const size = use(invocationsOfPod(object));
  assert.ok(size > 0 && size < 4_000_000, `${size} characters`);
});
