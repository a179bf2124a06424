/**
 * Mutual TLS by Node: the same jobs and answers as the Go command `handshake`, as JSON on stdin and stdout. Run by
 * node itself, so that its TLS judges and not Deno's.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import process from "node:process";
import { checkServerIdentity, connect, createServer } from "node:tls";

const VERSIONS = [["TLS 1.2", "TLSv1.2"], ["TLS 1.3", "TLSv1.3"]];

/** Reads the three embedded files and the server of a kubeconfig. */
const readKubeconfig = (path) => {
  const text = readFileSync(path, "utf8");
  const field = (name) => new RegExp(`^ +${name}: "?([^"\n]+)"?$`, "m").exec(text)?.[1] ?? "";
  const file = (name) => Buffer.from(field(name), "base64");
  return {
    url: field("server"),
    cert: file("client-certificate-data"),
    key: file("client-key-data"),
    ca: file("certificate-authority-data"),
  };
};

const clientOf = (job) => {
  const client = job.kubeconfig === undefined
    ? {
      url: job.url,
      cert: readFileSync(job.client.certificate),
      key: readFileSync(job.client.key),
      ca: readFileSync(job.client.trusts),
    }
    : readKubeconfig(job.kubeconfig);
  const trusts = job.client?.trusts;
  return trusts === undefined ? client : { ...client, ca: readFileSync(trusts) };
};

const textsOf = (value) => {
  return value === undefined ? [] : [value].flat();
};

/** Makes one connection; the server sends the name it saw and ends. */
const meet = (job, [version, protocol]) => {
  const answer = { version, url: "", user: "", groups: [], clientError: "", serverError: "" };
  const { url, cert, key, ca } = clientOf(job);
  answer.url = url;
  // URL writes IPv6 in brackets.
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  const limits = { minVersion: protocol, maxVersion: protocol };
  return new Promise((resolve) => {
    const server = createServer({
      ...limits,
      cert: readFileSync(job.server.certificate),
      key: readFileSync(job.server.key),
      ca: readFileSync(job.server.trusts),
      requestCert: true,
      // Refused below, as Node itself would not say why.
      rejectUnauthorized: false,
    }, (socket) => {
      if (!socket.authorized) {
        answer.serverError = String(socket.authorizationError);
        socket.destroy();
        return;
      }
      const { subject } = socket.getPeerCertificate();
      socket.on("error", () => {});
      socket.end(JSON.stringify({ user: subject.CN, groups: textsOf(subject.O) }));
    });
    server.on("tlsClientError", (error) => answer.serverError = `${error.code} ${error.message}`);
    server.listen(0, "127.0.0.1", () => {
      const chunks = [];
      const socket = connect({
        ...limits,
        host: "127.0.0.1",
        port: server.address().port,
        cert,
        key,
        ca,
        // An address has no SNI; the name that counts is checked below.
        servername: /^[\d.]+$|:/.test(host) ? "" : host,
        checkServerIdentity: (_, peer) => checkServerIdentity(host, peer),
      });
      socket.on("data", (chunk) => chunks.push(chunk));
      socket.on("error", (error) => answer.clientError = `${error.code} ${error.message}`);
      socket.on("close", () => {
        // The server's own view may come a moment later.
        server.close(() => {
          try {
            if (answer.clientError === "") {
              Object.assign(answer, JSON.parse(Buffer.concat(chunks).toString("utf8")));
            }
          } catch {
            answer.clientError = "the server sent nothing";
          }
          resolve(answer);
        });
      });
    });
  });
};

const answers = [];
for (const job of JSON.parse(readFileSync(0, "utf8"))) {
  for (const version of VERSIONS) answers.push(await meet(job, version));
}
process.stdout.write(JSON.stringify(answers));
