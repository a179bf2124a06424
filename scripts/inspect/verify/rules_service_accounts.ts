/**
 * Rules about the keys of service-account tokens: what signs them, and what checks them.
 *
 * @module
 */
import { equalBytes } from "../../shared/encoding.ts";
import type { Use } from "../gather.ts";
import type { Facts, Program } from "./facts.ts";
import { programsOf, usesOf } from "./facts.ts";
import { type Finding, finding } from "./findings.ts";
import { nearestPrograms, placeOfProgram } from "./nearest.ts";

const HINT = "Name the public halves of all keys that sign: --service-account-key-file may be repeated.";

/** Judges the keys of every API server and controller-manager. */
export function serviceAccountRules(facts: Facts): Finding[] {
  const servers = programsOf(facts, "kube-apiserver");
  return servers.flatMap((server) => {
    const checking = usesOf(server, "service-account-key-file");
    const keys = checking.flatMap((use) => publicKeysOf(use, facts));
    const [first] = checking;
    if (first === undefined || keys.length === 0) return [];
    const isChecked = (use: Use): boolean => {
      const own = publicKeysOf(use, facts);
      // What cannot be read has a finding of its own.
      return own.length === 0 || own.some((key) => keys.some((other) => equalBytes(key, other)));
    };
    const found: Finding[] = [];
    for (const use of usesOf(server, "service-account-signing-key-file")) {
      if (isChecked(use)) continue;
      const message =
        `No key here checks what --service-account-signing-key-file signs with (${use.scan.path})`;
      found.push(finding("sa-key-mismatch", first.scan.path, first.flag, message, HINT));
    }
    for (
      const use of managersOf(server, facts).flatMap((one) => usesOf(one, "service-account-private-key-file"))
    ) {
      if (isChecked(use)) continue;
      const message =
        `Tokens are signed with this key, and the API server checks them with ${first.scan.path}`;
      found.push(finding("sa-key-mismatch", use.scan.path, use.flag, message, HINT));
    }
    return found;
  });
}

/** The controller-managers beside an API server: started on the same machine, or of the same tree. */
function managersOf(server: Program, facts: Facts): Program[] {
  return programsOf(facts, "kube-controller-manager").filter((manager) =>
    server.isStarted === manager.isStarted &&
    (server.isStarted || server.uses[0]?.tree === manager.uses[0]?.tree) &&
    nearestPrograms(facts, "kube-apiserver", placeOfProgram(manager)).includes(server)
  );
}

/** A public key, the public half of a private one, or the key of a certificate: Kubernetes takes them all. */
function publicKeysOf({ scan }: Use, facts: Facts): Uint8Array[] {
  return [
    ...scan.items.flatMap((item) => item.kind === "key" && item.spki !== undefined ? [item.spki] : []),
    ...facts.certificatesOf(scan).map(({ item }) => item.certificate.publicKey.der),
  ];
}
