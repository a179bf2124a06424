/**
 * Faults of tokens, as the API server tells those of objects (k8s.io/apimachinery, util/validation/field).
 *
 * @module
 */
import { invalid as invalidText } from "../csr/names.ts";
import type { Cause } from "../csr/object.ts";

export type { Cause } from "../csr/object.ts";

/**
 * A fault of a value.
 *
 * @param field where it is, such as `spec.expirationSeconds`
 * @param value what is there; no secret, as it becomes part of the message
 * @param why what is wrong with it
 */
export function invalid(field: string, value: string | number, why: string): Cause {
  return typeof value === "string"
    ? invalidText(field, value, why)
    : { reason: "FieldValueInvalid", message: `Invalid value: ${value}: ${why}`, field };
}
