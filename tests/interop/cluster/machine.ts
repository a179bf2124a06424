/**
 * Machines of the cluster test: each has namespaces of its own for network, mounts, host name and processes, so that
 * every program finds the addresses, names and paths that its configuration has, and is gone with its machine.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type Result, run, runWell } from "../tools.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** How a program is run on a machine. */
export interface ExecOptions {
  readonly stdin?: string;
}

/** The bridge that joins machines: a network namespace of its own. */
export class Network implements AsyncDisposable {
  readonly #holder: Holder;
  #ports = 0;

  private constructor(holder: Holder) {
    this.#holder = holder;
  }

  /** Makes a bridge. */
  static async make(): Promise<Network> {
    const holder = await Holder.start(["--net"], [
      "sh",
      "-euc",
      "ip link add br0 type bridge\nip link set br0 up\necho ready\nexec cat > /dev/null",
    ]);
    return new Network(holder);
  }

  /** Plugs a machine in, with its addresses such as `10.240.0.10/24`. */
  async plug(machine: Machine, addresses: readonly string[]): Promise<void> {
    const port = `port${this.#ports++}`;
    await runWell("ip", [
      ...["link", "add", port, "netns", `${this.#holder.pid}`, "type", "veth"],
      ...["peer", "name", "eth0", "netns", `${machine.pid}`],
    ]);
    await this.#holder.enter(["ip", "link", "set", port, "master", "br0", "up"]);
    for (const address of addresses) {
      const family = address.includes(":") ? ["nodad"] : [];
      await machine.execWell(["ip", "addr", "add", address, "dev", "eth0", ...family]);
    }
    await machine.execWell(["ip", "link", "set", "eth0", "up"]);
    // Nothing is out there; but without a way out no packet comes to the rules that send it elsewhere.
    await machine.execWell(["ip", "route", "add", "default", "dev", "eth0"]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holder[Symbol.asyncDispose]();
  }
}

/** One machine. */
export class Machine implements AsyncDisposable {
  readonly name: string;
  readonly #holder: Holder;

  private constructor(name: string, holder: Holder) {
    this.name = name;
    this.#holder = holder;
  }

  /**
   * Starts a machine.
   *
   * @param programs folder that it has as /usr/local/bin
   * @param isHost whether it sees all processes of this computer, and with them the way into other machines
   */
  static async start(name: string, programs: string, isHost = false): Promise<Machine> {
    const own = ["--net", "--mount", "--uts", "--ipc", ...(isHost ? [] : ["--pid"])];
    const kinds = [...own, "--propagation", "private"];
    const holder = await Holder.start(kinds, ["sh", `${HERE}machine.sh`, name, programs, HERE]);
    return new Machine(name, holder);
  }

  /** Its first process, as this computer counts. */
  get pid(): number {
    return this.#holder.pid;
  }

  /** Runs a program to its end. */
  async exec(words: readonly string[], options: ExecOptions = {}): Promise<Result> {
    return await this.#holder.enter(words, options);
  }

  /** Runs a program that has to succeed, and gives what it printed. */
  async execWell(words: readonly string[], options: ExecOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.exec(words, options);
    assert.equal(code, 0, `${this.name}: ${words.join(" ")}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Starts a program that stays. What it says is kept in a file of the machine; `systemctl stop` ends it. */
  async start(name: string, words: readonly string[]): Promise<void> {
    const script = 'setsid "$@" > "$0.log" 2>&1 < /dev/null &\necho "$!" > "$0.pid"';
    await this.execWell(["sh", "-c", script, `/run/${name}`, ...words]);
  }

  /** What a person does with units. */
  async systemctl(...words: readonly string[]): Promise<void> {
    await this.execWell(["sh", "/usr/local/sbin/systemctl", ...words]);
  }

  /** The ends of what its programs said: for a message. */
  async logs(): Promise<string> {
    const { stdout } = await this.exec(["sh", "-c", "tail -n 12 /run/*.log 2> /dev/null"]);
    return `--- ${this.name}\n${stdout}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holder[Symbol.asyncDispose]();
  }
}

/** A process that keeps namespaces alive until its standard input is closed: so they go when the test is killed. */
class Holder implements AsyncDisposable {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #kinds: readonly string[];

  private constructor(child: Deno.ChildProcess, pid: number, kinds: readonly string[]) {
    this.#child = child;
    this.pid = pid;
    this.#kinds = kinds;
  }

  static async start(kinds: readonly string[], words: readonly string[]): Promise<Holder> {
    const child = new Deno.Command("unshare", {
      args: ["--fork", "--kill-child", ...kinds, "--", ...words],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = child.stdout.getReader();
    const first = await reader.read();
    assert.equal(new TextDecoder().decode(first.value), "ready\n", `${words.join(" ")} did not start`);
    await reader.cancel();
    const children = await Deno.readTextFile(`/proc/${child.pid}/task/${child.pid}/children`);
    return new Holder(child, Number(children.trim()), kinds);
  }

  async enter(words: readonly string[], options: ExecOptions = {}): Promise<Result> {
    const kinds = ["net", "mount", "uts", "ipc", "pid"].filter((kind) => this.#kinds.includes(`--${kind}`));
    return await run(
      "nsenter",
      ["--target", `${this.pid}`, ...kinds.map((kind) => `--${kind}`), "--", ...words],
      options,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close();
    await this.#child.status;
  }
}
