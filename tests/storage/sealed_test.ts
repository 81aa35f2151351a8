import { assert, assertEquals, assertThrows } from "@std/assert";
import { OriginalSeal } from "../../src/audit/originals/original_seal.ts";
import { HEAD_BYTES, VaultSeal } from "../../src/privacy/vault/vault_seal.ts";
import { createByteSeal, KEY_BYTES, openBytes, sealBytes } from "../../src/storage/sealed.ts";

const key = new Uint8Array(KEY_BYTES).fill(7);
const text = "ann@example.com";

Deno.test("openBytes() returns what sealBytes() sealed, and throws where a bit, the key or its bounds differ", () => {
  const bound = new TextEncoder().encode("session s1");
  for (const plain of ["", "ann@example.com ä€😀", "x".repeat(100_000)]) {
    const sealed = sealBytes(new TextEncoder().encode(plain), { key, bound });
    assertEquals(openBytes(sealed, { key, bound }).toString(), plain);
    assert(plain === "" || !sealed.toString().includes(plain.slice(0, 15)));
    assertThrows(() => openBytes(sealed, { key: new Uint8Array(KEY_BYTES), bound }));
    assertThrows(() => openBytes(sealed, { key }));
    assertThrows(() => openBytes(sealed.subarray(1), { key, bound }));
    for (const at of [0, 15, sealed.length - 1]) {
      const changed = Uint8Array.from(sealed);
      changed[at]! ^= 1;
      assertThrows(() => openBytes(changed, { key, bound }));
    }
  }
  assertThrows(() => openBytes(new Uint8Array(27), { key }), RangeError, "too short");
});

Deno.test("createByteSeal() opens what version 1 of the format sealed, under any key of its ring", () => {
  const sealed = Uint8Array.fromHex(
    "414c5331a0d45608f4fce79e96ebef0bbb6f5d145597541b6cf76b853fecfd1c9652aa10379fb517f5559fc2bb3c5d" +
      "acb87d59c040688f",
  );
  const ring = [new Uint8Array(KEY_BYTES), key] as const;
  const seal = createByteSeal(ring, "journal");
  assertEquals(new TextDecoder().decode(seal.open(sealed)), text);
  assertEquals(seal.open(seal.seal(sealed)), sealed);
  const plain = new TextEncoder().encode(`"${text}"`);
  assertEquals(seal.open(plain), plain);
  assertThrows(
    () => createByteSeal([ring[0]], "journal").open(sealed),
    Error,
    "Cannot open journal",
  );
  assertThrows(() => seal.open(sealed.subarray(0, 20)), Error, "Cannot open journal");
});

Deno.test("OriginalSeal and VaultSeal open what was written before the ciphers were one", () => {
  const label = { runId: "run_1", call: 2, part: "answer", at: 3 } as const;
  const original = {
    digest: "a711c4fedafc3f345a4e91e966be1f904f06a208385b0294576e56563e6b6867",
    keyId: "c19461a2867be633",
    sealed: Uint8Array.fromHex(
      "8f26b7690d105ec8bf2594bb35d2ba5b5c868bc9a4dc1c51c3d6fab84f9c725d96e0f4ff3a2b89d26bbe29255b7b" +
        "9f3f41d9716db7b68f2a875676fcd0836fbbd5f5776826a5",
    ),
  };
  assertEquals(new OriginalSeal([key]).open(original, label).text, `"${text}"`);
  const vault = Uint8Array.fromHex(
    "414c56325988ac1a33e58760caad585d67fd28c14ddd3680146942d1000000003c9d68cd0ec28e9a5ec5b96955f3b1af" +
      "efda14de827cd159ae5ece1afa0d7c9c00000001dc516ecc4df7de2aa1ecc15f3f812d3ee43c8021ca41aebb9a59" +
      "cdfc489ff8780000002a8318e1fd18010476a6469c25eea43852765622baee907ee138bedb034b100da6591c896f" +
      "88705b67acda",
  );
  const seal = VaultSeal.of(vault, { keys: [key], session: "s1" });
  const part = seal.openPart(vault, { at: HEAD_BYTES, place: 0 });
  assertEquals([part?.state.entries, part?.end], [[], vault.length]);
});
