/**
 * Tokens: keys and documents of issuers, service account tokens, bootstrap tokens and static tokens. Foreign programs
 * judge the same in tests/interop/identity_tokens_test.ts.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHmac, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { GoError } from "../scripts/identity/csr/go_error.ts";
import {
  type BootstrapToken,
  bootstrapTokenManifest,
  bootstrapTokenSecret,
  detachedSignature,
  discoveryHash,
  formatBootstrapToken,
  parseBootstrapToken,
} from "../scripts/identity/tokens/bootstrap_token.ts";
import {
  clusterInfoConfigMap,
  renderClusterInfoKubeconfig,
} from "../scripts/identity/tokens/cluster_info.ts";
import { writeGoJson } from "../scripts/identity/tokens/go_json.ts";
import {
  algorithmOf,
  jsonWebKeyOf,
  keyIdOf,
  renderDiscovery,
  renderJwks,
} from "../scripts/identity/tokens/json_web_key.ts";
import {
  legacyTokenFaults,
  signLegacyToken,
  signServiceAccountToken,
  type TokenClaims,
  tokenFaults,
} from "../scripts/identity/tokens/service_account_token.ts";
import { checkField, renderStaticTokens } from "../scripts/identity/tokens/static_tokens.ts";
import { readTokenKey, tokenKeyOf } from "../scripts/identity/tokens/token_key.ts";
import { keyId, readToken, verifyToken } from "../scripts/inspect/tokens/json_web_token.ts";
import { makeP256Keys } from "../scripts/issue/p256_key.ts";
import { readTokenFile } from "../scripts/inspect/tokens/token_file.ts";
import { DerError } from "../scripts/inspect/der/der.ts";
import { decodeUtf8, encodeUtf8 } from "../scripts/shared/encoding.ts";
import { toPem } from "../scripts/shared/pem.ts";
import { pemOf, RFC_P256, RFC_P521, seededKey, testKeys } from "./token_keys.ts";

const keys = await testKeys();

function spkiOf(key: Record<string, string>): Uint8Array {
  return new Uint8Array(createPublicKey({ key, format: "jwk" }).export({ format: "der", type: "spki" }));
}

function partsOf(token: string): string[] {
  return token.split(".").slice(0, 2).map((part) =>
    decodeUtf8(Uint8Array.fromBase64(part, { alphabet: "base64url" }))
  );
}

Deno.test("JSON is written as Go writes it, with what HTML would misread escaped", () => {
  assert.equal(
    writeGoJson('a"\\<&>\b\f\n\r\t\x00\x7f\x80\u2028é𝄞'),
    String
      .raw`"a\"\\\u003c\u0026\u003e\u0008\u000c\n\r\t\u0000` + '\x7f\x80\\u2028é𝄞"',
  );
  assert.equal(writeGoJson("\ud800x"), '"\ufffdx"');
  assert.equal(
    writeGoJson({ b: [1, "x", {}], a: undefined, c: 4294967896 }),
    '{"b":[1,"x",{}],"c":4294967896}',
  );
  assert.throws(() => writeGoJson(1.5), RangeError);
  assert.throws(() => writeGoJson(2 ** 53), RangeError);
});

Deno.test("public keys become the API server's JSON Web Keys, members in its order", () => {
  assert.deepEqual(keys.map(({ key }) => algorithmOf(key.spki)), [
    "RS256",
    "RS256",
    "ES256",
    "ES384",
    "ES512",
  ]);
  for (const { key } of keys) {
    assert.equal(keyIdOf(key.spki), keyId(key.spki));
    const node = createPublicKey({ key: { ...jsonWebKeyOf(key.spki) }, format: "jwk" });
    assert.ok(node.export({ format: "der", type: "spki" }).equals(key.spki));
  }
  const [rsa = "", ec = ""] = [keys[0], keys[4]].map((one) =>
    Object.keys(jsonWebKeyOf(one?.key.spki ?? new Uint8Array())).join()
  );
  assert.equal(rsa, "use,kty,kid,alg,n,e");
  assert.equal(ec, "use,kty,kid,crv,alg,x,y");
  const { kty, crv, x, y } = RFC_P256;
  assert.equal(
    renderJwks([spkiOf({ kty: kty ?? "", crv: crv ?? "", x: x ?? "", y: y ?? "" })]),
    `{"keys":[{"use":"sig","kty":"EC","kid":"K9G7DESol8MKeqCZHN442AYv5EHeUNoPRoJTRPYC6Cc","crv":"P-256",` +
      `"alg":"ES256","x":"${x}","y":"${y}"}]}`,
  );
});

Deno.test("keys that the API server does not take are refused with its words", async () => {
  const ed25519 = (await seededKey("Ed25519")).spki;
  assert.throws(() => keyIdOf(ed25519), /^GoError: unknown public key type, must be \*rsa\.PublicKey/);
  const k1 = spkiOf({
    kty: "EC",
    crv: "secp256k1",
    x: "eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g",
    y: "SDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj_sQ1Lg",
  });
  assert.throws(() => keyIdOf(k1), /^GoError: x509: unsupported elliptic curve/);
  assert.throws(() => keyIdOf(Uint8Array.of(0x30, 0)), DerError);
  assert.throws(() => renderJwks([]), /^GoError: no keys provided for validating keyset/);
  const spki = keys[2]?.key.spki ?? new Uint8Array();
  assert.throws(() => jsonWebKeyOf(new Uint8Array([...spki, 0])), DerError);
});

Deno.test("the discovery document names each algorithm once, in order; its URLs are checked", () => {
  const spkis = [keys[4], keys[0], keys[1], keys[2]].map((one) => one?.key.spki ?? new Uint8Array());
  const jwksUri = "https://10.0.0.1:6443/openid/v1/jwks";
  const issuer = "https://kubernetes.default.svc.cluster.local";
  assert.equal(
    renderDiscovery({ issuer, jwksUri, spkis }),
    `{"issuer":"${issuer}","jwks_uri":"${jwksUri}","response_types_supported":["id_token"],` +
      `"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["ES256","ES512","RS256"]}`,
  );
  for (
    const [bad, words] of [
      ["", "empty issuer URL"],
      ["http://a", "issuer URL must use https scheme, got: http://a"],
      ["kubernetes/serviceaccount", "issuer URL must use https scheme, got: kubernetes/serviceaccount"],
      ["https://a?b", "issuer URL may not include a query, got: https://a?b"],
      ["https://a#b", "issuer URL may not include a fragment, got: https://a#b"],
      ["https://a b", 'parse "https://a b": invalid character " " in host name'],
    ] as const
  ) {
    assert.throws(() => renderDiscovery({ issuer: bad, jwksUri, spkis }), new GoError(words));
  }
  const other = { issuer, jwksUri: "http://a/b", spkis };
  assert.throws(
    () => renderDiscovery(other),
    new GoError("jwksURI requires https scheme, parsed as: http://a/b"),
  );
});

const CLAIMS: TokenClaims = {
  issuer: "https://kubernetes.default.svc.cluster.local",
  audiences: ["https://kubernetes.default.svc.cluster.local", "vault"],
  namespace: "build",
  serviceAccount: { name: "robot", uid: "6b3d1e0a-6a3f-4b0a-8a9c-2f1f0c9a7d11" },
  issuedAt: 1767225600,
  expirationSeconds: 3600,
  id: "1b4e28ba-2fa1-41d2-883f-0016d3cca427",
};
const [rsaKey] = keys.map(({ key }) => key);
assert.ok(rsaKey !== undefined);

Deno.test("a bound token has the API server's header and claims, in its order", () => {
  const pod = { name: "builder-0", uid: "p" };
  const node = { name: "n1", uid: "" };
  const [header, claims] = partsOf(
    signServiceAccountToken({ ...CLAIMS, pod, node, warnAfter: 3607 }, rsaKey),
  );
  assert.equal(header, `{"alg":"RS256","kid":"${rsaKey.keyId}"}`);
  assert.equal(
    claims,
    `{"aud":["${CLAIMS.issuer}","vault"],"exp":1767229200,"iat":1767225600,"iss":"${CLAIMS.issuer}",` +
      `"jti":"${CLAIMS.id}","kubernetes.io":{"namespace":"build","node":{"name":"n1"},` +
      `"pod":{"name":"builder-0","uid":"p"},"serviceaccount":{"name":"robot",` +
      `"uid":"${CLAIMS.serviceAccount.uid}"},"warnafter":1767229207},"nbf":1767225600,` +
      `"sub":"system:serviceaccount:build:robot"}`,
  );
});

Deno.test("a Secret's token has the claims of old, without an end", () => {
  const [header, claims] = partsOf(signLegacyToken({ ...CLAIMS, secretName: "robot-token" }, rsaKey));
  assert.equal(header, `{"alg":"RS256","kid":"${rsaKey.keyId}"}`);
  assert.equal(
    claims,
    `{"iss":"kubernetes/serviceaccount","kubernetes.io/serviceaccount/namespace":"build",` +
      `"kubernetes.io/serviceaccount/secret.name":"robot-token",` +
      `"kubernetes.io/serviceaccount/service-account.name":"robot",` +
      `"kubernetes.io/serviceaccount/service-account.uid":"${CLAIMS.serviceAccount.uid}",` +
      `"sub":"system:serviceaccount:build:robot"}`,
  );
});

Deno.test("tokens are functions of claims and key; every algorithm verifies, and by its own key alone", () => {
  for (const { key } of keys) {
    const text = signServiceAccountToken(CLAIMS, key);
    assert.equal(signServiceAccountToken(CLAIMS, key), text);
    const token = readToken(text);
    assert.ok(token !== undefined);
    for (const other of keys) {
      assert.equal(
        verifyToken(token, other.key.spki),
        other === keys.find((k) => k.key === key),
      );
    }
  }
});

Deno.test("a key file gives the same tokens in each of its forms; ECDSA as RFC 6979 has it", async () => {
  const ours = await seededKey("ECDSA-P256");
  const read = await readTokenKey(encodeUtf8(keys[2]?.privatePem ?? ""));
  assert.equal(signServiceAccountToken(CLAIMS, read), signServiceAccountToken(CLAIMS, tokenKeyOf(ours)));
  const p384 = await readTokenKey(encodeUtf8(keys[3]?.privatePem ?? ""));
  assert.equal(
    signServiceAccountToken(CLAIMS, p384),
    signServiceAccountToken(CLAIMS, tokenKeyOf(await seededKey("ECDSA-P384"))),
  );
  const sec1 = encodeUtf8(pemOf(RFC_P521, "sec1"));
  const [one, other] = [await readTokenKey(sec1), keys[4]?.key];
  assert.ok(other !== undefined);
  assert.equal(signServiceAccountToken(CLAIMS, one), signServiceAccountToken(CLAIMS, other));
});

Deno.test("numbers with zeros in front keep their width, in keys and in signatures", () => {
  const seeds = Array.from(
    { length: 2000 },
    (_, index) => Uint8Array.of(index >> 8, index & 0xff, ...Array(14).fill(1)),
  );
  const short = makeP256Keys(seeds).filter(({ publicKey }) => publicKey[1] === 0 || publicKey[33] === 0);
  assert.ok(short.length > 2, String(short.length));
  for (const { spki } of short) {
    const key = jsonWebKeyOf(spki);
    assert.ok(key.kty === "EC" && key.x.length === 43 && key.y.length === 43);
    const node = createPublicKey({ key: { ...key }, format: "jwk" });
    assert.ok(node.export({ format: "der", type: "spki" }).equals(spki));
  }
  // Texts of which r, or s, is shorter than the order by more than the sign of an INTEGER: found by trying.
  const texts = { ES256: [1072, 610], ES384: [962, 329], ES512: [12, 1], RS256: [] };
  for (const { key, publicPem } of keys) {
    for (const [index, text] of texts[key.algorithm].entries()) {
      const input = encodeUtf8(String(text));
      const signature = key.sign(input);
      const half = signature.length / 2;
      assert.equal(half, { ES256: 32, ES384: 48, ES512: 66, RS256: 0 }[key.algorithm]);
      const number = signature.subarray(index * half);
      assert.ok(number[0] === 0 && (number[1] ?? 255) < 0x80);
      const digest = { ES256: "sha256", ES384: "sha384", ES512: "sha512", RS256: "" }[key.algorithm];
      const verifier = { key: createPublicKey(publicPem), dsaEncoding: "ieee-p1363" } as const;
      assert.ok(verify(digest, input, verifier, signature));
    }
  }
});

Deno.test("what the API server refuses of a TokenRequest is refused in its words", () => {
  const wordsOf = (change: Partial<TokenClaims>): string[] =>
    tokenFaults({ ...CLAIMS, ...change }).map(({ field, message }) => `${field}: ${message}`);
  assert.deepEqual(wordsOf({}), []);
  for (const expirationSeconds of [600, 2 ** 32]) assert.deepEqual(wordsOf({ expirationSeconds }), []);
  assert.deepEqual(wordsOf({ expirationSeconds: 599 }), [
    "spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes",
  ]);
  assert.deepEqual(wordsOf({ expirationSeconds: 2 ** 32 + 1 }), [
    "spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds",
  ]);
  assert.deepEqual(wordsOf({ expirationSeconds: 600.5 }).length, 1);
  const object = { name: "a", uid: "1" };
  assert.deepEqual(wordsOf({ pod: object, node: object }), []);
  assert.deepEqual(wordsOf({ secret: object, node: object }), [
    'spec.boundObjectRef: Invalid value: "a": token can only be bound to one object type',
  ]);
  assert.deepEqual(wordsOf({ pod: object, secret: object }).length, 1);
  assert.deepEqual(wordsOf({ pod: object, node: { name: "n", uid: "" } }), []);
  assert.deepEqual(wordsOf({ node: { name: "n", uid: "" } }), [
    'node.uid: Invalid value: "": must not be empty',
  ]);
  const fields = tokenFaults({
    ...CLAIMS,
    namespace: "a.b",
    serviceAccount: { name: "A", uid: "" },
    audiences: [""],
    issuer: "",
    id: "",
    pod: { name: "-", uid: "1" },
  }).map(({ field }) => field);
  assert.deepEqual(
    fields,
    ["metadata.namespace", "metadata.name", "metadata.uid", "spec.audiences[0]", "iss", "jti", "pod.name"],
  );
  assert.throws(() => signServiceAccountToken({ ...CLAIMS, audiences: [] }, rsaKey), RangeError);
  assert.deepEqual(legacyTokenFaults({ ...CLAIMS, secretName: "_" }).map(({ field }) => field), [
    "secret.name",
  ]);
  assert.throws(() => signLegacyToken({ ...CLAIMS, secretName: "" }, rsaKey), RangeError);
});

Deno.test("files that hold no key of tokens are refused, and nothing of them is told", async () => {
  const ed25519 = await seededKey("Ed25519");
  assert.throws(() => tokenKeyOf(ed25519), GoError);
  const pkcs8 = encodeUtf8(keys[2]?.privatePem ?? "");
  // The point in it is another key's.
  const broken = keys[2]?.privatePem.split("\n") ?? [];
  broken[2] = `${broken[2]?.startsWith("A") ? "B" : "A"}${broken[2]?.slice(1)}`;
  const short = generateKeyPairSync("rsa", { modulusLength: 1016 }).privateKey
    .export({ format: "pem", type: "pkcs1" }).toString();
  const locked = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey
    .export({ format: "pem", type: "pkcs8", cipher: "aes-128-cbc", passphrase: "x" }).toString();
  for (
    const [text, words] of [
      ["", "data does not contain a valid RSA or ECDSA private key"],
      [toPem("PUBLIC KEY", ed25519.spki), "data does not contain a valid RSA or ECDSA private key"],
      [
        toPem("PRIVATE KEY", ed25519.pkcs8),
        "a private key of this kind signs no tokens: expected RSA, P-256, P-384 or P-521",
      ],
      [broken.join("\n"), "the private key is broken: its public part does not belong to its private part"],
      [short, "the private key is too short: Go signs with RSA keys of 1024 bits and more"],
      [locked, "the private key is encrypted: Kubernetes reads only keys without a password"],
      [toPem("PRIVATE KEY", Uint8Array.of(0x30, 0x05, 2, 1)), /^the private key cannot be read: /],
    ] as const
  ) {
    await assert.rejects(
      readTokenKey(encodeUtf8(text)),
      (error) =>
        error instanceof GoError &&
        (typeof words === "string" ? error.message === words : words.test(error.message)),
      String(words),
    );
  }
  const text = `some text\n${decodeUtf8(pkcs8).replaceAll("\n", "\r\n")}`;
  assert.equal((await readTokenKey(encodeUtf8(text))).keyId, keys[2]?.key.keyId);
});

const TOKEN = { id: "07401b", secret: "f395accd246ae52d" };

Deno.test("a bootstrap token becomes the Secret that kubeadm makes", () => {
  const token = {
    ...TOKEN,
    expires: 1767225600,
    description: 'The default "bootstrap" token',
    usages: ["signing", "authentication"],
    groups: ["system:bootstrappers:worker", "system:bootstrappers:a:b"],
  } as const;
  assert.deepEqual(bootstrapTokenManifest(token), {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "bootstrap-token-07401b", namespace: "kube-system" },
    type: "bootstrap.kubernetes.io/token",
    stringData: {
      "auth-extra-groups": "system:bootstrappers:worker,system:bootstrappers:a:b",
      description: 'The default "bootstrap" token',
      expiration: "2026-01-01T00:00:00Z",
      "token-id": "07401b",
      "token-secret": "f395accd246ae52d",
      "usage-bootstrap-authentication": "true",
      "usage-bootstrap-signing": "true",
    },
  });
  const bare = bootstrapTokenSecret({ ...TOKEN, usages: ["signing"] });
  assert.deepEqual(bare.data, {
    "token-id": "MDc0MDFi",
    "token-secret": "ZjM5NWFjY2QyNDZhZTUyZA==",
    "usage-bootstrap-signing": "dHJ1ZQ==",
  });
  assert.equal(formatBootstrapToken(TOKEN), "07401b.f395accd246ae52d");
  assert.deepEqual(parseBootstrapToken("07401b.f395accd246ae52d"), TOKEN);
  for (
    const bad of [
      "",
      "07401b",
      "07401b.f395accd246ae52d\n",
      "07401B.f395accd246ae52d",
      "07401b.f395accd246ae52d.",
    ]
  ) {
    assert.equal(parseBootstrapToken(bad), undefined);
  }
});

Deno.test("bootstrap tokens of another form are refused, and their secret is not told", () => {
  const fails = (change: Partial<BootstrapToken>, words: RegExp): void => {
    assert.throws(() => bootstrapTokenManifest({ ...TOKEN, usages: ["signing"], ...change }), words);
  };
  fails({ id: "07401" }, /^RangeError: the id of a bootstrap token: expected 6 characters of a-z and 0-9$/);
  fails({ secret: "F395accd246ae52d" }, /^RangeError: the secret of a bootstrap token: expected 16 [^F]*$/);
  fails({ usages: [] }, /^RangeError: a bootstrap token is good for /);
  fails(
    { groups: ["system:masters"] },
    /^RangeError: bootstrap group "system:masters" is invalid \(must match/,
  );
  assert.throws(() => detachedSignature("", { ...TOKEN, secret: "" }), RangeError);
  assert.throws(() => formatBootstrapToken({ ...TOKEN, id: "" }), RangeError);
});

Deno.test("cluster-info is signed by each token over its own text", () => {
  const address = { server: "https://10.0.0.1:6443", authority: encodeUtf8("abc") };
  const other = { id: "aaaaaa", secret: "0123456789abcdef" };
  const { data, metadata } = clusterInfoConfigMap(address, [other, TOKEN]);
  assert.deepEqual(metadata, { name: "cluster-info", namespace: "kube-public" });
  assert.deepEqual(Object.keys(data), ["jws-kubeconfig-07401b", "jws-kubeconfig-aaaaaa", "kubeconfig"]);
  const kubeconfig = data["kubeconfig"] ?? "";
  assert.match(kubeconfig, /^ {4}server: https:\/\/10\.0\.0\.1:6443$/m);
  const [header = "", payload, mac] = data["jws-kubeconfig-07401b"]?.split(".") ?? [];
  assert.equal(atob(header), '{"alg":"HS256","kid":"07401b"}');
  assert.equal(payload, "");
  const input = `${header}.${encodeUtf8(kubeconfig).toBase64({ alphabet: "base64url", omitPadding: true })}`;
  assert.equal(mac, createHmac("sha256", TOKEN.secret).update(input).digest("base64url"));
  for (const server of ["http://a", "https://", "https://a b", "https://a\n", "https://a:", "https://ä"]) {
    assert.throws(() => renderClusterInfoKubeconfig({ ...address, server }), RangeError, server);
  }
  assert.throws(() => renderClusterInfoKubeconfig({ ...address, authority: new Uint8Array() }), RangeError);
});

Deno.test("a CA's pin is the hash of its public key", () => {
  assert.equal(
    discoveryHash(encodeUtf8("abc")),
    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

Deno.test("static tokens are written as the API server reads them", () => {
  const rows = [
    { token: "t1", user: "jane", uid: "u1", groups: ["dev", 'with "quotes"'] },
    { token: 't,"2"', user: " bob, jr", uid: "", groups: [] },
    { token: "t3", user: "한국어", uid: "3", groups: ["one"] },
  ];
  const text = renderStaticTokens(rows);
  assert.equal(
    text,
    't1,jane,u1,"dev,with ""quotes"""\n"t,""2"""," bob, jr",\nt3,한국어,3,"one"\n',
  );
  assert.equal(renderStaticTokens([]), "");
  const password = { token: " a b", user: "x", uid: "", groups: [] };
  assert.equal(renderStaticTokens([password], "password"), '" a b",x,\n');
  assert.throws(() => renderStaticTokens([password]), /^RangeError: line 1: the token has a blank/);
  const back = readTokenFile(text);
  assert.deepEqual(back.problems, []);
  assert.deepEqual(
    back.rows.map(({ user, uid, groups }) => ({ user, uid, groups })),
    rows.map(({ user, uid, groups }) => ({ user, uid, groups })),
  );
});

Deno.test("fields that the API server would read as something else are refused, and a token is not told", () => {
  assert.equal(checkField("uid", ""), undefined);
  assert.equal(checkField("user", "a,b"), undefined);
  assert.match(checkField("group", "a,b") ?? "", /comma/);
  for (const token of ["a b", "a\t", "\u00a0a", "a\x7f"]) {
    assert.match(checkField("token", token) ?? "", /blank/);
  }
  for (const kind of ["token", "password", "user", "uid", "group"] as const) {
    assert.match(checkField(kind, "a\nb") ?? "", /line break/);
    assert.match(checkField(kind, "a\rb") ?? "", /line break/);
    assert.match(checkField(kind, "\ud800") ?? "", /Unicode/);
    if (kind !== "uid") assert.match(checkField(kind, "") ?? "", /empty/);
  }
  const row = { token: "s3cret\n", user: "jane", uid: "", groups: [] };
  assert.throws(
    () => renderStaticTokens([{ ...row, token: "a" }, row]),
    new RangeError("line 2: the token has a line break"),
  );
  assert.throws(() => renderStaticTokens([{ ...row, token: "a", groups: [""] }]), RangeError);
});
