/**
 * kubectl reads every kubeconfig as it is meant. What client-go makes of them is judged in `go_test.ts` as well.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Judged, type JudgedKubeconfig, judgedTrees } from "./judged.ts";
import { treeNamed, withCopy } from "./tamper.ts";
import { findProgram, forEach, run, runWell, testWith } from "./tools.ts";

const kubectl = findProgram("kubectl", "kubernetes-client");
const trees = await judgedTrees();

function view(program: string, path: string): [string, string[], { env: Record<string, string> }] {
  // The kubectl of some distributions asks the server for its version first. Nothing listens here, so it gives up at
  // once; what `config view` prints of the file stays the same.
  const args = ["config", "view", "--raw", "-o", "json", "--server=https://127.0.0.1:1"];
  return [program, [...args, `--kubeconfig=${path}`], { env: { KUBECONFIG: path } }];
}

/** What kubectl must read, from the other files of the tree. */
async function wanted(tree: Judged, item: JudgedKubeconfig): Promise<unknown> {
  const base64 = async (path: string): Promise<string> => (await Deno.readFile(path)).toBase64();
  const context = `${item.user}@${tree.name}`;
  return {
    kind: "Config",
    apiVersion: "v1",
    clusters: [{
      name: tree.name,
      cluster: { server: item.server, "certificate-authority-data": await base64(item.authority) },
    }],
    users: [{
      name: item.user,
      user: {
        "client-certificate-data": await base64(item.client.path),
        "client-key-data": await base64(item.client.keyPath),
      },
    }],
    contexts: [{ name: context, context: { cluster: tree.name, user: item.user } }],
    "current-context": context,
  };
}

for (const tree of trees) {
  testWith(
    [kubectl],
    `kubectl reads every kubeconfig of ${tree.name} as it is meant`,
    async (_, program = "") => {
      await forEach(tree.kubeconfigs, async (item) => {
        const read = JSON.parse(await runWell(...view(program, item.path))) as Record<string, unknown>;
        // Older kubectl prints it, empty.
        assert.deepEqual(read["preferences"] ?? {}, {});
        delete read["preferences"];
        assert.deepEqual(read, await wanted(tree, item), item.path);
      });
    },
  );
}

testWith(
  [kubectl],
  "kubectl refuses or reads otherwise a kubeconfig that is changed",
  async (_, program = "") => {
    await withCopy(treeNamed(trees, "lab"), async (copy) => {
      const [item] = copy.kubeconfigs;
      if (item === undefined) assert.fail("no kubeconfig");
      const text = await Deno.readTextFile(item.path);
      await Deno.writeTextFile(item.path, text.replace("clusters:", "clusters: ["));
      assert.notEqual((await run(...view(program, item.path))).code, 0);
      await Deno.writeTextFile(item.path, text.replace("server: https://", "server: http://"));
      const read = JSON.parse(await runWell(...view(program, item.path))) as unknown;
      assert.notDeepEqual(read, await wanted(copy, item));
    });
  },
);
