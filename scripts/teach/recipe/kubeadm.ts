/**
 * The recipe for kubeadm: in goes a plan, out comes a script that lets kubeadm's phases make what they can, in a folder of
 * their own, and copies it to the names of the plan. What kubeadm cannot make is said where it would stand.
 *
 * https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-init-phase/
 *
 * @module
 */
import { endOf, headline, headOf, WORK } from "./frame.ts";
import { kubeadmSetUp } from "./kubeadm_set_up.ts";
import { isMadeByKubeadm, kubeadmStep } from "./kubeadm_steps.ts";
import type { RecipeInput } from "./recipe_input.ts";
import { select, type Selection } from "./selection.ts";

const REMARKS = [
  "What kubeadm cannot do: certificates begin 5 minutes before now, leaves when their CA does; the CAs are called " +
  "kubernetes, etcd-ca and front-proxy-ca and have their name as SAN too; every key may encipher; serials have 8 bytes; " +
  "keys are SEC1 and PKCS#1 (Kubernetes reads them); all groups of a subject stand in one RDN; there is no Ed25519; no " +
  "serving certificates of kubelets, and no certificates for others than clients of the API server.",
  `Some keys stay in ${WORK}/ too, those of the CAs among them: keep it as safe as pki/, or remove it.`,
  "It needs kubeadm of the spec's version, 1.31 or later for this form of its configuration.",
];

/**
 * Writes the script.
 *
 * @param input what it is made of
 */
export function kubeadmRecipe(input: RecipeInput): string {
  const selection = select(input);
  const made: Selection = {
    ...selection,
    entries: selection.entries.filter((entry) => isMadeByKubeadm(entry)),
  };
  const lines = [
    ...headOf(input, made, {
      summary:
        `The PKI of the cluster ${input.plan.cluster}, made by kubeadm as far as it can: the file names of provision, ` +
        "with keys of its own.",
      remarks: REMARKS,
      programs: ["kubeadm", "kubectl", "openssl"],
      checks: [
        'case "$PWD" in',
        '*[\\"\\\\]*)',
        '  echo "Refused: kubeadm.yaml cannot hold the path $PWD" >&2',
        "  exit 2",
        "  ;;",
        "esac",
      ],
      folders: [`${WORK}/kubernetes`],
    }),
    ...kubeadmSetUp(input),
    ...selection.entries.flatMap((entry) => [
      ...headline(entry, selection),
      ...kubeadmStep(entry, input, selection),
    ]),
    ...endOf(made),
  ];
  return `${lines.join("\n")}\n`;
}
