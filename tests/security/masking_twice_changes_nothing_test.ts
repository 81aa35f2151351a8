import { assert, assertEquals } from "@std/assert";
import { openPrivacySession } from "../privacy/open_privacy_session.ts";

const TEXTS = [
  "Ann Lee <ann.lee@example.com>, +1 415 555 2671, 4111 1111 1111 1111",
  "password=hunter2!x user: jsmith ip 81.183.129.157 iban DE89 3704 0044 0532 0130 00",
  '{"name":"Ann Lee","email":"ann@example.com","notes":"call 415-555-2671"}',
  "Name: Karta Sinaga\nAddress: 12 Foo Street, Springfield\nPhone: +6229849343083",
];

Deno.test("what is masked is not masked again, on any level, as text and as value", () => {
  for (const level of ["low", "medium", "high"] as const) {
    for (const text of TEXTS) {
      const { privacy, vault } = openPrivacySession({ level });
      const once = privacy.maskText(text, { direction: "in", server: "crm" });
      const size = vault.size;
      assertEquals(privacy.maskText(once, { direction: "out" }), once);
      assertEquals(vault.size, size);
      const value = privacy.maskNow(text, { direction: "in", server: "crm" });
      assertEquals(privacy.maskNow(value, { direction: "out" }), value);
    }
  }
});

Deno.test("fields that hold tokens stay as they are on the way out", () => {
  const { privacy } = openPrivacySession();
  const record = {
    company: "Acme Widgets",
    email: "ann@example.com",
    password: "hunter2-x",
    name: "Ann Lee",
    city: "Porvoo",
  };
  const once = privacy.maskNow(record, { direction: "in", server: "crm" });
  assert(Object.values(once as object).every((value) => /^\[[A-Z]+_1_k7q\]$/.test(value)));
  assertEquals(privacy.maskNow(once, { direction: "out" }), once);
  assertEquals(privacy.maskNow(JSON.stringify(once), { direction: "out" }), JSON.stringify(once));
});
