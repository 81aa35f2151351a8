import { countPrivacyEvents, type PrivacyCount, privacyLogPath } from "../audit/privacy_log.ts";
import type { Config } from "../config/config.ts";
import { AirlockError } from "../model/errors.ts";
import { rotateKey } from "../privacy/vault/rotate_key.ts";
import { RunVaults } from "../privacy/vault/run_vaults.ts";
import { openLocalStorage } from "../storage/local_storage.ts";
import { SessionVaults } from "../privacy/vault/session_vaults.ts";
import { terminalJson } from "../text/visible_text.ts";
import { defineCommand, findConfig, main, readReason } from "./command_line.ts";
import { withSessionPrivacy } from "./session_access.ts";

const command = defineCommand({
  verb: "privacy",
  options: { session: "NAME", json: true, reason: "TEXT", config: "FILE" },
  forms: {
    async "report [--session] [--json]"(_words, { session, json, config }) {
      const { folders } = await findConfig(config);
      const counts = countPrivacyEvents(privacyLogPath(folders.state), session);
      console.log(json ? terminalJson(counts) : showCounts(counts));
      return 0;
    },
    async "reveal TOKEN --reason"([token = ""], { reason, config }) {
      console.log(
        await reveal(token, { config: await findConfig(config), reason: readReason(reason) }),
      );
      return 0;
    },
    async rotate(_words, values) {
      const config = await findConfig(values.config);
      await using storage = openLocalStorage(config.folders.state);
      const sessions = await rotateKey(config.privacy.key, {
        vaults: new SessionVaults(config, storage),
        runVaults: new RunVaults(config, storage),
      });
      console.log(`A new key seals the vaults of ${sessions} session(s)`);
      return 0;
    },
    async "forget SESSION"([session = ""], values) {
      const config = await findConfig(values.config);
      await using storage = openLocalStorage(config.folders.state);
      await new SessionVaults(config, storage).destroy(session);
      return 0;
    },
  },
});

async function reveal(
  token: string,
  { config, reason }: { readonly config: Config; readonly reason: string },
): Promise<string> {
  const nonce = /^\[[A-Z][A-Z0-9_]*_\d+_([a-z0-9]+)\]$/.exec(token)?.[1];
  await using storage = openLocalStorage(config.folders.state);
  const session = nonce && await new SessionVaults(config, storage).sessionOf(nonce);
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

const COLUMNS = ["direction", "server", "kind", "action", "events", "values"] as const;

/** A table of masked and restored values, by direction, server, kind and action. */
function showCounts(counts: readonly PrivacyCount[]): string {
  if (counts.length === 0) return "Nothing was masked or restored.";
  const rows = [COLUMNS, ...counts.map((count) => COLUMNS.map((column) => String(count[column])))];
  const widths = COLUMNS.map((_, index) => Math.max(...rows.map((row) => row[index]!.length)));
  return rows.map((row) =>
    row.map((cell, index) =>
      index < 4 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!)
    ).join("  ").trimEnd()
  ).join("\n");
}

if (import.meta.main) await main(command);
