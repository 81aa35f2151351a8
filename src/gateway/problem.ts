import { STATUS_CODES } from "node:http";
import { z } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import { AirlockError, ERROR_CODES, type ErrorCode } from "../model/errors.ts";

/** The one shape of every refusal: problem details (RFC 9457). */
export const problem = z.object({
  type: z.literal("about:blank"),
  title: z.string().describe("What the HTTP status says"),
  status: z.int(),
  detail: z.string().describe("What could not be done, and why"),
  code: z.enum(ERROR_CODES).describe("What to decide by"),
  retry: z.boolean().describe("Whether the same request may succeed later"),
  hint: z.string().optional().describe("What to do instead"),
  errors: z.array(z.object({
    in: z.enum(["body", "query", "path", "header"]),
    field: z.string().describe("Names of the fields that lead to it, joined by dots"),
    detail: z.string(),
  })).optional().describe("What is wrong in the request, one by one"),
}).openapi("Problem");

type Problem = z.infer<typeof problem>;
type FieldError = NonNullable<Problem["errors"]>[number];

/** The media type of a problem. */
export const PROBLEM_TYPE = "application/problem+json";

/** A request refused for its HTTP, not for its meaning. */
export class HttpError extends AirlockError {
  override readonly status: number;
  /** Headers of the response. */
  readonly headers: Readonly<Record<string, string>>;
  /** The issues of the request, one by one. */
  readonly errors: readonly FieldError[];

  /** Makes an error of the given code; `status` is set where HTTP has one more precise than the code's. */
  constructor(
    code: ErrorCode,
    message: string,
    { status, headers = {}, hint, errors = [] }: {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly hint?: string;
      readonly errors?: readonly FieldError[];
    } = {},
  ) {
    super(code, message, hint === undefined ? {} : { hint });
    this.status = status ?? new AirlockError(code, message).status;
    this.headers = headers;
    this.errors = errors;
  }
}

/** The response to an error, and whether an operator must look at the error. */
interface Refusal {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the response hides the error's message. */
  readonly withheld: boolean;
}

/** Seconds until the same request may succeed. */
const RETRY_AFTER_SECONDS = 2;
const UNAVAILABLE = 503;

/** Details of errors whose messages may name files and folders. */
const SHOWN_INSTEAD: Partial<Record<ErrorCode, string>> = {
  INTERNAL: "Cannot answer request: something went wrong here",
  CONFIG_INVALID: "Cannot answer request: the configuration of the gateway is not right",
  WORKER_UNAVAILABLE: "Cannot start worker: this machine could not give one now",
};

/** Turns a thrown value into what the caller may know of it. */
export function toRefusal(thrown: unknown): Refusal {
  const error = toAirlockError(thrown);
  const { code, status, retry, hint, retryAfterSeconds = RETRY_AFTER_SECONDS } = error;
  const instead = SHOWN_INSTEAD[code];
  const errors = error instanceof HttpError ? error.errors : [];
  return {
    problem: {
      type: "about:blank",
      title: STATUS_CODES[status] ?? "Error",
      status,
      detail: instead ?? error.message,
      code,
      retry,
      ...(hint !== undefined && instead === undefined && { hint }),
      ...(errors.length > 0 && { errors: [...errors] }),
    },
    headers: {
      ...(status === UNAVAILABLE && { "Retry-After": String(retryAfterSeconds) }),
      ...(error instanceof HttpError && error.headers),
    },
    withheld: instead !== undefined,
  };
}

/** Makes the response of a refusal. */
export function toResponse({ problem, headers }: Refusal): Response {
  return Response.json(problem, {
    status: problem.status,
    headers: { ...headers, "Content-Type": PROBLEM_TYPE },
  });
}

function toAirlockError(thrown: unknown): AirlockError {
  if (thrown instanceof AirlockError) return thrown;
  if (thrown instanceof HTTPException && thrown.status === 400) {
    return new HttpError("REQUEST_INVALID", "Cannot read request: its body is not JSON");
  }
  return new AirlockError("INTERNAL", "Cannot answer request", { cause: thrown });
}

const MAX_ERRORS = 10;
const MAX_FIELD_LENGTH = 100;
const MAX_DETAIL_LENGTH = 200;

/** The validator's names of the parts of a request, and those of the API. */
const PARTS: Readonly<Record<string, FieldError["in"]>> = {
  json: "body",
  query: "query",
  param: "path",
  header: "header",
};

/** Explains the issues of a request in a bounded number of bounded sentences. */
export function explainInvalidRequest(target: string, { issues }: z.core.$ZodError): HttpError {
  const part = PARTS[target] ?? "body";
  const errors = issues.slice(0, MAX_ERRORS).map((issue) => explain(issue, part));
  const [first] = errors;
  const at = first?.field ? `${part}, "${first.field}"` : part;
  return new HttpError("REQUEST_INVALID", `Cannot read request: ${at}: ${first?.detail}`, {
    errors,
  });
}

function explain(issue: z.core.$ZodIssue, part: FieldError["in"]): FieldError {
  const detail = issue.message.replace(/^Invalid input: /, "");
  return {
    in: part,
    field: cut(issue.path.map(String).join("."), MAX_FIELD_LENGTH),
    detail: cut(detail.charAt(0).toLowerCase() + detail.slice(1), MAX_DETAIL_LENGTH),
  };
}

function cut(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength).toWellFormed()}…`;
}
