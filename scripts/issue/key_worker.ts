/**
 * A worker that makes keys: a key's seed comes in, the finished key goes out. It touches nothing else.
 *
 * @module
 */
import { makeKey } from "./keys.ts";
import type { KeyAnswer, KeyRequest } from "./key_pool.ts";

// A worker's own global scope, which the types of a main thread do not know.
const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<KeyRequest>) => void) | null;
  postMessage(answer: KeyAnswer): void;
};

scope.onmessage = async ({ data }) => {
  const { pkcs8, spki, publicKey } = await makeKey(data.algorithm, data.keySeed);
  scope.postMessage({ number: data.number, material: { pkcs8, spki, publicKey } });
};
