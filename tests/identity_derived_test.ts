import assert from "node:assert/strict";
import { hkdfSync } from "node:crypto";
import { deriveText, deriveUuid } from "../scripts/identity/derived.ts";
import { deriveSecret } from "../scripts/issue/derive.ts";
import { parseSeed } from "../scripts/issue/seed.ts";
import { SEED } from "./run.ts";

const seed = parseSeed(SEED, "seed");

/** The platform's HKDF, by the words of the design. */
function platform(info: string, length: number): Uint8Array {
  const authority = new Uint8Array(
    hkdfSync("sha256", seed.entropy, "hardway/v1", "authority:lab/credentials", 32),
  );
  return new Uint8Array(hkdfSync("sha256", authority, "hardway/v1", info, length));
}

Deno.test("secrets are what the platform's HKDF makes of the design's labels", () => {
  const derive = (generation: number, length?: number): Uint8Array =>
    deriveSecret(seed.entropy, "lab", "token/jane", generation, length);
  assert.deepEqual(derive(1), platform("secret:token/jane#1", 48));
  assert.deepEqual(derive(2, 200), platform("secret:token/jane#2", 200));
});

Deno.test("text is the stream's bytes below 252, modulo 36", () => {
  for (let user = 0; user < 200; user++) {
    const name = { cluster: "lab", id: `password/user-${user}` };
    const stream = [...platform(`secret:${name.id}#1`, 500)].filter((byte) => byte < 252);
    const expected = stream.map((byte) => (byte % 36).toString(36)).join("").slice(0, 40);
    assert.equal(deriveText(seed, name, 40), expected);
    assert.equal(deriveText(seed, name, 24), expected.slice(0, 24));
  }
});

Deno.test("an identifier is a UUID of version 4 from the first 16 bytes", () => {
  const uuid = deriveUuid(seed, { cluster: "lab", id: "jti/default/app" });
  assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const bytes = platform("secret:jti/default/app#1", 16);
  const same = uuid.replaceAll("-", "");
  for (const [index, byte] of bytes.entries()) {
    const mask = index === 6 ? 0x0f : index === 8 ? 0x3f : 0xff;
    assert.equal(parseInt(same.slice(2 * index, 2 * index + 2), 16) & mask, byte & mask);
  }
});
