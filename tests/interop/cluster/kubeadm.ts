/**
 * kubeadm, run in the tree of a control plane.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { SpecInput } from "../../../mod.ts";
import { type Result, run, type Tool } from "../tools.ts";
import { builtProgram } from "./built.ts";

// kubeadm looks into the tree by chroot.
/** kubeadm, which has to run as root. */
export const kubeadm: Tool = Deno.uid() === 0
  ? builtProgram("kubeadm")
  : { missing: "kubeadm looks into a tree as root only" };

/** Its configuration, on each control plane. */
export const CONFIG = "/etc/kubernetes/kubeadm.yaml";

/** A cluster of so many control planes. */
export function specOf(planes: number, more: Partial<SpecInput> = {}): SpecInput {
  return {
    name: "lab",
    kubernetesVersion: "1.37",
    files: { layout: "kubeadm" },
    controlPlane: Array.from({ length: planes }, (_, index) => ({
      name: `cp-${index}`,
      addresses: [`10.240.0.1${index}`],
    })),
    workers: [{ name: "node-0", addresses: ["10.240.0.20"] }],
    ...more,
  };
}

/** Lines that begin with kubeadm's name of a phase, such as `[certs]`. */
export function linesOf({ stdout }: Result, phase: string): string[] {
  return stdout.split("\n").filter((line) => line.startsWith(`[${phase}] `)).map((line) =>
    line.slice(phase.length + 3)
  );
}

/** Runs kubeadm in a tree; it has to succeed. */
export async function runIn(root: string, program: string, ...words: string[]): Promise<Result> {
  const result = await run(program, ["--rootfs", root, ...words, "--config", CONFIG]);
  assert.equal(result.code, 0, `kubeadm ${words.join(" ")}\n${result.stdout}${result.stderr}`);
  return result;
}
