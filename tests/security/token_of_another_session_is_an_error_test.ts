import { assert, assertEquals, assertThrows } from "@std/assert";
import { openDoor } from "../privacy/open_door.ts";

Deno.test("a token that session A saved is an error in session B, not B's value", () => {
  const a = openDoor({}, { nonce: "aaa", session: "a" });
  const b = openDoor({}, { nonce: "bbb", session: "b" });
  const saved = a.door.maskNow({ email: "ann@example.com" }, { direction: "in", server: "crm" });
  b.door.maskNow({ email: "bob@example.com" }, { direction: "in", server: "crm" });
  const outcome = b.door.restore(saved, { server: "crm", tool: "update" });
  assert(outcome.status === "refused");
  assertEquals(outcome.problems[0], {
    reason: "unknown",
    token: "[EMAIL_1_aaa]",
    path: "email",
    message: "Cannot restore [EMAIL_1_aaa]: it is not of this session",
  });
  assertEquals(b.door.derive("domain", "[EMAIL_1_aaa]"), {
    status: "refused",
    reason: "senseless",
    message: "Cannot derive domain: the token is not of this session",
  });
});

Deno.test("after a session has ended none of its tokens resolves", () => {
  const { door, vault } = openDoor();
  const saved = door.maskNow({ email: "ann@example.com" }, { direction: "in", server: "crm" });
  vault.destroy();
  assertThrows(
    () => door.restore(saved, { server: "crm", tool: "update" }),
    Error,
    "its session has ended",
  );
  assertThrows(
    () => door.maskText("bob@example.com", { direction: "in" }),
    Error,
    "its session has ended",
  );
});
