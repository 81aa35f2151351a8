import { resolve } from "@std/path";
import type { EscapeAttempt } from "../result/run_result.ts";
import type { TouchedPermission, TouchedPermissions } from "../result/touched_permissions.ts";
import { END_OF_RECORD } from "../rpc/protocol.ts";
import { allows, isOfPaths, type Rights } from "./permission_rights.ts";
import { TouchedTally } from "./touched_tally.ts";

/** What a worker touched, and what its program tried that its rights do not cover. */
export interface AttemptRecord {
  /** Resolves at the first one, and never otherwise. */
  readonly first: Promise<EscapeAttempt>;
  /** Resolves when the program has ended, and with it what it tries. */
  readonly ended: Promise<void>;
  /** Resolves when the stream has ended, which is when the process has. */
  readonly closed: Promise<void>;
  /** Those seen until now, each once. */
  list(): readonly EscapeAttempt[];
  /** All that was touched until now, within its rights and beyond. */
  touched(): TouchedPermissions;
  /** Has each new one told to `listener`, and to no other any more. */
  follow(listener: (attempt: EscapeAttempt) => void): void;
}

const MAX_ATTEMPTS = 32;
const MAX_VALUE_LENGTH = 1_000;

/** Beyond, what comes is still taken from the worker, and no longer read. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_LINE_LENGTH = 16 * 1024;

/** Options of {@linkcode recordAttempts}. */
export interface RecordAttemptsOptions {
  readonly rights: Rights;
  /** The folder that the worker stands in. */
  readonly dir: string;
}

/**
 * Reads a worker's standard error, where the runtime writes down every permission that the program
 * touches. Anything else that stands there is dropped unseen: an uncaught error can be made to print
 * a line of any file.
 */
export function recordAttempts(
  stderr: ReadableStream<Uint8Array>,
  options: RecordAttemptsOptions,
): AttemptRecord {
  let hear = (_attempt: EscapeAttempt) => {};
  const seen = new Map<string, EscapeAttempt>();
  const first = Promise.withResolvers<EscapeAttempt>();
  const ended = Promise.withResolvers<void>();
  const tally = new TouchedTally();
  const closed = readLines(stderr, (line) => {
    const touched = readTouched(line, options);
    if (touched === undefined) return;
    const { outcome, ...attempt } = touched;
    if (attempt.permission === "env" && attempt.value === END_OF_RECORD) return ended.resolve();
    tally.add(touched);
    if (outcome === "allowed") return;
    const key = JSON.stringify(attempt);
    if (seen.size >= MAX_ATTEMPTS || seen.has(key)) return;
    seen.set(key, attempt);
    first.resolve(attempt);
    hear(attempt);
  }, () => tally.cut()).finally(ended.resolve);
  return {
    first: first.promise,
    ended: ended.promise,
    closed,
    list: () => [...seen.values()],
    touched: () => tally.list(),
    follow(listener) {
      hear = listener;
    },
  };
}

async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
  onTooMuch: () => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let rest = "";
  try {
    for await (const chunk of stream) {
      if ((bytes += chunk.length) > MAX_BYTES) {
        onTooMuch();
        continue;
      }
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop()!.slice(0, MAX_LINE_LENGTH);
      lines.forEach(onLine);
    }
  } catch {
    // Cut off where the worker was ended.
  }
}

function readTouched(
  line: string,
  { rights, dir }: RecordAttemptsOptions,
): Omit<TouchedPermission, "count"> | undefined {
  if (!line.startsWith("{") || line.length > MAX_LINE_LENGTH) return undefined;
  try {
    const { permission, value: written } = JSON.parse(line);
    if (typeof permission !== "string" || typeof written !== "string") return undefined;
    // As the program wrote it, and as Deno understands it.
    const value = isOfPaths(permission) ? resolve(dir, written) : written;
    return {
      permission: permission.slice(0, 32),
      value: value.slice(0, MAX_VALUE_LENGTH),
      outcome: allows(rights, { permission, value }) ? "allowed" : "denied",
    };
  } catch {
    return undefined;
  }
}
