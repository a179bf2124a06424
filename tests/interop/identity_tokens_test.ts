/**
 * The code of Kubernetes makes the same tokens and documents as we do, byte for byte, and lets our tokens in; other
 * programs that know nothing of Kubernetes verify them by what the documents say.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { fileURLToPath } from "node:url";
import * as jose from "npm:jose@6.2.18";
import { namespaceFaults, objectNameFaults } from "../../scripts/identity/object_names.ts";
import {
  bootstrapGroupFault,
  BOOTSTRAPPERS,
  type BootstrapToken,
  bootstrapTokenManifest,
  bootstrapTokenSecret,
  bootstrapUser,
  discoveryHash,
  formatBootstrapToken,
} from "../../scripts/identity/tokens/bootstrap_token.ts";
import {
  CLUSTER_INFO_ROLE,
  CLUSTER_INFO_ROLE_BINDING,
  clusterInfoConfigMap,
} from "../../scripts/identity/tokens/cluster_info.ts";
import { renderStaticTokens } from "../../scripts/identity/tokens/static_tokens.ts";
import { writeGoJson } from "../../scripts/identity/tokens/go_json.ts";
import { DISCOVERY_PATH, JWKS_PATH } from "../../scripts/identity/tokens/issuer.ts";
import { renderDiscovery, renderJwks } from "../../scripts/identity/tokens/json_web_key.ts";
import {
  EXTENDED_FROM,
  EXTENDED_TO,
  LEGACY_ISSUER,
  signLegacyToken,
  signServiceAccountToken,
  type TokenBinding,
  type TokenClaims,
  tokenFaults,
} from "../../scripts/identity/tokens/service_account_token.ts";
import { readTokenKey } from "../../scripts/identity/tokens/token_key.ts";
import { decodeUtf8, encodeUtf8 } from "../../scripts/shared/encoding.ts";
import { explicit, integer, octetString, oid, sequence } from "../../scripts/issue/der.ts";
import { toPem } from "../../scripts/shared/pem.ts";
import { formatTime } from "../../scripts/shared/time.ts";
import { randomNumbers } from "../random.ts";
import { pemOf, RFC_P256, RFC_P521, type TestKey, testKeys } from "../token_keys.ts";
import { builtProgram } from "./cluster/built.ts";
import { pythonWith, runWell, testWith } from "./tools.ts";

const credentials = builtProgram("credentials");
const PYTHON = await pythonWith(fileURLToPath(new URL("pyjwt-requirements.txt", import.meta.url)));

const KEYS = await testKeys();
const ISSUER = "https://kubernetes.default.svc.cluster.local";
const JWKS_URI = "https://10.32.0.1:6443/openid/v1/jwks";

/** What the judge says: a value, or an error. */
interface Answer {
  readonly out?: unknown;
  readonly error?: string;
}

async function ask(
  program: string,
  requests: readonly (readonly [op: string, value: unknown])[],
): Promise<Answer[]> {
  const stdin = JSON.stringify(requests.map(([op, value]) => ({ op, in: value })));
  return JSON.parse(await runWell(program, [], { stdin })) as Answer[];
}

function partsOf(
  token: string,
): { readonly header: string; readonly claims: string; readonly signature: Uint8Array } {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const decode = (part: string): Uint8Array => Uint8Array.fromBase64(part, { alphabet: "base64url" });
  return {
    header: decodeUtf8(decode(header)),
    claims: decodeUtf8(decode(claims)),
    signature: decode(signature),
  };
}

/** Whether a foreign signature is a key's over a token: Node's own crypto says it. */
function isSignedBy(token: string, { key, publicPem }: TestKey): boolean {
  const { signature } = partsOf(token);
  const input = encodeUtf8(token.slice(0, token.lastIndexOf(".")));
  const digest = { RS256: "sha256", ES256: "sha256", ES384: "sha384", ES512: "sha512" }[key.algorithm];
  return verify(digest, input, { key: createPublicKey(publicPem), dsaEncoding: "ieee-p1363" }, signature);
}

testWith(
  [credentials],
  "the keys and the discovery document are the API server's, byte for byte",
  async (_, program = "") => {
    const sets = [KEYS, KEYS.toReversed(), ...KEYS.map((one) => [one]), [...KEYS, ...KEYS.slice(0, 1)]];
    const issuers = [ISSUER, "https://a.example:8443/cluster/ä&b", "https://a<b"];
    const requests = sets.flatMap((keys) =>
      issuers.map((issuer) =>
        ["documents", { issuer, jwksURI: JWKS_URI, keys: keys.map((key) => key.publicPem).join("") }] as const
      )
    );
    const answers = await ask(program, requests);
    let same = 0;
    for (const [index, answer] of answers.entries()) {
      const keys = sets[Math.floor(index / issuers.length)] ?? [];
      const issuer = issuers[index % issuers.length] ?? "";
      const spkis = keys.map(({ key }) => key.spki);
      let ours: Answer;
      try {
        ours = {
          out: {
            jwks: renderJwks(spkis),
            discovery: renderDiscovery({ issuer, jwksUri: JWKS_URI, spkis }),
          },
        };
      } catch (error) {
        ours = { error: error instanceof Error ? error.message : "" };
      }
      assert.deepEqual(ours, answer);
      if (answer.out !== undefined) same++;
    }
    assert.ok(same >= 2 * sets.length, String(same));
  },
);

testWith(
  [credentials],
  "issuers and addresses of keys are refused as the API server refuses them",
  async (_, program = "") => {
    const urls = [
      ...[
        "",
        "https://a",
        "HTTPS://a",
        "http://a",
        "a/b",
        "kubernetes/serviceaccount",
        "https://a?",
        "https://a?b",
      ],
      ...[
        "https://a#",
        "https://a#b",
        "https://a?#b",
        "https://a/%zz",
        "https://a b",
        "https://[::1",
        ":a",
        "https:a",
      ],
      ...["https://a/?b#c", "https://a\n", "https://a#\n", "//a", "https://", "https://a/#?x", "https://A/ü"],
    ];
    const keys = KEYS[0]?.publicPem;
    const spkis = KEYS.slice(0, 1).map(({ key }) => key.spki);
    const pairs = [
      ...urls.map((issuer) => ({ issuer, jwksUri: JWKS_URI })),
      // An empty address is made up by the API server.
      ...urls.slice(1).map((jwksUri) => ({ issuer: ISSUER, jwksUri })),
    ];
    const answers = await ask(
      program,
      pairs.map(({ issuer, jwksUri }) => ["documents", { issuer, jwksURI: jwksUri, keys }]),
    );
    for (const [index, { issuer, jwksUri }] of pairs.entries()) {
      let error: string | undefined;
      try {
        renderDiscovery({ issuer, jwksUri, spkis });
      } catch (thrown) {
        error = thrown instanceof Error ? thrown.message : "";
      }
      assert.equal(error, answers[index]?.error, `${issuer} ${jwksUri}`);
    }
    assert.ok(answers.filter(({ error }) => error === undefined).length > 10);
  },
);

testWith([credentials], "texts in claims are escaped as go-jose does", async (_, program = "") => {
  const every = Array.from({ length: 0x2100 }, (_, code) => `a${String.fromCharCode(code)}`);
  const [answer] = await ask(program, [["json", [...every, '𝄞<&>"\\', "\ufffd\uffff"]]]);
  assert.equal(writeGoJson([...every, '𝄞<&>"\\', "\ufffd\uffff"]), answer?.out);
});

/** What tokens are bound to, with the UIDs that Kubernetes leaves out where there are none. */
const BINDINGS:
  readonly (TokenBinding & { readonly warnAfter?: number; readonly expirationSeconds?: number })[] = [
    {},
    { pod: { name: "p-0.a", uid: "1" } },
    { pod: { name: "p", uid: "1" }, node: { name: "n", uid: "2" } },
    { pod: { name: "p", uid: "1" }, node: { name: "n", uid: "" } },
    { node: { name: "n", uid: "2" } },
    { secret: { name: "s", uid: "3" } },
    { pod: { name: "p", uid: "1" }, warnAfter: EXTENDED_FROM, expirationSeconds: EXTENDED_TO },
  ];

const AUDIENCES = [[ISSUER], ["https://a?b=c&d=<e>", "vault", "ü\u2028"]];

const ACCOUNT = {
  namespace: "build",
  serviceAccount: { name: "robot.a", uid: "6b3d1e0a-6a3f-4b0a-8a9c-2f1f0c9a7d11" },
};

function isRsa({ key }: TestKey): boolean {
  return key.algorithm === "RS256";
}

testWith(
  [credentials],
  "bound tokens are the API server's: RSA's to the last byte, ECDSA's but for the signature, which it verifies",
  async (_, program = "") => {
    const cases = KEYS.flatMap((key) =>
      BINDINGS.flatMap((binding) => AUDIENCES.map((audiences) => ({ key, binding, audiences })))
    );
    const requestOf = ({ key, binding, audiences }: (typeof cases)[number]): Record<string, unknown> => ({
      key: key.privatePem,
      issuer: ISSUER,
      expirationSeconds: 600,
      ...ACCOUNT,
      ...binding,
      audiences,
    });
    const made = await ask(program, cases.map((one) => ["token", requestOf(one)]));
    const ours = cases.map(({ key, binding, audiences }, index) => {
      const theirs = String(made[index]?.out);
      // The API server's clock and its random identifier are what ours takes from outside.
      const { iat, jti } = JSON.parse(partsOf(theirs).claims) as {
        readonly iat: number;
        readonly jti: string;
      };
      const claims: TokenClaims = {
        expirationSeconds: 600,
        ...ACCOUNT,
        ...binding,
        issuer: ISSUER,
        audiences,
        issuedAt: iat,
        id: jti,
      };
      const token = signServiceAccountToken(claims, key.key);
      if (isRsa(key)) assert.equal(token, theirs);
      else {
        const [one, other] = [partsOf(token), partsOf(theirs)];
        assert.deepEqual([one.header, one.claims], [other.header, other.claims]);
        assert.equal(one.signature.length, other.signature.length);
      }
      assert.ok(isSignedBy(token, key) && isSignedBy(theirs, key));
      return token;
    });
    const judged = await ask(
      program,
      cases.map((
        one,
        index,
      ) => ["authenticate", { ...requestOf(one), key: one.key.publicPem, token: ours[index] }]),
    );
    for (const [index, { audiences, binding }] of cases.entries()) {
      const { out, error } = judged[index] ?? {};
      assert.equal(error, undefined);
      const { name, uid, groups, audiences: shown, extra } = out as Record<string, unknown>;
      assert.deepEqual([name, uid, shown], [
        "system:serviceaccount:build:robot.a",
        ACCOUNT.serviceAccount.uid,
        audiences,
      ]);
      assert.deepEqual(groups, ["system:serviceaccounts", "system:serviceaccounts:build"]);
      const of = extra as Record<string, readonly string[]>;
      assert.deepEqual(of["authentication.kubernetes.io/pod-name"], binding.pod && [binding.pod.name]);
      assert.deepEqual(of["authentication.kubernetes.io/node-name"], binding.node && [binding.node.name]);
    }
  },
);

testWith(
  [credentials],
  "the API server lets nobody in by another key, for another UID or to another audience",
  async (_, program = "") => {
    const [one, other] = KEYS;
    assert.ok(one !== undefined && other !== undefined);
    const base = {
      key: one.privatePem,
      issuer: ISSUER,
      expirationSeconds: 600,
      ...ACCOUNT,
      audiences: [ISSUER],
    };
    const [made] = await ask(program, [["token", base]]);
    const { iat, jti } = JSON.parse(partsOf(String(made?.out)).claims) as {
      readonly iat: number;
      readonly jti: string;
    };
    const claims = { ...ACCOUNT, issuer: ISSUER, audiences: [ISSUER], expirationSeconds: 600 };
    const token = signServiceAccountToken({ ...claims, issuedAt: iat, id: jti }, one.key);
    const old = signServiceAccountToken({ ...claims, issuedAt: iat - 700, id: jti }, one.key);
    const good = { ...base, key: one.publicPem, token };
    const answers = await ask(program, [
      ["authenticate", good],
      ["authenticate", { ...good, key: other.publicPem }],
      ["authenticate", { ...good, serviceAccount: { ...ACCOUNT.serviceAccount, uid: "7" } }],
      ["authenticate", { ...good, audiences: ["vault"] }],
      ["authenticate", { ...good, issuer: "https://other" }],
      ["authenticate", { ...good, token: old }],
    ]);
    assert.deepEqual(answers.map(({ error }) => error ?? ""), [
      "",
      "invalid signature, no keys found",
      `service account UID (7) does not match claim (${ACCOUNT.serviceAccount.uid})`,
      `token audiences ["${ISSUER}"] is invalid for the target audiences ["vault"]`,
      "not this issuer's token",
      "service account token has expired",
    ]);
  },
);

testWith(
  [credentials],
  "tokens of Secrets are the controller-manager's, and let in",
  async (_, program = "") => {
    const secret = { name: "robot-token-x", uid: "3" };
    const base = { ...ACCOUNT, secret };
    const made = await ask(program, KEYS.map((key) => ["legacy", { ...base, key: key.privatePem }]));
    const ours = KEYS.map((key, index) => {
      const token = signLegacyToken({ ...ACCOUNT, secretName: secret.name }, key.key);
      const theirs = String(made[index]?.out);
      if (isRsa(key)) assert.equal(token, theirs);
      const [one, other] = [partsOf(token), partsOf(theirs)];
      assert.deepEqual([one.header, one.claims], [other.header, other.claims]);
      return token;
    });
    const judged = await ask(
      program,
      KEYS.map((key, index) => ["authenticate", { ...base, key: key.publicPem, token: ours[index] }]),
    );
    for (const { out } of judged) {
      assert.equal((out as Record<string, unknown>)["name"], "system:serviceaccount:build:robot.a");
    }
  },
);

testWith(
  [credentials],
  "durations and names are refused with the words of Kubernetes",
  async (_, program = "") => {
    const seconds = [-1, 0, 599, 600, 601, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 40];
    const random = randomNumbers(3);
    const pieces = ["a", "z", "0", "9", "-", ".", "A", "_", "ü", "\n", "b".repeat(62), "c".repeat(190)];
    const texts = [
      "",
      "a",
      "a.b",
      "a..b",
      "a\n",
      "\na",
      "default",
      "x".repeat(63),
      "x".repeat(64),
      "x".repeat(253),
    ];
    for (let i = 0; i < 3000; i++) {
      const count = 1 + Math.floor(random() * 5);
      texts.push(Array.from({ length: count }, () => pieces[Math.floor(random() * pieces.length)]).join(""));
    }
    const [names, ...durations] = await ask(program, [
      ["names", texts],
      ...seconds.map((expirationSeconds) => ["request", { expirationSeconds }] as const),
    ]);
    const theirs = names?.out as { readonly namespace: string[] | null; readonly other: string[] | null }[];
    for (const [index, text] of texts.entries()) {
      const { namespace, other } = theirs[index] ?? {};
      assert.deepEqual([namespaceFaults(text), objectNameFaults(text)], [namespace ?? [], other ?? []], text);
    }
    const claims = { ...ACCOUNT, issuer: ISSUER, audiences: [ISSUER], issuedAt: 1, id: "1" };
    for (const [index, expirationSeconds] of seconds.entries()) {
      const ours = tokenFaults({ ...claims, expirationSeconds }).map(({ field, message }) =>
        `${field}: ${message}`
      );
      assert.deepEqual(ours, durations[index]?.out);
    }
  },
);

testWith([credentials], "what Kubernetes has fixed is the same here", async (_, program = "") => {
  const [answer] = await ask(program, [["constants", {}]]);
  assert.deepEqual(answer?.out, {
    extendedFrom: EXTENDED_FROM,
    extendedTo: EXTENDED_TO,
    legacyIssuer: LEGACY_ISSUER,
    discovery: DISCOVERY_PATH,
    jwks: JWKS_PATH,
  });
});

Deno.test("jose verifies the tokens by the published keys alone, and refuses what was changed", async () => {
  const set = jose.createLocalJWKSet(
    JSON.parse(renderJwks(KEYS.map(({ key }) => key.spki))) as jose.JSONWebKeySet,
  );
  for (const { key } of KEYS) {
    const claims = {
      ...ACCOUNT,
      issuer: ISSUER,
      audiences: ["vault"],
      issuedAt: 1767225600,
      expirationSeconds: 600,
    };
    const token = signServiceAccountToken({ ...claims, id: "i" }, key);
    const options = { issuer: ISSUER, audience: "vault", currentDate: new Date(1767225601_000) };
    const { payload, protectedHeader } = await jose.jwtVerify(token, set, options);
    assert.deepEqual(protectedHeader, { alg: key.algorithm, kid: key.keyId });
    assert.equal(payload.sub, "system:serviceaccount:build:robot.a");
    const late = { ...options, currentDate: new Date(1767226200_000) };
    await assert.rejects(jose.jwtVerify(token, set, late), jose.errors.JWTExpired);
    await assert.rejects(jose.jwtVerify(token, set, { ...options, audience: "other" }));
    const [header, payloadPart, signature = ""] = token.split(".");
    const first = signature.startsWith("A") ? "B" : "A";
    await assert.rejects(
      jose.jwtVerify(`${header}.${payloadPart}.${first}${signature.slice(1)}`, set, options),
    );
  }
});

const VERIFY = `
import json, sys, jwt
given = json.load(sys.stdin)
keys = jwt.PyJWKSet.from_json(given["jwks"])
for token in given["tokens"]:
    header = jwt.get_unverified_header(token)
    key = next(key for key in keys.keys if key.key_id == header["kid"])
    claims = jwt.decode(token, key.key, algorithms=[key.algorithm_name], issuer=given["issuer"], audience="vault",
        options={"verify_exp": False})
    print(key.algorithm_name, claims["sub"])
    head, body, signature = token.split(".")
    forged = ".".join([head, body[:-2] + ("A" if body[-2] != "A" else "B") + body[-1], signature])
    try:
        jwt.decode(forged, key.key, algorithms=[key.algorithm_name], options={"verify_signature": True})
        print("accepted")
    except jwt.InvalidSignatureError:
        pass
`;

testWith(
  [PYTHON],
  "PyJWT reads the published keys and verifies the tokens by them",
  async (_, python = "") => {
    const claims = {
      ...ACCOUNT,
      issuer: ISSUER,
      audiences: ["vault"],
      issuedAt: 1767225600,
      expirationSeconds: 600,
    };
    const tokens = KEYS.map(({ key }) => signServiceAccountToken({ ...claims, id: "i" }, key));
    const jwks = renderJwks(KEYS.map(({ key }) => key.spki));
    const stdin = JSON.stringify({ jwks, tokens, issuer: ISSUER });
    const lines = (await runWell(python, ["-c", VERIFY], { stdin })).trim().split("\n");
    assert.deepEqual(lines, KEYS.map(({ key }) => `${key.algorithm} system:serviceaccount:build:robot.a`));
  },
);

testWith(
  [credentials],
  "keys of files in every form sign as the same key does in Go",
  async (_, program = "") => {
    const rsa = JSON.parse(JSON.stringify(
      await jose.exportJWK(await jose.importPKCS8(KEYS[0]?.privatePem ?? "", "RS256", { extractable: true })),
    )) as Record<string, string>;
    // A private number without the zeros in front, as some programs write it.
    const shortNumber = sequence(
      integer(1n),
      octetString(Uint8Array.of(5)),
      explicit(0, oid("1.3.132.0.35")),
    );
    const small = generateKeyPairSync("rsa", { modulusLength: 1032, publicExponent: 3 }).privateKey;
    const files = [
      toPem("EC PRIVATE KEY", shortNumber),
      small.export({ format: "pem", type: "pkcs1" }).toString(),
      pemOf(rsa, "pkcs1"),
      pemOf(rsa),
      ...([RFC_P256, RFC_P521] as const).flatMap((key) => [pemOf(key), pemOf(key, "sec1")]),
    ];
    const secret = { name: "s", uid: "1" };
    const made = await ask(program, files.map((key) => ["legacy", { ...ACCOUNT, secret, key }]));
    for (const [index, file] of files.entries()) {
      const key = await readTokenKey(encodeUtf8(file));
      const token = signLegacyToken({ ...ACCOUNT, secretName: "s" }, key);
      const theirs = String(made[index]?.out);
      if (key.algorithm === "RS256") assert.equal(token, theirs);
      assert.deepEqual(partsOf(token).header, partsOf(theirs).header);
      const publicPem = toPem("PUBLIC KEY", key.spki);
      for (const one of [token, theirs]) assert.ok(isSignedBy(one, { key, privatePem: file, publicPem }));
    }
  },
);

const BOOTSTRAP = { id: "07401b", secret: "f395accd246ae52d" };

testWith(
  [credentials],
  "the Secret of a bootstrap token is kubeadm's, and the API server lets its bearer in",
  async (_, program = "") => {
    const cases: readonly BootstrapToken[] = [
      { ...BOOTSTRAP, usages: ["authentication", "signing"] },
      {
        ...BOOTSTRAP,
        usages: ["signing", "authentication"],
        // Far off: the judge looks at its clock.
        expires: 253402300799,
        description: "for nodes: <ü>\nand more",
        groups: ["system:bootstrappers:worker", "system:bootstrappers:a:b"],
      },
      { ...BOOTSTRAP, usages: ["signing"] },
      { ...BOOTSTRAP, usages: ["authentication"], expires: 1577836800 },
    ];
    for (const make of [bootstrapTokenManifest, bootstrapTokenSecret]) {
      const answers = await ask(
        program,
        cases.map((token) => {
          const expires = token.expires === undefined ? {} : { expires: formatTime(token.expires) };
          return ["bootstrap", { ...token, ...expires, object: make(token) }];
        }),
      );
      const people = answers.map(({ out, error }, index) => {
        assert.equal(error, undefined);
        const theirs = out as Record<string, unknown>;
        const token = cases[index] ?? assert.fail();
        const { metadata, type, stringData } = bootstrapTokenManifest(token);
        assert.deepEqual([theirs["name"], theirs["namespace"], theirs["type"]], [
          metadata.name,
          metadata.namespace,
          type,
        ]);
        assert.deepEqual(theirs["data"], stringData);
        assert.equal(theirs["fromSecret"], formatBootstrapToken(token));
        return theirs["who"];
      });
      const groups = ["system:bootstrappers", "system:bootstrappers:a:b", "system:bootstrappers:worker"];
      assert.deepEqual(people, [
        { name: bootstrapUser(BOOTSTRAP.id), uid: "", groups: [BOOTSTRAPPERS] },
        { name: bootstrapUser(BOOTSTRAP.id), uid: "", groups },
        undefined,
        undefined,
      ]);
    }
  },
);

testWith(
  [credentials],
  "groups of bootstrap tokens are refused as Kubernetes refuses them",
  async (_, program = "") => {
    const start = "system:bootstrappers:";
    const groups = [
      ...["", "a", start, `${start}a`, `${start}-`, `${start}:a`, `${start}a:`, `${start}A`, `${start}a\n`],
      ...[
        `${start}${"a".repeat(256)}`,
        `${start}${"a".repeat(257)}`,
        `x${start}a`,
        "system:bootstrappers",
        "ü\t\x01",
      ],
    ];
    const [answer] = await ask(program, [["groups", groups]]);
    assert.deepEqual(groups.map((group) => bootstrapGroupFault(group) ?? ""), answer?.out);
  },
);

testWith(
  [credentials],
  "cluster-info, its signatures and the right to read it are kubeadm's and the bootstrap signer's",
  async (_, program = "") => {
    const other = { id: "abcdef", secret: "0123456789abcdef" };
    const servers = [
      "https://10.0.0.1:6443",
      "https://[fd00::1]:6443",
      `https://${"a".repeat(200)}.example:443/x-y`,
    ];
    const odd = [
      "https://a/?b:c",
      "https://a/#b",
      "https://a:1/{x},[y]&*!|>'\"%@`",
      "https://a/-",
      "https://a/~",
    ];
    for (const server of [...servers, ...odd]) {
      const authority = encodeUtf8(KEYS[0]?.publicPem.repeat(3) ?? "");
      const ours = clusterInfoConfigMap({ server, authority }, [BOOTSTRAP, other]);
      const kubeconfig = ours.data["kubeconfig"] ?? "";
      const [answer, ...signatures] = await ask(program, [
        ["cluster-info", { server, authority: authority.toBase64() }],
        ...[BOOTSTRAP, other].map((token) => {
          const signature = ours.data[`jws-kubeconfig-${token.id}`];
          return ["detached", { ...token, content: kubeconfig, signature }] as const;
        }),
        ["detached", { ...other, content: `${kubeconfig} `, signature: ours.data["jws-kubeconfig-abcdef"] }],
      ]);
      assert.deepEqual(answer?.out, [
        { ...ours, data: { kubeconfig } },
        CLUSTER_INFO_ROLE,
        CLUSTER_INFO_ROLE_BINDING,
      ]);
      assert.deepEqual(
        signatures.map(({ out }) => (out as Record<string, unknown>)["isValid"]),
        [true, true, false],
      );
      const keys = signatures.slice(0, 2).map(({ out }) => (out as Record<string, unknown>)["key"]);
      assert.deepEqual(keys.map((key) => typeof key === "string" && key in ours.data), [true, true]);
    }
  },
);

testWith([credentials], "a CA's pin is the one that kubeadm join takes", async (_, program = "") => {
  const answers = await ask(program, KEYS.map(({ key }) => ["pin", { spki: key.spki.toBase64() }]));
  assert.deepEqual(answers, KEYS.map(({ key }) => ({ out: discoveryHash(key.spki) })));
});

testWith(
  [credentials],
  "static tokens are read back by Go's encoding/csv and by the API server as they were given",
  async (_, program = "") => {
    const random = randomNumbers(5);
    const pieces = [
      "a",
      "B",
      ",",
      '"',
      '""',
      " ",
      "\t",
      "#",
      ";",
      "ü",
      "\u00a0",
      "\u2028",
      "\ufeff",
      "'",
      "\\",
      "=1",
    ];
    const text = (exclude = ""): string => {
      const count = 1 + Math.floor(random() * 5);
      return Array.from({ length: count }, () => pieces[Math.floor(random() * pieces.length)] ?? "").join("")
        .replaceAll(exclude === "" ? "\0" : exclude, "x");
    };
    // As passwords, which have the same form and may have blanks.
    const files = Array.from(
      { length: 400 },
      () =>
        Array.from({ length: Math.floor(random() * 5) }, (_, index) => ({
          // Twice the same token would leave one of them.
          token: `${text()}${index}`,
          user: text(),
          uid: random() < 0.2 ? "" : text(),
          groups: Array.from({ length: Math.floor(random() * 4) }, () => text(",")),
        })),
    );
    const answers = await ask(
      program,
      files.map((
        rows,
      ) => ["csv", { text: renderStaticTokens(rows, "password"), tokens: rows.map(({ token }) => token) }]),
    );
    for (const [index, rows] of files.entries()) {
      const { records, people } = answers[index]?.out as Record<string, unknown>;
      assert.deepEqual(
        records,
        rows.map(({ token, user, uid, groups }) =>
          groups.length === 0 ? [token, user, uid] : [token, user, uid, groups.join(",")]
        ),
      );
      assert.deepEqual(
        people,
        rows.map(({ user, uid, groups }) => ({
          name: user,
          uid,
          groups: groups.length === 0 ? null : groups,
        })),
      );
    }
  },
);
