import { join } from "@std/path";
import { exceedsBounds } from "../calls/exceeds_bounds.ts";
import { effectOf, refusalOf, stateOfError } from "../calls/refusals.ts";
import { createCallServer } from "../calls/serve_call.ts";
import { showArguments } from "../calls/show_arguments.ts";
import type { Capability } from "../model/tool.ts";
import { AirlockError } from "../model/errors.ts";
import type { EffectHint } from "../model/recorded_call.ts";
import type { Effect, RunResult } from "../model/run_result.ts";
import { reachableTool, refuseUnapproved } from "../policy/approvals/approval_rules.ts";
import { refuseRisk } from "../policy/check_permission.ts";
import { examineLookups } from "../program/examination.ts";
import type { Ending } from "../result/ending.ts";
import { RunTimer } from "../sandbox/run_timer.ts";
import { encodeJsonInSteps } from "../text/write_json.ts";
import { McpToolError } from "../upstream/mcp_tool_error.ts";
import { withTurns } from "../work/host_turns.ts";
import { openWhenNeeded } from "../workspace/workspace.ts";
import { CLASSIC_START } from "./execute_run.ts";
import type { Run } from "./run.ts";
import { callContext, callListeners } from "./run_calls.ts";
import { resultWithoutWorker } from "./run_in_worker.ts";
import { openScope, type RunHost, type RunScope } from "./run_scope.ts";
import type { ToolCatalogue } from "./tool_catalogue.ts";

/** A tool to call, without a program. */
export interface ClassicCall extends Capability {
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Carries out a call without a program: with the same privacy, checks and audit as a program's. */
export async function callTool(
  call: ClassicCall,
  { run, host, fallbackOf }: {
    readonly run: Run;
    readonly host: RunHost;
    /** The run whose program it is made instead of. */
    readonly fallbackOf: string | undefined;
  },
): Promise<RunResult> {
  await using scope = await openScope(run, host);
  await scope.privacy;
  await host.recorder.started(run, { ...CLASSIC_START, fallbackOf });
  run.enter("running");
  const { server, tool } = call;
  const [described] = await host.judge.describe([{ server, tool }]);
  const hint = described?.leaves ?? "each";
  const made = await run.trace.stage("execute", () => makeCall(call, hint, scope));
  const folder = scope.sessionFolder ?? join(host.config.folders.workspace, run.runId);
  const { ending, effects } = made;
  return await resultWithoutWorker(ending, scope, { effects, workspace: openWhenNeeded(folder) });
}

/** A classic call waits for no person, so none can allow a flow. */
const NO_FLOWS: ReadonlySet<string> = new Set();

async function makeCall(
  { server, tool, arguments: args }: ClassicCall,
  hint: EffectHint,
  scope: RunScope,
): Promise<{ readonly ending: Ending; readonly effects: readonly Effect[] }> {
  const { run, parts: { catalogue } } = scope;
  const { limits, callLog, principal } = run;
  await refuseBeyond(args, run);
  const privacy = await scope.privacy;
  const late = new AbortController();
  const signal = AbortSignal.any([run.signal, late.signal]);
  using timer = new RunTimer({ timeoutMs: limits.timeoutMs, onChange() {} });
  timer.expired.then(() => {
    // A call that is not settled by now stays unfinished.
    callLog.close();
    late.abort();
  });
  const shown = {
    ...{ server, tool },
    arguments: await showArguments(args, privacy),
    isEffect: hint !== "none",
  };
  let effect: Effect | undefined;
  const end = (ending: Ending) => ({ ending, effects: effect === undefined ? [] : [effect] });
  const perform = async (
    _call: unknown,
    make: (flows: ReadonlySet<string>) => Promise<Uint8Array>,
  ) => {
    effect = effectOf(shown, "unknown");
    try {
      const body = await make(NO_FLOWS);
      effect = effectOf(shown, "done");
      return { body, isReplayed: false };
    } catch (error) {
      if (!signal.aborted) effect = effectOf(shown, stateOfError(error));
      throw error;
    }
  };
  try {
    await findTool({ server, tool }, catalogue);
    const serve = createCallServer({
      run: { ...callContext(run), signal },
      capabilities: [{ server, tool }],
      ...{ privacy, journal: { perform } },
      effectOf: () => hint,
      upstream: catalogue,
      checkTool: (tool) => checkCall(tool, scope),
      listeners: callListeners(run, catalogue),
    });
    const argumentBytes = (await withTurns(encodeJsonInSteps(args), principal)).length;
    const body = await run.trace.call(
      { server, tool },
      () => serve({ server, tool, arguments: { ...args }, argumentBytes }),
    );
    return end({ kind: "value", json: new TextDecoder().decode(body) });
  } catch (error) {
    if (late.signal.aborted) return end({ kind: "over_limit", limit: "timeoutMs" });
    return end(endingOf(error, run.signal));
  } finally {
    callLog.close();
  }
}

/** A caller's arguments have the bounds of a program's. */
async function refuseBeyond(args: unknown, { limits, principal }: Run): Promise<void> {
  const { callDepth: depth, callNodes: nodes, callNames: names } = limits;
  const bound = await withTurns(exceedsBounds(args, { depth, nodes, names }), principal);
  if (bound === undefined) return;
  const most = {
    depth: `${depth} levels`,
    nodes: `${nodes} values`,
    names: `${names} names in one object`,
  }[bound];
  throw new AirlockError("ARGUMENTS_INVALID", `Cannot call tool: its arguments have over ${most}`);
}

/** An unknown name is the caller's text, and is written down nowhere. */
async function findTool({ server, tool: name }: Capability, catalogue: ToolCatalogue) {
  const tools = await catalogue.tools(server);
  if (tools.some(({ tool }) => tool.name === name)) return;
  throw new AirlockError("TOOL_UNKNOWN", "Cannot call tool: its server has none of this name", {
    hint: "GET /v1/tools lists the tools",
  });
}

/** Refuses a call that a program would have to wait for a person for. */
async function checkCall(capability: Capability, scope: RunScope): Promise<void> {
  const { run, config, judge, parts: { examiner, wrappers, skills, approvals } } = scope;
  await scope.checkTool(capability);
  const words = [capability.server, capability.tool].map((word) => JSON.stringify(word)).join(", ");
  const code = `import { callTool } from "airlock";\nawait callTool(${words}, {});`;
  const { risk } = await examiner.examine(
    { code, policy: config.policy.risk },
    examineLookups({
      wrappers,
      skills: skills.view(run.caller.name),
      tools: (capabilities) => judge.describe(capabilities),
    }),
    run,
  );
  run.assessed(risk);
  refuseRisk(risk, config.policy.risk);
  const reachable = (await judge.describe([capability])).map(reachableTool);
  refuseUnapproved({ tools: reachable, level: risk.level, approvals });
}

function endingOf(error: unknown, signal: AbortSignal): Ending {
  if (signal.aborted) return { kind: "cancelled" };
  if (error instanceof McpToolError) {
    return { kind: "thrown", thrown: { ...refusalOf(error), stack: "" } };
  }
  if (error instanceof AirlockError && error.code !== "AUDIT_FAILED") {
    return { kind: "refused", error };
  }
  throw error;
}
