import { assertEquals } from "@std/assert";
import { RISK_LEVELS } from "../../src/model/risk.ts";
import { tierAtRisk, tiersInUse } from "../../src/sandbox/tier.ts";

Deno.test("tierAtRisk() raises the tier at a level and above, and never lowers it", () => {
  const at = (isolation: Parameters<typeof tierAtRisk>[0]) =>
    RISK_LEVELS.map((level) => tierAtRisk(isolation, level)).join(" ");
  assertEquals(at({ tier: "process" }), "process process process process");
  assertEquals(
    at({ tier: "process", byRisk: { high: "bubblewrap" } }),
    "process process bubblewrap bubblewrap",
  );
  assertEquals(
    at({ tier: "process", byRisk: { medium: "container", high: "bubblewrap" } }),
    "process container container container",
  );
  assertEquals(
    at({ tier: "container", byRisk: { critical: "process" } }),
    "container container container container",
  );
});

Deno.test("tiersInUse() names each tier once, that of low risk first", () => {
  const isolation = { tier: "bubblewrap", byRisk: { low: "process", high: "container" } } as const;
  assertEquals(tiersInUse(isolation), ["bubblewrap", "container"]);
});
