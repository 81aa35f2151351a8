import { createRoute, z } from "@hono/zod-openapi";
import { SESSION_NAME } from "../../model/run_request.ts";
import { principalOf } from "../check_token.ts";
import type { AddRoute } from "../gateway_services.ts";
import { answer, jsonBody, refusals } from "../responses.ts";
import { namedRunResult } from "../run_schemas.ts";

const callTool = createRoute({
  method: "post",
  path: "/v1/tools/{server}/{tool}",
  operationId: "callTool",
  summary: "Call one tool, without a program",
  description: "Through the same masking, checks, permissions and audit as the calls of programs.",
  request: {
    params: z.object({
      server: z.string().openapi({ description: "Its name, URL-encoded", example: "crm" }),
      tool: z.string().openapi({ description: "Its name, URL-encoded", example: "get_lead" }),
    }),
    body: jsonBody(
      z.strictObject({
        arguments: z.record(z.string(), z.unknown()).default({}),
        session: z.string().regex(SESSION_NAME).optional().openapi({
          description: "The session whose tokens it may use",
        }),
      }).openapi("ToolCallRequest", { example: { arguments: { lead_id: "lead-00042" } } }),
    ),
  },
  responses: {
    200: answer("The call has ended", namedRunResult),
    ...refusals(400, 401, 403, 408, 413, 415, 500, 503),
  },
});

/** `POST /v1/tools/{server}/{tool}` */
export const addCallTool: AddRoute = (app, { runtime, slots }) => {
  app.openapi(callTool, async (c) => {
    const { server, tool } = c.req.valid("param");
    const { arguments: args, session } = c.req.valid("json");
    const parent = c.req.header("traceparent");
    using slot = await slots.take(c.req.raw.signal);
    const result = await runtime.callTool({
      server,
      tool,
      arguments: args,
      principal: principalOf(c),
      ...(parent !== undefined && { traceParent: parent }),
      ...(session !== undefined && { session }),
      signal: slot.signal,
    });
    return c.json(result, 200);
  });
};

const forgetResults = createRoute({
  method: "delete",
  path: "/v1/cache",
  operationId: "forgetResults",
  summary: "Forget the answers of tools that are kept",
  description: "Those that whoever asks was given; to who runs the gateway, everybody's.",
  request: {
    query: z.object({
      server: z.string().max(64).optional().openapi({
        description: "Only of this server",
        example: "crm",
      }),
    }),
  },
  responses: {
    200: answer("How many were forgotten", z.object({ forgotten: z.int() })),
    ...refusals(400, 401, 403, 500),
  },
});

/** `DELETE /v1/cache` */
export const addForgetResults: AddRoute = (app, { runtime }) => {
  app.openapi(forgetResults, (c) => {
    const { server } = c.req.valid("query");
    return c.json({ forgotten: runtime.forgetResults(server, principalOf(c)) }, 200);
  });
};
