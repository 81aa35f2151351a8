import { AirlockError, type ErrorCode } from "../model/errors.ts";

/** What host and work child say to each other: the types of their frames, and the bodies of each. */
export const WORK_FRAME = {
  /** Host: a {@linkcode JobBody}; the id is the job's. */
  job: 1,
  /** Host: an {@linkcode OutcomeBody}; the id is the question's. */
  answer: 2,
  /** Child: an {@linkcode OutcomeBody}; the id is the job's. */
  outcome: 3,
  /** Child: a {@linkcode QuestionBody}; the id is the question's. */
  question: 4,
  /** Child: nothing goes on until a question is answered. */
  waits: 5,
  /** Child: it is there. */
  hello: 6,
} as const;

/** What is to be done. */
export interface JobBody {
  readonly name: string;
  readonly input: unknown;
}

/** What a job asks the host. */
export interface QuestionBody {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What came of a job or a question. */
export type OutcomeBody = { readonly value: unknown } | { readonly error: ErrorBody };

/** An error as it crosses the border between two processes. */
export interface ErrorBody {
  /** Absent where the error is none of the table's. */
  readonly code?: string;
  readonly message: string;
  readonly hint?: string;
  readonly position?: { readonly line: number; readonly column: number };
}

/** More in one frame, of either side, is more than any job has reason to say. */
export const MAX_WORK_FRAME_BYTES = 64 * 1024 * 1024;

/** Makes of an error what can cross to another process. */
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

/** Makes the error again that was packed elsewhere. */
export function unpackError({ code = "INTERNAL", message, ...rest }: ErrorBody): AirlockError {
  return new AirlockError(code as ErrorCode, message, rest);
}
