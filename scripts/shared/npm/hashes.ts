/**
 * Seam for `@noble/hashes`: the only file that imports it. Synchronous SHA-2, HMAC and HKDF: WebCrypto's are
 * asynchronous, and for inputs this short slower.
 *
 * @module
 */
export { hkdf } from "npm:@noble/hashes@2.4.0/hkdf.js";
export { hmac } from "npm:@noble/hashes@2.4.0/hmac.js";
export { sha256 } from "npm:@noble/hashes@2.4.0/sha2.js";
