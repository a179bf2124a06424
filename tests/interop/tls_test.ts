/**
 * Mutual TLS on 127.0.0.1, as the components of a cluster meet: Go's TLS with client-go for every kubeconfig and
 * every other connection, and Node's TLS (OpenSSL) for every kubeconfig.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { judgedTrees } from "./judged.ts";
import { forge, treeNamed, withCopy } from "./tamper.ts";
import {
  type Answer,
  componentMeetings,
  type Job,
  kubeconfigMeetings,
  type Meeting,
  momentOf,
  sideOf,
} from "./tls_jobs.ts";
import { findProgram, goCommand, HERE, runWell, testWith } from "./tools.ts";

const handshake = await goCommand("handshake");
const forger = await goCommand("forge");
const node = findProgram("node", "nodejs");
const trees = await judgedTrees();
const VERSIONS = ["TLS 1.2", "TLS 1.3"];

type Ask = (jobs: readonly Job[]) => Promise<Answer[]>;

function go(program: string): Ask {
  return async (jobs) => JSON.parse(await runWell(program, [], { stdin: JSON.stringify(jobs) })) as Answer[];
}

function nodeTls(program: string): Ask {
  const script = join(HERE, "tls_node.mjs");
  return async (jobs) =>
    JSON.parse(await runWell(program, [script], { stdin: JSON.stringify(jobs) })) as Answer[];
}

/** Lets all meet, and sees that each server saw whom it should. */
async function checkMeetings(ask: Ask, meetings: readonly Meeting[]): Promise<void> {
  const answers = await ask(meetings.map((meeting) => meeting.job));
  assert.equal(answers.length, meetings.length * VERSIONS.length);
  for (const [index, answer] of answers.entries()) {
    const meeting = meetings[Math.floor(index / VERSIONS.length)];
    const { url, user, groups, title } = meeting ?? assert.fail("an answer too many");
    assert.deepEqual(
      { ...answer, groups: answer.groups ?? [] },
      { version: VERSIONS[index % 2], url, user, groups: [...groups], clientError: "", serverError: "" },
      title,
    );
  }
}

for (const tree of trees) {
  testWith(
    [handshake],
    `Go's TLS lets every kubeconfig of ${tree.name} in as its user`,
    async (_, path = "") => {
      await checkMeetings(go(path), kubeconfigMeetings(tree));
    },
  );

  testWith([handshake], `Go's TLS joins the other components of ${tree.name}`, async (_, path = "") => {
    await checkMeetings(go(path), componentMeetings(tree));
  });

  // Node has no clock to set: only the trees that are valid for long.
  if (JSON.parse(Deno.readTextFileSync(tree.spec)).validity?.ca === "100y") {
    testWith(
      [node],
      `Node's TLS lets every kubeconfig of ${tree.name} in as its user`,
      async (_, path = "") => {
        await checkMeetings(nodeTls(path), kubeconfigMeetings(tree));
      },
    );

    testWith([node], `Node's TLS joins the other components of ${tree.name}`, async (_, path = "") => {
      await checkMeetings(nodeTls(path), componentMeetings(tree));
    });
  }
}

/** Connections that must fail: who refuses, and with which words (Go's, Node's). */
function refusals(tree: (typeof trees)[number]): [
  title: string,
  job: Job,
  refuser: "client" | "server",
  words: RegExp,
][] {
  const at = momentOf(tree);
  const apiserver = sideOf(tree, "apiserver", "ca");
  const admin = tree.kubeconfigs.find((item) => item.id === "kubeconfig/admin")?.path ?? "";
  const member = tree.certificates.find((item) => item.id.startsWith("etcd-server/"))?.id ?? "";
  const url = "https://localhost:6443";
  const unknown = /unknown authority|unable to (verify|get)|UNABLE_TO|self-signed certificate/i;
  const purpose =
    /incompatible key usage|unsupported certificate|unsuitable certificate purpose|INVALID_PURPOSE/i;
  return [
    [
      "a kubeconfig with another CA",
      { server: apiserver, kubeconfig: admin, client: { trusts: sideOf(tree, "ca", "etcd-ca").trusts }, at },
      "client",
      unknown,
    ],
    [
      "an API server whose certificate is of another CA",
      { server: sideOf(tree, member, "ca"), client: sideOf(tree, "admin", "ca"), url, at },
      "client",
      unknown,
    ],
    [
      "the administrator at etcd",
      { server: sideOf(tree, member, "etcd-ca"), client: sideOf(tree, "admin", "etcd-ca"), url, at },
      "server",
      unknown,
    ],
    [
      "etcd's client at the API server",
      { server: apiserver, client: sideOf(tree, "apiserver-etcd-client", "ca"), url, at },
      "server",
      unknown,
    ],
    [
      "the front proxy's client at the API server",
      { server: apiserver, client: sideOf(tree, "front-proxy-client", "ca"), url, at },
      "server",
      unknown,
    ],
    [
      "the API server's own certificate as a client",
      { server: apiserver, client: sideOf(tree, "apiserver", "ca"), url, at },
      "server",
      purpose,
    ],
    [
      "a client's certificate as a server",
      { server: sideOf(tree, "admin", "ca"), client: sideOf(tree, "admin", "ca"), url, at },
      "client",
      /incompatible key usage|not valid for any names|unsuitable certificate purpose|INVALID_PURPOSE|unsupported certificate/,
    ],
    [
      "a name that the server has not",
      {
        server: apiserver,
        client: sideOf(tree, "admin", "ca"),
        url: "https://stranger.example.net:6443",
        at,
      },
      "client",
      /not stranger\.example\.net|does not match|ALTNAME/,
    ],
    [
      "an address that the server has not",
      { server: apiserver, client: sideOf(tree, "admin", "ca"), url: "https://192.0.2.254:6443", at },
      "client",
      /not 192\.0\.2\.254|does not match|ALTNAME/,
    ],
  ];
}

async function checkRefusals(ask: Ask, tree: (typeof trees)[number]): Promise<void> {
  const wanted = refusals(tree);
  const answers = await ask(wanted.map(([, job]) => job));
  assert.equal(answers.length, wanted.length * VERSIONS.length);
  for (const [index, answer] of answers.entries()) {
    const [title, , refuser, words] = wanted[Math.floor(index / VERSIONS.length)] ??
      assert.fail("an answer too many");
    assert.equal(answer.user, "", title);
    assert.match(refuser === "client" ? answer.clientError : answer.serverError, words, title);
  }
}

testWith([handshake], "Go's TLS refuses other CAs, purposes and names", async (_, path = "") => {
  for (const tree of trees) await checkRefusals(go(path), tree);
});

testWith([handshake], "Go's TLS refuses every kubeconfig before its time", async (_, path = "") => {
  for (const tree of trees) {
    const early = kubeconfigMeetings(tree).map(({ job }) => ({ ...job, at: momentOf(tree) - 120 }));
    for (const answer of await go(path)(early)) {
      assert.match(answer.clientError, /has expired or is not yet valid/);
    }
  }
});

testWith([node], "Node's TLS refuses other CAs, purposes and names", async (_, path = "") => {
  // Leaves with RSA, ECDSA and Ed25519 keys.
  for (const name of ["rsa-3072", "p384", "ed25519", "p256-rsa"]) {
    await checkRefusals(nodeTls(path), treeNamed(trees, name));
  }
});

testWith(
  [handshake, node, forger],
  "Go's and Node's TLS refuse a tampered API server",
  async (_, path = "", nodePath = "", forgePath = "") => {
    for (const fault of ["signature", "ended", "no-names", "other-purpose"]) {
      await withCopy(treeNamed(trees, "rsa-3072"), async (copy) => {
        await forge(forgePath, fault, copy, "apiserver");
        const jobs = kubeconfigMeetings(copy).map(({ job }) => job);
        for (const answer of [...await go(path)(jobs), ...await nodeTls(nodePath)(jobs)]) {
          assert.notEqual(answer.clientError, "", fault);
          assert.equal(answer.user, "", fault);
        }
      });
    }
  },
);
