import { basename } from "@std/path";
import { findLaunchers, type Launchers } from "../process/find_launchers.ts";
import { limitLaunchers } from "./prlimit_arguments.ts";
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

/** Deno writes down every permission that is touched, where the host reads it. */
const RECORD = Deno.build.os === "windows" ? {} : { DENO_AUDIT_PERMISSIONS: "/dev/stderr" };

/** Makes the tier of plain processes. */
function createProcessTier(launchers: Launchers): Tier {
  return {
    name: "process",
    rooms: "links",
    enclose({ command, args, env }, { limits }) {
      const [first, ...rest] = [...limitLaunchers(launchers, limits).flat(), command, ...args];
      return { command: first!, args: rest, env: { ...env, ...RECORD } };
    },
  };
}
