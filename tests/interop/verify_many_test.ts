/** `verify` on very many certificates that are alike: its time grows with their number, not with its square. */
import assert from "node:assert/strict";
import { verifyFiles } from "../../scripts/inspect/in_memory.ts";
import { CA_EXTENSIONS, leafExtensions, makeCertificates } from "./foreign/authority.ts";
import { openssl, withTree } from "./foreign/trees.ts";
import { testWith } from "./tools.ts";

/** After everything was made. */
const now = (): number => Math.ceil(Date.now() / 1000);

testWith(
  [openssl],
  "one certificate that stands in 10,000 places is none of two with one serial number",
  async () => {
    await withTree(
      (folder) =>
        makeCertificates(folder, [{ path: "a", subject: "/CN=a", extensions: CA_EXTENSIONS, days: 90 }]),
      async (root) => {
        const pem = await Deno.readTextFile(`${root}/a.crt`);
        const bytes = new TextEncoder().encode(pem.repeat(10_000));
        assert.deepEqual(verifyFiles({ "many.pem": bytes }, { at: now() }), []);
      },
    );
  },
);

testWith(
  [openssl],
  "the CA of a certificate is found among 60 of one name by its key, and no other is tried",
  async () => {
    const paths = Array.from({ length: 60 }, (_, at) => `ca${at}`);
    const authorities = paths.map((path) => ({
      path,
      subject: "/CN=ca",
      extensions: CA_EXTENSIONS,
      days: 900,
    }));
    const leaf = {
      path: "leaf",
      subject: "/CN=leaf",
      extensions: leafExtensions(["clientAuth"]),
      days: 90,
      issuer: "ca59",
    };
    await withTree((folder) => makeCertificates(folder, [...authorities, leaf]), async (root) => {
      const read = async (path: string): Promise<string> => await Deno.readTextFile(`${root}/${path}.crt`);
      const all = await Promise.all(paths.map(read));
      const judge = (texts: readonly string[]): string[] =>
        verifyFiles({ "many.pem": texts.join("") }, { at: now() })
          .map(({ code }) => code);
      assert.deepEqual(judge([...all, await read("leaf")]), []);
      // Without it, none of the others has signed the leaf.
      assert.deepEqual(judge([...all.slice(0, -1), await read("leaf")]), ["wrong-issuer"]);
    });
  },
);
