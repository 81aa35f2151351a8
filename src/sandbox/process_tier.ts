import { basename } from "@std/path";
import { findLaunchers, type Launchers } from "../process/find_launchers.ts";
import { limitLaunchers } from "./prlimit_arguments.ts";
import { recordPath } from "./run_directory.ts";
import type { Tier } from "./tier.ts";
import type { Requirement, TierOffer } from "./tier_offer.ts";

/** The tier that every machine has: a process with the least rights of Deno, and no more. */
export async function offerProcess(): Promise<TierOffer> {
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

/** Makes the tier of plain processes. */
function createProcessTier(launchers: Launchers): Tier {
  return {
    name: "process",
    rooms: "links",
    holdable: HAS_PIPES,
    record: HAS_PIPES ? "pipe" : "none",
    enclose({ command, args, env }, { limits, room }) {
      const [first, ...rest] = [...limitLaunchers(launchers, limits).flat(), command, ...args];
      const record = HAS_PIPES ? { DENO_AUDIT_PERMISSIONS: recordPath(room) } : {};
      return { command: first!, args: rest, env: { ...env, ...record } };
    },
  };
}
