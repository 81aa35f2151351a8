import { assertEquals } from "@std/assert";
import { openDoor, restored } from "../privacy/open_door.ts";

Deno.test("a value that contains a token comes back as it was", () => {
  const { door, vault } = openDoor({ custom: [{ kind: "NOTE", keys: ["note"] }] });
  vault.keep("CARD", "4111111111111111", "shop");
  const record = { note: "see [CARD_1_k7q] and [NOTE_1_k7q]" };
  const masked = door.maskNow(record, { direction: "in", server: "shop" });
  assertEquals(masked, { note: "[NOTE_1_k7q]" });
  assertEquals(restored(door, masked, { server: "shop" }), record);
  assertEquals(restored(door, { text: "a [NOTE_1_k7q] z" }, { server: "shop" }), {
    text: "a see [CARD_1_k7q] and [NOTE_1_k7q] z",
  });
});

Deno.test("values that only together look like a token are not read again", () => {
  const { door, vault } = openDoor();
  vault.keep("PERSON", "[EMAIL_1", "crm");
  vault.keep("PERSON", "_k7q]", "crm");
  vault.keep("EMAIL", "victim@example.com", "crm");
  assertEquals(restored(door, { text: "[PERSON_1_k7q][PERSON_2_k7q]" }), { text: "[EMAIL_1_k7q]" });
});
