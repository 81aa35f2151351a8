import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { createHmac } from "node:crypto";
import { KeyedDigest } from "../../../src/privacy/vault/keyed_digest.ts";
import { readPrivacyKeys } from "../../../src/privacy/vault/privacy_keys.ts";
import { Vault } from "../../../src/privacy/vault/vault.ts";
import { canonicalValue } from "../../../src/privacy/vault/vault_entry.ts";

Deno.test("canonicalValue makes equal what is written in different ways, and nothing else", () => {
  const equal: readonly (readonly [kind: string, ...forms: (string | number)[]])[] = [
    ["EMAIL", "Ann@Example.COM", "Ann@example.com"],
    ["PHONE", "+1 415 555 2671", "(415) 555-2671", "1-415-555-2671", 4155552671],
    ["PHONE", "+49 (0)171 8471231", "+491718471231", "0049 171 8471231"],
    ["CARD", "4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111"],
    ["IBAN", "de89 3704 0044 0532 0130 00", "DE89370400440532013000"],
    ["SSN", "245-78-0245", 245780245],
    ["MAC", "00:1A:2B:3C:4D:5E", "00-1a-2b-3c-4d-5e"],
  ];
  for (const [kind, ...forms] of equal) {
    assertEquals(new Set(forms.map((form) => canonicalValue(kind, form))).size, 1, kind);
  }
  assert(canonicalValue("EMAIL", "Ann@x.example") !== canonicalValue("EMAIL", "ann@x.example"));
  assert(canonicalValue("PHONE", "555-1234 x1") !== canonicalValue("PHONE", "555-1234 x2"));
  assertEquals(canonicalValue("PERSON", " Ann  Lee"), " Ann  Lee");
});

Deno.test("Vault counts each kind by itself and gives out no token twice", () => {
  const vault = new Vault({ session: "s", nonce: "k7q" });
  const tokens = ["a@x.example", "b@x.example", "a@x.example"].map((email) =>
    vault.keep("EMAIL", email).token
  );
  assertEquals(tokens, ["[EMAIL_1_k7q]", "[EMAIL_2_k7q]", "[EMAIL_1_k7q]"]);
  assertEquals(vault.keep("PHONE", "1").token, "[PHONE_1_k7q]");
  assertEquals(vault.keep("NAME", "a@x.example").token, "[NAME_1_k7q]");
  assertEquals(vault.size, 4);
});

Deno.test("Vault tells what is new since all was written down, and takes it up again", () => {
  const vault = new Vault({ session: "s", nonce: "k7q" });
  const copy = new Vault({ session: "s", nonce: "k7q" });
  const write = () => {
    const { state } = vault.takePending();
    copy.absorb(state);
    return state.entries.length;
  };
  vault.keep("EMAIL", "a@x.example", "crm");
  vault.keep("PHONE", 4155552671, "crm");
  assertEquals(write(), 2);
  vault.keep("EMAIL", "a@x.example", "crm");
  assertEquals([vault.hasPending, write()], [false, 0]);
  vault.keep("EMAIL", "a@x.example", "hr");
  vault.keep("EMAIL", "a@X.example", "hr");
  vault.keep("EMAIL", "b@x.example", "hr");
  assertEquals(write(), 2);
  assertEquals(copy.toState(), vault.toState());
  vault.keep("EMAIL", "b@x.example", "mail");
  vault.takePending().putBack();
  assertEquals([vault.hasPending, write()], [true, 1]);
  assertEquals(copy.keep("EMAIL", "c@x.example").token, "[EMAIL_3_k7q]");
  const other = new Vault({ session: "t", nonce: "k7q" });
  assertThrows(() => copy.absorb(other.toState()), Error, "another session's");
});

Deno.test("Vault makes a random nonce of three signs, and refuses one that no token can end in", () => {
  assert(/^[a-z2-9]{3}$/.test(new Vault({ session: "s" }).nonce));
  for (const nonce of ["", "ab", "ABC", "a_b", "a".repeat(9)]) {
    assertThrows(() => new Vault({ session: "s", nonce }), Error, "Cannot make vault");
  }
});

Deno.test("runs that are the first of all at once make one key, and none finds it half written", async () => {
  const dir = await Deno.makeTempDir();
  try {
    for (let round = 0; round < 20; round++) {
      const file = join(dir, String(round), "privacy.key");
      const keys = await Promise.all(Array.from({ length: 20 }, () => readPrivacyKeys({ file })));
      assertEquals(new Set(keys.map(({ auditKey }) => auditKey.toHex())).size, 1);
      assertEquals((await Array.fromAsync(Deno.readDir(join(dir, String(round))))).length, 1);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

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
