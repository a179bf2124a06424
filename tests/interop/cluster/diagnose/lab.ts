/**
 * A place where real components run on trees with a fault in them: each process sees the tree that it is given at `/`,
 * and what it says goes into a file.
 *
 * In: trees of a machine as `bundle` writes them. Out: the logs of whatever was started.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readUnit } from "../../../../scripts/inspect/flags/unit.ts";
import { copyFolder } from "../../foreign/trees.ts";
import { ourSetFolder } from "../../foreign/ours.ts";
import { Machine, Network } from "../machine.ts";
import type { Result } from "../../tools.ts";

/** Folders of a tree that a process finds at `/`. */
const FOLDERS = [
  "etc/kubernetes",
  "etc/etcd",
  "var/lib/kubernetes",
  "var/lib/kubelet",
  "var/lib/kube-proxy",
  "var/lib/etcd",
];

/** A program that runs. */
export interface Running {
  /** Path of its log, as this computer sees it. */
  readonly log: string;
  readonly pid: string;
}

/** One machine, on which any number of trees may be used. */
export class Lab implements AsyncDisposable {
  readonly machine: Machine;
  readonly folder: string;
  readonly #rest: AsyncDisposableStack;
  #count = 0;

  private constructor(machine: Machine, folder: string, rest: AsyncDisposableStack) {
    this.machine = machine;
    this.folder = folder;
    this.#rest = rest;
  }

  /** Starts a machine with the addresses of the control plane and of the node. */
  static async make(programs: string): Promise<Lab> {
    await using rest = new AsyncDisposableStack();
    const folder = await Deno.makeTempDir({ prefix: "hardway-diagnose-" });
    rest.defer(() => Deno.remove(folder, { recursive: true }));
    const network = rest.use(await Network.make());
    const machine = rest.use(await Machine.start("server", programs));
    await network.plug(machine, ["10.240.0.10/24", "10.240.0.20/24"]);
    const names = "10.240.0.10 server server.kubernetes.local\n10.240.0.20 node-0\n";
    await machine.execWell(["sh", "-c", "cat >> /etc/hosts"], { stdin: names });
    for (const path of FOLDERS) await machine.execWell(["mkdir", "-p", `/${path}`]);
    return new Lab(machine, folder, rest.move());
  }

  /** A copy of what `bundle` wrote for a machine. */
  async tree(machine: "server" | "node-0" = "server"): Promise<string> {
    const to = join(this.folder, `tree-${++this.#count}`);
    await copyFolder(join(await ourSetFolder("hard-way"), "out/lab/hosts", machine), to);
    return to;
  }

  /** The words that a unit of a tree starts; the kubelet is the hollow one. */
  wordsOf(tree: string, unit: string): string[] {
    const text = Deno.readTextFileSync(join(tree, `etc/systemd/system/${unit}.service`));
    const [found] = readUnit(text);
    assert.ok(found !== undefined, unit);
    const program = unit === "kubelet" ? "hollow-kubelet" : unit;
    return [
      `/usr/local/bin/${program}`,
      ...found.arguments.map(({ name, value }) => value === undefined ? `--${name}` : `--${name}=${value}`),
    ];
  }

  /** Starts a program on a tree. */
  async start(tree: string, name: string, words: readonly string[]): Promise<Running> {
    const log = join(this.folder, `${name}-${++this.#count}.log`);
    const result = await this.#run(tree, words, log, true);
    assert.equal(result.code, 0, result.stderr);
    return { log, pid: result.stdout.trim() };
  }

  /** Starts what a unit of a tree says. */
  async startUnit(tree: string, unit: string, more: readonly string[] = []): Promise<Running> {
    return await this.start(tree, unit, [...this.wordsOf(tree, unit), ...more]);
  }

  /** Runs a program on a tree to its end; gives the path of its log. */
  async run(tree: string, name: string, words: readonly string[]): Promise<string> {
    const log = join(this.folder, `${name}-${++this.#count}.log`);
    await this.#run(tree, words, log, false);
    return log;
  }

  async stop({ pid }: Running): Promise<void> {
    // The machine's first process asks nobody how it ended: what is dead stays a zombie, once all its threads are gone.
    const script = 'kill -9 "$0"; while [ "$(ls "/proc/$0/task" 2> /dev/null | wc -l)" -gt 1 ] || ' +
      '{ [ -d "/proc/$0" ] && ! grep -q "^State:.Z" "/proc/$0/status"; }; do sleep 0.02; done';
    await this.machine.exec(["sh", "-c", script, pid]);
  }

  /** Waits until a log has something behind an offset, or a time is over; says which. */
  async until(log: string, wanted: RegExp, seconds = 30, from = 0): Promise<boolean> {
    const end = performance.now() + seconds * 1000;
    for (;;) {
      const text = new TextDecoder().decode((await Deno.readFile(log)).subarray(from));
      if (wanted.test(text)) return true;
      if (performance.now() > end) return false;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rest[Symbol.asyncDispose]();
  }

  async #run(tree: string, words: readonly string[], log: string, stays: boolean): Promise<Result> {
    const binds = FOLDERS.map((path) =>
      `mkdir -p '${tree}/${path}'; chmod 700 '${tree}/${path}'; mount --bind '${tree}/${path}' '/${path}'`
    );
    const script = `${binds.join("\n")}\nexec "$@"`;
    const inner = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", ...words];
    const shell = stays
      ? 'log=$1; shift; setsid "$@" > "$log" 2>&1 < /dev/null & echo $!'
      : 'log=$1; shift; timeout 20 "$@" > "$log" 2>&1 < /dev/null';
    return await this.machine.exec(["sh", "-c", shell, "sh", log, ...inner]);
  }
}
