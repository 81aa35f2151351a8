import { createRoute, z } from "@hono/zod-openapi";
import type { FindToolsOptions, PresentedTool } from "../../discovery/tool_finder_types.ts";
import type { Runtime } from "../../runs/runtime.ts";
import { principalOf } from "../check_token.ts";
import type { AddRoute } from "../gateway_services.ts";
import { answer, refusals } from "../responses.ts";

const foundTool = z.object({
  name: z.string(),
  module: z.string().optional().describe("What a program imports to call it"),
  description: z.string().optional().describe('In short; absent with the detail "name"'),
  wrapper: z.string().optional().describe(
    'The text of that module, with the detail "full"; absent where the budget left no room',
  ),
});

/** The result of a search for tools. */
export const toolSearch = z.object({
  servers: z.array(z.object({ server: z.string(), tools: z.array(foundTool) })).describe(
    "The tools that fit, grouped by server; the server of the best one first",
  ),
  further: z.int().describe("How many more tools match"),
  nextOffset: z.int().nullable().describe("Where the next page begins; null on the last"),
  noGoodMatch: z.boolean().describe("Nothing fits well: these are only the nearest"),
  confidence: z.number().describe("0 to 1: how likely it is that one of the best serves the query"),
  unavailable: z.array(z.string()).describe("Servers out of reach, whose tools are left out"),
  text: z.string().describe("All of this as a model reads it"),
  modelTokens: z.int().describe("What the text costs, in o200k_base tokens"),
}).openapi("ToolSearch", {
  example: {
    servers: [{
      server: "crm",
      tools: [{
        name: "send_email",
        module: "./servers/crm/send_email.ts",
        description: "Sends a message to a lead.",
      }],
    }],
    further: 0,
    nextOffset: null,
    noGoodMatch: false,
    confidence: 0.92,
    unavailable: [],
    text: "# crm ./servers/crm/\nsend_email.ts: Sends a message to a lead.",
    modelTokens: 20,
  },
});

/**
 * Searches the tools; a field that is undefined is left out.
 *
 * @throws {AirlockError} NOT_FOUND where there is no such server
 */
export async function searchTools(
  runtime: Runtime,
  { query, detail, limit, offset, server, maxModelTokens, session, principal }:
    & { readonly query: string }
    & { readonly [Name in keyof FindToolsOptions]: FindToolsOptions[Name] | undefined },
) {
  const found = await runtime.searchTools(query, {
    ...(detail !== undefined && { detail }),
    ...(limit !== undefined && { limit }),
    ...(offset !== undefined && { offset }),
    ...(server !== undefined && { server }),
    ...(maxModelTokens !== undefined && { maxModelTokens }),
    ...(session !== undefined && { session }),
    ...(principal !== undefined && { principal }),
  });
  const { further, nextOffset = null, noGoodMatch, confidence, text, modelTokens } = found;
  return {
    servers: found.servers.map(({ server, tools }) => ({ server, tools: tools.map(show) })),
    further,
    nextOffset,
    noGoodMatch,
    confidence,
    unavailable: [...found.unavailable],
    text,
    modelTokens,
  };
}

function show({ tool, import: module, description, wrapper }: PresentedTool) {
  return {
    name: tool,
    ...(module !== undefined && { module }),
    ...(description !== undefined && { description }),
    ...(wrapper !== undefined && { wrapper }),
  };
}

const context = z.object({
  text: z.string(),
  modelTokens: z.int().describe("What the text costs, in o200k_base tokens"),
  unavailable: z.array(z.string()).describe("Servers out of reach, which are left out"),
}).openapi("Context", {
  example: {
    text: "1 server connected, 6 tools:\ncrm (6): leads, notes\nFind tools with search_tools, …",
    modelTokens: 40,
    unavailable: [],
  },
});

const getContext = createRoute({
  method: "get",
  path: "/v1/context",
  operationId: "getContext",
  summary: "What a model is to know of the connected servers",
  description: "Each server with its number of tools and a few words of what they work on, the " +
    "same number of words for each. Starts the servers that are not known.",
  request: {
    query: z.strictObject({
      maxModelTokens: z.coerce.number().int().min(50).max(10_000).default(300).openapi({
        description: "The most that the text may cost",
      }),
    }),
  },
  responses: { 200: answer("The text", context), ...refusals(400, 401, 403, 500) },
});

/** `GET /v1/context` */
export const addGetContext: AddRoute = (app, { runtime }) => {
  app.openapi(getContext, async (c) => {
    const caller = principalOf(c).name;
    const asked = { ...c.req.valid("query"), caller };
    const { text, modelTokens, unavailable } = await runtime.context(asked);
    return c.json({ text, modelTokens, unavailable: [...unavailable] }, 200);
  });
};
