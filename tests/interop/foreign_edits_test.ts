/**
 * Faults that need no signature: texts, flags and files of a tree change as asked, and nothing else.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { appendFile, copyOver, editText, removePath, setFlag } from "./foreign/inject.ts";
import { ourSet } from "./foreign/ours.ts";
import { withTree } from "./foreign/trees.ts";

/** Lines that go, behind `-`, and that come, behind `+`. */
function differences(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `-${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+${line}`),
  ];
}

Deno.test("texts, flags and files change as asked, or the test that asks fails", async () => {
  await withTree((folder) => ourSet(folder, "kubeadm"), async (root) => {
    const pod = "out/lab/hosts/server/etc/kubernetes/manifests/kube-apiserver.yaml";
    const lines = async (path: string): Promise<string[]> =>
      (await Deno.readTextFile(join(root, path))).split("\n");
    const change = async (path: string, flag: string, value?: string): Promise<string[]> => {
      const before = await lines(path);
      await setFlag(root, path, flag, value);
      return differences(before, await lines(path));
    };
    const file = "/etc/kubernetes/pki/ca.crt";
    assert.deepEqual(await change(pod, "--client-ca-file", "/a"), [
      `-    - --client-ca-file=${file}`,
      "+    - --client-ca-file=/a",
    ]);
    assert.deepEqual(await change(pod, "--client-ca-file"), ["-    - --client-ca-file=/a"]);
    assert.deepEqual(await change(pod, "--token-auth-file", "/t"), ["+    - --token-auth-file=/t"]);
    await assert.rejects(setFlag(root, pod, "--no-such-flag", undefined), /stays as it is/);

    const unit = "a.service";
    await Deno.writeTextFile(
      join(root, unit),
      "ExecStart=/bin/etcd \\\n  --name a \\\n  --b=c \\\n  --last\nRestart=no\n",
    );
    assert.deepEqual(await change(unit, "--name", "d"), ["-  --name a \\", "+  --name d \\"]);
    assert.deepEqual(await change(unit, "--new", "e"), ["+  --new=e \\"]);
    assert.deepEqual(await change(unit, "--last"), ["-  --b=c \\", "-  --last", "+  --b=c"]);
    await editText(root, unit, ["Restart=no", "Restart=always"]);
    await assert.rejects(editText(root, unit, ["nowhere", ""]), /stays as it is/);

    const pki = "out/lab/pki";
    const read = (name: string): Promise<string> => Deno.readTextFile(join(root, pki, name));
    const [ca, other] = [await read("ca.crt"), await read("front-proxy-ca.crt")];
    await appendFile(root, `${pki}/ca.crt`, `${pki}/front-proxy-ca.crt`);
    assert.equal(await read("ca.crt"), ca + other);
    await copyOver(root, `${pki}/ca.crt`, `${pki}/front-proxy-ca.crt`);
    assert.equal(await read("ca.crt"), other);
    await removePath(root, `${pki}/ca.crt`);
    await assert.rejects(read("ca.crt"), Deno.errors.NotFound);
  });
});
