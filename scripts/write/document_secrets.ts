/**
 * Where documents take their secrets from.
 *
 * @module
 */

/** What documents take their secrets from. */
export interface DocumentSecrets {
  readonly cluster: string;
  /** The seed's 32 bytes. Secret. */
  readonly entropy: Uint8Array;
  /** Secrets that files of the user's hold, by id. */
  readonly given?: ReadonlyMap<string, string> | undefined;
}
