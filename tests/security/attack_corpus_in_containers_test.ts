import { attackPrograms, crossSection } from "./attack_programs.ts";
import { testTierAttacks } from "./test_tier_attacks.ts";

const programs = await attackPrograms();

await testTierAttacks(
  { tier: "container", runtime: "crun" },
  { name: "container with crun", attacks: programs },
);

/** A run in gVisor takes half a second of a core; `deno task bench:attacks` runs all in it. */
await testTierAttacks(
  { tier: "container", runtime: "runsc" },
  { name: "container with runsc", attacks: crossSection(programs, 2) },
);
