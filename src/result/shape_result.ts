import type { Limits } from "../config/limits.ts";
import { AirlockError } from "../model/errors.ts";
import type { Risk } from "../model/risk.ts";
import type {
  CallRecord,
  Effect,
  EscapeAttempt,
  FileReference,
  Json,
  LogLine,
  RunError,
  RunResult,
  SuspiciousText,
  Usage,
} from "../model/run_result.ts";
import { truncateMasked } from "../privacy/mask/cut_masked.ts";
import { estimateModelTokens, exceedsModelTokens } from "../text/count_model_tokens.ts";
import { typeOfJson } from "../text/json_scanner.ts";
import { scanText } from "../upstream/integrity/scan_text.ts";
import { withTurns } from "../work/host_turns.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Ending } from "./ending.ts";
import { type CallFailure, type Outcome, outcomeOf } from "./outcome_of.ts";
import type { Redactor } from "./redactor.ts";

/** What is noted of a run while it goes on. */
interface RunRecord {
  readonly runId: string;
  /** The principal whose turns the work takes. */
  readonly principal: string;
  readonly limits: Limits;
  /** Null where the program could not be read. */
  readonly risk: Risk | null;
  readonly calls: readonly CallRecord[];
  /** Redacted. */
  readonly logs: readonly LogLine[];
  /** Messages of tools that failed. */
  readonly failures: readonly CallFailure[];
  readonly wallMs: number;
}

/** What a result is made of. */
interface ShapeResultOptions {
  readonly record: RunRecord;
  readonly ending: Ending;
  readonly effects: readonly Effect[];
  /** What the worker used, and what a model would have read without the program. */
  readonly usage: Pick<Usage, "cpuMs" | "peakMemoryBytes" | "heldMs" | keyof SavedTokens>;
  /** What the program tried beyond its rights. */
  readonly attempts: readonly EscapeAttempt[];
  /** What was found before the program began and did not keep it from it. */
  readonly warnings: readonly string[];
  /** Takes a value that is too large for a model; absent where the run never came to have one. */
  readonly files?: {
    readonly workspace: Workspace;
    /** What the workspace may still take; absent where nothing else is in it. */
    measureLeft?(): Promise<{ readonly files: number; readonly bytes: number }>;
  };
  readonly texts: {
    /** Takes the host's paths out of a text. */
    hidePaths(text: string): string;
    /** The folders of servers that a program may import. Default: none are known. */
    readonly servers?: readonly string[];
    /** Redacts all texts. */
    readonly redactor: Redactor;
  };
}

/** Model tokens that a run reads or saves. */
export type SavedTokens = Pick<
  Usage,
  "programModelTokens" | "intermediateModelTokens" | "definitionModelTokens"
>;

type Value = RunResult["value"];
type Files = NonNullable<ShapeResultOptions["files"]>;

/** A value has as much time as its program had, and at least this. */
const MIN_SHAPING_MS = 10_000;
const PREVIEW_CHARACTERS = 400;
const MAX_NAMED = 10;
/** Up to 64 KiB are counted; of a larger result so many places are. */
const COUNTED_PLACES = 128;

/** Makes the one shape of every outcome; what is too large for a model goes to the workspace. */
export async function shapeResult(options: ShapeResultOptions): Promise<RunResult> {
  const { record, ending, usage, attempts, files: space, texts: { redactor } } = options;
  const { runId, risk, calls, logs, wallMs } = record;
  const shaped = await shapeValue(options);
  const outcome = await sayOutcome(
    outcomeOf(shaped.ending, { ...record, ...options.texts }),
    redactor,
  );
  const { value, json } = shaped;
  const warned = [...options.warnings, ...warnOfUnfinished(outcome, calls)];
  const warnings = await redactor.texts(warned);
  const effects = await redactor.texts(options.effects.map((effect) => effect.arguments));
  const attempted = await redactor.texts(attempts.map((attempt) => attempt.value));
  const files = await space?.workspace.written() ?? [];
  const paths = await redactor.texts(files.map((file) => file.path));
  const returned = await modelTokens({ json, logs, warnings, outcome });
  return {
    runId,
    status: outcome.status,
    risk,
    value,
    logs: [...logs],
    calls: [...calls],
    effects: options.effects.map((effect, at) => ({ ...effect, arguments: effects[at]! })),
    approvals: ending.kind === "waiting" ? [...ending.approvals] : [],
    error: outcome.error,
    warnings: [...warnings],
    usage: {
      wallMs,
      ...usage,
      calls: calls.length,
      intermediateBytes: sumBytes(calls),
      modelTokens: returned,
      savedModelTokens: usage.intermediateModelTokens - usage.programModelTokens - returned,
    },
    files: files.map(({ bytes }, at) => ({ path: paths[at]!, bytes })),
    suspicious: markInstructions({ value, logs, error: outcome.error }),
    escapeAttempts: attempts.map((attempt, at) => ({ ...attempt, value: attempted[at]! })),
  };
}

/** An error quotes the program, a server, or what was sent to one. */
async function sayOutcome({ status, error }: Outcome, redactor: Redactor): Promise<Outcome> {
  if (error === null) return { status, error };
  const { message, hint } = error;
  return {
    status,
    error: {
      ...error,
      message: await redactor.text(message),
      ...(hint === undefined ? {} : { hint: await redactor.text(hint) }),
    },
  };
}

/** A program that completed may have left calls without waiting for them. */
function warnOfUnfinished({ status }: Outcome, calls: readonly CallRecord[]): string[] {
  const left = calls.filter(({ outcome }) => outcome === "unfinished");
  if (status !== "completed" || left.length === 0) return [];
  const names = [...new Set(left.map(({ server, tool }) => `${server}.${tool}`))];
  const more = names.length - MAX_NAMED;
  return [
    `The program ended before ${left.length} of its calls did, and nobody knows what became of ` +
    `them: ${names.slice(0, MAX_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}. Put ` +
    `"await" before each, or await Promise.all([…])`,
  ];
}

/** All bytes that went between program and tools. */
export function sumBytes(calls: readonly CallRecord[]): number {
  return calls.reduce((sum, call) => sum + call.argumentBytes + call.resultBytes, 0);
}

/** The value as it is shown, as JSON too, and the end that the run comes to. */
interface ShapedValue {
  readonly value: Value;
  readonly json: string;
  readonly ending: Ending;
}

/** A large value stays a text: it is masked, counted and written as such, and never parsed. */
async function shapeValue(options: ShapeResultOptions): Promise<ShapedValue> {
  const { ending } = options;
  if (ending.kind !== "value") return { value: null, json: "null", ending };
  try {
    return await shapeInTime(ending, options);
  } catch (error) {
    if (!(error instanceof AirlockError) || error.code !== "TIMED_OUT") throw error;
    const late = { kind: "over_limit", limit: "timeoutMs", isValueLate: true } as const;
    return { value: null, json: "null", ending: late };
  }
}

async function shapeInTime(
  ending: Extract<Ending, { kind: "value" }>,
  options: ShapeResultOptions,
): Promise<ShapedValue> {
  const { record: { runId, limits, principal }, files, texts: { redactor } } = options;
  const deadline = performance.now() + Math.max(limits.timeoutMs, MIN_SHAPING_MS);
  const json = await redactor.json(ending.json, deadline);
  const isLarge = await exceedsModelTokens(json, limits.resultModelTokens);
  if (!isLarge || !files) return { value: JSON.parse(json) as Value, json, ending };
  const bytes = await withTurns(encodeInSteps(json), principal, deadline);
  const over = await overLimit(bytes, { ...files, limits });
  if (over !== undefined) return { value: null, json: "null", ending: over };
  const value = await keepAsFile(bytes, json, { ...files, runId, principal });
  return { value, json: JSON.stringify(value), ending };
}

/** The file of a value is one of the program's, and has its limits. */
async function overLimit(
  { length }: Uint8Array,
  { limits, measureLeft }: Files & { readonly limits: Limits },
) {
  if (length > limits.fileBytes) return { kind: "over_limit", limit: "fileBytes" } as const;
  const left = await measureLeft?.() ?? { files: 1, bytes: limits.workspaceBytes };
  if (length > left.bytes) return { kind: "over_limit", limit: "workspaceBytes", left } as const;
  return left.files < 1
    ? { kind: "over_limit", limit: "workspaceFiles", left } as const
    : undefined;
}

/** A value is never cut: it goes to a file, and the reader learns where, how large and of what kind. */
async function keepAsFile(
  bytes: Uint8Array,
  json: string,
  { workspace, runId, principal }: Files & Pick<RunRecord, "runId" | "principal">,
): Promise<FileReference> {
  const path = await workspace.add(`${runId}.json`, bytes);
  return {
    kind: "file_reference",
    path,
    bytes: bytes.length,
    type: await withTurns(typeOfJson(bytes), principal),
    preview: copyOf(truncateMasked(json, PREVIEW_CHARACTERS)),
  };
}

/** A slice keeps its whole text in memory. */
function copyOf(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

/** Of what goes back to a model: not what only a person or a program reads, such as `calls`. */
async function modelTokens({ json, logs, warnings, outcome }: Shown): Promise<number> {
  const texts = [
    json,
    ...logs.map(({ text }) => text),
    ...warnings,
    ...(outcome.error === null ? [] : [JSON.stringify(outcome.error)]),
  ];
  return await estimateModelTokens(texts.join("\n"), { places: COUNTED_PLACES });
}

interface Shown extends Pick<RunRecord, "logs">, Pick<ShapeResultOptions, "warnings"> {
  readonly json: string;
  readonly outcome: Outcome;
}

/** What of a result a model reads. */
interface ReadByModel {
  readonly value: Json;
  readonly logs: readonly LogLine[];
  readonly error: RunError | null;
}

const MAX_TEXTS = 20_000;

/**
 * Marks texts that come from tools or files and speak to the model: they are data, whatever they say.
 * Nothing is taken out, and no mark repeats what the text says.
 */
function markInstructions({ value, logs, error }: ReadByModel): SuspiciousText[] {
  const places: [SuspiciousText["place"], string][] = [
    ["value", textsOf(value).join("\n")],
    ["logs", logs.map(({ text }) => text).join("\n")],
    ["error", error?.message ?? ""],
  ];
  return places.flatMap(([place, text]) =>
    scanText(text).map(({ message }) => ({ place, message }))
  );
}

/** All texts of a value, the names of properties among them. */
function textsOf(value: Json): string[] {
  const texts: string[] = [];
  const open: Json[] = [value];
  for (let at = 0; at < open.length && texts.length < MAX_TEXTS; at++) {
    const item = open[at]!;
    if (typeof item === "string") texts.push(item);
    if (typeof item !== "object" || item === null) continue;
    if (!Array.isArray(item)) texts.push(...Object.keys(item).slice(0, MAX_TEXTS));
    for (const inner of Object.values(item)) open.push(inner);
  }
  return texts;
}

const PART_LENGTH = 1024 * 1024;

/** The bytes of a text of any length, in UTF-8. Pauses now and then, so that others have their turn. */
function* encodeInSteps(text: string): Generator<void, Uint8Array> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (let at = 0; at < text.length;) {
    // No character is cut in two.
    const isCut = isHighSurrogate(text.charCodeAt(at + PART_LENGTH - 1));
    const end = at + PART_LENGTH + (isCut ? 1 : 0);
    parts.push(encoder.encode(text.slice(at, end)));
    at = end;
    yield;
  }
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    bytes.set(part, place);
    place += part.length;
    yield;
  }
  return bytes;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
