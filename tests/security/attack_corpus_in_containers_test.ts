import { attackPrograms, sampleAttacks } from "./attack_programs.ts";
import { testTierAttacks } from "./test_tier_attacks.ts";

const programs = await attackPrograms();

await testTierAttacks(
  { tier: "container", runtime: "crun" },
  {
    name: "container with crun",
    attacks: sampleAttacks(programs, { name: "crun", keep: 9 }),
  },
);

await testTierAttacks(
  { tier: "container", runtime: "runsc" },
  {
    name: "container with runsc",
    attacks: sampleAttacks(programs, { name: "runsc", keep: 9 }),
  },
);
