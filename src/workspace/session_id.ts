import { SESSION_NAME } from "../config/storage.ts";
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
 * What a session is called wherever all of them are kept: its folder, its vault. Each caller has
 * names of its own, so that nobody can so much as name another's session.
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
