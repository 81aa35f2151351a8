/**
 * What host and worker say to each other; `frames.ts` says how that becomes bytes. Nothing else of
 * the host is in the worker.
 */

/** Raised with every change that an older worker would not understand. */
export const PROTOCOL_VERSION = 2;

/** The types of frames, and who sends them. */
export const FRAME = {
  /** worker: `{version, role, token?}`, the first frame of a connection. */
  hello: 1,
  /** worker: `{server, tool, arguments}`; answered with `answer` or `refusal` of the same id. */
  call: 2,
  /** worker: `{method, params}` of the `airlock` module; answered likewise. */
  ask: 3,
  /** worker, on its standard output: {@linkcode Log}. */
  log: 4,
  /** worker, on its standard output: no more lines come. */
  logEnd: 7,
  /** worker: `{value}`, what the program returned; the last frame of a run. */
  value: 5,
  /** worker: {@linkcode ThrownError}; the last frame of a run that failed. */
  thrown: 6,
  /** host: {@linkcode Start} to the program's thread, {@linkcode Clock} to the stub. */
  start: 16,
  /** host: the JSON value of a call or an ask. */
  answer: 17,
  /** host: {@linkcode Refusal} of a call or an ask. */
  refusal: 18,
} as const;

/** Who speaks on a connection: the stub on the main thread, or the program's thread. */
export type Role = "control" | "program";

/** Where the run's RPC listener is. */
export type HostAddress =
  | { readonly transport: "unix"; readonly path: string }
  | { readonly transport: "tcp"; readonly hostname: string; readonly port: number };

/** Body of `hello`. */
export interface Hello {
  readonly version: number;
  readonly role: Role;
  /** Only over TCP: proves that the process was started by this host for this run. */
  readonly token?: string;
}

/** Body of `call`. */
export interface Call {
  readonly server: string;
  readonly tool: string;
  readonly arguments: unknown;
  readonly clock?: ClockReads | undefined;
}

/** Body of `ask`. */
export interface Ask {
  readonly method: string;
  readonly params: unknown;
  readonly clock?: ClockReads | undefined;
}

/** What the program's clock said since the last frame: pairs of a time and how often it was read. */
type ClockReads = readonly number[];

/** Body of `log`. */
export interface Log {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly text: string;
}

/** Body of `start`. */
export interface Start {
  /** URL of the program's module. */
  readonly module: string;
  /** Calls that may be under way at once; the worker keeps further ones back. */
  readonly callsInFlight: number;
  /** Files and folders that the workspace may hold. */
  readonly workspaceFiles: number;
  /** What time and chance are made of, so that they can be the same again. */
  readonly chance: RunChance;
}

/** What time and chance of a run are made of. */
export interface RunChance {
  /** When it was started for the first time, in milliseconds since 1970. */
  readonly startedAt: number;
  /** 32 bytes, in hexadecimal. */
  readonly seed: string;
  /** All that its clock said before. */
  readonly clockReads: ClockReads;
}

/** Body of `start` on the control connection. */
interface Clock {
  /** Milliseconds after which the stub ends the process, should the host not have. */
  readonly timeoutMs: number;
}

/** Body of `thrown`. */
export interface ThrownError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** The code of a refusal that the program did not catch. */
  readonly code?: string;
}

/** Body of `refusal`: the worker throws it as an error of class `name`. */
export interface Refusal {
  readonly name: "McpToolError" | "AirlockError";
  readonly code: string;
  readonly message: string;
}
