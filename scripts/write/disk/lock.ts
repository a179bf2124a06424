/**
 * One run at a time on one tree. The lock belongs to the operating system (flock), so it is free as soon as its
 * holder is gone, however that ended; the file `out/.<cluster>.lock` stays and means nothing by itself.
 *
 * @module
 */
import { HardwayError } from "../../shared/errors.ts";
import { escapeControls } from "../../shared/text.ts";
import { isSameFile, lstatIfAny } from "./raw.ts";
import { describeKind, diskError } from "./errors.ts";

/** How to wait for a lock. */
export interface LockOptions {
  /** The longest wait in milliseconds; 10,000 when not given. */
  readonly waitMs?: number;
  /** Called once, when another run holds the lock. */
  readonly onWait?: () => void;
  /** Ends the wait early: its reason is thrown. */
  readonly signal?: AbortSignal;
  /** How messages name `out`: as the user typed it. */
  readonly shownOut?: string;
}

const WAIT_MS = 10_000;
const POLL_MS = 50;
const LOCK_MODE = 0o600;

/** A lock that is held. */
export class Lock {
  readonly #file: Deno.FsFile;
  #isHeld = true;

  /** @param file the open file that the system's lock belongs to */
  constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** Gives the lock back; the file stays, for removing it could take the lock of a third run away. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#file.close();
  }

  /** The same as {@linkcode Lock.release}, for `using`. */
  [Symbol.dispose](): void {
    this.release();
  }
}

/**
 * Takes the lock of a tree, waiting for another run to end.
 *
 * @param out absolute path of the output folder, which must exist
 * @param cluster name of the tree in it
 * @param options how to wait
 * @throws {HardwayError} `locked` when another run holds it for too long, `refused` when something else than a
 * regular file is at its path, `disk` when the system fails
 */
export async function acquireLock(out: string, cluster: string, options: LockOptions = {}): Promise<Lock> {
  const name = `.${cluster}.lock`;
  const path = `${out.replace(/\/+$/, "")}/${name}`;
  const shown = `${(options.shownOut ?? out).replace(/\/+$/, "")}/${name}`;
  const waitMs = options.waitMs ?? WAIT_MS;
  const deadline = performance.now() + waitMs;
  let hasWaited = false;
  while (true) {
    const file = attempt(shown, () => openLockFile(path, shown));
    try {
      // Someone may have removed or replaced the file in between: a lock on the old one protects nothing.
      if (file !== undefined && isLocked(file, path, shown)) return new Lock(file);
    } catch (error) {
      file?.close();
      throw error;
    }
    file?.close();
    if (!hasWaited) options.onWait?.();
    hasWaited = true;
    const left = deadline - performance.now();
    if (left <= 0) {
      const advice = "wait until it has ended, then run this again";
      const message = `Another run holds ${escapeControls(shown)} for more than ${
        waitMs / 1000
      } s: ${advice}`;
      throw new HardwayError("locked", message);
    }
    options.signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, Math.min(POLL_MS, left)));
    options.signal?.throwIfAborted();
  }
}

/**
 * Removes the file of a lock that nobody will take again. Who waits for it meanwhile makes a new one.
 *
 * @param out absolute path of the output folder
 * @param name of the tree or shard
 * @param shownOut how messages name `out`
 * @throws {HardwayError} as `acquireLock`
 */
export async function removeLock(out: string, name: string, shownOut: string): Promise<void> {
  using _lock = await acquireLock(out, name, { shownOut });
  const file = `.${name}.lock`;
  attempt(`${shownOut}/${file}`, () => Deno.removeSync(`${out.replace(/\/+$/, "")}/${file}`));
}

function isLocked(file: Deno.FsFile, path: string, shown: string): boolean {
  return attempt(shown, () => {
    if (!file.tryLockSync(true)) return false;
    const info = lstatIfAny(path);
    return info !== undefined && isSameFile(info, file.statSync());
  });
}

/** Opens the lock file without following a link; undefined when it changed in between. */
function openLockFile(path: string, shown: string): Deno.FsFile | undefined {
  const seen = lstatIfAny(path);
  if (seen === undefined) return createLockFile(path);
  if (!seen.isFile) {
    const reason = `it is ${describeKind(seen)}, expected a regular file`;
    throw new HardwayError("refused", `Cannot lock ${escapeControls(shown)}: ${reason}`);
  }
  // Left by a run that was killed before its own chmod, under a umask that takes the owner's bits away.
  if (((seen.mode ?? 0) & LOCK_MODE) !== LOCK_MODE) Deno.chmodSync(path, LOCK_MODE);
  // Writing is asked for because flock over NFS wants it.
  const file = Deno.openSync(path, { read: true, write: true });
  if (isSameFile(seen, file.statSync())) return file;
  file.close();
  return undefined;
}

function createLockFile(path: string): Deno.FsFile | undefined {
  try {
    const file = Deno.openSync(path, { read: true, write: true, createNew: true, mode: LOCK_MODE });
    Deno.chmodSync(path, LOCK_MODE);
    return file;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return undefined;
    throw error;
  }
}

function attempt<Result>(shown: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw diskError(error, shown, "lock");
  }
}
