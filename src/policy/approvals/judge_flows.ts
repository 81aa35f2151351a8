import type { AirlockError } from "../../model/errors.ts";
import type { FlowQuestion, GatedCall } from "../../model/recorded_call.ts";
import type { Grant, ShownFlow } from "../../model/approval.ts";
import type { ApprovalPlace } from "./approval_store.ts";
import type { Verdict } from "./verdict.ts";
import { sha256 } from "../../text/sha256.ts";

/** What a run's gate answers and does. */
export interface JudgeFlowsOptions {
  /** What was granted that reaches the run. */
  grants(): readonly Grant[];
  /** Why nobody needs to be asked any more about a place. */
  refusal(place: ApprovalPlace, action: string): AirlockError | undefined;
  /** Asks a person about the call and its flows, by their way. */
  ask(place: ApprovalPlace, shown: { flows: readonly ShownFlow[]; way: string }): Verdict;
  /** Masks a text that a person is shown. */
  mask(text: string): string;
  readonly runId: string;
}

/** Of each way, so many values are shown one by one: a table has ten thousand that go the same. */
const MAX_SHOWN_OF_A_WAY = 20;

/**
 * Whether the values of a call may go where it takes them, where the policy wants a person to say so.
 * No approval of the tool or the program is good for that: they never showed which values go.
 */
export function judgeFlows(call: GatedCall, options: JudgeFlowsOptions): Verdict {
  const { server, tool, flows } = call;
  if (flows.length === 0) return { kind: "go", grants: [] };
  const { runId } = options;
  const callKey = `${call.callKey} flow`;
  const place = { runId, kind: "call", callKey, occurrence: call.occurrence } as const;
  const [first] = flows;
  const refusal = options.refusal(place, `Cannot send ${first!.token} to ${server}`);
  if (refusal !== undefined) return { kind: "refused", error: refusal };
  const way = wayOf(flows, server);
  const covered = JSON.stringify([server, tool, way]);
  const grant = options.grants().find((grant) =>
    grant.hasCallsLeft &&
    (grant.scope === "once"
      ? grant.callKey === callKey && grant.occurrence === call.occurrence
      : grant.tools.some((granted) => JSON.stringify(granted) === covered))
  );
  if (grant !== undefined) return { kind: "go", grants: [grant] };
  return options.ask(place, { flows: shownFlows(flows, options), way });
}

/** Values of every way that there is: what is approved are the ways. */
function shownFlows(
  flows: readonly FlowQuestion[],
  { mask }: Pick<JudgeFlowsOptions, "mask">,
): ShownFlow[] {
  const counts = new Map<string, number>();
  const shown = flows.filter((flow) => {
    const key = oneWay(flow, flow.sources);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= MAX_SHOWN_OF_A_WAY;
  });
  return shown.map(({ token, kind, sources, path }) => ({
    token,
    kind,
    from: [...sources],
    path: mask(path),
  }));
}

/**
 * Which kinds of values go from where into which arguments, whatever the values are, and whether the
 * server has said them itself meanwhile.
 */
function wayOf(flows: readonly FlowQuestion[], server: string): string {
  const ways = flows.map((flow) =>
    oneWay(flow, flow.sources.filter((source) => source !== server).sort())
  );
  return sha256([...new Set(ways)].sort().join("\n"));
}

function oneWay({ kind, path }: FlowQuestion, sources: readonly string[]): string {
  const names = path.split(".").filter((step) => !/^\d+$/.test(step));
  return JSON.stringify([kind, sources, names]);
}
