import { AirlockError, type ErrorCode } from "../model/errors.ts";

/** An error for a person. */
interface Fault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Hints by what SQLite says. */
const DATABASE_HINTS: readonly (readonly [says: RegExp, hint: string])[] = [
  [/locked/, "Another process holds the database; end it, or try again"],
  [
    /readonly|read-only/,
    "The database can only be read; look at the rights of its file and folder",
  ],
  [/unable to open/, "The database cannot be opened; look at the rights of its file and folder"],
  [/I\/O/, "The disk failed; look at its health and its space"],
  [/full/, "The disk is full; make room"],
  [/./, "The database is damaged; put back a copy, or move it away to begin a new one"],
];

/** Hints by error codes of the system. */
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

/** Hints by Airlock's codes, where no cause has one. */
const CODE_HINTS: Partial<Record<ErrorCode, string>> = {
  CONFIG_INVALID: "Mend what it names, and start again",
  AUDIT_FAILED: "Nothing runs that cannot be written down: mend the folder of the state first",
  SERVER_UNAVAILABLE:
    "See whether the server starts by itself, with the words of the configuration",
  TIER_UNAVAILABLE: "deno task doctor shows what is missing, and how to get it",
  INTERNAL: "If it comes again, please report it with what you did",
};

/** Explains an error: its code, a line what went wrong and a line what to do; never a stack trace. */
export function explainFault(error: unknown): Fault {
  const known = hintOf(error);
  if (error instanceof AirlockError) {
    const { code, message, hint } = error;
    return { code, message: oneLine(message), hint: hint ?? known ?? CODE_HINTS[code] };
  }
  const text = messageOf(error);
  const code = known === undefined ? "INTERNAL" : "CONFIG_INVALID";
  return { code, message: `Cannot go on: ${oneLine(text)}`, hint: known ?? CODE_HINTS[code] };
}

/** The hint for the innermost cause that has one. */
function hintOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const inner = hintOf(error.cause);
  if (inner !== undefined) return inner;
  const { code, message } = error as Error & { readonly code?: unknown };
  if (code === "ERR_SQLITE_ERROR") {
    return DATABASE_HINTS.find(([says]) => says.test(message))?.[1];
  }
  if (/: tmpdir$/.test(message)) return "Set TMPDIR to a folder that can be written";
  return typeof code === "string" && Object.hasOwn(SYSTEM_HINTS, code)
    ? SYSTEM_HINTS[code]
    : undefined;
}

/** The message; of a validation error, whose message is JSON, the first issue. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { issues } = error as Error & { readonly issues?: readonly { message?: unknown }[] };
  const first = Array.isArray(issues) ? issues[0]?.message : undefined;
  return typeof first === "string" ? first : error.message || error.name;
}

const MAX_LENGTH = 500;

function oneLine(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH)}…`;
}
