/**
 * Where a message was said: which server was asked, and whose certificate was judged. The one table of it.
 *
 * @module
 */
import { anyOf } from "./any_of.ts";
import type { Context } from "./family_type.ts";

/** In this order: the first that fits counts. */
export const CONTEXTS: readonly Context[] = [
  // Who asks is the API server, and who is asked none of the components.
  { role: "own", pattern: /ailed calling webhook/ },
  // The other side refuses what the server shows.
  {
    role: "server",
    server: "etcd",
    pattern: /rejected connection on client endpoint.*error="remote error: tls/,
  },
  {
    role: "peer",
    server: "etcd",
    pattern: /rejected connection on peer endpoint|prober detected unhealthy|rafthttp/,
  },
  { role: "client", server: "etcd", pattern: /rejected connection on client endpoint/ },
  // What a dialler of etcd hears from it, and what it says itself.
  { role: "client", server: "etcd", pattern: /error reading server preface: remote error: tls:/ },
  {
    role: "server",
    server: "etcd",
    pattern: anyOf(
      /addrConn\.createTransport failed to connect to \{Addr: "(?<host>[^"]*)"/,
      /transport: authentication handshake failed/,
    ),
  },
  { role: "server", server: "etcd", pattern: /https:\/\/(?<host>[^/\s"]+:2379)/ },
  // The kubelet as a server of the API server.
  {
    role: "client",
    server: "kubelet",
    pattern: /Unable to authenticate the request due to an error/,
  },
  {
    role: "server",
    server: "kubelet",
    pattern: /error trying to reach service|proxy error from |https:\/\/(?<host>[^/\s"]+:10250)/,
  },
  {
    role: "server",
    server: "kubelet",
    pattern: /TLS handshake error from \S+: remote error: tls/,
    programs: ["kubelet"],
  },
  { role: "client", server: "kubelet", pattern: /TLS handshake error from \S+:/, programs: ["kubelet"] },
  { role: "server", server: "kube-apiserver", pattern: /TLS handshake error from \S+: remote error: tls/ },
  {
    role: "client",
    server: "kube-apiserver",
    pattern: anyOf(
      /Unable to authenticate the request/,
      /is forbidden: (?:User|node) "/,
      /TLS handshake error from \S+:/,
    ),
  },
  {
    role: "client",
    server: "kube-apiserver",
    pattern: anyOf(
      /You must be logged in to the server/,
      /[:=] ?"?Unauthorized\b/,
      /asked for the client to provide credentials/,
    ),
  },
  {
    role: "server",
    server: "kube-apiserver",
    pattern: anyOf(
      /(?:Get|Post|Put|Patch|Delete|Watch) "?(?<host>https?:\/\/[^/\s"]+)/,
      /Unable to connect to the server/,
      /curl: \(/,
      /error dialing/,
      /dial tcp/,
    ),
  },
  { role: "own", pattern: /(?:)/ },
];
