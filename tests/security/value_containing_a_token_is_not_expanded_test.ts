import { assertEquals } from "@std/assert";
import { openPrivacySession, restored } from "../privacy/open_privacy_session.ts";

Deno.test("a value that contains a token comes back as it was", () => {
  const { privacy, vault } = openPrivacySession({ custom: [{ kind: "NOTE", keys: ["note"] }] });
  vault.keep("CARD", "4111111111111111", "shop");
  const record = { note: "see [CARD_1_k7q] and [NOTE_1_k7q]" };
  const masked = privacy.maskNow(record, { direction: "in", server: "shop" });
  assertEquals(masked, { note: "[NOTE_1_k7q]" });
  assertEquals(restored(privacy, masked, { server: "shop" }), record);
  assertEquals(restored(privacy, { text: "a [NOTE_1_k7q] z" }, { server: "shop" }), {
    text: "a see [CARD_1_k7q] and [NOTE_1_k7q] z",
  });
});

Deno.test("values that only together look like a token are not read again", () => {
  const { privacy, vault } = openPrivacySession();
  vault.keep("PERSON", "[EMAIL_1", "crm");
  vault.keep("PERSON", "_k7q]", "crm");
  vault.keep("EMAIL", "victim@example.com", "crm");
  assertEquals(restored(privacy, { text: "[PERSON_1_k7q][PERSON_2_k7q]" }), {
    text: "[EMAIL_1_k7q]",
  });
});
