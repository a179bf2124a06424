/**
 * `token`: tokens of service accounts, of joining nodes and of people, and the keys that verify them.
 *
 * In: a cluster's spec and seed, or a key of another cluster. Out: files with tokens in them, for their owner only; on the
 * terminal what is no secret.
 *
 * @module
 */
import { formatTokenFacts } from "./identity/tokens/facts.ts";
import type { TokenFacts } from "./identity/tokens/token_facts.ts";
import { runCommand, type Shell } from "./shared/command.ts";
import { toHex } from "./shared/encoding.ts";
import { optional } from "./shared/subcommands.ts";
import { escapeControls, quote } from "./shared/text.ts";
import { bootstrapToken, staticToken } from "./write/token/bootstrap.ts";
import { discovery, keySet } from "./write/token/key_set.ts";
import type {
  BootstrapTokenOptions,
  CreateTokenOptions,
  KeySetOptions,
  LegacyTokenOptions,
  ShowTokenOptions,
  StaticTokenOptions,
  TokenReport,
} from "./write/token/options.ts";
import { createToken, legacyToken } from "./write/token/service_account.ts";
import { showTokens } from "./write/token/show.ts";
import {
  boundOf,
  COMMAND,
  generationOf,
  operandOf,
  refuseSecrets,
  type TokenFlags,
  usage,
  validityOf,
  WORDS,
} from "./write/token/token_flags.ts";

/** Options of a subcommand, without what the command adds: where paths start from, the clock, randomness. */
type CalledToken<Options> =
  & Omit<Options, "folder" | "at" | "now" | "unique">
  & {
    /** Folder that relative paths start from. Default: the working directory. */
    readonly folder?: string;
    /** The moment that counts, in Unix seconds. Default: now. */
    readonly at?: number;
  };

interface Added {
  readonly folder: string;
  readonly at: number;
  readonly unique: string;
}

function complete<Options extends { readonly folder?: string; readonly at?: number }>(
  options: Options,
): Options & Added {
  return {
    ...options,
    folder: options.folder ?? Deno.cwd(),
    at: options.at ?? now(),
    unique: toHex(crypto.getRandomValues(new Uint8Array(16))),
  };
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

/**
 * Makes a token of a service account as the TokenRequest API does: NAMESPACE-NAME.token.
 *
 * @throws {HardwayError} `usage` with the API server's words for what it would refuse, `spec-invalid`, `seed-invalid`,
 * `file-unreadable`, `refused` when a file is there, `disk`
 */
export async function tokenCreate(options: CalledToken<CreateTokenOptions>): Promise<TokenReport> {
  return await createToken(complete(options));
}

/**
 * Makes the Secret with a token that never ends: NAMESPACE-SECRET.yaml.
 *
 * @throws {HardwayError} as `tokenCreate`
 */
export async function tokenLegacy(options: CalledToken<LegacyTokenOptions>): Promise<TokenReport> {
  return await legacyToken(complete(options));
}

/**
 * Writes the Secret of a bootstrap token, of the spec or a new one: bootstrap-token-NAME.yaml.
 *
 * @throws {HardwayError} as `tokenCreate`
 */
export async function tokenBootstrap(options: CalledToken<BootstrapTokenOptions>): Promise<TokenReport> {
  const { at: _, ...rest } = complete(options);
  return await bootstrapToken({ ...rest, now: now(), ...(options.at !== undefined && { at: options.at }) });
}

/**
 * Writes the static token of a user of the spec: USER.token.
 *
 * @throws {HardwayError} as `tokenCreate`
 */
export async function tokenStatic(options: CalledToken<StaticTokenOptions>): Promise<TokenReport> {
  return await staticToken(complete(options));
}

/**
 * The keys that verify tokens of service accounts, as the API server gives them at `/openid/v1/jwks`.
 *
 * @returns JSON without a line break
 * @throws {HardwayError} as `tokenCreate`
 */
export async function tokenJwks(options: CalledToken<KeySetOptions> = {}): Promise<string> {
  return await keySet(complete(options));
}

/**
 * The discovery document, as the API server gives it at `/.well-known/openid-configuration`.
 *
 * @returns JSON without a line break
 * @throws {HardwayError} as `tokenCreate`
 */
export async function tokenDiscovery(options: CalledToken<KeySetOptions> = {}): Promise<string> {
  return await discovery(complete(options));
}

/**
 * Says what the tokens in a file say, and why nobody would take them; the tokens themselves never come out.
 *
 * @throws {HardwayError} `file-unreadable` when there is none, and as `tokenCreate` for keys, spec and seed
 */
export async function tokenShow(options: CalledToken<ShowTokenOptions>): Promise<TokenFacts[]> {
  return await showTokens(complete(options));
}

async function main(flags: TokenFlags, shell: Shell, operands: readonly string[]): Promise<number> {
  refuseSecrets(flags, operands);
  const [word, ...rest] = operands;
  const subcommand = WORDS.checkWord(word);
  WORDS.checkFlags(subcommand, flags);
  const subject = operandOf(subcommand, rest) ?? "";
  const { folder } = shell;
  const at = WORDS.readMoment(flags.at[0]);
  const cluster = { folder, ...optional("spec", flags.spec[0]), ...optional("seed", flags.seed[0]) };
  const place = {
    ...cluster,
    ...optional("out", flags.out[0]),
    force: flags.force.length > 0,
    ...(at !== undefined && { at }),
  };
  const kubeconfig = flags.kubeconfig.length > 0;
  switch (subcommand) {
    case "create": {
      const validity = validityOf(flags);
      const bound = boundOf(flags);
      const generation = generationOf(flags);
      return tell(
        await tokenCreate({
          ...place,
          ...accountOf(subject),
          ...optional("uid", flags.uid[0]),
          ...keyOf(flags),
          ...optional("issuer", flags.issuer[0]),
          ...(flags.audience.length > 0 && { audiences: flags.audience }),
          ...(validity !== undefined && { validity }),
          ...(bound !== undefined && { bound }),
          ...(generation !== undefined && { generation }),
          kubeconfig,
        }),
        shell,
      );
    }
    case "legacy":
      return tell(
        await tokenLegacy({
          ...place,
          ...accountOf(subject),
          ...optional("uid", flags.uid[0]),
          ...optional("secret", flags.secret[0]),
          ...keyOf(flags),
          ...optional("ca", flags.ca[0]),
        }),
        shell,
      );
    case "bootstrap": {
      const validity = validityOf(flags);
      const [groups, usages] = [flags.groups[0], flags.usages[0]];
      return tell(
        await tokenBootstrap({
          ...place,
          name: subject,
          ...(groups !== undefined && { groups: listOf(groups) }),
          ...(usages !== undefined && { usages: listOf(usages) }),
          ...optional("description", flags.description[0]),
          ...(validity !== undefined && { validity }),
          kubeconfig,
        }),
        shell,
      );
    }
    case "static":
      return tell(await tokenStatic({ ...place, user: subject }), shell);
    case "jwks":
    case "discovery": {
      const keys = flags.key.length === 0 ? {} : { keys: flags.key };
      const wanted = { ...cluster, ...keys, ...optional("issuer", flags.issuer[0]) };
      shell.print(await (subcommand === "jwks" ? tokenJwks : tokenDiscovery)(wanted));
      return 0;
    }
    case "show":
      return await show(subject, flags, { ...cluster, ...(at !== undefined && { at }) }, shell);
  }
}

async function show(
  file: string,
  flags: TokenFlags,
  cluster: CalledToken<Omit<ShowTokenOptions, "file">>,
  shell: Shell,
): Promise<number> {
  const [form = "text"] = flags.output;
  if (form !== "text" && form !== "json") {
    throw usage(`Cannot use ${quote(form)} as --output: expected text, json`);
  }
  const keys = flags.key.length === 0 ? {} : { keys: flags.key };
  const facts = await tokenShow({ ...cluster, ...keys, file });
  shell.print(
    form === "json" ? JSON.stringify(facts, null, 2) : facts.map(formatTokenFacts).join("\n\n"),
  );
  return facts.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

function accountOf(subject: string): { readonly namespace: string; readonly name: string } {
  const slash = subject.indexOf("/");
  if (slash < 0) throw usage(`Cannot use ${quote(subject)} as an account: expected NAMESPACE/NAME`);
  return { namespace: subject.slice(0, slash), name: subject.slice(slash + 1) };
}

/** A key of another cluster, in place of a spec. */
function keyOf(flags: TokenFlags): { readonly key?: string } {
  const [key, more] = flags.key;
  if (more !== undefined) throw usage("Expected one --key: one key signs");
  if (key !== undefined && flags.spec.length + flags.seed.length > 0) {
    throw usage("Expected --key or --spec, not both");
  }
  return key === undefined ? {} : { key };
}

function listOf(text: string): string[] {
  return text.split(",").map((one) => one.trim());
}

function tell(report: TokenReport, shell: Shell): number {
  for (const file of report.files) shell.print(`${escapeControls(file)}  written`);
  for (const note of report.notes) shell.say(note);
  return 0;
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
