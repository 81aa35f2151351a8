/**
 * `deno task doctor [--config FILE]`
 *
 * @module
 */
import { exitWithUsage } from "./exit_with_usage.ts";
import { findConfig } from "./find_config.ts";
import { parseCommandLine } from "./parse_command_line.ts";
import { showCompiler } from "./show_compiler.ts";
import { showLevels } from "./show_levels.ts";
import { type NamedOffer, showOffers } from "./show_offers.ts";
import { warnOfWords } from "./warn_of_words.ts";
import { warnOfOriginals } from "./warn_of_originals.ts";
import type { Isolation } from "../config/isolation.ts";
import { RISK_LEVELS, type RiskLevel } from "../model/risk.ts";
import { findCompiler } from "../policy/typecheck/compiler_process.ts";
import { offerTier } from "../sandbox/open_tier.ts";
import { tierAtRisk } from "../sandbox/tier.ts";
import { guardConsole } from "./guard_console.ts";

const USAGE = "Usage: deno task doctor [--config FILE]";

/** What is looked at whatever is configured, the weakest first. */
const LOOKED_AT: readonly Isolation[] = [
  { tier: "process" },
  { tier: "bubblewrap" },
  { tier: "container", runtime: "crun" },
  { tier: "container", runtime: "runsc" },
];

if (import.meta.main) {
  guardConsole();
  Deno.exitCode = await main(Deno.args).catch((error) => exitWithUsage(error, USAGE));
}

/** Shows what this machine offers; the exit code is 1 where it cannot give what is configured. */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseCommandLine(args, {
    positionals: 0,
    options: { config: { type: "string" } },
  });
  const config = await findConfig(values.config);
  const { isolation, audit } = config;
  const levels = RISK_LEVELS.map((level) => ({ level, used: isolationAt(isolation, level) }));
  const used = new Set(levels.map(({ used }) => nameOf(used)));
  const all = new Map(
    [...LOOKED_AT, ...levels.map(({ used }) => used)].map((each) => [nameOf(each), each]),
  );
  const offers = await Promise.all(
    [...all].map(async ([name, each]): Promise<NamedOffer> => ({
      name,
      isConfigured: used.has(name),
      offer: await offerTier(each),
    })),
  );
  const tiers = levels.map(({ level, used }) => ({ level, tier: nameOf(used) }));
  const shown = [showOffers(offers), showLevels(tiers, offers)];
  console.log([...shown, await showCompiler(await findCompiler())].join("\n\n"));
  for (const warning of [...warnOfOriginals(audit), ...await warnOfWords(config)]) {
    console.log(`\n${warning}`);
  }
  return offers.some(({ isConfigured, offer }) => isConfigured && !offer.create) ? 1 : 0;
}

/** What programs of a level run in. */
function isolationAt(isolation: Isolation, level: RiskLevel): Isolation {
  const tier = tierAtRisk(isolation, level);
  const { runtime } = isolation;
  return { tier, ...(tier === "container" && runtime !== undefined && { runtime }) };
}

function nameOf({ tier, runtime = "crun" }: Isolation): string {
  return tier === "container" ? `${tier} (${runtime})` : tier;
}
