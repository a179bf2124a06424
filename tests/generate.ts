/**
 * Makes what the repository holds twice from its one source: the JSON Schemas from the definitions of the spec and of
 * what commands print, the README's table of the set from the catalogue, the table of findings from their codes. `deno task generate` writes them; a test compares.
 *
 * @module
 */
import { assembleP256 } from "../scripts/issue/p256_module.ts";
import { assembleSha256 } from "../scripts/shared/sha256/module.ts";
import { CATALOGUE } from "../scripts/plan/catalogue.ts";
import type { CatalogueEntry } from "../scripts/plan/templates.ts";
import { outputSchemas } from "../scripts/inspect/output_schemas.ts";
import { CODES } from "../scripts/inspect/verify/findings.ts";
import { explanationSchema } from "../scripts/teach/explain/output_schema.ts";
import { diagnoseSchema } from "../scripts/teach/diagnose/output_schema.ts";
import { specJsonSchema } from "../scripts/spec/definition.ts";

/** Every JSON Schema as a file, by its name in `templates/`. */
export function renderSchemas(): Readonly<Record<string, string>> {
  const schemas = {
    "cluster.schema.json": specJsonSchema(),
    ...outputSchemas(),
    "explain.schema.json": explanationSchema(),
    "diagnose.schema.json": diagnoseSchema(),
  };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, JSON.stringify(schema, null, 2) + "\n"]),
  );
}

/** The README's table: a row for each entry of the catalogue. */
export function renderTable(): string {
  const rows = CATALOGUE.map((entry) => `| ${cells(entry).join(" | ")} |`);
  return ["| id | what it is for | files | CA | CN | O | usages |", "|---|---|---|---|---|---|---|", ...rows]
    .join("\n");
}

function cells(entry: CatalogueEntry): string[] {
  const code = (text: string): string => text === "" ? "" : `\`${text}\``;
  const start = [code(entry.id), entry.title];
  switch (entry.kind) {
    case "authority":
      return [...start, code(`pki/${entry.base}.crt, .key`), "itself", code(entry.cn), "", "CA"];
    case "key-pair":
      return [...start, code(`pki/${entry.base}.key, .pub`), "", "", "", "key pair"];
    case "kubeconfig":
      return [
        ...start,
        code(`${entry.id}.kubeconfig`),
        "",
        `of ${code(entry.client)}`,
        "",
        `dials the ${entry.dials === "local" ? "neighbour" : entry.dials}`,
      ];
    case "document":
      return [...start, code(entry.path), "", "", "", entry.mode];
    case "leaf": {
      const given = (value: string | readonly string[]): string =>
        value === "given" ? "as given" : typeof value === "string" ? code(value) : value.map(code).join(", ");
      return [
        ...start,
        code(`pki/${entry.base}.crt, .key`),
        entry.authority === "given" ? "as given" : entry.authority,
        given(entry.cn),
        given(entry.organizations),
        entry.usages === "given" ? "as given" : entry.usages.join(", "),
      ];
    }
  }
}

/** The table of what `verify` finds: a row for each code. */
export function renderCodes(): string {
  const rows = Object.entries(CODES).map(([code, [severity, text]]) =>
    `| \`${code}\` | ${severity} | ${text} |`
  );
  return ["| code | severity | what it says |", "|---|---|---|", ...rows].join("\n");
}

/** The README with its table brought up to date. */
export function updateReadme(readme: string): string {
  return replaceBetween(readme, "the set", renderTable());
}

/** The page of findings with its table brought up to date. */
export function updateFindings(page: string): string {
  return replaceBetween(page, "the codes", renderCodes());
}

/** The assembled WebAssembly modules as sources that hold them, by their paths in `scripts/`. */
export function renderCode(): Readonly<Record<string, string>> {
  return {
    "issue/p256_code.ts": renderModule("P256", "p256_module.ts", assembleP256()),
    "shared/sha256/code.ts": renderModule("SHA256", "module.ts", assembleSha256()),
  };
}

function renderModule(name: string, source: string, bytes: Uint8Array): string {
  return `/**
 * What \`${source}\` assembles to, put down by \`deno task generate\`: to assemble it takes longer than all that a small
 * cluster needs of it. A test holds it to its source.
 *
 * @module
 */

/** The module, base64. */
export const ${name}_CODE =
  "${bytes.toBase64()}";
`;
}

function replaceBetween(text: string, what: string, table: string): string {
  const [start, end] = [`<!-- ${what}: made by deno task generate -->`, `<!-- end of ${what} -->`];
  const before = text.slice(0, text.indexOf(start) + start.length);
  return `${before}\n\n${table}\n\n${text.slice(text.indexOf(end))}`;
}

/** Paths of what is generated. */
export const TEMPLATES = new URL("../templates/", import.meta.url);
export const README = new URL("../README.md", import.meta.url);
export const SCRIPTS = new URL("../scripts/", import.meta.url);
export const FINDINGS = new URL("../docs/findings.md", import.meta.url);

if (import.meta.main) {
  for (const [name, text] of Object.entries(renderSchemas())) {
    Deno.writeTextFileSync(new URL(name, TEMPLATES), text);
  }
  for (const [path, text] of Object.entries(renderCode())) {
    Deno.writeTextFileSync(new URL(path, SCRIPTS), text);
  }
  Deno.writeTextFileSync(README, updateReadme(Deno.readTextFileSync(README)));
  Deno.writeTextFileSync(FINDINGS, updateFindings(Deno.readTextFileSync(FINDINGS)));
}
