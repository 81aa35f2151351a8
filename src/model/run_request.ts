import { z } from "zod";
import type { Approval } from "./approval.ts";
import { PERMISSION_LEVELS, type PermissionLevel, type Principal } from "./permission.ts";
import type { Risk } from "./risk.ts";
import type { CallRecord, EscapeAttempt, LogLine, RunResult } from "./run_result.ts";

/** A program to run, and how. */
export interface RunRequest {
  /** TypeScript. */
  readonly code: string;
  /** The session whose workspace the run shares; absent for one of its own. */
  readonly session?: string;
  /** Who asks; absent for the owner of the runtime. */
  readonly principal?: Principal;
  /** Which tools the program may call: at most what the configuration and the principal allow. */
  readonly permission?: PermissionLevel;
  /** Longest time the run may take; at most five minutes. Default: the configuration's. */
  readonly timeoutMs?: number;
  /**
   * `auto`: a program that is one call of a tool is carried out as a classic call, where that is
   * measured to be worth it; `mode` and `modeReason` of the result tell which was chosen.
   * Default: `program`.
   */
  readonly mode?: "program" | "auto";
  /**
   * `always`: a person must approve the program whatever its risk is, unless one has granted it
   * before. It never takes the place of what the configuration wants.
   */
  readonly approve?: "always";
  /** The call that is made instead where the program fails before it changed anything. */
  readonly fallback?: Pick<ToolRequest, "server" | "tool" | "arguments">;
  /** W3C `traceparent` that the spans of the run belong under. */
  readonly traceParent?: string;
  /** Aborts to cancel the run. */
  readonly signal?: AbortSignal;
  /** Receives what happens, as it happens. */
  readonly onEvent?: (event: RunEvent) => void;
  /** A request with the same key and the same content is the same run, also after a restart. */
  readonly idempotencyKey?: string;
  /** How long to wait for a person, in milliseconds. Default: the configuration's. */
  readonly waitMs?: number;
  /** Aborts to stop waiting for a person: the run then ends as waiting. */
  readonly waitSignal?: AbortSignal;
}

/** A tool to call without a program, and how. */
export interface ToolRequest extends Omit<RunRequest, "code" | "fallback" | "mode" | "approve"> {
  /** The server's name in the configuration. */
  readonly server: string;
  /** The tool's name as its server knows it. */
  readonly tool: string;
  /** As a program gives them. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** How a run is resumed. */
export interface ResumeOptions
  extends Pick<RunRequest, "signal" | "onEvent" | "waitMs" | "waitSignal"> {
  /** Who asks; absent for the owner. A principal sees its own runs alone. */
  readonly asker?: Principal;
}

/** Something that happened in a run. */
export type RunEvent =
  | { readonly type: "started"; readonly runId: string }
  | { readonly type: "risk"; readonly risk: Risk }
  | { readonly type: "log"; readonly line: LogLine }
  | { readonly type: "call"; readonly call: CallRecord }
  | { readonly type: "escape_attempt"; readonly attempt: EscapeAttempt }
  | { readonly type: "approval"; readonly approval: Approval };

/** What is known of a run: it is under way, or has its result. */
export type KnownRun =
  | { readonly state: "running" }
  /** Its host died; it can be resumed. */
  | { readonly state: "interrupted" }
  /** A person must decide; `result` lists the approvals. */
  | { readonly state: "waiting"; readonly result: RunResult }
  | { readonly state: "finished"; readonly result: RunResult };

/** Longest time that a run may take. */
export const MAX_TIMEOUT_MS = 300_000;

/** Form of a session's name. */
export const SESSION_NAME = /^(?!run_)[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

const MAX_NAME_LENGTH = 1_000;

/**
 * A request as it arrives over HTTP, MCP and the command line. The bodies of the endpoints derive
 * from its fields.
 */
export const runRequest = z.strictObject({
  code: z.string().min(1),
  session: z.string().regex(SESSION_NAME, {
    error: "expected 1 to 64 letters, digits, - and _, and no run_ at the beginning",
  }).optional(),
  permission: z.enum(PERMISSION_LEVELS).optional(),
  timeoutMs: z.int().min(1).max(MAX_TIMEOUT_MS).optional(),
  mode: z.enum(["program", "auto"]).optional(),
  approve: z.enum(["always"]).optional(),
  fallback: z.strictObject({
    server: z.string().max(MAX_NAME_LENGTH),
    tool: z.string().max(MAX_NAME_LENGTH),
    arguments: z.record(z.string(), z.unknown()).default({}),
  }).optional(),
});
