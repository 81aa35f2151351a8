import { z } from "zod";
import { showSkills } from "./show_skills.ts";
import { defineTool } from "./mcp_tool.ts";

const MAX_QUERY_LENGTH = 2_000;
const LIMIT = 8;

/** The tool that finds skills. */
export const searchSkillsTool = defineTool({
  name: "search_skills",
  description: "Find saved programs to import.",
  input: z.strictObject({ query: z.string().min(1).max(MAX_QUERY_LENGTH) }),
  annotations: { readOnlyHint: true },
  async run({ query }, { principal }, { runtime }) {
    const caller = principal.name;
    const { skills, noGoodMatch } = await runtime.skills.search(query, { caller, limit: LIMIT });
    const text = skills.length === 0
      ? "No skill does this."
      : `${noGoodMatch ? "No good match: these are only the nearest.\n" : ""}${showSkills(skills)}`;
    return { content: [{ type: "text", text }] };
  },
});
