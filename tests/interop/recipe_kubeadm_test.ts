/**
 * The recipe for kubeadm, run by kubeadm and judged by Go: what it can make is what `provision` makes, but for what
 * kubeadm does in its own way, each said here.
 *
 * @module
 */
import assert from "node:assert/strict";
import { builtProgram } from "./cluster/built.ts";
import {
  compare,
  cookWell,
  type Differences,
  inFolder,
  inOneRdn,
  judge,
  kubectl,
  look,
  openssl,
  pathOf,
  provisionIn,
  type SeenCertificate,
  type SpecName,
  SPECS,
} from "./recipe.ts";
import { testWith } from "./tools.ts";

const kubeadm = builtProgram("kubeadm");

const SIGN = 1;
const ENCIPHER = 4;
const SIGN_CERTIFICATES = 32;
/** Between the moments at which kubeadm reads the clock. */
const TOLERANCE = 300;

/** kubeadm's name of its first CA. */
function named(name: SeenCertificate["subject"]): SeenCertificate["subject"] {
  return name.map((rdn) =>
    rdn.map((attribute) => attribute === "2.5.4.3=kubernetes-ca" ? "2.5.4.3=kubernetes" : attribute)
  );
}

/** What kubeadm does in its own way; times are compared apart. */
function ways(start: number, end: number): Differences {
  return {
    isMissing: (path) =>
      /^pki\/kubelet\/[^/]+\/kubelet(?:\.crt|\.pem|\.key|-key\.pem)$/.test(path) ||
      /^pki\/extra\/(?:ingress|backup|metrics|webhook)/.test(path),
    found: (path, { subject, dns, ips, notBefore, notAfter }) => {
      // 5 minutes before it ran; a leaf begins with its CA.
      assert.ok(notBefore >= start - 300 && notBefore <= end - 300, path);
      return {
        subject: inOneRdn(subject),
        dns: dns?.toSorted() ?? null,
        ips: ips?.toSorted() ?? null,
        notBefore: 0,
        // The end counts from now, and the beginning lies 5 minutes before it.
        notAfter: Math.round((notAfter - notBefore - 300) / TOLERANCE) * TOLERANCE,
      };
    },
    expected: (_, { subject, issuer, isCA, dns, ips, key, notBefore, notAfter }) => ({
      subject: inOneRdn(named(subject)),
      issuer: named(issuer),
      // Its CAs have their name as SAN too.
      dns: isCA ? [(named(subject)[0]?.[0] ?? "").replace("2.5.4.3=", "")] : dns?.toSorted() ?? null,
      ips: ips?.toSorted() ?? null,
      keyUsage: isCA ? SIGN | ENCIPHER | SIGN_CERTIFICATES : SIGN | ENCIPHER,
      key: key === "Ed25519" ? "ECDSA-P256" : key,
      notBefore: 0,
      notAfter: Math.round((notAfter - notBefore) / TOLERANCE) * TOLERANCE,
    }),
  };
}

for (const name of Object.keys(SPECS) as SpecName[]) {
  testWith(
    [kubeadm, kubectl, openssl, judge],
    `the recipe for kubeadm makes what kubeadm can of ${name}`,
    async () => {
      await inFolder(async (folder) => {
        const tree = await provisionIn(folder, SPECS[name]);
        const start = Math.floor(Date.now() / 1000);
        const kitchen = await cookWell(folder, { as: "kubeadm" }, pathOf(kubeadm));
        const end = Math.ceil(Date.now() / 1000);
        compare(await look(kitchen), await look(tree), ways(start, end));
        // What is not made is said where it would stand.
        const script = await Deno.readTextFile(`${folder}/kubeadm.sh`);
        for (const id of script.matchAll(/^# == (kubelet-server\/\S+|extra\/(?!robot)\S+): .*\n# (.*)$/gm)) {
          assert.match(id[2] ?? "", /^Not made: /, id[1]);
        }
      });
    },
  );
}
