/**
 * The subcommands of `token` and their flags: what stands on the command line, checked and as options.
 *
 * @module
 */
import type { HardwayError } from "../../shared/errors.ts";
import type { CommandDefinition, Flags } from "../../shared/flags.ts";
import { Subcommands } from "../../shared/subcommands.ts";
import { quote } from "../../shared/text.ts";
import { parseGoDuration } from "../../spec/scalars.ts";
import { parseValidity, type Validity } from "../../shared/time.ts";
import type { TokenBound } from "./options.ts";

const CLUSTER = ["spec", "seed"] as const;

/** The subcommands, and the flags that each takes. */
const SUBCOMMANDS = {
  create: [
    ...CLUSTER,
    "uid",
    "audience",
    "validity",
    "at",
    "bound-object-kind",
    "bound-object-name",
    "bound-object-uid",
    "generation",
    "key",
    "issuer",
    "kubeconfig",
    "out",
    "force",
  ],
  legacy: [...CLUSTER, "uid", "secret", "key", "ca", "out", "force"],
  jwks: [...CLUSTER, "key"],
  discovery: [...CLUSTER, "key", "issuer"],
  bootstrap: [...CLUSTER, "groups", "usages", "description", "validity", "at", "kubeconfig", "out", "force"],
  static: [...CLUSTER, "out", "force"],
  show: [...CLUSTER, "key", "at", "output"],
} as const;

/** One of the subcommands. */
export type Subcommand = keyof typeof SUBCOMMANDS;

/** The command. */
export const COMMAND = {
  name: "token",
  summary: "service-account, bootstrap and static tokens, and the keys that verify them.",
  operands: {
    value: "SUBCOMMAND WHAT",
    help:
      "create or legacy NAMESPACE/NAME, bootstrap NAME (of the spec, or a new one), static USER, show FILE (- for " +
      "stdin), jwks, discovery; tokens go into files, never to the terminal",
  },
  flags: {
    uid: { value: "UID", help: "create, legacy: of the service account in the cluster" },
    audience: { value: "NAME", repeatable: true, help: "create: who is to take it; default the issuer" },
    validity: { value: "DURATION", help: "create: how long it lasts, default 1h; bootstrap: default 24h" },
    at: { value: "TIME", help: "create, bootstrap, show: the moment that counts, RFC 3339; default now" },
    "bound-object-kind": { value: "KIND", help: "create: Pod, Secret or Node that it must not outlive" },
    "bound-object-name": { value: "NAME", help: "create: name of that object" },
    "bound-object-uid": { value: "UID", help: "create: its UID" },
    generation: { value: "N", help: "create: another number gives another jti; default 1" },
    secret: { value: "NAME", help: "legacy: name of its Secret; default <NAME>-token" },
    key: {
      value: "FILE",
      repeatable: true,
      help: "a service-account key in place of the cluster's: private for create and legacy",
    },
    issuer: { value: "URL", help: "create, discovery: with --key, the issuer of the API server" },
    ca: { value: "FILE", help: "legacy: with --key, the CA of the cluster" },
    groups: { value: "LIST", help: "bootstrap: further groups system:bootstrappers:..., with commas" },
    usages: { value: "LIST", help: "bootstrap: authentication, signing; default both" },
    description: { value: "TEXT", help: "bootstrap: for people" },
    kubeconfig: { help: "create, bootstrap: write a kubeconfig with the token too" },
    spec: { value: "FILE", help: "the cluster; default ./cluster.yaml" },
    seed: { value: "FILE", help: "its seed, - for stdin; default beside the spec" },
    out: { value: "DIR", help: "the folder of the files; default the current one" },
    force: { help: "replace files that are there" },
    output: { value: "text|json", short: "o", help: "show: form of the report; default text" },
  },
} as const satisfies CommandDefinition<string>;

/** Its flags as given. */
export type TokenFlags = Flags<keyof typeof COMMAND.flags>;

/** Its subcommands. */
export const WORDS: Subcommands<typeof SUBCOMMANDS> = new Subcommands("token", SUBCOMMANDS);

/** Makes an error of the command line. */
export function usage(message: string): HardwayError {
  return WORDS.usage(message);
}

/**
 * Refuses what may be a token wherever it stands on the command line; nothing of it is repeated.
 *
 * @throws {HardwayError} `usage`
 */
export function refuseSecrets(flags: TokenFlags, operands: readonly string[]): void {
  if (![...operands, ...Object.values(flags).flat()].some(looksSecret)) return;
  throw usage(
    "Refused: what may be a token stands on the command line, where every process can read it: " +
      "expected the name of a file",
  );
}

/**
 * Reads the operand of a subcommand.
 *
 * @returns undefined for those that take none
 * @throws {HardwayError} `usage` when there are more or fewer
 */
export function operandOf(subcommand: Subcommand, operands: readonly string[]): string | undefined {
  const takesNone = subcommand === "jwks" || subcommand === "discovery";
  const [subject, more] = operands;
  if ((subject === undefined) === takesNone && more === undefined) return subject;
  const wanted = takesNone
    ? "takes no operand"
    : `takes one operand: expected ${WANTED[subcommand] ?? "a file"}`;
  throw usage(`${subcommand} ${wanted}`);
}

const WANTED: Readonly<Partial<Record<Subcommand, string>>> = {
  create: "NAMESPACE/NAME",
  legacy: "NAMESPACE/NAME",
  bootstrap: "a name",
  static: "a user",
};

/** A JSON Web Token, anywhere in the text, or a bootstrap token. */
function looksSecret(text: string): boolean {
  return /(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/.test(text) ||
    /^(?:Bearer )?(?:[a-z0-9]{6}\.[a-z0-9]{16}|[a-z0-9]{40})$/i.test(text.trim());
}

/**
 * Reads how long a token lasts.
 *
 * @throws {HardwayError} `usage` for what is no duration and no end
 */
export function validityOf(flags: TokenFlags): Validity | undefined {
  const [text] = flags.validity;
  if (text === undefined) return undefined;
  const validity = parseValidity(text);
  if (validity !== undefined) return validity;
  const seconds = parseGoDuration(text);
  if (seconds !== undefined && Number.isSafeInteger(seconds) && seconds > 0) return { seconds };
  throw usage(
    `Cannot use ${
      quote(text)
    } as --validity: expected a duration such as 1h, 12h or 30d, or an end such as 2027-01-01`,
  );
}

const KINDS: Readonly<Record<string, TokenBound["kind"]>> = { Pod: "pod", Secret: "secret", Node: "node" };

/**
 * Reads what a token is bound to.
 *
 * @throws {HardwayError} `usage` when a part is missing, or the kind is none
 */
export function boundOf(flags: TokenFlags): TokenBound | undefined {
  const [kind, name, uid] = [
    flags["bound-object-kind"][0],
    flags["bound-object-name"][0],
    flags["bound-object-uid"][0],
  ];
  if (kind === undefined && name === undefined && uid === undefined) return undefined;
  if (kind === undefined || name === undefined || uid === undefined) {
    throw usage("Expected --bound-object-kind, --bound-object-name and --bound-object-uid together");
  }
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (known !== undefined) return { kind: known, name, uid };
  throw usage(`Cannot use ${quote(kind)} as --bound-object-kind: expected Pod, Secret or Node`);
}

/**
 * Reads the number of a token.
 *
 * @throws {HardwayError} `usage` for what is none
 */
export function generationOf(flags: TokenFlags): number | undefined {
  const [text] = flags.generation;
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw usage(`Cannot use ${quote(text)} as --generation: expected a whole number from 1 to 999999`);
}
