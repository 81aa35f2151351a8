import { dirname } from "@std/path";
import { AirlockError } from "../model/errors.ts";

/** How a file is replaced. */
interface ReplaceFileOptions {
  /** Mode of the file. Default: 0o600, its owner's alone. */
  readonly mode?: number;
  /** Where it is written before it gets its name. Default: a new name beside it. */
  readonly temporary?: string;
  /** Whether its bytes are on the disk before it gets its name. Default: false. */
  readonly sync?: boolean;
}

const OTHERS_MAY_READ = 0o077;

/** Writes a file whole or not at all, never through a link; its folder is made where it is missing. */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  { mode = 0o600, temporary, sync = false }: ReplaceFileOptions = {},
): Promise<void> {
  const part = temporary ?? temporaryOf(path);
  // What a crash left in a place of one's choice is written over.
  const place = temporary === undefined ? { createNew: true } : { create: true, truncate: true };
  await Deno.mkdir(dirname(path), { recursive: true, mode: folderMode(mode) });
  try {
    using file = await Deno.open(part, { write: true, ...place, mode });
    const bytes = bytesOf(content);
    let written = 0;
    while (written < bytes.length) written += await file.write(bytes.subarray(written));
    if (sync) await file.syncData();
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  }
}

/**
 * Makes a file that only its owner can read, in a folder that is there. It is whole when it gets its
 * name, for others may be reading already; where several make it at once, the first one's stays.
 */
export async function makeOwnFile(path: string, text: string): Promise<void> {
  const unnamed = temporaryOf(path);
  await Deno.writeTextFile(unnamed, text, { createNew: true, mode: 0o600 });
  try {
    await Deno.link(unnamed, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  } finally {
    await Deno.remove(unnamed);
  }
}

/**
 * Reads a file that is its owner's alone, made on first use.
 *
 * @param options.make returns the text of a new file
 * @param options.action what fails where others may read it, such as "read key"
 * @throws {AirlockError} CONFIG_INVALID where others may read it
 */
export async function readOwnFile(
  path: string,
  { make, action }: { readonly make: () => string; readonly action: string },
): Promise<string> {
  try {
    return await readClosed(path, action);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await makeOwnFile(path, make());
  return await readClosed(path, action);
}

async function readClosed(path: string, action: string): Promise<string> {
  const { mode } = await Deno.stat(path);
  if (mode !== null && (mode & OTHERS_MAY_READ) !== 0) {
    throw new AirlockError(
      "CONFIG_INVALID",
      `Cannot ${action}: others than its owner may read "${path}"`,
      { hint: `chmod 600 ${path}` },
    );
  }
  return await Deno.readTextFile(path);
}

function temporaryOf(path: string): string {
  return `${path}.${crypto.randomUUID()}.tmp`;
}

/** A folder of files that others may not read is closed to them too. */
function folderMode(mode: number): number {
  return (mode & OTHERS_MAY_READ) === 0 ? 0o700 : 0o777;
}

function bytesOf(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof content === "string"
    ? new TextEncoder().encode(content)
    : content as Uint8Array<ArrayBuffer>;
}
