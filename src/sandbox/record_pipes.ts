import { closeSync, constants, openSync, readSync } from "node:fs";
import { join } from "@std/path";
import { AirlockError } from "../model/errors.ts";

/** A pipe with a place, in which a runtime writes down the permissions that its program touches. */
export interface RecordPipe extends Disposable {
  /** Takes what has come: how many bytes; 0 where nothing has. Never waits. */
  read(into: Uint8Array): number;
}

/** Made by one call of `mkfifo`, which would otherwise be started for every worker. */
const MADE_AT_ONCE = 16;

/** Makes the pipes of a runtime's workers, each at a path that no right of a program covers. */
export class RecordPipes {
  readonly #dir: string;
  readonly #stock: string[] = [];
  #making: Promise<void> | undefined;

  /** Keeps a stock in the folder `dir`, which is the runtime's own. */
  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Puts a pipe at `path` and opens it for reading: who writes to it never waits for a reader. */
  async open(path: string): Promise<RecordPipe> {
    let made: string | undefined;
    while ((made = this.#stock.pop()) === undefined) {
      this.#making ??= this.#make().finally(() => this.#making = undefined);
      await this.#making;
    }
    await Deno.rename(made, path);
    return openPipe(path);
  }

  async #make(): Promise<void> {
    const names = Array.from(
      { length: MADE_AT_ONCE },
      () => join(this.#dir, `record-${crypto.randomUUID().slice(0, 8)}`),
    );
    const made = await new Deno.Command("mkfifo", {
      args: ["-m", "600", ...names],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    if (!made.success) {
      throw new AirlockError("WORKER_UNAVAILABLE", "Cannot start worker: mkfifo has failed");
    }
    this.#stock.push(...names);
  }
}

function openPipe(path: string): RecordPipe {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return {
    read(into) {
      try {
        return readSync(fd, into, 0, into.length, null);
      } catch {
        return 0; // there is a writer, and it has written nothing
      }
    },
    [Symbol.dispose]: () => closeSync(fd),
  };
}
