import { z } from "zod";
import { warnOfAttempts } from "../warn_of_attempts.ts";
import { MAX_TIMEOUT_MS } from "../../config/limits.ts";
import { SESSION_NAME } from "../../config/sessions.ts";
import { defineTool } from "./mcp_tool.ts";
import { shownRun, showRun } from "./show_run.ts";

const DESCRIPTION =
  `Run a TypeScript program that calls tools, imported from ./servers/<server>/<tool>.ts. \
Top-level await and return work. Read and write files under ./workspace/ with Deno.readTextFile and \
its kind; import { searchTools, readTool, sleep } from "airlock". There is no network, npm or \
environment. Only logs and the returned value come back, so filter, join and loop in the program \
and return little; a large value becomes a file in ./workspace/.`;

/** The tool that runs programs. */
export const runProgramTool = defineTool({
  name: "run_program",
  description: DESCRIPTION,
  input: z.strictObject({
    code: z.string().min(1).describe("TypeScript"),
    session: z.string().regex(SESSION_NAME, {
      error: "expected 1 to 64 letters, digits, - and _, and no run_ at the beginning",
    }).optional().describe("Runs of one name share ./workspace/"),
    timeoutMs: z.int().min(1).max(MAX_TIMEOUT_MS).optional(),
  }),
  output: shownRun,
  annotations: { destructiveHint: true, openWorldHint: true },
  async run({ code, session, timeoutMs }, call, { runtime, slots, warn }) {
    const inSession = session ?? call.session;
    using slot = await slots.take(call.signal);
    const result = await runtime.run({
      code,
      principal: call.principal,
      ...(inSession !== undefined && { session: inSession }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      signal: slot.signal,
      onEvent: warnOfAttempts(warn, call.tell),
    });
    return showRun(result, { maxModelTokens: runtime.config.limits.resultModelTokens });
  },
});
