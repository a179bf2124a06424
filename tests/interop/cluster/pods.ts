/**
 * What the test takes from a static pod: its command, what it mounts, and where its probes ask.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { z } from "../../../scripts/shared/npm/zod.ts";
import { parseDocument } from "../../../scripts/shared/npm/yaml.ts";

const SCRIPT = fileURLToPath(new URL("pod.sh", import.meta.url));

const Probe = z.object({
  httpGet: z.object({
    host: z.string(),
    path: z.string(),
    port: z.number(),
    scheme: z.enum(["HTTP", "HTTPS"]),
  }),
});
const Pod = z.object({
  spec: z.object({
    containers: z.tuple([z.object({
      name: z.string(),
      command: z.array(z.string()),
      volumeMounts: z.array(z.object({
        name: z.string(),
        mountPath: z.string(),
        readOnly: z.boolean().optional(),
      })),
      startupProbe: Probe.optional(),
      livenessProbe: Probe.optional(),
      readinessProbe: Probe.optional(),
    })]),
    volumes: z.array(z.object({
      name: z.string(),
      hostPath: z.object({ path: z.string(), type: z.string() }),
    })),
  }),
});

/** A static pod as far as the test runs it. */
export interface StaticPod {
  readonly name: string;
  /** The words that run it among what it mounts. */
  readonly words: readonly string[];
  /** URLs that the kubelet would ask, without a credential. */
  readonly probes: readonly string[];
}

/** Reads a static pod. */
export function readPod(text: string): StaticPod {
  const { spec: { containers: [container], volumes } } = Pod.parse(parseDocument(text).toJS());
  const mounts = container.volumeMounts.map(({ name, mountPath, readOnly }) => {
    const source = volumes.find((volume) => volume.name === name)?.hostPath;
    if (source === undefined) throw new Error(`No volume ${name}`);
    return [source.type, source.path, mountPath, readOnly === true ? "ro" : "rw"].join(" ");
  });
  const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe]
    .flatMap((probe) => {
      if (probe === undefined) return [];
      const { host, path, port, scheme } = probe.httpGet;
      return [`${scheme.toLowerCase()}://${host.includes(":") ? `[${host}]` : host}:${port}${path}`];
    });
  return {
    name: container.name,
    words: [
      ...["unshare", "--mount", "--propagation", "private", "sh", SCRIPT],
      mounts.join("\n"),
      ...container.command,
    ],
    probes: [...new Set(probes)],
  };
}
