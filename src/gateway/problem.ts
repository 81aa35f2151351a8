import { STATUS_CODES } from "node:http";
import { z } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import { AirlockError, ERROR_CODES, type ErrorCode } from "../model/errors.ts";
import { HttpError } from "./http_error.ts";

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

/** The one shape of every refusal: problem details (RFC 9457). */
export type Problem = z.infer<typeof problem>;

/** The media type of a problem. */
export const PROBLEM_TYPE = "application/problem+json";

/** How long to wait before the same request may succeed. */
const RETRY_AFTER_SECONDS = 2;

const UNAVAILABLE = 503;

/** Where the message is for whoever runs the gateway, for it may name files and folders. */
const SHOWN_INSTEAD: Partial<Record<ErrorCode, string>> = {
  INTERNAL: "Cannot answer request: something went wrong here",
  CONFIG_INVALID: "Cannot answer request: the configuration of the gateway is not right",
  WORKER_UNAVAILABLE: "Cannot start worker: this machine could not give one now",
};

/** What became of an error: what the caller is told, and whether somebody here must look. */
export interface Refusal {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the caller was told less than the error says. */
  readonly withheld: boolean;
}

/** Turns whatever was thrown into what its caller may know of it. */
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

/** Makes the answer to a request that is refused. */
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
