import type { Isolation } from "../config/isolation.ts";
import { AirlockError } from "../model/errors.ts";
import { offerBubblewrap } from "./bubblewrap_tier.ts";
import { offerContainer } from "./container_tier.ts";
import { offerProcess } from "./process_tier.ts";
import type { Tier } from "./tier.ts";
import type { CreateTierOptions, TierOffer } from "./tier_offer.ts";

/** How each tier finds out what its machine can give. */
const OFFERS: Readonly<Record<Tier["name"], (runtime?: string) => Promise<TierOffer>>> = {
  process: offerProcess,
  bubblewrap: offerBubblewrap,
  container: offerContainer,
};

/** Finds out what this machine can give of a tier. */
export function offerTier({ tier, runtime }: Isolation): Promise<TierOffer> {
  return OFFERS[tier](runtime);
}

/**
 * Makes the tier that is configured, and never a weaker one.
 *
 * @throws {AirlockError} TIER_UNAVAILABLE with all that the machine lacks
 */
export async function openTier(isolation: Isolation, options: CreateTierOptions): Promise<Tier> {
  const { requirements, create } = await offerTier(isolation);
  if (create !== undefined) return await create(options);
  const lacking = requirements.filter(({ state }) => state === "missing");
  const what = lacking.map(({ name, remedy }) => `not so: ${name} (${remedy})`).join("; ");
  throw new AirlockError("TIER_UNAVAILABLE", `Cannot use tier "${isolation.tier}": ${what}`, {
    hint: `"deno task doctor" shows what this machine offers for each tier`,
  });
}
