/**
 * The step of a kubeconfig, by kubectl.
 *
 * https://kubernetes.io/docs/reference/kubectl/generated/kubectl_config/
 *
 * @module
 */
import type { CertificateEntry, KubeconfigEntry } from "../../plan/types.ts";
import { workFolder } from "./frame.ts";
import { command, comment, file, flag, folderOf, operand, word } from "./shell.ts";

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
  // A webhook's certificate may chain to a CA of others, which the spec has in it.
  const given = entry.certificateAuthority;
  const trusted = given === undefined
    ? authority.certificatePath
    : `${workFolder(client.certificatePath)}/ca.crt`;
  const at = flag("kubeconfig", entry.path);
  return [
    ...(given === undefined ? [] : [`mkdir -p ${word(folderOf(trusted))}`, ...file(trusted, given)]),
    ...comment("The cluster: where it is, and how its server is recognised."),
    ...command("kubectl config set-cluster", [
      flag("server", entry.server),
      `${flag("certificate-authority", trusted)} --embed-certs=true`,
      `${at} ${operand(cluster)}`,
    ]),
    ...comment("The user: who is there. The context: both together."),
    ...command("kubectl config set-credentials", [
      flag("client-certificate", client.certificatePath),
      `${flag("client-key", client.keyPath)} --embed-certs=true`,
      `${at} ${operand(entry.user)}`,
    ]),
    ...command("kubectl config set-context", [
      `${flag("cluster", cluster)} ${flag("user", entry.user)}${
        entry.namespace === undefined ? "" : ` ${flag("namespace", entry.namespace)}`
      }`,
      `${at} ${operand(context)}`,
    ]),
    `kubectl config use-context ${at} ${operand(context)}`,
  ];
}
