/**
 * What helps, as a command: by the code, and by who made the tree.
 *
 * @module
 */
import type { Code } from "../../inspect/verify/findings.ts";
import { CALL } from "../../shared/assets.ts";

/** What a remedy is made of. */
export interface Sick {
  readonly code: Code;
  readonly path: string | undefined;
  readonly flag: string | undefined;
  /** The program that reads the file, and has to be started again. */
  readonly program: string | undefined;
  /** The name or address that was asked for. */
  readonly name: string | undefined;
  /** A file here that holds what should be there. */
  readonly instead: string | undefined;
}

/** What kubeadm calls the files that it renews. */
const KUBEADM: readonly (readonly [RegExp, string])[] = [
  [/kubernetes\/pki\/etcd\/server\.crt$/, "etcd-server"],
  [/kubernetes\/pki\/etcd\/peer\.crt$/, "etcd-peer"],
  [/kubernetes\/pki\/etcd\/healthcheck-client\.crt$/, "etcd-healthcheck-client"],
  [
    /etc\/kubernetes\/pki\/(apiserver|apiserver-etcd-client|apiserver-kubelet-client|front-proxy-client)\.crt$/,
    "",
  ],
  [/etc\/kubernetes\/(admin|super-admin|controller-manager|scheduler)\.conf$/, ""],
];

/** The name that `kubeadm certs renew` has for a file; undefined for files of others. */
function kubeadmName(path: string): string | undefined {
  for (const [pattern, name] of KUBEADM) {
    const match = pattern.exec(path);
    if (match !== null) return name === "" ? `${match[1]}${/\.conf$/.test(path) ? ".conf" : ""}` : name;
  }
  return undefined;
}

/** The command that helps; what has to be done before it stands behind it, in brackets. */
export function remedyOf(sick: Sick): string {
  const { code, path, flag, program, name, instead } = sick;
  const file = quoted(path ?? "FILE");
  const restart = isService(program) ? ` && systemctl restart ${program}` : "";
  const kubeadm = path === undefined ? undefined : kubeadmName(path);
  const bundle = `${CALL} bundle && cp out/CLUSTER/hosts/MACHINE${inTree(path)} ${file}${restart}`;
  const again = kubeadm === undefined ? bundle : `kubeadm certs renew ${kubeadm}`;
  const edit = (what: string, unit = program): string =>
    isService(unit)
      ? `systemctl edit --full ${unit} && systemctl restart ${unit} (${what})`
      : `edit the flags of ${unit ?? "the program"} (${what})`;
  const isInKubeconfig = flag?.startsWith("users[") === true || flag?.startsWith("clusters[") === true;
  if (code === "expired" && /bootstrap/.test(`${path} ${flag}`)) {
    return `kubeadm token create${restart} (put the new token into ${file})`;
  }
  // https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/troubleshooting-kubeadm/#kubelet-client-cert
  if (/\/kubelet-client-(?:current|\d{4}-)[^/]*\.pem$|etc\/kubernetes\/kubelet\.conf$/.test(path ?? "")) {
    return "kubeadm kubeconfig user --org=system:nodes --client-name=system:node:NODE > kubelet.conf && " +
      "mv kubelet.conf /etc/kubernetes/ && rm /var/lib/kubelet/pki/kubelet-client-* && systemctl restart kubelet";
  }
  switch (code) {
    case "expired":
    case "expires-soon":
      return kubeadm === undefined ? `${bundle} (move validity.notBefore in the spec first)` : again;
    case "not-yet-valid":
      return "timedatectl set-ntp true (on the machine whose clock is wrong; or wait)";
    case "wrong-issuer":
      if (flag?.startsWith("clusters[") === true) return embed(file, instead ?? "CA.crt");
      return instead === undefined ? again : `cp ${quoted(instead)} ${file}${restart}`;
    case "kubeconfig-stale":
      return flag?.startsWith("clusters[") === true ? embed(file, instead ?? "CA.crt") : bundle;
    case "kubeconfig-server":
      return `kubectl config set-cluster NAME --server=https://HOST:6443 --kubeconfig=${file}`;
    case "san-missing":
      if (flag?.includes("preferred-address") === true) {
        return edit(`put InternalIP into ${flag}`, "kube-apiserver");
      }
      return kubeadm === "apiserver"
        ? `rm ${file} && kubeadm init phase certs apiserver --apiserver-cert-extra-sans=${name ?? "NAME"}`
        : `${again} (add ${
          name ?? "the name"
        } to the spec first: apiServer.certSANs, or the machine's addresses)`;
    case "san-absent":
      return again;
    case "missing-flag":
      return isInKubeconfig ? bundle : edit(`set ${flag ?? "the flag"}`);
    case "missing-file":
      return bundle;
    case "signing-file-bundle":
      return `openssl x509 -in ${file} -out ${file}.one && mv ${file}.one ${file}${restart}`;
    case "shared-requestheader-ca":
      return edit("set --requestheader-allowed-names=front-proxy-client", "kube-apiserver");
    case "plain-etcd":
      return edit(`write https: in ${flag ?? "--etcd-servers"}`);
    case "sa-key-mismatch":
      if (flag?.includes("issuer") === true || flag?.includes("audience") === true) {
        return edit(`give ${flag} once more, with the old value behind the new one`, "kube-apiserver");
      }
      return flag === "--service-account-key-file"
        ? `openssl pkey -in ${quoted(instead ?? "SIGNING.key")} -pubout >> ${file}${restart}`
        : `openssl pkey -in ${file} -pubout >> SA.pub && systemctl restart kube-apiserver ` +
          "(SA.pub: the file of --service-account-key-file)";
    default:
      return /encryption/.test(path ?? "")
        ? `head -c 32 /dev/urandom | base64 (for a key in ${file}; keep the old keys behind it)`
        : again;
  }
}

/** Whether a program is started by a unit. */
function isService(program: string | undefined): program is string {
  return program !== undefined && program !== "kubectl" && program !== "curl" && program !== "openssl";
}

/** The path on the machine, where the tree's folder can be told from it. */
function inTree(path = ""): string {
  return /\/(?:etc|var)\/.*$/.exec(path)?.[0] ?? `/${path.slice(path.lastIndexOf("/") + 1)}`;
}

function embed(file: string, authority: string): string {
  return `kubectl config set-cluster NAME --embed-certs --certificate-authority=${
    quoted(authority)
  } --kubeconfig=${file}`;
}

/** As a shell reads it. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
