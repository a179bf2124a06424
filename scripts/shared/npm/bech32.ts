/**
 * Seam for `@scure/base`: the only file that imports it. Bech32 (BIP-173) is the seed file's encoding.
 *
 * @module
 */
export { bech32 } from "npm:@scure/base@2.4.0";
