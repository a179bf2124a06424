/**
 * Decrypts RC2 (RFC 2268) in CBC mode, which platforms have dropped; old PKCS#12 files keep their certificates in it.
 * It is broken as a cipher and is only read.
 *
 * In: key and ciphertext. Out: plaintext with its padding.
 *
 * @module
 */

/** The digits of pi that RFC 2268 section 2 begins with, as a permutation of all octets. */
const PITABLE = Uint8Array.fromHex(
  "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2" +
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82" +
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626" +
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7" +
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec" +
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731" +
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9" +
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad",
);

/** Expands a key to 64 words (RFC 2268 section 2). */
function expandKey(key: Uint8Array, effectiveBits: number): Uint16Array {
  const octets = new Uint8Array(128);
  octets.set(key);
  const pi = (index: number): number => PITABLE[index & 0xff] ?? 0;
  const at = (index: number): number => octets[index] ?? 0;
  for (let i = key.length; i < 128; i++) octets[i] = pi(at(i - 1) + at(i - key.length));
  const effective = Math.ceil(effectiveBits / 8);
  octets[128 - effective] = pi(at(128 - effective) & (0xff >> (8 * effective - effectiveBits)));
  for (let i = 127 - effective; i >= 0; i--) octets[i] = pi(at(i + 1) ^ at(i + effective));
  return Uint16Array.from({ length: 64 }, (_, i) => at(2 * i) | (at(2 * i + 1) << 8));
}

const SHIFTS = [1, 2, 3, 5] as const;

/** Decrypts one block of four words in place (RFC 2268 section 4). */
function decryptBlock(words: Uint16Array, keys: Uint16Array): void {
  const word = (index: number): number => words[index & 3] ?? 0;
  let next = 63;
  for (let round = 15; round >= 0; round--) {
    for (let i = 3; i >= 0; i--) {
      const shift = SHIFTS[i] ?? 0;
      const turned = (word(i) >>> shift) | (word(i) << (16 - shift));
      const mixed = (word(i + 3) & word(i + 2)) + (~word(i + 3) & word(i + 1));
      words[i] = turned - (keys[next--] ?? 0) - mixed;
    }
    // The encryption mashes after its fifth and eleventh round of mixing.
    if (round !== 11 && round !== 5) continue;
    for (let i = 3; i >= 0; i--) words[i] = word(i) - (keys[word(i + 3) & 63] ?? 0);
  }
}

/**
 * Decrypts in CBC mode.
 *
 * @param key 1 to 128 octets, of which all bits are effective
 * @param iv 8 octets
 * @param data whole blocks of 8 octets
 * @returns the plaintext, padding included
 */
export function decryptRc2(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const keys = expandKey(key, key.length * 8);
  const plain = new Uint8Array(data.length);
  const words = new Uint16Array(4);
  for (let from = 0; from < data.length; from += 8) {
    for (let i = 0; i < 4; i++) words[i] = (data[from + 2 * i] ?? 0) | ((data[from + 2 * i + 1] ?? 0) << 8);
    decryptBlock(words, keys);
    for (let i = 0; i < 8; i++) {
      const before = from === 0 ? iv[i] : data[from - 8 + i];
      plain[from + i] = (((words[i >> 1] ?? 0) >> (8 * (i & 1))) & 0xff) ^ (before ?? 0);
    }
  }
  return plain;
}
