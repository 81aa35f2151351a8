import { AirlockError } from "./errors.ts";
import type { LogOutput } from "./log_output.ts";
import type { FrameWriter } from "../rpc/frame_writer.ts";
import { encodeBody } from "../rpc/frames.ts";
import { FRAME, type ThrownError } from "../rpc/protocol.ts";

/** Tells the host how the program ended; the first word counts. */
export interface ProgramEnd {
  /** It gave a value. */
  value(value: unknown): Promise<void>;
  /** It threw, be it an error or not. */
  thrown(thrown: unknown): Promise<void>;
}

/** Makes the way to tell the host. */
export function createProgramEnd(writer: FrameWriter, output: LogOutput): ProgramEnd {
  const send = async (type: number, body: Uint8Array) => {
    output.end();
    await writer.sendBody(type, 0, body);
  };
  return {
    value: (value) => send(FRAME.value, valueBody(value)),
    thrown: (thrown) => send(FRAME.thrown, encodeBody(describe(thrown))),
  };
}

function valueBody(value: unknown): Uint8Array {
  try {
    return new TextEncoder().encode(JSON.stringify({ value: value ?? null }, replaceValue));
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : "it has no JSON form";
    throw new AirlockError("RESULT_NOT_JSON", `Cannot return value: ${reason}`);
  }
}

/** What JSON has no form for but a reader understands. */
function replaceValue(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return [...value as unknown as Iterable<unknown>];
  }
  return value;
}

function describe(thrown: unknown): ThrownError {
  try {
    if (!(thrown instanceof Error)) return { name: "Error", message: preview(thrown), stack: "" };
    const { name, message, stack } = thrown;
    const code = thrown instanceof AirlockError ? { code: thrown.code } : {};
    return { name: String(name), message: String(message), stack: String(stack), ...code };
  } catch {
    // Getters of the thrown value are the program's code, and may throw themselves.
    return { name: "Error", message: "The program threw what cannot be described", stack: "" };
  }
}

function preview(thrown: unknown): string {
  return typeof thrown === "string" ? thrown : JSON.stringify(thrown) ?? String(thrown);
}
