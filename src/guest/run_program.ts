import { encodeBody, encodeFrame } from "../model/frames.ts";
import { FRAME, type Log, type ThrownError } from "../model/protocol.ts";
import { carriedCode, refusal } from "./errors.ts";
import type { FrameSender } from "./host_calls.ts";
import {
  apply,
  defineProperty,
  fromEntries,
  indexOfText,
  isError,
  isSafeInteger,
  isView,
  partOfBytes,
  sliceText,
  stringify,
  toNumber,
  toText,
} from "./primordials.ts";
import type { RuntimeCore } from "./harden_runtime.ts";

/** A program as the host has linked it. */
export interface ProgramModule {
  /** Runs the program; resolves to what it returned or exported. */
  default(): Promise<unknown>;
}

/** Runs the program, calls its value if that is a function, and tells the host how it ended. */
export async function runProgram(
  load: () => Promise<ProgramModule>,
  end: ProgramEnd,
): Promise<void> {
  try {
    const { default: main } = await load();
    const value = await main();
    await end.value(typeof value === "function" ? await value() : value);
  } catch (error) {
    await end.thrown(error);
  }
}

const { preventDefault } = Event.prototype;
const thrownOf = Object.getOwnPropertyDescriptor(ErrorEvent.prototype, "error")!.get!;

/**
 * Ends the run also on errors that the program does not await. Listeners would be in a list that the
 * global object leads to; these are the runtime's own handlers, which nothing leads to.
 */
export function watchUncaught(core: RuntimeCore, end: ProgramEnd): void {
  core.setUnhandledPromiseRejectionHandler((_promise, reason) => {
    end.thrown(reason);
    return true;
  });
  core.setHandledPromiseRejectionHandler(() => {});
  core.setReportExceptionCallback((error) => void end.thrown(error));
  // The runtime reports what a listener of the program throws by this method.
  defineProperty(globalThis, "dispatchEvent", {
    value(event: ErrorEvent) {
      const error = apply(thrownOf, event, []);
      apply(preventDefault, event, []);
      end.thrown(error);
      return false;
    },
  });
}

/** Tells the host how the program ended; the first call counts. */
export interface ProgramEnd {
  value(value: unknown): Promise<void>;
  /** Ends the run with what was thrown, an error or not. */
  thrown(thrown: unknown): Promise<void>;
}

export function createProgramEnd(sender: FrameSender, output: LogOutput): ProgramEnd {
  let hasEnded = false;
  const send = async (type: number, makeBody: () => Uint8Array) => {
    // A program that has ended may throw a million times more.
    if (hasEnded) return;
    const body = makeBody();
    // Making the body runs code of the program, which may have ended it.
    if (hasEnded) return;
    hasEnded = true;
    output.end();
    await sender.sendBody(type, 0, body);
  };
  return {
    value: (value) => send(FRAME.value, () => valueBody(value)),
    thrown: (thrown) => send(FRAME.thrown, () => encodeBody(describe(thrown))),
  };
}

const valueEncoder = new TextEncoder();
const { encode } = TextEncoder.prototype;

function valueBody(value: unknown): Uint8Array {
  if (typeof value === "symbol" || typeof value === "function") {
    throw refusal(
      "RESULT_NOT_JSON",
      `Cannot return value: a ${typeof value} has no JSON form`,
    );
  }
  try {
    const text = stringify({ value: value ?? null }, replaceValue);
    return apply(encode, valueEncoder, [text]) as Uint8Array;
  } catch (error) {
    throw refusal("RESULT_NOT_JSON", `Cannot return value: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (!isError(error)) return "it has no JSON form";
  const message = toText((error as Error).message);
  const end = indexOfText(message, "\n");
  return end === -1 ? message : sliceText(message, 0, end);
}

const arrayFrom = Array.from;
const NativeArray = Array;
const NativeMap = Map;
const NativeSet = Set;
const NativeDataView = DataView;
const NativeError = Error;
const { entries: entriesOfMap } = Map.prototype;
const { values: valuesOfSet } = Set.prototype;

/** Converts values that have no JSON form to ones that a reader understands. */
function replaceValue(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") {
    return isSafeInteger(toNumber(value)) ? toNumber(value) : toText(value);
  }
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof NativeMap) {
    return fromEntries(listOf(apply(entriesOfMap, value, [])) as never);
  }
  if (value instanceof NativeSet) return listOf(apply(valuesOfSet, value, []));
  if (value instanceof NativeError) return { name: value.name, message: value.message };
  if (isView(value) && !(value instanceof NativeDataView)) return listOf(value);
  return value;
}

function listOf(items: unknown): unknown[] {
  return apply(arrayFrom as never, NativeArray, [items]) as unknown[];
}

function describe(thrown: unknown): ThrownError {
  try {
    if (!(thrown instanceof NativeError)) {
      return { name: "Error", message: preview(thrown), stack: "" };
    }
    const { name, message, stack } = thrown;
    const described = { name: toText(name), message: toText(message), stack: toText(stack) };
    const code = carriedCode(thrown);
    return code === undefined ? described : { ...described, code };
  } catch {
    // Getters of the thrown value are the program's code, and may throw.
    return { name: "Error", message: "The program threw what cannot be described", stack: "" };
  }
}

function preview(thrown: unknown): string {
  return typeof thrown === "string" ? thrown : stringify(thrown) ?? toText(thrown);
}

/** Writes the program's log lines to standard output, as frames. */
export interface LogOutput {
  /** Writes before it returns: a line before an endless loop can be read. */
  write(log: Log): void;
  /**
   * Tells the host that nothing more comes, so that it need not wait for the end of the process.
   * Later lines are dropped: they are not read, and a full pipe would block the thread.
   */
  end(): void;
}

/** Takes standard output before the program starts. */
export function createLogOutput(): LogOutput {
  const { stdout } = Deno;
  const { writeSync } = stdout;
  const send = (type: number, body: unknown) => {
    const frame = encodeFrame({ type, id: 0, body: encodeBody(body) });
    for (let written = 0; written < frame.length;) {
      written += apply(writeSync, stdout, [partOfBytes(frame, written)]) as number;
    }
  };
  let hasEnded = false;
  return {
    write(log) {
      if (!hasEnded) send(FRAME.log, log);
    },
    end() {
      if (hasEnded) return;
      hasEnded = true;
      send(FRAME.logEnd, null);
    },
  };
}
