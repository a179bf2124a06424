/**
 * The hands of a worker, as the main thread holds them: each call becomes a message, each answer its result.
 *
 * @module
 */
import { type ErrorCode, HardwayError } from "../shared/errors.ts";
import type { Hand } from "./hand.ts";

/** One call. */
export interface Request {
  readonly number: number;
  readonly method: keyof Hand;
  readonly args: readonly unknown[];
}

/** Its result. */
export interface Answer {
  readonly number: number;
  readonly value?: unknown;
  /** Why there is none: with a code where a person is to read it, otherwise a bug of ours. */
  readonly failure?: { readonly code?: ErrorCode; readonly message: string; readonly stack?: string };
}

/** The worker's code; where this module is part of a bundle, a bundle beside it. */
const WORKER = import.meta.url.endsWith(".ts")
  ? new URL("./worker.ts", import.meta.url)
  : new URL("./worker.js", import.meta.url);

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** A worker and what was asked of it. */
export class WorkerHand implements Hand {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #next = 0;

  /** Starts the worker. */
  constructor() {
    this.#worker = new Worker(WORKER.href, { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const pending = this.#pending.get(data.number);
      this.#pending.delete(data.number);
      if (data.failure === undefined) pending?.resolve(data.value);
      else pending?.reject(errorOf(data.failure));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.stop(new Error(`A worker failed: ${event.message}`));
    };
  }

  /** Ends the worker; what it has not answered fails with a reason. */
  stop(reason: unknown): void {
    this.#worker.terminate();
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }

  makeKey(...args: Parameters<Hand["makeKey"]>): ReturnType<Hand["makeKey"]> {
    return this.#ask("makeKey", args);
  }

  open(...args: Parameters<Hand["open"]>): ReturnType<Hand["open"]> {
    return this.#ask("open", args);
  }

  tell(...args: Parameters<Hand["tell"]>): ReturnType<Hand["tell"]> {
    return this.#ask("tell", args);
  }

  prove(...args: Parameters<Hand["prove"]>): ReturnType<Hand["prove"]> {
    return this.#ask("prove", args);
  }

  make(...args: Parameters<Hand["make"]>): ReturnType<Hand["make"]> {
    return this.#ask("make", args);
  }

  write(...args: Parameters<Hand["write"]>): ReturnType<Hand["write"]> {
    return this.#ask("write", args);
  }

  read(...args: Parameters<Hand["read"]>): ReturnType<Hand["read"]> {
    return this.#ask("read", args);
  }

  close(...args: Parameters<Hand["close"]>): ReturnType<Hand["close"]> {
    return this.#ask("close", args);
  }

  #ask<Result>(method: keyof Hand, args: readonly unknown[]): Promise<Result> {
    const number = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    // Whoever does not come to wait for it shall not end the process by that.
    promise.catch(() => {});
    this.#pending.set(number, { resolve, reject });
    const request: Request = { number, method, args };
    this.#worker.postMessage(request);
    return promise as Promise<Result>;
  }
}

function errorOf({ code, message, stack }: NonNullable<Answer["failure"]>): Error {
  if (code !== undefined) return new HardwayError(code, message);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
