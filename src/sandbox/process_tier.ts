import type { Launchers } from "./find_launchers.ts";
import type { Tier } from "./tier.ts";

/** The tier that every machine has: a process with the least rights of Deno, and no more. */
export function createProcessTier(launchers: Launchers): Tier {
  return {
    name: "process",
    rooms: "links",
    enclose({ command, args, env }) {
      const [first, ...rest] = [...launchers.flat(), command, ...args];
      return { command: first!, args: rest, env };
    },
  };
}
