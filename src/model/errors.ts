/** Every code an outcome or an error can carry: its HTTP status, and whether trying again can help. */
export const ERROR_TABLE = {
  CONFIG_INVALID: { status: 500, retry: false },
  USAGE: { status: 400, retry: false },
  REQUEST_INVALID: { status: 400, retry: false },
  UNAUTHORIZED: { status: 401, retry: false },
  FORBIDDEN: { status: 403, retry: false },
  NOT_FOUND: { status: 404, retry: false },
  TOO_LARGE: { status: 413, retry: false },
  BUSY: { status: 503, retry: true },
  INTERNAL: { status: 500, retry: false },
  AUDIT_FAILED: { status: 503, retry: true },
  PROGRAM_SYNTAX: { status: 422, retry: false },
  IMPORT_REFUSED: { status: 422, retry: false },
  TYPE_ERROR: { status: 422, retry: false },
  FOLDER_UNSAFE: { status: 409, retry: false },
  RISK_TOO_HIGH: { status: 403, retry: false },
  PROGRAM_THREW: { status: 422, retry: false },
  RESULT_NOT_JSON: { status: 422, retry: false },
  TIMED_OUT: { status: 422, retry: false },
  OVER_LIMIT: { status: 422, retry: false },
  CANCELLED: { status: 422, retry: false },
  PROTOCOL_VIOLATION: { status: 422, retry: false },
  WORKER_LOST: { status: 500, retry: true },
  WORKER_UNAVAILABLE: { status: 503, retry: true },
  TOOL_DENIED: { status: 403, retry: false },
  FLOW_DENIED: { status: 403, retry: false },
  TOKEN_UNKNOWN: { status: 422, retry: false },
  TOKEN_EMBEDDED: { status: 422, retry: false },
  TOOL_QUARANTINED: { status: 409, retry: false },
  TOOL_UNKNOWN: { status: 404, retry: false },
  ARGUMENTS_INVALID: { status: 422, retry: false },
  TOOL_FAILED: { status: 502, retry: false },
  TOOL_TIMED_OUT: { status: 504, retry: true },
  SERVER_UNAVAILABLE: { status: 503, retry: true },
  APPROVAL_PENDING: { status: 409, retry: true },
  APPROVAL_REJECTED: { status: 403, retry: false },
  APPROVAL_EXPIRED: { status: 403, retry: false },
  APPROVAL_UNAVAILABLE: { status: 403, retry: false },
  APPROVAL_DECIDED: { status: 409, retry: false },
  REPLAY_DIVERGED: { status: 409, retry: false },
  CALL_IN_DOUBT: { status: 409, retry: false },
  NOT_RESUMABLE: { status: 409, retry: false },
  IDEMPOTENCY_CONFLICT: { status: 409, retry: false },
  TIER_UNAVAILABLE: { status: 503, retry: false },
} as const satisfies Record<string, { status: number; retry: boolean }>;

/** A code from the one table of error codes. */
export type ErrorCode = keyof typeof ERROR_TABLE;

/** All error codes, in the order of the table. */
export const ERROR_CODES: readonly ErrorCode[] = Object.keys(ERROR_TABLE) as ErrorCode[];

/** A place in a program's text as its author wrote it: line and column, both from 1. */
export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

/** Options of {@linkcode AirlockError}. */
export interface AirlockErrorOptions {
  /** What raised it; never shown to a model. */
  readonly cause?: unknown;
  /** One line that says what to do instead. */
  readonly hint?: string;
  /** Where in the program. */
  readonly position?: Position;
  /** After how long the same request may succeed, where that is known. */
  readonly retryAfterSeconds?: number;
}

/**
 * What our caller did wrong, or what we could not do. Outcomes of a program are no errors but a
 * `RunResult`.
 *
 * @example
 * ```ts
 * import { AirlockError } from "./errors.ts";
 *
 * const error = new AirlockError("BUSY", "Cannot start run: the queue is full");
 * console.assert(error.status === 503 && error.retry);
 * ```
 */
export class AirlockError extends Error {
  /** Always "AirlockError". */
  override readonly name: string = "AirlockError";
  /** The entry of the table. */
  readonly code: ErrorCode;
  /** The HTTP status that fits the code. */
  readonly status: number;
  /** Whether the same request may succeed later. */
  readonly retry: boolean;
  /** One line that says what to do instead. */
  readonly hint?: string;
  /** Where in the program. */
  readonly position?: Position;
  /** After how long the same request may succeed, where that is known. */
  readonly retryAfterSeconds?: number;

  /** Makes an error of the given code; `message` reads "Cannot do: what is so". */
  constructor(code: ErrorCode, message: string, options: AirlockErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.status = ERROR_TABLE[code].status;
    this.retry = ERROR_TABLE[code].retry;
    if (options.hint !== undefined) this.hint = options.hint;
    if (options.position !== undefined) this.position = options.position;
    const { retryAfterSeconds } = options;
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = retryAfterSeconds;
  }
}
