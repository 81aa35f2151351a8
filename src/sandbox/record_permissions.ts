import { join, resolve } from "@std/path";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { AirlockError } from "../model/errors.ts";
import type { EscapeAttempt } from "../model/run_result.ts";
import type { TouchedPermission } from "../result/ending.ts";
import type { PermissionRecord } from "./sandbox.ts";
import { TouchedTally, ViolationTally } from "./violation_tally.ts";
import { allows, isOfPaths, type Rights } from "./worker_command.ts";

/** The most that violations cost the host: a slice in every pause. */
const SLICE_BYTES = 64 * 1024;
const PAUSE_MS = 20;

/** A worker that has recorded more than this is read at a slower pace: the pipe makes it wait. */
const MANY_BYTES = 16 * 1024 * 1024;
const LONG_PAUSE_MS = 80;

/** The most slices in a pipe that nothing writes to any more. */
const MOST_SLICES_LEFT = 4;

const MAX_LINE_LENGTH = 16 * 1024;
const MAX_VALUE_LENGTH = 1_000;

/** Violations told one by one as they come; the list holds the others. */
const MOST_TOLD = 32;

interface JudgedBy {
  readonly rights: Rights;
  readonly dir: string;
}

/** Reads a pipe in which the runtime of a worker, and nothing else, records what is touched. */
export function recordPipe(pipe: RecordPipe, options: JudgedBy): PermissionRecord {
  const lines = new RecordLines(options);
  const decoder = new TextDecoder();
  const slice = new Uint8Array(SLICE_BYTES);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  let bytes = 0;
  const readSlice = () => {
    const length = isClosed ? 0 : pipe.read(slice);
    bytes += length;
    if (length > 0) lines.add(decoder.decode(slice.subarray(0, length), { stream: true }));
    return length;
  };
  const readOn = () => {
    readSlice();
    timer = setTimeout(readOn, bytes > MANY_BYTES ? LONG_PAUSE_MS : PAUSE_MS);
  };
  const drain = () => {
    for (let slices = 0; slices < MOST_SLICES_LEFT && readSlice() > 0; slices++);
    return Promise.resolve();
  };
  return {
    ...lines.record(),
    settled: drain,
    follow(listener) {
      lines.tell(listener);
      clearTimeout(timer);
      if (!isClosed) readOn();
    },
    async close() {
      clearTimeout(timer);
      await drain();
      if (!isClosed) pipe[Symbol.dispose]();
      isClosed = true;
    },
  };
}

/**
 * Reads standard error, where a tier has no other way. Anything else in it is dropped unseen: an
 * uncaught error can be made to print a line of any file.
 */
export function recordStream(
  stream: ReadableStream<Uint8Array>,
  options: JudgedBy,
): PermissionRecord {
  const lines = new RecordLines(options);
  const closed = readStream(stream, lines);
  return {
    ...lines.record(),
    settled: () => closed,
    follow: (listener) => lines.tell(listener),
    close: () => closed,
  };
}

async function readStream(stream: ReadableStream<Uint8Array>, lines: RecordLines): Promise<void> {
  const decoder = new TextDecoder();
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      if ((bytes += chunk.length) > MANY_BYTES) lines.cut();
      else lines.add(decoder.decode(chunk, { stream: true }));
    }
  } catch {
    // The stream was cut when the worker was ended.
  }
}

/** Returns the empty record of a system that records nothing. */
export function recordNothing(options: JudgedBy): PermissionRecord {
  return recordStream(ReadableStream.from([]), options);
}

/** Reads a record line by line, as its parts come. */
class RecordLines {
  readonly #options: JudgedBy;
  readonly #attempts = new ViolationTally();
  readonly #touched = new TouchedTally();
  readonly #first = Promise.withResolvers<EscapeAttempt>();
  #tell = (_attempt: EscapeAttempt) => {};
  #told = 0;
  #rest = "";
  #isLong = false;

  constructor(options: JudgedBy) {
    this.#options = options;
  }

  record(): Pick<PermissionRecord, "first" | "list" | "touched"> {
    return {
      first: this.#first.promise,
      list: () => this.#attempts.list(),
      touched: () => this.#touched.list(),
    };
  }

  tell(listener: (attempt: EscapeAttempt) => void): void {
    this.#tell = listener;
  }

  /** Notes that more came than was read. */
  cut(): void {
    this.#touched.cut();
  }

  add(text: string): void {
    const lines = (this.#rest + text).split("\n");
    const rest = lines.pop()!;
    for (const line of lines) {
      if (!this.#isLong) this.#take(line);
      this.#isLong = false;
    }
    this.#rest = this.#isLong ? "" : rest;
    if (this.#rest.length <= MAX_LINE_LENGTH) return;
    // The beginning of a long line has its permission and value.
    this.#take(this.#rest);
    this.#rest = "";
    this.#isLong = true;
  }

  #take(line: string): void {
    const touched = readTouched(line.slice(0, MAX_LINE_LENGTH), this.#options);
    if (touched === undefined) return;
    this.#touched.add(touched);
    if (touched.outcome === "allowed") return;
    const { permission, value } = touched;
    if (!this.#attempts.add({ permission, value })) return;
    this.#first.resolve({ permission, value });
    if (this.#told++ < MOST_TOLD) this.#tell({ permission, value });
  }
}

const LINE =
  /^\{(?:"v":\d+,)?(?:"datetime":"[^"\\]*",)?"permission":"(\w{1,32})","value":"((?:[^"\\]|\\.)*)/;

function readTouched(
  line: string,
  { rights, dir }: JudgedBy,
): Omit<TouchedPermission, "count"> | undefined {
  const [, permission, quoted] = LINE.exec(line) ?? [];
  if (permission === undefined || quoted === undefined) return undefined;
  const written = unquote(quoted);
  if (written === undefined) return undefined;
  // A path as Deno resolves what the program wrote.
  const value = isOfPaths(permission) ? resolve(dir, written) : written;
  const outcome = allows(rights, { permission, value }) ? "allowed" : "denied";
  return { permission, value: value.slice(0, MAX_VALUE_LENGTH), outcome };
}

function unquote(quoted: string): string | undefined {
  if (!quoted.includes("\\")) return quoted;
  try {
    return JSON.parse(`"${quoted}"`);
  } catch {
    return undefined;
  }
}

/** A named pipe in which a runtime records the permissions that its program touches. */
interface RecordPipe extends Disposable {
  /** Reads what has come and returns how many bytes; 0 for none. Never waits. */
  read(into: Uint8Array): number;
}

/** Pipes made by one process of `mkfifo`, which would otherwise be started for every worker. */
const MADE_AT_ONCE = 16;

export class RecordPipes {
  readonly #dir: string;
  readonly #ready: string[] = [];
  #making: Promise<void> | undefined;

  /** Keeps pipes ready in the folder `dir`, which is the runtime's own. */
  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Puts a pipe at `path` and opens it for reading: a writer never waits for a reader. */
  async open(path: string): Promise<RecordPipe> {
    let made: string | undefined;
    while ((made = this.#ready.pop()) === undefined) {
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
    this.#ready.push(...names);
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
