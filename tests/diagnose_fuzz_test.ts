/**
 * Whatever stands in a line, `diagnose` reads it or passes it over: real texts, changed at random places (the same ones
 * each run).
 */
import assert from "node:assert/strict";
import { diagnoseFiles } from "../mod.ts";
import { readLine } from "../scripts/teach/diagnose/lines.ts";
import { recognise } from "../scripts/teach/diagnose/recognise.ts";
import { randomNumbers } from "./random.ts";

const FOLDER = new URL("fixtures/diagnose/", import.meta.url);
const AT = Date.parse("2026-11-27T00:00:00Z") / 1000;
const TEXTS = [...Deno.readDirSync(FOLDER)].filter(({ name }) => name.endsWith(".txt"))
  .flatMap(({ name }) => Deno.readTextFileSync(new URL(name, FOLDER)).trimEnd().split("\n"));
const ODD = ['"', "\\", "{", "}", ":", " ", "\0", "\ud800", "[", "=", "\u202e", "\x1b[31m"];

Deno.test("no line does harm, and no control character gets through", () => {
  const next = randomNumbers(20260101);
  const pick = (limit: number): number => Math.floor(next() * limit);
  let recognised = 0;
  const lines: string[] = [];
  for (let count = 0; count < 20000; count++) {
    let text = TEXTS[pick(TEXTS.length)] ?? "";
    for (let changes = pick(4); changes >= 0; changes--) {
      const at = pick(text.length + 1);
      const other = pick(3) === 0
        ? text.slice(pick(text.length + 1)).slice(0, 40)
        : ODD[pick(ODD.length)] ?? "";
      text = text.slice(0, at) + other + text.slice(at + pick(5));
    }
    if (recognise(readLine(text, AT), undefined) !== undefined) recognised++;
    if (count % 20 === 0) lines.push(text);
  }
  // Most changes leave the words as they are: the test does not look at lines that mean nothing.
  assert.ok(recognised > 5000, String(recognised));
  const MESSAGE = TEXTS.find((text) => text.startsWith("Unable to connect")) ?? "";
  lines.push(JSON.stringify({ SYSLOG_IDENTIFIER: "a\x1b[31mb\u202e", MESSAGE }));
  const found = diagnoseFiles({}, { at: AT, logs: { "a.log": lines.join("\n") } });
  assert.ok(found.length > 20);
  for (const { message, remedy, path = "", parties } of found) {
    assert.doesNotMatch([message, remedy, path, ...parties].join(" "), /[\p{Cc}\p{Cf}\p{Cs}]/u);
  }
});
