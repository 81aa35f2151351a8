import { type AirlockError, refusal } from "./errors.ts";
import { apply, defineProperty, NativePromise, redefine } from "./primordials.ts";

// Taken before the program could replace them.
const { lstatSync, readDirSync } = Deno;
const { then: whenSettled } = NativePromise.prototype;
const { next: nextEntry } = Object.getPrototypeOf([][Symbol.iterator]()) as Iterator<Deno.DirEntry>;

/** Keeps a program from making more files and folders than its workspace may hold. */
export interface EntryCount {
  allow(maxEntries: number): void;
  /** Returns the function of this name, counting what it makes. */
  counting(name: string, make: MakeEntry): MakeEntry;
}

/** A function of `Deno` that takes a path. */
export type MakeEntry = (...args: unknown[]) => unknown;

/** The argument that names the entry which a function of `Deno` may make. */
const MAKERS: Readonly<Record<string, number>> = {
  copyFile: 1,
  create: 0,
  mkdir: 0,
  open: 0,
  writeFile: 0,
  writeTextFile: 0,
};

/**
 * Counts each call as one more entry, and looks only at the end of the count how many there are. The
 * host looks through a workspace now and then: this holds between two looks. No method of a string or
 * an array is called, which a program could have replaced.
 */
export function createEntryCount(workspace: string): EntryCount {
  let most = Infinity;
  let left = Infinity;
  let pending = 0;

  return {
    allow(maxEntries) {
      most = left = maxEntries;
    },
    counting(name, make) {
      const position = MAKERS[withoutSync(name)];
      if (position === undefined) return make;
      const brings = name.startsWith("mkdir") ? foldersOn : () => 1;
      return (...args) => {
        const path = args[position];
        const entries = brings(path);
        take(path, entries);
        const made = apply(make, undefined, args);
        if (made instanceof NativePromise) count(made, entries);
        return made;
      };
    },
  };

  /** Counts entries that are asked for and not there yet. */
  function count(made: Promise<unknown>, entries: number): void {
    pending += entries;
    const settled = () => void (pending -= entries);
    apply(whenSettled as never, made, [settled, settled]);
  }

  function take(path: unknown, wanted: number): void {
    if (left < wanted) left = most - countUpTo(workspace, most) - pending;
    if (left >= wanted) left -= wanted;
    else if (!exists(path)) throw tooMany();
  }

  function tooMany(): AirlockError {
    const leftNow = left < 0 ? 0 : left;
    return refusal(
      "OVER_LIMIT",
      `Cannot make file: the workspace may hold ${most} files and folders, and ${leftNow} are left`,
    );
  }
}

function exists(path: unknown): boolean {
  try {
    lstatSync(path as string);
    return true;
  } catch {
    return false;
  }
}

function countUpTo(workspace: string, max: number): number {
  let folders: Folders = { path: workspace, rest: undefined };
  let count = 0;
  while (folders !== undefined && count <= max) {
    const { path, rest }: { path: string; rest: Folders } = folders;
    folders = rest;
    try {
      const entries = readDirSync(path);
      for (; count <= max; count++) {
        const step = apply(nextEntry as never, entries, []) as IteratorResult<Deno.DirEntry>;
        if (step.done) break;
        const { name, isDirectory } = step.value;
        if (isDirectory) folders = { path: `${path}/${name}`, rest: folders };
      }
    } catch {
      // The folder is gone by now.
    }
  }
  return count;
}

type Folders = { readonly path: string; readonly rest: Folders } | undefined;

/** Returns how many folders may be made with a folder, on the way from the workspace. */
function foldersOn(path: unknown): number {
  if (typeof path !== "string") return 1;
  let slashes = 0;
  for (let i = 0; i < path.length; i++) if (path[i] === "/") slashes++;
  return slashes < 3 ? 1 : slashes - 1;
}

/** Options that open a file for more than reading. */
const WRITING_OPTIONS = ["write", "append", "truncate", "create", "createNew"] as const;

/** Functions of `Deno` that always change files. */
const WRITERS = "copyFile create mkdir remove rename truncate writeFile writeTextFile".split(" ");

/**
 * Returns a function of `Deno` that throws the reason where a run may only read its workspace. The
 * worker has no right to write: this tells a program what it can do about it.
 */
export function refuseWrites(name: string, real: MakeEntry): MakeEntry {
  if (mayWrite()) return real;
  const isOpen = withoutSync(name) === "open";
  if (!isOpen && !WRITERS.includes(withoutSync(name))) return real;
  const isSync = name.endsWith("Sync");
  return (...args) => {
    if (isOpen && !opensToWrite(args[1])) return real(...args);
    if (isSync) throw onlyReads();
    return rejectWith(onlyReads());
  };
}

const FILE_WRITERS = ["write", "truncate", "utime"] as const;

/** Does the same for open files; their `writable` would hide the refusal. */
export function refuseFileWrites(prototype: Deno.FsFile): void {
  if (mayWrite()) return;
  for (const name of FILE_WRITERS) {
    redefine(prototype, name, () => rejectWith(onlyReads()));
    redefine(prototype, `${name}Sync`, refuse);
  }
  defineProperty(prototype, "writable", { get: refuse });
}

function refuse(): never {
  throw onlyReads();
}

/** Taken before the program could replace it. */
const rejectWith = Promise.reject.bind(Promise);

let writeRight: boolean | undefined;

function mayWrite(): boolean {
  return writeRight ??=
    Deno.permissions.querySync({ name: "write", path: "./workspace" }).state === "granted";
}

function withoutSync(name: string): string {
  return name.replace(/Sync$/, "");
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
