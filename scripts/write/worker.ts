/**
 * A worker: a pair of hands in a thread of its own, that does what it is asked one thing after another.
 *
 * @module
 */
import { loadNativeDigest } from "../shared/digest.ts";
import { HardwayError } from "../shared/errors.ts";
import { makePause } from "../shared/pause.ts";
import { type Hand, OwnHand } from "./hand.ts";
import type { Answer, Request } from "./worker_hand.ts";

// A worker's own global scope, which the types of a main thread do not know.
const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(answer: Answer): void;
};

const hand: Hand = new OwnHand(makePause());
/** Requests are worked off in the order in which they come. */
let last: Promise<unknown> = loadNativeDigest();

scope.onmessage = ({ data: { number, method, args } }) => {
  last = last.then(async () => {
    try {
      const act = hand[method] as (...args: readonly unknown[]) => Promise<unknown>;
      scope.postMessage({ number, value: await act.call(hand, ...args) });
    } catch (error) {
      scope.postMessage({ number, failure: describeFailure(error) });
    }
  });
};

function describeFailure(error: unknown): NonNullable<Answer["failure"]> {
  if (error instanceof HardwayError) return { code: error.code, message: error.message };
  return {
    message: error instanceof Error ? error.message : String(error),
    ...(error instanceof Error && error.stack !== undefined && { stack: error.stack }),
  };
}
