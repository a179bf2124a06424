/**
 * Each row of docs/cis.md holds of real bundles, in both layouts.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { SpecInput } from "../mod.ts";
import { listFiles, withBundles } from "./interop/cluster/bundled.ts";
import { at, commandsOf, documentsOf } from "./interop/cluster/commands.ts";
import { ROOT, sh } from "./run.ts";

const LAYOUTS = ["hard-way", "kubeadm"] as const;

/** A row of the page: what must hold of a file, on every machine that has it. */
interface Row {
  readonly item: string;
  readonly files: Readonly<Record<typeof LAYOUTS[number], string>>;
  readonly claims: readonly string[];
}

function readRows(page: string): Row[] {
  return page.split("\n").filter((line) => /^\| \d/.test(line)).map((line) => {
    const [item = "", , hardWay = "", kubeadm = "", holds = ""] = line.slice(1, -1).split("|").map((cell) =>
      cell.trim()
    );
    const unquote = (cell: string): string => cell.replaceAll("`", "").trim();
    return {
      item,
      files: { "hard-way": unquote(hardWay), kubeadm: unquote(kubeadm) },
      claims: [...holds.matchAll(/`([^`]+)`/g)].map(([, claim = ""]) => claim),
    };
  });
}

/** A pattern in which `*` stands for anything and `{a,b}` for either. */
function globOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^$()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(
    `^${escaped.replace(/\{([^}]*)\}/g, (_, list: string) => `(?:${list.replaceAll(",", "|")})`)}$`,
  );
}

/** Why a claim does not hold of a file on a machine, or undefined. */
async function faultOf(claim: string, machine: string, path: string): Promise<string | undefined> {
  const file = join(machine, path);
  if (/^0\d{3}$/.test(claim)) {
    const mode = `0${((await Deno.stat(file)).mode ?? 0).toString(8).slice(-3)}`;
    return mode === claim ? undefined : `its mode is ${mode}`;
  }
  const other = /^unlike (.*)$/.exec(claim)?.[1];
  if (other !== undefined) {
    const [own, neighbour] = await Promise.all(
      [file, join(machine, other)].map((each) => Deno.readFile(each)),
    );
    return own?.toHex() === neighbour?.toHex() ? `it has the bytes of ${other}` : undefined;
  }
  const text = await Deno.readTextFile(file);
  if (claim.startsWith("--") || claim.startsWith("no --")) {
    const [command] = commandsOf({ to: path.slice(1), text });
    if (command === undefined) return "it has no command";
    const isWanted = claim.startsWith("--");
    const [name = "", pattern = "*"] = claim.replace(/^no /, "").split("=");
    const values = command.words.flatMap((word) =>
      word.startsWith(`${name}=`) ? [word.slice(name.length + 1)] : []
    );
    if (!isWanted) {
      return values.length === 0 && !command.words.includes(name) ? undefined : "it has the flag";
    }
    const items = values.flatMap((value) => value.split(","));
    return items.length > 0 && items.every((item) => globOf(pattern).test(item))
      ? undefined
      : `it has ${values}`;
  }
  if (/^[A-Z]\w+=/.test(claim)) return text.split("\n").includes(claim) ? undefined : "it has no such line";
  const [name = "", pattern = ""] = claim.split(": ");
  const value = at(documentsOf(text)[0], ...name.split("."));
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.length > 0 && items.every((item) => globOf(pattern).test(String(item)))
    ? undefined
    : `it has ${JSON.stringify(value)}`;
}

/** What does not hold, and how often something was looked at. */
async function judge(rows: readonly Row[], layout: typeof LAYOUTS[number], hosts: string): Promise<string[]> {
  const faults: string[] = [];
  const machines = [...Deno.readDirSync(hosts)].filter(({ isDirectory }) => isDirectory).map(({ name }) =>
    name
  );
  const files = new Map<string, string[]>();
  for (const machine of machines) {
    files.set(machine, (await listFiles(join(hosts, machine))).map((path) => `/${path}`));
  }
  for (const { item, files: { [layout]: pattern }, claims } of rows) {
    if (pattern === "") continue;
    let seen = 0;
    for (const [machine, paths] of files) {
      for (const path of paths.filter((each) => globOf(pattern).test(each))) {
        for (const claim of claims) {
          // What a CA is compared with is on control planes only.
          const other = /^unlike (.*)$/.exec(claim)?.[1];
          if (other !== undefined && !paths.includes(other)) continue;
          seen++;
          const fault = await faultOf(claim, join(hosts, machine), path);
          if (fault !== undefined) faults.push(`${item} ${machine}${path} ${claim}: ${fault}`);
        }
      }
    }
    if (seen === 0) faults.push(`${item}: no machine has ${pattern}`);
  }
  return faults;
}

function specOf(layout: typeof LAYOUTS[number]): SpecInput {
  return {
    name: "lab",
    files: { layout },
    controlPlane: [{ name: "cp-0", addresses: ["10.240.0.10"] }, {
      name: "cp-1",
      addresses: ["10.240.0.11"],
    }],
    workers: [{ name: "node-0", addresses: ["10.240.0.20"], podCIDR: "10.200.1.0/24" }],
    etcd: {
      members: [{ name: "cp-0", addresses: ["10.240.0.10"] }, { name: "etcd-1", addresses: ["10.240.0.31"] }],
    },
  };
}

const ROWS = readRows(Deno.readTextFileSync(`${ROOT}docs/cis.md`));

for (const layout of LAYOUTS) {
  Deno.test(`every item that docs/cis.md calls met is met in the layout ${layout}`, async () => {
    assert.ok(ROWS.length > 60, `Only ${ROWS.length} rows`);
    assert.ok(ROWS.every(({ claims }) => claims.length > 0));
    await withBundles(specOf(layout), async (hosts) => {
      assert.deepEqual(await judge(ROWS, layout, hosts), []);
    });
  });
}

Deno.test("a bundle that breaks an item of docs/cis.md is seen: mode, flag, field, file", async () => {
  await withBundles(specOf("hard-way"), async (hosts) => {
    const spoil = async (path: string, from: string, to: string): Promise<void> => {
      const text = await Deno.readTextFile(join(hosts, path));
      assert.ok(text.includes(from), `${path} has ${from}`);
      await Deno.writeTextFile(join(hosts, path), text.replace(from, to));
    };
    await Deno.chmod(join(hosts, "node-0/var/lib/kubelet/pki/kubelet.key"), 0o640);
    await spoil("cp-0/etc/systemd/system/kube-apiserver.service", "--profiling=false", "--profiling=true");
    await spoil("cp-0/etc/systemd/system/etcd.service", "--client-cert-auth=true", "--auto-tls=true");
    await spoil("node-0/var/lib/kubelet/kubelet-config.yaml", "mode: Webhook", "mode: AlwaysAllow");
    await spoil(
      "etcd-1/etc/systemd/system/etcd.service",
      "StateDirectoryMode=0700",
      "StateDirectoryMode=0755",
    );
    await Deno.copyFile(
      join(hosts, "cp-0/var/lib/kubernetes/pki/ca.crt"),
      join(hosts, "cp-0/etc/etcd/pki/ca.crt"),
    );
    await Deno.remove(join(hosts, "admin/admin.kubeconfig"));
    const faults = await judge(ROWS, "hard-way", hosts);
    assert.deepEqual(faults.map((fault) => fault.split(/[: ]/)[0]), [
      "1.1.13",
      "1.1.21",
      "1.2.15",
      "1.1.11",
      "2.2",
      "2.3",
      "2.7",
      "4.2.2",
    ]);
  });
});

Deno.test("everything in an archive belongs to root, as docs/cis.md says", async () => {
  for (const layout of LAYOUTS) {
    await withBundles(specOf(layout), (hosts) => {
      let members = 0;
      for (const { name } of Deno.readDirSync(hosts)) {
        if (!name.endsWith(".tar")) continue;
        const { code, stdout, stderr } = sh('tar --numeric-owner -tvf "$1"', join(hosts, name));
        assert.equal(code, 0, stderr);
        for (const line of stdout.trimEnd().split("\n")) {
          members++;
          assert.match(line, /^\S+ 0\/0 /);
        }
      }
      assert.ok(members > 50, `${members} members`);
      return Promise.resolve();
    }, { tar: true });
  }
});
