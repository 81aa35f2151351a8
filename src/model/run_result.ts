import type { ErrorCode } from "./errors.ts";
import type { Risk } from "./risk.ts";

/** How a run ended. */
export type RunStatus =
  | "completed"
  | "failed"
  | "timed_out"
  | "over_limit"
  | "denied"
  | "cancelled"
  | "waiting";

/** One line that the program logged. */
export interface LogLine {
  /** By the method of `console`: `log` and `info` are "info". */
  level: "debug" | "info" | "warn" | "error";
  /** As a terminal would show it, without the end of the line. */
  text: string;
  /** Milliseconds since the run began. */
  atMs: number;
}

/** One tool call that a run made, whatever became of it. */
export interface CallRecord {
  /** Order in which the calls were made, from 1. */
  seq: number;
  /** The server's name in the configuration. */
  server: string;
  /** The tool's name as its server knows it. */
  tool: string;
  /**
   * It succeeded; the tool said that it failed; it could not be called; it was refused; the run
   * ended first, and what became of it is not known.
   */
  outcome: "ok" | "tool_error" | "failed" | "denied" | "unfinished";
  /** Why, where it is not ok. */
  code?: ErrorCode | undefined;
  /** How long it took. */
  ms: number;
  /** Size of the arguments, as JSON. */
  argumentBytes: number;
  /** Size of the result, as JSON; 0 where there is none. */
  resultBytes: number;
  /** Set where it was made before the run was resumed, and not again. */
  replayed?: true | undefined;
}

/** Something that a run has changed, or may have. */
export interface Effect {
  /** The server's name in the configuration. */
  server: string;
  /** The tool's name as its server knows it. */
  tool: string;
  /** The beginning of its arguments, as JSON. */
  arguments: string;
  /** Its call was answered; or it failed or was not answered, and nobody knows what it changed. */
  state: "done" | "unknown";
}

/** Why a run did not complete. */
export interface RunError {
  /** A code of the one table. */
  code: ErrorCode;
  /** One sentence; for TYPE_ERROR a line more for each of the errors, ten at most. */
  message: string;
  /** Line of the program, from 1. */
  line?: number | undefined;
  /** Column of the program, from 1. */
  column?: number | undefined;
  /** What to do instead. */
  hint?: string | undefined;
  /** The limit that ended the run. */
  limit?: {
    /** Its name in the configuration. */
    name: string;
    /** Its figure. */
    max: number;
    /** What the figure counts. */
    unit: string;
  } | undefined;
}

/** What a run used. */
export interface Usage {
  /** From request to result. */
  wallMs: number;
  /** Of the worker; null where the system does not tell. */
  cpuMs: number | null;
  /** Of the worker, at its highest; null where the system does not tell. */
  peakMemoryBytes: number | null;
  /** How long the worker was held so that others had their turn; absent where it never was. */
  heldMs?: number | undefined;
  /** Number of tool calls. */
  calls: number;
  /** Bytes of arguments and results that went between program and tools, past the model. */
  intermediateBytes: number;
  /** Tokens (o200k_base) of value, logs and error; an estimate from samples beyond 64 KiB. */
  modelTokens: number;
  /** Tokens of the program; like those below an estimate from samples where there is much. */
  programModelTokens: number;
  /** Tokens of the arguments and results that went between program and tools. */
  intermediateModelTokens: number;
  /** Intermediate less program and result: what a model was spared; negative if it was not. */
  savedModelTokens: number;
  /** Tokens of the definitions of all tools known so far, spared once in each conversation. */
  definitionModelTokens: number;
}

/** A value too large for a model, kept as a file of the workspace; itself {@linkcode Json}. */
export type FileReference = {
  /** Tells it from a value that a program returned. */
  kind: "file_reference";
  /** As a program reads it: `./workspace/…` */
  path: string;
  /** Size of the file. */
  bytes: number;
  /** "array of 10000", "object of 3", "string" */
  type: string;
  /** How it begins. */
  preview: string;
};

/** A file that a run wrote. */
export interface WrittenFile {
  /** As a program reads it: `./workspace/…` */
  path: string;
  /** Its size. */
  bytes: number;
}

/** Something that a program tried and its worker has no right to. */
export interface EscapeAttempt {
  /** As Deno names it: "read", "write", "net". */
  permission: string;
  /** The path or host. */
  value: string;
  /** Further attempts of this permission, beyond those that are listed. */
  more?: number | undefined;
}

/** A text of a result that speaks to the model that reads it. */
export interface SuspiciousText {
  /** The part of the result that has it. */
  place: "value" | "logs" | "error";
  /** A sentence: what it does; never what it says. */
  message: string;
}

/** What JSON can hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** The one shape of every outcome, over HTTP, on the command line and in the library. */
export interface RunResult {
  /** Begins with `run_`. */
  runId: string;
  /** How the run ended. */
  status: RunStatus;
  /** How much harm the program could do; null where it could not be read. */
  risk: Risk | null;
  /** What the program returned; null if nothing; a {@linkcode FileReference} if it is large. */
  value: Json;
  /** What the program logged. */
  logs: LogLine[];
  /** What the program called, also where it failed in the end. */
  calls: CallRecord[];
  /** What it has changed, in order, also before it was resumed: calls of tools that do not only read. */
  effects: Effect[];
  /** Approvals that it waits for. */
  approvals: string[];
  /** Why the run did not complete; null where it did. */
  error: RunError | null;
  /** What the type check found and let pass, each one line. */
  warnings: string[];
  /** What it used. */
  usage: Usage;
  /** Files of the workspace that it wrote. */
  files: WrittenFile[];
  /** Texts in it that tell a model what to do: data of a tool or a file, not to be followed. */
  suspicious: SuspiciousText[];
  /** What it tried beyond its rights, each once, 32 at most; refused, all of it. */
  escapeAttempts: EscapeAttempt[];
  /** How it was carried out, where that was left to the host: by a worker, or by the host itself. */
  mode?: "program" | "classic" | undefined;
  /** Why so. */
  modeReason?: string | undefined;
  /** The classic call that was made instead of the program; absent where none was. */
  fallback?: {
    /** The server's name in the configuration. */
    server: string;
    /** The tool's name as its server knows it. */
    tool: string;
    /** Why the program did not complete. */
    code: ErrorCode;
    /** The same in words. */
    message: string;
  } | undefined;
}
