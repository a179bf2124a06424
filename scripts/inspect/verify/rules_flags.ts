/**
 * Rules about the flags of a program, whatever the files hold.
 *
 * @module
 */
import { equalBytes } from "../../shared/encoding.ts";
import type { Facts, PlacedCertificate, Program } from "./facts.ts";
import { hasFlag, usesOf, valueOf } from "./facts.ts";
import { type Code, type Finding, finding, type Severity } from "./findings.ts";
import { nearestPrograms, placeOfProgram } from "./nearest.ts";

/** Judges the flags of every program that is started. */
export function flagRules(facts: Facts): Finding[] {
  return facts.programs.flatMap((program) => {
    if (!program.isStarted) {
      return program.component === "kubelet" ? kubelet(program) : sharedAuthority(program, facts, []);
    }
    switch (program.component) {
      case "kube-apiserver":
        return apiServer(program, facts);
      case "kube-controller-manager":
        return halves(program, MANAGER_PAIRS);
      case "kube-scheduler":
        return halves(program, [["tls-cert-file", "tls-private-key-file"]]);
      case "etcd":
        return etcd(program);
      case "kubelet":
        return kubelet(program);
      default:
        return [];
    }
  });
}

/** Flags that go together. */
const API_SERVER_PAIRS = [
  ["tls-cert-file", "tls-private-key-file"],
  ["etcd-certfile", "etcd-keyfile"],
  ["kubelet-client-certificate", "kubelet-client-key"],
  ["proxy-client-cert-file", "proxy-client-key-file"],
] as const;
const MANAGER_PAIRS = [
  ["tls-cert-file", "tls-private-key-file"],
  ["cluster-signing-cert-file", "cluster-signing-key-file"],
  ["cluster-signing-kubelet-serving-cert-file", "cluster-signing-kubelet-serving-key-file"],
  ["cluster-signing-kubelet-client-cert-file", "cluster-signing-kubelet-client-key-file"],
  ["cluster-signing-kube-apiserver-client-cert-file", "cluster-signing-kube-apiserver-client-key-file"],
  ["cluster-signing-legacy-unknown-cert-file", "cluster-signing-legacy-unknown-key-file"],
] as const;
/** Without these the API server does not start, or no token and no certificate lets anyone in. */
const API_SERVER_FLAGS = [
  "client-ca-file",
  "service-account-key-file",
  "service-account-signing-key-file",
  "service-account-issuer",
] as const;

type Add = (code: Code, flag: string, message: string, hint?: string | null, severity?: Severity) => void;

function reporter(program: Program, found: Finding[]): Add {
  return (code, flag, message, hint = null, severity) =>
    void (program.owner === undefined ||
      found.push(finding(code, program.owner, `--${flag}`, message, hint, severity)));
}

function halves(program: Program, pairs: readonly (readonly [string, string])[]): Finding[] {
  const found: Finding[] = [];
  const add = reporter(program, found);
  for (const pair of pairs) {
    const [missing] = pair.filter((flag) => !hasFlag(program, flag));
    const [there] = pair.filter((flag) => hasFlag(program, flag));
    if (missing === undefined || there === undefined) continue;
    add(
      "missing-flag",
      missing,
      `--${there} is set and --${missing} is not: it takes both`,
      `Set --${missing}.`,
    );
  }
  return found;
}

function apiServer(program: Program, facts: Facts): Finding[] {
  const found = halves(program, API_SERVER_PAIRS);
  const add = reporter(program, found);
  // Another program may sign the tokens, and say which keys check them.
  const isSignedElsewhere = hasFlag(program, "service-account-signing-endpoint");
  for (const flag of API_SERVER_FLAGS) {
    if (isSignedElsewhere && /^service-account-.*key-file$/.test(flag)) continue;
    if (!hasFlag(program, flag)) {
      add(
        "missing-flag",
        flag,
        `--${flag} is not set`,
        `Set --${flag}; see the certificates page of Kubernetes.`,
      );
    }
  }
  const etcdServers = (valueOf(program, "etcd-servers") ?? "").split(",").filter((url) => url !== "");
  if (etcdServers.some((url) => url.startsWith("https:"))) {
    for (const flag of ["etcd-cafile", "etcd-certfile", "etcd-keyfile"]) {
      // Half a pair is told of above.
      const isHalf = flag !== "etcd-cafile" &&
        (hasFlag(program, "etcd-certfile") !== hasFlag(program, "etcd-keyfile"));
      if (!hasFlag(program, flag) && !isHalf) {
        add("missing-flag", flag, `--${flag} is not set, and etcd is spoken to over TLS`, `Set --${flag}.`);
      }
    }
  }
  plainUrls(program, add, ["etcd-servers"]);
  if (hasFlag(program, "token-auth-file")) {
    const hint = "Use client certificates or service account tokens; CIS 1.2.2.";
    add(
      "static-tokens",
      "token-auth-file",
      "Static tokens never end, and changing one needs a restart",
      hint,
    );
  }
  if (hasFlag(program, "basic-auth-file")) {
    const hint = "Remove the flag: Kubernetes 1.19 and later do not start with it.";
    add("basic-auth", "basic-auth-file", "Passwords are checked from a file", hint);
  }
  anonymous(program, add);
  return sharedAuthority(program, facts, found);
}

function anonymous(program: Program, add: Add): void {
  const value = valueOf(program, "anonymous-auth");
  const hint = "Limit it to /livez, /readyz and /healthz with --authentication-config, or set it to false.";
  if (value === "true" || (value === undefined && hasFlag(program, "anonymous-auth"))) {
    add("anonymous-auth", "anonymous-auth", "Anonymous requests are let in", hint);
  } else if (value === undefined && !hasFlag(program, "authentication-config")) {
    const message = "--anonymous-auth is not set, and anonymous requests are let in by default";
    add("anonymous-auth", "anonymous-auth", message, hint, "info");
  }
}

/** Kubernetes 1.35 and later do not start with it (and others were never safe). */
function sharedAuthority(program: Program, facts: Facts, found: Finding[]): Finding[] {
  if (program.component !== "kube-apiserver") return found;
  const clients = certificatesOf(program, "client-ca-file", facts);
  const proxies = certificatesOf(program, "requestheader-client-ca-file", facts);
  const allowed = valueOf(program, "requestheader-allowed-names") ?? "";
  if (program.isStarted && allowed === "" && shares(clients, proxies)) {
    const message = "The CA of --requestheader-client-ca-file is also that of --client-ca-file, and " +
      "--requestheader-allowed-names names nobody: whoever has a client certificate may act for any user";
    const [use] = usesOf(program, "requestheader-client-ca-file");
    const hint = "Use a front-proxy CA of its own, or set --requestheader-allowed-names.";
    found.push(
      finding(
        "shared-requestheader-ca",
        use?.scan.path ?? program.owner ?? "",
        use?.flag ?? null,
        message,
        hint,
      ),
    );
  }
  const members = nearestPrograms(facts, "etcd", placeOfProgram(program));
  const etcdAuthorities = [
    ...certificatesOf(program, "etcd-cafile", facts),
    ...members.flatMap((one) => certificatesOf(one, "trusted-ca-file", facts)),
  ];
  if (shares(clients, etcdAuthorities)) {
    const [use] = [
      ...usesOf(program, "etcd-cafile"),
      ...members.flatMap((one) => usesOf(one, "trusted-ca-file")),
    ];
    const message =
      "etcd's CA is also the CA of the cluster's clients: each of them may read and write all of etcd";
    found.push(
      finding(
        "etcd-shares-ca",
        use?.scan.path ?? "",
        use?.flag ?? null,
        message,
        "Give etcd a CA of its own; CIS 2.7.",
      ),
    );
  }
  return found;
}

function certificatesOf(program: Program, setting: string, facts: Facts): PlacedCertificate[] {
  return usesOf(program, setting).flatMap(({ scan }) => [...facts.certificatesOf(scan)]);
}

/** Whether one CA is in both: a name with a key, as a CA that was made again with its old key signs the same. */
function shares(a: readonly PlacedCertificate[], b: readonly PlacedCertificate[]): boolean {
  return a.some(({ item: { certificate: one } }) =>
    b.some(({ item: { certificate: other } }) =>
      equalBytes(one.subject.der, other.subject.der) && equalBytes(one.publicKey.der, other.publicKey.der)
    )
  );
}

const ETCD_CLIENT_URLS = ["listen-client-urls", "advertise-client-urls"] as const;
const ETCD_PEER_URLS = ["listen-peer-urls", "initial-advertise-peer-urls", "advertise-peer-urls"] as const;

function etcd(program: Program): Finding[] {
  const found = halves(program, [["cert-file", "key-file"], ["peer-cert-file", "peer-key-file"]]);
  const add = reporter(program, found);
  plainUrls(program, add, [...ETCD_CLIENT_URLS, ...ETCD_PEER_URLS]);
  const sides = [
    [ETCD_CLIENT_URLS, ["cert-file", "key-file", "trusted-ca-file", "client-cert-auth"]],
    [ETCD_PEER_URLS, ["peer-cert-file", "peer-key-file", "peer-trusted-ca-file", "peer-client-cert-auth"]],
  ] as const;
  for (const [urls, flags] of sides) {
    if (!urls.some((flag) => listOf(program, flag).some((url) => url.startsWith("https:")))) continue;
    const automatic = urls === ETCD_PEER_URLS ? "peer-auto-tls" : "auto-tls";
    if (isOn(program, automatic) && !hasFlag(program, flags[0])) {
      const message = `--${automatic} encrypts and checks nobody: anyone who reaches it may come in`;
      add("missing-flag", flags[3], message, `Set --${flags.join(", --")}.`, "warning");
      continue;
    }
    for (const flag of flags) {
      const isSet = /-auth$/.test(flag) ? isOn(program, flag) : hasFlag(program, flag);
      if (isSet || found.some((one) => one.flag === `--${flag}`)) continue;
      const why = /-auth$/.test(flag) ? "anyone who reaches it may come in" : "it speaks TLS";
      add("missing-flag", flag, `--${flag} is not set, and ${why}`, `Set --${flag}.`);
    }
  }
  return found;
}

function isOn(program: Program, flag: string): boolean {
  return hasFlag(program, flag) && (valueOf(program, flag) ?? "true") !== "false";
}

function listOf(program: Program, flag: string): string[] {
  return (valueOf(program, flag) ?? "").split(",").map((url) => url.trim()).filter((url) => url !== "");
}

function plainUrls(program: Program, add: Add, flags: readonly string[]): void {
  for (const flag of flags) {
    const plain = listOf(program, flag).filter((url) => url.startsWith("http:") && !isLoopback(hostOf(url)));
    if (plain.length > 0) {
      const message = `--${flag} has ${plain.join(", ")}: etcd without TLS beyond the loopback interface`;
      add("plain-etcd", flag, message, "Use https, with a CA of etcd's own.");
    }
  }
}

/** The host of a URL, without brackets; empty when it has none. */
export function hostOf(url: string): string {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/?#]*)/i.exec(url)?.[1] ?? "";
  return host.startsWith("[") ? host.slice(1, -1) : host;
}

/** Whether a host is this machine for itself. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function kubelet(program: Program): Finding[] {
  const found = halves(program, [["tls-cert-file", "tls-private-key-file"]]);
  const add = reporter(program, found);
  const owner = program.configuration ?? program.owner ?? "";
  const setting = "authentication.anonymous.enabled";
  if (valueOf(program, "anonymous-auth") === "true") {
    add(
      "anonymous-auth",
      "anonymous-auth",
      "The kubelet lets anonymous requests in",
      "Set it to false; CIS 4.2.1.",
    );
  } else if (valueOf(program, "anonymous-auth") === undefined && valueOf(program, setting) === "true") {
    const message = "The kubelet lets anonymous requests in";
    found.push(finding("anonymous-auth", owner, setting, message, "Set it to false; CIS 4.2.1."));
  }
  // Only its configuration tells; a unit alone may name one that is not here.
  const clientAuthority = "authentication.x509.clientCAFile";
  if (
    program.configuration !== undefined && !hasFlag(program, "client-ca-file") &&
    // Whose files go before this one.
    !hasFlag(program, "config-dir") &&
    !hasFlag(program, clientAuthority)
  ) {
    const message = `${clientAuthority} is not set: the API server's client certificate lets nobody in`;
    found.push(finding("missing-flag", owner, clientAuthority, message, "Name the cluster's CA."));
  }
  return found;
}
