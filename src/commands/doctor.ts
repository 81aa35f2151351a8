import type { Isolation } from "../config/limits.ts";
import { RISK_LEVELS, type RiskLevel } from "../model/risk.ts";
import {
  type Compiler,
  findCompiler,
  type NoCompiler,
} from "../policy/typecheck/compiler_process.ts";
import { offerTier } from "../sandbox/open_tier.ts";
import { tierAtRisk, type TierOffer } from "../sandbox/tier.ts";
import { defineCommand, findConfig, main } from "./command_line.ts";
import { warnOfOriginals } from "./host_process.ts";
import { warnOfWords } from "./show_integrity.ts";

/** Examined whatever is configured, the weakest first. */
const EXAMINED: readonly Isolation[] = [
  { tier: "process" },
  { tier: "bubblewrap" },
  { tier: "container", runtime: "crun" },
  { tier: "container", runtime: "runsc" },
];

/** Shows what this machine offers; the exit code is 1 where it lacks what is configured. */
export const command = defineCommand({
  verb: "doctor",
  options: { config: "FILE" },
  forms: {
    async ""(_words, values) {
      const config = await findConfig(values.config);
      const { isolation, audit } = config;
      const levels = RISK_LEVELS.map((level) => ({ level, used: isolationAt(isolation, level) }));
      const used = new Set(levels.map(({ used }) => nameOf(used)));
      const all = new Map(
        [...EXAMINED, ...levels.map(({ used }) => used)].map((each) => [nameOf(each), each]),
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
    },
  },
});

/** The isolation of programs of a level. */
function isolationAt(isolation: Isolation, level: RiskLevel): Isolation {
  const tier = tierAtRisk(isolation, level);
  const { runtime } = isolation;
  return { tier, ...(tier === "container" && runtime !== undefined && { runtime }) };
}

function nameOf({ tier, runtime = "crun" }: Isolation): string {
  return tier === "container" ? `${tier} (${runtime})` : tier;
}

/** The offer of one tier. */
interface NamedOffer {
  /** As the configuration names it. */
  readonly name: string;
  readonly isConfigured: boolean;
  readonly offer: TierOffer;
}

const MARKS = { met: "yes", missing: "NO", advised: "no" } as const;

/** A table of the tiers, with each requirement and how to meet it. */
function showOffers(offers: readonly NamedOffer[]): string {
  return offers.map(({ name, isConfigured, offer }) => {
    const verdict = offer.create === undefined ? "not available" : "available";
    const rows = offer.requirements.map(({ name: what, state, remedy }) =>
      `  ${MARKS[state].padEnd(4)}${what}${remedy === "" ? "" : `\n      ${remedy}`}`
    );
    return [`${name}: ${verdict}${isConfigured ? " (configured)" : ""}`, ...rows].join("\n");
  }).join("\n\n");
}

/** A line for each level of risk: its tier, and whether the machine has that. */
function showLevels(
  levels: readonly { readonly level: RiskLevel; readonly tier: string }[],
  offers: readonly NamedOffer[],
): string {
  const lines = levels.map(({ level, tier }) => {
    const offer = offers.find(({ name }) => name === tier)?.offer;
    const verdict = offer?.create === undefined ? "NOT AVAILABLE" : "available";
    return `  ${level.padEnd(8)}  ${tier}: ${verdict}`;
  });
  return ["programs by their risk run in:", ...lines].join("\n");
}

/** Whether this machine can check types, and what is missing. */
export async function showCompiler(found: Compiler | NoCompiler): Promise<string> {
  if ("reason" in found) return `type check: not available\n  NO  ${found.reason}`;
  return await starts(found.path)
    ? `type check: available\n  yes TypeScript ${found.version}, native`
    : `type check: not available\n  NO  TypeScript ${found.version} does not start on this machine`;
}

async function starts(path: string): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(path, { args: ["--version"], clearEnv: true })
      .output();
    return success;
  } catch {
    return false;
  }
}

if (import.meta.main) await main(command);
