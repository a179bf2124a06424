/**
 * Lets other work run during a long computation, so that a signal is heard and a progress bar moves.
 *
 * @module
 */

/** How long a computation may hold the thread, in milliseconds. */
const SLICE = 100;

/**
 * Makes a function to call often: it returns at once until a slice of time is over, and then lets waiting work run.
 *
 * @param signal when it is aborted, the function throws its reason, slice or not
 */
export function makePause(signal?: AbortSignal): () => Promise<void> {
  let sliceStart = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - sliceStart < SLICE) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
    sliceStart = performance.now();
  };
}
