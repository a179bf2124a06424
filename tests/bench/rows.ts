/**
 * The bounds, as data: who runs against whom, and what has to come of it.
 *
 * @module
 */
import type { Contest, Contestant } from "./contest.ts";
import { nothing, reading, writing } from "./floors.ts";
import { fleet, LAB, lab, ours } from "./ours.ts";
import { cfssl, genrsa, goLoop, openssl } from "./rivals.ts";
import type { Average, Bound } from "./verdict.ts";

/** One line of the table. */
export interface Row {
  /** Its name: at most 30 columns. What stands after the slash is the rival. */
  readonly what: string;
  readonly ours: Contestant;
  readonly rival?: Contestant;
  readonly unit: "seconds" | "seconds a certificate" | "MiB";
  /** Default: the median. */
  readonly average?: Average;
  /** What is taken off both figures first: this one's median. */
  readonly less?: Contestant;
  /** Absent for what is only told. */
  readonly bound?: Bound;
  /** What stands in the way, told when the bound is missed: facts that other rows show. */
  readonly why?: string;
}

/** A contest and the rows that it fills. */
export interface Chapter {
  readonly contest: Contest;
  readonly rows: readonly Row[];
}

const START: Bound = { on: "ours", limit: 0.15 };
const NO_SLOWER: Bound = { on: "ratio", limit: 1 };
const QUARTER: Bound = { on: "ratio", limit: 0.25 };
const seconds = { unit: "seconds" } as const;
const each = { unit: "seconds a certificate" } as const;

/** What stands in the way of bounds. */
const WHY = {
  start:
    "Deno starts and ends in what an empty program takes. Most of the rest is loading three hundred modules, of " +
    "ours and of the packages (bundled, one file as large as all of them), and code that runs for the first time, " +
    "uncompiled.",
  ed25519:
    "Ed25519 is the platform's, and its module takes longer to load than the signatures of P-256 take.",
  disk:
    "Writing alone takes more than a third of a run, whatever is in the files: each is made, given its mode and " +
    "renamed, and under permissions Deno looks at every folder above a file twice before it makes it. The rest is " +
    "arithmetic, and JavaScript that each worker compiles anew.",
  cores:
    "Two loops of Go gain that much from the second core, without anything in common. Reading the spec and planning " +
    "are one thread's, and each worker compiles the code anew.",
  again:
    "Nothing is trusted that was not read, and reading alone takes most of what there is. The faster a first run is, " +
    "the larger a part of it are starting and planning, which a second one has as well.",
  small:
    "Each cluster has three CAs, a lock, a manifest that is flushed, and batches of 24 where a large one has " +
    "batches of 256.",
} as const;

const memory = { unit: "MiB", average: "highest" } as const;

function makeLabs(): Chapter {
  const p256 = ours("lab", lab());
  const bundled = ours("lab, bundled", lab(), { isBundle: true });
  const ed25519 = ours("lab, Ed25519", lab("Ed25519"));
  const rival = cfssl(LAB.certificates);
  const empty = nothing();
  return {
    contest: { name: "lab", contestants: [p256, bundled, rival, ed25519, empty], rounds: 11 },
    rows: [
      { what: "an empty program", ours: empty, ...seconds },
      { what: "lab", ours: p256, ...seconds, bound: START, why: WHY.start },
      { what: "lab, bundled", ours: bundled, ...seconds, bound: START, why: WHY.start },
      { what: "lab / cfssl", ours: p256, rival, ...seconds, bound: NO_SLOWER, why: WHY.start },
      {
        what: "lab, Ed25519 / P-256",
        ours: ed25519,
        rival: p256,
        ...seconds,
        bound: NO_SLOWER,
        why: WHY.ed25519,
      },
    ],
  };
}

function makeThousand(): Chapter {
  const p256 = ours("P-256", fleet(1000));
  const ed25519 = ours("Ed25519", fleet(1000, "Ed25519"));
  return {
    contest: { name: "1,000 workers", contestants: [p256, ed25519], rounds: 5 },
    rows: [
      {
        what: "1,000 workers, Ed25519 / P-256",
        ours: ed25519,
        rival: p256,
        ...seconds,
        bound: NO_SLOWER,
        why: WHY.ed25519,
      },
    ],
  };
}

function makeFiveThousand(): Chapter {
  const what = "5,000 workers";
  // The bounds are about two cores, however many there are.
  const first = ours(what, fleet(5000), { jobs: 2 });
  const again = ours("nothing to do", fleet(5000), { jobs: 2, follows: first });
  const more = ours("one more worker", fleet(5001), { jobs: 2, follows: first });
  const alone = ours("one job", fleet(5000), { jobs: 1 });
  const loop = goLoop(10_000, 1);
  const loops = goLoop(10_000, 2);
  const onlyWriting = writing(5000);
  const onlyReading = reading(5000, first);
  const byCfssl = cfssl(20);
  const byOpenssl = openssl(20);
  return {
    contest: {
      name: what,
      contestants: [
        first,
        again,
        onlyReading,
        more,
        loop,
        alone,
        loops,
        onlyWriting,
        byCfssl,
        byOpenssl,
      ],
      rounds: 5,
      warmUp: [ours("warm-up", fleet(1000), { jobs: 2 })],
    },
    rows: [
      { what: "writing alone / Go loop", ours: onlyWriting, rival: loop, ...seconds },
      {
        what: `${what} / Go loop`,
        ours: first,
        rival: loop,
        ...seconds,
        bound: { ...NO_SLOWER, aim: 0.6 },
        why: WHY.disk,
      },
      { what: `${what} / 2 Go loops`, ours: first, rival: loops, ...seconds },
      {
        what: "a certificate / cfssl",
        ours: first,
        rival: byCfssl,
        ...each,
        bound: { on: "speed-up", limit: 50 },
        why: WHY.disk,
      },
      {
        what: "a certificate / openssl",
        ours: first,
        rival: byOpenssl,
        ...each,
        bound: { on: "speed-up", limit: 200 },
        why: WHY.disk,
      },
      { what: "2 Go loops / Go loop", ours: loops, rival: loop, ...seconds },
      {
        what: `${what}, 2 jobs / 1 job`,
        ours: first,
        rival: alone,
        ...seconds,
        bound: { on: "speed-up", limit: 1.7 },
        why: WHY.cores,
      },
      { what: "reading alone / first run", ours: onlyReading, rival: first, ...seconds },
      {
        what: "nothing to do / first run",
        ours: again,
        rival: first,
        ...seconds,
        bound: QUARTER,
        why: WHY.again,
      },
      {
        what: "one more worker / first run",
        ours: more,
        rival: first,
        ...seconds,
        bound: QUARTER,
        why: WHY.again,
      },
      { what: `${what}, memory`, ours: first, ...memory, bound: { on: "ours", limit: 400 } },
    ],
  };
}

function makeGrowth(): Chapter {
  const start = ours("lab", lab());
  const small = ours("1,000 workers", fleet(1000));
  const large = ours("20,000 workers", fleet(20_000));
  // What a user sees is the whole time. The start makes the small set look dearer, so the growth without it is told too.
  const growth = { ours: large, rival: small, ...each };
  return {
    contest: { name: "growth", contestants: [start, small, large], rounds: 3, warmUp: [small] },
    rows: [
      { what: "growth, 20,000 / 1,000 workers", ...growth, bound: { on: "ratio", limit: 1.15 } },
      { what: "growth less the start", ...growth, less: start },
      { what: "20,000 workers, memory", ours: large, ...memory, bound: { on: "ours", limit: 600 } },
    ],
  };
}

function makeClusters(): Chapter {
  const many = ours("1,000 clusters", fleet(5, "ECDSA-P256", 1000), { jobs: 2 });
  const one = ours("5,000 workers", fleet(5000), { jobs: 2 });
  const warmUp = [ours("warm-up", fleet(1000), { jobs: 2 })];
  return {
    contest: { name: "1,000 clusters", contestants: [many, one], rounds: 3, warmUp },
    rows: [
      {
        what: "1,000 clusters / 5,000 workers",
        ours: many,
        rival: one,
        ...each,
        bound: NO_SLOWER,
        why: WHY.small,
      },
    ],
  };
}

function makeRsa(bits: 2048 | 4096, rounds: number): Chapter {
  const what = `lab, RSA-${bits}`;
  const mine = ours(what, lab(`RSA-${bits}`, true));
  const rival = genrsa(LAB.keys, bits);
  const warmUp = [ours("warm-up", lab())];
  return {
    contest: { name: what, contestants: [mine, rival], rounds, warmUp },
    // Primes are a lottery, so all draws count. Ours are drawn on all cores, openssl's one after the other: that is
    // what a user of either gets.
    rows: [
      {
        what: `${what} / openssl genrsa`,
        ours: mine,
        rival,
        ...seconds,
        average: "mean",
        bound: NO_SLOWER,
      },
    ],
  };
}

/** All bounds of `deno task bench`, in the order of the table. */
export function makeChapters(): readonly Chapter[] {
  return [
    makeLabs(),
    makeThousand(),
    makeFiveThousand(),
    makeGrowth(),
    makeClusters(),
    makeRsa(2048, 5),
    makeRsa(4096, 3),
  ];
}
