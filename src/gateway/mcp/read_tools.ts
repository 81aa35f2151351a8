import { z } from "zod";
import { defineTool } from "./mcp_tool.ts";
import { noteMissing } from "./note_missing.ts";

const MAX_NAMES = 20;
const MAX_NAME_LENGTH = 400;

/** The tool that shows the types of tools. */
export const readToolsTool = defineTool({
  name: "read_tools",
  description: "Read the TypeScript of tools: what they take and give, with an example.",
  input: z.strictObject({
    names: z.array(z.string().min(1).max(MAX_NAME_LENGTH)).min(1).max(MAX_NAMES).describe(
      "Each server/tool or an import path",
    ),
  }),
  annotations: { readOnlyHint: true },
  async run({ names }, _call, { runtime }) {
    const { text, unknown, unavailable } = await runtime.readTools(names);
    const missing = unknown.length === 0 ? [] : unavailable;
    return { content: [{ type: "text", text: noteMissing(text, missing) }] };
  },
});
