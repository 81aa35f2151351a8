import { assertEquals } from "@std/assert";
import { openDoor } from "../open_door.ts";

Deno.test("reveal shows a person the values of a text, and writes down each with the reason", () => {
  const { door, events } = openDoor();
  const masked = door.maskText("ann@example.com\n", { direction: "out" });
  const before = events.length;
  const text = `${masked}[EMAIL_9_zzz] [EMAIL_1_k7q]`;
  assertEquals(
    door.reveal(text, { reason: "ticket 7" }),
    "ann@example.com\n[EMAIL_9_zzz] ann@example.com",
  );
  assertEquals(
    events.slice(before).map(({ action, token, reason }) => [action, token, reason]),
    [["revealed", "[EMAIL_1_k7q]", "ticket 7"], ["revealed", "[EMAIL_1_k7q]", "ticket 7"]],
  );
});
