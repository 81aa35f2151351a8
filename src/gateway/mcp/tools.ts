import { z } from "zod";
import { SESSION_NAME } from "../../model/run_request.ts";
import { AirlockError } from "../../model/errors.ts";
import { leastPermission } from "../../model/permission.ts";
import { checkSkillPermission } from "../../policy/check_permission.ts";
import { CLASSIC_BOUNDS } from "../../runs/choose_mode.ts";
import type { Runtime } from "../../runs/runtime.ts";
import type { SkillInfo } from "../../skills/skill.ts";
import { defineTool } from "./mcp_tool.ts";
import { shownRun, showRun } from "./show_run.ts";

/** Finds tools. */
export const searchToolsTool = defineTool({
  name: "search_tools",
  description:
    "Find tools of the connected servers by what they do: import paths, best first, by server.",
  input: z.strictObject({
    query: z.string().min(1).max(2_000).describe("Keywords, or a task in words"),
    detail: z.enum(["name", "description", "full"]).default("description"),
    limit: z.int().min(1).max(50).default(10),
    offset: z.int().min(0).max(100_000).default(0),
    server: z.string().min(1).max(64).optional().describe("Only this one's"),
  }),
  annotations: { readOnlyHint: true },
  async run({ query, server, ...shown }, { session, principal }, { runtime }) {
    const { text, unavailable } = await runtime.searchTools(query, {
      ...shown,
      principal: principal.name,
      ...(server !== undefined && { server }),
      ...(session !== undefined && { session }),
    });
    return textResult(noteMissing(text, unavailable));
  },
});

/** Shows the types of tools. */
export const readToolsTool = defineTool({
  name: "read_tools",
  description: "Read the TypeScript of tools: what they take and give, with an example.",
  input: z.strictObject({
    names: z.array(z.string().min(1).max(400)).min(1).max(20).describe(
      "Each server/tool or an import path",
    ),
  }),
  annotations: { readOnlyHint: true },
  async run({ names }, { principal }, { runtime }) {
    const { text, unknown, unavailable } = await runtime.readTools(names, {
      principal: principal.name,
    });
    return textResult(noteMissing(text, unknown.length === 0 ? [] : unavailable));
  },
});

const MAX_MISSING_NAMES = 5;

/** Adds the servers that a text leaves out because they are unavailable. */
export function noteMissing(text: string, unavailable: readonly string[]): string {
  if (unavailable.length === 0) return text;
  const named = unavailable.slice(0, MAX_MISSING_NAMES).join(", ");
  const more = unavailable.length - MAX_MISSING_NAMES;
  return `${text}\nNot within reach now: ${named}${more > 0 ? ` and ${more} more` : ""}.`;
}

/** Finds skills. */
export const searchSkillsTool = defineTool({
  name: "search_skills",
  description: "Find saved programs to import.",
  input: z.strictObject({ query: z.string().min(1).max(2_000) }),
  annotations: { readOnlyHint: true },
  async run({ query }, { principal }, { runtime }) {
    const { skills, noGoodMatch } = await runtime.skills.search(query, {
      caller: principal.name,
      limit: 8,
    });
    if (skills.length === 0) return textResult("No skill does this.");
    const note = noGoodMatch ? "No good match: these are only the nearest.\n" : "";
    return textResult(note + showSkills(skills));
  },
});

/** Saves a module, or the program of a run, for later programs. */
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
    return textResult(`Saved: ${showSkills([await skills.save(draft, { owner })])}`);
  },
});

const MAX_DESCRIPTION_LENGTH = 200;

/** Skills for a model, a line each: the module to import, and its purpose. */
function showSkills(skills: readonly SkillInfo[]): string {
  return skills.map(({ name, version, description, trust, tools }) => {
    const short = description.length <= MAX_DESCRIPTION_LENGTH
      ? description
      : `${description.slice(0, MAX_DESCRIPTION_LENGTH).toWellFormed()}…`;
    const calls = tools.length === 0 ? "" : `; calls ${tools.slice(0, 5).join(", ")}`;
    return `./skills/${name} (@${version}, ${trust}${calls}): ${short}`;
  }).join("\n");
}

function textResult(text: string) {
  return { content: [{ type: "text" as const, text }] };
}

/** Calls one tool, for clients that cannot write programs. */
export const callToolTool = defineTool({
  name: "call_tool",
  description:
    "Call one tool that search_tools found. For more than one call, or a large result, " +
    "run_program costs less.",
  input: z.strictObject({
    server: z.string().min(1).max(1_000),
    tool: z.string().min(1).max(1_000),
    arguments: z.record(z.string(), z.unknown()).default({}),
    session: z.string().regex(SESSION_NAME).optional(),
  }),
  output: shownRun,
  annotations: { destructiveHint: true, openWorldHint: true },
  async run({ session, ...asked }, call, { runtime, slots }) {
    if (!await offersCallTool(runtime, asked.server)) throw notOffered();
    const inSession = session ?? call.session;
    using slot = await slots.take(call.signal);
    const result = await runtime.callTool({
      ...asked,
      principal: call.principal,
      ...(inSession !== undefined && { session: inSession }),
      signal: slot.signal,
      onEvent: call.onEvent,
    });
    return showRun(result, { maxModelTokens: runtime.config.limits.resultModelTokens });
  },
});

type OfferingRuntime = Pick<Runtime, "config" | "tools" | "metrics">;

/**
 * Whether `call_tool` is offered, for a server or for any. With "auto" it is offered while all tool
 * definitions together are small: a model then pays less for the results than for a program.
 */
export async function offersCallTool(runtime: OfferingRuntime, server?: string): Promise<boolean> {
  const { gateway, servers } = runtime.config;
  const settings = servers.filter(({ name }) => server === undefined || name === server)
    .map(({ callTool = gateway.callTool }) => callTool);
  if (settings.includes(true)) return true;
  return settings.includes("auto") && await hasSmallDefinitions(runtime);
}

async function hasSmallDefinitions(runtime: OfferingRuntime): Promise<boolean> {
  // Tools that were never listed would count for nothing.
  if ((await runtime.tools()).length === 0) return false;
  const { definitionModelTokens } = await runtime.metrics();
  return definitionModelTokens <= CLASSIC_BOUNDS.definitionModelTokens;
}

function notOffered(): AirlockError {
  return new AirlockError("TOOL_DENIED", "Cannot call tool: its server is for programs only", {
    hint: "Call it from a program, with run_program",
  });
}
