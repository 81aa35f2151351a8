import { assertEquals } from "@std/assert";
import { sampled } from "../fixtures/sampled.ts";
import { attackPrograms, sampleAttacks } from "./attack_programs.ts";
import { findEscapes } from "./find_escapes.ts";
import { AT_ONCE } from "./test_tier_attacks.ts";
import { byCommandLine, byHttp } from "./ways_in.ts";

const programs = await attackPrograms();
const WAYS_IN = [{ name: "HTTP", open: byHttp }, { name: "the command line", open: byCommandLine }];

for (const { name, open } of sampled(WAYS_IN, { keep: 1, name: "ways in", sliced: false })) {
  Deno.test(`no attack of any kind gets out through ${name}`, async () => {
    await using wayIn = await open();
    const attacks = sampleAttacks(programs, { name, keep: 9 });
    assertEquals(await findEscapes(attacks, { wayIn, atOnce: AT_ONCE }), []);
  });
}
