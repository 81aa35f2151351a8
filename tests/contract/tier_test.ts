import type { Isolation } from "../../src/config/isolation.ts";
import { offerTier } from "../../src/sandbox/open_tier.ts";
import { testTier } from "./tier_contract.ts";

const ALL: Readonly<Record<string, Isolation>> = {
  "tier process": { tier: "process" },
  "tier bubblewrap": { tier: "bubblewrap" },
  "tier container with crun": { tier: "container", runtime: "crun" },
  "tier container with runsc": { tier: "container", runtime: "runsc" },
};

for (const [name, isolation] of Object.entries(ALL)) {
  const { requirements, create } = await offerTier(isolation);
  const lacking = requirements.filter(({ state }) => state === "missing");
  for (const { name: what, remedy } of lacking) {
    console.log(`${name} is not tested here; not so: ${what} (${remedy})`);
  }
  testTier(isolation, { name, ignore: create === undefined });
}
