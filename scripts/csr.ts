/**
 * `csr`: the Certificates API without a cluster: requests are made, approved, denied, signed and looked at as files.
 *
 * In: a CertificateSigningRequest manifest or a plain PKCS#10 file, and for signing a cluster's spec and seed or a CA of
 * files. Out: the same manifest with the conditions and the certificate that the real API would give it.
 *
 * @module
 */
import { type CsrFacts, factsOf, formatFacts } from "./identity/csr/show.ts";
import { runCommand, type Shell } from "./shared/command.ts";
import { toHex } from "./shared/encoding.ts";
import { HardwayError } from "./shared/errors.ts";
import type { CommandDefinition, Flags } from "./shared/flags.ts";
import { nearest } from "./shared/suggest.ts";
import { escapeControls, quote } from "./shared/text.ts";
import { parseTime } from "./shared/time.ts";
import { decideCsr, signCsr } from "./write/csr/decide_request.ts";
import { extractCsr } from "./write/csr/extract_certificate.ts";
import { exportCsr, newCsr } from "./write/csr/new_request.ts";
import { readCsrFile } from "./write/disk/csr_input.ts";

/** What `csrShow` takes. */
export interface ShowCsrOptions {
  /** A manifest or a plain PKCS#10 file. */
  readonly file: string;
  /** Folder that relative paths start from. Default: the working directory. */
  readonly folder?: string;
}

/**
 * Says what a request asks for, what was decided, and why it fails or would fail.
 *
 * @throws {HardwayError} `file-unreadable` with file and place when the file holds no request
 * @example
 * ```ts ignore
 * import { csrShow } from "../mod.ts";
 *
 * const { state, refusals, remedy } = await csrShow({ file: "jane.yaml" });
 * console.log(state, refusals, remedy);
 * ```
 */
export async function csrShow(options: ShowCsrOptions): Promise<CsrFacts> {
  return factsOf((await readCsrFile(options.folder ?? Deno.cwd(), options.file)).object);
}

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
    "force",
  ],
  show: ["output"],
  extract: ["key", "kubeconfig", "spec", "seed", "out", "force"],
  export: ["spec", "seed"],
} as const;

type Subcommand = keyof typeof SUBCOMMANDS;

const COMMAND = {
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
    auto: { help: "sign: approve requests of kubelets first, as the controller-manager does" },
    key: { value: "FILE", help: "extract: the request's private key, for --kubeconfig" },
    kubeconfig: { help: "extract: write a kubeconfig too" },
    spec: { value: "FILE", help: "the cluster; default ./cluster.yaml; new: only when it is given" },
    seed: { value: "FILE", help: "its seed, - for stdin; default beside the spec" },
    out: { value: "DIR", help: "new, extract: the folder of the files" },
    force: { help: "replace files that are there" },
    output: { value: "text|json", short: "o", help: "show: form of the report; default text" },
  },
} as const satisfies CommandDefinition<string>;

type CsrFlags = Flags<keyof typeof COMMAND.flags>;

async function main(flags: CsrFlags, shell: Shell, operands: readonly string[]): Promise<number> {
  const [word, subject, more] = operands;
  const subcommand = checkWord(word);
  checkFlags(subcommand, flags);
  if (subject === undefined || more !== undefined) {
    const wanted = subcommand === "new" ? "a name" : subcommand === "export" ? "an id" : "a file";
    throw usage(`${subcommand} takes one operand: expected ${wanted}`);
  }
  const folder = shell.folder;
  const unique = toHex(crypto.getRandomValues(new Uint8Array(8)));
  const force = flags.force.length > 0;
  const place = { folder, ...optional("spec", flags.spec[0]), ...optional("seed", flags.seed[0]) };
  switch (subcommand) {
    case "new":
      return await makeNew(subject, flags, shell, unique);
    case "approve":
    case "deny": {
      const result = await decideCsr(subcommand === "approve" ? "Approved" : "Denied", {
        file: subject,
        folder,
        at: momentOf(flags),
        unique,
        ...optional("reason", flags.reason[0]),
        ...optional("message", flags.message[0]),
      });
      return tell(result, shell);
    }
    case "sign": {
      const authority = authorityOf(flags);
      const result = await signCsr({
        ...place,
        ...termsOf(flags),
        file: subject,
        at: momentOf(flags),
        auto: flags.auto.length > 0,
        unique,
        force,
        ...(authority !== undefined && { authority }),
      });
      return tell(result, shell);
    }
    case "show":
      return await show(subject, flags, shell);
    case "extract": {
      const files = await extractCsr({
        ...place,
        file: subject,
        kubeconfig: flags.kubeconfig.length > 0,
        unique,
        force,
        ...optional("key", flags.key[0]),
        ...optional("out", flags.out[0]),
      });
      for (const file of files) shell.print(`${escapeControls(file)}  written`);
      return 0;
    }
    case "export":
      shell.print(new TextDecoder().decode(await exportCsr(subject, place)).trimEnd());
      return 0;
  }
}

function usage(message: string): HardwayError {
  return new HardwayError("usage", `csr: ${message}`);
}

function checkWord(word: string | undefined): Subcommand {
  const known = Object.keys(SUBCOMMANDS) as Subcommand[];
  const found = known.find((one) => one === word);
  if (found !== undefined) return found;
  if (word === undefined) throw usage(`Missing subcommand: expected ${known.join(", ")}`);
  const meant = nearest(word, known);
  const hint = meant === undefined ? `expected ${known.join(", ")}` : `did you mean ${meant}?`;
  throw usage(`Unknown subcommand ${quote(word)}: ${hint}`);
}

function checkFlags(subcommand: Subcommand, flags: CsrFlags): void {
  const taken: readonly string[] = SUBCOMMANDS[subcommand];
  for (const name of Object.keys(COMMAND.flags) as (keyof CsrFlags)[]) {
    if (flags[name].length > 0 && !taken.includes(name)) {
      throw usage(
        `${subcommand} has no flag --${name}: expected ${taken.map((one) => `--${one}`).join(", ")}`,
      );
    }
  }
}

function optional<Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: string };
}

function momentOf(flags: CsrFlags): number {
  const [text] = flags.at;
  if (text === undefined) return Math.floor(Date.now() / 1000);
  const at = parseTime(text);
  if (at !== undefined) return at;
  throw usage(`Cannot use ${quote(text)} as --at: expected a time such as 2027-01-01T00:00:00Z, or a date`);
}

function listOf(text: string): string[] {
  return text.split(",").map((one) => one.trim());
}

function termsOf(
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

function authorityOf(flags: CsrFlags): { readonly ca: string; readonly caKey: string } | undefined {
  const [ca, caKey] = [flags.ca[0], flags["ca-key"][0]];
  if (ca === undefined && caKey === undefined) return undefined;
  if (ca === undefined || caKey === undefined) throw usage("Expected --ca and --ca-key together");
  if (flags.spec.length + flags.seed.length > 0) throw usage("Expected --ca or --spec, not both");
  return { ca, caKey };
}

async function makeNew(name: string, flags: CsrFlags, shell: Shell, unique: string): Promise<number> {
  const [groups] = flags.groups;
  const report = await newCsr({
    name,
    folder: shell.folder,
    ...termsOf(flags),
    ...(groups !== undefined && { groups: listOf(groups) }),
    dnsNames: flags.dns,
    addresses: flags.ip,
    ...optional("out", flags.out[0]),
    ...optional("spec", flags.spec[0]),
    ...optional("seed", flags.seed[0]),
    force: flags.force.length > 0,
  }, { keySeed: crypto.getRandomValues(new Uint8Array(48)), unique });
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
  const read = await readCsrFile(shell.folder, file);
  const facts = factsOf(read.object);
  shell.print(form === "json" ? JSON.stringify(facts, null, 2) : formatFacts(facts));
  for (const field of read.unknown) shell.say(`Warning: unknown field "${escapeControls(field)}"`);
  return 0;
}

function tell(result: { readonly exitCode: 0 | 1; readonly lines: readonly string[] }, shell: Shell): number {
  for (const line of result.lines) (result.exitCode === 0 ? shell.print : shell.warn)(line);
  return result.exitCode;
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
