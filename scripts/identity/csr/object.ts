/**
 * A CertificateSigningRequest of certificates.k8s.io/v1: from the values of a manifest to what the API server decodes of
 * it, with its words for what it cannot decode.
 *
 * @module
 */
import { isMapping, valueAt } from "../../inspect/yaml_values.ts";
import type { Condition } from "./condition.ts";
import { decodeGoBase64 } from "./go_pem.ts";

/** A place in a manifest: keys and indexes. */
export type FieldPath = readonly (string | number)[];

/** What the API server keeps of a manifest. */
export interface CsrObject {
  readonly name: string;
  readonly generateName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The bytes of spec.request; null where it is absent. */
  readonly request: Uint8Array | null;
  readonly signerName: string;
  readonly usages: readonly string[];
  readonly expirationSeconds: number | undefined;
  /** Who asked, as the API server noted it: empty in a manifest that it never saw. */
  readonly username: string;
  readonly groups: readonly string[];
  readonly conditions: readonly Condition[];
  /** The bytes of status.certificate; empty for none. */
  readonly certificate: Uint8Array;
}

/** An answer of the API server that is no success. */
export interface ApiRefusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  /** Each fault of an object that is not valid. */
  readonly causes: readonly Cause[];
  /** Where in the manifest it is, when it is about one place. */
  readonly path?: FieldPath;
}

/** One fault. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  /** Such as `spec.usages[1]`. */
  readonly field: string;
}

/** A value that does not fit its field. */
class Misfit extends Error {
  constructor(readonly path: FieldPath, message: string) {
    super(message);
  }
}

/**
 * Decodes a manifest.
 *
 * @param value the values of a YAML or JSON document
 * @returns the object, or the API server's answer
 */
export function decodeObject(
  value: unknown,
): { readonly object: CsrObject } | { readonly refusal: ApiRefusal } {
  if (valueAt(value, "kind") !== "CertificateSigningRequest") {
    return refuse(400, "BadRequest", "no CertificateSigningRequest: expected this kind", ["kind"]);
  }
  if (valueAt(value, "apiVersion") !== "certificates.k8s.io/v1") {
    return refuse(404, "NotFound", "the server could not find the requested resource", ["apiVersion"]);
  }
  try {
    return { object: new Decoder(value).object() };
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    const start =
      'CertificateSigningRequest in version "v1" cannot be handled as a CertificateSigningRequest: ';
    return refuse(400, "BadRequest", start + error.message, error.path);
  }
}

function refuse(
  code: number,
  reason: string,
  message: string,
  path: FieldPath,
): { readonly refusal: ApiRefusal } {
  return { refusal: { code, reason, message, causes: [], path } };
}

/** Names of Go's structures, by the first key of a path. */
const STRUCTURES: Readonly<Record<string, string>> = {
  metadata: "ObjectMeta",
  spec: "CertificateSigningRequestSpec",
  status: "CertificateSigningRequestStatus",
};

class Decoder {
  readonly #root: unknown;

  constructor(root: unknown) {
    this.#root = root;
  }

  object(): CsrObject {
    for (const key of Object.keys(STRUCTURES)) this.#mapping([key], `v1.${STRUCTURES[key]}`);
    const seconds = this.#number(["spec", "expirationSeconds"]);
    this.#strings(["spec", "extra"], "map[string]v1.ExtraValue", false);
    this.#text(["spec", "uid"]);
    return {
      name: this.#text(["metadata", "name"]),
      generateName: this.#text(["metadata", "generateName"]),
      labels: this.#texts(["metadata", "labels"]),
      annotations: this.#texts(["metadata", "annotations"]),
      request: this.#bytes(["spec", "request"]),
      signerName: this.#text(["spec", "signerName"]),
      usages: this.#list(["spec", "usages"], "[]v1.KeyUsage", "v1.KeyUsage"),
      expirationSeconds: seconds,
      username: this.#text(["spec", "username"]),
      groups: this.#list(["spec", "groups"], "[]string", "string"),
      conditions: this.#conditions(),
      certificate: this.#bytes(["status", "certificate"]) ?? new Uint8Array(),
    };
  }

  #misfit(path: FieldPath, value: unknown, type: string): Misfit {
    const names = path.filter((step) => typeof step === "string").join(".");
    const isCondition = path[1] === "conditions" && path.length > 2;
    const structure = path.length === 1
      ? "CertificateSigningRequest"
      : isCondition
      ? "CertificateSigningRequestCondition"
      : STRUCTURES[String(path[0])] ?? "";
    return new Misfit(
      path,
      `json: cannot unmarshal ${kindOf(value)} into Go struct field ${structure}.${names} of type ${type}`,
    );
  }

  #mapping(path: FieldPath, type: string): void {
    const value = valueAt(this.#root, ...path);
    if (value !== undefined && value !== null && !isMapping(value)) throw this.#misfit(path, value, type);
  }

  #text(path: FieldPath, type = "string"): string {
    const value = valueAt(this.#root, ...path);
    if (value === undefined || value === null) return "";
    if (typeof value !== "string") throw this.#misfit(path, value, type);
    return value;
  }

  #number(path: FieldPath): number | undefined {
    const value = valueAt(this.#root, ...path);
    if (value === undefined || value === null) return undefined;
    const isNumber = typeof value === "number" || typeof value === "bigint";
    const seconds = Number(value);
    if (!isNumber || !Number.isInteger(seconds) || seconds < -(2 ** 31) || seconds >= 2 ** 31) {
      throw this.#misfit(path, value, "int32");
    }
    return seconds;
  }

  #bytes(path: FieldPath): Uint8Array | null {
    const value = valueAt(this.#root, ...path);
    if (value === undefined || value === null) return null;
    if (typeof value !== "string") throw this.#misfit(path, value, "[]uint8");
    const bytes = decodeGoBase64(value);
    if (bytes !== undefined) return bytes;
    const at = /[^A-Za-z0-9+/\r\n]/.exec(value)?.index ?? value.length - value.length % 4;
    throw new Misfit(path, `illegal base64 data at input byte ${at}`);
  }

  #list(path: FieldPath, type: string, member: string): string[] {
    const value = valueAt(this.#root, ...path);
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.#misfit(path, value, type);
    return value.map((_, index) => this.#text([...path, index], member));
  }

  #strings(path: FieldPath, type: string, isText: boolean): void {
    const value = valueAt(this.#root, ...path);
    if (value === undefined || value === null) return;
    if (!isMapping(value)) throw this.#misfit(path, value, type);
    for (const key of Object.keys(value)) {
      if (isText) this.#text([...path, key]);
      else this.#list([...path, key], "v1.ExtraValue", "string");
    }
  }

  #texts(path: FieldPath): Record<string, string> {
    this.#strings(path, "map[string]string", true);
    const found = valueAt(this.#root, ...path);
    const texts: Record<string, string> = {};
    if (!isMapping(found)) return texts;
    for (const [key, value] of Object.entries(found)) texts[key] = typeof value === "string" ? value : "";
    return texts;
  }

  #conditions(): Condition[] {
    const path = ["status", "conditions"];
    const value = valueAt(this.#root, ...path);
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.#misfit(path, value, "[]v1.CertificateSigningRequestCondition");
    return value.map((_, index) => {
      this.#mapping([...path, index], "v1.CertificateSigningRequestCondition");
      const text = (key: string): string => this.#text([...path, index, key]);
      return {
        type: text("type"),
        status: text("status"),
        reason: text("reason"),
        message: text("message"),
        lastUpdateTime: text("lastUpdateTime"),
        lastTransitionTime: text("lastTransitionTime"),
      };
    });
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "number" || typeof value === "bigint") return `number ${value}`;
  return typeof value === "boolean" ? "bool" : typeof value;
}

/** Whether a condition of this type holds; a status that is left out counts as True. */
export function hasCondition({ conditions }: Pick<CsrObject, "conditions">, type: string): boolean {
  return conditions.some((one) => one.type === type && (one.status === "True" || one.status === ""));
}
