import { sampled } from "../fixtures/sampled.ts";
import { attackPrograms, sampleAttacks } from "./attack_programs.ts";
import { testTierAttacks } from "./test_tier_attacks.ts";

const programs = await attackPrograms();

for (
  const runtime of sampled(["crun", "runsc"] as const, {
    keep: 1,
    name: "containers",
    sliced: false,
  })
) {
  await testTierAttacks({ tier: "container", runtime }, {
    name: `container with ${runtime}`,
    attacks: sampleAttacks(programs, { name: runtime, keep: 9 }),
  });
}
