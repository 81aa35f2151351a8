import { z } from "zod";
import { type ResumeOptions, runRequest } from "../../model/run_request.ts";
import type { RunResult } from "../../model/run_result.ts";
import type { Runtime } from "../../runs/runtime.ts";
import { askByResult, digestOfCall, takeAnswers } from "./ask_by_result.ts";
import { warnOfAttempts } from "../gateway_services.ts";
import { askWhileRunning } from "./ask_while_running.ts";
import { type Asking, ASKS_NOT } from "./asking.ts";
import { defineTool, type McpCall } from "./mcp_tool.ts";
import { shownRun, showRun } from "./show_run.ts";

const DESCRIPTION =
  `Run a TypeScript program that calls tools, imported from ./servers/<server>/<tool>.ts. \
Top-level await and return work. Files: ./workspace/, with Deno.readTextFile and its kind. \
import { searchTools, readTool, sleep } from "airlock". No network, npm or environment. Only logs \
and the returned value come back: filter, join and loop in the program and return little; a large \
value becomes a file in ./workspace/.`;

const { code, session, timeoutMs, permission, approve, fallback } = runRequest.shape;
const { server, tool } = fallback.unwrap().shape;

const INPUT = z.strictObject({
  code: code.optional().describe("TypeScript"),
  session: session.describe("Runs of one name share ./workspace/"),
  timeoutMs,
  permission,
  mode: z.enum(["auto", "program"]).optional(),
  approve,
  // A default would cost a model tokens.
  fallback: z.strictObject({
    server: server.min(1),
    tool: tool.min(1),
    arguments: z.record(z.string(), z.unknown()).optional(),
  }).optional().describe("Called if the program fails"),
  resume: z.string().max(64).optional().describe("A waiting runId, instead of code"),
}).refine(({ code, resume }) => (code === undefined) !== (resume === undefined), {
  path: ["code"],
  error: 'expected string, or "resume" and no "code"',
});

type Input = z.output<typeof INPUT>;

/** Runs programs. */
export const runProgramTool = defineTool({
  name: "run_program",
  description: DESCRIPTION,
  input: INPUT,
  output: shownRun,
  annotations: { destructiveHint: true, openWorldHint: true },
  async run(input, call, { runtime, slots, warn }) {
    const show = async (result: RunResult) => {
      const found = await Promise.all(result.approvals.map((id) => runtime.approvals.find(id)));
      return showRun(result, {
        maxModelTokens: runtime.config.limits.resultModelTokens,
        approvals: found.filter((approval) => approval !== undefined),
      });
    };
    const undecided = await resultWithoutDecision(input, { call, runtime });
    if (undecided !== undefined) return await show(undecided);
    using asking = openAsking(input, { call, runtime });
    using slot = await slots.take(call.signal);
    const onEvent = warnOfAttempts(warn, (event) => {
      call.onEvent(event);
      asking.onEvent(event);
    });
    const options = { ...asking.patience, signal: slot.signal, onEvent };
    const result = await runOrResume(input, { call, runtime, asking, options });
    return await asking.answer(result) ?? await show(result);
  },
});

interface Services {
  readonly call: McpCall;
  readonly runtime: Runtime;
}

/** Takes the answers of a repeated call; returns its run's result where they decide nothing. */
async function resultWithoutDecision(
  input: Input,
  { call: { asked, client, principal }, runtime }: Services,
): Promise<RunResult | undefined> {
  if (asked === undefined) return undefined;
  const isDecided = await takeAnswers(asked, {
    approvals: runtime.approvals,
    answers: client.kind === "asks_by_result" ? client.answers : {},
    principal: principal.name,
    callDigest: digestOfCall(input),
  });
  const known = isDecided ? undefined : await runtime.find(asked.runId, principal);
  return known?.state === "waiting" ? known.result : undefined;
}

function openAsking(input: Input, { call, runtime }: Services): Asking {
  const { client, asked, principal, onEvent } = call;
  const { approvals, config } = runtime;
  switch (client.kind) {
    case "cannot_ask":
      return ASKS_NOT;
    case "asks_by_result":
      return askByResult({
        approvals,
        state: asked,
        seal: client.seal,
        callDigest: digestOfCall(input),
      });
    case "asks_while_running":
      return askWhileRunning({
        approvals,
        principal: principal.name,
        elicit: client.elicit,
        waitMs: config.approvals.waitMs,
        ...(client.receivesProgress && {
          keepAlive: (approval) => onEvent({ type: "approval", approval }),
        }),
        async waitingOf(runId) {
          if (await runtime.find(runId, principal) === undefined) return [];
          return (await approvals.list()).filter((each) =>
            each.runId === runId && each.state === "waiting"
          );
        },
      });
  }
}

async function runOrResume(input: Input, options: RunOptions): Promise<RunResult> {
  const { call, runtime, asking, options: shared } = options;
  const resume = async (runId: string) => {
    await asking.onResume(runId);
    return await runtime.resume(runId, { ...shared, asker: call.principal });
  };
  const begun = call.asked?.runId ?? input.resume;
  let result = begun === undefined ? await begin(input, options) : await resume(begun);
  while (asking.continues(result)) result = await resume(result.runId);
  return result;
}

interface RunOptions extends Services {
  readonly asking: Asking;
  readonly options: Omit<ResumeOptions, "asker">;
}

async function begin(
  { code, session, timeoutMs, permission, mode, approve, fallback }: Input,
  { call, runtime, options }: RunOptions,
): Promise<RunResult> {
  const inSession = session ?? call.session;
  return await runtime.run({
    ...options,
    code: code!,
    principal: call.principal,
    ...(inSession !== undefined && { session: inSession }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(permission !== undefined && { permission }),
    ...(mode !== undefined && { mode }),
    ...(approve !== undefined && { approve }),
    ...(fallback && { fallback: { ...fallback, arguments: fallback.arguments ?? {} } }),
  });
}
