import { type EntryCount, type MakeEntry, refuseFileWrites, refuseWrites } from "./guard_files.ts";
import type { HostCalls } from "./host_calls.ts";
import type { LogOutput, ProgramEnd, ProgramModule } from "./run_program.ts";
import { apply, defineProperty, freeze, ownKeys, sliceText } from "./primordials.ts";
import type { RuntimeInternals } from "./harden_runtime.ts";
import { KEPT_DENO, KEPT_GLOBALS } from "./kept_globals.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;

/** Loads lazy globals now: later they would be loaded into a realm that the program has changed. */
export function loadKeptGlobals(): void {
  for (const key of KEPT_GLOBALS) {
    const { get } = Object.getOwnPropertyDescriptor(globalThis, key) ?? {};
    if (get === undefined) continue;
    const value = apply(get, globalThis, []);
    defineProperty(globalThis, key, { value, writable: true, configurable: true });
  }
}

/**
 * Removes every global that is not on the list, so that a new one of a later Deno is absent until it
 * is reviewed. The permissions hold without this; it closes what they do not cover.
 */
export function dropGlobals({ internals, calls, output, end, entries }: {
  readonly internals: RuntimeInternals;
  readonly calls: HostCalls;
  readonly output: LogOutput;
  readonly end: ProgramEnd;
  readonly entries: EntryCount;
}): { importModule(url: string): Promise<ProgramModule> } {
  const importModule = (url: string) => import(url);
  const console = createConsole(internals, output);
  const deno = createDeno(end, entries);
  for (const key of ownKeys(globalThis)) {
    // Symbols are the runtime's own marks of the object.
    if (typeof key !== "string" || key === "dispatchEvent") continue;
    if (!KEPT_GLOBALS.has(key)) Reflect.deleteProperty(globalThis, key);
  }
  define("console", console);
  define("Deno", deno);
  define(Symbol.for("airlock.callTool"), freeze(calls.callTool));
  define(Symbol.for("airlock.ask"), freeze(calls.ask));
  return { importModule };
}

function define(key: PropertyKey, value: unknown): void {
  defineProperty(globalThis, key, { value });
}

/** Makes the runtime's own console write to the log, so that formats, tables and groups stay. */
function createConsole({ Console }: RuntimeInternals, output: LogOutput): unknown {
  return new Console((text, level) => {
    const last = text.length - 1;
    const line = text[last] === "\n" ? sliceText(text, 0, last) : text;
    output.write({ level: LEVELS[level] ?? "info", text: line });
  });
}

/** Makes a `Deno` that inherits from nothing; each of its functions is wrapped in one of the guest's. */
function createDeno(end: ProgramEnd, entries: EntryCount): unknown {
  refuseFileWrites(Deno.FsFile.prototype);
  const deno: Record<string, unknown> = Object.create(null);
  for (const name of KEPT_DENO) {
    const value: unknown = (Deno as unknown as Record<string, unknown>)[name];
    if (typeof value !== "function") deno[name] = frozenCopy(value);
    else if (name === "FsFile") deno[name] = value;
    else {
      const made = refuseWrites(name, entries.counting(name, value as MakeEntry));
      deno[name] = shellOf(name, made);
    }
  }
  deno.args = freeze([]);
  deno.exit = freeze(exit);
  return freeze(deno);

  function exit(code = 0): never {
    if (code === 0) end.value(null);
    else end.thrown(new Error(`The program exited with code ${code}`));
    throw new Error("The run has ended");
  }
}

function frozenCopy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return freeze(Object.assign(Object.create(null), value));
}

function shellOf(name: string, fn: MakeEntry): unknown {
  const shell = (...values: unknown[]) => apply(fn, undefined, values);
  defineProperty(shell, "name", { value: name });
  return freeze(shell);
}

const NO_CHANNEL = "MessageChannel is not defined";

/**
 * Transferring a stream needs a channel, which a program lacks: `structuredClone` throws as for
 * anything else that cannot be cloned.
 */
export function replaceClone(): void {
  const { structuredClone: clone } = globalThis;
  const NativeReferenceError = ReferenceError;
  const NativeDOMException = DOMException;
  const value = {
    structuredClone(...values: unknown[]): unknown {
      try {
        return apply(clone, undefined, values);
      } catch (error) {
        if (!(error instanceof NativeReferenceError) || error.message !== NO_CHANNEL) throw error;
        throw new NativeDOMException(
          "Cannot transfer stream: it stays where it is",
          "DataCloneError",
        );
      }
    },
  }.structuredClone;
  defineProperty(value, "length", { value: 1 });
  defineProperty(globalThis, "structuredClone", { value, writable: true, configurable: true });
}
