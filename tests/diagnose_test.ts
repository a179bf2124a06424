/**
 * `diagnose` without a cluster: what real components said (tests/fixtures/diagnose, with where each text came from in
 * sources.json) is recognised, in whatever a log is wrapped; what is no log does no harm; no secret is shown.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { diagnoseFiles, inspectFiles } from "../mod.ts";
import { FAMILIES } from "../scripts/teach/diagnose/families.ts";
import { DIAGNOSIS_FORMS, formatDiagnoses } from "../scripts/teach/diagnose/forms.ts";
import { Groups } from "../scripts/teach/diagnose/groups.ts";
import { readLine } from "../scripts/teach/diagnose/lines.ts";
import { masked } from "../scripts/teach/diagnose/mask.ts";
import { diagnoseSchema } from "../scripts/teach/diagnose/output_schema.ts";
import { recognise, type Sighting } from "../scripts/teach/diagnose/recognise.ts";
import { LogScanner, type LogSummary, MAX_LINE } from "../scripts/teach/diagnose/scanner.ts";
import { HARD, provisionIn, run, withFolder, withSpec } from "./run.ts";

const FOLDER = new URL("fixtures/diagnose/", import.meta.url);
/** When the texts were recorded, and a little later. */
const AT = Date.parse("2026-11-27T00:00:00Z") / 1000;

interface Source {
  readonly program: string;
  /** The fault that a real component met. */
  readonly fault?: string;
  /** Where the words stand, of a component that did not run. */
  readonly source?: string;
}

const SOURCES = JSON.parse(Deno.readTextFileSync(new URL("sources.json", FOLDER))) as Record<
  string,
  Source[]
>;

function linesOf(name: string): string[] {
  return Deno.readTextFileSync(new URL(`${name}.txt`, FOLDER)).trimEnd().split("\n");
}

function see(line: string, program: string | undefined): Sighting | undefined {
  return recognise(readLine(line, AT), program);
}

Deno.test("every family has a text that a component said, and one rule that knows it", async (t) => {
  for (const family of FAMILIES) {
    await t.step(family.name, () => {
      const sources = SOURCES[family.name] ?? [];
      const lines = linesOf(family.name);
      assert.equal(lines.length, sources.length);
      assert.ok(lines.length > 0);
      for (const [index, line] of lines.entries()) {
        const source = sources[index];
        assert.ok(source !== undefined && (source.fault !== undefined || source.source !== undefined));
        assert.equal(see(line, source.program)?.family.name, family.name, line);
        // The quick look at a whole log finds it too.
        const groups = new Groups();
        scan([`first\n${line}\nlast\n`], groups, `${source.program}.log`);
        assert.equal(groups.list().length, 1, line);
      }
    });
  }
  // A rule that is gone leaves its texts behind.
  const names = FAMILIES.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(Object.keys(SOURCES).sort(), names.toSorted());
});

function scan(parts: readonly (string | Uint8Array)[], groups = new Groups(), path = "a.log"): LogSummary {
  const scanner = new LogScanner(path, AT, groups);
  for (const part of parts) scanner.push(typeof part === "string" ? new TextEncoder().encode(part) : part);
  return scanner.end();
}

Deno.test("healthy components say nothing that is recognised", () => {
  const groups = new Groups();
  const { recognised, isKnown } = scan([linesOf("healthy").join("\n")], groups);
  assert.deepEqual([recognised, isKnown, groups.list()], [0, true, []]);
});

Deno.test("a line keeps its time and its program, however it is wrapped", () => {
  const [klog = ""] = linesOf("client-expired");
  const [zap = ""] = linesOf("etcd-client").filter((line) => line.startsWith("{"));
  const [json = ""] = linesOf("apiserver-json");
  const time = readLine(klog, AT).time;
  const stamp = "2026-11-26T12:00:00.123456789Z";
  const docker = (line: string): string =>
    JSON.stringify({ log: `${line}\n`, stream: "stderr", time: stamp });
  const journal = JSON.stringify({
    __REALTIME_TIMESTAMP: "1795694400123456",
    SYSLOG_IDENTIFIER: "kube-apiserver",
    MESSAGE: klog,
  });
  const bytes = JSON.stringify({
    SYSLOG_IDENTIFIER: "kubelet",
    MESSAGE: [...new TextEncoder().encode(klog)],
  });
  const noon = Date.parse("2026-11-26T12:00:00Z") / 1000;
  const cases: readonly (readonly [string, number | undefined, string | undefined, string])[] = [
    [klog, time, undefined, "client-expired"],
    [docker(klog), time, undefined, "client-expired"],
    [`${stamp} stderr F ${klog}`, time, undefined, "client-expired"],
    [`Nov 26 12:00:00 server kube-apiserver[12]: ${klog}`, time, "kube-apiserver", "client-expired"],
    [`2026-11-26T12:00:00+0000 server kube-apiserver[12]: ${klog}`, time, "kube-apiserver", "client-expired"],
    [`Thu 2026-11-26 12:00:00 UTC server kubelet[12]: ${klog}`, time, "kubelet", "client-expired"],
    [journal, time, "kube-apiserver", "client-expired"],
    [bytes, time, "kubelet", "client-expired"],
    [zap, readLine(zap, AT).time, "etcd", "etcd-client"],
    [docker(zap), readLine(zap, AT).time, "etcd", "etcd-client"],
    [json, 1795708708, undefined, "unreadable"],
    [
      `${stamp} stdout F curl: (60) SSL certificate problem: certificate has expired`,
      noon,
      undefined,
      "expired",
    ],
    [
      `2026/11/26 12:00:00 http: TLS handshake error from 10.0.0.1:1: tls: client didn't provide a certificate`,
      noon,
      undefined,
      "client-certificate-missing",
    ],
  ];
  for (const [line, wanted, program, family] of cases) {
    const read = readLine(line, AT);
    assert.deepEqual([read.time, read.program, read.isKnown], [wanted, program, true], line);
    assert.equal(recognise(read, undefined)?.family.name, family, line);
  }
  // A time without a year is the last one: last year's in January.
  const january = Date.parse("2027-01-02T00:00:00Z") / 1000;
  assert.equal(readLine(klog, january).time, time);
});

Deno.test("repeats are one group, with a count and the first and last time", () => {
  const [line = ""] = linesOf("client-unknown-authority");
  const at = (clock: string): string => line.replace(/ \d\d:\d\d:\d\d/, ` ${clock}`);
  const [cause, ...more] = diagnoseFiles({}, {
    at: AT,
    logs: { "kube-apiserver.log": [at("10:00:00"), at("12:00:00"), at("11:00:00")].join("\n") },
  });
  assert.deepEqual(more, []);
  const { family, count, first, last, code, confidence } = cause ?? {};
  assert.deepEqual([family, count, first, last, code, confidence], [
    "client-unknown-authority",
    3,
    "2026-11-26T10:00:00Z",
    "2026-11-26T12:00:00Z",
    "wrong-issuer",
    "likely",
  ]);
  assert.match(cause?.remedy ?? "", /^1\. openssl verify .*; 2\. .*; 3\. /);
});

Deno.test("a clock that is behind is told from a certificate that begins later", async () => {
  await withSpec(HARD, async (folder) => {
    await provisionIn(folder);
    const tree = Object.fromEntries(
      ["apiserver", "ca"].flatMap((name) =>
        ["crt", "key"].map((ending) => [
          `/etc/kubernetes/pki/${name}.${ending}`,
          Deno.readTextFileSync(`${folder}/out/lab/pki/${name}.${ending}`),
        ])
      ),
    );
    const says = (now: string): string =>
      `Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired or is not yet ` +
      `valid: current time ${now} is before 2026-01-01T00:00:00Z`;
    const look = (now: string): string =>
      diagnoseFiles(tree, { at: AT, logs: { "kubectl.log": says(now) } }).map(({ code, message, remedy }) =>
        [code, message, remedy].join("\n")
      ).join();
    assert.match(look("2025-12-31T23:50:00Z"), /^not-yet-valid\n[^]*that clock may be behind\ntimedatectl/);
    assert.match(look("1970-01-01T00:10:00Z"), /^not-yet-valid\n[^]*that clock is wrong\ntimedatectl/);
  });
});

Deno.test("no secret of a log is shown", () => {
  const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyb2JvdCJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
  const key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5";
  const secrets = [jwt, "abcdef.0123456789abcdef", key, "HARDWAY-SEED-1QYQQQQQQD92MJQ", "hunter2hunter2"];
  for (
    const text of [
      `Authorization: Bearer ${jwt}`,
      `token abcdef.0123456789abcdef is expired`,
      `secret: ${key}`,
      `seed HARDWAY-SEED-1QYQQQQQQD92MJQ`,
      `password=hunter2hunter2`,
    ]
  ) {
    const shown = masked(text);
    assert.ok(shown.includes("***"), shown);
    for (const secret of secrets) assert.ok(!shown.includes(secret.split(".").at(-1) ?? ""), shown);
  }
  const lines = secrets.slice(0, 4).flatMap((secret) => [
    `E1126 10:00:00.000000 1 authentication.go:76] "Unable to authenticate the request" err="[invalid bearer token, token issuer \\"${secret}\\" is invalid]"`,
    `error: unable to read client-cert /tmp/${secret} for a due to open /tmp/${secret}: no such file or directory`,
    `nodes "a" is forbidden: User "system:node:${secret}" cannot list resource "nodes"`,
  ]);
  for (const form of DIAGNOSIS_FORMS) {
    const found = diagnoseFiles({}, { at: AT, logs: { "a.log": lines.join("\n") } });
    assert.ok(found.length > 3);
    const shown = formatDiagnoses(found, 1, form, 80, false);
    for (const secret of secrets) assert.ok(!shown.includes(secret), secret);
  }
});

Deno.test("what is no log is passed over: garbage, invalid UTF-8, enormous lines, other formats", () => {
  const bytes = Uint8Array.from({ length: 1 << 18 }, (_, index) => (index * 2654435761) >>> 13 & 255);
  assert.deepEqual([scan([bytes]).isBinary, scan([bytes]).recognised], [true, 0]);
  const [line = ""] = linesOf("etcd-client");
  const invalid = Uint8Array.of(0xff, 0xfe, 0x0a, ...new TextEncoder().encode(line), 0x0a, 0xc3);
  assert.equal(scan([invalid]).recognised, 1);
  const long = "x".repeat(3 * MAX_LINE);
  const groups = new Groups();
  // In parts of any size, and a line that follows is read again.
  const text = `${line}\n${long}${long} x509: certificate signed by unknown authority\n${line}\n`;
  for (const size of [1 << 20, 4096, 977]) {
    const parts = Array.from(
      { length: Math.ceil(text.length / size) },
      (_, index) => text.slice(index * size, (index + 1) * size),
    );
    const { recognised, longLines } = scan(parts, groups);
    assert.deepEqual([recognised, longLines > 0], [2, true], String(size));
  }
  assert.deepEqual([scan(["a b c\nd e f\n"]).isKnown, scan([""]).isKnown], [false, undefined]);
  for (
    const odd of [
      "{",
      '{"log":1}',
      "{}",
      "[]",
      '{"MESSAGE":null}',
      '{"msg":5,"ts":"x"}',
      "E1126 ",
      "\0",
      "\r",
    ]
  ) {
    assert.equal(see(odd, undefined), undefined);
  }
});

Deno.test("a line without an end does not fill the memory", () => {
  const scanner = new LogScanner("a.log", AT, new Groups());
  for (let count = 0; count < 40; count++) {
    scanner.push(new TextEncoder().encode("x".repeat(10_000)));
    assert.ok(scanner.held <= MAX_LINE);
  }
  assert.equal(scanner.end().longLines, 1);
});

Deno.test("of several files with one fault, the one that the log means is named", async () => {
  const ends = HARD.replace("leaf: 50y", "leaf: 30d");
  await withSpec(ends, async (folder) => {
    await provisionIn(folder);
    const read = (name: string): string =>
      Deno.readTextFileSync(`${folder}/out/lab/kubeconfig/${name}.kubeconfig`);
    const files = {
      "/a/admin.conf": read("admin"),
      "/a/node-1.conf": read("node-1"),
      "/a/node-0.conf": read("node-0"),
    };
    const clients = inspectFiles(files, { at: AT }).filter(({ type }) => type === "Client");
    assert.equal(clients.length, 3);
    for (const { path, serial } of clients) {
      const line = (linesOf("client-expired")[0] ?? "").replace(/SN=\d+/, `SN=${BigInt(`0x${serial}`)}`)
        .replaceAll("2026-01-02T00:00:00Z", "2026-01-31T00:00:00Z");
      const [cause] = diagnoseFiles(files, { at: AT, logs: { "kube-apiserver.log": line } });
      assert.deepEqual([cause?.code, cause?.path, cause?.confidence], ["expired", path, "certain"]);
    }
  });
  const unit = `[Service]
ExecStart=/usr/local/bin/kube-apiserver --tls-cert-file=/a/tls.crt --client-ca-file=/a/ca.crt --etcd-cafile=/a/etcd.crt
`;
  for (const path of ["/a/tls.crt", "/a/ca.crt", "/a/etcd.crt"]) {
    const said = linesOf("missing-file").find((line) => /kube-apiserver|run\.go/.test(line)) ?? "";
    const log = said.replace(/open \S+:/, `open ${path}:`);
    const [cause] = diagnoseFiles({ "/a/kube-apiserver.service": unit }, {
      at: AT,
      logs: { "kube-apiserver.log": log },
    });
    assert.deepEqual([cause?.code, cause?.path, cause?.confidence], ["missing-file", path, "certain"], log);
  }
});

Deno.test("groups are bounded, and what found no room is counted", () => {
  const groups = new Groups();
  const lines = Array.from(
    { length: 1500 },
    (_, index) => `open /etc/kubernetes/pki/${index}.crt: no such file or directory`,
  );
  scan([lines.join("\n")], groups);
  assert.deepEqual([groups.list().length, groups.dropped], [1000, 500]);
});

Deno.test("the table fits 80 columns and says everything without colour; JSON has the fields of its schema", () => {
  const logs = Object.fromEntries(
    FAMILIES.flatMap(({ name }) =>
      linesOf(name).map((line, index) => [`${SOURCES[name]?.[index]?.program}.${name}.${index}.log`, line])
    ),
  );
  const found = diagnoseFiles({}, { at: AT, logs });
  assert.ok(found.length > FAMILIES.length / 2);
  const table = formatDiagnoses(found, 1, "table", 80, false);
  for (const line of table.split("\n")) assert.ok(line.length <= 80, line);
  assert.ok(!table.includes("\x1b"));
  for (const { code, remedy } of found) {
    assert.ok(table.includes(code));
    assert.ok(table.replace(/\s+/g, "").includes(remedy.replace(/\s+/g, "")), remedy);
  }
  const { findings } = JSON.parse(formatDiagnoses(found, 1, "json", 80, false)) as { findings: unknown[] };
  assert.deepEqual(findings, found);
  const schema = JSON.stringify(diagnoseSchema());
  for (const field of Object.keys(found[0] ?? {})) assert.ok(schema.includes(`"${field}"`), field);
});

Deno.test("the command: exit codes, logs in gzip and on stdin, what was passed over", async () => {
  await withFolder(async (folder) => {
    const [line = ""] = linesOf("client-expired");
    const log = `${line}\n`.repeat(3);
    Deno.writeTextFileSync(`${folder}/kube-apiserver.log`, log);
    Deno.writeFileSync(`${folder}/packed.gz`, gzipSync(log));
    // Who appends to a packed log leaves several members in one file.
    Deno.writeFileSync(`${folder}/members.gz`, Buffer.concat([gzipSync(log), gzipSync(log)]));
    Deno.writeFileSync(`${folder}/broken.gz`, gzipSync(log.repeat(20000)).subarray(0, -900));
    Deno.writeTextFileSync(`${folder}/healthy.log`, linesOf("healthy").join("\n"));
    Deno.writeTextFileSync(`${folder}/prose.log`, "Once upon a time\n");
    Deno.writeFileSync(
      `${folder}/noise.log`,
      Uint8Array.from({ length: 5000 }, (_, index) => index * 7 & 255),
    );
    const look = async (code: number, args: readonly string[], stdin?: string): Promise<string> => {
      const done = await run("diagnose", args, { cwd: folder, ...(stdin !== undefined && { stdin }) });
      assert.equal(done.code, code, done.stdout + done.stderr);
      return done.stdout + done.stderr;
    };
    assert.match(await look(1, ["--log", "kube-apiserver.log"]), /client-expired[^]*3 times/);
    assert.match(
      await look(1, ["--log", "packed.gz", "--log", "healthy.log"]),
      /3 times[^]*1 finding, 0 files at fault; 2 logs read/,
    );
    assert.match(await look(1, ["--log", "members.gz"]), /6 times/);
    assert.match(await look(1, ["--log", "broken.gz"]), /broken\.gz: it is not whole/);
    assert.match(await look(1, ["--log", "-", "-o", "json"], log), /"count": 3/);
    assert.match(await look(0, ["--log", "healthy.log"]), /0 findings, 0 files at fault; 1 log read/);
    assert.match(await look(0, ["--log", "prose.log"]), /no line has a format that is known/);
    assert.match(await look(0, ["--log", "noise.log"]), /it holds what is no text/);
    assert.match(await look(2, ["--log", "absent.log"]), /no such file/);
    assert.match(await look(2, ["--log", "."]), /it is a folder/);
    assert.match(await look(2, ["--log", "healthy.log", "absent"]), /Cannot read absent/);
    assert.match(await look(2, ["--log", "-", "-"], ""), /Cannot read stdin twice/);
    assert.match(await look(2, ["--lgo", "x"]), /did you mean --log/);
    assert.match(await look(2, ["-o", "xml"]), /expected table, json/);
    assert.match(await look(2, ["--root", "absent", "--log", "healthy.log"]), /--root/);
  });
});

Deno.test("without a log it foretells what components will say", async () => {
  await withSpec(HARD, async (folder) => {
    const made = await run("bundle", [], { cwd: folder });
    assert.equal(made.code, 0, made.stderr);
    const server = `${folder}/out/lab/hosts/server`;
    const look = async (): Promise<string> => {
      const { stdout } = await run("diagnose", ["--root", "."], { cwd: server });
      return stdout;
    };
    assert.match(await look(), /^0 findings, 0 files at fault; 0 logs read\n$/);
    Deno.copyFileSync(
      `${server}/var/lib/kubernetes/pki/sa.key`,
      `${server}/var/lib/kubernetes/pki/apiserver.key`,
    );
    assert.match(await look(), /key-mismatch[^]*apiserver\.key[^]*private key\s+does not match public key/);
  });
});

Deno.test("with the spec it says that the file at fault is another one", async () => {
  await withSpec(HARD, async (folder) => {
    const made = await run("bundle", [], { cwd: folder });
    assert.equal(made.code, 0, made.stderr);
    const pki = `${folder}/out/lab/pki`;
    Deno.copyFileSync(`${pki}/etcd/ca.crt`, `${pki}/front-proxy-ca.crt`);
    Deno.copyFileSync(`${pki}/admin.key`, `${pki}/apiserver.key`);
    Deno.copyFileSync(`${pki}/admin.crt`, `${pki}/apiserver.crt`);
    Deno.writeTextFileSync(
      `${folder}/kubectl.log`,
      linesOf("key-usage").find((line) => /kubectl|Unable/.test(line)) ?? "",
    );
    // The copy that a machine has is not what is asked about.
    Deno.removeSync(`${folder}/out/lab/hosts`, { recursive: true });
    const args = ["--log", "kubectl.log", "-o", "json", "out/lab"];
    const look = async (more: readonly string[]): Promise<string> =>
      (await run("diagnose", [...args, ...more], { cwd: folder })).stdout;
    assert.match(await look([]), /"code": "eku-missing",\s+"path": "out\/lab\/pki\/apiserver\.crt"/);
    assert.doesNotMatch(await look([]), /differs from the spec/);
    assert.match(await look(["--spec", "cluster.yaml"]), /It differs from the spec: The certificate differs/);
  });
});
