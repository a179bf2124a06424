/**
 * Faults with which the API server does not start.
 *
 * @module
 */
import { copyOver, editText, removePath } from "../../foreign/inject.ts";
import { API, both, flagOf, K, PKI, written } from "./harm.ts";
import type { Row } from "./row.ts";

/** What the API server does not start with. */
export const START_ROWS: readonly Row[] = [
  {
    title: "the API server's key is another one",
    family: "key-mismatch",
    code: "key-mismatch",
    path: `${PKI}/apiserver.key`,
    act: "api-start",
    harm: (tree) => copyOver(tree, `${PKI}/apiserver.key`, `${PKI}/apiserver-kubelet-client.key`),
  },
  {
    title: "the API server's certificate is garbage",
    family: "unreadable",
    code: "unparsable",
    path: `${PKI}/apiserver.crt`,
    act: "api-start",
    harm: written(`${PKI}/apiserver.crt`, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
  },
  {
    title: "the API server's certificate is not there",
    family: "missing-file",
    code: "missing-file",
    path: `${PKI}/apiserver.crt`,
    act: "api-start",
    harm: (tree) => removePath(tree, `${PKI}/apiserver.crt`),
  },
  {
    title: "the client CA is no PEM",
    family: "unreadable",
    code: "unparsable",
    path: `${PKI}/ca.crt`,
    act: "api-start",
    harm: written(`${PKI}/ca.crt`, "nothing\n"),
  },
  {
    title: "the front proxy's CA is the clients' CA and nobody is named",
    family: "front-proxy-shared",
    code: "shared-requestheader-ca",
    path: `${PKI}/front-proxy-ca.crt`,
    act: "api-start",
    harm: both(
      (tree) => copyOver(tree, `${PKI}/front-proxy-ca.crt`, `${PKI}/ca.crt`),
      flagOf(API, "--requestheader-allowed-names", undefined),
    ),
  },
  {
    title: "the token file has two columns",
    family: "token-file",
    code: "unparsable",
    path: `${K}/tokens.csv`,
    act: "api-start",
    harm: both(
      flagOf(API, "--token-auth-file", `/${K}/tokens.csv`),
      written(`${K}/tokens.csv`, "0123456789abcdef,jane\n"),
    ),
  },
  {
    title: "the key of encryption is too short",
    family: "encryption",
    code: "unparsable",
    path: "etc/kubernetes/config/encryption-config.yaml",
    act: "api-start",
    harm: (tree) =>
      editText(tree, "etc/kubernetes/config/encryption-config.yaml", [/secret: .*/, "secret: AAAA"]),
  },
  {
    title: "the file of encryption is not there",
    family: "missing-file",
    code: "missing-file",
    path: "etc/kubernetes/config/encryption-config.yaml",
    act: "api-start",
    harm: (tree) => removePath(tree, "etc/kubernetes/config/encryption-config.yaml"),
  },
  {
    title: "the key that signs tokens is garbage",
    family: "unreadable",
    code: "unparsable",
    path: `${PKI}/sa.key`,
    act: "api-start",
    harm: written(`${PKI}/sa.key`, "nothing\n"),
  },
  {
    title: "the API server has no issuer of tokens",
    family: "missing-flag",
    code: "missing-flag",
    path: API,
    act: "api-start",
    harm: flagOf(API, "--service-account-issuer", undefined),
  },
];
