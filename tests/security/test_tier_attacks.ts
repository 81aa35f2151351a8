import { assertEquals } from "@std/assert";
import type { Isolation } from "../../src/config/limits.ts";
import { offerTier } from "../../src/sandbox/open_tier.ts";
import type { AttackProgram } from "./attack_programs.ts";
import { findEscapes } from "./find_escapes.ts";
import { byLibrary } from "./ways_in.ts";

/** Attacks under way at once. */
export const AT_ONCE = 4;

/** Tests that none of the attacks gets out of a tier; where the machine has it not, says why. */
export async function testTierAttacks(
  isolation: Isolation,
  { name, attacks }: { name: string; attacks: readonly AttackProgram[] },
): Promise<void> {
  const { requirements, create } = await offerTier(isolation);
  const ignore = create === undefined;
  if (ignore) {
    const lacking = requirements.filter(({ state }) => state === "missing");
    const what = lacking.map((one) => `${one.name} (${one.remedy})`).join("; ");
    console.log(`No attack is run on tier ${name} here; not so: ${what}`);
  }
  Deno.test({
    name: `none of ${attacks.length} attacks gets out of tier ${name}`,
    ignore,
    async fn() {
      await using wayIn = await byLibrary(isolation);
      assertEquals(await findEscapes(attacks, { wayIn, atOnce: AT_ONCE }), []);
    },
  });
}
