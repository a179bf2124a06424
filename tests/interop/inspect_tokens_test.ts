/**
 * Go judges how files of static credentials are read (with encoding/csv, as the API server does), and signs the tokens
 * that are read and verified here.
 *
 * @module
 */
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { keyId, readToken, verifyToken } from "../../scripts/inspect/tokens/json_web_token.ts";
import {
  looksLikeTokenFile,
  readPasswordFile,
  readTokenFile,
  sameCredentials,
} from "../../scripts/inspect/tokens/token_file.ts";
import { randomNumbers } from "../random.ts";
import { goCommand, runWell, testWith } from "./tools.ts";

const tokens = await goCommand("tokens");

/** What Go keeps of a file. */
interface Kept {
  readonly rows: readonly unknown[];
  readonly error: string;
  readonly empty: readonly number[];
  readonly duplicates: readonly number[];
}

const FILES = [
  'secret-1,alice,1,"group1,group2"\nsecret-2,bob,2\n',
  'secret-1,alice,1,""\n',
  "",
  "\n\r\n\n",
  "secret-1,alice,1\r\nsecret-2,bob,2\r",
  "secret-1,alice\n",
  "secret-1,alice,1\n,bob,2\nsecret-1,carol,3\n",
  '"se""cret",al ice,1,a,b,c\n# no comment,x,y\n',
  '"two\r\nlines",alice,1\nx,y,z\n',
  'secret,al"ice,1\n',
  'a,b,c\n"open,b,c\n',
  'a,b,c\n"x"y,b,c\n',
  ' a , b , c \na,"b"\n',
  "a,b,c,\n",
  "a,b,\n\n\na,b,\n",
  "secret,한국어,1,그룹\n",
];

testWith(
  [tokens],
  "files of static credentials are read as Go reads them, strange ones too",
  async (_, program = "") => {
    const random = randomNumbers(9);
    const pieces = ["a", "b", ",", '"', '""', "\n", "\r\n", "\r", " ", ",x,y\n", '"q,r"', "#"];
    const texts = [...FILES];
    for (let i = 0; i < 20_000; i++) {
      const count = 1 + Math.floor(random() * 14);
      texts.push(Array.from({ length: count }, () => pieces[Math.floor(random() * pieces.length)]).join(""));
    }
    for (const [kind, read] of [["token", readTokenFile], ["password", readPasswordFile]] as const) {
      const answer = await runWell(program, ["csv", kind], { stdin: JSON.stringify(texts) });
      const kept: readonly Kept[] = JSON.parse(answer);
      let accepted = 0;
      for (const [index, text] of texts.entries()) {
        const expected = kept[index];
        const { rows, problems, isAccepted } = read(text);
        const lines = (which: string): number[] =>
          problems.filter((one) => one.kind === which).map(({ line }) => line);
        const fatal = problems.find((one) => one.kind === "unparsable" || one.kind === "too-few-columns");
        const words = fatal?.kind === "too-few-columns"
          ? `found ${fatal.message.split(" ")[0]}`
          : fatal?.message;
        assert.deepEqual(
          { rows, error: words ?? "", empty: lines("empty"), duplicates: lines("duplicate") },
          expected,
          JSON.stringify(text),
        );
        assert.equal(isAccepted, expected?.error === "");
        if (isAccepted && rows.length > 0) accepted++;
      }
      assert.ok(accepted > 100, String(accepted));
    }
  },
);

testWith(
  [tokens],
  "tokens that Go signs are read and verified, with each algorithm, and by no other key",
  async (_, program = "") => {
    const signed: readonly { algorithm: string; token: string; spki: string; keyId: string }[] = JSON.parse(
      await runWell(program, ["jwt"]),
    );
    assert.equal(signed.length, 10);
    for (const one of signed) {
      const token = readToken(`${one.token}\n`);
      assert.ok(token !== undefined);
      const { signingInput: _input, signature: _signature, ...claims } = token;
      assert.deepEqual(claims, {
        algorithm: one.algorithm,
        keyId: one.keyId,
        issuer: "https://kubernetes.default.svc",
        subject: "system:serviceaccount:default:builder",
        audiences: ["https://kubernetes.default.svc", "other"],
        expires: 4102444800,
        notBefore: 1767225600,
        issuedAt: 1767225600,
        id: "7f6c3a6e-0000-4000-8000-000000000000",
        serviceAccount: {
          namespace: "default",
          name: "builder",
          uid: "u-1",
          boundTo: { kind: "pod", name: "pod-1" },
          isLegacy: false,
        },
      });
      for (const other of signed) {
        const spki = Uint8Array.fromBase64(other.spki);
        assert.equal(keyId(spki), other.keyId);
        assert.equal(
          verifyToken(token, spki),
          other.spki === one.spki,
          `${one.algorithm} ${other.algorithm}`,
        );
      }
      const own = Uint8Array.fromBase64(one.spki);
      assert.equal(verifyToken({ ...token, signingInput: `${token.signingInput}A` }, own), false);
      assert.equal(verifyToken({ ...token, signature: token.signature.subarray(1) }, own), false);
      assert.equal(verifyToken({ ...token, algorithm: "none" }, own), false);
      assert.equal(verifyToken({ ...token, algorithm: "HS256" }, own), false);
      assert.equal(verifyToken(token, own.subarray(1)), false);
    }
  },
);

Deno.test("a token of ES256 has to be of P-256: no other curve's signature passes", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
  const input = compact('{"alg":"ES256"}', "{}", "");
  const signature = sign("sha256", new TextEncoder().encode(input.slice(0, -1)), {
    key: privateKey,
    dsaEncoding: "ieee-p1363",
  });
  const token = readToken(`${input}${signature.toString("base64url")}`);
  assert.ok(token !== undefined);
  const spki = Uint8Array.from(publicKey.export({ type: "spki", format: "der" }));
  assert.equal(verifyToken(token, spki), false);
});

function compact(header: string, claims: string, signature = "AAAA"): string {
  const encode = (text: string): string =>
    new TextEncoder().encode(text).toBase64({ alphabet: "base64url", omitPadding: true });
  return `${encode(header)}.${encode(claims)}.${signature}`;
}

Deno.test("tokens of old service accounts are read, and what is no token is not", () => {
  const old = readToken(compact(
    '{"alg":"RS256","kid":""}',
    '{"iss":"kubernetes/serviceaccount","kubernetes.io/serviceaccount/namespace":"kube-system",' +
      '"kubernetes.io/serviceaccount/secret.name":"default-token-abcde",' +
      '"kubernetes.io/serviceaccount/service-account.name":"default",' +
      '"kubernetes.io/serviceaccount/service-account.uid":"u","aud":"one","exp":1e400,"iat":"x","iat":5}',
  ));
  assert.deepEqual(old?.serviceAccount, {
    namespace: "kube-system",
    name: "default",
    uid: "u",
    boundTo: { kind: "secret", name: "default-token-abcde" },
    isLegacy: true,
  });
  assert.deepEqual([old?.audiences, old?.expires, old?.issuedAt, old?.keyId], [["one"], undefined, 5, ""]);
  const wrong = [
    "",
    "a.b.c",
    "secret,user,uid",
    compact("[]", "{}"),
    compact("{}", "{}"),
    compact('{"alg":1}', "{}"),
    compact('{"alg":"RS256"}', "[1]"),
    compact('{"alg":"RS256"}', "{'a':1}"),
    compact('{"alg":"RS256"}', `{"a":${"[".repeat(40)}${"]".repeat(40)}}`),
    compact('{"alg":"RS256"}', `{"a":"${"x".repeat(70_000)}"}`),
    `${compact('{"alg":"RS256"}', "{}")}.AAAA`,
  ];
  assert.deepEqual(wrong.filter((text) => readToken(text) !== undefined), []);
  assert.ok(readToken(compact('{"alg":"RS256"}', `{"a":"${"[".repeat(40)}"}`)) !== undefined);
});

Deno.test("a file of tokens is guessed with care, compared without showing, and never shown", () => {
  const text = '0123456789abcdef,admin,1,"system:masters"\n';
  assert.equal(looksLikeTokenFile(text), true);
  assert.equal(looksLikeTokenFile("0123456789abcdef,alice,1\n", "tokens.csv"), true);
  assert.equal(looksLikeTokenFile("0123456789abcdef,alice,1\n", "known_tokens.csv"), true);
  for (
    const [other, name] of [
      ["0123456789abcdef,alice,1\n", "list.csv"],
      ["Component,Type,Certificate Path\n", "tokens.csv"],
      ["", "tokens.csv"],
      ["one two three four,system:x,1\n", "tokens.csv"],
      ["a,b\n", "tokens.csv"],
    ] as const
  ) assert.equal(looksLikeTokenFile(other, name), false, other);
  assert.equal(sameCredentials(text, text.replaceAll('"', "")), true);
  assert.equal(sameCredentials(text, text.replace("0", "1")), false);
  const shown = JSON.stringify([readTokenFile(text + text + "0123456789abcdef\n"), readPasswordFile(text)]);
  assert.ok(!shown.includes("0123456789abcdef"));
});
