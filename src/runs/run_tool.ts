import { join } from "@std/path";
import type { RunAudit } from "../audit/audit_trail.ts";
import { reachableTool } from "../policy/approvals/reachable_tool.ts";
import { refuseUnapproved } from "../policy/approvals/refuse_unapproved.ts";
import { refuseRisk } from "../policy/refuse_risk.ts";
import { examineLookups } from "../program/examine_lookups.ts";
import type { RunResult } from "../model/run_result.ts";
import type { Capability } from "../model/capability.ts";
import { openWhenNeeded } from "../workspace/workspace.ts";
import type { BegunRun } from "./begin_run.ts";
import { callClassic, type ClassicCall } from "./call_classic.ts";
import { resultWithoutWorker } from "./result_without_worker.ts";
import type { RunServices } from "./run_services.ts";
import { CLASSIC_START } from "./run_start.ts";

/** Options of {@linkcode runTool}. */
export interface RunToolOptions extends RunServices {
  readonly run: BegunRun;
  readonly audit: RunAudit;
  /** The run whose program it is made instead of. */
  readonly fallbackOf: string | undefined;
}

/** The way of one call that needs no program. */
export async function runTool(call: ClassicCall, options: RunToolOptions): Promise<RunResult> {
  const { run, audit, fallbackOf, config, parts, judge } = options;
  using used = run.session === undefined ? undefined : await parts.sessions.use(run.session);
  const folder = used?.folder ?? join(config.folders.workspace, run.runId);
  await using lease = await parts.privacyService.open(run);
  const { privacy } = lease;
  await audit.started({ ...CLASSIC_START, fallbackOf });
  const { catalogue } = parts;
  const checkTool = (tool: Capability) => checkCall(tool, options);
  const { server, tool } = call;
  const [described] = await judge.describe([{ server, tool }]);
  const hint = described?.leaves ?? "each";
  const { ending, effects } = await run.trace.stage(
    "execute",
    () => callClassic(call, { run, privacy, audit, catalogue, hint, checkTool }),
  );
  const workspace = openWhenNeeded(folder);
  return await resultWithoutWorker(ending, { run, privacy, parts, effects, workspace });
}

/** What a program could wait for a person for, a classic call may not do. */
async function checkCall(
  capability: Capability,
  { run, config, parts, judge }: RunToolOptions,
): Promise<void> {
  const { permission } = run;
  await judge.check([capability], { permission, action: "Cannot call tool" });
  const { examiner, wrappers, approvals } = parts;
  const { policy } = config;
  const skills = parts.skills.view(run.caller.name);
  const tools = (capabilities: readonly Capability[]) => judge.describe(capabilities);
  const words = [capability.server, capability.tool].map((word) => JSON.stringify(word)).join(", ");
  const code = `import { callTool } from "airlock";\nawait callTool(${words}, {});`;
  const { risk } = await examiner.examine(
    { code, policy: policy.risk },
    examineLookups({ wrappers, skills, tools }),
    run,
  );
  run.assessed(risk);
  refuseRisk(risk, policy.risk);
  const reachable = (await judge.describe([capability])).map(reachableTool);
  refuseUnapproved({ tools: reachable, level: risk.level, approvals });
}
