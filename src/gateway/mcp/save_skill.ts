import { z } from "zod";
import { defineTool } from "./mcp_tool.ts";
import { showSkills } from "./show_skills.ts";

/** The tool that saves a module for later programs. */
export const saveSkillTool = defineTool({
  name: "save_skill",
  description: "Save a module, imported by ./skills/<name>.",
  input: z.strictObject({
    name: z.string().max(64),
    description: z.string().max(2_000),
    code: z.string().min(1).max(1_000_000),
  }),
  annotations: { idempotentHint: true },
  async run(draft, { principal }, { runtime }) {
    const saved = await runtime.skills.save(draft, { owner: principal.name });
    return { content: [{ type: "text", text: `Saved: ${showSkills([saved])}` }] };
  },
});
