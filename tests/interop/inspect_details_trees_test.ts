/**
 * OpenSSL judges the text of every certificate of other people's trees and of GnuTLS, and the names of all objects that it lists.
 *
 * @module
 */
import assert from "node:assert/strict";
import { findPemBlocks } from "../../scripts/inspect/der/pem_blocks.ts";
import { longName } from "../../scripts/inspect/details/objects.ts";
import { oid, sequence, utf8String } from "../../scripts/issue/der.ts";
import { CFSSL_TOOLS, cfsslTree } from "./foreign/cfssl.ts";
import { EASY_RSA_TOOLS, easyRsaTree } from "./foreign/easy_rsa.ts";
import { HARD_WAY_TOOLS, hardWayTree } from "./foreign/hard_way.ts";
import { K3S_TOOLS, k3sTree } from "./foreign/k3s.ts";
import { KUBEADM_TOOLS, kubeadmTree } from "./foreign/kubeadm.ts";
import { MMUMSHAD_TOOLS, mmumshadTree } from "./foreign/older_hard_way.ts";
import { ourTree } from "./foreign/ours.ts";
import { minikubeTree, SMALL_TOOLS, talosTree } from "./foreign/small_trees.ts";
import { openssl, withTree } from "./foreign/trees.ts";
import { assemble, compareCertificate, extension, nameOf, readPem, versionOf } from "./openssl_text.ts";
import { findProgram, forEach, runWell, testWith, type Tool } from "./tools.ts";

const TREES: readonly (readonly [string, readonly Tool[], (folder: string) => Promise<void>])[] = [
  ["kubeadm", KUBEADM_TOOLS, (folder) => kubeadmTree(folder, {})],
  ["the hard way", HARD_WAY_TOOLS, hardWayTree],
  ["the older hard way", MMUMSHAD_TOOLS, mmumshadTree],
  ["k3s", K3S_TOOLS, k3sTree],
  ["cfssl", CFSSL_TOOLS, cfsslTree],
  ["easy-rsa", EASY_RSA_TOOLS, easyRsaTree],
  ["talos", SMALL_TOOLS, talosTree],
  ["minikube", SMALL_TOOLS, minikubeTree],
  ["ours", [openssl], (folder) => ourTree(folder, "kubeadm")],
];

/** Certificates of a text, also those that stand in base64 once more, as in kubeconfigs. */
function certificatesOf(text: string): Uint8Array[] {
  const inner = (text.match(/LS0tLS1CRUdJTi[A-Za-z0-9+/=]+/g) ?? []).map((word) =>
    new TextDecoder().decode(Uint8Array.fromBase64(word))
  );
  return [text, ...inner].flatMap(findPemBlocks).flatMap(({ label, bytes }) =>
    label === "CERTIFICATE" && bytes !== undefined ? [bytes] : []
  );
}

async function readFolder(folder: string, found: Map<string, Uint8Array>): Promise<void> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) await readFolder(path, found);
    if (!isFile) continue;
    for (const der of certificatesOf(await Deno.readTextFile(path))) found.set(der.toHex(), der);
  }
}

for (const [title, tools, make] of TREES) {
  testWith(
    [openssl, ...tools],
    `OpenSSL writes the same text of certificates of ${title}`,
    async (_, program = "") => {
      await withTree(make, async (root) => {
        const found = new Map<string, Uint8Array>();
        await readFolder(root, found);
        assert.ok(found.size >= 3, String(found.size));
        await forEach(found.values(), (der) => compareCertificate(program, der));
      });
    },
  );
}

/** Options of GnuTLS's templates: most of those that put something into a certificate. */
const TEMPLATE = `
cn = "a, b"
organization = "O=한국"
unit = u
country = KR
serial = 0x00ff01
ca
path_len = 2
dns_name = a.example
ip_address = 10.0.0.1
ip_address = 2001:db8::1
email = a@b.example
uri = http://x/
registered_id = 1.2.3
tls_feature = 5
crl_dist_points = http://crl/
ocsp_uri = http://ocsp/
ca_issuers_uri = http://ca/
policy1 = 1.2.3.4
policy1_txt = "notice"
policy1_url = http://policy/
nc_permit_dns = example
nc_exclude_ip = 10.0.0.0/8
inhibit_anypolicy_skip_certs = 1
add_extension = "1.2.7 0x0102"
add_critical_extension = "1.2.8 octet_string(0x0102)"
signing_key
encryption_key
cert_signing_key
crl_signing_key
data_encipherment
key_agreement
non_repudiation
tls_www_server
tls_www_client
code_signing
time_stamping
email_protection
ipsec_ike_key
ocsp_signing_key
key_purpose_oid = 1.2.3.4.5
`;

testWith(
  [openssl, findProgram("certtool", "gnutls-bin")],
  "OpenSSL writes the same text of certificates that GnuTLS makes",
  async (_, program = "", certtool = "") => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${folder}/t`, TEMPLATE);
      for (const kind of ["rsa", "rsa-pss", "ecdsa", "ed25519", "ed448"]) {
        await runWell(certtool, ["-p", "--key-type", kind, "--outfile", `${folder}/k`]);
        const args = ["-s", "--load-privkey", `${folder}/k`, "--template", `${folder}/t`];
        await compareCertificate(program, readPem(await runWell(certtool, args)));
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

testWith([openssl], "objects have the names that OpenSSL lists", async (_, program = "") => {
  const listed = (await runWell(program, ["list", "-objects"])).trim().split("\n");
  // Later versions know more objects; those are no fault of ours.
  const isSame = (await versionOf(program)).startsWith("OpenSSL 3.0.");
  const types = new Set(listed.flatMap((line) => / ((?:[0-9]+\.)+[0-9]+)$/.exec(line)?.[1] ?? []));
  const compared = [...types].filter((type) => isSame || longName(type) !== type);
  assert.ok(compared.length > 900, String(compared.length));
  // Some objects are listed twice: what stands in certificates counts. Names have them by their short names, uses of
  // keys by their long ones.
  const subject = nameOf(...compared.map((type) => [type, utf8String("x")] as const));
  const uses = extension("2.5.29.37", sequence(...compared.map((type) => oid(type))));
  await compareCertificate(program, assemble({ subject, extensions: [uses] }));
});
