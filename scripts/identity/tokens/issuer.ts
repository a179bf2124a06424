/**
 * Issuers of service account tokens and addresses of their keys, as the API server checks them
 * (`NewOpenIDMetadataProvider` of k8s.io/kubernetes/pkg/serviceaccount).
 *
 * In: URLs as text. Out: what is wrong with them, in the API server's words.
 *
 * @module
 */
import { GoError } from "../csr/go_error.ts";
import { parseGoUrl } from "../csr/go_url.ts";

/** Where an issuer's discovery document is, behind the issuer's own path (OpenID Connect Discovery 1.0 section 4). */
export const DISCOVERY_PATH = "/.well-known/openid-configuration";
/** Where the API server gives its keys, when `--service-account-jwks-uri` says nothing else. */
export const JWKS_PATH = "/openid/v1/jwks";

/**
 * What keeps the API server from serving the discovery documents of an issuer.
 *
 * @param issuer of `--service-account-issuer`
 * @returns the API server's words; undefined when it takes the issuer
 */
export function issuerFault(issuer: string): string | undefined {
  if (issuer === "") return "empty issuer URL";
  const fault = parseFault(issuer);
  if (fault !== undefined) return fault;
  if (!isHttps(issuer)) return `issuer URL must use https scheme, got: ${issuer}`;
  // A sign with nothing behind it leaves both empty, which is what the API server looks at.
  if (/\?[^#]/.test(issuer.split("#")[0] ?? "")) return `issuer URL may not include a query, got: ${issuer}`;
  return /#./s.test(issuer) ? `issuer URL may not include a fragment, got: ${issuer}` : undefined;
}

/**
 * What is wrong with the address of the keys.
 *
 * @param uri of `--service-account-jwks-uri`
 * @returns the API server's words; undefined when it takes the address
 */
export function jwksUriFault(uri: string): string | undefined {
  const fault = parseFault(uri);
  if (fault !== undefined) return fault;
  return isHttps(uri) ? undefined : `jwksURI requires https scheme, parsed as: ${parseGoUrl(uri).text}`;
}

function isHttps(url: string): boolean {
  return /^https:/i.test(url);
}

function parseFault(url: string): string | undefined {
  try {
    parseGoUrl(url);
    return undefined;
  } catch (error) {
    if (error instanceof GoError) return error.message;
    throw error;
  }
}
