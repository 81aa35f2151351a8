import { AirlockError, type ErrorCode } from "../model/errors.ts";

/** Options of {@linkcode HttpError}. */
export interface HttpErrorOptions {
  /** Where HTTP has a status that says more than that of the code. */
  readonly status?: number;
  /** What the answer must say beside the problem. */
  readonly headers?: Readonly<Record<string, string>>;
  /** One line that says what to do instead. */
  readonly hint?: string;
  /** What was wrong, one by one. */
  readonly errors?: readonly FieldError[];
}

/** One thing in a request that is not as it must be. */
export interface FieldError {
  /** Part of the request. */
  readonly in: "body" | "query" | "path" | "header";
  /** Names of the fields that lead to it, joined by dots. */
  readonly field: string;
  readonly detail: string;
}

/** A request refused for the way it speaks HTTP, not for what it asks. */
export class HttpError extends AirlockError {
  override readonly status: number;
  /** What the answer must say beside the problem. */
  readonly headers: Readonly<Record<string, string>>;
  /** What was wrong, one by one. */
  readonly errors: readonly FieldError[];

  /** Makes an error of the given code; `message` reads "Cannot do: what is so". */
  constructor(code: ErrorCode, message: string, options: HttpErrorOptions = {}) {
    super(code, message, options.hint === undefined ? {} : { hint: options.hint });
    this.status = options.status ?? new AirlockError(code, message).status;
    this.headers = options.headers ?? {};
    this.errors = options.errors ?? [];
  }
}
