/**
 * The files of every machine, in memory, and whose key a piece of text holds.
 *
 * @module
 */
import { createHash, createPrivateKey } from "node:crypto";
import { provisionInMemory, type SpecInput } from "../mod.ts";
import { parseSeed } from "../scripts/issue/seed.ts";
import { loadPlan } from "../scripts/plan/load.ts";
import type { Plan } from "../scripts/plan/types.ts";
import type { Host } from "../scripts/render/hosts.ts";
import { TEMPLATES } from "../scripts/render/layouts.ts";
import { Renderer } from "../scripts/render/render.ts";
import type { TemplateSource } from "../scripts/render/template.ts";
import type { Spec } from "../scripts/spec/types.ts";
import { readTemplates } from "../scripts/write/disk/templates.ts";
import { SEED } from "./run.ts";

/** The templates as they are. */
export const OURS: readonly TemplateSource[] = readTemplates(TEMPLATES);

/** One file of a machine. */
export interface BundledFile {
  readonly mode: number;
  readonly text: string;
}

/** One machine. */
export interface Bundled {
  readonly host: Host;
  /** By path from the machine's root, without a slash in front, sorted. */
  readonly files: ReadonlyMap<string, BundledFile>;
}

/** A cluster with its machines. */
export interface BundledCluster {
  readonly spec: Spec;
  readonly plan: Plan;
  readonly machines: ReadonlyMap<string, Bundled>;
  /** Which id of the plan owns a private key, by the digest of `keysIn`. */
  readonly owners: ReadonlyMap<string, string>;
}

/** The render stage on a spec, without any key: for what is written from templates. */
export function rendererOf(
  text: string | SpecInput,
  templates: readonly TemplateSource[] = OURS,
): { readonly renderer: Renderer; readonly spec: Spec; readonly plan: Plan } {
  const { created, entropy } = parseSeed(SEED, "seed");
  const document = typeof text === "string" ? text : JSON.stringify(text);
  const { spec, plan } = loadPlan(new TextEncoder().encode(document), "cluster.yaml", created, []);
  return { renderer: new Renderer({ spec, plan, entropy, templates }), spec, plan };
}

/** Renders every machine of a cluster. */
export async function bundleInMemory(text: string | SpecInput): Promise<BundledCluster> {
  const { renderer, spec, plan } = rendererOf(text);
  const tree = await provisionInMemory(text, SEED);
  const machines = new Map(renderer.hosts.map((host) => {
    const files = renderer.filesOf(host).map((file) =>
      [
        file.to,
        { mode: file.mode, text: file.kind === "copy" ? tree.text(file.from) : file.text },
      ] as const
    );
    return [host.name, { host, files: new Map(files) }];
  }));
  const owners = new Map<string, string>();
  for (const { kind, id, path } of tree.manifest.files) {
    if (kind === "key") { for (const digest of keysIn(tree.text(path))) owners.set(digest, id); }
  }
  return { spec, plan, machines, owners };
}

const PEM = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g;

/** Digests of the private keys in a text: those that stand in it, and those that its base64 hides. */
export function keysIn(text: string): string[] {
  const hidden = [...text.matchAll(/[A-Za-z0-9+/]{80,}={0,2}/g)].flatMap(([word]) =>
    word.length % 4 === 0 ? [new TextDecoder().decode(Uint8Array.fromBase64(word))] : []
  );
  return [text, ...hidden].flatMap((part) => part.match(PEM) ?? []).map((pem) =>
    createHash("sha256").update(createPrivateKey(pem).export({ type: "pkcs8", format: "der" })).digest("hex")
  );
}
