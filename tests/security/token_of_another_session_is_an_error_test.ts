import { assert, assertEquals, assertThrows } from "@std/assert";
import { openPrivacySession } from "../privacy/open_privacy_session.ts";

Deno.test("a token that session A saved is an error in session B, not B's value", () => {
  const a = openPrivacySession({}, { nonce: "aaa", session: "a" });
  const b = openPrivacySession({}, { nonce: "bbb", session: "b" });
  const saved = a.privacy.maskNow({ email: "ann@example.com" }, { direction: "in", server: "crm" });
  b.privacy.maskNow({ email: "bob@example.com" }, { direction: "in", server: "crm" });
  const outcome = b.privacy.restore(saved, { server: "crm", tool: "update" });
  assert(outcome.status === "refused");
  assertEquals(outcome.problems[0], {
    reason: "unknown",
    token: "[EMAIL_1_aaa]",
    path: "email",
    message: "Cannot restore [EMAIL_1_aaa]: it is not of this session",
  });
  assertEquals(b.privacy.derive("domain", "[EMAIL_1_aaa]"), {
    status: "refused",
    reason: "senseless",
    message: "Cannot derive domain: the token is not of this session",
  });
});

Deno.test("after a session has ended none of its tokens resolves", () => {
  const { privacy, vault } = openPrivacySession();
  const saved = privacy.maskNow({ email: "ann@example.com" }, { direction: "in", server: "crm" });
  vault.destroy();
  assertThrows(
    () => privacy.restore(saved, { server: "crm", tool: "update" }),
    Error,
    "its session has ended",
  );
  assertThrows(
    () => privacy.maskText("bob@example.com", { direction: "in" }),
    Error,
    "its session has ended",
  );
});
