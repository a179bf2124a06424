/**
 * A cluster made of what `bundle` wrote: a machine for each of the spec's, with its bundle unpacked by the line that
 * `bundle` printed, and a workstation.
 *
 * @module
 */
import assert from "node:assert/strict";
import { commandLine, SEED } from "../../run.ts";
import { type Result, run, runWell } from "../tools.ts";
import { Machine, Network } from "./machine.ts";

/** What the report of `bundle -o json` says of a machine. */
interface BundledMachine {
  readonly name: string;
  readonly roles: readonly string[];
  readonly path: string;
  readonly copy?: string;
}

/** What the report says of all. */
interface Bundled {
  readonly cluster: string;
  readonly machines: readonly BundledMachine[];
}

/** Where a machine is. */
export interface Place {
  readonly name: string;
  /** With their prefix lengths. */
  readonly addresses: readonly string[];
}

/** What a cluster is made from. */
export interface ClusterInput {
  readonly spec: string;
  readonly places: readonly Place[];
  /** Whether bundles travel as archives. */
  readonly isTar: boolean;
  /** Path of the administrator's kubeconfig in the workstation's bundle. */
  readonly admin: string;
  /** Folder with the programs. */
  readonly programs: string;
  /** Files beside the spec, by name: what it names as valueFile. */
  readonly files?: Readonly<Record<string, string>>;
}

/** How kubectl is run. */
export interface KubectlOptions {
  /** Default: the administrator's. */
  readonly kubeconfig?: string;
  /** Default: the workstation. */
  readonly machine?: string;
  readonly stdin?: string;
}

/** Address of the workstation. */
const WORKSTATION = "10.240.0.250/24";

/** A running cluster. */
export class Cluster implements AsyncDisposable {
  /** Path of `out/<cluster>`. */
  readonly out: string;
  /** Path of the administrator's kubeconfig. */
  readonly admin: string;
  readonly machines = new Map<string, Machine>();
  readonly #folder: string;
  readonly #rest: AsyncDisposableStack;

  private constructor(folder: string, out: string, admin: string, rest: AsyncDisposableStack) {
    this.#folder = folder;
    this.out = out;
    this.admin = admin;
    this.#rest = rest;
  }

  /** A hard-way cluster of one machine, which is the server. */
  static ofServer(spec: string, programs: string): Promise<Cluster> {
    return Cluster.make({
      spec,
      places: [{ name: "server", addresses: ["10.240.0.10/24"] }],
      isTar: false,
      admin: "admin.kubeconfig",
      programs,
    });
  }

  /** Bundles, and starts the machines; no program of Kubernetes runs yet. */
  static async make(input: ClusterInput): Promise<Cluster> {
    await using rest = new AsyncDisposableStack();
    const folder = await Deno.makeTempDir({ prefix: "hardway-cluster-" });
    rest.defer(() => Deno.remove(folder, { recursive: true }));
    await Deno.writeTextFile(`${folder}/cluster.yaml`, input.spec);
    await Deno.writeTextFile(`${folder}/cluster.seed`, `${SEED}\n`, { mode: 0o600 });
    for (const [name, text] of Object.entries(input.files ?? {})) {
      await Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o600 });
    }
    const report = await makeBundles(folder, input.isTar);
    // The workstation reads its own as a tree.
    if (input.isTar) {
      const [again, ...rest] = commandLine("bundle", ["--only", "admin"]);
      await runWell(again, rest, { cwd: folder });
    }
    const network = rest.use(await Network.make());
    const out = `${folder}/out/${report.cluster}`;
    const cluster = new Cluster(folder, out, `${out}/hosts/admin/${input.admin}`, rest.move());
    try {
      for (const { name, addresses } of input.places) {
        const machine = cluster.#rest.use(await Machine.start(name, input.programs));
        cluster.machines.set(name, machine);
        await network.plug(machine, addresses);
        await cluster.#copy(machine, report.machines.find((bundled) => bundled.name === name)?.copy);
      }
      const workstation = cluster.#rest.use(await Machine.start("workstation", input.programs, true));
      cluster.machines.set("workstation", workstation);
      await network.plug(workstation, [WORKSTATION]);
      const [first] = input.places;
      const lines = await cluster.machine(first?.name ?? "").execWell(["cat", "/etc/kubernetes/hosts"]);
      await workstation.execWell(["sh", "-c", "cat >> /etc/hosts"], { stdin: lines });
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Bundles again from another spec, and brings a machine what it has then; nothing is started anew. */
  async bundleAgain(spec: string, machine: string): Promise<void> {
    await Deno.writeTextFile(`${this.#folder}/cluster.yaml`, spec);
    const { machines } = await makeBundles(this.#folder, false);
    await this.#copy(this.machine(machine), machines.find(({ name }) => name === machine)?.copy);
  }

  /** A machine by its name. */
  machine(name: string): Machine {
    const machine = this.machines.get(name);
    assert.ok(machine !== undefined, `no machine ${name}`);
    return machine;
  }

  /** The administrator's computer. */
  get workstation(): Machine {
    return this.machine("workstation");
  }

  /** Runs kubectl on the workstation, or on another machine. */
  async kubectl(words: readonly string[], options: KubectlOptions = {}): Promise<Result> {
    const { kubeconfig = this.admin, machine = "workstation", stdin } = options;
    const line = ["kubectl", "--request-timeout=20s", `--kubeconfig=${kubeconfig}`, ...words];
    return await this.machine(machine).exec(line, { ...(stdin !== undefined && { stdin }) });
  }

  /** Runs kubectl, which has to succeed. */
  async kubectlWell(words: readonly string[], options: KubectlOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.kubectl(words, options);
    assert.equal(code, 0, `kubectl ${words.join(" ")}\n${stdout}${stderr}`);
    return stdout;
  }

  /** The path of a kubeconfig of `out/<cluster>`. */
  kubeconfig(name: string): string {
    return `${this.out}/kubeconfig/${name}.kubeconfig`;
  }

  /** The ends of all that the programs said. */
  async logs(): Promise<string> {
    return (await Promise.all([...this.machines.values()].map((machine) => machine.logs()))).join("");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rest[Symbol.asyncDispose]();
  }

  /** The printed line as it is; `ssh` is the only word that means something else here. */
  async #copy(machine: Machine, line: string | undefined): Promise<void> {
    assert.ok(line !== undefined, `no line for ${machine.name}`);
    const enter = `nsenter --target ${machine.pid} --net --mount --uts --ipc --pid --`;
    const script = `set -eu\nssh() { shift; ${enter} sh -c "$*"; }\n${line}`;
    const { code, stdout, stderr } = await run("sh", ["-c", script], { cwd: this.#folder });
    assert.equal(code, 0, `${line}\n${stdout}${stderr}`);
    // What its administrator does with the file.
    await machine.execWell(["sh", "-c", "cat /etc/kubernetes/hosts >> /etc/hosts"]);
  }
}

/** Runs `bundle`. */
async function makeBundles(folder: string, isTar: boolean): Promise<Bundled> {
  const [program, ...args] = commandLine("bundle", ["-o", "json", ...(isTar ? ["--tar"] : [])]);
  return JSON.parse(await runWell(program, args, { cwd: folder }));
}

/**
 * Waits for something.
 *
 * @param what it is, for the message
 * @param look gives undefined until it is there
 */
export async function eventually<T>(
  cluster: Cluster,
  what: string,
  look: () => Promise<T | undefined>,
  seconds = 60,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) assert.fail(`${what}: not within ${seconds} s\n${await cluster.logs()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** One step of a test. */
export type Step = (name: string, body: () => Promise<void>) => Promise<void>;

/** Steps of which each needs those before it: after one that failed there is no other. */
export function stepsOf(t: Deno.TestContext): Step {
  return async (name, body) => {
    if (!await t.step(name, body)) throw new Error(`The rest needs the step "${name}"`);
  };
}
