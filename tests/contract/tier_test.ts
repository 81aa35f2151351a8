import type { Isolation } from "../../src/config/limits.ts";
import { offerTier } from "../../src/sandbox/open_tier.ts";
import { sampled } from "../fixtures/sampled.ts";
import { type TierTest, tierTests } from "./tier_contract.ts";

const ALL: Readonly<Record<string, Isolation>> = {
  "tier process": { tier: "process" },
  "tier bubblewrap": { tier: "bubblewrap" },
  "tier container with crun": { tier: "container", runtime: "crun" },
  "tier container with runsc": { tier: "container", runtime: "runsc" },
};

const tests: TierTest[] = [];
for (const [name, isolation] of Object.entries(ALL)) {
  const { requirements, create } = await offerTier(isolation);
  const lacking = requirements.filter(({ state }) => state === "missing");
  for (const { name: what, remedy } of lacking) {
    console.log(`${name} is not tested here; not so: ${what} (${remedy})`);
  }
  if (create !== undefined) tests.push(...tierTests(isolation, name));
}

const kinds = ({ tier }: TierTest) => [tier];
for (const { tier, title, fn } of sampled(tests, { keep: 8, name: "tiers", kinds })) {
  Deno.test(`${tier} ${title}`, fn);
}
