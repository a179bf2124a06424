/**
 * Our own units, static pods and configurations, read as if they were anyone's: every flag is found, and every file that
 * a flag names is one that the machine has.
 *
 * @module
 */
import assert from "node:assert/strict";
import { argumentsOfConfiguration } from "../scripts/inspect/flags/component_configuration.ts";
import { filesNamedBy, meaningOf } from "../scripts/inspect/flags/flag_table.ts";
import { type Invocation, pathOnHost } from "../scripts/inspect/flags/invocation.ts";
import { invocationsOfPod } from "../scripts/inspect/flags/manifest_invocation.ts";
import { readInvocationLines } from "../scripts/inspect/flags/manifest_lines.ts";
import { readUnit } from "../scripts/inspect/flags/unit.ts";
import { rendererOf } from "./bundled.ts";
import { commandsOf, documentsOf } from "./interop/cluster/commands.ts";
import { HARD, KUBEADM, spec } from "./run.ts";

/** Three members of etcd beside the control plane, names that need quotation marks, two families of addresses. */
const LARGE = spec(`workers: [{ name: node-0, addresses: [10.240.0.20, "fd00::20"], podCIDR: 10.200.0.0/24 }]
etcd: { members: [{ name: etcd-0, addresses: [10.240.0.30] }, { name: etcd-1, addresses: [10.240.0.31] }] }
`);

interface Machine {
  readonly name: string;
  /** All its files, from the root. */
  readonly paths: ReadonlySet<string>;
  readonly texts: readonly { readonly to: string; readonly text: string }[];
}

function machinesOf(text: string): Machine[] {
  const { renderer } = rendererOf(text);
  return renderer.hosts.map((host) => {
    const files = renderer.filesOf(host);
    return {
      name: host.name,
      paths: new Set(files.map(({ to }) => `/${to}`)),
      texts: files.flatMap((file) => file.kind === "template" ? [{ to: file.to, text: file.text }] : []),
    };
  });
}

const SHAPES = { "the hard way's": HARD, "kubeadm's": KUBEADM, "the hard way's, with etcd apart": LARGE };

function invocationsIn(file: { readonly to: string; readonly text: string }): Invocation[] {
  if (file.to.endsWith(".service")) return readUnit(file.text);
  return file.to.includes("/manifests/") ? documentsOf(file.text).flatMap(invocationsOfPod) : [];
}

for (const [layout, text] of Object.entries(SHAPES)) {
  Deno.test(`every flag of our units and static pods is found, layout ${layout}`, () => {
    let compared = 0;
    for (const { texts } of machinesOf(text)) {
      for (const file of texts.filter(({ to }) => /\.service$|\/manifests\/[\w-]+\.yaml$/.test(to))) {
        const commands = commandsOf(file).map(({ program, words }) => ({ program, words: [...words] }));
        const read = (found: readonly Invocation[]): typeof commands =>
          found.map(({ program, arguments: given }) => ({
            program,
            words: given.map(({ name, value }) => `--${name}=${value}`),
          }));
        assert.deepEqual(read(invocationsIn(file)), commands, file.to);
        // Line by line the same is found, though nothing is wrong with the file.
        if (file.to.endsWith(".yaml")) {
          assert.deepEqual(read(readInvocationLines(file.text)), commands, file.to);
        }
        compared += commands.length;
      }
    }
    assert.ok(compared >= 6, `${compared} commands`);
  });

  Deno.test(`every file that a flag or a configuration names is one that the machine has, layout ${layout}`, () => {
    const seen = new Set<string>();
    for (const { name, paths, texts } of machinesOf(text)) {
      const check = (
        invocation: Pick<Invocation, "component" | "arguments" | "mounts">,
        to: string,
      ): void => {
        for (const argument of invocation.arguments) {
          const meaning = meaningOf(invocation.component, argument.name);
          if (meaning === undefined || meaning.names === "folder") continue;
          for (const { path } of filesNamedBy(meaning, argument.value ?? "")) {
            const found = pathOnHost(invocation, path);
            assert.ok(paths.has(found), `${name}: ${to} names ${found} with ${argument.name}`);
            seen.add(`${meaning.component} ${meaning.flag}`);
          }
        }
      };
      for (const file of texts) {
        for (const invocation of invocationsIn(file)) check(invocation, file.to);
        if (!/\.(?:yaml|conf)$/.test(file.to) || /cni|kubeadm\.yaml/.test(file.to)) continue;
        for (const object of documentsOf(file.text)) {
          const configuration = argumentsOfConfiguration(object);
          if (configuration !== undefined) check({ ...configuration, mounts: [] }, file.to);
        }
      }
    }
    for (
      const flag of ["kubelet authentication.x509.clientCAFile", "kubelet tlsCertFile"]
    ) {
      assert.ok(seen.has(flag), flag);
    }
    if (layout !== "kubeadm's") {
      for (
        const flag of [
          ...["tls-cert-file", "client-ca-file", "etcd-certfile", "service-account-signing-key-file"],
          ...["requestheader-client-ca-file", "encryption-provider-config", "kubelet-client-key"],
        ]
      ) assert.ok(seen.has(`kube-apiserver ${flag}`), flag);
    }
    assert.ok(seen.size > 25, [...seen].join());
  });
}
