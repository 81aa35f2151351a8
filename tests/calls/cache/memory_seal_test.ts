import { assert, assertEquals, assertThrows } from "@std/assert";
import { MemorySeal } from "../../../src/calls/cache/memory_seal.ts";

Deno.test("MemorySeal gives back what it sealed, and shows nothing of it", () => {
  const seal = new MemorySeal();
  for (const text of ["", "ann@example.com ä€😀", "x".repeat(100_000)]) {
    const sealed = seal.seal(text);
    assertEquals(seal.open(sealed), text);
    assert(text === "" || !new TextDecoder().decode(sealed).includes(text.slice(0, 15)));
  }
  assertThrows(() => new MemorySeal().open(seal.seal("another's")));
  const changed = seal.seal("ann@example.com");
  changed[20]! ^= 1;
  assertThrows(() => seal.open(changed));
});
