import { createRoute, z } from "@hono/zod-openapi";
import { SESSION_NAME } from "../../model/run_request.ts";
import { namedRunResult } from "../api_schemas.ts";
import { principalOf } from "../check_token.ts";
import type { AddRoute } from "../gateway_services.ts";
import { refusals } from "../refusals.ts";

const JSON_TYPE = "application/json";

const path = z.object({
  server: z.string().openapi({ description: "Its name, URL-encoded", example: "crm" }),
  tool: z.string().openapi({ description: "Its name, URL-encoded", example: "get_lead" }),
});

const body = z.strictObject({
  arguments: z.record(z.string(), z.unknown()).default({}),
  session: z.string().regex(SESSION_NAME).optional().openapi({
    description: "The session whose tokens it may use",
  }),
}).openapi("ToolCallRequest", { example: { arguments: { lead_id: "lead-00042" } } });

const route = createRoute({
  method: "post",
  path: "/v1/tools/{server}/{tool}",
  operationId: "callTool",
  summary: "Call one tool, without a program",
  description: "Through the same masking, checks, permissions and audit as the calls of programs.",
  request: {
    params: path,
    body: { required: true, content: { [JSON_TYPE]: { schema: body } } },
  },
  responses: {
    200: {
      description: "The call has ended",
      content: { [JSON_TYPE]: { schema: namedRunResult } },
    },
    ...refusals(400, 401, 403, 408, 413, 415, 500, 503),
  },
});

/** `POST /v1/tools/{server}/{tool}` */
export const addCallTool: AddRoute = (app, { runtime, slots }) => {
  app.openapi(route, async (c) => {
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
