/**
 * One condition of a request's status.
 *
 * @module
 */

/** One condition of the status. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  /** RFC 3339. */
  readonly lastUpdateTime?: string;
  readonly lastTransitionTime?: string;
}
