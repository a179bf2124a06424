/**
 * What Kubernetes objects hold: Secrets, ConfigMaps, CertificateSigningRequests, pods, configurations of components,
 * and kubeconfigs, wherever they are nested.
 *
 * @module
 */
import { parseTime } from "../shared/time.ts";
import { argumentsOfConfiguration, type Configuration } from "./flags/component_configuration.ts";
import type { Invocation } from "./flags/invocation.ts";
import type { Item } from "./item.ts";
import { decodeBase64, isKubeconfig, readKubeconfig, type Reference } from "./kubeconfig.ts";
import { invocationsOfPod } from "./flags/manifest_invocation.ts";
import { broken } from "./scan_der.ts";
import { isDiscovery, isKeySet, readKeySet } from "./tokens/json_web_keys.ts";
import { isMapping, type Mapping, textAt, valueAt } from "./yaml_values.ts";

/** What was found in objects. */
export interface ObjectScan {
  readonly items: Item[];
  readonly invocations: Invocation[];
  readonly configurations: Configuration[];
  /** Whether any of the objects is of a kind that is known here. */
  isKnown: boolean;
}

/** Looks into bytes or text that an object holds. */
export type ScanInner = (bytes: Uint8Array | string, inside: string) => Item[];

/**
 * Looks into one document.
 *
 * @param value plain values
 * @param scanInner for what is embedded
 */
export function scanObject(value: unknown, scanInner: ScanInner): ObjectScan {
  const found: ObjectScan = { items: [], invocations: [], configurations: [], isKnown: false };
  scanInto(found, value, "", scanInner);
  return found;
}

function scanInto(found: ObjectScan, value: unknown, at: string, scanInner: ScanInner): void {
  if (!isMapping(value)) return;
  if (isKubeconfig(value)) {
    found.isKnown = true;
    found.items.push(...kubeconfigItems(value, at, scanInner));
    return;
  }
  if (isKeySet(value) || isDiscovery(value)) {
    found.isKnown = true;
    found.items.push(...readKeySet(value).map((item) => ({ ...item, inside: join(at, item.inside ?? "") })));
    return;
  }
  const kind = textAt(value, "kind");
  if (textAt(value, "apiVersion") === undefined || kind === undefined) {
    found.items.push(...scanStrings(value, at, scanInner));
    return;
  }
  const configuration = argumentsOfConfiguration(value);
  if (configuration !== undefined) {
    found.isKnown = true;
    found.configurations.push(configuration);
  }
  switch (kind) {
    case "List":
    case "SecretList":
    case "ConfigMapList":
    case "PodList":
    case "CertificateSigningRequestList": {
      found.isKnown = true;
      const list: unknown = value["items"];
      if (Array.isArray(list)) {
        for (const [index, item] of (list as unknown[]).entries()) {
          // The API leaves out the kind of what a typed list holds.
          const whole = kind === "List" || !isMapping(item)
            ? item
            : { apiVersion: value["apiVersion"], kind: kind.slice(0, -4), ...item };
          scanInto(found, whole, join(at, `items[${index}]`), scanInner);
        }
      }
      return;
    }
    case "Secret":
      found.isKnown = true;
      found.items.push(...scanSecret(value, at, scanInner));
      return;
    case "ConfigMap":
      found.isKnown = true;
      found.items.push(...scanTexts(value["data"], join(at, "data"), scanInner));
      found.items.push(...scanBinary(value["binaryData"], join(at, "binaryData"), scanInner));
      return;
    case "CertificateSigningRequest":
      found.isKnown = true;
      found.items.push(...scanRequestObject(value, at, scanInner));
      return;
    default: {
      const invocations = invocationsOfPod(value);
      if (invocations.length > 0 || kind === "Pod") found.isKnown = true;
      found.invocations.push(...invocations);
      // Webhook configurations, API services, token issuers and the like embed CAs.
      found.items.push(...scanStrings(value, at, scanInner));
    }
  }
}

function join(at: string, next: string): string {
  return at === "" || next.startsWith("[") ? `${at}${next}` : `${at}.${next}`;
}

/** A path into an object, in the words of JSONPath: `data["tls.crt"]`. */
function keyPath(at: string, key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? join(at, key) : `${at}["${key}"]`;
}

function kubeconfigItems(value: Mapping, at: string, scanInner: ScanInner): Item[] {
  const kubeconfig = readKubeconfig(value);
  const embedded = (reference: Reference | undefined): Item[] => {
    if (reference?.data === undefined) return [];
    const inside = join(at, reference.at);
    if (reference.data === "broken") return [broken(inside, "embedded data", "no base64")];
    // DATA+OMITTED, in whose place kubectl config view has it.
    if (reference.data.toBase64() === "DATA+OMITTED") {
      return [broken(inside, "embedded data", "kubectl left it out; use kubectl config view --raw")];
    }
    const items = scanInner(reference.data, inside);
    return items.length > 0 ? items : [broken(inside, "embedded data", "no certificate and no key in it")];
  };
  const items: Item[] = [{ kind: "kubeconfig", inside: at === "" ? undefined : at, kubeconfig }];
  for (const cluster of kubeconfig.clusters) items.push(...embedded(cluster.authority));
  for (const [index, user] of kubeconfig.users.entries()) {
    items.push(...embedded(user.certificate), ...embedded(user.key));
    if (user.tokenAt !== undefined) {
      const token = valueAt(value, "users", index, "user", "token");
      if (typeof token === "string") items.push(...bearerToken(token, join(at, user.tokenAt), scanInner));
    }
    if (user.hasPassword) {
      items.push({
        kind: "token",
        inside: join(at, `users[${index}].user.password`),
        form: "password",
        user: textAt(valueAt(value, "users", index, "user"), "username"),
        groups: [],
        expires: undefined,
        claims: undefined,
      });
    }
  }
  return items;
}

/** A token with claims if it has some, else one of which nothing is known. */
function bearerToken(token: string, inside: string, scanInner: ScanInner): Item[] {
  const items = scanInner(token, inside).filter(({ kind }) => kind === "token");
  return items.length > 0 ? items : [{
    kind: "token",
    inside,
    form: "token",
    user: undefined,
    groups: [],
    expires: undefined,
    claims: undefined,
  }];
}

function scanSecret(value: Mapping, at: string, scanInner: ScanInner): Item[] {
  const data = value["data"];
  const plain = value["stringData"];
  if (textAt(value, "type") === "bootstrap.kubernetes.io/token") {
    return [bootstrapToken(value, at)];
  }
  return [
    ...scanBinary(data, join(at, "data"), scanInner),
    ...scanTexts(plain, join(at, "stringData"), scanInner),
  ];
}

/** https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/#bootstrap-token-secret-format */
function bootstrapToken(value: Mapping, at: string): Item {
  const field = (key: string): string | undefined => {
    const plain = textAt(value["stringData"], key);
    if (plain !== undefined) return plain;
    const encoded = textAt(value["data"], key);
    const bytes = encoded === undefined ? undefined : decodeBase64(encoded);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  };
  const id = field("token-id");
  const expiration = field("expiration");
  return {
    kind: "token",
    inside: at === "" ? undefined : at,
    form: "bootstrap token",
    user: id === undefined ? undefined : `system:bootstrap:${id}`,
    groups: [
      "system:bootstrappers",
      ...(field("auth-extra-groups") ?? "").split(",").filter((one) => one !== ""),
    ],
    expires: expiration === undefined ? undefined : parseTime(expiration),
    claims: undefined,
  };
}

function scanRequestObject(value: Mapping, at: string, scanInner: ScanInner): Item[] {
  const name = textAt(value["metadata"], "name") ?? "without a name";
  const state = `${name}: ${conditionsOf(value) || "Pending"}`;
  const requested = decoded(valueAt(value, "spec", "request"), join(at, "spec.request"), scanInner);
  const issued = decoded(valueAt(value, "status", "certificate"), join(at, "status.certificate"), scanInner);
  return [...requested.map((item) => item.kind === "request" ? { ...item, state } : item), ...issued];
}

/** Such as `Approved, Issued`, in the order of the object; kubectl shows them so. */
function conditionsOf(value: Mapping): string {
  const conditions = valueAt(value, "status", "conditions");
  const types = Array.isArray(conditions)
    ? conditions.flatMap((one: unknown) => textAt(one, "type") ?? [])
    : [];
  return [...types, ...(textAt(value["status"], "certificate") ? ["Issued"] : [])].join(", ");
}

function decoded(text: unknown, inside: string, scanInner: ScanInner): Item[] {
  if (typeof text !== "string" || text === "") return [];
  const bytes = decodeBase64(text);
  return bytes === undefined ? [broken(inside, "embedded data", "no base64")] : scanInner(bytes, inside);
}

function scanTexts(data: unknown, at: string, scanInner: ScanInner): Item[] {
  if (!isMapping(data)) return [];
  return Object.entries(data).flatMap(([key, text]) =>
    typeof text === "string" ? scanInner(text, keyPath(at, key)) : []
  );
}

function scanBinary(data: unknown, at: string, scanInner: ScanInner): Item[] {
  if (!isMapping(data)) return [];
  return Object.entries(data).flatMap(([key, text]) => decoded(text, keyPath(at, key), scanInner));
}

/** PEM, and base64 of PEM, in any text of a document: secrets of Talos, cloud-init, CA bundles of webhooks. */
function scanStrings(value: unknown, at: string, scanInner: ScanInner): Item[] {
  if (typeof value === "string") {
    if (value.includes("-----BEGIN ")) return scanInner(value, at);
    if (!value.startsWith("LS0tLS1CRUdJTi")) return [];
    const bytes = decodeBase64(value);
    return bytes === undefined ? [broken(at, "embedded data", "no base64")] : scanInner(bytes, at);
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => scanStrings(item, `${at}[${index}]`, scanInner));
  }
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => scanStrings(item, keyPath(at, key), scanInner));
}
