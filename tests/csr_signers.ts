/**
 * A cluster with custom signers for tests of `csr`, in a folder of its own.
 */
import { SEED, spec } from "./run.ts";

/** The moment that tests sign at. */
export const AT = Date.UTC(2027, 0, 1) / 1000;
/** The signer with a policy of every kind. */
export const MONITORING = "example.com/monitoring";

const SIGNERS = `signers:
- name: ${MONITORING}
  usages: [digital signature, key encipherment, client auth, server auth]
  requiredUsages: [client auth]
  groups: [monitoring, "team-*"]
  commonNames: ["scraper-*", "system:monitor:*"]
  dnsNames: ["*.monitoring.svc", web.example.com]
  addresses: [10.0.0.0/8, "fd00::/64"]
  validity: 30d
  autoApprove: true
- { name: example.com/open, usages: [digital signature, key encipherment, client auth] }
- { name: example.com/closed, usages: [key encipherment], commonNames: [], dnsNames: [], addresses: [], groups: [] }
- { name: example.com/mail, usages: [email protection], emails: true, uris: true, validity: 2027-03-01 }
- { name: example.com/etcd, authority: etcd, usages: [digital signature, client auth], validity: 20y }
- { name: example.com/proxy, authority: front-proxy, usages: [digital signature, client auth] }
`;

/** Does something in a folder that holds the spec and its seed. */
export async function withSigners(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/cluster.yaml`, spec(`${SIGNERS}users: [{ name: scraper-d }]\n`));
    await Deno.writeTextFile(`${folder}/cluster.seed`, `${SEED}\n`, { mode: 0o600 });
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A test with such a folder. */
export function signerTest(name: string, body: (folder: string) => Promise<void>): void {
  Deno.test(name, () => withSigners(body));
}
