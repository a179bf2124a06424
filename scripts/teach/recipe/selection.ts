/**
 * What a recipe makes: in go a plan and what was asked for, out come the entries with all that they need: a certificate
 * its CA, a kubeconfig its certificate.
 *
 * @module
 */
import type { CertificateEntry, DocumentEntry, PlanEntry } from "../../plan/types.ts";
import type { RecipeInput } from "./recipe_input.ts";

/** What tools can make: all but documents, which hold secrets that only the seed gives, or what is made of them. */
export type RecipeEntry = Exclude<PlanEntry, DocumentEntry>;

/** The entries of a recipe, in the plan's order. */
export interface Selection {
  readonly entries: readonly RecipeEntry[];
  /** What was asked for, and no tool makes. */
  readonly documents: readonly DocumentEntry[];
  /** CAs by id. */
  readonly authorities: ReadonlyMap<string, CertificateEntry>;
  /** Certificates by id. */
  readonly certificates: ReadonlyMap<string, CertificateEntry>;
  /** Whether an entry is there only because another one needs it. */
  readonly isNeeded: (entry: RecipeEntry) => boolean;
}

/** Selects what was asked for and what that needs. */
export function select({ plan, only }: RecipeInput): Selection {
  const all = new Map(plan.entries.map((entry) => [entry.id, entry]));
  const wanted = new Set<string>();
  const add = (id: string): void => {
    const entry = all.get(id);
    if (entry === undefined) throw new Error(`The plan has no entry with the id ${id}`);
    if (wanted.has(id)) return;
    wanted.add(id);
    if (entry.kind === "kubeconfig") add(entry.client);
    // A kubeconfig holds the CA of its own client too; they are the same.
    if (entry.kind === "certificate") add(entry.issuer);
  };
  for (const { id } of plan.entries) if (only(id)) add(id);
  const chosen = plan.entries.filter(({ id }) => wanted.has(id));
  const entries = chosen.filter((entry) => entry.kind !== "document");
  const certificates = new Map(
    entries.flatMap((entry) => entry.kind === "certificate" ? [[entry.id, entry] as const] : []),
  );
  return {
    entries,
    documents: chosen.filter((entry) => entry.kind === "document"),
    certificates,
    authorities: new Map([...certificates].filter(([, entry]) => entry.isAuthority)),
    isNeeded: ({ id }) => !only(id),
  };
}

/** The CA of a certificate; itself for a CA. */
export function issuerOf({ certificates }: Selection, entry: CertificateEntry): CertificateEntry {
  const issuer = certificates.get(entry.issuer);
  if (issuer === undefined) throw new Error(`The selection has no CA with the id ${entry.issuer}`);
  return issuer;
}
