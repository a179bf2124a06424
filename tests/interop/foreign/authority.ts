/**
 * Small PKIs by OpenSSL, for the trees of programs that are not here: CAs, certificates with the fields that such a
 * program gives, keys as it writes them.
 *
 * @module
 */
import { join } from "node:path";
import { runOpenssl, writeFiles } from "./trees.ts";

/** A CA or certificate that OpenSSL makes. */
export interface Wanted {
  /** Where it goes, without an ending: `<path>.crt` and `<path>.key`. */
  readonly path: string;
  /** OpenSSL's form, such as `/O=system:masters/CN=system:admin`. */
  readonly subject: string;
  /** Lines of an extensions section. */
  readonly extensions: readonly string[];
  /** From now. */
  readonly days: number;
  /** Words of `openssl genpkey`; else P-256 as "EC PRIVATE KEY". */
  readonly key?: readonly string[];
  /** Path of the CA, without an ending; a certificate without one signs itself. */
  readonly issuer?: string;
  /** Whether the CA follows in the same file. */
  readonly isChain?: boolean;
}

/** Extensions of CAs and leaves as client-go and its relatives give them. */
export const CA_EXTENSIONS = [
  "keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign",
  "basicConstraints=critical,CA:TRUE",
  "subjectKeyIdentifier=hash",
];

/**
 * Extensions of a leaf.
 *
 * @param usages such as `clientAuth`
 * @param names such as `DNS:localhost`
 */
export function leafExtensions(usages: readonly string[], names: readonly string[] = []): string[] {
  return [
    "keyUsage=critical,digitalSignature,keyEncipherment",
    `extendedKeyUsage=${usages.join(",")}`,
    "basicConstraints=critical,CA:FALSE",
    "authorityKeyIdentifier=keyid",
    // Go gives none to a leaf.
    "subjectKeyIdentifier=none",
    ...names.length > 0 ? [`subjectAltName=${names.join(",")}`] : [],
  ];
}

/** Makes keys and certificates in a folder, each after its CA. */
export async function makeCertificates(folder: string, wanted: readonly Wanted[]): Promise<void> {
  for (const one of wanted) await makeCertificate(folder, one);
}

async function makeCertificate(folder: string, wanted: Wanted): Promise<void> {
  const at = (path: string): string => join(folder, path);
  const key = wanted.key === undefined
    ? await runOpenssl(["ecparam", "-name", "prime256v1", "-genkey", "-noout"])
    : await runOpenssl(["genpkey", ...wanted.key]);
  await writeFiles(folder, { [`${wanted.path}.key`]: { text: key, mode: 0o600 } });
  const request = await runOpenssl(
    ["req", "-new", "-key", at(`${wanted.path}.key`), "-subj", wanted.subject, "-config", "/dev/stdin"],
    "[req]\ndistinguished_name=dn\n[dn]\n",
  );
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, `${wanted.extensions.join("\n")}\n`);
    const signer = wanted.issuer === undefined
      ? ["-signkey", at(`${wanted.path}.key`)]
      : ["-CA", at(`${wanted.issuer}.crt`), "-CAkey", at(`${wanted.issuer}.key`)];
    const serial = `0x${crypto.getRandomValues(new Uint8Array(8)).toHex().replace(/^./, "3")}`;
    const made = await runOpenssl(
      ["x509", "-req", ...signer, "-days", String(wanted.days), "-set_serial", serial, "-extfile", file],
      request,
    );
    const chain = wanted.isChain ? await Deno.readTextFile(at(`${wanted.issuer}.crt`)) : "";
    await writeFiles(folder, { [`${wanted.path}.crt`]: made + chain });
  } finally {
    await Deno.remove(file);
  }
}
