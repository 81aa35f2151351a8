import { defineProperty, freeze } from "./primordials.ts";

/**
 * Takes the use out of what the runtime has and no program needs, also for one that found a way to
 * it: the last wall of the thread, behind the globals that are gone.
 */
export async function disarmRuntime(): Promise<void> {
  disarmNode();
  disarmThreads();
  await disarmDatabases();
}

/**
 * `node:process` starts by asking for these: as they cannot be had, it cannot be loaded any more, nor
 * what is made of it: `node:module` with `require` and `getBuiltinModule`, `node:fs`, `node:net`, the
 * threads and child processes of Node.
 */
function disarmNode(): void {
  const { internal } = Deno as unknown as { internal: symbol };
  defineProperty((Deno as unknown as Record<symbol, object>)[internal]!, "__nodeBootstrapArgs", {
    get() {
      throw new Error("Cannot load Node: a program has none of it");
    },
  });
}

/** A class calls the one it extends before all else, and looks for it each time. */
function disarmThreads(): void {
  Object.setPrototypeOf(Worker, refused);
  freeze(Worker);
}

/** An object that nothing can be asked of: SQLite would write its temporary files into any folder. */
async function disarmDatabases(): Promise<void> {
  const { DatabaseSync, StatementSync } = await import("node:sqlite");
  for (const { prototype } of [DatabaseSync, StatementSync]) disarmPrototypes(prototype);
}

/** Node's class extends the one that holds the methods. */
function disarmPrototypes(first: object): void {
  for (let one = first; one !== Object.prototype; one = Object.getPrototypeOf(one)) {
    for (const name of Object.getOwnPropertyNames(one)) {
      if (name !== "constructor") defineProperty(one, name, { value: refused });
    }
    freeze(one);
  }
}

/** Stands in the place of what a program has not. */
export function refused(): never {
  throw new Error("Cannot use this: a program has it not");
}
