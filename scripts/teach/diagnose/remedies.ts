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

/** The command that helps. */
export function remedyOf(sick: Sick): string {
  const { code, path, flag, program, name, instead } = sick;
  const file = quoted(path ?? "FILE");
  const again = program === undefined || program === "kubectl" || program === "curl"
    ? ""
    : ` && systemctl restart ${program}`;
  const made = path === undefined ? undefined : kubeadmName(path);
  const renew = made === undefined
    ? `move validity.notBefore in the spec, then ${CALL} bundle, and copy ${file}${again}`
    : `kubeadm certs renew ${made}`;
  const makeAgain = made === undefined
    ? `${CALL} bundle, and copy ${file}${again}`
    : `kubeadm certs renew ${made}`;
  if (code === "expired" && /bootstrap/.test(`${path} ${flag}`)) {
    return `kubeadm token create, and put the token into ${file}${again}`;
  }
  const config = path !== undefined &&
    (flag?.startsWith("users[") === true || flag?.startsWith("clusters[") === true);
  switch (code) {
    case "expired":
    case "expires-soon":
      return renew;
    case "not-yet-valid":
      return "timedatectl set-ntp true, on the machine whose clock is wrong; or wait";
    case "wrong-issuer":
      if (config && flag?.startsWith("clusters[") === true) return embed(file, instead ?? "CA.crt");
      return instead === undefined ? makeAgain : `cp ${quoted(instead)} ${file}${again}`;
    case "kubeconfig-stale":
      return flag?.startsWith("clusters[") === true
        ? embed(file, instead ?? "CA.crt")
        : `${CALL} bundle, and copy ${file}${again}`;
    case "kubeconfig-server":
      return `kubectl config set-cluster NAME --server=https://HOST:6443 --kubeconfig=${file}`;
    case "san-missing":
    case "san-absent":
      return made === "apiserver"
        ? `rm ${file} && kubeadm init phase certs apiserver --apiserver-cert-extra-sans=${name ?? "NAME"}`
        : `add ${
          name ?? "the name"
        } to the spec (apiServer.certSANs, or the machine's addresses), then ${makeAgain}`;
    case "mode-too-open":
      return `chmod 600 ${file}`;
    case "missing-flag":
      return config
        ? `${CALL} bundle, and copy ${file}`
        : `systemctl edit --full ${program ?? "UNIT"}, set ${flag ?? "the flag"}${again}`;
    case "missing-file":
      return `${CALL} bundle, and copy ${file}${again}`;
    case "signing-file-bundle":
      return `openssl x509 -in ${file} -out ${file}.one && mv ${file}.one ${file}${again}`;
    case "shared-requestheader-ca":
      return instead === undefined
        ? `systemctl edit --full kube-apiserver, set --requestheader-allowed-names=front-proxy-client${again}`
        : `cp ${quoted(instead)} ${file}${again}`;
    case "plain-etcd":
      return `systemctl edit --full ${program ?? "kube-apiserver"}, write https: in ${
        flag ?? "--etcd-servers"
      }${again}`;
    case "sa-key-mismatch":
      return flag?.includes("issuer") === true || flag?.includes("audience") === true
        ? `systemctl edit --full kube-apiserver, give ${flag} once more with the old value${again}`
        : flag === "--service-account-key-file"
        ? `openssl pkey -in ${quoted(instead ?? "SIGNING.key")} -pubout >> ${file}${again}`
        : `openssl pkey -in ${file} -pubout -out OLD.pub; then --service-account-key-file=OLD.pub once more for ` +
          "kube-apiserver";
    case "cn-wrong":
    case "organization-wrong":
    case "eku-missing":
    case "ca-as-leaf":
    case "key-mismatch":
    case "unparsable":
      return /encryption/.test(path ?? "")
        ? `head -c 32 /dev/urandom | base64, for a key in ${file}; keep the old keys behind it${again}`
        : makeAgain;
    case "anonymous-auth":
      return "kubectl config set-credentials NAME --client-certificate=CRT --client-key=KEY --embed-certs";
    default:
      return makeAgain;
  }
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
