import { effectOf, refusalOf, stateOfError } from "../calls/refusals.ts";
import { AirlockError } from "../model/errors.ts";
import type { RunAudit } from "../audit/audit_trail.ts";
import type { BegunRun } from "./begin_run.ts";
import { McpToolError } from "../upstream/mcp_tool_error.ts";
import { withTurns } from "../work/host_turns.ts";
import { encodeJsonInSteps } from "../text/write_json.ts";
import type { RunPrivacy } from "../privacy/run_privacy.ts";
import type { Ending } from "../result/outcome_of.ts";
import type { Effect } from "../model/run_result.ts";
import type { EffectHint } from "../model/recorded_call.ts";
import type { Capability } from "../model/capability.ts";
import { exceedsBounds } from "../calls/exceeds_bounds.ts";
import { createCallServer, type CreateCallServerOptions } from "../calls/serve_call.ts";
import { showArguments } from "../calls/show_arguments.ts";
import type { ToolCatalogue } from "./tool_catalogue.ts";

/** A tool to call, without a program. */
export interface ClassicCall extends Capability {
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Options of {@linkcode callClassic}. */
export interface CallClassicOptions {
  readonly run: BegunRun;
  readonly privacy: RunPrivacy;
  readonly audit: RunAudit;
  readonly catalogue: ToolCatalogue;
  /** What the call leaves behind. */
  readonly hint: EffectHint;
  readonly checkTool: NonNullable<CreateCallServerOptions["checkTool"]>;
}

/** Nobody can be asked where nobody can wait. */
const NOTHING: ReadonlySet<string> = new Set();

/** What a call without a program came to. */
export interface ClassicEnd {
  readonly ending: Ending;
  readonly effects: readonly Effect[];
}

/** Makes one call as a program would make it: through the same door, checks and journal. */
export async function callClassic(
  { server, tool, arguments: args }: ClassicCall,
  { run, privacy, audit, catalogue, hint, checkTool }: CallClassicOptions,
): Promise<ClassicEnd> {
  const { limits, journal, principal, signal } = run;
  await refuseBeyond(args, run);
  const shown = {
    server,
    tool,
    arguments: showArguments(args, privacy),
    isEffect: hint !== "none",
  };
  let effect: Effect | undefined;
  const end = (ending: Ending) => ({ ending, effects: effect === undefined ? [] : [effect] });
  try {
    await findTool({ server, tool }, catalogue);
    const call = createCallServer({
      capabilities: [{ server, tool }],
      limits,
      journal,
      principal,
      audit,
      recorder: {
        async perform(_call, make) {
          effect = effectOf(shown, "unknown");
          try {
            const body = await make(NOTHING);
            effect = effectOf(shown, "done");
            return { body, isReplayed: false };
          } catch (error) {
            if (!signal.aborted) effect = effectOf(shown, stateOfError(error));
            throw error;
          }
        },
      },
      effectOf: () => hint,
      upstream: catalogue,
      privacy,
      checkTool,
      signal,
    });
    const argumentBytes = (await withTurns(encodeJsonInSteps(args), principal)).length;
    const body = await run.trace.call({ server, tool }, async () => {
      const body = await call({ server, tool, arguments: { ...args }, argumentBytes });
      run.traffic.sample(body);
      return body;
    });
    return end({ kind: "value", json: new TextDecoder().decode(body) });
  } catch (error) {
    return end(endingOf(error, signal));
  } finally {
    journal.close();
  }
}

/** A caller's arguments have the bounds of a program's. */
async function refuseBeyond(args: unknown, { limits, principal }: BegunRun): Promise<void> {
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

/** Names of none are the caller's words, and are written down nowhere. */
async function findTool({ server, tool: name }: Capability, catalogue: ToolCatalogue) {
  const tools = await catalogue.tools(server);
  if (tools.some(({ tool }) => tool.name === name)) return;
  throw new AirlockError("TOOL_UNKNOWN", "Cannot call tool: its server has none of this name", {
    hint: "GET /v1/tools lists the tools",
  });
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
