/**
 * The subcommands of `csr` and their flags: what stands on the command line, checked and as options.
 *
 * @module
 */
import type { HardwayError } from "../../shared/errors.ts";
import type { CommandDefinition, Flags } from "../../shared/flags.ts";
import { Subcommands } from "../../shared/subcommands.ts";
import { quote } from "../../shared/text.ts";

/** The subcommands, and the flags that each takes. */
const SUBCOMMANDS = {
  new: ["groups", "signer", "usages", "expiration-seconds", "dns", "ip", "out", "spec", "seed", "force"],
  approve: ["reason", "message", "at"],
  deny: ["reason", "message", "at"],
  sign: [
    "spec",
    "seed",
    "ca",
    "ca-key",
    "at",
    "auto",
    "signer",
    "usages",
    "expiration-seconds",
    "cluster-signing-duration",
    "force",
  ],
  show: ["spec", "output"],
  extract: ["key", "kubeconfig", "spec", "seed", "out", "force"],
  export: ["spec", "seed"],
} as const;

/** One of the subcommands. */
export type Subcommand = keyof typeof SUBCOMMANDS;

/** The command. */
export const COMMAND = {
  name: "csr",
  summary: "the Certificates API without a cluster.",
  operands: {
    value: "new NAME | approve|deny|sign|show|extract FILE | export ID",
    help: "FILE is a CertificateSigningRequest manifest, or for sign and show a plain PKCS#10 file; " +
      "approve, deny and sign change the manifest in place",
  },
  flags: {
    groups: { value: "LIST", help: "new: the groups, with commas between them" },
    signer: {
      value: "NAME",
      help: "new: the signer, default kubernetes.io/kube-apiserver-client; sign: of a plain file",
    },
    usages: {
      value: "LIST",
      help: "new: the usages, such as 'digital signature,client auth'; sign: of a plain file",
    },
    "expiration-seconds": { value: "N", help: "new: the lifetime asked for; sign: of a plain file" },
    dns: { value: "NAME", repeatable: true, help: "new: a DNS name" },
    ip: { value: "ADDRESS", repeatable: true, help: "new: an IP address" },
    reason: { value: "WORD", help: "approve, deny: default kubectl's" },
    message: { value: "TEXT", help: "approve, deny: default kubectl's" },
    ca: { value: "FILE", help: "sign: the CA of another cluster, with --ca-key" },
    "ca-key": { value: "FILE", help: "sign: its private key" },
    at: { value: "TIME", help: "approve, deny, sign: the moment that counts, RFC 3339; default now" },
    "cluster-signing-duration": {
      value: "DURATION",
      help: "sign: the longest lifetime, such as 1h30m; default 8760h, or what the signer allows",
    },
    auto: {
      help:
        "sign: first approve requests of kubelets, as the controller-manager does, and what autoApprove allows",
    },
    key: { value: "FILE", help: "extract: the request's private key, for --kubeconfig" },
    kubeconfig: { help: "extract: write a kubeconfig too" },
    spec: {
      value: "FILE",
      help:
        "the cluster and its signers; default ./cluster.yaml; new, show, sign with --ca: only when it is given",
    },
    seed: { value: "FILE", help: "its seed, - for stdin; default beside the spec" },
    out: { value: "DIR", help: "new, extract: the folder of the files" },
    force: { help: "replace files that are there" },
    output: { value: "text|json", short: "o", help: "show: form of the report; default text" },
  },
} as const satisfies CommandDefinition<string>;

/** Its flags as given. */
export type CsrFlags = Flags<keyof typeof COMMAND.flags>;

const WORDS = new Subcommands("csr", SUBCOMMANDS);

/** Makes an error of the command line. */
export function usage(message: string): HardwayError {
  return WORDS.usage(message);
}

/**
 * Finds the subcommand.
 *
 * @throws {HardwayError} `usage` when there is none of the name
 */
export function checkWord(word: string | undefined): Subcommand {
  return WORDS.checkWord(word);
}

/**
 * Says that a subcommand takes the flags that are given.
 *
 * @throws {HardwayError} `usage` for one that it does not take
 */
export function checkFlags(subcommand: Subcommand, flags: CsrFlags): void {
  WORDS.checkFlags(subcommand, flags);
}

/**
 * Reads the moment that counts; undefined for now.
 *
 * @throws {HardwayError} `usage` for a time that is none
 */
export function momentOf(flags: CsrFlags): number | undefined {
  return WORDS.readMoment(flags.at[0]);
}

/**
 * Splits a list at its commas.
 */
export function listOf(text: string): string[] {
  return text.split(",").map((one) => one.trim());
}

/**
 * Reads what is asked for.
 *
 * @throws {HardwayError} `usage` for a lifetime that is no number
 */
export function termsOf(
  flags: CsrFlags,
): { signerName?: string; usages?: string[]; expirationSeconds?: number } {
  const [signer, usages, seconds] = [flags.signer[0], flags.usages[0], flags["expiration-seconds"][0]];
  if (seconds !== undefined && !/^-?\d{1,9}$/.test(seconds)) {
    throw usage(`Cannot use ${quote(seconds)} as --expiration-seconds: expected a whole number`);
  }
  return {
    ...(signer !== undefined && { signerName: signer }),
    ...(usages !== undefined && { usages: listOf(usages) }),
    ...(seconds !== undefined && { expirationSeconds: Number(seconds) }),
  };
}

/**
 * Reads a duration as Go writes it; undefined for the default.
 *
 * @returns seconds
 * @throws {HardwayError} `usage` for anything else
 */
export function longestOf(flags: CsrFlags): number | undefined {
  const [text] = flags["cluster-signing-duration"];
  if (text === undefined) return undefined;
  const match = /^(?=\d)(?:(\d{1,7})h)?(?:(\d{1,7})m)?(?:(\d{1,9})s)?$/.exec(text);
  const [, hours = "0", minutes = "0", seconds = "0"] = match ?? [];
  const longest = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (match !== null && longest > 0) return longest;
  throw usage(
    `Cannot use ${quote(text)} as --cluster-signing-duration: expected a duration such as 8760h or 1h30m`,
  );
}

/**
 * Reads which CA of files signs; undefined for the cluster's.
 *
 * @throws {HardwayError} `usage` when half of it is missing
 */
export function authorityOf(flags: CsrFlags): { readonly ca: string; readonly caKey: string } | undefined {
  const [ca, caKey] = [flags.ca[0], flags["ca-key"][0]];
  if (ca === undefined && caKey === undefined) return undefined;
  if (ca === undefined || caKey === undefined) throw usage("Expected --ca and --ca-key together");
  if (flags.seed.length > 0) throw usage("Expected --ca or --seed, not both");
  return { ca, caKey };
}
