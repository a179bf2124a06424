/**
 * Real components on a tree with one fault: what they say, with the tree, gives the fault's code and its file, first.
 * The same on a healthy tree gives nothing.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { diagnose, type Diagnosis } from "../../../mod.ts";
import { ourSetFolder } from "../foreign/ours.ts";
import { reissuer } from "../foreign/reissue.ts";
import { testWith } from "../tools.ts";
import { type Act, ACTS } from "./diagnose/acts.ts";
import { Lab } from "./diagnose/lab.ts";
import { bootstrapped } from "./diagnose/robots.ts";
import type { Row } from "./diagnose/row.ts";
import { ROWS } from "./diagnose/rows.ts";
import type { Stage } from "./diagnose/stage.ts";
import { clusterPrograms, namespaces } from "./programs.ts";

/** A folder for the logs, to make fixtures of. */
const KEEP = Deno.env.get("HARDWAY_KEEP_LOGS");

async function act(stage: Stage, name: Act, row?: Pick<Row, "title" | "harm">): Promise<Diagnosis[]> {
  const tree = await stage.own.tree();
  const set = await ourSetFolder("hard-way");
  const admin = "var/lib/kubernetes/admin.kubeconfig";
  await Deno.copyFile(join(set, "out/lab/kubeconfig/admin.kubeconfig"), join(tree, admin));
  await row?.harm(tree);
  const logs = await ACTS[name](stage, tree);
  await Deno.remove(join(tree, "var/lib/etcd"), { recursive: true });
  const found = await diagnose({ logs, paths: [tree], root: tree });
  if (KEEP !== undefined) {
    const to = join(KEEP, (row?.title ?? `healthy ${name}`).replace(/\W+/g, "-"));
    await Deno.mkdir(to, { recursive: true });
    for (const log of logs) await Deno.copyFile(log, join(to, log.slice(log.lastIndexOf("/") + 1)));
    await Deno.writeTextFile(join(to, "found.json"), JSON.stringify(found, undefined, 2));
  }
  return found.map((one) =>
    one.path === undefined ? one : { ...one, path: one.path.replace(`${tree}/`, "") }
  );
}

/** A twin without the fault, where the act needs more than the tree as it is. */
function healthyOf(name: Act): Pick<Row, "title" | "harm"> | undefined {
  if (name === "bootstrap") return { title: "healthy bootstrap", harm: bootstrapped("2090-01-01T00:00:00Z") };
  return undefined;
}

testWith(
  [clusterPrograms(), reissuer, ...namespaces()],
  "what real components say of a fault leads to its file",
  async (t, programs = "") => {
    await using healthy = await Lab.make(programs);
    await using own = await Lab.make(programs);
    const base = await healthy.tree();
    const etcd = await healthy.startUnit(base, "etcd");
    const api = await healthy.startUnit(base, "kube-apiserver", ["--v=2"]);
    assert.ok(await healthy.until(api.log, /Serving securely/, 60));
    const stage: Stage = { healthy, base, api, own };
    assert.ok(ROWS.length >= 30);
    const wanted = Deno.env.get("HARDWAY_ROWS");
    const isWanted = (title: string): boolean => wanted === undefined || new RegExp(wanted).test(title);
    for (const name of new Set(ROWS.map((row) => row.act))) {
      if (!isWanted(`healthy ${name}`)) continue;
      await t.step(
        `healthy: ${name}`,
        async () => assert.deepEqual(await act(stage, name, healthyOf(name)), []),
      );
    }
    for (const row of ROWS) {
      if (!isWanted(row.title)) continue;
      await t.step(row.title, async () => {
        const found = await act(stage, row.act, row);
        const [first] = found;
        assert.deepEqual(
          [first?.code, first?.path, found.some(({ family }) => family === row.family)],
          [row.code, row.path, true],
          JSON.stringify(found, undefined, 2),
        );
      });
    }
    assert.ok(etcd.pid !== "");
  },
);
