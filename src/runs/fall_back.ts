import { AirlockError, type ErrorCode } from "../model/errors.ts";
import { mergeRisks } from "../policy/risk/sum_up_risk.ts";
import type { CallRecord, RunResult } from "../model/run_result.ts";
import { NEVER_SENT } from "../calls/refusals.ts";
import type { RunRequest, ToolRequest } from "../model/run_request.ts";
import type { ToolCatalogue } from "./tool_catalogue.ts";

/** Errors of a program that was not well written, or had bad luck, and tells nothing against its task. */
const FALLS_BACK: ReadonlySet<ErrorCode> = new Set([
  "PROGRAM_SYNTAX",
  "IMPORT_REFUSED",
  "TYPE_ERROR",
  "PROGRAM_THREW",
  "RESULT_NOT_JSON",
  "TIMED_OUT",
  "OVER_LIMIT",
  "PROTOCOL_VIOLATION",
  "WORKER_LOST",
  "WORKER_UNAVAILABLE",
  "ARGUMENTS_INVALID",
  "TOOL_UNKNOWN",
  "TOOL_FAILED",
  "TOOL_TIMED_OUT",
  "SERVER_UNAVAILABLE",
]);

/** What a fallback is carried out with. */
interface FallbackHost {
  run(request: RunRequest): Promise<RunResult>;
  /** Makes a call without a program; `fallbackOf` is the run that it is made instead of. */
  callTool(request: ToolRequest, fallbackOf: string | undefined): Promise<RunResult>;
  /** Tells what tools do. */
  readonly judged: ToolCatalogue["judged"];
}

/** Runs a program; where it fails before it changed anything, the call that was given is made. */
export async function runOrFallBack(
  request: RunRequest,
  host: FallbackHost,
): Promise<RunResult> {
  const { fallback } = request;
  if (fallback !== undefined && request.idempotencyKey !== undefined) {
    throw notTogether("an idempotency key");
  }
  if (fallback !== undefined && request.approve !== undefined) throw notTogether('"approve"');
  let program: RunResult | undefined;
  let failure: { readonly code: ErrorCode; readonly message: string } | null;
  try {
    program = await host.run(request);
    failure = program.error;
  } catch (error) {
    if (!fallback || !(error instanceof AirlockError) || !FALLS_BACK.has(error.code)) throw error;
    failure = error;
  }
  if (fallback === undefined || failure === null || !await mayFallBack(program, host)) {
    return program!;
  }
  const classic = await host.callTool({
    ...withoutProgram(request),
    ...fallback,
    onEvent: (event) => void (event.type !== "started" && request.onEvent?.(event)),
  }, program?.runId);
  const { server, tool } = fallback;
  const { code, message } = failure;
  return mergeFallback(classic, { program, fallback: { server, tool, code, message } });
}

/** The call would be made again with each retry, and without the person that is asked for. */
function notTogether(what: string): AirlockError {
  return new AirlockError(
    "REQUEST_INVALID",
    `Cannot start run: a fallback and ${what} cannot be given together`,
  );
}

/** A request without what is asked of its program. */
export function withoutProgram(
  { code: _code, fallback: _fallback, mode: _mode, approve: _approve, ...request }: RunRequest,
) {
  return request;
}

/** Not of a program that was refused for what it is, tried what it may not, or changed something. */
async function mayFallBack(
  program: RunResult | undefined,
  { judged }: FallbackHost,
): Promise<boolean> {
  if (program === undefined) return true;
  const { error, calls, effects, escapeAttempts } = program;
  if (error === null || !FALLS_BACK.has(error.code) || escapeAttempts.length > 0) return false;
  if (effects.length > 0) return false;
  const tools = await judged(calls.filter(isSent));
  return tools.every(({ leaves }) => leaves === "none");
}

/** A call that was sent may have changed something, whatever was answered. */
function isSent({ outcome, code }: CallRecord): boolean {
  return outcome !== "denied" && (code === undefined || !NEVER_SENT.has(code));
}

/** The result of a classic call, as what became of the program that it was made instead of. */
function mergeFallback(
  classic: RunResult,
  { program, fallback }: {
    /** Absent where it came to no result. */
    program: RunResult | undefined;
    fallback: NonNullable<RunResult["fallback"]>;
  },
): RunResult {
  if (program === undefined) return { ...classic, fallback };
  const calls = [...program.calls, ...classic.calls].map((call, at) => ({ ...call, seq: at + 1 }));
  return {
    ...classic,
    runId: program.runId,
    risk: program.risk && classic.risk
      ? mergeRisks(program.risk, classic.risk)
      : program.risk ?? classic.risk,
    logs: program.logs,
    warnings: program.warnings,
    files: [...program.files, ...classic.files],
    effects: [...program.effects, ...classic.effects],
    calls,
    usage: {
      ...classic.usage,
      wallMs: program.usage.wallMs + classic.usage.wallMs,
      cpuMs: program.usage.cpuMs,
      peakMemoryBytes: program.usage.peakMemoryBytes,
      calls: calls.length,
      intermediateBytes: program.usage.intermediateBytes + classic.usage.intermediateBytes,
      programModelTokens: program.usage.programModelTokens,
    },
    fallback,
  };
}
