/**
 * Contestants that run in turn, A B A B: what slows the machine for a while slows them all.
 *
 * @module
 */
import type { Tool } from "../interop/tools.ts";
import type { CommandLine, Sample } from "./measure.ts";

/** One that is timed. */
export interface Contestant {
  readonly name: string;
  /** Certificates that a run makes. */
  readonly certificates: number;
  /** The programs that it needs. */
  readonly programs?: readonly (() => Tool | Promise<Tool>)[];
  /** Goes on in the folder that this one left in the same round; without it the folder is empty. */
  readonly follows?: Contestant;
  /** What is done before, untimed. */
  readonly prepare?: (folder: string, round: number) => void;
  /** What is timed. */
  readonly line: (folder: string, programs: readonly string[]) => CommandLine;
  /** Throws when the run did not do what it is timed for. */
  readonly check?: (folder: string) => void;
}

/** Contestants in the order in which they run. */
export interface Contest {
  readonly name: string;
  readonly contestants: readonly Contestant[];
  /** How often each runs, unless the caller says otherwise. */
  readonly rounds: number;
  /** Those that run once before, uncounted; by default all. */
  readonly warmUp?: readonly Contestant[];
}

/** What the runs took; or why there were none. */
export type Outcome = { readonly samples: readonly Sample[] } | { readonly missing: string };

/** How a contest is run. */
export interface ContestOptions {
  /** Those whose figures are wanted; what they follow runs too. */
  readonly wanted: ReadonlySet<Contestant>;
  readonly rounds: number;
  /** Gives a folder, empty and new. */
  readonly makeFolder: () => string;
  readonly measure: (line: CommandLine, folder: string) => Promise<Sample>;
  /** Called before each run. */
  readonly onRun?: (contestant: Contestant, round: number) => void;
}

/**
 * Runs a contest. Round 0 is the warm-up. Folders are never removed in between: ext4 without a journal is slow, for
 * five minutes, to give away the inodes of removed files again.
 *
 * @returns the outcome of each contestant that was wanted, or that one of them follows
 */
export async function runContest(
  contest: Contest,
  options: ContestOptions,
): Promise<ReadonlyMap<Contestant, Outcome>> {
  const outcomes = new Map<Contestant, { readonly samples: Sample[] } | { readonly missing: string }>();
  const ready = new Map<Contestant, readonly string[]>();
  for (const contestant of [...contest.warmUp ?? [], ...contest.contestants]) {
    if (!isWanted(contestant, options.wanted) && contest.warmUp?.includes(contestant) !== true) continue;
    const tools = await Promise.all((contestant.programs ?? []).map((find) => find()));
    const missing = tools.flatMap((tool) => "missing" in tool ? [tool.missing] : []);
    if (missing.length > 0) outcomes.set(contestant, { missing: missing.join("; ") });
    else ready.set(contestant, tools.flatMap((tool) => "path" in tool ? [tool.path] : []));
  }
  for (let round = 0; round <= options.rounds; round++) {
    const folders = new Map<Contestant, string>();
    for (const contestant of round === 0 ? contest.warmUp ?? contest.contestants : contest.contestants) {
      const programs = ready.get(contestant);
      if (programs === undefined) continue;
      const before = contestant.follows && folders.get(contestant.follows);
      const folder = before ?? options.makeFolder();
      folders.set(contestant, folder);
      options.onRun?.(contestant, round);
      contestant.prepare?.(folder, round);
      const sample = await options.measure(contestant.line(folder, programs), folder);
      contestant.check?.(folder);
      if (round === 0) continue;
      const outcome = outcomes.get(contestant);
      if (outcome !== undefined && "samples" in outcome) outcome.samples.push(sample);
      else outcomes.set(contestant, { samples: [sample] });
    }
  }
  return outcomes;
}

function isWanted(contestant: Contestant, wanted: ReadonlySet<Contestant>): boolean {
  return [...wanted].some((other) => {
    for (let one: Contestant | undefined = other; one !== undefined; one = one.follows) {
      if (one === contestant) return true;
    }
    return false;
  });
}
