import { z } from "zod";
import { AirlockError } from "../../model/errors.ts";
import { checkSkillPermission } from "../../policy/check_skill_permission.ts";
import { leastPermission } from "../../model/permission.ts";
import { defineTool } from "./mcp_tool.ts";
import { showSkills } from "./show_skills.ts";

/** The tool that saves a module, or the program of a run, for later programs. */
export const saveSkillTool = defineTool({
  name: "save_skill",
  description: "Save a module or a run as ./skills/<name>.",
  input: z.strictObject({
    name: z.string().max(64),
    description: z.string().max(2_000),
    code: z.string().min(1).max(1_000_000).optional(),
    runId: z.string().min(1).max(100).optional(),
  }),
  annotations: {},
  async run({ code, runId, ...about }, { principal }, { runtime: { skills, config } }) {
    if ((code === undefined) === (runId === undefined)) {
      throw new AirlockError("REQUEST_INVALID", "Cannot save skill: give either code or runId");
    }
    const { name: owner, permission } = principal;
    checkSkillPermission(leastPermission([config.policy.permission, permission]));
    const draft = code === undefined ? { ...about, runId: runId! } : { ...about, code };
    return {
      content: [{
        type: "text",
        text: `Saved: ${showSkills([await skills.save(draft, { owner })])}`,
      }],
    };
  },
});
