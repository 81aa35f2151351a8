/** What stays of the globals: the language, and web APIs that reach nothing outside the thread. */
export const KEPT_GLOBALS = new Set(
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

/** Functions of `Deno` that stay, each with its `Sync`. */
const FILE_FUNCTIONS =
  `readTextFile readFile writeTextFile writeFile mkdir readDir stat lstat remove rename copyFile
  truncate open create`.split(/\s+/);

/** What stays of `Deno`: the files of the workspace. */
export const KEPT_DENO: readonly string[] = [
  ...FILE_FUNCTIONS.flatMap((name) => [name, `${name}Sync`]),
  "FsFile",
  "SeekMode",
  "build", // functions such as statSync look up the system there
  "errors",
  "inspect",
];
