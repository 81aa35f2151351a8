import { SESSION_NAME } from "../model/run_request.ts";
import { join, relative, resolve } from "@std/path";
import { AirlockError } from "../model/errors.ts";

/** Whose session it is, and what its owner calls it. */
export interface SessionKey {
  /** As its owner calls it. */
  readonly name: string;
  /** The name of the principal that began it. */
  readonly owner: string;
}

/** Has no sessions of anybody else beside its own, so that its folders need no prefix. */
const OWNER_NAME = "owner";
const CALLER_NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
const BORDER = "~";

/**
 * The id of a session, which names its folder and its vault. Each caller has names of its own: it cannot
 * name another's session.
 *
 * @throws {AirlockError} REQUEST_INVALID
 */
export function sessionIdOf({ name, owner }: SessionKey): string {
  if (!SESSION_NAME.test(name)) {
    throw new AirlockError(
      "REQUEST_INVALID",
      "Cannot open session: a name is 1 to 64 letters, digits, - and _, and begins with no run_",
    );
  }
  if (!CALLER_NAME.test(owner)) {
    throw new AirlockError("REQUEST_INVALID", "Cannot open session: its owner has no such name");
  }
  return owner === OWNER_NAME ? name : `${owner}${BORDER}${name}`;
}

/** Reads an id back; undefined for what is none, such as the folder of a run. */
export function readSessionId(id: string): SessionKey | undefined {
  const at = id.indexOf(BORDER);
  const [owner, name] = at < 0 ? [OWNER_NAME, id] : [id.slice(0, at), id.slice(at + 1)];
  return SESSION_NAME.test(name) && CALLER_NAME.test(owner) ? { name, owner } : undefined;
}

/** Options of {@linkcode findSessionFile}. */
interface FindSessionFileOptions {
  /** The folder of the sessions' files. */
  readonly workspace: string;
  /** The folder that a path may start from. */
  readonly from: string;
}

/** A file of a session. */
interface SessionFile {
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
