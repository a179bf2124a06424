/**
 * A hundred thousand broken files: none may end a command, hang it, or make it show what is in a key. The mutations are
 * the same each time.
 */
import assert from "node:assert/strict";
import { endingsOfFiles, inspectFiles, verifyFiles } from "../scripts/inspect/in_memory.ts";
import { HARD, SEED } from "./run.ts";
import { provisionInMemory } from "../scripts/write/in_memory.ts";
import { randomNumbers } from "./random.ts";

const AT = 1772323200;
const ROUNDS = 100_000;

/** Files of every kind, small ones, as most of the time goes into parsing what is still whole. */
async function corpus(): Promise<Map<string, Uint8Array>> {
  const lab = await provisionInMemory(HARD, SEED);
  const files = new Map<string, Uint8Array>();
  const add = (path: string, text: string): void => void files.set(path, new TextEncoder().encode(text));
  for (const path of ["pki/ca.crt", "pki/apiserver.crt", "pki/apiserver.key", "pki/sa.pub"]) {
    const text = lab.text(path);
    add(path, text);
    const der = text.replace(/-----[^-]+-----|\s/g, "");
    files.set(`${path}.der`, Uint8Array.fromBase64(der));
  }
  const kubeconfig = lab.text("kubeconfig/admin.kubeconfig");
  add("kubeconfig/admin.kubeconfig", kubeconfig);
  const data = btoa(lab.text("pki/apiserver.crt"));
  add(
    "secret.yaml",
    `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/tls\ndata: {tls.crt: ${data}}\n`,
  );
  add(
    "pod.yaml",
    `apiVersion: v1\nkind: Pod\nmetadata: {name: kube-apiserver}\nspec:\n  containers:\n  - name: kube-apiserver\n` +
      `    command:\n    - kube-apiserver\n    - --tls-cert-file=/pki/apiserver.crt\n    - --client-ca-file=/pki/ca.crt\n`,
  );
  add(
    "kube-apiserver.service",
    `[Service]\nEnvironment="A=--tls-cert-file=/pki/apiserver.crt"\nExecStart=/usr/local/bin/kube-apiserver \\\n` +
      `  --client-ca-file=/pki/ca.crt \\\n  $A\n`,
  );
  add("tokens.csv", `abcdefgh12345678,user,uid,"system:masters,b"\n`);
  const part = (value: unknown): string => btoa(JSON.stringify(value)).replace(/=+$/, "");
  add(
    "token",
    `${part({ alg: "ES256", kid: "k" })}.${part({ sub: "system:serviceaccount:a:b", exp: AT })}.AAAA`,
  );
  return files;
}

Deno.test("a hundred thousand mutated files give rows and findings, each in less than a second", async () => {
  const files = [...await corpus()];
  const random = randomNumbers(20261126);
  const below = (limit: number): number => Math.floor(random() * limit);
  let slowest = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [path, whole] = files[below(files.length)] ?? ["", new Uint8Array()];
    let bytes = whole.slice();
    for (let edits = 1 + below(4); edits > 0; edits--) {
      const at = below(bytes.length);
      switch (below(5)) {
        case 0:
          bytes[at] = below(256);
          break;
        case 1:
          bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
          break;
        case 2:
          bytes = bytes.subarray(0, at);
          break;
        case 3:
          bytes.copyWithin(at, below(bytes.length), below(bytes.length));
          break;
        default:
          bytes.fill(below(256), at, at + below(6));
      }
      if (bytes.length === 0) break;
    }
    const start = performance.now();
    try {
      const input = { [path]: bytes };
      // Each has its own way through the code; all of them on every file would take three times as long.
      if (round % 3 === 0) endingsOfFiles(input, { at: AT });
      else if (round % 3 === 1) inspectFiles(input, { at: AT });
      else verifyFiles(input, { at: AT });
    } catch (error) {
      console.error(`round ${round}: ${path}: ${bytes.toBase64()}`);
      throw error;
    }
    slowest = Math.max(slowest, performance.now() - start);
  }
  assert.ok(slowest < 1000, `${slowest} ms for one file`);
});
