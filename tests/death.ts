/**
 * A kill at any single step: of the calls that change the disk so many succeed, and no further one.
 *
 * @module
 */

/** Thrown by every call of a run that is dead. */
class Killed extends Error {}

const CALLS = ["mkdirSync", "chmodSync", "renameSync", "removeSync", "linkSync", "truncateSync"] as const;

/**
 * Lets so many changes of the disk through, the last write only by half.
 *
 * @returns whether the action lived through
 */
export async function withDeathAfter(steps: number, action: () => Promise<unknown>): Promise<boolean> {
  let left = steps;
  const step = (): void => {
    if (left-- <= 0) throw new Killed();
  };
  const names = [...CALLS, "openSync", "writeFileSync"] as const;
  const originals = names.map((name) => [name, Object.getOwnPropertyDescriptor(Deno, name) ?? {}] as const);
  const open = Deno.openSync;
  const replace = (name: string, value: unknown): void => {
    Object.defineProperty(Deno, name, { value, configurable: true, writable: true });
  };
  for (const name of CALLS) {
    const original = Deno[name] as (...args: unknown[]) => unknown;
    replace(name, (...args: unknown[]): unknown => {
      step();
      return original(...args);
    });
  }
  const writeFile = Deno.writeFileSync;
  // One call of Deno's that makes a file, gives it its mode, and writes it: a kill can come between any two of these.
  replace(
    "writeFileSync",
    (path: string | URL, data: Uint8Array, options: Deno.WriteFileOptions = {}): void => {
      step();
      try {
        step();
      } catch (error) {
        writeFile(path, new Uint8Array(0), options);
        throw error;
      }
      try {
        step();
      } catch (error) {
        writeFile(path, data.subarray(0, data.length / 2), options);
        throw error;
      }
      writeFile(path, data, options);
    },
  );
  replace("openSync", (path: string | URL, options: Deno.OpenOptions = {}): Deno.FsFile => {
    if (options.createNew === true) step();
    const file = open(path, options);
    const write = file.writeSync.bind(file);
    file.writeSync = (bytes: Uint8Array): number => {
      try {
        step();
      } catch (error) {
        if (left === -1) write(bytes.subarray(0, bytes.length / 2));
        throw error;
      }
      return write(bytes);
    };
    return file;
  });
  try {
    await action();
    return true;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return false;
  } finally {
    for (const [name, descriptor] of originals) Object.defineProperty(Deno, name, descriptor);
  }
}
