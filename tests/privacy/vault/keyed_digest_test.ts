import { createHmac } from "node:crypto";
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { KeyedDigest } from "../../../src/privacy/vault/keyed_digest.ts";

Deno.test("KeyedDigest is HMAC-SHA-256, for keys and texts of any length that fits", () => {
  for (const length of [0, 1, 31, 32, 64]) {
    const key = Uint8Array.from({ length }, (_, at) => at * 7 + 1);
    const digest = new KeyedDigest(key);
    for (const text of ["", "EMAIL\0ann@example.com", "ä€😀", "x".repeat(10_000)]) {
      assertEquals(digest.of(text), createHmac("sha256", key).update(text).digest("hex"));
    }
  }
});

Deno.test("KeyedDigest keeps no key once it is wiped, and takes none that is longer than a block", () => {
  const digest = new KeyedDigest(new Uint8Array(32).fill(9));
  const before = digest.of("a");
  digest.wipe();
  assertNotEquals(digest.of("a"), before);
  assertThrows(() => new KeyedDigest(new Uint8Array(65)), RangeError, "the key is too long");
});
