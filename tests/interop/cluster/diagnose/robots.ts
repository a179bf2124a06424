/**
 * Those who come with a token: a kubelet that has nothing else yet, and a service account's robot.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { join } from "node:path";
import { editKubeconfig, removePath, setFlag } from "../../foreign/inject.ts";
import { ADMIN, type Harm, K, KUBELET, PKI, UNITS } from "./harm.ts";

/** A kubelet without certificates, with a bootstrap token; when the token ends is for who makes its secret. */
export function bootstrapped(end: string): Harm {
  return async (tree) => {
    await Deno.writeTextFile(join(tree, "expiration"), end);
    for (const path of ["kubelet-client.crt", "kubelet-client.key"]) {
      await removePath(tree, `${KUBELET}/pki/${path}`);
    }
    await Deno.rename(join(tree, `${KUBELET}/kubeconfig`), join(tree, `${KUBELET}/bootstrap.kubeconfig`));
    await editKubeconfig(tree, `${KUBELET}/bootstrap.kubeconfig`, ({ users: [user] }) => {
      if (user === undefined) return;
      for (const field of Object.keys(user.user)) delete user.user[field];
      user.user["token"] = "abcdef.0123456789abcdef";
    });
    const unit = `${UNITS}/kubelet.service`;
    await setFlag(tree, unit, "--bootstrap-kubeconfig", `/${KUBELET}/bootstrap.kubeconfig`);
  };
}

/** A kubeconfig with a token that the tree's own key signs. */
export function withRobot(claims: Readonly<Record<string, unknown>>): Harm {
  return async (tree) => {
    const key = createPrivateKey(await Deno.readTextFile(join(tree, `${PKI}/sa.key`)));
    const der = createPublicKey(key).export({ type: "spki", format: "der" });
    const header = { alg: key.asymmetricKeyType === "rsa" ? "RS256" : "ES256", kid: hashOf(der), typ: "JWT" };
    const now = Math.floor(Date.now() / 1000);
    const body = {
      iss: "https://kubernetes.default.svc.cluster.local",
      sub: "system:serviceaccount:default:robot",
      aud: ["https://kubernetes.default.svc.cluster.local"],
      iat: now,
      nbf: now,
      exp: now + 3600,
      "kubernetes.io": { namespace: "default", serviceaccount: { name: "robot", uid: "0" } },
      ...claims,
    };
    const said = [header, body].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(
      ".",
    );
    const signature = sign("sha256", Buffer.from(said), { key, dsaEncoding: "ieee-p1363" }).toString(
      "base64url",
    );
    await Deno.writeTextFile(join(tree, `${K}/robot.token`), `${said}.${signature}`);
    await Deno.copyFile(join(tree, ADMIN), join(tree, `${K}/robot.kubeconfig`));
    await editKubeconfig(tree, `${K}/robot.kubeconfig`, ({ users: [user] }) => {
      if (user === undefined) return;
      for (const field of Object.keys(user.user)) delete user.user[field];
      user.user["tokenFile"] = `/${K}/robot.token`;
    });
  };
}

function hashOf(der: Uint8Array): string {
  return createHash("sha256").update(der).digest("base64url");
}
