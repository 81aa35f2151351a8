import { assertEquals } from "@std/assert";
import { attackPrograms, sampleAttacks } from "./attack_programs.ts";
import { findEscapes } from "./find_escapes.ts";
import { AT_ONCE } from "./test_tier_attacks.ts";
import { byCommandLine, byHttp } from "./ways_in.ts";

const programs = await attackPrograms();

Deno.test("no attack gets out through HTTP", async () => {
  await using wayIn = await byHttp();
  const attacks = sampleAttacks(programs, { name: "http", keep: 9 });
  assertEquals(await findEscapes(attacks, { wayIn, atOnce: AT_ONCE }), []);
});

Deno.test("no attack of any kind gets out through the command line", async () => {
  await using wayIn = await byCommandLine();
  const attacks = sampleAttacks(programs, { name: "command line", keep: 9 });
  assertEquals(await findEscapes(attacks, { wayIn, atOnce: AT_ONCE }), []);
});
