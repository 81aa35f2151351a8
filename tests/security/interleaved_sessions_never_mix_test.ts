import { assert, assertEquals } from "@std/assert";
import { openPrivacySession } from "../privacy/open_privacy_session.ts";

const ROUNDS = 1_000;

Deno.test("two sessions that take turns for a thousand rounds never see each other's values", async () => {
  const sessions = [
    openPrivacySession({}, { nonce: "aaa", session: "a" }),
    openPrivacySession({}, { nonce: "bbb", session: "b" }),
  ];
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(sessions.map(async ({ privacy }, index) => {
      const name = index === 0 ? "ann" : "bob";
      const record = {
        email: `${name}${round}@example.com`,
        notes: `call +1 415 555 ${1_000 + round}`,
      };
      const masked = await privacy.mask(record, { direction: "in", server: "crm" });
      await Promise.resolve();
      const outcome = privacy.restore(masked, { server: "crm", tool: "update" });
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
