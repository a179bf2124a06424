/**
 * The programs of Kubernetes and etcd that the tests run, built beforehand by `build.sh`.
 *
 * @module
 */
import { findProgram, type Tool } from "../tools.ts";
import { builtFolder, builtProgram } from "./built.ts";

/** What a cluster is made of. */
const NAMES = [
  ...["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kubectl", "kubeadm"],
  ...["etcd", "etcdctl", "hollow-kubelet", "extension"],
] as const;

/** The folder with all of them, or what is missing. */
export function clusterPrograms(): Tool {
  const missing = NAMES.map(builtProgram).find((tool) => "missing" in tool);
  return missing ?? { path: builtFolder() };
}

/** What a cluster's machines need of this computer: root, and programs that make namespaces. */
export function namespaces(): readonly Tool[] {
  return [
    Deno.uid() === 0 ? { path: "root" } : { missing: "machines of their own need root" },
    findProgram("unshare", "util-linux"),
    findProgram("nsenter", "util-linux"),
    findProgram("ip", "iproute2"),
    findProgram("iptables", "iptables"),
    findProgram("curl", "curl"),
    findProgram("openssl", "openssl"),
  ];
}
