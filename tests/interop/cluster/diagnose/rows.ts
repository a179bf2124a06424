/**
 * The faults that are put into a tree one at a time, with what runs on it, and what has to be found.
 *
 * @module
 */
import type { Row } from "./row.ts";
import { CLIENT_ROWS } from "./rows_clients.ts";
import { ETCD_ROWS } from "./rows_etcd.ts";
import { NODE_ROWS } from "./rows_nodes.ts";
import { SERVER_ROWS } from "./rows_servers.ts";
import { START_ROWS } from "./rows_start.ts";
import { MORE_ROWS, TOKEN_ROWS } from "./rows_tokens.ts";

/** Every fault. */
export const ROWS: readonly Row[] = [
  ...ETCD_ROWS,
  ...START_ROWS,
  ...SERVER_ROWS,
  ...CLIENT_ROWS,
  ...NODE_ROWS,
  ...TOKEN_ROWS,
  ...MORE_ROWS,
];
