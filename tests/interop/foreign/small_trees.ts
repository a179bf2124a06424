/**
 * Small trees of programs that keep certificates in their own ways: Talos' secrets, a minikube profile, and objects of
 * Kubernetes with certificates inside.
 *
 * @module
 */
import { join } from "node:path";
import type { Tool } from "../tools.ts";
import { CA_EXTENSIONS, leafExtensions, makeCertificates, type Wanted } from "./authority.ts";
import { formatKubeconfig } from "./kubeconfig.ts";
import { copyTree, openssl, writeFiles } from "./trees.ts";

/** What the trees need. */
export const SMALL_TOOLS: readonly Tool[] = [openssl];

/** Talos' CAs: name in its file, kind of key, subject. */
const TALOS = [
  ["etcd", "p256", "/O=etcd"],
  ["k8s", "p256", "/O=kubernetes"],
  ["k8saggregator", "p256", "/O=front-proxy"],
  ["os", "ed25519", "/O=talos"],
] as const;

/**
 * Makes `secrets.yaml` as `talosctl gen secrets` writes it: `certs.{etcd,k8s,k8saggregator,os}.{crt,key}` and
 * `certs.k8sserviceaccount.key` are base64 of PEM.
 *
 * @param folder where it goes
 */
export async function talosTree(folder: string): Promise<void> {
  await copyTree(folder, "talos", async (root) => {
    const work = await Deno.makeTempDir();
    try {
      await makeCertificates(
        work,
        TALOS.map(([path, key, subject]): Wanted => ({
          path,
          subject,
          days: 3650,
          extensions: [
            "keyUsage=critical,digitalSignature,keyCertSign",
            "extendedKeyUsage=serverAuth,clientAuth",
            "basicConstraints=critical,CA:TRUE",
            "subjectKeyIdentifier=hash",
          ],
          ...key === "ed25519" && { key: ["-algorithm", "ED25519"] },
        })),
      );
      const data = async (name: string): Promise<string> =>
        (await Deno.readFile(join(work, name))).toBase64();
      const pairs = await Promise.all(
        TALOS.map(async ([name]) =>
          `    ${name}:\n        crt: ${await data(`${name}.crt`)}\n        key: ${await data(
            `${name}.key`,
          )}\n`
        ),
      );
      const random = (size: number): string => crypto.getRandomValues(new Uint8Array(size)).toBase64();
      await writeFiles(root, {
        "secrets.yaml": {
          mode: 0o600,
          text: `cluster:
    id: ${random(32)}
    secret: ${random(32)}
secrets:
    bootstraptoken: abcdef.0123456789abcdef
    secretboxencryptionsecret: ${random(32)}
trustdinfo:
    token: fedcba.fedcba9876543210
certs:
${pairs.join("")}    k8sserviceaccount:
        key: ${await data("k8s.key")}
`,
        },
      });
    } finally {
      await Deno.remove(work, { recursive: true });
    }
  });
}

/**
 * Makes a user's home with minikube: `.minikube/{ca,proxy-client-ca}.{crt,key}`, `.minikube/profiles/minikube/` with
 * `client.*`, `apiserver.*`, `proxy-client.*`, and `.kube/config`, which names those files by absolute paths of the
 * machine, such as `/home/jane/.minikube/ca.crt`.
 *
 * @param folder stands for `/`: the home is `home/jane/`
 */
export async function minikubeTree(folder: string): Promise<void> {
  await copyTree(folder, "minikube", async (root) => {
    const [home, profile] = ["home/jane/.minikube", "home/jane/.minikube/profiles/minikube"];
    const names = [
      ...["minikubeCA", "control-plane.minikube.internal", "kubernetes.default.svc.cluster.local"],
      ...["kubernetes.default.svc", "kubernetes.default", "kubernetes", "localhost"],
    ].map((name) => `DNS:${name}`).concat(
      ["192.168.49.2", "10.96.0.1", "127.0.0.1", "10.0.0.1"].map((one) => `IP:${one}`),
    );
    const key = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
    const authority = (path: string, subject: string): Wanted => ({
      path: `${home}/${path}`,
      subject,
      days: 3650,
      extensions: [...CA_EXTENSIONS, "extendedKeyUsage=clientAuth,serverAuth"],
      key,
    });
    const leaf = (path: string, subject: string, issuer: string, names: readonly string[] = []): Wanted => ({
      path: `${profile}/${path}`,
      subject,
      issuer: `${home}/${issuer}`,
      days: 1095,
      extensions: leafExtensions(["serverAuth", "clientAuth"], names),
      key,
    });
    await makeCertificates(root, [
      authority("ca", "/CN=minikubeCA"),
      authority("proxy-client-ca", "/CN=proxyClientCA"),
      leaf("client", "/O=system:masters/CN=minikube-user", "ca"),
      leaf("apiserver", "/O=system:masters/CN=minikube", "ca", names),
      leaf("proxy-client", "/CN=aggregator", "proxy-client-ca"),
    ]);
    await writeFiles(root, {
      "home/jane/.kube/config": {
        mode: 0o600,
        text: formatKubeconfig({
          server: "https://192.168.49.2:8443",
          cluster: "minikube",
          user: "minikube",
          context: "minikube",
          ca: `/${home}/ca.crt`,
          certificate: `/${profile}/client.crt`,
          key: `/${profile}/client.key`,
        }),
      },
    });
  });
}
