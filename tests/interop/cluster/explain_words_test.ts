/**
 * The words that `explain` says a program says: each stands in that program's source, and those that a start, a kubectl
 * or a handshake can bring about are brought about.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Message, MESSAGES } from "../../../scripts/teach/explain/messages.ts";
import { provisionIn, spec, withSpec } from "../../run.ts";
import type { Answer, Job } from "../tls_jobs.ts";
import { findProgram, goCommand, type Result, run, runWell, testWith } from "../tools.ts";
import { builtProgram } from "./built.ts";
import { assertSaid } from "./words.ts";

const GO = findProgram("go", "golang-go, or https://go.dev/dl");

/** Strings of a Go source, those of one statement with a hole between them. */
function stringsOf(source: string): string[] {
  const joined: string[] = [];
  for (const line of source.split("\n")) {
    const strings = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|`([^`]*)`/g)].map(([, quoted, raw]) =>
      raw ?? (quoted ?? "").replace(/\\n$/, "").replace(/\\(["\\])/g, "$1")
    );
    if (strings.length > 0) joined.push(...strings, `${strings.join("<>")}<>`);
  }
  return joined.map(withHoles);
}

/** What differs, of Go's verbs and of ours, as `<>`. */
function withHoles(text: string): string {
  return text.replace(/%[+#]?[a-z]/g, "<>").replace(/<[^<>]*>/g, "<>").replace(/"<>"/g, "<>");
}

/** Whether a source has words in one string, or in two that stand behind each other. */
function hasWords(strings: readonly string[], words: string): boolean {
  const wanted = withHoles(words);
  const has = (part: string): boolean => strings.some((string) => string.includes(part));
  if (has(wanted)) return true;
  for (let at = wanted.indexOf(": "); at !== -1; at = wanted.indexOf(": ", at + 1)) {
    if (has(wanted.slice(0, at + 2)) && has(wanted.slice(at + 2))) return true;
  }
  return false;
}

/** The folders of packages, in the modules that the programs are built from. */
async function foldersOf(go: string, packages: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const module of ["kubernetes", "etcd"]) {
    const wanted = packages.filter((name) => name.startsWith("go.etcd.io/etcd/") === (module === "etcd"));
    const cwd = fileURLToPath(new URL(module, import.meta.url));
    const listed = await runWell(go, ["list", "-f", "{{.ImportPath}} {{.Dir}}", ...wanted], { cwd });
    for (const line of listed.trimEnd().split("\n")) {
      const [name = "", folder = ""] = line.split(" ");
      found.set(name, folder);
    }
  }
  return found;
}

testWith([GO], "every message stands in the source that the table names", async (_t, go = "") => {
  const messages: readonly Message[] = Object.values(MESSAGES);
  const packageOf = ({ source }: Message): string => source.slice(0, source.lastIndexOf("/"));
  const folders = await foldersOf(go, [...new Set(messages.map(packageOf))]);
  const missing: string[] = [];
  for (const message of messages) {
    const folder = folders.get(packageOf(message)) ?? assert.fail(message.source);
    const text = Deno.readTextFileSync(
      join(folder, message.source.slice(message.source.lastIndexOf("/") + 1)),
    );
    if (!hasWords(stringsOf(text), message.words)) missing.push(`${message.source}: ${message.words}`);
    // The judge can say no: outside of what differs no letter may be another.
    const other = message.words.replace(/[a-z]{3}(?![^<>]*>)/, "$&zz");
    assert.notEqual(other, message.words);
    assert.ok(!hasWords(stringsOf(text), other), message.words);
  }
  assert.deepEqual(missing, []);
});

const HANDSHAKE = await goCommand("handshake");
/** With a user for a day. */
const SPEC = spec("users: [{ name: brief, validity: 1d }]\n")
  .replace(/^keys.*$/m, "keys: { leaf: ECDSA-P256 }");
/** Within the first day. */
const EARLY = Date.parse("2026-01-01T12:00:00Z") / 1000;
const LATER = Date.parse("2026-02-01T00:00:00Z") / 1000;

testWith([HANDSHAKE], "Go's TLS says of certificates what the table says", async (_t, program = "") => {
  await withSpec(SPEC, async (folder) => {
    await provisionIn(folder);
    const pki = `${folder}/out/lab/pki`;
    const side = (name: string, trusts = "ca", key = name): NonNullable<Job["client"]> & Job["server"] => ({
      certificate: `${pki}/${name}.crt`,
      key: `${pki}/${key}.key`,
      trusts: `${pki}/${trusts}.crt`,
    });
    const good: Job = {
      server: side("apiserver"),
      client: side("admin"),
      url: "https://kubernetes:6443",
      at: LATER,
    };
    const cases: readonly (readonly [job: Job, side: "clientError" | "serverError", message: Message])[] = [
      [{ ...good, client: side("admin", "etcd/ca") }, "clientError", MESSAGES.unknownAuthority],
      [{ ...good, client: side("admin", "etcd/ca") }, "serverError", MESSAGES.handshakeLog],
      [{ ...good, client: side("admin", "etcd/ca") }, "serverError", MESSAGES.alertBad],
      [{ ...good, at: EARLY + 90 * 365 * 86400 }, "clientError", MESSAGES.expired],
      [{ ...good, at: EARLY - 86400 }, "clientError", MESSAGES.notYetValid],
      [{ ...good, url: "https://other.example:6443" }, "clientError", MESSAGES.otherName],
      [{ ...good, server: side("admin"), url: "https://10.0.0.1:6443" }, "clientError", MESSAGES.noAddresses],
      [
        { ...good, server: side("admin"), url: "https://kubernetes-admin:6443" },
        "clientError",
        MESSAGES.commonNameOnly,
      ],
      [{ ...good, client: side("apiserver") }, "serverError", MESSAGES.wrongUsage],
      [{ ...good, server: side("apiserver", "ca", "admin") }, "serverError", MESSAGES.keyMismatch],
      [{ ...good, client: side("front-proxy-client") }, "clientError", MESSAGES.alertUnknownAuthority],
      [{ ...good, client: side("front-proxy-client") }, "serverError", MESSAGES.unknownAuthority],
      [{ ...good, client: side("users/brief") }, "clientError", MESSAGES.alertExpired],
      [{ ...good, client: side("users/brief") }, "serverError", MESSAGES.expired],
    ];
    const jobs = [good, ...cases.map(([job]) => job)];
    const answers = JSON.parse(await runWell(program, [], { stdin: JSON.stringify(jobs) })) as Answer[];
    assert.equal(answers.length, jobs.length * 2);
    for (const answer of answers.slice(0, 2)) {
      assert.deepEqual([answer.clientError, answer.serverError], ["", ""]);
    }
    for (const [index, [, side, message]] of cases.entries()) {
      for (const answer of answers.slice(2 + index * 2, 4 + index * 2)) assertSaid(answer[side], message);
    }
  });
});

const PROGRAMS = [
  "kube-apiserver",
  "kube-scheduler",
  "kube-controller-manager",
  "kube-proxy",
  "etcd",
  "kubectl",
]
  .map(builtProgram);

testWith(PROGRAMS, "programs that do not start say what the table says", async (t, ...paths) => {
  const [apiserver = "", scheduler = "", manager = "", proxy = "", etcd = "", kubectl = ""] = paths;
  await withSpec(SPEC, async (folder) => {
    await provisionIn(folder);
    const pki = `${folder}/out/lab/pki`;
    Deno.writeTextFileSync(`${folder}/broken`, "{");
    Deno.writeTextFileSync(
      `${folder}/gone`,
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
        users: [{ name: "u", user: { "client-certificate": "/gone.crt", "client-key": "/gone.key" } }],
        contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
        "current-context": "x",
      }),
    );
    Deno.writeTextFileSync(
      `${folder}/secretbox.yaml`,
      JSON.stringify({
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "EncryptionConfiguration",
        resources: [{
          resources: ["secrets"],
          providers: [{ secretbox: { keys: [{ name: "k", secret: btoa("x".repeat(16)) }] } }],
        }],
      }),
    );
    const basic = ["--etcd-servers=http://127.0.0.1:1", "--service-cluster-ip-range=10.0.0.0/24"];
    const tokens = [
      `--service-account-key-file=${pki}/sa.pub`,
      `--service-account-signing-key-file=${pki}/sa.key`,
      "--service-account-issuer=https://issuer.example",
    ];
    const serving = [`--tls-cert-file=${pki}/apiserver.crt`, `--tls-private-key-file=${pki}/apiserver.key`];
    const cases:
      readonly (readonly [program: string, args: readonly string[], messages: readonly Message[]])[] = [
        [apiserver, [...basic, ...serving], [MESSAGES.noTokenKeys, MESSAGES.noIssuer]],
        [
          apiserver,
          [
            ...basic,
            ...tokens,
            `--tls-cert-file=${pki}/apiserver.crt`,
            `--tls-private-key-file=${pki}/admin.key`,
          ],
          [MESSAGES.keyMismatch],
        ],
        [apiserver, [...basic, ...tokens, ...serving, "--client-ca-file=/gone"], [MESSAGES.noFile]],
        [
          apiserver,
          [
            ...[...basic, ...tokens, ...serving, `--client-ca-file=${pki}/ca.crt`],
            `--requestheader-client-ca-file=${pki}/ca.crt`,
          ],
          [MESSAGES.sharedAuthority],
        ],
        [
          apiserver,
          [...basic, ...tokens, ...serving, `--encryption-provider-config=${folder}/secretbox.yaml`],
          [MESSAGES.secretLength],
        ],
        [
          etcd,
          [
            `--data-dir=${folder}/etcd`,
            "--listen-client-urls=https://127.0.0.1:0",
            "--advertise-client-urls=https://127.0.0.1:0",
            "--listen-peer-urls=http://127.0.0.1:0",
            `--cert-file=${pki}/apiserver.crt`,
          ],
          [MESSAGES.etcdHalfPair],
        ],
        [kubectl, [`--kubeconfig=${folder}/broken`, "get", "pods"], [MESSAGES.unreadableKubeconfig]],
        [
          kubectl,
          [`--kubeconfig=${folder}/gone`, "get", "pods"],
          [MESSAGES.unreadableCertificate, MESSAGES.noFile],
        ],
        [scheduler, [`--kubeconfig=${folder}/broken`], [MESSAGES.unreadableKubeconfig]],
        [manager, [`--kubeconfig=${folder}/broken`], [MESSAGES.unreadableKubeconfig]],
        [proxy, [`--kubeconfig=${folder}/broken`], [MESSAGES.unreadableKubeconfig]],
      ];
    for (const [program, args, messages] of cases) {
      await t.step(
        `${program.slice(program.lastIndexOf("/") + 1)}: ${messages[0]?.words ?? ""}`,
        async () => {
          // One that starts after all is ended, and has not said it.
          const done: Result = await run("timeout", ["60", program, ...args], { cwd: folder });
          assert.notEqual(done.code, 0);
          assert.notEqual(done.code, 124, `${done.stdout}${done.stderr}`);
          for (const message of messages) assertSaid(done.stdout + done.stderr, message);
        },
      );
    }
  });
});
