/**
 * What a spec may not hold, one document for each rule, and the exact place and words of every refusal.
 *
 * @module
 */
import assert from "node:assert/strict";
import { cert, cpIs, lab, nameIs, problemsOf, user, worker } from "./spec_documents.ts";

/** What is wrong, the document, and every line of its report. */
type Case = readonly [title: string, document: string, ...lines: string[]];

const SPEC_KEYS =
  "name, kubernetesVersion, clusterDomain, serviceCIDRs, podCIDRs, apiServer, controllerManager, controlPlane, workers, etcd, keys, validity, admin, generations, files, encryption, authentication, authorization, users, bootstrapTokens, serviceAccounts, roles, dangerous, certificates, signers";
const MACHINE =
  "expected a lower-case RFC 1123 name of at most 52 characters that does not read as an address, with at most one host range such as [0-499]";
const MEMBER =
  "expected a lower-case RFC 1123 name of at most 52 characters that does not read as an address";
const LABEL = "expected an RFC 1123 label such as lab (a-z, 0-9 and -, at most 63 characters)";
const PERSON =
  "expected 1 to 64 characters (at most 244 bytes) in NFC, without control or format characters, slashes, a leading dot or white space at its ends";
const SUBJECT =
  "expected 1 to 64 characters in NFC, without control or format characters and without white space at its ends";
const DOMAIN = "expected a lower-case DNS name without a dot at its end, such as cluster.local";
const ENDPOINT =
  "expected an https URL with a host and nothing behind its port, such as https://server.kubernetes.local:6443";
const CIDR = "expected a CIDR such as 10.96.0.0/12";
const ADDRESS = "expected an IPv4 or IPv6 address";
const SAN = "expected a DNS name (a leading *. is allowed) or an IPv4 or IPv6 address";
const DNS_NAME = "expected a DNS name such as server.kubernetes.local";
const VALIDITY =
  "expected a duration such as 10y, 90d or 12h (y is 365 days), or an end such as 2036-01-01T00:00:00Z";
const TIME = "expected a time such as 2026-01-01T00:00:00Z, from 1950 on";
const RANGE = "expected a host range such as pool-[0-499] or pool-[000-499], one in a name";
const RANGE_NAMES = "expected a range whose names are lower-case RFC 1123 names of at most 52 characters";
const ALGORITHMS = "RSA-2048, RSA-3072, RSA-4096, ECDSA-P256, ECDSA-P384";
const MINOR = 'expected a quoted minor version such as "1.37"';
const PATTERN = "expected an id or a pattern such as kubelet-*";

const SHAPES: readonly Case[] = [
  ["an empty document", "", `1:1: Cannot use nothing as the spec: expected a mapping with ${SPEC_KEYS}`],
  [
    "a comment only",
    "# nothing\n",
    `1:1: Cannot use nothing as the spec: expected a mapping with ${SPEC_KEYS}`,
  ],
  ["a list", "- a\n", `1:1: Cannot use a list as the spec: expected a mapping with ${SPEC_KEYS}`],
  ["a text", "lab\n", `1:1: Cannot use "lab" as the spec: expected a mapping with ${SPEC_KEYS}`],
  [
    "a missing name",
    "controlPlane: [{ name: server, addresses: [10.240.0.10] }]\n",
    `1:1: Missing key "name": ${LABEL}`,
  ],
  ["a missing control plane", "name: lab\n", '1:1: Missing key "controlPlane": expected a list of machines'],
  [
    "an empty control plane",
    "name: lab\ncontrolPlane: []\n",
    "2:15: Cannot use a list as controlPlane: expected at least one machine",
  ],
  ["a number as name", nameIs("123"), `1:7: Cannot use 123 as name: ${LABEL}`],
  ["a null name", nameIs(""), `1:7: Cannot use nothing as name: ${LABEL}`],
  ["a name in quotes that is empty", nameIs('""'), `1:7: Cannot use "" as name: ${LABEL}`],
  ["an upper-case name", nameIs("Lab"), `1:7: Cannot use "Lab" as name: ${LABEL}`],
  ["a name with a dot", nameIs("lab.one"), `1:7: Cannot use "lab.one" as name: ${LABEL}`],
  [
    "a name of 64 characters",
    nameIs("x".repeat(64)),
    `1:7: Cannot use "${"x".repeat(64)}" as name: ${LABEL}`,
  ],
  ["a climbing name", nameIs("../../etc"), `1:7: Cannot use "../../etc" as name: ${LABEL}`],
  ["a name with a slash", nameIs("a/b"), `1:7: Cannot use "a/b" as name: ${LABEL}`],
  ["a name with NUL", nameIs('"a\\0b"'), `1:7: Cannot use "a\\u0000b" as name: ${LABEL}`],
  ["a name with an RTL mark", nameIs('"a\\u202eb"'), `1:7: Cannot use "a\\u202eb" as name: ${LABEL}`],
  ["a raw RTL mark", nameIs("a\u202eb"), `1:7: Cannot use "a\\u202eb" as name: ${LABEL}`],
  [
    "an unquoted version",
    lab("kubernetesVersion: 1.37\n"),
    `3:20: Cannot use 1.37 as kubernetesVersion: ${MINOR}`,
  ],
  [
    "a patch version",
    lab('kubernetesVersion: "1.37.2"\n'),
    `3:20: Cannot use "1.37.2" as kubernetesVersion: ${MINOR}`,
  ],
  [
    "a v version",
    lab("kubernetesVersion: v1.37\n"),
    `3:20: Cannot use "v1.37" as kubernetesVersion: ${MINOR}`,
  ],
  [
    "kubelet: no",
    cpIs("[{ name: server, addresses: [10.240.0.10], kubelet: no }]"),
    '2:67: Cannot use "no" as controlPlane[0].kubelet: expected true or false',
  ],
  [
    "kubelet: 1",
    cpIs("[{ name: server, addresses: [10.240.0.10], kubelet: 1 }]"),
    "2:67: Cannot use 1 as controlPlane[0].kubelet: expected true or false",
  ],
  [
    "a mapping as list",
    lab("workers: {}\n"),
    "3:10: Cannot use a mapping as workers: expected a list of machines",
  ],
  ["a null list", lab("workers:\n"), "3:9: Cannot use nothing as workers: expected a list of machines"],
  [
    "a text as mapping",
    lab("apiServer: https://x\n"),
    '3:12: Cannot use "https://x" as apiServer: expected a mapping with endpoint, port, certSANs, serviceAccountIssuer',
  ],
  [
    "a text as addresses",
    worker("name: w, addresses: 10.0.0.1"),
    '3:33: Cannot use "10.0.0.1" as workers[0].addresses: expected a list of addresses',
  ],
  [
    "an unknown key",
    lab("kubernetesVersoin: x\n"),
    '3:1: Unknown key "kubernetesVersoin": did you mean "kubernetesVersion"?',
  ],
  ["an unknown key far from any", lab("zzz: 1\n"), `3:1: Unknown key "zzz": expected one of ${SPEC_KEYS}`],
  [
    "an unknown key in a machine",
    worker("name: w, adresses: [10.0.0.1]"),
    '3:22: Unknown key "adresses": did you mean "addresses"?',
  ],
  [
    "an unknown key in apiServer",
    lab("apiServer: { endpont: x }\n"),
    '3:14: Unknown key "endpont": did you mean "endpoint"?',
  ],
  [
    "kubelet on a worker",
    worker("name: w, kubelet: false"),
    '3:22: Unknown key "kubelet": expected one of name, addresses, dnsNames, podCIDR, podCIDRSize',
  ],
  [
    "a __proto__ key",
    lab("__proto__: { name: x }\n"),
    `3:1: Unknown key "__proto__": expected one of ${SPEC_KEYS}`,
  ],
  [
    "a __proto__ key in a machine",
    worker("name: w, __proto__: 1"),
    '3:22: Unknown key "__proto__": expected one of name, addresses, dnsNames, podCIDR, podCIDRSize',
  ],
  [
    "a __proto__ pattern",
    lab("validity: { overrides: { __proto__: 90d } }\n"),
    `3:26: The pattern "__proto__" matches nothing: ${PATTERN}`,
  ],
  [
    "a __proto__ generation",
    lab("generations: { __proto__: 2 }\n"),
    `3:16: The pattern "__proto__" matches nothing: ${PATTERN}`,
  ],
  [
    "a mapping as a __proto__ pattern, beside a refused machine",
    lab("validity: { overrides: { __proto__: {} } }\ngenerations: { __proto__: [] }\nworkers: [1]\n"),
    `3:26: The pattern "__proto__" matches nothing: ${PATTERN}`,
    `4:16: The pattern "__proto__" matches nothing: ${PATTERN}`,
    "5:11: Cannot use 1 as workers[0]: expected a mapping with name, addresses, dnsNames, podCIDR, podCIDRSize",
  ],
  [
    "a constructor key",
    lab("constructor: 1\n"),
    `3:1: Unknown key "constructor": expected one of ${SPEC_KEYS}`,
  ],
  [
    "a constructor pattern",
    lab("generations: { constructor: 2, toString: 1 }\n"),
    `3:16: The pattern "constructor" matches nothing: ${PATTERN}`,
    `3:32: The pattern "toString" matches nothing: ${PATTERN}`,
  ],
  [
    "a duplicate key",
    "name: lab\nname: lab2\ncontrolPlane: [{ name: server, addresses: [10.240.0.10] }]\n",
    '2:1: Duplicate key "name": expected it once',
  ],
  ["a numeric key", lab("1: a\n"), "3:1: Cannot use this key: expected text"],
  ["a null key", lab("? \n: a\n"), "3:3: Cannot use this key: expected text"],
  ["a mapping as key", lab("? {a: b}\n: a\n"), "3:3: Cannot use this key: expected text"],
  [
    "a merge key",
    "x: &x { name: lab }\n<<: *x\n",
    '1:1: Missing key "controlPlane": expected a list of machines',
    `1:1: Missing key "name": ${LABEL}`,
    `1:1: Unknown key "x": expected one of ${SPEC_KEYS}`,
    `2:1: Unknown key "<<": expected one of ${SPEC_KEYS}`,
  ],
];

const YAML: readonly Case[] = [
  [
    "two documents",
    "name: lab\n---\nname: lab\n",
    "2:1: Cannot read the document: expected one document, found another",
  ],
  [
    "an explicit start and end",
    "---\nname: lab\n...\n",
    '2:1: Missing key "controlPlane": expected a list of machines',
  ],
  ["YAML 1.1", "%YAML 1.1\n---\nname: lab\n", "1:1: Cannot read YAML 1.1: expected YAML 1.2"],
  [
    "a local tag",
    lab("clusterDomain: !x a.b\n"),
    '3:16: Cannot use the tag "!x": expected a value without a tag',
  ],
  [
    "a known tag",
    lab("clusterDomain: !!str a.b\n"),
    '3:22: Cannot use the tag "!!str": expected a value without a tag',
  ],
  [
    "a binary tag",
    lab("clusterDomain: !!binary YWJj\n"),
    '3:25: Cannot use the tag "!!binary": expected a value without a tag',
  ],
  [
    "a set tag",
    lab("workers: !!set { a }\n"),
    '3:16: Cannot use the tag "!!set": expected a value without a tag',
  ],
  [
    "a tag on a mapping",
    lab("apiServer: !!map { port: 1 }\n"),
    '3:18: Cannot use the tag "!!map": expected a value without a tag',
  ],
  [
    "a tag on a list",
    lab("workers: !foo []\n"),
    '3:10: Cannot use the tag "!foo": expected a value without a tag',
  ],
  [
    "a tag on a key",
    lab("!!str workers: []\n"),
    '3:7: Cannot use the tag "!!str": expected a value without a tag',
  ],
  [
    "an alias without an anchor",
    lab("workers: *w\n"),
    '3:10: Cannot use the alias "*w": expected an anchor before it',
  ],
  [
    "an alias of itself",
    lab("workers: &w [*w]\n"),
    '3:14: Cannot use the alias "*w": expected an anchor that does not hold its own alias',
  ],
  ["a tab", lab("apiServer:\n\tport: 1\n"), "4:1: Cannot read the YAML: Tabs are not allowed as indentation"],
  [
    "a bad indent",
    lab("apiServer:\n  port: 1\n endpoint: x\n"),
    "5:1: Cannot read the YAML: All mapping items must start at the same column",
  ],
  [
    "an open bracket",
    lab("workers: [\n"),
    "4:1: Cannot read the YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
  ["an open quote", lab('clusterDomain: "a\n'), '4:1: Cannot read the YAML: Missing closing "quote'],
  [
    "a stray bracket",
    lab("workers: ]\n"),
    "3:10: Cannot read the YAML: Unexpected flow-seq-end token",
  ],
  ["a bad escape", lab('clusterDomain: "\\q"\n'), "3:17: Cannot read the YAML: Invalid escape sequence \\q"],
  [
    "a plain scalar that starts with @",
    lab("clusterDomain: @a\n"),
    "3:16: Cannot read the YAML: Plain value cannot start with reserved character @",
  ],
  ["a raw NUL", lab("clusterDomain: a\0b\n"), `3:16: Cannot use "a\\u0000b" as clusterDomain: ${DOMAIN}`],
  [
    "seventy brackets",
    lab("x: " + "[".repeat(70) + "]".repeat(70) + "\n"),
    "3:68: Cannot use this value: expected at most 64 levels of mappings and lists",
  ],
];

const VALUES: readonly Case[] = [
  [
    "an upper-case clusterDomain",
    lab("clusterDomain: Cluster.local\n"),
    `3:16: Cannot use "Cluster.local" as clusterDomain: ${DOMAIN}`,
  ],
  [
    "a clusterDomain with a dot at its end",
    lab("clusterDomain: cluster.local.\n"),
    `3:16: Cannot use "cluster.local." as clusterDomain: ${DOMAIN}`,
  ],
  [
    "a clusterDomain with an empty label",
    lab("clusterDomain: a..b\n"),
    `3:16: Cannot use "a..b" as clusterDomain: ${DOMAIN}`,
  ],
  [
    "an address as clusterDomain",
    lab("clusterDomain: 10.0.0.1\n"),
    `3:16: Cannot use "10.0.0.1" as clusterDomain: ${DOMAIN}`,
  ],
  [
    "a clusterDomain that leaves no room for service names",
    lab(`clusterDomain: ${"a.".repeat(120)}b\n`),
    `3:16: Cannot use "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a..." as clusterDomain: ${DOMAIN}`,
  ],
  [
    "a /32 service CIDR",
    lab("serviceCIDRs: [10.32.0.0/32]\n"),
    "3:16: Cannot use 10.32.0.0/32 as serviceCIDRs[0]: expected /29 or shorter, as the API server wants 8 addresses",
  ],
  [
    "a /30 service CIDR",
    lab("serviceCIDRs: [10.32.0.0/30]\n"),
    "3:16: Cannot use 10.32.0.0/30 as serviceCIDRs[0]: expected /29 or shorter, as the API server wants 8 addresses",
  ],
  [
    "a /126 service CIDR",
    lab("controlPlane2: x\n").replace("controlPlane2: x\n", "serviceCIDRs: [10.32.0.0/24, 'fd00::/126']\n"),
    "3:30: Cannot use fd00::/126 as serviceCIDRs[1]: expected /125 or shorter, as the API server wants 8 addresses",
  ],
  [
    "three service CIDRs",
    lab("serviceCIDRs: [10.32.0.0/24, 'fd00::/112', 10.33.0.0/24]\n"),
    "3:44: Cannot use 10.33.0.0/24 in serviceCIDRs: expected one CIDR per family, and IPv4 has one",
  ],
  [
    "two service CIDRs of one family",
    lab("serviceCIDRs: [10.32.0.0/24, 10.33.0.0/24]\n"),
    "3:30: Cannot use 10.33.0.0/24 in serviceCIDRs: expected one CIDR per family, and IPv4 has one",
  ],
  [
    "an empty serviceCIDRs",
    lab("serviceCIDRs: []\n"),
    "3:15: Cannot use a list as serviceCIDRs: expected one CIDR, or one per family",
  ],
  [
    "a text as serviceCIDRs",
    lab("serviceCIDRs: 10.32.0.0/24\n"),
    '3:15: Cannot use "10.32.0.0/24" as serviceCIDRs: expected a list of one or two CIDRs',
  ],
  [
    "host bits in a service CIDR",
    lab("serviceCIDRs: [10.32.0.1/24]\n"),
    '3:16: Cannot use "10.32.0.1/24" as serviceCIDRs[0]: expected no bits behind the prefix, did you mean "10.32.0.0/24"?',
  ],
  [
    "a service CIDR with a number past 255",
    lab("serviceCIDRs: [10.96.0.300/12]\n"),
    `3:16: Cannot use "10.96.0.300/12" as serviceCIDRs[0]: ${CIDR}`,
  ],
  [
    "an address as service CIDR",
    lab("serviceCIDRs: [10.96.0.0]\n"),
    `3:16: Cannot use "10.96.0.0" as serviceCIDRs[0]: ${CIDR}`,
  ],
  [
    "a prefix of 33",
    lab("serviceCIDRs: [10.96.0.0/33]\n"),
    `3:16: Cannot use "10.96.0.0/33" as serviceCIDRs[0]: ${CIDR}`,
  ],
  [
    "a prefix with a leading zero",
    lab("serviceCIDRs: [10.96.0.0/08]\n"),
    `3:16: Cannot use "10.96.0.0/08" as serviceCIDRs[0]: ${CIDR}`,
  ],
  [
    "an IPv6 service CIDR and IPv4 machines",
    lab("serviceCIDRs: ['fd00::/112']\n"),
    "3:16: Cannot use fd00::/112 as serviceCIDRs[0]: expected a family that every control plane has; server has no IPv6 address",
  ],
  [
    "a first service CIDR of a family that a control plane lacks",
    lab("serviceCIDRs: ['fd00::/112', 10.32.0.0/24]\n"),
    "3:16: Cannot use fd00::/112 as serviceCIDRs[0]: expected a family that every control plane has; server has no IPv6 address",
  ],
  [
    "a service CIDR inside the default pod CIDR",
    lab("serviceCIDRs: [10.200.0.0/24]\n"),
    "1:1: Cannot use 10.200.0.0/14 as podCIDRs: it overlaps 10.200.0.0/24 of serviceCIDRs",
  ],
  [
    "a pod CIDR around the default service CIDR",
    lab("podCIDRs: [10.0.0.0/8]\n"),
    "3:12: Cannot use 10.0.0.0/8 as podCIDRs[0]: it overlaps 10.32.0.0/24 of serviceCIDRs",
  ],
  [
    "three pod CIDRs",
    lab("podCIDRs: [10.200.0.0/14, 'fd01::/48', 'fd02::/48']\n"),
    "3:40: Cannot use fd02::/48 in podCIDRs: expected one CIDR per family, and IPv6 has one",
  ],
  [
    "an octal-looking address",
    worker("name: w, addresses: [010.0.0.1]"),
    `3:34: Cannot use "010.0.0.1" as workers[0].addresses[0]: ${ADDRESS}`,
  ],
  [
    "a hexadecimal address",
    worker("name: w, addresses: [0x0a.0.0.1]"),
    `3:34: Cannot use "0x0a.0.0.1" as workers[0].addresses[0]: ${ADDRESS}`,
  ],
  [
    "an address of three parts",
    worker("name: w, addresses: [10.0.1]"),
    `3:34: Cannot use "10.0.1" as workers[0].addresses[0]: ${ADDRESS}`,
  ],
  [
    "a number as address",
    worker("name: w, addresses: [167772161]"),
    `3:34: Cannot use 167772161 as workers[0].addresses[0]: ${ADDRESS}`,
  ],
  [
    "a zone id",
    worker("name: w, addresses: ['fe80::1%eth0']"),
    `3:34: Cannot use "fe80::1%eth0" as workers[0].addresses[0]: ${ADDRESS}`,
  ],
  [
    "an IPv4-mapped address",
    worker("name: w, addresses: ['::ffff:10.0.0.1']"),
    `3:34: Cannot use "::ffff:10.0.0.1" as workers[0].addresses[0]: ${ADDRESS}`,
  ],
  [
    "an IPv4-mapped CIDR to deal from",
    worker("name: 'w[0-1]', addresses: ['::ffff:10.0.0.0/104']"),
    `3:41: Cannot use "::ffff:10.0.0.0/104" as workers[0].addresses[0]: ${ADDRESS}`,
  ],
  [
    "the address 0.0.0.0",
    worker("name: w, addresses: [0.0.0.0]"),
    "3:34: Cannot use 0.0.0.0 as workers[0].addresses[0]: expected the address of one machine",
  ],
  [
    "a multicast address",
    worker("name: w, addresses: ['ff02::1']"),
    "3:34: Cannot use ff02::1 as workers[0].addresses[0]: expected the address of one machine",
  ],
  [
    "white space before an address",
    worker("name: w, addresses: [' 10.0.0.1']"),
    `3:34: Cannot use " 10.0.0.1" as workers[0].addresses[0]: ${ADDRESS}`,
  ],
  [
    "a CIDR as the address of one machine",
    worker("name: w, addresses: [10.0.0.0/24]"),
    `3:34: Cannot use "10.0.0.0/24" as workers[0].addresses[0]: ${ADDRESS}; a CIDR goes with a host range`,
  ],
  [
    "a control plane without an address",
    cpIs("[{ name: server, addresses: [] }]"),
    "2:43: Cannot use a list as controlPlane[0].addresses: expected at least one address",
  ],
  [
    "a control plane without addresses",
    cpIs("[{ name: server }]"),
    '2:16: Missing key "addresses" in controlPlane[0]: expected a list of addresses',
  ],
  [
    "an address of another machine",
    worker("name: w, addresses: [10.240.0.10]"),
    "3:34: Duplicate address 10.240.0.10 of w: expected an address that server does not have",
  ],
  [
    "an address twice",
    worker("name: w, addresses: [10.0.0.1, 10.0.0.1]"),
    "3:44: Duplicate address 10.0.0.1 of w: expected once",
  ],
  [
    "an address in two spellings",
    worker("name: w, addresses: ['fd00::1', 'fd00:0::1']"),
    "3:45: Duplicate address fd00::1 of w: expected once",
  ],
  [
    "two machines of one name",
    worker("name: server"),
    '3:19: Duplicate machine name "server": expected each name once',
  ],
  [
    "a DNS name twice, once in capitals",
    worker("name: w, dnsNames: [a.b, A.B]"),
    '3:38: Duplicate DNS name "a.b": expected each name once',
  ],
  [
    "an address as DNS name",
    worker("name: w, dnsNames: [10.0.0.1]"),
    `3:33: Cannot use "10.0.0.1" as workers[0].dnsNames[0]: ${DNS_NAME}`,
  ],
  [
    "a DNS name that some programs read as an address",
    worker("name: w, dnsNames: ['0x7f.1']"),
    `3:33: Cannot use "0x7f.1" as workers[0].dnsNames[0]: ${DNS_NAME}`,
  ],
  [
    "a wildcard as a machine's DNS name",
    worker("name: w, dnsNames: ['*.b']"),
    `3:33: Cannot use "*.b" as workers[0].dnsNames[0]: ${DNS_NAME}`,
  ],
  [
    "an underscore in a DNS name",
    worker("name: w, dnsNames: [a_b]"),
    `3:33: Cannot use "a_b" as workers[0].dnsNames[0]: ${DNS_NAME}`,
  ],
  [
    "a DNS name with a dot at its end",
    worker("name: w, dnsNames: [a.b.]"),
    `3:33: Cannot use "a.b." as workers[0].dnsNames[0]: ${DNS_NAME}`,
  ],
  [
    "an http endpoint",
    lab("apiServer: { endpoint: 'http://a:6443' }\n"),
    `3:24: Cannot use "http://a:6443" as apiServer.endpoint: ${ENDPOINT}`,
  ],
  [
    "an endpoint with a path",
    lab("apiServer: { endpoint: 'https://a:6443/' }\n"),
    `3:24: Cannot use "https://a:6443/" as apiServer.endpoint: ${ENDPOINT}`,
  ],
  [
    "an endpoint with a user",
    lab("apiServer: { endpoint: 'https://u:p@a:6443' }\n"),
    `3:24: Cannot use "https://u:*@a:6443" as apiServer.endpoint: ${ENDPOINT}`,
  ],
  [
    "an endpoint with a query",
    lab("apiServer: { endpoint: 'https://a?b' }\n"),
    `3:24: Cannot use "https://a?b" as apiServer.endpoint: ${ENDPOINT}`,
  ],
  [
    "an endpoint with port 0",
    lab("apiServer: { endpoint: 'https://a:0' }\n"),
    `3:24: Cannot use "https://a:0" as apiServer.endpoint: ${ENDPOINT}`,
  ],
  [
    "an endpoint with port 65536",
    lab("apiServer: { endpoint: 'https://a:65536' }\n"),
    `3:24: Cannot use "https://a:65536" as apiServer.endpoint: ${ENDPOINT}`,
  ],
  [
    "an endpoint without a host",
    lab("apiServer: { endpoint: 'https://' }\n"),
    `3:24: Cannot use "https://" as apiServer.endpoint: ${ENDPOINT}`,
  ],
  [
    "an IPv6 endpoint without brackets",
    lab("apiServer: { endpoint: 'https://fd00::1:6443' }\n"),
    `3:24: Cannot use "https://fd00::1:6443" as apiServer.endpoint: ${ENDPOINT}`,
  ],
  [
    "an IPv4 endpoint in brackets",
    lab("apiServer: { endpoint: 'https://[10.0.0.1]:6443' }\n"),
    `3:24: Cannot use "https://[10.0.0.1]:6443" as apiServer.endpoint: ${ENDPOINT}`,
  ],
  [
    "an endpoint with a zone id",
    lab("apiServer: { endpoint: 'https://[fe80::1%25eth0]:6443' }\n"),
    `3:24: Cannot use "https://[fe80::1%25eth0]:6443" as apiServer.endpoint: ${ENDPOINT}`,
  ],
  [
    "an octal-looking endpoint",
    lab("apiServer: { endpoint: 'https://010.0.0.1:6443' }\n"),
    `3:24: Cannot use "https://010.0.0.1:6443" as apiServer.endpoint: ${ENDPOINT}`,
  ],
  [
    "an endpoint with a line break",
    lab('apiServer: { endpoint: "https://a\\n" }\n'),
    `3:24: Cannot use "https://a\\u000a" as apiServer.endpoint: ${ENDPOINT}`,
  ],
  [
    "port 0",
    lab("apiServer: { port: 0 }\n"),
    "3:20: Cannot use 0 as apiServer.port: expected a whole number from 1 to 65535",
  ],
  [
    "a text as port",
    lab("apiServer: { port: '6443' }\n"),
    '3:20: Cannot use "6443" as apiServer.port: expected a whole number from 1 to 65535',
  ],
  [
    "a fraction as port",
    lab("apiServer: { port: 6443.5 }\n"),
    "3:20: Cannot use 6443.5 as apiServer.port: expected a whole number from 1 to 65535",
  ],
  [
    "a wildcard inside a certSAN",
    lab("apiServer: { certSANs: ['a.*.b'] }\n"),
    `3:25: Cannot use "a.*.b" as apiServer.certSANs[0]: ${SAN}`,
  ],
  [
    "a bare wildcard as certSAN",
    lab("apiServer: { certSANs: ['*'] }\n"),
    `3:25: Cannot use "*" as apiServer.certSANs[0]: ${SAN}`,
  ],
  [
    "an octal-looking certSAN",
    lab("apiServer: { certSANs: [010.0.0.1] }\n"),
    `3:25: Cannot use "010.0.0.1" as apiServer.certSANs[0]: ${SAN}`,
  ],
  [
    "certSANs twice",
    lab("apiServer: { certSANs: [a.b, 10.0.0.1, A.b, 10.0.0.1] }\n"),
    '3:40: Duplicate name "a.b": expected each once',
    '3:45: Duplicate name "10.0.0.1": expected each once',
  ],
  [
    "an IPv4-mapped certSAN",
    lab("apiServer: { certSANs: ['::ffff:1.2.3.4'] }\n"),
    `3:25: Cannot use "::ffff:1.2.3.4" as apiServer.certSANs[0]: ${SAN}`,
  ],
  [
    "a wildcard before an address",
    lab("apiServer: { certSANs: ['*.1.2'] }\n"),
    `3:25: Cannot use "*.1.2" as apiServer.certSANs[0]: ${SAN}`,
  ],
  [
    "an unknown key algorithm",
    lab("keys: { ca: RSA-1024 }\n"),
    `3:13: Cannot use "RSA-1024" as keys.ca: expected one of ${ALGORITHMS}, Ed25519`,
  ],
  [
    "a key algorithm in small letters",
    lab("keys: { leaf: ecdsa-p256 }\n"),
    `3:15: Cannot use "ecdsa-p256" as keys.leaf: expected one of ${ALGORITHMS}, Ed25519`,
  ],
  [
    "an Ed25519 serviceAccount key",
    lab("keys: { serviceAccount: Ed25519 }\n"),
    `3:25: Cannot use "Ed25519" as keys.serviceAccount: expected one of ${ALGORITHMS}: the API server takes RSA and ECDSA here`,
  ],
  [
    "an unknown serviceAccount algorithm",
    lab("keys: { serviceAccount: DSA }\n"),
    `3:25: Cannot use "DSA" as keys.serviceAccount: expected one of ${ALGORITHMS}: the API server takes RSA and ECDSA here`,
  ],
  [
    "a notBefore that is no time",
    lab("validity: { notBefore: yesterday }\n"),
    `3:24: Cannot use "yesterday" as validity.notBefore: ${TIME}`,
  ],
  [
    "a notBefore before 1950",
    lab("validity: { notBefore: 1949-12-31T23:59:59Z }\n"),
    `3:24: Cannot use "1949-12-31T23:59:59Z" as validity.notBefore: ${TIME}`,
  ],
  [
    "a notBefore on 30 February",
    lab("validity: { notBefore: 2026-02-30 }\n"),
    `3:24: Cannot use "2026-02-30" as validity.notBefore: ${TIME}`,
  ],
  [
    "a notBefore with a fraction of a second",
    lab("validity: { notBefore: '2026-01-01T00:00:00.5Z' }\n"),
    `3:24: Cannot use "2026-01-01T00:00:00.5Z" as validity.notBefore: ${TIME}`,
  ],
  [
    "a validity in minutes",
    lab("validity: { ca: 10m }\n"),
    `3:17: Cannot use "10m" as validity.ca: ${VALIDITY}`,
  ],
  [
    "a validity without a unit",
    lab("validity: { ca: 10 }\n"),
    `3:17: Cannot use 10 as validity.ca: ${VALIDITY}`,
  ],
  [
    "a validity of 0 days",
    lab("validity: { ca: 0d }\n"),
    `3:17: Cannot use "0d" as validity.ca: ${VALIDITY}`,
  ],
  [
    "a negative validity",
    lab("validity: { ca: -1d }\n"),
    `3:17: Cannot use "-1d" as validity.ca: ${VALIDITY}`,
  ],
  [
    "an override that is no validity",
    lab("validity: { overrides: { apiserver: soon } }\n"),
    `3:37: Cannot use "soon" as validity.overrides.apiserver: ${VALIDITY}`,
  ],
  [
    "a list of overrides",
    lab("validity: { overrides: [] }\n"),
    "3:24: Cannot use a list as validity.overrides: expected a mapping of ids or patterns to durations",
  ],
  ["an empty admin group", lab("admin: { group: '' }\n"), `3:17: Cannot use "" as admin.group: ${SUBJECT}`],
  [
    "white space before the admin group",
    lab("admin: { group: ' a' }\n"),
    `3:17: Cannot use " a" as admin.group: ${SUBJECT}`,
  ],
  [
    "an admin group of 65 characters",
    lab(`admin: { group: ${"\uac00".repeat(65)} }\n`),
    `3:17: Cannot use "${"\uac00".repeat(65)}" as admin.group: ${SUBJECT}`,
  ],
  [
    "generation 0",
    lab("generations: { apiserver: 0 }\n"),
    "3:27: Cannot use 0 as generations.apiserver: expected a whole number from 1 to 1000000",
  ],
  [
    "a text as generation",
    lab("generations: { apiserver: '2' }\n"),
    '3:27: Cannot use "2" as generations.apiserver: expected a whole number from 1 to 1000000',
  ],
  [
    "an unknown naming",
    lab("files: { naming: key }\n"),
    '3:18: Cannot use "key" as files.naming: expected crt or pem',
  ],
  [
    "an endpoint of no host",
    lab("apiServer: { endpoint: 'https://[::]:6443' }\n"),
    `3:24: Cannot use "https://[::]:6443" as apiServer.endpoint: ${ENDPOINT}`,
  ],
  [
    "a multicast certSAN",
    lab("apiServer: { certSANs: [224.0.0.1] }\n"),
    `3:25: Cannot use "224.0.0.1" as apiServer.certSANs[0]: ${SAN}`,
  ],
];

const NAMES: readonly Case[] = [
  [
    "an upper-case machine name",
    worker("name: Node"),
    `3:19: Cannot use "Node" as workers[0].name: ${MACHINE}`,
  ],
  [
    "a machine name of 53 characters",
    worker(`name: ${"x".repeat(53)}`),
    `3:19: Cannot use "${"x".repeat(53)}" as workers[0].name: ${MACHINE}`,
  ],
  [
    "an address as machine name",
    worker("name: '10.0.0.1'"),
    `3:19: Cannot use "10.0.0.1" as workers[0].name: ${MACHINE}`,
  ],
  [
    "a machine name of two numbers",
    worker("name: '1.2'"),
    `3:19: Cannot use "1.2" as workers[0].name: ${MACHINE}`,
  ],
  [
    "an underscore in a machine name",
    worker("name: a_b"),
    `3:19: Cannot use "a_b" as workers[0].name: ${MACHINE}`,
  ],
  [
    "a machine name that ends in a dash",
    worker("name: a-"),
    `3:19: Cannot use "a-" as workers[0].name: ${MACHINE}`,
  ],
  ["a climbing machine name", worker("name: ../x"), `3:19: Cannot use "../x" as workers[0].name: ${MACHINE}`],
  ["a machine named ..", worker("name: .."), `3:19: Cannot use ".." as workers[0].name: ${MACHINE}`],
  [
    "a Korean machine name",
    worker("name: \ub178\ub4dc"),
    `3:19: Cannot use "\ub178\ub4dc" as workers[0].name: ${MACHINE}`,
  ],
  [
    "a machine named admin",
    worker("name: admin"),
    '3:19: Cannot use "admin" as a machine\'s name: a kubeconfig of the cluster has it',
  ],
  [
    "a machine named kube-controller-manager",
    worker("name: kube-controller-manager"),
    '3:19: Cannot use "kube-controller-manager" as a machine\'s name: a kubeconfig of the cluster has it',
  ],
  [
    "a machine named kube-scheduler",
    worker("name: kube-scheduler"),
    '3:19: Cannot use "kube-scheduler" as a machine\'s name: a kubeconfig of the cluster has it',
  ],
  [
    "a machine named kube-proxy",
    worker("name: kube-proxy"),
    '3:19: Cannot use "kube-proxy" as a machine\'s name: a kubeconfig of the cluster has it',
  ],
  [
    "a control plane named admin",
    cpIs("[{ name: admin, addresses: [10.0.0.1] }]"),
    '2:24: Cannot use "admin" as a machine\'s name: a kubeconfig of the cluster has it',
  ],
  [
    "a range of a hundred million",
    worker("name: 'n[0-99999999]'"),
    '3:19: Cannot use "n[0-99999999]" as workers[0].name: expected at most 100000 machines in a spec',
  ],
  [
    "a range of ten billion",
    worker("name: 'n[0-9999999999]'"),
    '3:19: Cannot use "n[0-9999999999]" as workers[0].name: expected at most 100000 machines in a spec',
  ],
  [
    "a range of 100,001",
    worker("name: 'n[0-100000]'"),
    '3:19: Cannot use "n[0-100000]" as workers[0].name: expected at most 100000 machines in a spec',
  ],
  [
    "two ranges that make 100,001 machines with the control plane",
    lab("workers: [{ name: 'a[0-49999]' }, { name: 'b[0-49999]' }]\n"),
    '3:43: Cannot use "b[0-49999]" as workers[1].name: expected at most 100000 machines in a spec',
  ],
  [
    "a range that counts down",
    worker("name: 'n[9-0]'"),
    '3:19: Cannot use "n[9-0]" as workers[0].name: expected a range that counts up, such as [0-9]',
  ],
  [
    "a range with ends of two widths",
    worker("name: 'n[00-100]'"),
    '3:19: Cannot use "n[00-100]" as workers[0].name: expected both ends padded to the same width, such as [000-100]',
  ],
  [
    "a range padded at its end only",
    worker("name: 'n[0-09]'"),
    '3:19: Cannot use "n[0-09]" as workers[0].name: expected both ends padded to the same width, such as [00-09]',
  ],
  [
    "two ranges in a name",
    worker("name: 'n[0-1]m[0-1]'"),
    `3:19: Cannot use "n[0-1]m[0-1]" as workers[0].name: ${RANGE}`,
  ],
  ["an open range", worker("name: 'n[0-1'"), `3:19: Cannot use "n[0-1" as workers[0].name: ${RANGE}`],
  ["an empty range", worker("name: 'n[]'"), `3:19: Cannot use "n[]" as workers[0].name: ${RANGE}`],
  ["a range of letters", worker("name: 'n[a-c]'"), `3:19: Cannot use "n[a-c]" as workers[0].name: ${RANGE}`],
  [
    "a range with an upper-case name",
    worker("name: 'N[0-1]'"),
    `3:19: Cannot use "N[0-1]" as workers[0].name: ${RANGE_NAMES}`,
  ],
  [
    "a range whose last name is too long",
    worker(`name: '${"x".repeat(50)}[98-101]'`),
    `3:19: Cannot use "${"x".repeat(50)}[98-101]" as workers[0].name: ${RANGE_NAMES}`,
  ],
  [
    "a range whose names read as addresses",
    worker("name: '10.0.0.[0-1]'"),
    `3:19: Cannot use "10.0.0.[0-1]" as workers[0].name: ${RANGE_NAMES}`,
  ],
  [
    "a control character in a broken range",
    worker('name: "a\\u202e["'),
    `3:19: Cannot use "a\\u202e[" as workers[0].name: ${RANGE}`,
  ],
  [
    "a range as etcd member",
    lab("etcd: { members: [{ name: 'e[0-2]', addresses: [10.0.0.0/24] }] }\n"),
    `3:27: Cannot use "e[0-2]" as etcd.members[0].name: ${MEMBER}`,
  ],
  [
    "dnsNames for a range",
    worker("name: 'n[0-1]', dnsNames: [a.b]"),
    "3:29: Cannot use dnsNames for 2 machines: expected none with a host range, as each name belongs to one machine",
  ],
  [
    "an exhausted network of addresses",
    worker("name: 'n[0-254]', addresses: [10.0.0.0/24]"),
    "3:42: Cannot deal 255 IPv4 addresses from workers[0].addresses: it holds 254",
  ],
  [
    "an exhausted list of addresses",
    worker("name: 'n[0-2]', addresses: [10.0.0.1, 10.0.0.2]"),
    "3:40: Cannot deal 3 IPv4 addresses from workers[0].addresses: it holds 2",
  ],
  [
    "a surplus address",
    worker("name: 'n[0-1]', addresses: [10.0.0.1, 10.0.0.2, 10.0.0.3]"),
    "3:61: Cannot use 3 IPv4 addresses for 2 machines: expected 2",
  ],
  [
    "an exhausted IPv6 network",
    worker("name: 'n[0-255]', addresses: ['fd00::/120']"),
    "3:42: Cannot deal 256 IPv6 addresses from workers[0].addresses: it holds 255",
  ],
  [
    "an exhausted network of pods",
    worker("name: 'n[0-2]', podCIDR: 10.200.0.0/23"),
    "3:38: Cannot deal 3 IPv4 pod networks from workers[0].podCIDR: it holds 2",
  ],
  [
    "a podCIDRSize without a range",
    worker("name: n, podCIDRSize: 24"),
    "3:22: Cannot use podCIDRSize here: expected it only with a host range",
  ],
  [
    "a podCIDRSize larger than its podCIDR",
    worker("name: 'n[0-1]', podCIDR: 10.200.0.0/24, podCIDRSize: 23"),
    "3:38: Cannot deal /23 networks from podCIDR: expected a podCIDRSize of 24 or more",
  ],
  [
    "a podCIDR too small for the default size",
    worker("name: 'n[0-1]', podCIDR: 10.200.0.0/25"),
    "3:38: Cannot deal /24 networks from podCIDR: expected a podCIDRSize of 25 or more",
  ],
  [
    "a podCIDRSize of 33 for IPv4",
    worker("name: 'n[0-1]', podCIDR: 10.200.0.0/24, podCIDRSize: 33"),
    "3:66: Cannot deal /33 networks from podCIDR: expected at most 32 for IPv4",
  ],
  [
    "a podCIDRSize of 129",
    worker("name: 'n[0-1]', podCIDR: 10.200.0.0/24, podCIDRSize: 129"),
    "3:66: Cannot use 129 as workers[0].podCIDRSize: expected a whole number from 1 to 128",
  ],
  [
    "a surplus podCIDRSize",
    worker("name: 'n[0-1]', podCIDR: 10.200.0.0/16, podCIDRSize: [24, 64]"),
    "3:66: Cannot use 2 values as podCIDRSize: expected one per family of podCIDR",
  ],
  [
    "a podCIDRSize without a podCIDR",
    worker("name: 'n[0-1]', podCIDRSize: 24"),
    "3:42: Cannot use 1 values as podCIDRSize: expected one per family of podCIDR",
  ],
  [
    "a podCIDR outside podCIDRs",
    worker("name: n, podCIDR: 10.0.0.0/24"),
    "3:31: Cannot use 10.0.0.0/24 as podCIDR of n: expected a network inside podCIDRs (10.200.0.0/14)",
  ],
  [
    "a podCIDR of another family than its machine",
    worker("name: n, addresses: ['fd00::1'], podCIDR: 10.200.0.0/24"),
    "3:55: Cannot use 10.200.0.0/24 as podCIDR of n: expected a family that the machine has an address of",
  ],
  [
    "two podCIDRs of one family",
    worker("name: n, podCIDR: [10.200.0.0/24, 10.200.1.0/24]"),
    "3:47: Cannot use 10.200.1.0/24 as podCIDR of n: expected one CIDR per family, and IPv4 has one",
  ],
  [
    "podCIDRs that overlap",
    lab("workers: [{ name: a, podCIDR: 10.200.0.0/24 }, { name: b, podCIDR: 10.200.0.128/25 }]\n"),
    "3:68: Cannot use 10.200.0.128/25 as podCIDR of b: it overlaps 10.200.0.0/24 of a",
  ],
  [
    "an empty list as podCIDR",
    worker("name: n, podCIDR: []"),
    "3:31: Cannot use a list as workers[0].podCIDR: expected at least one CIDR",
  ],
  [
    "a bad podCIDR in a list",
    worker("name: n, podCIDR: [10.200.0.0/24, x]"),
    `3:47: Cannot use "x" as workers[0].podCIDR[1]: ${CIDR}`,
  ],
  [
    "a number as podCIDR",
    worker("name: n, podCIDR: 1"),
    "3:31: Cannot use 1 as workers[0].podCIDR: expected a CIDR such as 10.200.0.0/24, or a list of them",
  ],
  [
    "host bits in a podCIDR",
    worker("name: n, podCIDR: 10.200.0.1/24"),
    '3:31: Cannot use "10.200.0.1/24" as workers[0].podCIDR: expected no bits behind the prefix, did you mean "10.200.0.0/24"?',
  ],
  [
    "an etcd member with a machine's name and other addresses",
    lab("etcd: { members: [{ name: server, addresses: [10.0.0.9] }] }\n"),
    "3:46: Cannot use 10.0.0.9 as etcd.members[0].addresses: expected those of the machine of that name, 10.240.0.10",
  ],
  [
    "two etcd members of one name",
    lab("etcd: { members: [{ name: e, addresses: [10.0.0.9] }, { name: e, addresses: [10.0.0.8] }] }\n"),
    '3:63: Duplicate member name "e": expected each name once',
  ],
  [
    "an etcd member with the address of a machine",
    lab("etcd: { members: [{ name: e, addresses: [10.240.0.10] }] }\n"),
    "3:42: Duplicate address 10.240.0.10 of e: expected an address that server does not have",
  ],
  [
    "an etcd member without addresses",
    lab("etcd: { members: [{ name: e }] }\n"),
    '3:19: Missing key "addresses" in etcd.members[0]: expected a list of addresses',
  ],
  [
    "an etcd member named ca.crt",
    lab("etcd: { members: [{ name: ca.crt, addresses: [10.0.0.9] }] }\n"),
    '3:27: Cannot write "pki/etcd/ca.crt/server.crt" for "etcd-server/ca.crt": "etcd-ca" wants a file there',
  ],
  [
    "an etcd member named ca.key",
    lab("etcd: { members: [{ name: ca.key, addresses: [10.0.0.9] }] }\n"),
    '3:27: Cannot write "pki/etcd/ca.key/server.crt" for "etcd-server/ca.key": "etcd-ca" wants a file there',
  ],
  [
    "an etcd member named healthcheck-client.crt",
    lab("etcd: { members: [{ name: healthcheck-client.crt, addresses: [10.0.0.9] }] }\n"),
    '3:27: Cannot write "pki/etcd/healthcheck-client.crt/server.crt" for "etcd-server/healthcheck-client.crt": "etcd-healthcheck-client" wants a file there',
  ],
  [
    "a kubelet on an etcd member",
    lab("etcd: { members: [{ name: e, addresses: [10.0.0.9], kubelet: true }] }\n"),
    '3:53: Unknown key "kubelet": expected one of name, addresses, dnsNames',
  ],
  [
    "a control plane named ca.crt",
    cpIs("[{ name: ca.crt, addresses: [10.0.0.1] }]"),
    '2:24: Cannot write "pki/etcd/ca.crt/server.crt" for "etcd-server/ca.crt": "etcd-ca" wants a file there',
  ],
  [
    "etcd members named as the CA's files in the other naming",
    lab(
      "files: { naming: pem }\netcd: { members: [{ name: ca.pem, addresses: [10.0.0.9] }, { name: ca-key.pem, addresses: [10.0.0.8] }] }\n",
    ),
    '4:27: Cannot write "pki/etcd/ca.pem/server.pem" for "etcd-server/ca.pem": "etcd-ca" wants a file there',
    '4:68: Cannot write "pki/etcd/ca-key.pem/server.pem" for "etcd-server/ca-key.pem": "etcd-ca" wants a file there',
  ],
  ["an empty user name", user("name: ''"), `3:17: Cannot use "" as users[0].name: ${PERSON}`],
  ["a slash in a user name", user("name: a/b"), `3:17: Cannot use "a/b" as users[0].name: ${PERSON}`],
  ["a backslash in a user name", user("name: 'a\\b'"), `3:17: Cannot use "a\\b" as users[0].name: ${PERSON}`],
  ["a leading dot in a user name", user("name: .a"), `3:17: Cannot use ".a" as users[0].name: ${PERSON}`],
  ["a user named ..", user("name: .."), `3:17: Cannot use ".." as users[0].name: ${PERSON}`],
  ["NUL in a user name", user('name: "a\\0"'), `3:17: Cannot use "a\\u0000" as users[0].name: ${PERSON}`],
  [
    "an RTL mark in a user name",
    user('name: "a\\u200fb"'),
    `3:17: Cannot use "a\\u200fb" as users[0].name: ${PERSON}`,
  ],
  [
    "a zero-width space in a user name",
    user('name: "a\\u200bb"'),
    `3:17: Cannot use "a\\u200bb" as users[0].name: ${PERSON}`,
  ],
  ["white space behind a user name", user("name: 'a '"), `3:17: Cannot use "a " as users[0].name: ${PERSON}`],
  [
    "a user name of 65 characters",
    user(`name: ${"x".repeat(65)}`),
    `3:17: Cannot use "${"x".repeat(65)}" as users[0].name: ${PERSON}`,
  ],
  [
    "a user name that is not in NFC",
    user(`name: ${"\u00e9".normalize("NFD")}`),
    `3:17: Cannot use "e\u0301" as users[0].name: ${PERSON}`,
  ],
  [
    "a user name longer than a file's name may be",
    user(`name: ${"\u{1f600}".repeat(62)}`),
    `3:17: Cannot use "${"\u{1f600}".repeat(62)}" as users[0].name: ${PERSON}`,
  ],
  [
    "a user with a system: name",
    user("name: system:admin"),
    '3:17: Cannot use "system:admin" as a user\'s name: names with system: belong to Kubernetes',
  ],
  [
    "a user with a System: name",
    user("name: System:Admin"),
    '3:17: Cannot use "System:Admin" as a user\'s name: names with system: belong to Kubernetes',
  ],
  [
    "a user named as the administrator",
    user("name: kubernetes-admin"),
    '3:17: Cannot use "kubernetes-admin" as a user\'s name: a certificate of the cluster has this CN',
  ],
  [
    "a user named as the API server",
    user("name: kube-apiserver"),
    '3:17: Cannot use "kube-apiserver" as a user\'s name: a certificate of the cluster has this CN',
  ],
  [
    "a user named as a CA",
    user("name: kubernetes-ca"),
    '3:17: Cannot use "kubernetes-ca" as a user\'s name: a certificate of the cluster has this CN',
  ],
  [
    "two users of one name",
    lab("users: [{ name: a }, { name: a }]\n"),
    '3:30: Duplicate user name "a": expected each name once',
  ],
  [
    "two users that differ in case",
    lab("users: [{ name: jane }, { name: Jane }]\n"),
    '3:33: Cannot write "pki/users/Jane.crt" for "user/Jane": "user/jane" wants it too',
  ],
  [
    "two users that differ in case folding",
    lab("users: [{ name: stra\u00dfe }, { name: STRASSE }]\n"),
    '3:35: Cannot write "pki/users/STRASSE.crt" for "user/STRASSE": "user/stra\u00dfe" wants it too',
  ],
  ["a group twice", user("name: a, groups: [x, x]"), '3:32: Duplicate group "x": expected each once'],
  [
    "a group of 65 characters",
    user(`name: a, groups: [${"x".repeat(65)}]`),
    `3:29: Cannot use "${"x".repeat(65)}" as users[0].groups[0]: ${SUBJECT}`,
  ],
  [
    "a control character in a group",
    user('name: a, groups: ["x\\u0007"]'),
    `3:29: Cannot use "x\\u0007" as users[0].groups[0]: ${SUBJECT}`,
  ],
  [
    "two users that differ in composition",
    lab(`users: [{ name: \u00e9 }, { name: ${"\u00e9".normalize("NFD")} }]\n`),
    `3:30: Cannot use "e\u0301" as users[1].name: ${PERSON}`,
  ],
  [
    "a user whose certificate is the key of another",
    lab("files: { naming: pem }\nusers: [{ name: a }, { name: a-key }]\n"),
    '4:30: Cannot write "pki/users/a-key.pem" for "user/a-key": "user/a" wants it too',
  ],
  [
    "an unknown authority",
    cert("name: a, authority: root"),
    '3:38: Cannot use "root" as certificates[0].authority: expected one of kubernetes, etcd, front-proxy',
  ],
  [
    "an unknown usage",
    cert("name: a, usages: [peer]"),
    '3:36: Cannot use "peer" as certificates[0].usages[0]: expected server or client',
  ],
  [
    "an empty list of usages",
    cert("name: a, usages: []"),
    "3:35: Cannot use a list as certificates[0].usages: expected at least one of server and client",
  ],
  [
    "a usage twice",
    cert("name: a, usages: [client, client]"),
    '3:44: Duplicate usage "client": expected each once',
  ],
  [
    "a server certificate without sans",
    cert("name: a, usages: [server]"),
    '3:35: Cannot make the server certificate "a" without names: expected sans, as clients do not look at the CN',
  ],
  [
    "a server certificate with empty sans",
    cert("name: a, sans: [], usages: [server]"),
    '3:45: Cannot make the server certificate "a" without names: expected sans, as clients do not look at the CN',
  ],
  [
    "two certificates of one name",
    lab("certificates: [{ name: a }, { name: a }]\n"),
    '3:37: Duplicate certificate name "a": expected each name once',
  ],
  [
    "a CN of 65 characters",
    cert(`name: a, cn: ${"x".repeat(65)}`),
    `3:31: Cannot use "${"x".repeat(65)}" as certificates[0].cn: ${SUBJECT}`,
  ],
  ["a bad san", cert("name: a, sans: [a_b]"), `3:34: Cannot use "a_b" as certificates[0].sans[0]: ${SAN}`],
  ["a san twice", cert("name: a, sans: [a, A]"), '3:37: Duplicate name "a": expected each once'],
  [
    "a climbing certificate name",
    cert("name: ../a"),
    `3:24: Cannot use "../a" as certificates[0].name: ${PERSON}`,
  ],
  ["an organization twice", cert("name: a, groups: [x, x]"), '3:39: Duplicate group "x": expected each once'],
  ["a certificate without a name", cert("cn: a"), `3:16: Missing key "name" in certificates[0]: ${PERSON}`],
  ["a user without a name", user("groups: []"), `3:9: Missing key "name" in users[0]: ${PERSON}`],
  [
    "a machine without a name",
    worker("addresses: [10.0.0.1]"),
    `3:11: Missing key "name" in workers[0]: ${MACHINE}`,
  ],
  [
    "null as machine",
    lab("workers: [null]\n"),
    "3:11: Cannot use null as workers[0]: expected a mapping with name, addresses, dnsNames, podCIDR, podCIDRSize",
  ],
  [
    "a text as machine",
    lab("workers: [node]\n"),
    '3:11: Cannot use "node" as workers[0]: expected a mapping with name, addresses, dnsNames, podCIDR, podCIDRSize',
  ],
  ["a number as machine name", worker('name: "12"'), `3:19: Cannot use "12" as workers[0].name: ${MACHINE}`],
  [
    "a range of numbers as machine names",
    worker('name: "[0-9]"'),
    `3:19: Cannot use "[0-9]" as workers[0].name: ${RANGE_NAMES}`,
  ],
];

const PLANS: readonly Case[] = [
  [
    "leaves that outlive their CA",
    lab("validity: { ca: 90d, leaf: 1y }\n"),
    '3:28: Cannot end "apiserver" at 2026-12-31T23:55:00Z: its CA "ca" ends at 2026-03-31T23:55:00Z',
  ],
  [
    "leaves that outlive the default CA",
    lab("validity: { leaf: 11y }\n"),
    '3:19: Cannot end "apiserver" at 2036-12-28T23:55:00Z: its CA "ca" ends at 2035-12-29T23:55:00Z',
  ],
  [
    "an override that outlives the CA",
    lab("validity: { overrides: { 'kubelet-*': 11y } }\n"),
    '3:39: Cannot end "kubelet-server/server" at 2036-12-28T23:55:00Z: its CA "ca" ends at 2035-12-29T23:55:00Z',
  ],
  [
    "a CA that ends before its leaves",
    lab("validity: { overrides: { etcd-ca: 30d } }\n"),
    '3:11: Cannot end "apiserver-etcd-client" at 2026-12-31T23:55:00Z: its CA "etcd-ca" ends at 2026-01-30T23:55:00Z',
  ],
  [
    "an end date behind the CA's",
    lab("validity: { ca: 2030-01-01, leaf: 2030-01-02 }\n"),
    '3:35: Cannot end "apiserver" at 2030-01-02T00:00:00Z: its CA "ca" ends at 2030-01-01T00:00:00Z',
  ],
  [
    "an end before the start",
    lab("validity: { notBefore: 2026-01-01T00:00:00Z, leaf: 2025-01-01 }\n"),
    '3:52: Cannot end "apiserver" at 2025-01-01T00:00:00Z: it starts at 2026-01-01T00:00:00Z',
  ],
  [
    "an end at the 9999 form",
    lab("validity: { ca: 9999-12-31T23:59:59Z }\n"),
    "3:17: Cannot use 9999-12-31T23:59:59Z as an end: expected one before 9999-12-31T23:59:59Z",
  ],
  [
    "a duration past the year 9999",
    lab("validity: { ca: 8000y }\n"),
    '3:17: Cannot end "ca" after the year 9999: expected an end before 9999-12-31T23:59:59Z',
  ],
  [
    "a duration of ten million years",
    lab("validity: { ca: 9999999y, leaf: 9999999y }\n"),
    '3:17: Cannot end "ca" after the year 9999: expected an end before 9999-12-31T23:59:59Z',
    '3:33: Cannot end "apiserver" after the year 9999: expected an end before 9999-12-31T23:59:59Z',
  ],
  [
    "a refused CA validity beside a long leaf",
    lab("validity: { ca: x, leaf: 20y }\n"),
    `3:17: Cannot use "x" as validity.ca: ${VALIDITY}`,
  ],
  [
    "an override of no id",
    lab("validity: { overrides: { apiservr: 90d } }\n"),
    '3:26: The pattern "apiservr" matches nothing: did you mean "apiserver"?',
  ],
  [
    "an override whose pattern matches nothing",
    lab("validity: { overrides: { 'kubelt-*': 90d } }\n"),
    '3:26: The pattern "kubelt-*" matches nothing: did you mean "kubelet-*"?',
  ],
  [
    "a generation of a kubeconfig",
    lab("generations: { kubeconfig/admin: 2 }\n"),
    `3:16: The pattern "kubeconfig/admin" matches nothing: ${PATTERN}`,
  ],
  [
    "an override of the service-account key, which does not end",
    lab("validity: { overrides: { service-account: 1d } }\n"),
    `3:26: The pattern "service-account" matches nothing: ${PATTERN}`,
  ],
  ["an empty pattern", lab("generations: { '': 2 }\n"), `3:16: The pattern "" matches nothing: ${PATTERN}`],
  [
    "Ed25519 keys in the layout kubeadm",
    lab("files: { layout: kubeadm }\nkeys: { ca: Ed25519, leaf: Ed25519 }\n"),
    '4:13: Cannot use "Ed25519" as keys.ca with files.layout kubeadm: expected RSA or ECDSA, which kubeadm reads',
    '4:28: Cannot use "Ed25519" as keys.leaf with files.layout kubeadm: expected RSA or ECDSA, which kubeadm reads',
  ],
  [
    "a control plane without a kubelet in the layout kubeadm",
    "name: lab\ncontrolPlane: [{ name: a, addresses: [10.0.0.1], kubelet: false }]\nfiles: { layout: kubeadm }\n",
    "2:59: Cannot do without a kubelet with files.layout kubeadm: expected true, as it runs the static pods",
  ],
  [
    "a machine named like kubeadm's kubeconfig, in that layout",
    lab("workers: [{ name: super-admin }]\nfiles: { layout: kubeadm }\n"),
    '3:19: Cannot use "super-admin" as a machine\'s name: a kubeconfig of the cluster has it',
  ],
  [
    "an unknown layout, and signing in words",
    lab("files: { layout: k3s }\ncontrollerManager: { signing: yes }\n"),
    '3:18: Cannot use "k3s" as files.layout: expected hard-way or kubeadm',
    '4:31: Cannot use "yes" as controllerManager.signing: expected true or false',
  ],
  [
    "a pattern that only a refused machine would match",
    lab("workers: [{ name: X }]\nvalidity: { overrides: { kubelet-server/x: 1d } }\n"),
    `3:19: Cannot use "X" as workers[0].name: ${MACHINE}`,
  ],
];

for (const [title, document, ...lines] of [...SHAPES, ...YAML, ...VALUES, ...NAMES, ...PLANS]) {
  Deno.test(`a spec with ${title} is refused at its place`, () => {
    assert.deepEqual(problemsOf(document), lines);
  });
}

Deno.test("a spec with more than 1,000 patterns with a star is told so beside what they miss", () => {
  const patterns = Array.from({ length: 1001 }, (_, index) => `"*${index}": 1`).join(", ");
  const lines = problemsOf(lab(`generations: { ${patterns} }\n`));
  assert.equal(lines[0], "3:1: Cannot use 1001 patterns with * in generations: expected at most 1000");
  assert.equal(lines.length, 1001);
});
