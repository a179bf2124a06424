/**
 * Seam for `@noble/curves`: the only file that imports it. NIST curves only; Ed25519 is the platform's.
 *
 * @module
 */
export { p256, p384, p521 } from "npm:@noble/curves@2.4.0/nist.js";
