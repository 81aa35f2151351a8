import { createRoute, z } from "@hono/zod-openapi";
import { AirlockError } from "../../model/errors.ts";
import { annotations } from "../api_schemas.ts";
import { findTools } from "../find_tools.ts";
import type { AddRoute } from "../gateway_services.ts";
import { refusals } from "../refusals.ts";

const path = z.object({
  server: z.string().openapi({ description: "Its name, URL-encoded", example: "crm" }),
  tool: z.string().openapi({ description: "Its name, URL-encoded", example: "list_leads" }),
});

const jsonSchema = z.union([z.record(z.string(), z.unknown()), z.boolean()]).openapi({
  description: "A JSON Schema",
});

const tool = z.object({
  server: z.string(),
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: jsonSchema,
  outputSchema: jsonSchema.optional(),
  annotations: annotations.optional(),
  module: z.string().describe("What a program imports to call it"),
  function: z.string().describe("The function that the module exports"),
  wrapper: z.string().describe("The text of that module: TypeScript"),
}).openapi("Tool", {
  example: {
    server: "crm",
    name: "list_leads",
    description: "Lists leads, the newest first.",
    inputSchema: { type: "object", properties: { status: { type: "string" } } },
    annotations: { readOnlyHint: true },
    module: "./servers/crm/list_leads.ts",
    function: "list_leads",
    wrapper: "export function list_leads(input: ListLeadsInput): Promise<unknown> { … }",
  },
});

const route = createRoute({
  method: "get",
  path: "/v1/tools/{server}/{tool}",
  operationId: "getTool",
  summary: "All about one tool",
  request: { params: path },
  responses: {
    200: { description: "The tool", content: { "application/json": { schema: tool } } },
    ...refusals(400, 401, 403, 404, 500, 502, 503, 504),
  },
});

/** `GET /v1/tools/{server}/{tool}` */
export const addGetTool: AddRoute = (app, { runtime }) => {
  app.openapi(route, async (c) => {
    const { server, tool: name } = c.req.valid("param");
    const found = (await findTools(runtime, server)).find(({ tool }) => tool.name === name);
    const wrapper = found && await runtime.wrapperText(server, name);
    if (found === undefined || wrapper === undefined) {
      throw new AirlockError("TOOL_UNKNOWN", "Cannot find tool: its server has none of this name", {
        hint: "GET /v1/tools lists the tools",
      });
    }
    const { tool: { title, description, inputSchema, outputSchema, annotations } } = found;
    return c.json({
      server,
      name,
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
      inputSchema,
      ...(outputSchema !== undefined && { outputSchema }),
      ...(annotations !== undefined && { annotations }),
      module: found.module,
      function: found.exportName,
      wrapper,
    }, 200);
  });
};
