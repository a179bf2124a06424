/**
 * pflag and Go's package flag judge how words are read as flags, and the help of Kubernetes' and etcd's programs which
 * flags there are.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readFlags } from "../../scripts/inspect/flags/flag_words.ts";
import { FLAGS } from "../../scripts/inspect/flags/flag_table.ts";
import type { Component } from "../../scripts/inspect/flags/invocation.ts";
import { randomNumbers } from "../random.ts";
import { goCommand, runWell, testWith } from "./tools.ts";

interface Asked {
  readonly program: "pflag" | "flag";
  readonly switches: readonly string[];
  readonly values: readonly string[];
  readonly words: readonly string[];
}

const FORMS: readonly {
  readonly component: Component;
  readonly program: Asked["program"];
  switches: string[];
  values: string[];
}[] = [
  {
    component: "kube-apiserver",
    program: "pflag",
    switches: ["anonymous-auth", "allow-privileged"],
    values: ["tls-cert-file", "service-account-key-file", "v"],
  },
  {
    component: "kubelet",
    program: "pflag",
    switches: ["rotate-certificates"],
    values: ["config", "tls-cert-file"],
  },
  {
    component: "etcd",
    program: "flag",
    switches: ["client-cert-auth", "auto-tls"],
    values: ["cert-file", "name"],
  },
];

function ask(index: number, random: () => number): Asked & { readonly component: Component } {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] ?? assert.fail();
  const form = FORMS[index % FORMS.length] ?? assert.fail();
  const word = (): string => {
    const isSwitch = random() < 0.3;
    const raw = pick(isSwitch ? form.switches : form.values);
    const name = form.program === "pflag" && random() < 0.3 ? raw.replaceAll("-", "_") : raw;
    const dashes = form.program === "flag" ? pick(["-", "--"]) : "--";
    return pick([
      `${dashes}${name}`,
      `${dashes}${name}=${isSwitch ? "true" : "/a=b"}`,
      ...(isSwitch ? [] : [`${dashes}${name}=`, "/pki/a.crt", "", "-1", "a,b", "--", "-v", "-v=2", "-v3"]),
    ]);
  };
  const words = Array.from({ length: 1 + Math.floor(random() * 6) }, word);
  return { ...form, words };
}

testWith(
  [await goCommand("flags")],
  "pflag and Go's package flag set the same flags",
  async (_, path = "") => {
    const random = randomNumbers(20260504);
    const asked = Array.from({ length: 6000 }, (_, index) => ask(index, random));
    const lines = await runWell(path, [], { stdin: asked.map((one) => JSON.stringify(one)).join("\n") });
    let compared = 0;
    for (const [index, line] of lines.trimEnd().split("\n").entries()) {
      const told = JSON.parse(line) as { readonly set: [string, string][]; readonly error?: string };
      const { component, program, words } = asked[index] ?? assert.fail();
      // A program that refuses its words does not start. Go's flag ends at a word that is none, and etcd refuses it.
      if (told.error !== undefined) continue;
      const isCut = program === "flag" && words.some((word) => !word.startsWith("-"));
      const ours = readFlags(component, words.map((text) => ({ text, line: undefined })))
        .map(({ name, value }) => [name, value ?? "true"]);
      assert.deepEqual(isCut ? ours.slice(0, told.set.length) : ours, told.set, JSON.stringify(words));
      compared++;
    }
    assert.ok(compared > 1500, `Compared ${compared}`);
  },
);

/** `etcd --cert-file` and so on, of every release that there are bundles for. */
function flagsOfHelp(): ReadonlySet<string> {
  const folder = new URL("cluster/flags/", import.meta.url);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) =>
    /^\d+\.\d+\.txt$/.test(name)
  );
  assert.ok(names.length >= 4);
  return new Set(
    names.flatMap((name) =>
      Deno.readTextFileSync(new URL(name, folder)).split("\n").map((line) => line.replace(" DEPRECATED", ""))
    ),
  );
}

Deno.test("every flag of the table is one that the programs' help names, but for those that are gone", () => {
  // Its help names this one in a heading.
  const known = new Set([...flagsOfHelp(), "etcd --config-file"]);
  // Their help is not among what the tests keep.
  const others = new Set<Component>(["etcdctl", "cloud-controller-manager"]);
  const wrong = FLAGS.filter(({ component, flag, removedIn }) =>
    /^[a-z-]+$/.test(flag) && !others.has(component) &&
    known.has(`${component} --${flag}`) !== (removedIn === undefined)
  ).map(({ component, flag }) => `${component} --${flag}`);
  assert.deepEqual(wrong, []);
});

/** Flags of the help that name a file of PKI by their own name, and what is none all the same. */
const LOOKS_LIKE_PKI =
  /(?:^|-)(?:cert|cafile|ca-file|certfile|keyfile|key-file|kubeconfig|crl|token-auth|certificate)(?:-|$)/;
const NO_FILE =
  /-(?:dir|auth|rotation|certificates|signing-duration|allowed-cn|allowed-hostname|authority|validity)$/;

Deno.test("the table leaves out no flag whose name says certificate, key or kubeconfig", () => {
  const table = new Set(FLAGS.map(({ component, flag }) => `${component} --${flag}`));
  const components = new Set<string>(FLAGS.map(({ component }) => component));
  const left = [...flagsOfHelp()].filter((line) => {
    const [component = "", name = ""] = line.split(" --");
    return components.has(component) && LOOKS_LIKE_PKI.test(name) && !NO_FILE.test(line) && !table.has(line);
  });
  assert.deepEqual(left, []);
});
