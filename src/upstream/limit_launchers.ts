import { basename } from "@std/path";
import type { ServerLimits } from "../config/servers.ts";
import { findLaunchers, type Launchers } from "../process/find_command.ts";

/** What V8 reserves for machine code, and Deno has of its own; it is data without being in memory. */
const RESERVED_BYTES = 1280 * 1024 * 1024;

/**
 * The commands that hold a server's process to its limits, as far as the machine has them: it gets
 * no debugger by SIGUSR1, which anybody on the machine could speak to, and leaves no core dump.
 */
export async function limitLaunchers(limits: ServerLimits): Promise<string[]> {
  const found = await (launchers ??= findLaunchers());
  return found.flatMap((launcher) => RULES[basename(launcher[0]!)]?.(launcher, limits) ?? []);
}

// A fact about the machine, asked once.
let launchers: Promise<Launchers> | undefined;

/** Not here: `setpriv`, with which every server is started. */
const RULES: Readonly<
  Record<string, (launcher: readonly string[], limits: ServerLimits) => readonly string[]>
> = {
  env: (launcher) => launcher,
  prlimit: ([path], { memoryBytes, openFiles }) => [
    ...[path!, "--core=0", `--data=${RESERVED_BYTES + memoryBytes}`, `--nofile=${openFiles}`],
  ],
};
