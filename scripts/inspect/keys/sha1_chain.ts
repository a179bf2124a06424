/**
 * SHA-1 of SHA-1 of SHA-1 and so on, as PKCS#12's own keys are made (RFC 7292 section B.2): hundreds of thousands of
 * digests of 20 octets, each of which would cost the platform's function several times its work in being called.
 *
 * In: a digest and how often. Out: a digest.
 *
 * @module
 */

/**
 * Hashes a digest over and over (FIPS 180-4 section 6.1).
 *
 * @param digest 20 octets
 * @param times how often
 */
export function chainSha1(digest: Uint8Array, times: number): Uint8Array {
  const view = new DataView(Uint8Array.from(digest).buffer);
  const words = new Int32Array(80);
  for (let i = 0; i < 5; i++) words[i] = view.getInt32(4 * i);
  for (let done = 0; done < times; done++) hashOnce(words);
  for (let i = 0; i < 5; i++) view.setInt32(4 * i, words[i] ?? 0);
  return new Uint8Array(view.buffer);
}

/** Hashes the first five words and puts the digest in their place; the rest of the one block is padding. */
function hashOnce(words: Int32Array): void {
  words[5] = 0x80000000 | 0;
  words.fill(0, 6, 15);
  words[15] = 160;
  for (let i = 16; i < 80; i++) {
    const mixed = (words[i - 3] ?? 0) ^ (words[i - 8] ?? 0) ^ (words[i - 14] ?? 0) ^ (words[i - 16] ?? 0);
    words[i] = (mixed << 1) | (mixed >>> 31);
  }
  let [a, b, c, d, e] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
  for (let i = 0; i < 80; i++) {
    const mixed = i < 20
      ? ((b & c) | (~b & d)) + 0x5a827999
      : i < 40
      ? (b ^ c ^ d) + 0x6ed9eba1
      : i < 60
      ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
      : (b ^ c ^ d) + 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + mixed + e + (words[i] ?? 0)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  words[0] = 0x67452301 + a;
  words[1] = 0xefcdab89 + b;
  words[2] = 0x98badcfe + c;
  words[3] = 0x10325476 + d;
  words[4] = 0xc3d2e1f0 + e;
}
