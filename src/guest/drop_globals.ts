import type { HostCalls } from "./host_calls.ts";
import { type ProgramModule, sendThrown } from "./run_program.ts";
import { encodeBody, encodeFrame, FRAME, type FrameWriter, type Log } from "../rpc/protocol.ts";

/** What stays of the globals: the language, and web APIs that reach nothing outside the thread. */
const KEPT_GLOBALS = new Set(
  `Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date
  Promise RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError
  SuppressedError DisposableStack AsyncDisposableStack globalThis JSON Math Intl Temporal ArrayBuffer SharedArrayBuffer Atomics
  Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array BigUint64Array BigInt64Array
  Uint8ClampedArray Float16Array Float32Array Float64Array DataView Map BigInt Set Iterator WeakMap
  WeakSet Proxy Reflect FinalizationRegistry WeakRef decodeURI decodeURIComponent encodeURI
  encodeURIComponent escape unescape eval isFinite isNaN queueMicrotask AbortController AbortSignal Blob
  File FormData ByteLengthQueuingStrategy CountQueuingStrategy CompressionStream DecompressionStream
  CryptoKey Crypto SubtleCrypto crypto CustomEvent Event EventTarget ErrorEvent PromiseRejectionEvent
  DOMException Headers Performance performance ReadableStream ReadableStreamDefaultReader
  ReadableByteStreamController ReadableStreamBYOBReader ReadableStreamBYOBRequest
  ReadableStreamDefaultController WritableStream WritableStreamDefaultWriter
  WritableStreamDefaultController TransformStream TransformStreamDefaultController TextDecoder
  TextEncoder TextDecoderStream TextEncoderStream URL URLPattern URLSearchParams atob btoa setTimeout
  clearTimeout setInterval clearInterval setImmediate clearImmediate structuredClone Buffer self`
    .split(/\s+/),
);

/** What stays of `Deno`: the files of the workspace. */
const KEPT_DENO = [
  "readTextFile",
  "readTextFileSync",
  "readFile",
  "readFileSync",
  "writeTextFile",
  "writeTextFileSync",
  "writeFile",
  "writeFileSync",
  "mkdir",
  "mkdirSync",
  "readDir",
  "readDirSync",
  "stat",
  "statSync",
  "lstat",
  "lstatSync",
  "remove",
  "removeSync",
  "rename",
  "renameSync",
  "copyFile",
  "copyFileSync",
  "truncate",
  "truncateSync",
  "open",
  "openSync",
  "create",
  "createSync",
  "FsFile",
  "SeekMode",
  "errors",
  "inspect",
] as const;

const LEVELS = ["debug", "info", "warn", "error"] as const;

/** Options of {@linkcode dropGlobals}. */
export interface DropGlobalsOptions {
  readonly calls: HostCalls;
  readonly writer: FrameWriter;
}

/** What our own code still needs after {@linkcode dropGlobals}. */
export interface Kept {
  importModule(url: string): Promise<ProgramModule>;
}

/**
 * Takes every global away that is not on the list, so that a new one of a later Deno is absent until
 * somebody has looked at it. The permissions hold without this; it closes what they do not cover.
 */
export function dropGlobals({ calls, writer }: DropGlobalsOptions): Kept {
  const importModule = (url: string) => import(url);
  const console = createConsole();
  const deno = createDeno(writer);
  for (const key of Reflect.ownKeys(globalThis)) {
    // Symbols are the runtime's own marks, by which it knows the object again.
    if (typeof key === "string" && !KEPT_GLOBALS.has(key)) Reflect.deleteProperty(globalThis, key);
  }
  define("console", console);
  define("Deno", deno);
  define(Symbol.for("airlock.callTool"), calls.callTool);
  define(Symbol.for("airlock.ask"), calls.ask);
  return { importModule };
}

function define(key: PropertyKey, value: unknown): void {
  Object.defineProperty(globalThis, key, { value });
}

/**
 * The runtime's own console, so that formats, tables and groups read as ever. Lines go to standard
 * output, as frames and at once: what was logged before an endless loop is there to be read.
 */
function createConsole(): unknown {
  const { internal } = Deno as unknown as { internal: symbol };
  const { Console } = (Deno as unknown as Record<symbol, { Console: ConsoleClass }>)[internal]!;
  const { stdout } = Deno;
  return new Console((text, level) => {
    const line = text.endsWith("\n") ? text.slice(0, -1) : text;
    const log: Log = { level: LEVELS[level] ?? "info", text: line };
    const frame = encodeFrame({ type: FRAME.log, id: 0, body: encodeBody(log) });
    for (let written = 0; written < frame.length;) {
      written += stdout.writeSync(frame.subarray(written));
    }
  });
}

type ConsoleClass = new (print: (text: string, level: number) => void) => unknown;

function createDeno(writer: FrameWriter): unknown {
  const kept = KEPT_DENO.map((name) => [name, Deno[name]] as const);
  return Object.freeze({ ...Object.fromEntries(kept), args: Object.freeze([]), exit });

  function exit(code = 0): never {
    if (code === 0) writer.send(FRAME.value, 0, { value: null });
    else sendThrown(new Error(`The program exited with code ${code}`), writer);
    throw new Error("The run has ended");
  }
}
