import type { CallToolResult } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Approval } from "../../model/approval.ts";
import type { Risk } from "../../model/risk.ts";
import { whyWaiting } from "../../policy/shown/approval_lines.ts";
import { countModelTokens } from "../../text/count_model_tokens.ts";
import {
  type CallRecord,
  type Json,
  type RunError,
  type RunResult,
  runStatus,
} from "../../model/run_result.ts";
import { fitLines } from "./bound_lines.ts";

/** A run's result for a client of the endpoint. */
export const shownRun = z.object({
  runId: z.string(),
  status: runStatus,
  value: z.unknown(),
  logs: z.array(z.string()),
  calls: z.array(z.string()),
  files: z.array(z.string()),
  // Its fields explain themselves.
  error: z.looseObject({}).optional(),
});

/** With the fields that the definition leaves out, which cost a model nothing there. */
type ShownRun = z.infer<typeof shownRun> & {
  warnings?: string[];
  risk?: Record<string, unknown>;
};

const MAX_MESSAGE_LENGTH = 2_000;

const MAX_CALL_LINES = 20;

const MAX_FILE_LINES = 20;

const MAX_WARNING_LINES = 10;

const MAX_FINDINGS = 5;

/** Shows a run: structured content for a program, and text for a model within its budget. */
export function showRun(
  result: RunResult,
  { maxModelTokens, approvals = [] }: {
    readonly maxModelTokens: number;
    /** The approvals that the run waits for. */
    readonly approvals?: readonly Approval[];
  },
): CallToolResult {
  const { risk } = result;
  const isWaiting = result.status === "waiting";
  const error = result.error === null ? undefined : showError(withHint(result.error, result));
  const calls = cutList(countCalls(result.calls), MAX_CALL_LINES);
  const files = cutList(
    result.files.map(({ path, bytes }) => `${path} (${bytes} bytes)`),
    MAX_FILE_LINES,
  );
  const warnings = cutList(result.warnings, MAX_WARNING_LINES).map(cut);
  const parts = [
    result.fallback === undefined ? "" : showFallback(result.fallback),
    error === undefined ? "" : explain(error),
    ...isWaiting ? whyWaiting(risk, approvals) : [],
    // Beside log lines or an error, null adds nothing.
    result.value === null && (result.logs.length > 0 || error) ? "" : showValue(result.value),
    ...warnings.map((warning) => `Warning: ${warning}`),
    error !== undefined && calls.length > 0 ? `Calls made: ${calls.join("; ")}` : "",
    files.length > 0 ? `Files: ${files.join("; ")}` : "",
  ];
  const text = joinWithin(parts, maxModelTokens) || result.status;
  const logs = fitLines(
    result.logs.map((line) => line.text),
    maxModelTokens - countModelTokens(text) - 1,
  );
  const structuredContent: ShownRun = {
    runId: result.runId,
    status: result.status,
    value: result.value,
    logs,
    calls,
    files,
    ...(warnings.length > 0 && { warnings }),
    ...(isWaiting && risk !== null && { risk: showRisk(risk) }),
    ...(error !== undefined && { error }),
  };
  return {
    content: [{ type: "text", text: [...logs, text].join("\n") }],
    structuredContent,
    ...(result.status !== "completed" && { isError: true }),
  };
}

function showFallback({ server, tool, code, message }: NonNullable<RunResult["fallback"]>): string {
  return cut(`The program failed (${code}: ${message}); ${server}/${tool} was called instead.`);
}

function showValue(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function showRisk({ level, findings }: Risk) {
  return {
    level,
    findings: findings.slice(0, MAX_FINDINGS).map(({ line, skill, message, lowers }) => ({
      ...(line !== undefined && { line }),
      ...(skill !== undefined && { skill }),
      message: cut(message),
      lowers: cut(lowers),
    })),
  };
}

/** Adds how to get the result of a run that waits. */
function withHint(error: RunError, { status, runId }: RunResult): RunError {
  if (status !== "waiting") return error;
  return { ...error, hint: `When it is decided: run_program with {"resume":"${runId}"}` };
}

function showError({ code, message, line, column, hint }: RunError) {
  return {
    code,
    message: cut(message),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    ...(hint !== undefined && { hint: cut(hint) }),
  };
}

function explain({ code, message, line, column, hint }: ReturnType<typeof showError>): string {
  const place = line === undefined
    ? ""
    : ` (line ${line}${column === undefined ? "" : `, column ${column}`})`;
  return `${code}: ${message}${place}${hint === undefined ? "" : `\n${hint}`}`;
}

function cut(text: string): string {
  if (text.length <= MAX_MESSAGE_LENGTH) return text;
  return `${text.slice(0, MAX_MESSAGE_LENGTH).toWellFormed()}…`;
}

/** `crm/list_leads ok`, with the count where it is more than one. */
function countCalls(calls: readonly CallRecord[]): string[] {
  const counted = Map.groupBy(
    calls,
    ({ server, tool, outcome }) => `${server}/${tool} ${outcome}`,
  );
  return [...counted].map(([what, { length }]) => length === 1 ? what : `${what} ×${length}`);
}

function cutList(lines: readonly string[], max: number): string[] {
  if (lines.length <= max) return [...lines];
  return [...lines.slice(0, max), `and ${lines.length - max} more`];
}

/** Joins the parts that fit, first ones first. */
function joinWithin(parts: readonly string[], maxModelTokens: number): string {
  let joined = "";
  for (const part of parts) {
    if (part === "") continue;
    const longer = joined === "" ? part : `${joined}\n${part}`;
    if (countModelTokens(longer, maxModelTokens) <= maxModelTokens) joined = longer;
  }
  return joined;
}
