import type { MakeEntry } from "./count_entries.ts";
import { type AirlockError, refusal } from "./errors.ts";

/** What opens a file for something else than reading it. */
const WRITING_OPTIONS = ["write", "append", "truncate", "create", "createNew"] as const;

/** Functions of `Deno` that change files, `open` aside, which may. */
const WRITERS: Readonly<Record<string, true>> = {
  __proto__: null as never,
  copyFile: true,
  copyFileSync: true,
  create: true,
  createSync: true,
  mkdir: true,
  mkdirSync: true,
  remove: true,
  removeSync: true,
  rename: true,
  renameSync: true,
  truncate: true,
  truncateSync: true,
  writeFile: true,
  writeFileSync: true,
  writeTextFile: true,
  writeTextFileSync: true,
};

/**
 * Gives a function of `Deno` that says why a run that may only read its workspace cannot use it. The
 * worker has no right to write: this tells a program so in words that it can do something about.
 */
export function refuseWrites(name: string, real: MakeEntry): MakeEntry {
  if (mayWrite()) return real;
  const isOpen = name === "open" || name === "openSync";
  if (!isOpen && WRITERS[name] !== true) return real;
  const isSync = name.endsWith("Sync");
  return (...args) => {
    if (isOpen && !opensToWrite(args[1])) return real(...args);
    if (isSync) throw onlyReads();
    return rejectWith(onlyReads());
  };
}

/** Taken before the program could replace it. */
const rejectWith = Promise.reject.bind(Promise);

let writeRight: boolean | undefined;

function mayWrite(): boolean {
  return writeRight ??=
    Deno.permissions.querySync({ name: "write", path: "./workspace" }).state === "granted";
}

function opensToWrite(options: unknown): boolean {
  if (typeof options !== "object" || options === null) return false;
  for (let i = 0; i < WRITING_OPTIONS.length; i++) {
    if ((options as Record<string, unknown>)[WRITING_OPTIONS[i]!]) return true;
  }
  return false;
}

function onlyReads(): AirlockError {
  return refusal(
    "FORBIDDEN",
    'Cannot write file: the permission "read_only" of this run lets it read its workspace only; ' +
      'return the value instead, or ask for the permission "write_restricted"',
  );
}
