import type { McpTool } from "./mcp_tool.ts";
import { runProgramTool } from "./run_program.ts";
import { readToolsTool, saveSkillTool, searchSkillsTool, searchToolsTool } from "./tools.ts";

/** The tools of the endpoint, whatever servers are connected; `call_tool` may be offered beside them. */
export const MCP_TOOLS: readonly McpTool[] = [
  searchToolsTool,
  readToolsTool,
  searchSkillsTool,
  saveSkillTool,
  runProgramTool,
];
