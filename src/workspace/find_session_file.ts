import { join, relative, resolve } from "@std/path";
import { AirlockError } from "../model/errors.ts";

/** Options of {@linkcode findSessionFile}. */
export interface FindSessionFileOptions {
  /** The folder of the sessions' files. */
  readonly workspace: string;
  /** The folder that a path may start from. */
  readonly from: string;
}

/** A file of a session. */
export interface SessionFile {
  /** Absolute, without links. */
  readonly path: string;
  readonly session: string;
}

/**
 * Finds a file of a session by `SESSION/PATH` or by its path.
 *
 * @throws {AirlockError} NOT_FOUND where it is none, or a link leads out
 */
export async function findSessionFile(
  file: string,
  { workspace, from }: FindSessionFileOptions,
): Promise<SessionFile> {
  const root = await Deno.realPath(workspace).catch(() => workspace);
  for (const candidate of [join(workspace, file), resolve(from, file)]) {
    const path = await Deno.realPath(candidate).catch(() => undefined);
    const [session, ...steps] = path === undefined ? [] : relative(root, path).split("/");
    if (path === undefined || session === undefined || session === ".." || steps.length === 0) {
      continue;
    }
    // A link from one session's folder into another's would borrow its tokens.
    const [named] = relative(workspace, candidate).split("/");
    if (named === session && (await Deno.stat(path)).isFile) return { path, session };
  }
  throw new AirlockError("NOT_FOUND", `Cannot export file: the workspace has no "${file}"`);
}
