import { assert, assertEquals } from "@std/assert";
import { sampled } from "../fixtures/sampled.ts";
import { type AttackProgram, attackPrograms, sampleAttacks } from "./attack_programs.ts";
import { CANARY, plantCanaries } from "./canaries.ts";
import { escapes } from "./find_escapes.ts";
import { testTierAttacks } from "./test_tier_attacks.ts";
import { byCommandLine, byHttp, byLibrary } from "./ways_in.ts";

const programs = await attackPrograms();

await testTierAttacks({ tier: "process" }, {
  name: "process",
  attacks: sampleAttacks(programs, { name: "process", keep: 12 }),
});
await testTierAttacks({ tier: "bubblewrap" }, {
  name: "bubblewrap",
  attacks: sampleAttacks(programs, { name: "bubblewrap", keep: 9 }),
});

Deno.test("a program that gets out would be seen, whichever way it came", async () => {
  const loud = [
    `console.log("ESCAPED:x");`,
    `return "${CANARY}-x";`,
    `throw new Error("${CANARY}");`,
  ];
  const ways = [byLibrary, byHttp, byCommandLine];
  for (const open of sampled(ways, { keep: 1, name: "ways in that are seen", sliced: false })) {
    await using wayIn = await open();
    await using canaries = await plantCanaries();
    const tried = open === byCommandLine ? sampled(loud, { keep: 1, name: "loud" }) : loud;
    for (const text of tried) {
      assert(await escapes(attack(text), { wayIn, canaries }), `${open.name} ${text}`);
    }
    assertEquals(await escapes(attack("return 1;"), { wayIn, canaries }), false);
    await Deno.writeTextFile(`${canaries.folder}/new`, "");
    assert(await escapes(attack("return 1;"), { wayIn, canaries }), open.name);
  }
});

Deno.test("a canary that is touched says so", async () => {
  await using canaries = await plantCanaries();
  await Deno.writeTextFile(`${canaries.folder}/new`, "");
  await fetch(`http://127.0.0.1:${canaries.port}/`).then((response) => response.text());
  assertEquals(canaries.touched().map((what) => what.replace(/.*\//, "")), ["tcp", "new 0"]);
});

Deno.test("every kind of attack is among the project's own ones", () => {
  const own = programs.filter(({ origin }) => origin === "own");
  const kinds = new Set(own.map(({ kind }) => kind));
  assertEquals([...kinds].sort(), "env fs map mod net proc res store wrk".split(" "));
  assert(own.length >= 25, String(own.length));
});

function attack(text: string): AttackProgram {
  return { name: "x.ts", origin: "own", kind: "x", text, twice: false, needsLink: false };
}
