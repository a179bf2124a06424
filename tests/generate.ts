/**
 * Makes what the repository holds twice from its one source: the JSON Schema from the spec's definition, the README's
 * table of the set from the catalogue. `deno task generate` writes them; a test compares.
 *
 * @module
 */
import { CATALOGUE } from "../scripts/plan/catalogue.ts";
import type { CatalogueEntry } from "../scripts/plan/templates.ts";
import { specJsonSchema } from "../scripts/spec/definition.ts";

/** The JSON Schema as a file. */
export function renderSchema(): string {
  return JSON.stringify(specJsonSchema(), null, 2) + "\n";
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
        `dials the ${entry.dials === "local" ? "neighbour" : "endpoint"}`,
      ];
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

/** The README with its table brought up to date. */
export function updateReadme(readme: string): string {
  const [start, end] = ["<!-- the set: made by deno task generate -->", "<!-- end of the set -->"];
  const before = readme.slice(0, readme.indexOf(start) + start.length);
  return `${before}\n\n${renderTable()}\n\n${readme.slice(readme.indexOf(end))}`;
}

/** Paths of what is generated. */
export const SCHEMA = new URL("../templates/cluster.schema.json", import.meta.url);
export const README = new URL("../README.md", import.meta.url);

if (import.meta.main) {
  Deno.writeTextFileSync(SCHEMA, renderSchema());
  Deno.writeTextFileSync(README, updateReadme(Deno.readTextFileSync(README)));
}
