/**
 * Every flag that bundles write is one that the real programs of that release know and do not call deprecated, by
 * `flags/<minor>.txt`, which `flags.sh` makes from their help.
 *
 * @module
 */
import assert from "node:assert/strict";
import { RELEASES } from "../../../scripts/render/releases.ts";
import { type Command, commandsOf, flagsOf } from "./commands.ts";
import { MINORS, render, shapesOf } from "./shapes.ts";

interface Known {
  /** What stands in the lines in front of the flags, by its name. */
  readonly heads: ReadonlyMap<string, string>;
  /** Such as `etcd --name`, and whether it is deprecated. */
  readonly flags: ReadonlyMap<string, boolean>;
}

function readKnown(minor: string): Known {
  const lines = Deno.readTextFileSync(new URL(`flags/${minor}.txt`, import.meta.url)).trimEnd().split("\n");
  const heads = lines.filter((line) => line.startsWith("# ")).map((line): [string, string] => {
    const [, name = "", value = ""] = /^# (.*) (\S+)$/.exec(line) ?? [];
    return [name, value];
  });
  const flags = lines.filter((line) => !line.startsWith("# ")).map((line): [string, boolean] => {
    const [, flag = "", deprecated] = /^([a-z -]+? --[\w-]+)( DEPRECATED)?$/.exec(line) ??
      assert.fail(`${minor}.txt: ${line}`);
    return [flag, deprecated !== undefined];
  });
  return { heads: new Map(heads), flags: new Map(flags) };
}

/** What is wrong with a command line on a release. */
function faultsOf(command: Command, known: Known): string[] {
  return flagsOf(command).flatMap((name) => {
    const isDeprecated = known.flags.get(`${command.program} ${name}`);
    const fault = isDeprecated === undefined ? "unknown" : isDeprecated ? "deprecated" : undefined;
    return fault === undefined ? [] : [`${command.source}: ${command.program} ${name} is ${fault}`];
  });
}

/** Programs that bundles start, as many as there are. */
const PROGRAMS = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-proxy",
  "kube-scheduler",
  "kubelet",
];

for (const minor of MINORS) {
  const known = readKnown(minor);

  Deno.test(`every flag that bundles write is known to Kubernetes ${known.heads.get("Kubernetes")}`, () => {
    const programs = new Set<string>();
    const faults = new Set<string>();
    for (const { spec } of shapesOf(minor)) {
      for (const command of render(spec).flatMap(commandsOf)) {
        programs.add(command.program);
        for (const fault of faultsOf(command, known)) faults.add(fault);
      }
    }
    assert.deepEqual([...faults], []);
    assert.deepEqual([...programs].sort(), PROGRAMS);
  });

  Deno.test(`the etcd of ${minor} is the one that its kubeadm runs`, () => {
    assert.match(known.heads.get("Kubernetes") ?? "", new RegExp(`^v${minor.replace(".", "\\.")}\\.\\d+$`));
    const tag = known.heads.get("etcd image tag");
    assert.equal(RELEASES.get(Number(minor.slice(2)))?.etcdImageTag, tag);
    assert.equal(`v${tag?.replace(/-\d+$/, "")}`, known.heads.get("etcd"));
  });

  Deno.test(`the list of flags of ${minor} tells unknown and deprecated ones from others`, () => {
    const command = (program: string, ...words: string[]): Command => ({ program, words, source: "here" });
    assert.deepEqual(faultsOf(command("kube-apiserver", "--insecure-port=8080", "--secure-port=1"), known), [
      "here: kube-apiserver --insecure-port is unknown",
    ]);
    // The kubelet's flags that its configuration has in their place.
    assert.deepEqual(faultsOf(command("kubelet", "--config=x", "--client-ca-file=y"), known), [
      "here: kubelet --client-ca-file is deprecated",
    ]);
    for (const program of PROGRAMS) {
      const flags = [...known.flags.keys()].filter((flag) => flag.startsWith(`${program} `));
      assert.ok(flags.length > 20, `${program} has ${flags.length} flags`);
    }
  });
}
