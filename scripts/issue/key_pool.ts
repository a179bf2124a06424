/**
 * Makes keys on several cores. Which worker makes which key changes nothing: a key depends on its seed only.
 *
 * @module
 */
import type { CertificateEntry, KeyPairEntry } from "../plan/types.ts";
import type { KeyAlgorithm } from "../spec/scalars.ts";
import type { KeyMaterial } from "./private_key.ts";

/** One key to make. */
export interface KeyRequest {
  readonly number: number;
  readonly algorithm: KeyAlgorithm;
  /** 48 bytes. Secret. */
  readonly keySeed: Uint8Array;
}

/** One key made. */
export interface KeyAnswer {
  readonly number: number;
  readonly material: KeyMaterial;
}

/** What one key costs, in milliseconds on an ordinary core: measured, and only to decide whether workers pay. */
const COSTS: Readonly<Record<KeyAlgorithm, number>> = {
  "RSA-2048": 190,
  "RSA-3072": 500,
  "RSA-4096": 1650,
  "ECDSA-P256": 0.5,
  "ECDSA-P384": 1,
  Ed25519: 0.2,
};

/** From which cost on workers are started: they take about a tenth of a second to start. */
const WORTH_IT = 600;

/** Whether entries take so long that workers pay. */
export function isWorthWorkers(entries: readonly (CertificateEntry | KeyPairEntry)[]): boolean {
  return entries.reduce((sum, entry) => sum + COSTS[entry.keyAlgorithm], 0) > WORTH_IT;
}

interface Pending {
  readonly resolve: (material: KeyMaterial) => void;
  readonly reject: (reason: unknown) => void;
}

/** Workers that make keys. Close it, or the process does not end. */
export class KeyPool {
  readonly #workers: readonly Worker[];
  readonly #pending = new Map<number, Pending>();
  #next = 0;

  /**
   * @param jobs how many workers, at least 1
   * @param signal when it is aborted, every key that is still to come is rejected with its reason
   */
  constructor(jobs: number, signal?: AbortSignal) {
    this.#workers = Array.from({ length: jobs }, () => this.#start());
    signal?.addEventListener("abort", () => this.#fail(signal.reason), { once: true });
  }

  /** Makes a key. */
  make(algorithm: KeyAlgorithm, keySeed: Uint8Array): Promise<KeyMaterial> {
    const number = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<KeyMaterial>();
    // Whoever does not come to wait for it shall not end the process by that.
    promise.catch(() => {});
    this.#pending.set(number, { resolve, reject });
    const request: KeyRequest = { number, algorithm, keySeed };
    this.#workers[number % this.#workers.length]?.postMessage(request);
    return promise;
  }

  /** Ends the workers. */
  close(): void {
    for (const worker of this.#workers) worker.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL("./key_worker.ts", import.meta.url).href, { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<KeyAnswer>) => {
      this.#pending.get(data.number)?.resolve(data.material);
      this.#pending.delete(data.number);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(new Error(`A worker failed: ${event.message}`));
    };
    return worker;
  }

  #fail(reason: unknown): void {
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }
}
