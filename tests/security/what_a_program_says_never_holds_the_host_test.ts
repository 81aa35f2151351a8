import { assert, assertEquals } from "@std/assert";
import { measuredHost } from "../fixtures/measured_host.ts";

/** The large ones too. */
const isWhole = Deno.env.get("AIRLOCK_WHOLE_GRID") !== undefined;
const MAX_TURN_MS = 150;

/** What a program says of which all is personal, by what there is much of. */
const SAID: Record<string, string> = {
  "lines": 'for (let i = 0; i < 15_000; i++) console.log("a" + i + "@b.de"); return 1;',
  "values": 'return Array.from({ length: 40_000 }, (_, i) => "u" + i + "@example.com");',
};
const MUCH_SAID: Record<string, string> = {
  "lines": 'for (let i = 0; i < 25_000; i++) console.log("a" + i + "@b.de"); return 1;',
  "values": 'return Array.from({ length: 300_000 }, (_, i) => "u" + i + "@example.com");',
  "names": 'return Object.fromEntries(Array.from({ length: 400_000 }, (_, i) => ["k" + i, 1]));',
  "personal names":
    'return Object.fromEntries(Array.from({ length: 90_000 }, (_, i) => ["u" + i + "@b.de", 1]));',
};

const linux = { ignore: Deno.build.os !== "linux" };

Deno.test("no turn of the host is long, however many small values a program says", linux, async () => {
  await using host = await measuredHost();
  await host.run("return 1");
  for (const [name, code] of Object.entries(isWhole ? MUCH_SAID : SAID)) {
    const { longestTurnMs, peakBytes } = await host.measure(async () => {
      assertEquals((await host.run(code)).status, "completed", name);
    });
    console.log(name, Math.round(longestTurnMs), "ms", peakBytes >> 20, "MiB");
    assert(longestTurnMs > 0 && longestTurnMs < MAX_TURN_MS, `${name}: ${longestTurnMs} ms`);
  }
});
