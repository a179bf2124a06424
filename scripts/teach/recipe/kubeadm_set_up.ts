/**
 * What a recipe for kubeadm prepares: its configuration, and a function that unpacks kubeconfigs.
 *
 * @module
 */
import type { CertificateEntry, Plan } from "../../plan/types.ts";
import { parseAddress } from "../../shared/address.ts";
import { endOf } from "../../shared/time.ts";
import type { Member } from "../../spec/types.ts";
import { WORK } from "./frame.ts";
import { kubeadmAlgorithm, kubeadmYaml } from "./kubeadm_config.ts";
import type { RecipeInput } from "./recipe_input.ts";
import { comment, file, word } from "./shell.ts";

/** The configuration of the first control plane. */
export const KUBEADM_CONFIG = `${WORK}/kubeadm.yaml`;

/** Writes what stands before the steps. */
export function kubeadmSetUp(input: RecipeInput): string[] {
  const [first] = input.spec.controlPlane;
  if (first === undefined) throw new Error("The spec has no control plane");
  return [
    "",
    ...comment("The cluster as kubeadm is told of it, standing on the first control plane."),
    ...configFile(input, first, KUBEADM_CONFIG, `${WORK}/kubernetes`, []),
    "",
    ...comment("kubeadm hands out clients' certificates inside kubeconfigs only: this takes them out."),
    "unpack() {",
    ...(["certificate", "key"] as const).flatMap((what, index) => [
      `  kubectl config view --raw --kubeconfig="$1" -o 'jsonpath={.users[0].user.client-${what}-data}' |`,
      `    openssl base64 -d -A > "$${index + 2}"`,
    ]),
    "}",
  ];
}

/**
 * Writes a configuration.
 *
 * @param machine where kubeadm is told it stands
 * @param path the configuration's
 * @param folder where certificates go, from the script's folder
 * @param etcdNames names of etcd's certificates, besides the machine's first address
 */
export function configFile(
  { spec, plan }: RecipeInput,
  machine: Member,
  path: string,
  folder: string,
  etcdNames: readonly string[],
): string[] {
  const [address] = machine.addresses;
  if (address === undefined) throw new Error(`The machine ${machine.name} has no address`);
  const apiServer = certificateOf(plan, "apiserver");
  const { host, port } = spec.apiServer.endpoint;
  const start = apiServer.notBefore;
  return [
    ...file(
      path,
      kubeadmYaml({
        cluster: plan.cluster,
        minor: spec.kubernetesMinor,
        machine: machine.name,
        address,
        port: spec.apiServer.port,
        endpoint: `${parseAddress(host)?.family === 6 ? `[${host}]` : host}:${port}`,
        clusterDomain: spec.clusterDomain,
        serviceCIDRs: spec.serviceCIDRs,
        algorithm: kubeadmAlgorithm(spec.keys.leaf),
        names: namesOf(apiServer),
        etcdNames,
        authority: endOf(spec.validity.ca.value, start) - start,
        leaf: endOf(spec.validity.leaf.value, start) - start,
      }),
    ),
    `echo "certificatesDir: \\"$PWD/${folder}\\"" >> ${word(path)}`,
  ];
}

/** All names of a certificate. */
export function namesOf({ dnsNames, addresses }: CertificateEntry): string[] {
  return [...dnsNames, ...addresses.map(({ text }) => text)];
}

function certificateOf({ entries }: Plan, id: string): CertificateEntry {
  for (const entry of entries) if (entry.kind === "certificate" && entry.id === id) return entry;
  throw new Error(`The plan has no certificate with the id ${id}`);
}
