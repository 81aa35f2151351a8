import { z } from "@hono/zod-openapi";
import type { PresentedTool } from "../discovery/present_tools.ts";
import type { Runtime } from "../runs/runtime_types.ts";
import type { FindToolsOptions } from "../discovery/tool_finder_types.ts";

const foundTool = z.object({
  name: z.string(),
  module: z.string().optional().describe("What a program imports to call it"),
  description: z.string().optional().describe('In short; absent with the detail "name"'),
  wrapper: z.string().optional().describe(
    'The text of that module, with the detail "full"; absent where the budget left no room',
  ),
});

/** The tools that fit a query, as the API gives them. */
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

/** What may be asked; a field that is undefined is as one that is absent. */
type Asked =
  & { readonly query: string }
  & {
    readonly [Name in keyof FindToolsOptions]: FindToolsOptions[Name] | undefined;
  };

/**
 * Searches the tools for a client.
 *
 * @throws {AirlockError} NOT_FOUND where there is no such server
 */
export async function searchTools(
  runtime: Runtime,
  { query, detail, limit, offset, server, maxModelTokens, session }: Asked,
) {
  const found = await runtime.searchTools(query, {
    ...(detail !== undefined && { detail }),
    ...(limit !== undefined && { limit }),
    ...(offset !== undefined && { offset }),
    ...(server !== undefined && { server }),
    ...(maxModelTokens !== undefined && { maxModelTokens }),
    ...(session !== undefined && { session }),
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
