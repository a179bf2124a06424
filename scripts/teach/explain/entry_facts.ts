/**
 * What is known of each line of the catalogue beside the catalogue: the shape, and the table with all of them, keyed by
 * id. A test holds that every id is there and nothing else.
 *
 * @module
 */
import { ACCESS_FACTS } from "./facts_of_access.ts";
import { AUTHORITY_FACTS } from "./facts_of_authorities.ts";
import { COMPONENT_FACTS } from "./facts_of_components.ts";
import { ETCD_FACTS } from "./facts_of_etcd.ts";
import type { EntryFacts } from "./facts_shape.ts";
import { NODE_FACTS } from "./facts_of_nodes.ts";
import { PEOPLE_FACTS } from "./facts_of_people.ts";

/** The table. */
export const ENTRY_FACTS: Readonly<Record<string, EntryFacts>> = {
  ...AUTHORITY_FACTS,
  ...COMPONENT_FACTS,
  ...ETCD_FACTS,
  ...NODE_FACTS,
  ...PEOPLE_FACTS,
  ...ACCESS_FACTS,
};
