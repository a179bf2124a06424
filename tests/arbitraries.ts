/**
 * Valid specs, and ways to spoil one, for property tests.
 *
 * @module
 */
import fc from "npm:fast-check@4.10.2";
import type { SpecInput } from "../mod.ts";
import { access, dnsName, label, sparse, userOf } from "./arbitrary_access.ts";

const ALGORITHMS = ["RSA-2048", "RSA-3072", "RSA-4096", "ECDSA-P256", "ECDSA-P384", "Ed25519"] as const;

/** The address of a number inside 10.0.0.0/9: pods and services live elsewhere. */
function ipv4(number: number): string {
  return `10.${(number >> 16) & 127}.${(number >> 8) & 255}.${number & 255}`;
}

function ipv6(number: number): string {
  return `fd00::${(number >> 16).toString(16)}:${(number & 0xffff).toString(16)}`;
}

/** Families that a cluster speaks; the first is the first service network's. */
type Families = readonly ("4" | "6")[];

const families: fc.Arbitrary<Families> = fc.constantFrom(["4"], ["6"], ["4", "6"], ["6", "4"]);

/** Names in any script: letters, marks, digits and what stands in mail addresses. */
const personName = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .map((text) => text.normalize("NFC").replace(/[/\\\p{C}\p{Zl}\p{Zp}]/gu, "").replace(/^\.+/, "").trim())
  .filter((text) =>
    /^.{1,40}$/u.test(text) && new TextEncoder().encode(text).length <= 120 && !/^system:/i.test(text)
  );

function folded(name: string): string {
  return name.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
}

const groups = fc.uniqueArray(personName, { maxLength: 3 });

interface Names {
  readonly single: readonly string[];
  readonly prefixes: readonly string[];
}

/** Names of machines that cannot collide with each other nor with what ranges make. */
const names: fc.Arbitrary<Names> = fc.record({
  single: fc.uniqueArray(label.map((name) => `m-${name}`), { minLength: 2, maxLength: 5 }),
  prefixes: fc.uniqueArray(label.map((name) => `r-${name}`.replaceAll(/[0-9]/g, "x")), { maxLength: 2 }),
});

/** A cluster that the design allows, as its YAML or JSON document would have it. */
export const validSpec: fc.Arbitrary<SpecInput> = fc.tuple(families, names).chain(([speaks, given]) => {
  // Numbers of addresses: machines count from 1, ranges have a block of 256 each, members come last.
  const addressesOf = (number: number): string[] =>
    speaks.map((family) => family === "4" ? ipv4(number) : ipv6(number));
  const split = fc.integer({ min: 1, max: given.single.length });
  const dnsNames = fc.uniqueArray(dnsName, { maxLength: 2 });
  const machines = (list: readonly string[], from: number): fc.Arbitrary<SpecInput["controlPlane"]> =>
    fc.tuple(...list.map((name, index) =>
      fc.record({ dnsNames }, { requiredKeys: [] }).map((rest) => ({
        name,
        addresses: addressesOf(from + index),
        ...rest,
      }))
    ));
  const ranges = fc.tuple(...given.prefixes.map((prefix, index) =>
    fc.record({
      count: fc.integer({ min: 1, max: 12 }),
      first: fc.integer({ min: 0, max: 120 }),
      isPadded: fc.boolean(),
      hasPods: fc.boolean(),
    }).map(({ count, first, isPadded, hasPods }) => {
      const last = first + count - 1;
      const width = isPadded ? 3 : 0;
      const [low, high] = [first, last].map((number) => String(number).padStart(width, "0"));
      return {
        name: `${prefix}-[${low}-${high}]`,
        addresses: speaks.map((family) =>
          family === "4" ? `10.64.${index}.0/24` : `fd00:0:0:${index + 1}::/64`
        ),
        ...(hasPods
          ? {
            podCIDR: speaks.map((family) => family === "4" ? `10.20${index}.0.0/16` : `fd01:${index}::/32`),
          }
          : {}),
      };
    })
  ));
  const validity = fc.constantFrom("1d", "12h", "90d", "1y", "2y");
  return split.chain((at) =>
    fc.record({
      controlPlane: machines(given.single.slice(0, at), 1).chain((list) =>
        fc.array(fc.boolean(), { minLength: list.length, maxLength: list.length }).map((kubelets) =>
          list.map((machine, index) => ({ ...machine, kubelet: kubelets[index] ?? true }))
        )
      ),
      workers: fc.tuple(machines(given.single.slice(at), 1000), ranges)
        .map(([single, many]) => [...single, ...many] as NonNullable<SpecInput["workers"]>),
      rest: sparse<Omit<SpecInput, "name" | "controlPlane" | "workers">>({
        kubernetesVersion: fc.constantFrom("1.19", "1.29", "1.37"),
        clusterDomain: dnsName,
        apiServer: sparse({
          endpoint: fc.oneof(dnsName, fc.constantFrom("192.0.2.1", "[2001:db8::1]")).map((host) =>
            `https://${host}:6443`
          ),
          port: fc.integer({ min: 1, max: 65535 }),
          certSANs: fc.uniqueArray(fc.oneof(dnsName, dnsName.map((name) => `*.${name}`)), { maxLength: 3 }),
          serviceAccountIssuer: dnsName.map((name) => `https://${name}/issuer`),
        }),
        etcd: fc.record({
          members: fc.uniqueArray(label.map((name) => `e-${name}`), { maxLength: 3 }).map((list) =>
            list.map((name, index) => ({ name, addresses: addressesOf(2000 + index) }))
          ),
        }),
        keys: sparse({
          ca: fc.constantFrom(...ALGORITHMS),
          leaf: fc.constantFrom(...ALGORITHMS),
          serviceAccount: fc.constantFrom("ECDSA-P256", "ECDSA-P384", "RSA-2048"),
          // Generations end at 9: none of these signs.
          retiredServiceAccount: fc.uniqueArray(fc.integer({ min: 10, max: 12 }), { maxLength: 2 }),
        }),
        validity: sparse({
          notBefore: fc.constantFrom("2026-01-01T00:00:00Z", "2048-06-01", "1999-12-31T23:59:59+05:30"),
          ca: fc.constantFrom("10y", "50y", "3y"),
          leaf: validity,
          overrides: fc.dictionary(fc.constantFrom("apiserver", "etcd-*", "*-client", "*a*"), validity).map((
            set,
          ) =>
            Object.fromEntries(
              Object.entries(set).map(([key, value]) => [key, key === "etcd-*" ? "2y" : value]),
            )
          ).filter((set) => !("*a*" in set)),
        }),
        admin: sparse({ group: personName }),
        generations: fc.dictionary(
          fc.constantFrom("apiserver", "*", "service-account", "kube*"),
          fc.integer({ min: 1, max: 9 }),
        ),
        files: sparse({ naming: fc.constantFrom("crt", "pem") }),
        users: fc.uniqueArray(userOf(personName.map((name) => `u ${name}`), groups), {
          maxLength: 4,
          selector: ({ name }) => folded(name),
        }),
        ...access,
        certificates: fc.uniqueArray(
          fc.record({
            name: personName.map((name) => `c ${name}`),
            authority: fc.constantFrom("kubernetes", "etcd", "front-proxy"),
            groups,
            sans: fc.uniqueArray(dnsName, { minLength: 1, maxLength: 3 }),
            usages: fc.constantFrom(["server"], ["client"], ["client", "server"]),
          }),
          { maxLength: 2, selector: ({ name }) => folded(name) },
        ),
      }),
      name: label,
    }).map(({ name, controlPlane, workers, rest }) => ({
      ...rest,
      name,
      controlPlane,
      workers,
      serviceCIDRs: speaks.map((family) => family === "4" ? "10.192.0.0/16" : "fd02::/112"),
      podCIDRs: speaks.map((family) => family === "4" ? "10.200.0.0/13" : "fd01::/24"),
    } as SpecInput))
  );
});

/** One change of a text. */
export type Mutation = (text: string) => string;

/** Texts that are likely to hurt: YAML's own signs, ends of ranges, marks of other scripts. */
const HURTFUL = [
  ..."[]{}:,-#&*!|>'\"%@`?\n\t \\\u0000\u202e\ufeff",
  ...[
    "\r\n",
    "\n---\n",
    "...",
    "*a",
    "&a ",
    "!!str ",
    "<<: ",
    "? ",
    "- ",
    "|\n",
    "__proto__",
    "constructor",
    "\u{1f600}",
  ],
  ...[
    "null",
    "~",
    "true",
    "0x1f",
    "1e99",
    ".inf",
    ".nan",
    "-0",
    "010",
    "0.0.0.0/0",
    "::/0",
    "[0-9]",
    "[0-99999999]",
    "999999y",
  ],
] as const;

/** Texts of a document that are a mapping's value or a list's item. */
const SCALAR = /(?<=[:[,-] )[^\s,:[\]{}]+/g;

/** Changes of characters, lines and scalars; the first kind mostly leaves a document that can be read. */
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(..."a0Z9-./:_ e")).map(
    ([which, at, letter]) => (text: string) => {
      const scalars = [...text.matchAll(SCALAR)];
      const scalar = scalars[which % Math.max(1, scalars.length)];
      if (scalar === undefined) return text;
      const index = scalar.index + at % scalar[0].length;
      return text.slice(0, index) + letter + text.slice(index + at % 2);
    },
  ),
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 12 })).map(([at, length]) => (text: string) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + text.slice(start + length);
  }),
  fc.tuple(fc.nat(), fc.constantFrom(...HURTFUL)).map(([at, piece]) => (text: string) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + piece + text.slice(start);
  }),
  fc.tuple(fc.nat(), fc.string({ unit: "binary", minLength: 1, maxLength: 3 })).map(
    ([at, piece]) => (text: string) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + piece + text.slice(start + piece.length);
    },
  ),
  fc.tuple(fc.nat(), fc.nat()).map(([one, other]) => (text: string) => {
    const lines = text.split("\n");
    const [a, b] = [one % lines.length, other % lines.length];
    [lines[a], lines[b]] = [lines[b] ?? "", lines[a] ?? ""];
    return lines.join("\n");
  }),
  fc.tuple(fc.nat(), fc.constantFrom(...HURTFUL)).map(([which, piece]) => (text: string) => {
    const scalars = [...text.matchAll(SCALAR)];
    const scalar = scalars[which % Math.max(1, scalars.length)];
    if (scalar === undefined) return text;
    return text.slice(0, scalar.index) + piece + text.slice(scalar.index + scalar[0].length);
  }),
  fc.tuple(fc.nat(), fc.nat()).map(([one, other]) => (text: string) => {
    const lines = text.split("\n");
    const line = lines[one % lines.length] ?? "";
    return lines.toSpliced(other % (lines.length + 1), 0, line).join("\n");
  }),
);
