import { carriedCode, refusal } from "./errors.ts";
import type { FrameSender } from "./frame_sender.ts";
import type { LogOutput } from "./log_output.ts";
import {
  apply,
  fromEntries,
  indexOfText,
  isError,
  isSafeInteger,
  isView,
  sliceText,
  stringify,
  toNumber,
  toText,
} from "./primordials.ts";
import { encodeBody } from "../model/frames.ts";
import { FRAME, type ThrownError } from "../model/protocol.ts";

/** Tells the host how the program ended; the first word counts. */
export interface ProgramEnd {
  /** It gave a value. */
  value(value: unknown): Promise<void>;
  /** It threw, be it an error or not. */
  thrown(thrown: unknown): Promise<void>;
}

/** Makes the way to tell the host. */
export function createProgramEnd(sender: FrameSender, output: LogOutput): ProgramEnd {
  let hasEnded = false;
  const send = async (type: number, makeBody: () => Uint8Array) => {
    // A program that has ended may throw a million times more.
    if (hasEnded) return;
    const body = makeBody();
    // What made the body is the program's code in part, and may have ended it.
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

/** What JSON has no form for but a reader understands. */
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
    // Getters of the thrown value are the program's code, and may throw themselves.
    return { name: "Error", message: "The program threw what cannot be described", stack: "" };
  }
}

function preview(thrown: unknown): string {
  return typeof thrown === "string" ? thrown : stringify(thrown) ?? toText(thrown);
}
