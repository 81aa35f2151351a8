import { createRoute, z } from "@hono/zod-openapi";
import { SESSION_NAME } from "../../model/run_request.ts";
import { AirlockError } from "../../model/errors.ts";
import type { Runtime, ToolInfo } from "../../runs/runtime.ts";
import { principalOf } from "../check_token.ts";
import type { AddRoute } from "../gateway_services.ts";
import { HttpError } from "../problem.ts";
import { answer, refusals } from "../responses.ts";
import { searchTools, toolSearch } from "./search.ts";

const MAX_SUMMARY_LENGTH = 200;
const MAX_CURSOR_LENGTH = 4_096;
const DEFAULT_LIMIT = 100;
const MAX_SEARCH_LIMIT = 100;

const query = z.strictObject({
  server: z.string().optional().openapi({ description: "Only the tools of this server" }),
  limit: z.coerce.number().int().min(1).max(500).optional().openapi({
    description: "How many at most; 100 without it, and 10 with a query, which may ask for 100",
  }),
  cursor: z.string().max(MAX_CURSOR_LENGTH).optional().openapi({
    description: "The nextCursor of the page before; not with a query",
  }),
  query: z.string().min(1).max(4_000).optional().openapi({
    description: "What the tools are to do: a few keywords, or a whole task in sentences",
    example: "send a message to a customer",
  }),
  detail: z.enum(["name", "description", "full"]).optional().openapi({
    description: 'With a query: how much of each tool; "full" is the wrapper. Default: description',
  }),
  offset: z.coerce.number().int().min(0).max(100_000).optional().openapi({
    description: "With a query: the nextOffset of the page before",
  }),
  maxModelTokens: z.coerce.number().int().min(1).max(100_000).optional().openapi({
    description: "With a query: the most that the text may cost. Default: 800; 4000 in full",
  }),
  session: z.string().regex(SESSION_NAME).optional().openapi({
    description: "With a query: what later runs of the session call tells which tools were wanted",
  }),
});

const ONLY_WITH_QUERY = ["detail", "offset", "maxModelTokens", "session"] as const;

const annotations = z.object({
  title: z.string().optional(),
  readOnlyHint: z.boolean().optional(),
  destructiveHint: z.boolean().optional(),
  idempotentHint: z.boolean().optional(),
  openWorldHint: z.boolean().optional(),
}).openapi("ToolAnnotations");

const toolSummary = z.object({
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
  tools: z.array(toolSummary),
  total: z.int().describe("How many there are on all pages"),
  nextCursor: z.string().nullable().describe("null on the last page"),
  unavailable: z.array(z.string()).describe("Servers out of reach, whose tools are left out"),
}).openapi("ToolPage");

const listTools = createRoute({
  method: "get",
  path: "/v1/tools",
  operationId: "listTools",
  summary: "The tools of all servers or of one, or those that fit a query",
  description: "In the order of servers' and tools' names, page by page with `cursor`. With a " +
    "`query` the best first, page by page with `offset`. Starts the servers that are not known.",
  request: { query },
  responses: {
    200: answer("One page; with a query a ToolSearch", z.union([page, toolSearch])),
    ...refusals(400, 401, 403, 404, 500, 502, 503, 504),
  },
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

const getTool = createRoute({
  method: "get",
  path: "/v1/tools/{server}/{tool}",
  operationId: "getTool",
  summary: "All about one tool",
  request: {
    params: z.object({
      server: z.string().openapi({ description: "Its name, URL-encoded", example: "crm" }),
      tool: z.string().openapi({ description: "Its name, URL-encoded", example: "list_leads" }),
    }),
  },
  responses: {
    200: answer("The tool", tool),
    ...refusals(400, 401, 403, 404, 500, 502, 503, 504),
  },
});

/** `GET /v1/tools` and `GET /v1/tools/{server}/{tool}` */
export const addTools: AddRoute = (app, { runtime }) => {
  app.openapi(listTools, async (c) => {
    const asked = c.req.valid("query");
    checkTogether(asked);
    const { query } = asked;
    if (query === undefined) return c.json(await pageOf(runtime, asked), 200);
    const principal = principalOf(c).name;
    return c.json(await searchTools(runtime, { ...asked, query, principal }), 200);
  });
  app.openapi(getTool, async (c) => {
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

/** Refuses parameters that mean nothing together, instead of ignoring them. */
function checkTogether(asked: z.output<typeof query>): void {
  const isSearch = asked.query !== undefined;
  const stray = isSearch ? ["cursor" as const] : ONLY_WITH_QUERY;
  const found = stray.find((name) => asked[name] !== undefined);
  if (found !== undefined) throw refuse(found, `not ${isSearch ? "with" : "without"} a query`);
  if (isSearch && (asked.limit ?? 0) > MAX_SEARCH_LIMIT) {
    throw refuse("limit", `at most ${MAX_SEARCH_LIMIT} with a query`);
  }
}

async function pageOf(runtime: Runtime, asked: z.output<typeof query>) {
  const { server, limit = DEFAULT_LIMIT, cursor } = asked;
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const tools = [...await findTools(runtime, server)].sort(byName);
  const rest = after === undefined ? tools : tools.filter((tool) => byName(tool, after) > 0);
  const shown = rest.slice(0, limit);
  return {
    tools: shown.map(summarize),
    total: tools.length,
    nextCursor: rest.length > limit ? writeCursor(shown.at(-1)!) : null,
    unavailable: runtime.servers()
      .filter(({ state, name }) => state === "failed" && (server ?? name) === name)
      .map(({ name }) => name),
  };
}

/** The tools of one server, or of all; NOT_FOUND for an unknown or disabled server. */
async function findTools(
  runtime: Runtime,
  server: string | undefined,
): Promise<readonly ToolInfo[]> {
  if (server === undefined) return await runtime.tools();
  const state = runtime.servers().find(({ name }) => name === server)?.state;
  if (state !== undefined && state !== "disabled") return await runtime.tools(server);
  const problem = state === undefined ? "none has this name" : "it is disabled";
  throw new AirlockError("NOT_FOUND", `Cannot find server: ${problem}`, {
    hint: "GET /v1/servers lists the servers",
  });
}

/** The end of a page: valid even if tools came or went since. */
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
    throw refuse("cursor", "not one of ours");
  }
}

function refuse(name: string, problem: string): HttpError {
  return new HttpError("REQUEST_INVALID", `Cannot read request: query, "${name}": ${problem}`);
}
