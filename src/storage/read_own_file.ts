import { dirname } from "@std/path";
import { AirlockError } from "../model/errors.ts";
import { makeOwnFile } from "./make_own_file.ts";

/** Options of {@linkcode readOwnFile}. */
export interface ReadOwnFileOptions {
  /** Gives what a new file has, where there is none. */
  readonly make: () => string;
  /** What cannot be done where others may read it, such as "read key". */
  readonly action: string;
}

const OTHERS_MAY_READ = 0o077;

/**
 * Reads a file that is its owner's alone, made on first use.
 *
 * @throws {AirlockError} CONFIG_INVALID where others may read it
 */
export async function readOwnFile(
  path: string,
  { make, action }: ReadOwnFileOptions,
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
