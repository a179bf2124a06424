/**
 * The connections that a cluster's components make, as jobs for Go's and Node's TLS.
 *
 * @module
 */
import type { Judged, JudgedCertificate } from "./judged.ts";
import { certificateOf } from "./tamper.ts";

/** A certificate with its key and the CA that its side trusts, as paths. */
export interface Side {
  readonly certificate: string;
  readonly key: string;
  readonly trusts: string;
}

/** One connection. */
export interface Job {
  readonly server: Side;
  /** The client is a kubeconfig (whose CA `client.trusts` may replace), or `client` that dials `url`. */
  readonly kubeconfig?: string;
  readonly client?: Partial<Side>;
  readonly url?: string;
  /** Unix seconds at which Go verifies; Node has the machine's clock only. */
  readonly at: number;
}

/** What came of a job, for one version of TLS. */
export interface Answer {
  readonly version: string;
  readonly url: string;
  readonly user: string;
  readonly groups: readonly string[] | null;
  readonly clientError: string;
  readonly serverError: string;
}

/** A job that must succeed, and whom the server must see. */
export interface Meeting {
  readonly title: string;
  readonly job: Job;
  readonly url: string;
  readonly user: string;
  readonly groups: readonly string[];
}

/** Makes a side of an entry; it trusts a CA by its id. */
export function sideOf(tree: Judged, id: string, trusts: string): Side {
  const { path, keyPath } = certificateOf(tree, id);
  return { certificate: path, key: keyPath, trusts: certificateOf(tree, trusts).path };
}

/** A time at which a tree's certificates are valid. */
export function momentOf(tree: Judged): number {
  return (tree.certificates[0]?.notBefore ?? 0) + 60;
}

/** Every kubeconfig of a tree to its API server. */
export function kubeconfigMeetings(tree: Judged): Meeting[] {
  const server = sideOf(tree, "apiserver", "ca");
  return tree.kubeconfigs.map((item) => ({
    title: `${item.id} of ${tree.name}`,
    job: { server, kubeconfig: item.path, at: momentOf(tree) },
    url: item.server,
    user: item.user,
    groups: item.groups,
  }));
}

/** The other connections: to etcd and among its members, to kubelets, to an extension API server. */
export function componentMeetings(tree: Judged): Meeting[] {
  const meet = (
    client: readonly [id: string, trusts: string, user: string],
    server: readonly [id: string, trusts: string],
    host: string,
  ): Meeting => {
    const url = `https://${host.includes(":") ? `[${host}]` : host}:6443`;
    return {
      title: `${client[0]} to ${server[0]} as ${host} of ${tree.name}`,
      job: {
        server: sideOf(tree, ...server),
        client: sideOf(tree, client[0], client[1]),
        url,
        at: momentOf(tree),
      },
      url,
      user: client[2],
      groups: [],
    };
  };
  const named = (kind: string): JudgedCertificate[] =>
    tree.certificates.filter((item) => item.id.startsWith(`${kind}/`));
  const hosts = (item: JudgedCertificate): readonly string[] => [...item.dnsNames, ...item.addresses];
  const nameOf = (item: JudgedCertificate): string => item.id.slice(item.id.indexOf("/") + 1);
  const peers = named("etcd-peer");
  return [
    ...named("etcd-server").flatMap((member) =>
      hosts(member).flatMap((host) => [
        meet(
          ["apiserver-etcd-client", "etcd-ca", "kube-apiserver-etcd-client"],
          [member.id, "etcd-ca"],
          host,
        ),
        meet(
          ["etcd-healthcheck-client", "etcd-ca", "kube-etcd-healthcheck-client"],
          [member.id, "etcd-ca"],
          host,
        ),
      ])
    ),
    ...peers.flatMap((client) =>
      peers.flatMap((server) =>
        hosts(server).map((host) =>
          meet([client.id, "etcd-ca", nameOf(client)], [server.id, "etcd-ca"], host)
        )
      )
    ),
    ...named("kubelet-server").flatMap((kubelet) =>
      hosts(kubelet).map((host) =>
        meet(["apiserver-kubelet-client", "ca", "kube-apiserver-kubelet-client"], [kubelet.id, "ca"], host)
      )
    ),
    // An extension API server has a certificate of its own; the client side is what counts here.
    meet(["front-proxy-client", "ca", "front-proxy-client"], ["apiserver", "front-proxy-ca"], "localhost"),
  ];
}
