/**
 * `csr`: the Certificates API without a cluster: requests are made, approved, denied, signed and looked at as files.
 *
 * In: a CertificateSigningRequest manifest or a plain PKCS#10 file, and for signing a cluster's spec and seed or a CA of
 * files. Out: the same manifest with the conditions and the certificate that the real API would give it.
 *
 * @module
 */
import type { CsrFacts } from "./identity/csr/facts.ts";
import { factsOf, formatFacts } from "./identity/csr/show.ts";
import { runCommand, type Shell } from "./shared/command.ts";
import { toHex } from "./shared/encoding.ts";
import { optional } from "./shared/subcommands.ts";
import { escapeControls, quote } from "./shared/text.ts";
import {
  authorityOf,
  checkFlags,
  checkWord,
  COMMAND,
  type CsrFlags,
  listOf,
  longestOf,
  momentOf,
  termsOf,
  usage,
} from "./write/csr/csr_flags.ts";
import { decideCsr, signCsr } from "./write/csr/decide_request.ts";
import { extractCsr } from "./write/csr/extract_certificate.ts";
import { exportCsr, newCsr } from "./write/csr/new_request.ts";
import type {
  ClusterPlace,
  CsrResult,
  DecideCsrOptions,
  ExtractCsrOptions,
  NewCsrOptions,
  NewCsrReport,
  SignCsrOptions,
} from "./write/csr/options.ts";
import { type CsrFile, readCsrFile, readSigners } from "./write/disk/csr_input.ts";

/** Options of a subcommand, without what the command adds: where paths start from, the clock, randomness. */
type Called<Options> =
  & Omit<Options, "folder" | "at" | "unique">
  & {
    /** Folder that relative paths start from. Default: the working directory. */
    readonly folder?: string;
    /** The moment that counts, in Unix seconds. Default: now. */
    readonly at?: number;
  };

function complete<Options extends { readonly folder?: string; readonly at?: number }>(
  options: Options,
): Options & { readonly folder: string; readonly at: number; readonly unique: string } {
  return {
    ...options,
    folder: options.folder ?? Deno.cwd(),
    at: options.at ?? Math.floor(Date.now() / 1000),
    unique: toHex(crypto.getRandomValues(new Uint8Array(8))),
  };
}

/**
 * Makes a key, a request and its manifest: NAME.key, NAME.csr and NAME.yaml.
 *
 * @throws {HardwayError} `usage`, `file-unreadable` with the API server's words for what it would refuse, `refused` when a
 * file is there, `disk`
 */
export async function csrNew(options: Called<NewCsrOptions>): Promise<NewCsrReport> {
  const { unique, ...rest } = complete(options);
  return await newCsr(rest, { keySeed: crypto.getRandomValues(new Uint8Array(48)), unique });
}

/**
 * Approves a request as `kubectl certificate approve` does; its manifest is changed in place.
 *
 * @throws {HardwayError} `file-unreadable` with file and place, `disk`
 */
export async function csrApprove(options: Called<DecideCsrOptions>): Promise<CsrResult> {
  return await decideCsr("Approved", complete(options));
}

/**
 * Denies a request as `kubectl certificate deny` does.
 *
 * @throws {HardwayError} `file-unreadable` with file and place, `disk`
 */
export async function csrDeny(options: Called<DecideCsrOptions>): Promise<CsrResult> {
  return await decideCsr("Denied", complete(options));
}

/**
 * Signs an approved request as the controller-manager does; the manifest gets its certificate or its Failed condition.
 *
 * @returns exit code 1 and the words of the condition when the signer refuses it
 * @throws {HardwayError} `file-unreadable`, `spec-invalid`, `seed-invalid`, `usage`, `refused`, `disk`
 */
export async function csrSign(options: Called<SignCsrOptions>): Promise<CsrResult> {
  return await signCsr(complete(options));
}

/**
 * Writes the certificate of a signed request as a file, and a kubeconfig with it if that is wanted.
 *
 * @returns the files
 * @throws {HardwayError} `file-unreadable`, `spec-invalid`, `seed-invalid`, `usage`, `refused`, `disk`
 */
export async function csrExtract(options: Called<ExtractCsrOptions>): Promise<string[]> {
  return await extractCsr(complete(options));
}

/**
 * Makes the request of an entry of the catalogue, for a CA elsewhere.
 *
 * @param id such as `apiserver`
 * @param place spec and seed
 * @returns PEM
 * @throws {HardwayError} `usage` for an id that is no certificate's, `spec-invalid`, `seed-invalid`
 */
export async function csrExport(id: string, place: Partial<ClusterPlace> = {}): Promise<string> {
  return new TextDecoder().decode(await exportCsr(id, { folder: Deno.cwd(), ...place }));
}

/** What `csrShow` takes. */
export interface ShowCsrOptions {
  /** A manifest or a plain PKCS#10 file. */
  readonly file: string;
  /** Path of a spec, whose custom signers are known then. */
  readonly spec?: string;
  /** Folder that relative paths start from. Default: the working directory. */
  readonly folder?: string;
}

/**
 * Says what a request asks for, what was decided, and why it fails or would fail.
 *
 * @throws {HardwayError} `file-unreadable` with file and place when the file holds no request, `spec-invalid`
 * @example
 * ```ts ignore
 * import { csrShow } from "../mod.ts";
 *
 * const { state, refusals, remedy } = await csrShow({ file: "jane.yaml" });
 * console.log(state, refusals, remedy);
 * ```
 */
export async function csrShow(options: ShowCsrOptions): Promise<CsrFacts> {
  const folder = options.folder ?? Deno.cwd();
  const { object } = await readCsrFile(folder, options.file);
  return factsOf(object, options.spec === undefined ? [] : await readSigners(folder, options.spec));
}

async function main(flags: CsrFlags, shell: Shell, operands: readonly string[]): Promise<number> {
  const [word, subject, more] = operands;
  const subcommand = checkWord(word);
  checkFlags(subcommand, flags);
  if (subject === undefined || more !== undefined) {
    const wanted = subcommand === "new" ? "a name" : subcommand === "export" ? "an id" : "a file";
    throw usage(`${subcommand} takes one operand: expected ${wanted}`);
  }
  const { folder } = shell;
  const at = momentOf(flags);
  const force = flags.force.length > 0;
  const cluster = { folder, ...optional("spec", flags.spec[0]), ...optional("seed", flags.seed[0]) };
  const file = { folder, file: subject, ...(at !== undefined && { at }) };
  switch (subcommand) {
    case "new": {
      const [groups] = flags.groups;
      const report = await csrNew({
        ...cluster,
        ...termsOf(flags),
        ...optional("out", flags.out[0]),
        ...(groups !== undefined && { groups: listOf(groups) }),
        name: subject,
        dnsNames: flags.dns,
        addresses: flags.ip,
        force,
      });
      return tellNew(report, shell);
    }
    case "approve":
    case "deny": {
      const words = { ...optional("reason", flags.reason[0]), ...optional("message", flags.message[0]) };
      return tell(await (subcommand === "approve" ? csrApprove : csrDeny)({ ...file, ...words }), shell);
    }
    case "sign": {
      const authority = authorityOf(flags);
      const auto = flags.auto.length > 0;
      const longest = longestOf(flags);
      const terms = {
        ...termsOf(flags),
        ...(authority !== undefined && { authority }),
        ...(longest !== undefined && { longest }),
      };
      return tell(await csrSign({ ...cluster, ...file, ...terms, auto, force }), shell);
    }
    case "show":
      return await show(subject, flags, shell);
    case "extract": {
      const kubeconfig = flags.kubeconfig.length > 0;
      const paths = { ...optional("key", flags.key[0]), ...optional("out", flags.out[0]) };
      for (const name of await csrExtract({ ...cluster, ...file, ...paths, kubeconfig, force })) {
        shell.print(`${escapeControls(name)}  written`);
      }
      return 0;
    }
    case "export":
      shell.print((await csrExport(subject, cluster)).trimEnd());
      return 0;
  }
}

function tellNew(report: NewCsrReport, shell: Shell): number {
  for (const file of report.files) shell.print(`${escapeControls(file)}  written`);
  if (report.isDerived) shell.say("The key is that of the spec's user, from the seed.");
  if (report.refusal !== undefined) {
    shell.say(`Note: its signer will refuse it: ${escapeControls(report.refusal)}`);
  }
  return 0;
}

async function show(file: string, flags: CsrFlags, shell: Shell): Promise<number> {
  const [form = "text"] = flags.output;
  if (form !== "text" && form !== "json") {
    throw usage(`Cannot use ${quote(form)} as --output: expected text, json`);
  }
  const read: CsrFile = await readCsrFile(shell.folder, file);
  const [spec] = flags.spec;
  const facts = factsOf(read.object, spec === undefined ? [] : await readSigners(shell.folder, spec));
  shell.print(form === "json" ? JSON.stringify(facts, null, 2) : formatFacts(facts));
  for (const field of read.unknown) shell.say(`Warning: unknown field "${escapeControls(field)}"`);
  return 0;
}

function tell(result: CsrResult, shell: Shell): number {
  for (const line of result.lines) (result.exitCode === 0 ? shell.print : shell.warn)(line);
  return result.exitCode;
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
