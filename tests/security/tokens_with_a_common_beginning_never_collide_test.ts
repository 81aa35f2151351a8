import { assertEquals } from "@std/assert";
import { openPrivacySession, restored } from "../privacy/open_privacy_session.ts";

Deno.test("token 1 is no part of token 10, whatever stands behind them", () => {
  const { privacy } = openPrivacySession();
  const emails = Array.from({ length: 120 }, (_, index) => `person${index}@example.com`);
  const masked = privacy.maskNow(emails, { direction: "in", server: "crm" }) as string[];
  assertEquals(masked[0], "[EMAIL_1_k7q]");
  assertEquals(masked[9], "[EMAIL_10_k7q]");
  assertEquals(masked[99], "[EMAIL_100_k7q]");
  assertEquals(restored(privacy, masked), emails);
  assertEquals(restored(privacy, { text: masked.join("") }), { text: emails.join("") });
  assertEquals(restored(privacy, { text: `${masked[0]}0` }), { text: `${emails[0]}0` });
});
