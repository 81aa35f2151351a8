import { assertEquals } from "@std/assert";
import { showLevels } from "../../src/commands/show_levels.ts";
import type { NamedOffer } from "../../src/commands/show_offers.ts";

Deno.test("showLevels says for each level which tier runs it, and whether the machine has it", () => {
  const create = () => Promise.reject(new Error("not opened here"));
  const offers: NamedOffer[] = [
    { name: "process", isConfigured: true, offer: { requirements: [], create } },
    { name: "container (runsc)", isConfigured: true, offer: { requirements: [] } },
  ];
  const levels = [
    { level: "low", tier: "process" },
    { level: "critical", tier: "container (runsc)" },
  ] as const;
  assertEquals(
    showLevels(levels, offers),
    `programs by their risk run in:
  low       process: available
  critical  container (runsc): NOT AVAILABLE`,
  );
});
