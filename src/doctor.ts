/**
 * `deno task doctor [--config FILE]`
 *
 * @module
 */
import { exitWithUsage } from "./cli/exit_with_usage.ts";
import { findConfig } from "./cli/find_config.ts";
import { parseCommandLine } from "./cli/parse_command_line.ts";
import { showCompiler } from "./cli/show_compiler.ts";
import { type NamedOffer, showOffers } from "./cli/show_offers.ts";
import { warnOfOriginals } from "./cli/warn_of_originals.ts";
import type { Isolation } from "./config/isolation.ts";
import { findCompiler } from "./policy/typecheck/find_compiler.ts";
import { offerTier } from "./sandbox/open_tier.ts";

const USAGE = "Usage: deno task doctor [--config FILE]";

/** What is looked at whatever is configured, the weakest first. */
const LOOKED_AT: readonly Isolation[] = [
  { tier: "process" },
  { tier: "bubblewrap" },
  { tier: "container", runtime: "crun" },
  { tier: "container", runtime: "runsc" },
];

if (import.meta.main) {
  Deno.exitCode = await main(Deno.args).catch((error) => exitWithUsage(error, USAGE));
}

/** Shows what this machine offers; the exit code is 1 where it cannot give what is configured. */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseCommandLine(args, {
    positionals: 0,
    options: { config: { type: "string" } },
  });
  const { isolation, audit } = await findConfig(values.config);
  const configured = nameOf(isolation);
  const isListed = LOOKED_AT.some((tier) => nameOf(tier) === configured);
  const offers = await Promise.all(
    (isListed ? LOOKED_AT : [...LOOKED_AT, isolation]).map(async (tier): Promise<NamedOffer> => {
      const name = nameOf(tier);
      return { name, isConfigured: name === configured, offer: await offerTier(tier) };
    }),
  );
  console.log(`${showOffers(offers)}\n\n${await showCompiler(await findCompiler())}`);
  for (const warning of warnOfOriginals(audit)) console.log(`\n${warning}`);
  return offers.some(({ isConfigured, offer }) => isConfigured && !offer.create) ? 1 : 0;
}

function nameOf({ tier, runtime = "crun" }: Isolation): string {
  return tier === "container" ? `${tier} (${runtime})` : tier;
}
