import { AirlockError, type ErrorCode } from "../errors.ts";

/** A fault as a person is told of it. */
export interface Fault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

/** What SQLite says of itself in numbers, and what is to be done about it. */
const DATABASE_HINTS: Readonly<Record<number, string>> = {
  5: "Another process holds the database; end it, or try again",
  8: "The database can only be read; look at the rights of its file and folder",
  10: "The disk failed; look at its health and its space",
  11: "The database is damaged; put back a copy, or move it away to begin a new one",
  13: "The disk is full; make room",
  14: "The database cannot be opened; look at the rights of its file and folder",
  26: "The file is no database; put back a copy, or move it away to begin a new one",
};

/** What the system says by its codes, and what is to be done about it. */
const SYSTEM_HINTS: Readonly<Record<string, string>> = {
  EACCES: "Look at who may read and write it",
  EPERM: "Look at who may read and write it",
  EROFS: "Its disk can only be read; name another folder in the configuration",
  ENOENT: "Something on the way to it is not there",
  ENOTDIR: "A file stands where a folder is expected; move it away",
  EISDIR: "A folder stands where a file is expected; move it away",
  EEXIST: "Something else stands there; move it away",
  ENOSPC: "The disk is full; make room",
  EDQUOT: "The quota is used up; make room",
  EMFILE: "This process may open too few files; raise the limit (ulimit -n)",
  ENFILE: "The system has too many files open",
  ELOOP: "Its links lead in a circle",
  ENAMETOOLONG: "Its path is too long",
  EADDRINUSE: "Another process listens there; end it, or choose another",
};

const UNKNOWN_HINT = "If it comes again, please report it with what you did";

/** Says in a line what went wrong, in a line what to do, and under which code; never where in the code. */
export function explainFault(error: unknown): Fault {
  const hint = hintOf(error) ?? UNKNOWN_HINT;
  if (error instanceof AirlockError) {
    const { code, message } = error;
    return { code, message: oneLine(message), hint: error.hint ?? hint };
  }
  const says = error instanceof Error ? error.message || error.name : String(error);
  const code = hint === UNKNOWN_HINT ? "INTERNAL" : "CONFIG_INVALID";
  return { code, message: `Cannot go on: ${oneLine(says)}`, hint };
}

/** What the innermost cause that is known calls for. */
function hintOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  const extended = typeof errcode === "number" ? errcode & 0xff : undefined;
  return hintOf(error.cause) ?? (extended === undefined ? undefined : DATABASE_HINTS[extended]) ??
    (typeof code === "string" && Object.hasOwn(SYSTEM_HINTS, code)
      ? SYSTEM_HINTS[code]
      : undefined);
}

const MAX_LENGTH = 500;

function oneLine(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH)}…`;
}
