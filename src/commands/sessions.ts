/**
 * `deno task sessions list [--owner NAME] [--json] | close NAME… [--owner NAME] [--config FILE]`
 *
 * @module
 */
import { OWNER } from "../model/caller.ts";
import { exitWithUsage } from "./exit_with_usage.ts";
import { findConfig } from "./find_config.ts";
import { openSessions } from "./open_sessions.ts";
import { parseCommandLine } from "./parse_command_line.ts";
import { AirlockError } from "../model/errors.ts";
import type { SessionKeeper } from "../workspace/sessions.ts";
import { guardConsole } from "./guard_console.ts";
import { terminalJson } from "../text/terminal_json.ts";

const USAGE = "Usage: deno task sessions list [--owner NAME] [--json] [--config FILE]\n" +
  "       deno task sessions close NAME… [--owner NAME] [--config FILE]";

if (import.meta.main) {
  guardConsole();
  Deno.exitCode = await main(Deno.args).catch((error) => exitWithUsage(error, USAGE));
}

async function main(args: readonly string[]): Promise<number> {
  const { positionals: [command, ...names], values } = parseCommandLine(args, {
    positionals: "any",
    options: {
      owner: { type: "string" },
      json: { type: "boolean" },
      config: { type: "string" },
    },
  });
  using sessions = openSessions(await findConfig(values.config));
  if (command === "list" && names.length === 0) {
    await sessions.sweep();
    showAll(sessions, values);
    return 0;
  }
  if (command === "close" && names.length > 0) {
    for (const name of names) await sessions.close({ name, owner: values.owner ?? OWNER.name });
    return 0;
  }
  throw new AirlockError("USAGE", "Cannot read command: expected list, or close and a name");
}

function showAll(
  sessions: SessionKeeper,
  { owner, json }: { owner?: string | undefined; json?: boolean | undefined },
): void {
  const all = sessions.list(owner);
  if (json === true) return console.log(terminalJson(all, 2));
  for (const { name, owner, usedAt, runs } of all) {
    console.log(`${usedAt}  ${String(runs).padStart(5)} runs  ${name}  (${owner})`);
  }
}
