/**
 * `csr extract`: the certificate of a signed request becomes a file, and with its key a kubeconfig.
 *
 * @module
 */
import { readCertificate } from "../../inspect/certificate/certificate.ts";
import { commonName, latin1 } from "../../inspect/certificate/names.ts";
import { DerError } from "../../inspect/der/der.ts";
import { findPemBlocks } from "../../inspect/der/pem_blocks.ts";
import { readPrivateKeyBlock } from "../../inspect/keys/private_keys.ts";
import { equalBytes } from "../../shared/encoding.ts";
import { HardwayError } from "../../shared/errors.ts";
import { encodePem } from "../../shared/pem.ts";
import { escapeControls } from "../../shared/text.ts";
import {
  authoritiesIn,
  beside,
  firstCertificate,
  pathIn,
  readCluster,
  readCsrFile,
} from "../disk/csr_input.ts";
import { readInput } from "../disk/input.ts";
import { putFiles, type UserFile } from "../disk/user_file.ts";
import type { ExtractCsrOptions } from "./options.ts";
import { renderKubeconfig } from "../kubeconfig.ts";

/**
 * Writes the certificate of a request, and maybe a kubeconfig.
 *
 * @returns the files, as messages name them
 * @throws {HardwayError} `file-unreadable` for a request without a certificate or a key that is not its own; `refused`;
 * and what reading spec and seed throws
 */
export async function extractCsr(options: ExtractCsrOptions): Promise<string[]> {
  const { object, shown } = await readCsrFile(options.folder, options.file);
  const der = firstCertificate(object.certificate);
  if (der === undefined) {
    const place = `${escapeControls(shown)}:1:1`;
    throw new HardwayError(
      "file-unreadable",
      `${place}: status.certificate: there is no certificate: run csr sign first`,
    );
  }
  const base = object.name.replace(/[/\\]/g, "_").replace(/^\./, "_");
  const fileOf = (ending: string, bytes: Uint8Array, mode: number): UserFile => {
    const name = beside(options.file, options.out, `${base}${ending}`);
    return { path: pathIn(options.folder, name), shown: name, bytes, mode };
  };
  const certificate = encodePem("CERTIFICATE", der);
  const files = [fileOf(".crt", certificate, 0o644)];
  if (options.kubeconfig === true) {
    files.push(fileOf(".kubeconfig", await kubeconfigOf(der, certificate, options), 0o600));
  }
  putFiles(files, options.force === true, options.unique);
  return files.map((file) => file.shown);
}

async function kubeconfigOf(
  der: Uint8Array,
  certificate: Uint8Array,
  { folder, key: keyName, spec, seed }: ExtractCsrOptions,
): Promise<Uint8Array> {
  if (keyName === undefined) {
    throw new HardwayError("usage", "csr: A kubeconfig needs the key: expected --key");
  }
  const key = await readInput(pathIn(folder, keyName), keyName);
  const { publicKey, subject } = readOne(der);
  if (!equalBytes(publicKey.der, publicPartOf(key, keyName))) {
    throw new HardwayError(
      "file-unreadable",
      `${escapeControls(keyName)}: tls: private key does not match public key`,
    );
  }
  const cluster = await readCluster({ folder, spec, seed });
  const authority = await authoritiesIn(cluster).get("ca");
  // The administrator's kubeconfig dials what people dial.
  const admin = cluster.plan.entries.find(({ id }) => id === "kubeconfig/admin");
  if (admin?.kind !== "kubeconfig") throw new Error("Every plan has an administrator's kubeconfig");
  return renderKubeconfig({
    cluster: cluster.plan.cluster,
    server: admin.server,
    user: commonName(subject) ?? "",
    authority: encodePem("CERTIFICATE", authority.certificate),
    certificate,
    key,
  });
}

function readOne(der: Uint8Array): ReturnType<typeof readCertificate> {
  try {
    return readCertificate(der);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new HardwayError("file-unreadable", `status.certificate cannot be read: ${error.message}`);
  }
}

/** The public part of the first private key in a file. */
function publicPartOf(key: Uint8Array, shown: string): Uint8Array {
  try {
    for (const block of findPemBlocks(latin1(key))) {
      const spki = readPrivateKeyBlock(block)?.spki;
      if (spki !== undefined) return spki;
    }
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
  }
  throw new HardwayError("file-unreadable", `${escapeControls(shown)}: no private key that can be read`);
}
