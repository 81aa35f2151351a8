import { z } from "zod";
import { defineTool } from "./mcp_tool.ts";
import { noteMissing } from "./note_missing.ts";

const MAX_QUERY_LENGTH = 2_000;
const MAX_NAME_LENGTH = 64;
const MAX_LIMIT = 50;
const MAX_OFFSET = 100_000;

/** The tool that finds tools. */
export const searchToolsTool = defineTool({
  name: "search_tools",
  description:
    "Find tools of the connected servers by what they do: import paths, best first, by server.",
  input: z.strictObject({
    query: z.string().min(1).max(MAX_QUERY_LENGTH).describe("Keywords, or a task in words"),
    detail: z.enum(["name", "description", "full"]).default("description"),
    limit: z.int().min(1).max(MAX_LIMIT).default(10),
    offset: z.int().min(0).max(MAX_OFFSET).default(0),
    server: z.string().min(1).max(MAX_NAME_LENGTH).optional().describe("Only this one's"),
  }),
  annotations: { readOnlyHint: true },
  async run({ query, server, ...shown }, { session }, { runtime }) {
    const { text, unavailable } = await runtime.searchTools(query, {
      ...shown,
      ...(server !== undefined && { server }),
      ...(session !== undefined && { session }),
    });
    return { content: [{ type: "text", text: noteMissing(text, unavailable) }] };
  },
});
