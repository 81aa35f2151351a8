import { join } from "@std/path";
import { AirlockError } from "../model/errors.ts";
import { findSessionFile } from "../workspace/session_id.ts";
import { listFiles } from "../workspace/workspace.ts";

/** Options of {@linkcode listWorkspace} and {@linkcode showWorkspaceFile}. */
export interface ShowWorkspaceOptions {
  /** The folder of the sessions' files. */
  readonly workspace: string;
}

const SHOWN_BYTES = 4_096;

/** Shows a person the folders of sessions and runs, or the files of one of them. */
export async function listWorkspace(
  folder: string | undefined,
  { workspace }: ShowWorkspaceOptions,
): Promise<void> {
  if (folder === undefined) {
    for (const { name, isDirectory } of await entriesOf(workspace)) {
      if (!isDirectory) continue;
      const files = await listFiles(join(workspace, name));
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      console.log(`${size(bytes)}  ${String(files.length).padStart(6)} files  ${safe(name)}`);
    }
    return;
  }
  const isFolder = (await entriesOf(workspace)).some(({ name, isDirectory }) =>
    isDirectory && name === folder
  );
  if (!isFolder) {
    throw new AirlockError("NOT_FOUND", `Cannot list files: the workspace has no "${folder}"`);
  }
  for (const { path, bytes } of await listFiles(join(workspace, folder))) {
    console.log(`${size(bytes)}  ${safe(path.replace("./workspace", folder))}`);
  }
}

/** Shows a person how large a file is, and how it begins. */
export async function showWorkspaceFile(
  file: string,
  { workspace, from }: ShowWorkspaceOptions & { readonly from: string },
): Promise<void> {
  const { path } = await findSessionFile(file, { workspace, from });
  using opened = await Deno.open(path);
  const { size: bytes, mtime } = await opened.stat();
  const begin = new Uint8Array(SHOWN_BYTES);
  const read = await opened.read(begin) ?? 0;
  console.log(`${bytes} bytes, changed ${mtime?.toISOString() ?? "at no known time"}\n`);
  console.log(safe(new TextDecoder().decode(begin.subarray(0, read))) + (bytes > read ? "…" : ""));
}

async function entriesOf(dir: string): Promise<Deno.DirEntry[]> {
  const entries = await Array.fromAsync(Deno.readDir(dir)).catch(() => []);
  return entries.sort((a, b) => a.name < b.name ? -1 : 1);
}

function size(bytes: number): string {
  return `${bytes.toLocaleString("en-US").padStart(13)} bytes`;
}

/** A program's words must not move the cursor of the person who reads them. */
function safe(text: string): string {
  // deno-lint-ignore no-control-regex -- these are what is taken out
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "\ufffd");
}
