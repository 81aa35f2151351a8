import { assertEquals } from "@std/assert";
import { openPrivacySession } from "../open_privacy_session.ts";

Deno.test("reveal shows a person the values of a text, and writes down each with the reason", () => {
  const { privacy, events } = openPrivacySession();
  const masked = privacy.maskText("ann@example.com\n", { direction: "out" });
  const before = events.length;
  const text = `${masked}[EMAIL_9_zzz] [EMAIL_1_k7q]`;
  assertEquals(
    privacy.reveal(text, { reason: "ticket 7" }),
    "ann@example.com\n[EMAIL_9_zzz] ann@example.com",
  );
  assertEquals(
    events.slice(before).map(({ action, token, reason }) => [action, token, reason]),
    [["revealed", "[EMAIL_1_k7q]", "ticket 7"], ["revealed", "[EMAIL_1_k7q]", "ticket 7"]],
  );
});
