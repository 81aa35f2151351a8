/**
 * `deno task workspace list [SESSION] | show FILE | clean [--config FILE]`
 * `deno task workspace export FILE [--restore --reason TEXT] [--out FILE] [--config FILE]`
 *
 * @module
 */
import { resolve } from "@std/path";
import { exitWithUsage } from "./exit_with_usage.ts";
import { findConfig } from "./find_config.ts";
import { withSessionPrivacy } from "./open_session_privacy.ts";
import { parseCommandLine } from "./parse_command_line.ts";
import { readReason } from "./read_reason.ts";
import { startFolder } from "./start_folder.ts";
import type { Config } from "../config/config.ts";
import { AirlockError } from "../model/errors.ts";
import { openSessions } from "./open_sessions.ts";
import { listWorkspace, showWorkspaceFile } from "./show_workspace.ts";
import { revealFile } from "../privacy/restore/reveal.ts";
import { findSessionFile } from "../workspace/session_id.ts";
import { guardConsole } from "./guard_console.ts";

const USAGE = "Usage: deno task workspace list [SESSION] | show FILE | clean [--config FILE]\n" +
  "       deno task workspace export FILE [--restore --reason TEXT] [--out FILE] " +
  "[--config FILE]\nFILE is SESSION/PATH, or a path into the workspace's folder";

if (import.meta.main) {
  guardConsole();
  Deno.exitCode = await main(Deno.args).catch((error) => exitWithUsage(error, USAGE));
}

async function main(args: readonly string[]): Promise<number> {
  const { positionals: [command, file, ...others], values } = parseCommandLine(args, {
    positionals: "any",
    options: {
      restore: { type: "boolean" },
      reason: { type: "string" },
      out: { type: "string" },
      config: { type: "string" },
    },
  });
  const config = await findConfig(values.config);
  const { workspace } = config.folders;
  switch (others.length === 0 ? `${command} ${file === undefined ? "" : "FILE"}`.trim() : "") {
    case "list":
    case "list FILE":
      await listWorkspace(file, { workspace });
      return 0;
    case "show FILE":
      await showWorkspaceFile(file!, { workspace, from: startFolder() });
      return 0;
    case "clean":
      await clean(config);
      return 0;
    case "export FILE":
      break;
    default:
      throw new AirlockError("USAGE", "Cannot read command: there is no such one");
  }
  const reason = values.restore ? readReason(values.reason) : undefined;
  const bytes = await readFile(file!, { config, reason });
  if (values.out === undefined && Deno.stdout.isTerminal()) {
    console.log(new TextDecoder().decode(bytes));
  } else if (values.out === undefined) await writeOut(bytes);
  else {
    const out = resolve(startFolder(), values.out);
    await Deno.writeFile(out, bytes, { createNew: true, mode: 0o600 });
  }
  return 0;
}

/** What is past its time goes now; it would with the next start of a runtime too. */
async function clean(config: Config): Promise<void> {
  using sessions = openSessions(config);
  sessions.list();
  for (const gone of await sessions.sweep()) console.log(`removed: ${gone}`);
}

async function readFile(
  file: string,
  { config, reason }: { config: Config; reason: string | undefined },
): Promise<Uint8Array> {
  const { workspace } = config.folders;
  const { path, session } = await findSessionFile(file, { workspace, from: startFolder() });
  const bytes = await Deno.readFile(path);
  if (reason === undefined) return bytes;
  const text = new TextDecoder().decode(bytes);
  const revealed = await withSessionPrivacy(
    { config, session },
    (privacy) =>
      revealFile(
        path,
        text,
        (part, write) => privacy.reveal(part, { reason, ...(write !== undefined && { write }) }),
      ),
  );
  return new TextEncoder().encode(revealed);
}

async function writeOut(bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await Deno.stdout.write(bytes.subarray(written));
  }
}
