/**
 * The walk-through of docs/the-hard-way.md is run word by word: every block of commands, on a jumpbox, against three
 * machines that have nothing but the binaries.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ROOT } from "../../run.ts";
import { findProgram, runWell, testWith } from "../tools.ts";
import { Machine, Network } from "./machine.ts";
import { clusterPrograms, namespaces } from "./programs.ts";

const PAGE = `${ROOT}docs/the-hard-way.md`;
const MACHINES = [["server", "10.240.0.10"], ["node-0", "10.240.0.20"], ["node-1", "10.240.0.21"]] as const;

/** What a terminal has on the jumpbox beside the system's own: ssh leads into the machines' namespaces. */
const SSH = `#!/bin/sh
host=\${1#root@}
shift
pid=$(sed -n "s/^$host //p" "$(dirname "$0")/machines")
[ -n "$pid" ] || { echo "ssh: Could not resolve hostname $host" >&2; exit 255; }
if [ $# -eq 0 ]; then set -- sh; else set -- sh -c "$*"; fi
exec nsenter --target "$pid" --net --mount --uts --ipc --pid -- "$@"
`;

/** The blocks of commands, in their order. */
function blocks(page: string): string[] {
  return [...page.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
}

testWith(
  [
    clusterPrograms(),
    ...namespaces(),
    findProgram("hexdump", "bsdextrautils"),
    findProgram("bash", "bash"),
  ],
  "the walk-through of docs/the-hard-way.md is run word by word",
  async (_, programs = "") => {
    await using rest = new AsyncDisposableStack();
    const folder = await Deno.makeTempDir({ prefix: "hardway-jumpbox-" });
    rest.defer(() => Deno.remove(folder, { recursive: true }));
    const network = rest.use(await Network.make());
    const jumpbox = rest.use(await Machine.start("jumpbox", programs, true));
    await network.plug(jumpbox, ["10.240.0.250/24"]);
    const pids: string[] = [];
    for (const [name, address] of MACHINES) {
      const machine = rest.use(await Machine.start(name, programs));
      await network.plug(machine, [`${address}/24`]);
      pids.push(`${name} ${machine.pid}`, `${address} ${machine.pid}`);
    }
    await Deno.mkdir(`${folder}/bin`);
    await Deno.writeTextFile(`${folder}/bin/machines`, `${pids.join("\n")}\n`);
    await Deno.writeTextFile(`${folder}/bin/ssh`, SSH, { mode: 0o755 });
    // The tasks of this clone, from the folder of whoever types.
    const deno =
      `#!/bin/sh\nword=$1\nshift\nexec ${Deno.execPath()} "$word" --config ${ROOT}deno.json "$@"\n`;
    await Deno.writeTextFile(`${folder}/bin/deno`, deno, { mode: 0o755 });
    const { denoDir } = JSON.parse(await runWell(Deno.execPath(), ["info", "--json"]));

    const page = await Deno.readTextFile(PAGE);
    const script = blocks(page).map((block, index) => `echo "### ${index + 1}"\n${block}`).join("\n");
    const { code, stdout, stderr } = await jumpbox.exec([
      // The page waits as a person does, without an end.
      ...["timeout", "300", "env", "-i", `HOME=${folder}`, `DENO_DIR=${denoDir}`, "NO_COLOR=1"],
      `PATH=${folder}/bin:/usr/local/sbin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
      ...["bash", "-euo", "pipefail", "-c", `cd "$HOME"\n${script}`],
    ]);
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    const [, ...outputs] = stdout.split(/^### \d+\n/m);
    const output = outputs.join("");
    assert.match(
      output,
      /, started, server, https:\/\/10\.240\.0\.10:2380, https:\/\/10\.240\.0\.10:2379, false/,
    );
    assert.match(output, /Kubernetes control plane is running at https:\/\/server\.kubernetes\.local:6443/);
    assert.match(output, /^ok/m);
    assert.match(output, /^node-0 +Ready [\s\S]*?^node-1 +Ready /m);
    assert.match(output, /^Server Version: v1\./m);
    assert.match(
      output,
      /^10\.200\.0\.0\/24 via 10\.240\.0\.20 [\s\S]*^10\.200\.1\.0\/24 via 10\.240\.0\.21 /m,
    );
    assert.match(
      output.replaceAll(/^[0-9a-f]{8} +(?:[0-9a-f]{2} +)+\|(.*)\|\n/gm, "$1"),
      /k8s:enc:aescbc:v1:key1:/,
    );
    assert.match(output, /^nginx-[\w-]+ .* node-[01] /m);
    assert.match(output, /^nginx +NodePort +10\.32\.0\.\d+ /m);
  },
);
