import { z } from "zod";
import { SESSION_NAME } from "../../model/run_request.ts";
import { AirlockError } from "../../model/errors.ts";
import { CLASSIC_BOUNDS } from "../../runs/choose_mode.ts";
import type { Runtime } from "../../runs/runtime_types.ts";
import { defineTool } from "./mcp_tool.ts";
import { shownRun, showRun } from "./show_run.ts";

/** The tool that calls one tool, for clients that cannot write programs. */
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
      onEvent: call.tell,
    });
    return showRun(result, { maxModelTokens: runtime.config.limits.resultModelTokens });
  },
});

/** What tells whether `call_tool` is offered. */
export type CallToolOffer = Pick<Runtime, "config" | "tools" | "metrics">;

/**
 * Whether tools may be called without a program: those of a server, or of any. Where that is left to
 * the host ("auto"), they may while all definitions together are small: a model that reads what it
 * calls then pays less than one that has a program do it.
 */
export async function offersCallTool(runtime: CallToolOffer, server?: string): Promise<boolean> {
  const { gateway, servers } = runtime.config;
  const asked = servers.filter(({ name }) => server === undefined || name === server)
    .map(({ callTool = gateway.callTool }) => callTool);
  if (asked.includes(true)) return true;
  return asked.includes("auto") && await isSmall(runtime);
}

/** What nobody has listed yet would count for nothing. */
async function isSmall(runtime: CallToolOffer): Promise<boolean> {
  if ((await runtime.tools()).length === 0) return false;
  const { definitionModelTokens } = await runtime.metrics();
  return definitionModelTokens <= CLASSIC_BOUNDS.definitionModelTokens;
}

function notOffered(): AirlockError {
  return new AirlockError("TOOL_DENIED", "Cannot call tool: its server is for programs only", {
    hint: "Call it from a program, with run_program",
  });
}
