import { basename } from "@std/path";
import type { Isolation } from "../config/limits.ts";
import { AirlockError } from "../model/errors.ts";
import { findLaunchers, type Launchers } from "../process/find_command.ts";
import { offerBubblewrap } from "./bubblewrap_tier.ts";
import { offerContainer } from "./container_tier.ts";
import { recordPath } from "./run_directory.ts";
import type { CreateTierOptions, Requirement, Tier, TierOffer } from "./tier.ts";
import { limitLaunchers } from "./worker_command.ts";

const OFFERS: Readonly<Record<Tier["name"], (runtime?: string) => Promise<TierOffer>>> = {
  process: offerProcess,
  bubblewrap: offerBubblewrap,
  container: offerContainer,
};

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

/** Offers the tier that every machine has: a process with the least rights of Deno, and no more. */
async function offerProcess(): Promise<TierOffer> {
  const found = new Set((await findLaunchers()).map(([path]) => basename(path!)));
  const requirements = ADVISED.map(([command, name, remedy]): Requirement =>
    found.has(command)
      ? { name, state: "met", remedy: "" }
      : { name, state: "advised", remedy: `Install "${command}": ${remedy}` }
  );
  return {
    requirements,
    create: ({ launchers }) => Promise.resolve(createProcessTier(launchers)),
  };
}

const ADVISED = [
  ["env", "SIGUSR1 can be blocked", "coreutils 8.31 or newer"],
  ["prlimit", "the kernel holds a worker's limits", "apt-get install util-linux"],
  ["setpriv", "the kernel ends a worker with its host", "apt-get install util-linux"],
] as const;

const HAS_PIPES = Deno.build.os !== "windows";

function createProcessTier(launchers: Launchers): Tier {
  return {
    name: "process",
    folders: "links",
    holdable: HAS_PIPES,
    record: HAS_PIPES ? "pipe" : "none",
    enclose({ command, args, env }, { limits, runDir }) {
      const [first, ...rest] = [...limitLaunchers(launchers, limits).flat(), command, ...args];
      const record = HAS_PIPES ? { DENO_AUDIT_PERMISSIONS: recordPath(runDir) } : {};
      return { command: first!, args: rest, env: { ...env, ...record } };
    },
  };
}
