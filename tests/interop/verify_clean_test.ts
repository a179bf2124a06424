/**
 * `verify` on trees as their makers leave them: no error, and of the hard way the faults of its own configuration, each
 * as what it is.
 */
import assert from "node:assert/strict";
import { verify } from "../../scripts/verify.ts";
import type { Finding } from "../../scripts/inspect/verify/findings.ts";
import { HARD_WAY_TOOLS, hardWayNode, hardWayServer, hardWayTree } from "./foreign/hard_way.ts";
import { KUBEADM_TOOLS, kubeadmTree } from "./foreign/kubeadm.ts";
import { ourTree } from "./foreign/ours.ts";
import { withTree } from "./foreign/trees.ts";
import { testWith } from "./tools.ts";

async function findingsOf(make: (root: string) => Promise<void>): Promise<Finding[]> {
  let findings: Finding[] = [];
  await withTree(make, async (root) => {
    findings = (await verify({ paths: [root], root })).map((one) => ({
      ...one,
      path: one.path.slice(root.length + 1),
    }));
  });
  return findings;
}

function brief(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
}

testWith(KUBEADM_TOOLS, "nothing is wrong with what kubeadm makes", async () => {
  assert.deepEqual(brief(await findingsOf((root) => kubeadmTree(root))), [
    "info anonymous-auth etc/kubernetes/manifests/kube-apiserver.yaml",
    "info system-masters etc/kubernetes/super-admin.conf",
  ]);
});

Deno.test("nothing is wrong with what hardway makes, in both layouts", async () => {
  for (const layout of ["hard-way", "kubeadm"] as const) {
    for (const machine of ["server", "node-0"] as const) {
      const findings = await findingsOf((root) => ourTree(root, layout, machine));
      const masters = layout === "kubeadm" && machine === "server"
        ? ["info system-masters etc/kubernetes/super-admin.conf"]
        : [];
      assert.deepEqual(brief(findings), masters, `${layout} ${machine}`);
    }
  }
});

/** The guide's faults, by words of the message and the file that has each. */
const FAULTS = {
  server: [
    [/not good for kubernetes\.default\.svc\.cluster\.local/, "var/lib/kubernetes/kube-api-server.crt"],
    [/not good for 10\.0\.0\.1, the first address of the default/, "var/lib/kubernetes/kube-api-server.crt"],
    [/O=system:system:kube-scheduler, with system: twice/, "var/lib/kubernetes/kube-scheduler.kubeconfig"],
    [/has serverAuth, and only a client uses it/, "var/lib/kubernetes/kube-controller-manager.kubeconfig"],
    [/ends at .*, after its CA/, "var/lib/kubernetes/kube-api-server.crt"],
  ],
  node: [
    [/has serverAuth, and only a client uses it/, "var/lib/kubelet/kubeconfig"],
    [/has clientAuth, and only a server uses it/, "var/lib/kubelet/kubelet.crt"],
    [/ends at .*, after its CA/, "var/lib/kube-proxy/kubeconfig"],
  ],
} as const;

testWith(
  HARD_WAY_TOOLS,
  "the faults of the guide's own configuration are told of as that, and stop nothing",
  async () => {
    for (
      const [make, faults] of [
        [hardWayServer, FAULTS.server],
        [hardWayNode, FAULTS.node],
        [hardWayTree, []],
      ] as const
    ) {
      const findings = await findingsOf((root) => make(root));
      assert.deepEqual(brief(findings.filter(({ severity }) => severity === "error")), []);
      // None of these beside it, as it stands in their place.
      const replaced = ["san-missing", "organization-wrong", "eku-extra", "outlives-issuer"];
      assert.deepEqual(brief(findings.filter(({ code }) => replaced.includes(code))), []);
      const known = findings.filter(({ code }) => code === "hard-way-fault");
      assert.ok(known.length > 0 && known.every(({ severity }) => severity === "warning"));
      for (const [words, path] of faults) {
        assert.ok(
          known.some((one) => one.path === path && words.test(one.message)),
          `${words} ${path}\n${known.map((one) => `${one.path} ${one.message}`).join("\n")}`,
        );
      }
      const others = new Set(findings.map(({ code }) => code));
      others.delete("hard-way-fault");
      assert.deepEqual(
        [...others].filter((code) => !["long-validity", "anonymous-auth", "system-masters"].includes(code)),
        [],
        brief(findings).join("\n"),
      );
    }
  },
);
