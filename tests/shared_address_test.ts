/**
 * Addresses and networks, held against node:net and ipaddr.js on random texts.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isIPv4, isIPv6 } from "node:net";
import ipaddr from "npm:ipaddr.js@2.5.0";
import {
  addressBytes,
  type Cidr,
  compareAddresses,
  contains,
  isHostAddress,
  makeAddress,
  makeCidr,
  overlaps,
  parseAddress,
  parseCidr,
  readsAsAddress,
  sizeOf,
} from "../scripts/shared/address.ts";
import { randomNumbers } from "./random.ts";

const random = randomNumbers(20260101);

/** A random number below a limit. */
function below(limit: number): number {
  return Math.floor(random() * limit);
}

function pick<T>(items: readonly [T, ...T[]]): T {
  return items[below(items.length)] ?? items[0];
}

/** A text that is an IPv6 address, or nearly one, in any of its spellings. */
function almostIpv6(): string {
  const group = (): string =>
    pick(["0", "0", "0", "1", "00ff", "FFFF", "abcd", "ffff", below(65536).toString(16)]);
  const length = pick([8, 8, 8, 7, 6, 9, 2]);
  const groups = Array.from({ length }, group);
  if (below(2) === 0) groups.splice(below(length), 1 + below(4), "");
  let text = groups.join(":");
  if (below(4) === 0) text = text.replace(/[^:]*$/, "") + `${below(300)}.${below(300)}.0${below(3)}.1`;
  if (below(4) === 0) text = `:${text}`;
  if (below(6) === 0) text = text.replace("::", ":");
  if (below(9) === 0) text += pick([":", "%eth0", " ", ".1", "g", "/64"]);
  return text;
}

function almostIpv4(): string {
  const part = (): string =>
    pick(["0", "00", "01", "255", "256", "-1", "", "1e1", "0x1", " 1", String(below(256))]);
  return Array.from({ length: pick([4, 4, 4, 4, 3, 5]) }, () => below(3) > 0 ? String(below(256)) : part())
    .join(".");
}

function isMapped(text: string): boolean {
  const parsed = ipaddr.parse(text);
  return parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress();
}

Deno.test("parseAddress takes what node:net takes, but for zone ids and IPv4-mapped addresses", () => {
  let good = 0;
  for (let run = 0; run < 40_000; run++) {
    const text = below(4) === 0 ? almostIpv4() : almostIpv6();
    const wanted = isIPv4(text) || (isIPv6(text) && !text.includes("%") && !isMapped(text));
    const parsed = parseAddress(text);
    assert.equal(parsed !== undefined, wanted, text);
    if (parsed === undefined) continue;
    good++;
    assert.equal(parsed.family, isIPv4(text) ? 4 : 6);
    assert.deepEqual([...addressBytes(parsed)], ipaddr.parse(text).toByteArray(), text);
    assert.deepEqual(parseAddress(parsed.text), parsed);
  }
  assert.ok(good > 5_000, `Only ${good} of the random texts are addresses`);
});

Deno.test("makeAddress writes addresses as RFC 5952 says, like ipaddr.js", () => {
  for (let run = 0; run < 20_000; run++) {
    let value = 0n;
    for (let group = 0; group < 8; group++) {
      value = (value << 16n) | BigInt(below(2) === 0 ? 0 : below(65536));
    }
    const { text } = makeAddress(6, value);
    if (value >> 32n === 0xffffn) continue;
    assert.equal(text, ipaddr.IPv6.parse(text).toRFC5952String());
    assert.equal(parseAddress(text)?.value, value);
    const value4 = BigInt(below(2 ** 32));
    const text4 = makeAddress(4, value4).text;
    assert.equal(text4, ipaddr.fromByteArray([...addressBytes(makeAddress(4, value4))]).toString());
  }
});

Deno.test("makeAddress compresses the first longest run of two zero groups or more, as RFC 5952 says", () => {
  const canonical = (text: string): string | undefined => parseAddress(text)?.text;
  assert.equal(canonical("2001:DB8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
  assert.equal(canonical("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");
  assert.equal(canonical("0:0:1:0:0:0:0:0"), "0:0:1::");
  assert.equal(canonical("0:0:0:0:0:0:0:0"), "::");
  assert.equal(canonical("1:0:0:0:0:0:0:0"), "1::");
  assert.equal(canonical("64:ff9b::192.0.2.33"), "64:ff9b::c000:221");
});

Deno.test("parseAddress refuses what two programs could read differently", () => {
  for (
    const text of [
      "010.0.0.1",
      "10.0.0.01",
      "0x0a.0.0.1",
      "10.1",
      "167772161",
      "10.0.0.1.",
      "10.0.0.1\n",
      " 10.0.0.1",
      "\u0661.2.3.4",
      "\uff11.2.3.4",
      "fe80::1%eth0",
      "::ffff:10.0.0.1",
      "::ffff:a00:1",
      "[::1]",
      "::1/128",
      "1::2::3",
      ":::",
      ":",
      "",
      "1.2.3.4::",
      "::1.2.3",
      "::1.2.3.4:5",
      "12345::",
    ]
  ) {
    assert.equal(parseAddress(text), undefined, text);
  }
});

Deno.test("parseCidr reads networks as ipaddr.js does, and cuts host bits", () => {
  for (let run = 0; run < 5_000; run++) {
    const family = pick([4, 6] as const);
    const bits = family === 4 ? 32 : 128;
    let value = 0n;
    for (let byte = 0; byte < bits / 8; byte++) value = (value << 8n) | BigInt(below(256));
    const text = `${makeAddress(family, value).text}/${below(bits + 1)}`;
    const cidr = parseCidr(text);
    if (cidr === undefined) assert.ok(isMapped(text.split("/")[0] ?? ""), text);
    else {
      const wanted = family === 4
        ? ipaddr.IPv4.networkAddressFromCIDR(text)
        : ipaddr.IPv6.networkAddressFromCIDR(text);
      assert.deepEqual([...addressBytes(makeAddress(family, cidr.value))], wanted.toByteArray(), text);
      assert.deepEqual(parseCidr(cidr.text), cidr);
      assert.equal(sizeOf(cidr), 2n ** BigInt(bits - cidr.prefix));
    }
  }
  for (
    const text of [
      "10.0.0.0",
      "10.0.0.0/",
      "10.0.0.0/33",
      "::/129",
      "10.0.0.0/08",
      "10.0.0.0/+8",
      "10.0.0.0/8/8",
      "/8",
      "10.0.0.0/ 8",
    ]
  ) {
    assert.equal(parseCidr(text), undefined, text);
  }
});

Deno.test("contains and overlaps say of random networks what their first and last addresses say", () => {
  const last = (cidr: Cidr): bigint => cidr.value + sizeOf(cidr) - 1n;
  for (let run = 0; run < 5_000; run++) {
    const [a, b] = [0, 0].map(() => makeCidr(4, BigInt(below(64)) << 24n, 2 + below(9))) as [Cidr, Cidr];
    assert.equal(contains(a, b), a.value <= b.value && last(b) <= last(a));
    assert.equal(overlaps(a, b), a.value <= last(b) && b.value <= last(a));
  }
  const [four, six] = [parseCidr("0.0.0.0/0"), parseCidr("::/0")];
  assert.ok(four !== undefined && six !== undefined);
  assert.ok(!contains(six, four) && !overlaps(four, six));
});

Deno.test("compareAddresses puts IPv4 first, then orders by bytes", () => {
  const texts = ["::", "10.0.0.9", "fd00::10", "10.0.0.10", "fd00::9", "9.255.255.255", "::1"];
  const sorted = texts.map((text) => parseAddress(text) ?? assert.fail(text)).sort(compareAddresses);
  assert.deepEqual(sorted.map(({ text }) => text), [
    "9.255.255.255",
    "10.0.0.9",
    "10.0.0.10",
    "::",
    "::1",
    "fd00::9",
    "fd00::10",
  ]);
});

Deno.test("isHostAddress tells hosts from the unspecified, multicast and broadcast addresses", () => {
  const is = (text: string): boolean => isHostAddress(parseAddress(text) ?? assert.fail(text));
  for (const text of ["10.0.0.1", "127.0.0.1", "::1", "fe80::1", "240.0.0.1", "223.255.255.255"]) {
    assert.ok(is(text), text);
  }
  for (const text of ["0.0.0.0", "::", "224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1"]) {
    assert.ok(!is(text), text);
  }
});

Deno.test("readsAsAddress knows what inet_aton takes", () => {
  for (const name of ["1", "1.2", "1.2.3", "1.2.3.4", "0x7f.1", "0X7F.1", "010.1", "0x", "999.999"]) {
    assert.ok(readsAsAddress(name), name);
  }
  for (const name of ["a", "1a", "n.1", "1.2.3.4.5", "0xg.1", "1..2", "", "1.2.3.n"]) {
    assert.ok(!readsAsAddress(name), name);
  }
});
