/**
 * The spec stage: bytes of a YAML document in, a validated {@linkcode Spec} out, or every problem of the document
 * in one run. It reads no file, no clock and no environment.
 *
 * @module
 */
import type { Cidr } from "../shared/address.ts";
import { HardwayError } from "../shared/errors.ts";
import { compareProblems, formatProblems, type Problem } from "../shared/problem.ts";
import {
  formatTime,
  isSayableEnd,
  LAST_END,
  parseTime,
  parseValidity,
  type Validity,
} from "../shared/time.ts";
import {
  checkMachinePods,
  checkMachines,
  checkNetworks,
  checkServiceFamily,
  keepOnePerFamily,
} from "./check_machines.ts";
import type { SpecInput } from "./definition.ts";
import { type Path, readDocument, SpecDocument } from "./document.ts";
import { readAuthentication } from "./authentication.ts";
import { readAuthorization } from "./authorization.ts";
import { readBootstrapTokens } from "./bootstrap.ts";
import { type DraftMember, located, locatedCidrs, type Report } from "./draft.ts";
import { readEncryption } from "./encryption.ts";
import { readCertificates, readSans } from "./identities.ts";
import { canonicalNames, MAX_MACHINES, readMachines, reportDuplicates } from "./machines.ts";
import { readRoles, readServiceAccounts, readUsers } from "./people.ts";
import { type Endpoint, parseEndpoint } from "./scalars.ts";
import { formatPath, isRefused, type Partly, shape } from "./shape.ts";
import { readSigners } from "./signers.ts";
import type { Located, Machine, Reading, Spec } from "./types.ts";

/**
 * Reads a spec as far as it can be understood.
 *
 * @param bytes the YAML document
 * @param file its name for messages, as the user typed it
 */
export function readSpec(bytes: Uint8Array, file: string): Reading {
  const read = readDocument(bytes, file);
  if (!(read instanceof SpecDocument)) return unreadable(new SpecDocument("", file), [read]);
  if (read.problems.length > 0) return unreadable(read, read.problems);
  const shaped = shape(read);
  const problems: Problem[] = [...shaped.problems];
  let { hasAllNames } = shaped;
  const report: Report = (path, message, target) => {
    if (path.at(-1) === "name") hasAllNames = false;
    problems.push(read.problem(path, message, target));
  };
  const spec = finish(shaped.value, read, report);
  return { spec, problems: problems.sort(compareProblems), hasAllNames };
}

/**
 * Reads and validates a spec.
 *
 * @param bytes the YAML document, or its text
 * @param file its name for messages
 * @throws {HardwayError} `spec-invalid`, with every problem of the document
 * @example
 * ```ts
 * import { parseSpec } from "../../mod.ts";
 *
 * const spec = parseSpec("name: lab\ncontrolPlane: [{ name: server, addresses: [10.240.0.10] }]\n", "cluster.yaml");
 * console.log(spec.apiServer.endpoint.port); // 6443
 * ```
 */
export function parseSpec(bytes: Uint8Array | string, file: string): Spec {
  const reading = readSpec(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes, file);
  if (reading.problems.length > 0) throw specError(reading.problems);
  return reading.spec;
}

/** The error for the problems of one document. */
export function specError(problems: readonly Problem[]): HardwayError {
  return new HardwayError("spec-invalid", formatProblems(problems), problems);
}

function unreadable(document: SpecDocument, problems: readonly Problem[]): Reading {
  const sorted = [...problems].sort(compareProblems);
  return { spec: finish({}, document, () => {}), problems: sorted, hasAllNames: false };
}

/** Fills in defaults and makes the checks that need more than one value. */
function finish(value: Partly<SpecInput>, document: SpecDocument, report: Report): Spec {
  const controlPlane = readMachines(value.controlPlane, ["controlPlane"], MAX_MACHINES, true, report);
  const workers = readMachines(value.workers, ["workers"], MAX_MACHINES - controlPlane.length, true, report);
  const given = value.etcd?.members;
  const members = given === undefined || given.length === 0
    ? controlPlane
    : readMachines(given, ["etcd", "members"], MAX_MACHINES, false, report);
  const services = readNetworks(value, "serviceCIDRs", "10.32.0.0/24", report);
  const pods = readNetworks(value, "podCIDRs", "10.200.0.0/14", report);
  checkMachines([...controlPlane, ...workers], members === controlPlane ? [] : members, report);
  checkNetworks(services, pods, report);
  checkMachinePods([...controlPlane, ...workers], pods, report);
  checkServiceFamily(controlPlane, services, report);
  const layout = value.files?.layout ?? "hard-way";
  if (layout === "kubeadm") checkKubeadm(value, controlPlane, report);
  const kubernetesMinor = Number((value.kubernetesVersion ?? "1.37").slice(2));
  const serviceAccountIssuer = value.apiServer?.serviceAccountIssuer ??
    `https://kubernetes.default.svc.${value.clusterDomain ?? "cluster.local"}`;
  const roles = readRoles(value, report);
  const sans = readSans(value.apiServer?.certSANs, ["apiServer", "certSANs"], report);
  return {
    name: value.name ?? "",
    kubernetesMinor,
    clusterDomain: value.clusterDomain ?? "cluster.local",
    serviceCIDRs: services.map((cidr) => cidr.value),
    podCIDRs: pods.map((cidr) => cidr.value),
    apiServer: {
      endpoint: readEndpoint(value, controlPlane),
      port: value.apiServer?.port ?? 6443,
      ...sans,
      serviceAccountIssuer,
    },
    controlPlane: controlPlane.map(toMachine),
    workers: workers.map(toMachine),
    etcdMembers: members.map(toMachine),
    keys: {
      ca: value.keys?.ca ?? "ECDSA-P256",
      leaf: value.keys?.leaf ?? "ECDSA-P256",
      serviceAccount: value.keys?.serviceAccount ?? "ECDSA-P256",
      retiredServiceAccount: readRetired(value, report),
    },
    validity: readValidity(value, report),
    adminGroup: value.admin?.group ?? (layout === "kubeadm" ? "kubeadm:cluster-admins" : "system:masters"),
    generations: readPatterns(value.generations, ["generations"], report)
      .map(({ value: generation, ...entry }) => ({ ...entry, generation })),
    naming: value.files?.naming ?? "crt",
    layout,
    isSigning: value.controllerManager?.signing ?? true,
    encryption: readEncryption(value, report),
    authentication: readAuthentication(value, layout, serviceAccountIssuer, report),
    authorization: readAuthorization(value, report),
    users: readUsers(value, { roles, kubernetesMinor }, report),
    bootstrapTokens: readBootstrapTokens(value, layout, report),
    serviceAccounts: readServiceAccounts(value, roles, report),
    roles,
    certificates: readCertificates(value, report),
    signers: readSigners(value, report),
    problem: (path, message, target) => document.problem(path, message, target),
  };
}

/** Generations of the service-account key that only check. */
function readRetired(value: Partly<SpecInput>, report: Report): number[] {
  const retired = located(value.keys?.retiredServiceAccount, ["keys", "retiredServiceAccount"]);
  reportDuplicates(
    retired.map(({ value, path }) => ({
      key: String(value),
      path,
      message: (number) => `Duplicate generation ${number}: expected each once`,
    })),
    report,
  );
  return retired.map(({ value }) => value);
}

/** What the layout of kubeadm does not take. */
function checkKubeadm(value: Partly<SpecInput>, controlPlane: readonly DraftMember[], report: Report): void {
  for (const use of ["ca", "leaf"] as const) {
    if (value.keys?.[use] !== "Ed25519") continue;
    report(
      ["keys", use],
      `Cannot use "Ed25519" as keys.${use} with files.layout kubeadm: expected RSA or ECDSA, which kubeadm reads`,
    );
  }
  for (const { kubelet, path } of controlPlane) {
    if (kubelet) continue;
    report(
      [...path, "kubelet"],
      "Cannot do without a kubelet with files.layout kubeadm: expected true, as it runs the static pods",
    );
  }
}

/** A list of networks; the default only where the key is missing, not where it was refused. */
function readNetworks(
  value: Partly<SpecInput>,
  key: "serviceCIDRs" | "podCIDRs",
  fallback: string,
  report: Report,
): Located<Cidr>[] {
  if (isRefused(value, key)) return [];
  return keepOnePerFamily(key, locatedCidrs(value[key] ?? fallback, [key], report), report);
}

function readEndpoint(value: Partly<SpecInput>, controlPlane: readonly DraftMember[]): Endpoint {
  const given = value.apiServer?.endpoint;
  const parsed = given === undefined ? undefined : parseEndpoint(given);
  return parsed ?? { host: controlPlane[0]?.addresses[0]?.value.text ?? "", port: 6443 };
}

function toMachine(draft: DraftMember): Machine {
  return {
    name: draft.name,
    addresses: draft.addresses.map(({ value }) => value),
    dnsNames: canonicalNames(draft.dnsNames.map(({ value }) => value)),
    kubelet: draft.kubelet,
    podCIDRs: draft.podCIDRs.map(({ value }) => value),
    path: draft.namePath,
  };
}

function readValidity(value: Partly<SpecInput>, report: Report): Spec["validity"] {
  const notBefore = value.validity?.notBefore === undefined ? undefined : parseTime(value.validity.notBefore);
  const one = (text: string | undefined, fallback: Validity, path: Path): Located<Validity> => {
    const parsed = text === undefined ? undefined : parseValidity(text);
    if (parsed !== undefined && "until" in parsed && !isSayableEnd(parsed.until)) {
      report(
        path,
        `Cannot use ${formatTime(parsed.until)} as an end: expected one before 9999-12-31T23:59:59Z`,
      );
    }
    return { value: parsed ?? fallback, path };
  };
  const year = 365 * 86400;
  // No leaf outlives a CA whose end was refused.
  const ca = isRefused(value.validity, "ca") ? { until: LAST_END } : { seconds: 10 * year };
  return {
    ...(notBefore === undefined ? {} : { notBefore }),
    ca: one(value.validity?.ca, ca, ["validity", "ca"]),
    leaf: one(value.validity?.leaf, { seconds: year }, ["validity", "leaf"]),
    overrides: readPatterns(value.validity?.overrides, ["validity", "overrides"], report)
      .map(({ value: text, ...entry }) => ({
        ...entry,
        validity: one(text, { seconds: year }, entry.path).value,
      })),
  };
}

/** How many patterns with a `*` a mapping may have: each of them is tried on each id. */
const MAX_WILD_PATTERNS = 1000;

/** What a mapping sets by id or pattern, in the document's order. */
function readPatterns<T>(
  given: Readonly<Record<string, T | undefined>> | undefined,
  path: Path,
  report: Report,
): { readonly pattern: string; readonly value: T; readonly path: Path }[] {
  let wild = 0;
  const entries = Object.entries(given ?? {}).flatMap(([pattern, value]) => {
    if (pattern.includes("*")) wild++;
    const isSurplus = pattern.includes("*") && wild > MAX_WILD_PATTERNS;
    return value === undefined || isSurplus ? [] : [{ pattern, value, path: [...path, pattern] }];
  });
  if (wild > MAX_WILD_PATTERNS) {
    const what = `${wild} patterns with * in ${formatPath(path)}`;
    report(path, `Cannot use ${what}: expected at most ${MAX_WILD_PATTERNS}`, "key");
  }
  return entries;
}
