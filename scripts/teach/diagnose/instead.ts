/**
 * Whether the tree holds, elsewhere, what should be in the file at fault.
 *
 * @module
 */
import { isAuthority } from "../../inspect/verify/certificates.ts";
import type { Facts } from "../../inspect/verify/facts.ts";
import type { Finding } from "../../inspect/verify/findings.ts";
import { equalBytes } from "../../shared/encoding.ts";
import { fileAt } from "./relations.ts";

/** A file here that holds what is missing in the one at fault. */
export function insteadOf(one: Finding, facts: Facts): string | undefined {
  switch (one.code) {
    case "wrong-issuer":
    case "kubeconfig-stale":
      return rightAuthority(one, facts);
    case "sa-key-mismatch":
      return fileAt(facts, "kube-apiserver", "service-account-signing-key-file")?.path;
    default:
      return undefined;
  }
}

/** A CA file here that signed what the wrong one should verify. */
function rightAuthority({ path, flag }: Finding, facts: Facts): string | undefined {
  const wrong = facts.certificates.filter((one) => one.path === path && isAuthority(one.item));
  if (wrong.length === 0) return undefined;
  const use = facts.uses.find((one) => one.scan.path === path && one.flag === flag);
  const others = facts.uses.filter(({ meaning, scan, setting }) =>
    meaning.names === "ca" && scan.path !== path && isSameKind(setting, use?.setting ?? "client-ca-file")
  );
  const good = others.flatMap(({ scan }) => [...facts.certificatesOf(scan)]).find((one) =>
    !wrong.some(({ item }) => equalBytes(item.certificate.der, one.item.certificate.der))
  );
  return good?.path;
}

/** Whether two flags name the same CA, each on its side. */
function isSameKind(a: string, b: string): boolean {
  const kind = (setting: string): string =>
    /etcd-cafile|^(?:peer-)?trusted-ca-file|cacert/.test(setting)
      ? "etcd"
      : /requestheader/.test(setting)
      ? "front-proxy"
      : "cluster";
  return kind(a) === kind(b);
}
