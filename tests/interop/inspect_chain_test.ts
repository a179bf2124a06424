/**
 * Go judges how chains are verified: it makes thousands of chains, each rule of crypto/x509 kept and broken in some, and
 * certificates that are changed at random, and its verdicts are compared with ours.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Certificate, readCertificate } from "../../scripts/inspect/certificate/certificate.ts";
import { type Parsed, parseForChain, verifyChain } from "../../scripts/inspect/chain/chain.ts";
import { DerError } from "../../scripts/inspect/der/der.ts";
import { goParseTrouble } from "../../scripts/inspect/chain/go_parse.ts";
import { verifyHostname } from "../../scripts/inspect/chain/hostname.ts";
import { goCommand, runWell, testWith } from "./tools.ts";

const chains = await goCommand("chains");

/** One verification, and what Go says of it. */
interface Case {
  readonly leaf: string;
  readonly roots: readonly string[];
  readonly intermediates: readonly string[];
  readonly at: number;
  readonly usages: readonly string[];
  readonly name: string;
  readonly ok: boolean;
  readonly chains: number;
  readonly kind: string;
  readonly error: string;
  readonly hosts: readonly string[];
  readonly good: string;
}

/** A certificate, or why it cannot be read. */
function parse(text: string): Parsed | string {
  try {
    const parsed = parseForChain(readCertificate(Uint8Array.fromBase64(text)));
    return parsed.trouble === undefined ? parsed : parsed.trouble;
  } catch (error) {
    assert.ok(error instanceof DerError, `${error}`);
    return error.message;
  }
}

function isParsed(one: Parsed | string): one is Parsed {
  return typeof one !== "string";
}

testWith([chains], "Go verifies chains of every kind with the same outcome", async (_, program = "") => {
  const lines = (await runWell(program, ["cases", "20261126", "4000"])).trimEnd().split("\n");
  const differences: string[] = [];
  const kinds = new Map<string, number>();
  let hosts = 0;
  for (const [index, line] of lines.entries()) {
    const one: Case = JSON.parse(line);
    const leaf = parse(one.leaf);
    kinds.set(one.kind, (kinds.get(one.kind) ?? 0) + 1);
    const say = (ours: string): void => {
      differences.push(`${index}: Go says ${one.kind || "ok"} ${one.chains} (${one.error}), we say ${ours}`);
    };
    if (!isParsed(leaf)) {
      if (one.kind !== "unparsable") say(leaf);
      continue;
    }
    const verdict = verifyChain(leaf, {
      roots: one.roots.map(parse).filter(isParsed),
      intermediates: one.intermediates.map(parse).filter(isParsed),
      at: one.at,
      usages: one.usages,
      name: one.name,
    });
    if (verdict.ok) {
      if (!one.ok || one.chains !== verdict.chains.length) say(`ok ${verdict.chains.length}`);
    } else {
      // Of an authority whose key Go does not know it says nothing, and we do.
      const isFiner = verdict.kind === "unsupported-algorithm" && one.kind === "unknown-authority";
      if (verdict.kind !== one.kind && !isFiner) say(`${verdict.kind}: ${verdict.reason}`);
    }
    for (const [at, host] of one.hosts.entries()) {
      hosts++;
      if (verifyHostname(leaf.fields, host) !== (one.good[at] === "1")) say(`otherwise of the name ${host}`);
    }
  }
  assert.deepEqual(differences.slice(0, 10), []);
  for (
    const kind of [
      ...["", "expired", "not-yet-valid", "unknown-authority", "bad-signature", "not-a-ca", "usage", "name"],
      ...["constraints", "policies", "path-length", "unhandled-critical", "insecure-algorithm"],
      ...["unsupported-algorithm", "unparsable"],
    ]
  ) {
    assert.ok((kinds.get(kind) ?? 0) >= 10, `${kind || "ok"}: ${kinds.get(kind) ?? 0} cases`);
  }
  assert.ok(hosts > 100_000);
});

testWith(
  [chains],
  "Go takes and refuses the same certificates, whatever is changed in them",
  async (_, program = "") => {
    const lines = (await runWell(program, ["mutants", "20261126", "25000"])).trimEnd().split("\n");
    const differences: string[] = [];
    // Where our readers are stricter: data after the end of a value, which Go never looks at (all extensions of version 1
    // among it); and extensions that Go reads in part, such as alternative names of kinds that it does not use.
    const counts = { taken: 0, refused: 0, trailing: 0, extensions: 0 };
    for (const [index, line] of lines.entries()) {
      const [text = "", verdict, error = ""] = line.split(" ");
      const isTaken = verdict === "1";
      const say = (ours: string): void => {
        const theirs = isTaken ? "yes" : new TextDecoder().decode(Uint8Array.fromBase64(error));
        differences.push(`${index}: Go says ${theirs}, we say ${ours}`);
      };
      let certificate: Certificate;
      try {
        certificate = readCertificate(Uint8Array.fromBase64(text));
      } catch (fault) {
        assert.ok(fault instanceof DerError, `${fault}`);
        if (!isTaken) counts.refused++;
        else if (/data after the end of /.test(fault.message)) counts.trailing++;
        else say(fault.message);
        continue;
      }
      const trouble = goParseTrouble(certificate);
      if ((trouble === undefined) !== isTaken) say(trouble ?? "yes");
      else if (!isTaken) counts.refused++;
      else if (parseForChain(certificate).trouble === undefined) counts.taken++;
      else counts.extensions++;
    }
    assert.deepEqual(differences.slice(0, 20), []);
    assert.ok(counts.taken > 4000 && counts.refused > 10_000, JSON.stringify(counts));
    assert.ok(counts.trailing + counts.extensions < lines.length / 20, JSON.stringify(counts));
  },
);
