import { assert, assertEquals } from "@std/assert";
import { openDoor } from "../privacy/open_door.ts";

const ROUNDS = 1_000;

Deno.test("two sessions that take turns for a thousand rounds never see each other's values", async () => {
  const sessions = [
    openDoor({}, { nonce: "aaa", session: "a" }),
    openDoor({}, { nonce: "bbb", session: "b" }),
  ];
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(sessions.map(async ({ door }, index) => {
      const name = index === 0 ? "ann" : "bob";
      const record = {
        email: `${name}${round}@example.com`,
        notes: `call +1 415 555 ${1_000 + round}`,
      };
      const masked = await door.mask(record, { direction: "in", server: "crm" });
      await Promise.resolve();
      const outcome = door.restore(masked, { server: "crm", tool: "update" });
      assert(outcome.status === "restored");
      assertEquals(outcome.value, record);
    }));
  }
  const [first, second] = sessions.map(({ vault }) =>
    [...vault.entries()].flatMap(({ forms }) => forms.map(({ value }) => String(value)))
  );
  assert(first!.every((value) => !value.startsWith("bob")));
  assert(second!.every((value) => !value.startsWith("ann")));
  assertEquals(sessions[0]!.vault.size, 2 * ROUNDS);
});
