import { AirlockError, type ErrorCode } from "../model/errors.ts";

/** Frame types between host and work child, and the body of each. */
export const WORK_FRAME = {
  /** Host: a {@linkcode JobBody}; the id is the job's. */
  job: 1,
  /** Host: an {@linkcode OutcomeBody}; the id is the question's. */
  answer: 2,
  /** Child: an {@linkcode OutcomeBody}; the id is the job's. */
  outcome: 3,
  /** Child: a {@linkcode QuestionBody}; the id is the question's. */
  question: 4,
  /** Child: its job waits for answers. */
  waits: 5,
  /** Child: it has started. */
  hello: 6,
} as const;

export interface JobBody {
  readonly name: string;
  readonly input: unknown;
}

export interface QuestionBody {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** The outcome of a job or a question. */
export type OutcomeBody = { readonly value: unknown } | { readonly error: ErrorBody };

/** An error as it crosses between two processes. */
interface ErrorBody {
  /** Absent where the error is not of the table of errors. */
  readonly code?: string;
  readonly message: string;
  readonly hint?: string;
  readonly position?: { readonly line: number; readonly column: number };
}

/** Largest frame of either side. */
export const MAX_WORK_FRAME_BYTES = 64 * 1024 * 1024;

/** Converts an error to what can cross to another process. */
export function packError(error: unknown): ErrorBody {
  if (!(error instanceof AirlockError)) return { message: String(error) };
  const { code, message, hint, position } = error;
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(position === undefined ? {} : { position }),
  };
}

/** Restores an error that was packed in another process. */
export function unpackError({ code = "INTERNAL", message, ...rest }: ErrorBody): AirlockError {
  return new AirlockError(code as ErrorCode, message, rest);
}
