import { z } from "zod";
import { SESSION_NAME } from "../../config/sessions.ts";
import { AirlockError } from "../../errors.ts";
import type { Config } from "../../config.ts";
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
    if (!offersCallTool(runtime.config, asked.server)) throw notOffered();
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

/** Whether tools may be called without a program: those of a server, or of any. */
export function offersCallTool({ gateway, servers }: Config, server?: string): boolean {
  const asked = servers.filter(({ name }) => server === undefined || name === server);
  return asked.some(({ callTool = gateway.callTool }) => callTool);
}

function notOffered(): AirlockError {
  return new AirlockError("TOOL_DENIED", "Cannot call tool: its server is for programs only", {
    hint: "Call it from a program, with run_program",
  });
}
