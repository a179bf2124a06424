/**
 * The step of a kubeconfig, by kubectl.
 *
 * https://kubernetes.io/docs/reference/kubectl/generated/kubectl_config/
 *
 * @module
 */
import type { CertificateEntry, KubeconfigEntry } from "../../plan/types.ts";
import { command, comment, flag, operand } from "./shell.ts";

/**
 * Writes the commands that make a kubeconfig with everything embedded.
 *
 * @param cluster its name
 * @param entry the kubeconfig
 * @param client the certificate in it
 * @param authority the CA that the API server's certificate chains to
 */
export function kubeconfigStep(
  cluster: string,
  entry: KubeconfigEntry,
  client: CertificateEntry,
  authority: CertificateEntry,
): string[] {
  const context = `${entry.user}@${cluster}`;
  const at = flag("kubeconfig", entry.path);
  return [
    ...comment("The cluster: where it is, and how its API server is recognised."),
    ...command("kubectl config set-cluster", [
      flag("server", entry.server),
      `${flag("certificate-authority", authority.certificatePath)} --embed-certs=true`,
      `${at} ${operand(cluster)}`,
    ]),
    ...comment("The user: who is there. The context: both together."),
    ...command("kubectl config set-credentials", [
      flag("client-certificate", client.certificatePath),
      `${flag("client-key", client.keyPath)} --embed-certs=true`,
      `${at} ${operand(entry.user)}`,
    ]),
    ...command("kubectl config set-context", [
      `${flag("cluster", cluster)} ${flag("user", entry.user)}`,
      `${at} ${operand(context)}`,
    ]),
    `kubectl config use-context ${at} ${operand(context)}`,
  ];
}
