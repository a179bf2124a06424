/**
 * The directory, a program: it knows tokens (TokenReview) and rights (SubjectAccessReview), and it is an OpenID issuer.
 * Nobody but the API server's webhook client is answered about tokens and rights; everybody sees the issuer's documents.
 * What was asked, and with which certificate, is a line of JSON each.
 *
 * Usage: directory_server.ts CLIENT-CA ANSWERS LOG (PORT CERTIFICATE KEY)...
 *
 * @module
 */
import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import { z } from "../../../../scripts/shared/npm/zod.ts";

const Json = z.json();
/** What it answers. */
const Answers = z.object({
  /** Documents, by path. */
  documents: z.record(z.string(), Json),
  /** Users, by token. */
  users: z.record(z.string(), Json),
  /** Rights, by `user verb resource namespace`: allowed, denied. */
  rights: z.record(z.string(), z.enum(["allowed", "denied"])),
});
const TokenReview = z.object({ apiVersion: z.string(), spec: z.object({ token: z.string() }) });
const AccessReview = z.object({
  apiVersion: z.string(),
  spec: z.object({
    user: z.string(),
    resourceAttributes: z.object({
      verb: z.string(),
      resource: z.string(),
      namespace: z.string().optional(),
    }).optional(),
  }),
});

const [authority = "", answersPath = "", log = "", ...listeners] = Deno.args;
const answers = Answers.parse(JSON.parse(Deno.readTextFileSync(answersPath)));

interface Peer {
  readonly isTrusted: boolean;
  readonly name: string;
}

function peerOf(request: IncomingMessage): Peer {
  const socket = request.socket;
  if (!(socket instanceof TLSSocket)) return { isTrusted: false, name: "" };
  const { subject } = socket.getPeerCertificate() ?? {};
  return { isTrusted: socket.authorized, name: String(subject?.CN ?? "") };
}

function answer(path: string, body: string): unknown {
  if (path === "/tokens") {
    const { apiVersion, spec: { token } } = TokenReview.parse(JSON.parse(body));
    const user = Object.hasOwn(answers.users, token) ? answers.users[token] : undefined;
    const status = user === undefined ? { authenticated: false } : { authenticated: true, user };
    return { apiVersion, kind: "TokenReview", status };
  }
  const { apiVersion, spec: { user, resourceAttributes } } = AccessReview.parse(JSON.parse(body));
  const { verb = "", resource = "", namespace = "" } = resourceAttributes ?? {};
  const right = answers.rights[[user, verb, resource, namespace].join(" ")];
  const status = {
    allowed: right === "allowed",
    denied: right === "denied",
    reason: "the directory says so",
  };
  return { apiVersion, kind: "SubjectAccessReview", status };
}

function listener(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Uint8Array[] = [];
  request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  request.on("end", () => {
    const path = new URL(request.url ?? "", "https://directory").pathname;
    const send = (status: number, content: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(content));
    };
    const document = answers.documents[path];
    if (document !== undefined) return send(200, document);
    const { isTrusted, name } = peerOf(request);
    const isKnown = isTrusted && name === "kube-apiserver-webhook-client";
    const body = new TextDecoder().decode(concat(chunks));
    Deno.writeTextFileSync(log, `${JSON.stringify({ path, isKnown, name, body })}\n`, { append: true });
    if (!isKnown) return send(403, { message: `"${name}" is not answered` });
    send(200, answer(path, body));
  });
}

function concat(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

while (listeners.length > 0) {
  const [port = "", certificate = "", key = ""] = listeners.splice(0, 3);
  const options = {
    cert: Deno.readTextFileSync(certificate),
    key: Deno.readTextFileSync(key),
    ca: Deno.readTextFileSync(authority),
    requestCert: true,
    rejectUnauthorized: false,
  };
  createServer(options, listener).listen(Number(port));
}
