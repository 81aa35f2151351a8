import { createRoute, z } from "@hono/zod-openapi";
import type { ToolInfo } from "../../runtime_types.ts";
import { annotations } from "../api_schemas.ts";
import { findTools } from "../find_tools.ts";
import type { AddRoute } from "../gateway_services.ts";
import { HttpError } from "../http_error.ts";
import { refusals } from "../refusals.ts";

const MAX_SUMMARY_LENGTH = 200;
const MAX_CURSOR_LENGTH = 4_096;

const query = z.strictObject({
  server: z.string().optional().openapi({ description: "Only the tools of this server" }),
  limit: z.coerce.number().int().min(1).max(500).default(100).openapi({
    description: "How many at most",
  }),
  cursor: z.string().max(MAX_CURSOR_LENGTH).optional().openapi({
    description: "The nextCursor of the page before",
  }),
});

const tool = z.object({
  server: z.string(),
  name: z.string(),
  title: z.string().optional(),
  summary: z.string().describe("The first line of its description"),
  module: z.string().describe("What a program imports to call it"),
  function: z.string().describe("The function that the module exports"),
  annotations: annotations.optional(),
}).openapi("ToolSummary", {
  example: {
    server: "crm",
    name: "list_leads",
    summary: "Lists leads, the newest first.",
    module: "./servers/crm/list_leads.ts",
    function: "list_leads",
    annotations: { readOnlyHint: true },
  },
});

const page = z.object({
  tools: z.array(tool),
  total: z.int().describe("How many there are on all pages"),
  nextCursor: z.string().nullable().describe("null on the last page"),
  unavailable: z.array(z.string()).describe("Servers out of reach, whose tools are left out"),
}).openapi("ToolPage");

const route = createRoute({
  method: "get",
  path: "/v1/tools",
  operationId: "listTools",
  summary: "The tools of all servers or of one",
  description: "In the order of servers' and tools' names. Starts the servers that are not known.",
  request: { query },
  responses: {
    200: { description: "One page", content: { "application/json": { schema: page } } },
    ...refusals(400, 401, 403, 404, 500, 502, 503, 504),
  },
});

/** `GET /v1/tools` */
export const addListTools: AddRoute = (app, { runtime }) => {
  app.openapi(route, async (c) => {
    const { server, limit, cursor } = c.req.valid("query");
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const tools = [...await findTools(runtime, server)].sort(byName);
    const rest = after === undefined ? tools : tools.filter((tool) => byName(tool, after) > 0);
    const shown = rest.slice(0, limit);
    return c.json({
      tools: shown.map(summarize),
      total: tools.length,
      nextCursor: rest.length > limit ? writeCursor(shown.at(-1)!) : null,
      unavailable: runtime.servers()
        .filter(({ state, name }) => state === "failed" && (server ?? name) === name)
        .map(({ name }) => name),
    }, 200);
  });
};

/** Which tool: enough to know where a page ended, whatever came or went since. */
type Place = Pick<ToolInfo, "server"> & { readonly tool: { readonly name: string } };

function byName(one: Place, other: Place): number {
  return compare(one.server, other.server) || compare(one.tool.name, other.tool.name);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function summarize({ server, tool, module, exportName }: ToolInfo) {
  const { name, title, annotations } = tool;
  return {
    server,
    name,
    ...(title !== undefined && { title }),
    summary: firstLine(tool.description ?? ""),
    module,
    function: exportName,
    ...(annotations !== undefined && { annotations }),
  };
}

function firstLine(text: string): string {
  const line = /\S[^\r\n]*/.exec(text)?.[0].trimEnd() ?? "";
  if (line.length <= MAX_SUMMARY_LENGTH) return line;
  return `${line.slice(0, MAX_SUMMARY_LENGTH - 1).toWellFormed()}…`;
}

const cursorContent = z.tuple([z.string(), z.string()]);

function writeCursor({ server, tool }: Place): string {
  const bytes = new TextEncoder().encode(JSON.stringify([server, tool.name]));
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function readCursor(cursor: string): Place {
  try {
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    const [server, name] = cursorContent.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return { server, tool: { name } };
  } catch {
    throw new HttpError("REQUEST_INVALID", 'Cannot read request: query, "cursor": not one of ours');
  }
}
