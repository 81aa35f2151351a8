import { join, resolve } from "@std/path";
import type { Config } from "../config/config.ts";
import { AirlockError } from "../model/errors.ts";
import { revealFile } from "../privacy/restore/reveal.ts";
import { findSessionFile } from "../workspace/session_id.ts";
import { listFiles } from "../workspace/workspace.ts";
import { defineCommand, findConfig, main, readReason, startFolder } from "./command_line.ts";
import { openSessions, withSessionPrivacy } from "./session_access.ts";
import { writeAll } from "./terminal.ts";

const SHOWN_BYTES = 4_096;

const command = defineCommand({
  verb: "workspace",
  options: { restore: true, reason: "TEXT", out: "FILE", config: "FILE" },
  forms: {
    async "list [SESSION]"([session], { config }) {
      const { folders: { workspace } } = await findConfig(config);
      if (session === undefined) await listFolders(workspace);
      else await listFolder(workspace, session);
      return 0;
    },
    async "show FILE|SESSION/PATH"([file = ""], { config }) {
      const { folders: { workspace } } = await findConfig(config);
      await showFile(file, workspace);
      return 0;
    },
    async clean(_words, { config }) {
      // The next start of a runtime would do the same.
      await using sessions = openSessions(await findConfig(config));
      sessions.list();
      for (const gone of await sessions.sweep()) console.log(`removed: ${gone}`);
      return 0;
    },
    async "export FILE|SESSION/PATH [--restore --reason] [--out]"([file = ""], values) {
      const config = await findConfig(values.config);
      const reason = values.restore ? readReason(values.reason) : undefined;
      const bytes = await readFile(file, { config, reason });
      if (values.out !== undefined) {
        const out = resolve(startFolder(), values.out);
        await Deno.writeFile(out, bytes, { createNew: true, mode: 0o600 });
      } else if (Deno.stdout.isTerminal()) console.log(new TextDecoder().decode(bytes));
      else writeAll(Deno.stdout, bytes);
      return 0;
    },
  },
});

async function listFolders(workspace: string): Promise<void> {
  for (const { name, isDirectory } of await entriesOf(workspace)) {
    if (!isDirectory) continue;
    const files = await listFiles(join(workspace, name));
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    console.log(`${size(bytes)}  ${String(files.length).padStart(6)} files  ${name}`);
  }
}

async function listFolder(workspace: string, folder: string): Promise<void> {
  const isFolder = (await entriesOf(workspace)).some(({ name, isDirectory }) =>
    isDirectory && name === folder
  );
  if (!isFolder) {
    throw new AirlockError("NOT_FOUND", `Cannot list files: the workspace has no "${folder}"`);
  }
  for (const { path, bytes } of await listFiles(join(workspace, folder))) {
    console.log(`${size(bytes)}  ${path.replace("./workspace", folder)}`);
  }
}

/** Shows the size of a file, and its beginning. */
async function showFile(file: string, workspace: string): Promise<void> {
  const { path } = await findSessionFile(file, { workspace, from: startFolder() });
  using opened = await Deno.open(path);
  const { size: bytes, mtime } = await opened.stat();
  const begin = new Uint8Array(SHOWN_BYTES);
  const read = await opened.read(begin) ?? 0;
  console.log(`${bytes} bytes, changed ${mtime?.toISOString() ?? "at no known time"}\n`);
  console.log(new TextDecoder().decode(begin.subarray(0, read)) + (bytes > read ? "…" : ""));
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

async function entriesOf(dir: string): Promise<Deno.DirEntry[]> {
  const entries = await Array.fromAsync(Deno.readDir(dir)).catch(() => []);
  return entries.sort((a, b) => a.name < b.name ? -1 : 1);
}

function size(bytes: number): string {
  return `${bytes.toLocaleString("en-US").padStart(13)} bytes`;
}

if (import.meta.main) await main(command);
