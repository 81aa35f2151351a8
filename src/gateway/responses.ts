import { STATUS_CODES } from "node:http";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { z } from "zod";
import { AirlockError } from "../model/errors.ts";
import { HttpError, problem, PROBLEM_TYPE, toRefusal } from "./problem.ts";

/** The media type of requests and of most responses. */
export const JSON_TYPE = "application/json";

/** The media type of server-sent events. */
export const EVENTS = "text/event-stream";

/** A response of a route with a JSON body. */
export function answer<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { [JSON_TYPE]: { schema } } };
}

/** The JSON body of a request. */
export function jsonBody<S extends z.ZodType>(schema: S) {
  return { required: true, content: { [JSON_TYPE]: { schema } } };
}

/** Every refusal of a route by its status, with the error that the document shows for it. */
const REFUSALS = {
  400: new HttpError(
    "REQUEST_INVALID",
    'Cannot read request: body, "code": expected string, received undefined',
    { errors: [{ in: "body", field: "code", detail: "expected string, received undefined" }] },
  ),
  401: new AirlockError("UNAUTHORIZED", "Cannot answer request: it has not the token"),
  403: new AirlockError("FORBIDDEN", "Cannot answer request: its Host is not this gateway's"),
  404: new AirlockError("NOT_FOUND", "Cannot find run: none is known by this id"),
  408: new HttpError(
    "REQUEST_INVALID",
    "Cannot read request: its body did not come within 30000 ms",
    { status: 408 },
  ),
  409: new AirlockError("APPROVAL_DECIDED", "Cannot decide: the approval is rejected"),
  413: new AirlockError("TOO_LARGE", "Cannot read request: its body has more than 4194304 bytes"),
  415: new HttpError(
    "REQUEST_INVALID",
    "Cannot read request: its content type is not application/json",
    { status: 415 },
  ),
  500: new AirlockError("INTERNAL", "Cannot answer request"),
  502: new AirlockError("TOOL_FAILED", "Cannot list tools of crm: method not found"),
  503: new AirlockError("BUSY", "Cannot start run: as many as may be are under way"),
  504: new AirlockError("TOOL_TIMED_OUT", "Cannot list tools of crm: no answer within 60000 ms"),
} as const;

/** The refusals of a route, in the document. */
export function refusals<S extends keyof typeof REFUSALS>(
  ...statuses: readonly S[]
): Record<S, { $ref: string }> {
  const entries = statuses.map((status) =>
    [status, { $ref: `#/components/responses/${name(status)}` }] as const
  );
  return Object.fromEntries(entries) as Record<S, { $ref: string }>;
}

/** Registers the refusals that the routes refer to. */
export function registerRefusals({ openAPIRegistry: registry }: OpenAPIHono): void {
  registry.register("Problem", problem);
  for (const [status, error] of Object.entries(REFUSALS)) {
    const refusal = toRefusal(error);
    const headers = Object.entries(refusal.headers).map(([header, example]) =>
      [header, { schema: { type: "string" as const }, example }] as const
    );
    registry.registerComponent("responses", name(Number(status)), {
      description: refusal.problem.detail,
      ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
      content: {
        [PROBLEM_TYPE]: {
          schema: { $ref: "#/components/schemas/Problem" },
          example: refusal.problem,
        },
      },
    });
  }
}

function name(status: number): string {
  return STATUS_CODES[status]!.replaceAll(" ", "");
}
