/**
 * What `expiry` gives to programs: a calendar that an iCalendar reader takes, and metrics that Prometheus' own checker
 * takes; and the exit code that a script relies on.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { provisionIn, run, spec, withSpec } from "../run.ts";
import { findProgram, HERE, pythonWith, run as runProgram, runWell, testWith, type Tool } from "./tools.ts";

const PYTHON = await pythonWith(fileURLToPath(new URL("icalendar-requirements.txt", import.meta.url)));
const OPENSSL = findProgram("openssl", "openssl");

/** `install.sh` takes it out of its package. */
function findPromtool(): Tool {
  const path = join(HERE, ".cache", "promtool");
  try {
    if (Deno.statSync(path).isFile) return { path };
  } catch {
    // Maybe it is installed.
  }
  return findProgram("promtool", "prometheus");
}

/** Prints, for each event, when it begins, what it says and when its alarm goes off, in seconds before. */
const READ_CALENDAR = `
import json, sys
from icalendar import Calendar
calendar = Calendar.from_ical(sys.stdin.buffer.read())
events = []
for event in calendar.walk("VEVENT"):
    alarm = event.walk("VALARM")[0]
    events.append({
        "uid": str(event["UID"]),
        "start": event.decoded("DTSTART").strftime("%Y-%m-%dT%H:%M:%SZ"),
        "summary": str(event["SUMMARY"]),
        "description": str(event["DESCRIPTION"]),
        "before": -int(alarm.decoded("TRIGGER").total_seconds()),
    })
print(json.dumps(events))
`;

interface Event {
  readonly uid: string;
  readonly start: string;
  readonly summary: string;
  readonly description: string;
  readonly before: number;
}

/** A spec with long names, and a user in another script. */
const SPEC = spec(`users: [{ name: "${"long-name-".repeat(5)}x" }]\n`);

testWith(
  [PYTHON],
  "the calendar is one that an iCalendar reader takes, event for event",
  async (_t, python) => {
    await withSpec(SPEC, async (folder) => {
      await provisionIn(folder);
      const args = ["out/lab", "--at", "2026-02-01"];
      const json = await run("expiry", [...args, "-o", "json"], { cwd: folder });
      const { endings } = JSON.parse(json.stdout) as {
        readonly endings: readonly {
          readonly expiration: string;
          readonly cn: string | null;
          readonly path: string;
        }[];
      };
      const { stdout } = await run("expiry", [...args, "-o", "ics", "--within", "14d"], { cwd: folder });
      for (const line of stdout.split("\r\n")) {
        assert.ok(new TextEncoder().encode(line.replace(/\n$/, "")).length <= 75, line);
      }
      const script = join(folder, "read.py");
      Deno.writeTextFileSync(script, READ_CALENDAR);
      const events = JSON.parse(await runWell(python ?? "", [script], { stdin: stdout })) as Event[];
      assert.equal(events.length, endings.length);
      assert.ok(events.length > 20);
      for (const [index, { start, summary, description, before }] of events.entries()) {
        const ending = endings[index];
        assert.equal(start, ending?.expiration);
        assert.ok(summary.endsWith(`${ending?.cn} ends`), summary);
        assert.ok(description.startsWith(ending?.path ?? "?"), description);
        assert.equal(before, 14 * 86400);
      }
      assert.equal(new Set(events.map(({ uid }) => uid)).size, events.length);
      const again = await run("expiry", [...args, "-o", "ics", "--within", "14d"], { cwd: folder });
      assert.equal(again.stdout, stdout);
    });
  },
);

testWith(
  [findPromtool(), OPENSSL],
  "the metrics are what promtool takes, whatever stands in a name",
  async (_t, promtool, openssl) => {
    await withSpec(SPEC, async (folder) => {
      await provisionIn(folder);
      const subject = '/CN=quo"te\\\\back 이름/O=line';
      await runWell(openssl ?? "", [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-utf8"],
        ...[
          "-keyout",
          `${folder}/out/odd.key`,
          "-out",
          `${folder}/out/odd.crt`,
          "-days",
          "90",
          "-subj",
          subject,
        ],
      ]);
      // The same certificate at two places is two series; twice in one file it is one.
      const pem = Deno.readTextFileSync(`${folder}/out/odd.crt`);
      Deno.writeTextFileSync(`${folder}/out/twice.crt`, pem + pem);
      const { stdout } = await run("expiry", ["out", "-o", "prometheus"], { cwd: folder });
      const { code, stderr } = await runProgram(promtool ?? "", ["check", "metrics"], { stdin: stdout });
      assert.equal(code, 0, stderr);
      assert.equal(stderr, "");
      assert.equal(stdout.match(/^hardway_expiration_timestamp_seconds\{.*odd\.crt/gm)?.length, 1);
      assert.equal(stdout.match(/^hardway_expiration_timestamp_seconds\{.*twice\.crt/gm)?.length, 1);
      const broken = await runProgram(promtool ?? "", ["check", "metrics"], {
        stdin: stdout.replace(/"\}/, "}"),
      });
      assert.notEqual(broken.code, 0);
    });
  },
);

Deno.test("expiry exits with 1 when something ends within the window, and only then", async () => {
  await withSpec(spec("", "lab").replace("leaf: 50y", "leaf: 100d"), async (folder) => {
    await provisionIn(folder);
    // Leaves end on 2026-04-11.
    for (
      const [at, within, expected] of [
        ["2026-02-01", "30d", 0],
        ["2026-03-12T00:00:00Z", "30d", 1],
        ["2026-03-11T23:59:59Z", "30d", 0],
        ["2026-04-10T23:00:00Z", "59m".replace("59m", "1h"), 1],
        ["2026-05-01", "0", 1],
      ] as const
    ) {
      const { code, stdout } = await run("expiry", ["out/lab", "--at", at, "--within", within], {
        cwd: folder,
      });
      assert.equal(code, expected, `${at} ${within}\n${stdout}`);
    }
    const { stdout } = await run("expiry", ["out/lab", "--at", "2026-05-01"], { cwd: folder });
    const lines = stdout.split("\n").slice(1);
    assert.match(lines.find((line) => line.startsWith("2026")) ?? "", /^2026-04-11 {2}ended {2}/);
    assert.match(lines.findLast((line) => /^\d{4}-/.test(line)) ?? "", / CA /);
    assert.ok(stdout.split("\n").every((line) => line.length <= 80), stdout);
  });
});
