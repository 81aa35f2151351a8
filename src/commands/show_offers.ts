import type { TierOffer } from "../sandbox/tier.ts";

/** What a machine offers of one tier. */
export interface NamedOffer {
  /** As the person who configures it writes it. */
  readonly name: string;
  readonly isConfigured: boolean;
  readonly offer: TierOffer;
}

const MARKS = { met: "yes", missing: "NO", advised: "no" } as const;

/** The table of what a machine offers for each tier, what is missing and how to get it. */
export function showOffers(offers: readonly NamedOffer[]): string {
  return offers.map(({ name, isConfigured, offer }) => {
    const verdict = offer.create === undefined ? "not available" : "available";
    const rows = offer.requirements.map(({ name: what, state, remedy }) =>
      `  ${MARKS[state].padEnd(4)}${what}${remedy === "" ? "" : `\n      ${remedy}`}`
    );
    return [`${name}: ${verdict}${isConfigured ? " (configured)" : ""}`, ...rows].join("\n");
  }).join("\n\n");
}
