/**
 * The render stage: a spec, its plan and the templates in; out comes what each machine has, file by file: which of the
 * cluster's files is copied where, and the text of every unit, configuration, static pod and manifest.
 *
 * @module
 */
import { webhooksOf } from "../plan/features.ts";
import { isKeyed, type Plan, type PlanEntry } from "../plan/types.ts";
import { compareProblems, type Problem } from "../shared/problem.ts";
import { compareText } from "../shared/text.ts";
import type { Spec } from "../spec/types.ts";
import { checkNames, checkRelease } from "./check.ts";
import { componentsOf, type Host, hostsOf, isOn } from "./hosts.ts";
import { WEBHOOK } from "./layouts.ts";
import { secretValues } from "./secrets.ts";
import { Template, templateError, type TemplateSource } from "./template.ts";
import type { Component, CopiedFile, LayoutFile, PkiPart, RenderedFile, Value } from "./types.ts";
import { clusterValues, hostValues } from "./values.ts";

/** One file of a machine. */
export type HostFile =
  | {
    readonly kind: "copy";
    /** Path from the machine's root, without a slash in front. */
    readonly to: string;
    readonly mode: number;
    /** Path under `out/<cluster>`. */
    readonly from: string;
    readonly part: PkiPart;
    readonly id: string;
    readonly generation: number;
  }
  | {
    readonly kind: "template";
    readonly to: string;
    readonly mode: number;
    readonly text: string;
    readonly template: TemplateSource;
  };

/** What the render stage starts from. */
export interface RenderInput {
  readonly spec: Spec;
  readonly plan: Plan;
  /** The seed's 32 bytes. Secret. */
  readonly entropy: Uint8Array;
  /** Every template of `TEMPLATES`. */
  readonly templates: readonly TemplateSource[];
}

/** Renders the machines of one cluster. */
export class Renderer {
  /** The machines, the workstation last. */
  readonly hosts: readonly Host[];
  readonly #spec: Spec;
  readonly #entries: ReadonlyMap<string, PlanEntry>;
  readonly #templates: ReadonlyMap<string, Template>;
  readonly #shared: ReadonlyMap<string, Value>;
  readonly #secrets: readonly (readonly [string, Value])[];
  /** Machines whose files were rendered, read again and compared once: they come out the same each time. */
  readonly #proven = new Set<string>();

  /**
   * @throws {HardwayError} `spec-invalid` for a release that bundles are not made for, or a machine whose name another
   * file beside the bundles has; `usage` for a template that
   * cannot be used, with its place
   */
  constructor(input: RenderInput) {
    const { spec, plan } = input;
    checkRelease(spec);
    this.#spec = spec;
    this.hosts = hostsOf(spec);
    checkNames(spec, this.hosts);
    this.#entries = new Map(plan.entries.map((entry) => [entry.id, entry]));
    this.#templates = new Map(input.templates.map((source) => [source.name, new Template(source)]));
    this.#shared = clusterValues(spec, plan);
    this.#secrets = secretValues(input.entropy, spec);
    this.#checkTemplates();
  }

  /** Ids of the plan whose files a machine has. */
  idsOf(host: Host): string[] {
    return this.#files(host).flatMap(({ file }) => file.kind === "copy" ? [this.#idOf(file, host)] : []);
  }

  /** How many files a machine has. */
  countOf(host: Host): number {
    return new Set(this.#files(host).map(({ file }) => this.#pathOf(file))).size;
  }

  /** Everything that a machine has, sorted by path. */
  filesOf(host: Host): HostFile[] {
    const values = hostValues(host, this.#spec, this.#shared);
    const scopes = new Map<Component, Map<string, Value>>();
    const files = new Map<string, HostFile>();
    for (const { component, file } of this.#files(host)) {
      if (file.kind === "copy") {
        const copied = this.#copy(file, host);
        files.set(copied.to, copied);
        continue;
      }
      let scope = scopes.get(component);
      if (scope === undefined) scopes.set(component, scope = this.#scope(component, host, values));
      const own = this.#withSecrets(scope, component, file);
      const rendered = this.#render(file, own, this.#proven.has(host.name));
      files.set(rendered.to, rendered);
    }
    this.#proven.add(host.name);
    return [...files.values()].sort((a, b) => a.to < b.to ? -1 : 1);
  }

  #files(host: Host): { readonly component: Component; readonly file: LayoutFile }[] {
    return componentsOf(host, this.#spec).flatMap((component) =>
      component.files.filter((file) => isOn(host, file)).flatMap((file) => this.#each(file))
        .map((file) => ({ component, file }))
    );
  }

  /** A file that is there for each webhook, once for each. */
  #each(file: LayoutFile): LayoutFile[] {
    if (file.kind === "template" || !file.id.includes(WEBHOOK)) return [file];
    return webhooksOf(this.#spec).map(({ name }) => ({
      ...file,
      id: file.id.replace(WEBHOOK, name),
      to: file.to.replace(WEBHOOK, name),
    }));
  }

  #idOf(file: CopiedFile, host: Host): string {
    return file.id.replace("<name>", host.name);
  }

  #copy(file: CopiedFile, host: Host): HostFile {
    const id = this.#idOf(file, host);
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error(`The plan has no ${id}, which ${host.name} needs`);
    const client = entry.kind === "kubeconfig" ? this.#entries.get(entry.client) : entry;
    return {
      kind: "copy",
      to: this.#pathOf(file),
      mode: modeOf(entry, file.part),
      from: sourceOf(entry, file.part),
      part: file.part,
      id,
      generation: client !== undefined && "generation" in client ? client.generation : 1,
    };
  }

  #render(file: RenderedFile, scope: ReadonlyMap<string, Value>, isProven: boolean): HostFile {
    const template = this.#templates.get(file.template);
    if (template === undefined) throw new Error(`There is no template ${file.template}`);
    return {
      kind: "template",
      to: file.to.slice(1),
      mode: file.mode,
      text: template.fill(file.template.startsWith("static-pods/") ? forKubelet(scope) : scope, isProven),
      template: template.source,
    };
  }

  /** The values of a machine and the paths of a component's files; a file that is not there has an absent one. */
  #scope(component: Component, host: Host, values: ReadonlyMap<string, Value>): Map<string, Value> {
    const scope = new Map(values);
    for (const file of component.files) {
      const path = isOn(host, file) ? `/${this.#pathOf(file)}` : undefined;
      scope.set(placeholderOf(file), path);
    }
    return scope;
  }

  /** Secrets are for files of control planes that only root reads: in any other template their names are unknown. */
  #withSecrets(
    scope: ReadonlyMap<string, Value>,
    { name }: Component,
    { mode }: RenderedFile,
  ): ReadonlyMap<string, Value> {
    return name === "control-plane" && mode === 0o600 ? new Map([...scope, ...this.#secrets]) : scope;
  }

  #pathOf(file: LayoutFile): string {
    const path = file.to.slice(1);
    if (file.kind === "template") return path;
    const isPem = file.isFixedNaming !== true && this.#spec.naming === "pem";
    switch (file.part) {
      case "kubeconfig":
      case "document":
        return path;
      case "public-key":
        return `${path}.pub`;
      case "certificate":
        return `${path}.${isPem ? "pem" : "crt"}`;
      case "key":
        // The service-account key keeps its name in both namings.
        return isPem && file.id !== "service-account" ? `${path}-key.pem` : `${path}.key`;
    }
  }

  /** Every placeholder of every template must stand for something, on every kind of machine. */
  #checkTemplates(): void {
    const problems = new Map<string, Problem>();
    const checked = new Set<string>();
    for (const host of this.hosts) {
      const kind = [...host.bears].sort().join();
      if (checked.has(kind)) continue;
      checked.add(kind);
      const values = hostValues(host, this.#spec, this.#shared);
      for (const component of componentsOf(host, this.#spec)) {
        const scope = this.#scope(component, host, values);
        for (const file of component.files) {
          if (file.kind === "copy") continue;
          for (
            const problem
              of this.#templates.get(file.template)?.check(this.#withSecrets(scope, component, file)) ?? []
          ) {
            problems.set(`${problem.file}:${problem.line}:${problem.column}`, problem);
          }
        }
      }
    }
    if (problems.size === 0) return;
    const sorted = [...problems.values()].sort((a, b) =>
      compareText(a.file, b.file) || compareProblems(a, b)
    );
    throw templateError(sorted);
  }
}

function modeOf(entry: PlanEntry, part: PkiPart): number {
  if (entry.kind === "document") return entry.mode === "0600" ? 0o600 : 0o644;
  return part === "certificate" || part === "public-key" ? 0o644 : 0o600;
}

/** The kubelet replaces `$(NAME)` in arguments, and takes `$$` for a dollar (third_party/forked/golang/expansion). */
function forKubelet(scope: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const isPlain = ![...scope.values()].some((value) => typeof value === "string" && value.includes("$"));
  if (isPlain) return scope;
  return new Map(
    [...scope].map((
      [name, value],
    ) => [name, typeof value === "string" ? value.replaceAll("$", "$$$$") : value]),
  );
}

/** Path of a part of an entry under `out/<cluster>`. */
function sourceOf(entry: PlanEntry, part: PkiPart): string {
  if (entry.kind === "kubeconfig" && part === "kubeconfig") return entry.path;
  if (entry.kind === "certificate" && part === "certificate") return entry.certificatePath;
  if (entry.kind === "document" && part === "document") return entry.path;
  if (isKeyed(entry) && part === "key") return entry.keyPath;
  if (entry.kind === "key-pair" && part === "public-key") return entry.publicKeyPath;
  throw new Error(`${entry.id} has no ${part}`);
}

const PART_NAMES: Readonly<Record<PkiPart, string>> = {
  certificate: "cert",
  key: "key",
  "public-key": "public-key",
  kubeconfig: "kubeconfig",
  document: "document",
};

/** The placeholder that stands for a file's path in the templates of its own component, such as `cert:ca`. */
export function placeholderOf(file: LayoutFile): string {
  // By its template: a configuration and a static pod may have one name, in two folders.
  if (file.kind === "template") return `file:${file.template}`;
  const id = file.id === "kubeconfig/<name>" ? "node" : file.id.replace(/^kubeconfig\/|\/<name>$/g, "");
  return `${PART_NAMES[file.part]}:${id}`;
}
