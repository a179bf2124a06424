/**
 * The workers of the floors.
 *
 * @module
 */
import type { Part } from "./worker.ts";

/**
 * Has each part done by a worker of its own.
 *
 * @throws {Error} when they wrote or read another number of files together
 */
export async function share(parts: readonly Part[], files: number): Promise<void> {
  const counts = await Promise.all(parts.map(async (part) => {
    const worker = new Worker(new URL("worker.ts", import.meta.url), { type: "module" });
    const count = await new Promise<number>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<number>) => resolve(data);
      worker.postMessage(part);
    });
    worker.terminate();
    return count;
  }));
  const sum = counts.reduce((total, count) => total + count, 0);
  if (sum !== files) throw new Error(`${sum} files, expected ${files}`);
}
