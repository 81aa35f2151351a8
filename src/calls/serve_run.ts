import { z } from "zod";
import type { Limits } from "../config/limits.ts";
import type { ErrorCode } from "../model/errors.ts";
import {
  decodeBody,
  decodeTextInSteps,
  type Frame,
  type FrameBatches,
  FrameError,
  FrameTooLargeError,
} from "../model/frames.ts";
import { FRAME, type Refusal, type RunChance, type ThrownError } from "../model/protocol.ts";
import type { LogLine } from "../model/run_result.ts";
import type { WorkerEnding } from "../result/ending.ts";
import { parseInSteps } from "../text/parse_json.ts";
import { withTurns } from "../work/host_turns.ts";
import { FrameOverLimitError } from "./frame_intake.ts";
import type { WorkerConnection, WorkerConnections } from "./listen_for_worker.ts";
import { isJsonObject } from "../text/json_value.ts";

/** What the frames of a run lead to. */
interface RunServices {
  /** Makes a call; rejects with what the program is to see, see {@linkcode refusalOf}. */
  call(call: ServedCall): Promise<Uint8Array>;
  /** Answers a question of the `airlock` module. */
  ask(method: string, params: unknown): Promise<Uint8Array>;
  /** Hears what the program's clock said, before the call or question that may depend on it. */
  hearClock(reads: readonly number[]): Promise<void>;
}

/** A call that a worker asked for. */
export interface ServedCall {
  readonly server: string;
  readonly tool: string;
  readonly arguments: Record<string, unknown>;
  readonly argumentBytes: number;
}

/** Options of {@linkcode serveRun}. */
interface ServeRunOptions {
  readonly connections: WorkerConnections;
  /** Whose run it is: what its frames take of the host's memory is theirs. */
  readonly principal: string;
  /** URL of the program. */
  readonly module: string;
  readonly limits: Limits;
  readonly chance: RunChance;
  readonly services: RunServices;
  /** Turns what `call` and `ask` threw into what the program sees. */
  readonly refusalOf: (error: unknown) => Refusal;
}

/** Longer than any name of a tool; what is named beyond is no tool. */
const name = z.string().max(1_000);

/** Not with a schema of its items: there may be a hundred thousand. */
const clock = z.custom<readonly number[]>(isNumbers).optional();

const callBody = z.strictObject({
  server: name,
  tool: name,
  // Not looked into: it may have a million fields.
  arguments: z.custom<Record<string, unknown>>(isJsonObject),
  clock,
});
const askBody = z.strictObject({ method: name, params: z.unknown(), clock });
const thrownBody = z.object({
  name: z.string(),
  message: z.string(),
  stack: z.string(),
  code: z.string().optional(),
});

/**
 * Serves one run over its worker's connections until it ends, in whatever way. Nothing a worker
 * sends can do more than end its own run.
 */
export async function serveRun(options: ServeRunOptions): Promise<WorkerEnding> {
  const { connections, principal, limits, module, chance } = options;
  connections.program.intake.serve(principal);
  const start = connections.program.writer.send(FRAME.start, 0, {
    module,
    callsInFlight: limits.callsInFlight,
    workspaceFiles: limits.workspaceFiles,
    chance,
  });
  const clock = connections.control.writer.send(FRAME.start, 0, { timeoutMs: limits.timeoutMs });
  // A worker that is gone already shows in what is read.
  await Promise.allSettled([clock, start]);
  return await firstToKnow([
    guarded(() => serveProgram(options)),
    guarded(() => watchControl(connections.control, principal)),
  ]);
}

/** A process that ends takes both connections with it: the one that can say why is heard. */
async function firstToKnow(endings: readonly Promise<WorkerEnding>[]): Promise<WorkerEnding> {
  const known = endings.map(async (ending) => {
    const { kind } = await ending;
    return kind === "lost" ? await Promise.reject(new Error("lost")) : await ending;
  });
  return await Promise.any(known).catch(() => ({ kind: "lost" }));
}

async function guarded(serve: () => Promise<WorkerEnding>): Promise<WorkerEnding> {
  try {
    return await serve();
  } catch (error) {
    if (error instanceof FrameOverLimitError) return { kind: "over_limit", limit: error.limit };
    if (error instanceof FrameError || error instanceof FrameTooLargeError) {
      return { kind: "violation", reason: error.message };
    }
    if (error instanceof z.ZodError) {
      return { kind: "violation", reason: otherShape().message };
    }
    return { kind: "lost" };
  }
}

/** The stub speaks only of a program's thread that died. */
async function watchControl(
  { frames }: WorkerConnection,
  principal: string,
): Promise<WorkerEnding> {
  for await (const [frame] of frames) {
    if (frame?.type !== FRAME.thrown) throw unknownFrame();
    return { kind: "thrown", thrown: await readThrown(frame, { said: GUEST_CODES, principal }) };
  }
  return { kind: "lost" };
}

async function serveProgram(options: ServeRunOptions): Promise<WorkerEnding> {
  const { principal, limits, services, refusalOf } = options;
  const { frames, writer } = options.connections.program;
  const said = new Set(GUEST_CODES);
  let calls = 0;
  let inFlight = 0;
  for await (const batch of frames) {
    for (const frame of batch) {
      const end = await take(frame);
      if (end) return end;
    }
  }
  return { kind: "lost" };

  async function take(frame: Frame): Promise<WorkerEnding | undefined> {
    switch (frame.type) {
      case FRAME.call:
        return await takeCall(frame);
      case FRAME.ask:
        return await takeAsk(frame);
      case FRAME.value:
        return { kind: "value", json: await readValue(frame, principal) };
      case FRAME.thrown:
        return { kind: "thrown", thrown: await readThrown(frame, { said, principal }) };
      default:
        throw unknownFrame();
    }
  }

  async function takeCall(frame: Frame): Promise<WorkerEnding | undefined> {
    if (++calls > limits.calls) return { kind: "over_limit", limit: "calls" };
    const { clock, ...call } = callBody.parse(await readBody(frame, principal));
    if (clock !== undefined) await services.hearClock(clock);
    return answer(frame, () => services.call({ ...call, argumentBytes: frame.body.length }));
  }

  /** Asking costs as calling does. */
  async function takeAsk(frame: Frame): Promise<WorkerEnding | undefined> {
    if (++calls > limits.calls) return { kind: "over_limit", limit: "calls" };
    const { method, params, clock } = askBody.parse(await readBody(frame, principal));
    if (clock !== undefined) await services.hearClock(clock);
    return answer(frame, () => services.ask(method, params));
  }

  function answer({ id, hold }: Frame, serve: () => Promise<Uint8Array>): WorkerEnding | undefined {
    if (++inFlight > limits.callsInFlight) return { kind: "over_limit", limit: "callsInFlight" };
    const settle = () => {
      inFlight--;
      hold?.[Symbol.dispose]();
    };
    // The place is free before the worker can know it, and so use it.
    serve().finally(settle).then(
      (body) => writer.sendBody(FRAME.answer, id, body),
      (error) => refuse(id, refusalOf(error)),
    ).catch(() => {/* The worker is gone, and what is read says so. */});
    return undefined;
  }

  function refuse(id: number, refusal: Refusal): Promise<void> {
    said.add(refusal.code);
    return writer.send(FRAME.refusal, id, refusal);
  }
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}

/** Longer bodies are decoded in slices. */
const LARGE_BYTES = 256 * 1024;

async function readBody(frame: Frame, principal: string): Promise<unknown> {
  if (frame.body.length <= LARGE_BYTES) return decodeBody(frame);
  const text = await withTurns(decodeTextInSteps(frame), principal);
  // What came through an intake is JSON.
  return await withTurns(parseInSteps(text), principal);
}

const VALUE_BEGINS = '{"value":';

/** The value as JSON text; its readers parse as much of it as they need. */
async function readValue(frame: Frame, principal: string): Promise<string> {
  const text = await withTurns(decodeTextInSteps(frame), principal);
  // A body that was read is valid JSON: what has this beginning and no comma is this object.
  if (!text.startsWith(VALUE_BEGINS) || frame.hold?.outerCommas !== 0) throw otherShape();
  return text.slice(VALUE_BEGINS.length, text.lastIndexOf("}"));
}

/** More than anybody is shown of an error. */
const MOST_CHARACTERS = 16_384;

/** What a worker says of its own accord; every other code is the host's, and is believed where it said so. */
const GUEST_CODES: ReadonlySet<string> = new Set<ErrorCode>([
  "FORBIDDEN",
  "IMPORT_REFUSED",
  "OVER_LIMIT",
  "RESULT_NOT_JSON",
]);

async function readThrown(
  frame: Frame,
  { said, principal }: { said: ReadonlySet<string>; principal: string },
): Promise<ThrownError> {
  const body = thrownBody.parse(await readBody(frame, principal));
  const { code, name, message, stack } = body;
  const thrown = {
    name: name.slice(0, MOST_CHARACTERS),
    message: message.slice(0, MOST_CHARACTERS),
    // Its places stand behind the message.
    stack: stack.slice(-MOST_CHARACTERS),
  };
  return code === undefined || !said.has(code) ? thrown : { ...thrown, code };
}

function otherShape(): FrameError {
  return new FrameError("Cannot read frame: the body has another shape");
}

function unknownFrame(): FrameError {
  return new FrameError("Cannot read frame: its type is not one a worker sends");
}

/** Options of {@linkcode serveLogs}. */
interface ServeLogsOptions {
  /** Most bytes that a run may log. */
  readonly maxBytes: number;
  /** Takes lines in their order, those that came together at once. */
  log(lines: readonly LoggedText[]): Promise<void>;
  /** Reads on and drops what it reads; gives whether the output ended within so many bytes. */
  drain(maxBytes: number): Promise<"ended" | "too_much">;
}

/** A line of the log as the program wrote it. */
type LoggedText = Omit<LogLine, "atMs">;

const logBody = z.strictObject({
  level: z.enum(["debug", "info", "warn", "error"]),
  text: z.string(),
});

/** What a frame costs beside its text, so that empty lines are not free. */
const FRAME_COST_BYTES = 8;

/**
 * Takes what a worker logs until its output ends; gives whether it logged too much. It is the
 * program's word and nothing is believed of it: what is no log line ends the log. What follows is read
 * all the same, because a full pipe would hold the worker.
 */
export async function serveLogs(
  output: FrameBatches,
  { maxBytes, log, drain }: ServeLogsOptions,
): Promise<"ended" | "too_much"> {
  let bytes = 0;
  try {
    for await (const batch of output) {
      const lines: LoggedText[] = [];
      let end: "ended" | "unreadable" | "too_much" | undefined;
      for (const frame of batch) {
        bytes += frame.body.length + FRAME_COST_BYTES;
        const line = bytes > maxBytes ? "too_much" : readLine(frame);
        if (typeof line === "string") {
          end = line;
          break;
        }
        lines.push(line);
      }
      if (lines.length > 0) await log(lines);
      if (end === "too_much") return end;
      if (end === "unreadable") return await drain(maxBytes);
      if (end === "ended") {
        // What comes after the last frame is dropped.
        drain(maxBytes);
        return end;
      }
    }
  } catch (error) {
    if (error instanceof FrameOverLimitError) return "too_much";
    // Not frames, or cut off where the worker was ended.
    return await drain(maxBytes);
  }
  return "ended";
}

/** What is no line ends the log. */
function readLine(frame: Frame): LoggedText | "ended" | "unreadable" {
  if (frame.type !== FRAME.log) return "ended";
  try {
    return logBody.parse(decodeBody(frame));
  } catch {
    return "unreadable";
  }
}
