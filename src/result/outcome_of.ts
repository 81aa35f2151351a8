import type { Limits } from "../config/limits.ts";
import { type AirlockError, ERROR_CODES, type ErrorCode } from "../model/errors.ts";
import type { ThrownError } from "../model/protocol.ts";
import type { RunError, RunStatus } from "../model/run_result.ts";
import { AVAILABLE, replacementFor } from "../program/suggest_names.ts";
import type { Ending } from "./ending.ts";
import { positionInStack } from "./redactor.ts";

/** What an ending comes to. */
export interface Outcome {
  readonly status: RunStatus;
  readonly error: RunError | null;
}

/** Options of {@linkcode outcomeOf}. */
interface OutcomeOfOptions {
  readonly limits: Limits;
  /** What tools said that failed. */
  readonly failures: readonly CallFailure[];
  /** The folders of servers that a program may import. Default: none are known. */
  readonly servers?: readonly string[];
  /** Takes the host's paths out of a text of the program. */
  hidePaths(text: string): string;
}

/** A model reads the whole message; a longer one is cut. */
const MAX_MESSAGE_CHARS = 2_000;

/** Gives an ending its status and its error; `hidePaths` is asked for every text of the program. */
export function outcomeOf(
  ending: Ending,
  options: OutcomeOfOptions,
): Outcome {
  const { limits } = options;
  switch (ending.kind) {
    case "value":
      return { status: "completed", error: null };
    case "thrown":
      return ofThrown(ending.thrown, options);
    case "over_limit":
      return ofLimit(ending, limits);
    case "violation":
      return failed("PROTOCOL_VIOLATION", ending.reason);
    case "lost":
      return failed("WORKER_LOST", "The worker ended before the program did");
    case "cancelled":
      return {
        status: "cancelled",
        error: { code: "CANCELLED", message: "The run was cancelled" },
      };
    case "waiting":
      return ofWaiting(ending.approvals);
    case "refused":
      return ofRefusal(ending.error);
  }
}

function ofWaiting(approvals: readonly string[]): Outcome {
  const message = `The run waits for a person: ${approvals.join(", ")}`;
  return { status: "waiting", error: { code: "APPROVAL_PENDING", message } };
}

function failed(code: ErrorCode, message: string): Outcome {
  return { status: "failed", error: { code, message } };
}

function ofThrown(
  thrown: ThrownError,
  { hidePaths, failures, servers = [] }: OutcomeOfOptions,
): Outcome {
  const plain = ["Error", "McpToolError", "AirlockError"].includes(thrown.name);
  const text = thrown.message.replace(FLAG, "");
  const message = hidePaths(plain ? text : `${thrown.name}: ${text}`);
  const position = positionInStack(hidePaths(thrown.stack));
  const code = codeOf(thrown);
  const hint = hintFor(thrown, { failures, servers });
  return {
    status: isDenial(code) ? "denied" : "failed",
    error: {
      code,
      message: clip(message),
      ...position,
      ...(hint === undefined ? {} : { hint: clip(hidePaths(hint)) }),
    },
  };
}

/** What Deno tells a person to start a program with, and no program can. */
const FLAG = /,? ?run again with the --[\w-]+ flag/;

/** What to do instead, of what can be told from an error. */
function hintFor(
  { name, message }: ThrownError,
  { failures, servers }: Required<Pick<OutcomeOfOptions, "failures" | "servers">>,
): string | undefined {
  if (name === "NotCapable") return hintForRight(message);
  if (name === "ReferenceError") {
    const [, missing] = /^([\w$]+) is not defined$/.exec(message) ?? [];
    const server = servers.find((folder) => bare(folder) === bare(missing ?? ""));
    if (missing !== undefined && server !== undefined) {
      return `Import the server: import * as ${missing} from "./servers/${server}/index.ts";`;
    }
    return (missing === undefined ? undefined : replacementFor(missing)) ?? AVAILABLE;
  }
  if (name !== "McpToolError") return undefined;
  const failure = failures.findLast((each) => each.message === message);
  if (failure === undefined) return undefined;
  const { server, tool, argument } = failure;
  return `${server}.${tool} failed${
    argument === undefined ? "" : `: look at its argument "${argument}"`
  }`;
}

function bare(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
}

/** Where what a program has no right to is to be had instead. */
function hintForRight(message: string): string {
  const [, right, path] = /^Requires (\w+) access to "([^"]*)"/.exec(message) ?? [];
  if (right !== "read" && right !== "write") return AVAILABLE;
  const file = path?.split("/").at(-1) || "…";
  const verb = right === "write" ? "writeTextFile" : "readTextFile";
  return `Files of a program live under ./workspace/: Deno.${verb}("./workspace/${file}"); a ` +
    "program of the permission read_only writes none";
}

function clip(text: string): string {
  return text.length <= MAX_MESSAGE_CHARS
    ? text
    : `${text.slice(0, MAX_MESSAGE_CHARS).toWellFormed()}…`;
}

function codeOf({ code }: ThrownError): ErrorCode {
  return ERROR_CODES.find((known) => known === code) ?? "PROGRAM_THREW";
}

function ofLimit(
  { limit: name, left, isValueLate }: Extract<Ending, { kind: "over_limit" }>,
  limits: Limits,
): Outcome {
  const limit = { name, max: limits[name], unit: unitOf(name) };
  if (name === "timeoutMs") {
    if (isValueLate) return lateValue(limit);
    const message = `The program took longer than ${limit.max} ms`;
    return { status: "timed_out", error: { code: "TIMED_OUT", message, limit } };
  }
  if (name === "principalCpuMs") {
    const message = "The programs of whoever asked used more CPU time within a minute than they " +
      `may: principalCpuMs is ${limit.max} ms`;
    const hint = "Ask again in a minute, or for less at once";
    return { status: "over_limit", error: { code: "OVER_LIMIT", message, limit, hint } };
  }
  const over = `The program went over its limit: ${name} is ${limit.max} ${limit.unit}`;
  const message = left === undefined
    ? over
    : `${over}; left in ./workspace are ${left.bytes} bytes and ${left.files} files`;
  const hint = left === undefined
    ? {}
    : { hint: 'Remove files that are no longer needed; workspaceLeft() of "airlock" tells' };
  return { status: "over_limit", error: { code: "OVER_LIMIT", message, limit, ...hint } };
}

/** What the program did is done, and stands in the result. */
function lateValue(limit: NonNullable<RunError["limit"]>): Outcome {
  const message = "The program ended in time, but masking and counting its value took too long: " +
    "the value is withheld";
  const hint = "What it called has happened, do not run it again for that; " +
    "return less, or write it to a file in ./workspace";
  return { status: "timed_out", error: { code: "TIMED_OUT", message, limit, hint } };
}

function unitOf(name: string): string {
  if (name.endsWith("Ms")) return "ms";
  if (name.endsWith("Bytes")) return "bytes";
  if (name.endsWith("Files")) return "files";
  if (name === "threads") return "threads";
  if (name.endsWith("Depth")) return "levels";
  if (name.endsWith("Nodes")) return "JSON values";
  if (name.endsWith("Names")) return "names in one object";
  return name.endsWith("ModelTokens") ? "model tokens" : "calls";
}

function ofRefusal(error: AirlockError): Outcome {
  const { code, message, hint, position } = error;
  return {
    status: isDenial(code) ? "denied" : "failed",
    error: { code, message, ...position, ...(hint === undefined ? {} : { hint }) },
  };
}

/** Codes of what was not allowed, rather than tried and failed. */
const DENIALS: ReadonlySet<ErrorCode> = new Set([
  "TOOL_DENIED",
  "FLOW_DENIED",
  "TOOL_QUARANTINED",
  "IMPORT_REFUSED",
  "FOLDER_UNSAFE",
  "RISK_TOO_HIGH",
  "FORBIDDEN",
  "APPROVAL_REJECTED",
  "APPROVAL_EXPIRED",
  "APPROVAL_UNAVAILABLE",
]);

/** Whether a code says that a run, or a call, was not allowed. */
export function isDenial(code: ErrorCode): boolean {
  return DENIALS.has(code);
}

/** A call whose tool said that it failed. */
export interface CallFailure {
  readonly server: string;
  readonly tool: string;
  /** The tool's own word. */
  readonly message: string;
  /** The argument that it speaks of; undefined where that cannot be told. */
  readonly argument: string | undefined;
}

/** A shorter value stands in many a text by chance. */
const MIN_VALUE_CHARS = 3;

/** The argument that a tool's message names, or whose value it repeats. */
export function blamedArgument(
  message: string,
  args: Readonly<Record<string, unknown>>,
): string | undefined {
  const names = Object.keys(args);
  const isNamed = (name: string) =>
    new RegExp(`(?<![\\w$])${escape(name)}(?![\\w$])`).test(message);
  return names.find(isNamed) ?? names.find((name) => {
    const value = args[name];
    const isPlain = typeof value === "string" || typeof value === "number";
    return isPlain && String(value).length >= MIN_VALUE_CHARS && message.includes(String(value));
  });
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
