/**
 * `deno task privacy report [--session NAME] [--json]`, `reveal TOKEN --reason TEXT`,
 * `rotate`, `forget SESSION`
 *
 * @module
 */
import { countPrivacyEvents, privacyLogPath } from "../audit/privacy_log.ts";
import { exitWithUsage } from "./exit_with_usage.ts";
import { findConfig } from "./find_config.ts";
import { withSessionPrivacy } from "./open_session_privacy.ts";
import { parseCommandLine } from "./parse_command_line.ts";
import { readReason } from "./read_reason.ts";
import { showPrivacyCounts } from "./show_privacy_counts.ts";
import type { Config } from "../config/config.ts";
import { AirlockError } from "../model/errors.ts";
import { SessionVaults } from "../privacy/vault/session_vaults.ts";
import { RunVaults } from "../privacy/vault/run_vaults.ts";
import { rotateKey } from "../privacy/vault/rotate_key.ts";
import { guardConsole } from "./guard_console.ts";
import { terminalJson } from "../text/terminal_json.ts";

const USAGE = `Usage: deno task privacy report [--session NAME] [--json] [--config FILE]
       deno task privacy reveal TOKEN --reason TEXT [--config FILE]
       deno task privacy rotate [--config FILE]
       deno task privacy forget SESSION [--config FILE]`;

if (import.meta.main) {
  guardConsole();
  Deno.exitCode = await main(Deno.args).catch((error) => exitWithUsage(error, USAGE));
}

async function main(args: readonly string[]): Promise<number> {
  const { positionals: [command, ...words], values } = parseCommandLine(args, {
    positionals: "any",
    options: {
      session: { type: "string" },
      json: { type: "boolean" },
      reason: { type: "string" },
      config: { type: "string" },
    },
  });
  const config = await findConfig(values.config);
  switch (`${command} ${words.length}`) {
    case "report 0": {
      const counts = countPrivacyEvents(privacyLogPath(config.folders.state), values.session);
      console.log(values.json ? terminalJson(counts) : showPrivacyCounts(counts));
      return 0;
    }
    case "reveal 1":
      console.log(await revealToken(words[0]!, { config, reason: readReason(values.reason) }));
      return 0;
    case "rotate 0": {
      const sessions = await rotateKey(config.privacy.key, {
        vaults: new SessionVaults(config),
        runVaults: new RunVaults(config),
      });
      console.log(`A new key seals the vaults of ${sessions} session(s)`);
      return 0;
    }
    case "forget 1":
      await new SessionVaults(config).destroy(words[0]!);
      return 0;
    default:
      throw new AirlockError("USAGE", "Cannot read command: there is no such one");
  }
}

async function revealToken(
  token: string,
  { config, reason }: { config: Config; reason: string },
): Promise<string> {
  const nonce = /^\[[A-Z][A-Z0-9_]*_\d+_([a-z0-9]+)\]$/.exec(token)?.[1];
  const session = nonce && await new SessionVaults(config).sessionOf(nonce);
  if (!session) {
    throw new AirlockError("NOT_FOUND", `Cannot reveal ${token}: it is no session's token`);
  }
  const value = await withSessionPrivacy(
    { config, session },
    (privacy) => privacy.reveal(token, { reason }),
  );
  if (value !== token) return value;
  throw new AirlockError("NOT_FOUND", `Cannot reveal ${token}: its session never gave it out`);
}
