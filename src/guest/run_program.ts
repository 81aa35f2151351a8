import { AirlockError } from "./errors.ts";
import { FRAME, type FrameWriter, type ThrownError } from "../rpc/protocol.ts";

/** What the host makes of a program. */
export interface ProgramModule {
  /** Runs the program; gives what it returned or exported. */
  default(): Promise<unknown>;
}

/** Options of {@linkcode runProgram}. */
export interface RunProgramOptions {
  /** Imports the program's module; its default export is the program as a function. */
  load(): Promise<ProgramModule>;
  readonly writer: FrameWriter;
}

/** Runs the program, calls what it gave if that is a function, sends the value. */
export async function runProgram({ load, writer }: RunProgramOptions): Promise<void> {
  reportUncaught(writer);
  try {
    const { default: main } = await load();
    const value = await main();
    const returned = typeof value === "function" ? await value() : value;
    await writer.sendBody(FRAME.value, 0, valueBody(returned));
  } catch (error) {
    await sendThrown(error, writer);
  }
}

/** What is thrown where nobody waits ends the run as well. */
function reportUncaught(writer: FrameWriter): void {
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    sendThrown(event.reason, writer);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    sendThrown(event.error, writer);
  });
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

/** Sends what a program threw, be it an error or not. */
export async function sendThrown(thrown: unknown, writer: FrameWriter): Promise<void> {
  await writer.send(FRAME.thrown, 0, describe(thrown));
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
