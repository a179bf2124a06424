/**
 * `explain`: what a certificate, file, flag, user or group of a cluster is for, and what breaks without it.
 *
 * In: a word, and maybe a spec whose names count. Out: text for a terminal, Markdown, JSON or a diagram. It needs no
 * seed and writes nothing.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Plan } from "./plan/types.ts";
import { loadPlan } from "./plan/load.ts";
import { runCommand, type Shell } from "./shared/command.ts";
import { HardwayError } from "./shared/errors.ts";
import { type CommandDefinition, COMMON_FLAGS, type Flags, pickForm } from "./shared/flags.ts";
import { flagsAsOperands } from "./teach/explain/arguments.ts";
import { explainSubject } from "./teach/explain/explain.ts";
import type { Explanation } from "./teach/explain/explanation.ts";
import { formatMarkdown } from "./teach/explain/markdown_form.ts";
import { drawMermaid } from "./teach/explain/mermaid_form.ts";
import { formatText } from "./teach/explain/text_form.ts";
import { readInput } from "./write/disk/input.ts";

/** What `explain` takes. */
export interface ExplainOptions {
  /** An id, a file, a flag, a user or group, or a section. Default: the whole map. */
  readonly what?: string;
  /** Path of a spec, whose names are used. Default: none. */
  readonly spec?: string;
  /** Folder that relative paths start from. Default: the working directory. */
  readonly folder?: string;
}

/**
 * Explains what something is, who shows it to whom, what it may do and what breaks without it.
 *
 * @throws {HardwayError} `usage` for what is not known, with what may have been meant; `spec-invalid`, `file-unreadable`
 * @example
 * ```ts
 * import { explain } from "../mod.ts";
 *
 * const { title, connections } = await explain({ what: "/etc/kubernetes/pki/apiserver-etcd-client.crt" });
 * console.log(title, connections[0]?.to); // API server to etcd etcd
 * ```
 */
export async function explain(options: ExplainOptions = {}): Promise<Explanation> {
  return explainSubject(options.what, await planOf(options));
}

/** A spec's names need no seed: its creation sets times only, of which nothing is said. */
async function planOf({ spec, folder }: ExplainOptions): Promise<Plan | undefined> {
  if (spec === undefined) return undefined;
  const bytes = await readInput(resolve(folder ?? Deno.cwd(), spec), spec);
  return loadPlan(bytes, spec, 0, []).plan;
}

const FORMS = ["text", "markdown", "json", "mermaid"] as const;

const COMMAND = {
  name: "explain",
  summary: "what a certificate, file, flag, user or group is for, and what breaks without it.",
  operands: {
    value: "WHAT",
    help:
      "an id such as apiserver, a file such as admin.conf, a flag such as --client-ca-file, a user or group such as system:masters, or seed, etcd, front-proxy, service-account, kubelet, bootstrap, encryption; without it the whole map",
  },
  flags: {
    spec: { value: "FILE", help: "a spec, whose names are used" },
    output: { value: FORMS.join("|"), short: "o", help: "form of the explanation; default text" },
  },
} as const satisfies CommandDefinition<string>;

async function main(
  flags: Flags<keyof typeof COMMAND.flags>,
  shell: Shell,
  operands: readonly string[],
): Promise<number> {
  const form = pickForm(COMMAND.name, FORMS, flags.output[0]);
  const [what, more] = operands;
  if (more !== undefined) throw new HardwayError("usage", "explain: expected one WHAT, or none");
  const [spec] = flags.spec;
  const explained = await explain({
    folder: shell.folder,
    ...(what !== undefined && { what }),
    ...(spec !== undefined && { spec }),
  });
  shell.print(format(explained, form, shell));
  return 0;
}

function format(explained: Explanation, form: typeof FORMS[number], shell: Shell): string {
  switch (form) {
    case "text":
      return formatText(explained, shell);
    case "markdown":
      return formatMarkdown(explained);
    case "json":
      return JSON.stringify(explained, null, 2);
    case "mermaid":
      if (explained.connections.length > 0) return drawMermaid(explained);
      throw new HardwayError("usage", `explain: nothing to draw: ${explained.subject} is shown to nobody`);
  }
}

if (import.meta.main) {
  await runCommand(
    COMMAND,
    flagsAsOperands(Deno.args, [...Object.keys(COMMAND.flags), ...Object.keys(COMMON_FLAGS)]),
    main,
  );
}
