import type { FlowQuestion, GatedCall, WholeArguments } from "../../model/recorded_call.ts";
import type {
  Approval,
  ApprovalFinding,
  Grant,
  ShownFlow,
  ShownSkill,
} from "../../model/approval.ts";
import type { Approvals } from "./approvals.ts";
import type { GatedRun, Verdict } from "./run_grants.ts";
import { unseenByMask } from "./masked_code.ts";
import type { AirlockError } from "../../model/errors.ts";
import type { ApprovalPlace } from "./approval_store.ts";
import { sha256 } from "../../text/sha256.ts";

/** A call whose arguments are ready to be shown. */
export interface ShownCall extends GatedCall {
  readonly whole: WholeArguments;
}

/** The call that waits, and what of it; nothing where the program as a whole does. */
interface AskedCall {
  readonly call?: ShownCall;
  readonly flows?: readonly ShownFlow[];
  readonly way?: string;
}

/** What a person is asked about one run. */
export class RunQuestions {
  readonly #run: GatedRun;
  #shown: Promise<ShownProgram> | undefined;

  constructor(run: GatedRun) {
    this.#run = run;
  }

  /** Masks the program, once: a long one takes a while. */
  showProgram(): Promise<ShownProgram> {
    return this.#shown ??= showProgram(this.#run);
  }

  /** Asks a person, who was not asked about the place or has not decided yet. */
  async ask(
    place: Parameters<Approvals["at"]>[0],
    { code, skills, findings, files, unseen }: ShownProgram,
    { call, flows, way }: AskedCall = {},
  ): Promise<Verdict> {
    const { approvals, programHash, principal, session, risk, tools } = this.#run;
    const all = [...unseen, ...call?.whole.unseen === undefined ? [] : [call.whole.unseen]];
    const shown = {
      level: risk.level,
      findings,
      estimatedWrites: risk.estimatedWrites,
      ...(files !== undefined && { files }),
      tools,
      ...(call && {
        call: {
          server: call.server,
          tool: call.tool,
          arguments: call.whole.text,
          isWhole: call.whole.unseen === undefined,
          ...(flows !== undefined && { flows }),
        },
      }),
      ...(all.length > 0 && { unseen: all }),
    };
    const asked: Approval = await approvals.ask({
      ...place,
      programHash,
      principal,
      ...(session !== undefined && { session }),
      shown,
      code,
      ...(skills.length > 0 && { skills }),
      ...(way !== undefined && { way }),
    });
    return { kind: "waiting", approvalId: asked.approvalId };
  }
}

/** A program as a person is shown it. */
export interface ShownProgram {
  readonly code: string;
  readonly skills: readonly ShownSkill[];
  readonly findings: readonly ApprovalFinding[];
  readonly files: GatedRun["risk"]["files"];
  /** Why not all of it can be shown. */
  readonly unseen: readonly string[];
}

/** Findings quote the program, which may hold personal data. */
async function showProgram(
  { risk, code, skills, mask }: GatedRun,
): Promise<ShownProgram> {
  const unseen: string[] = [];
  const show = async (text: string, what: string) => {
    const masked = await mask(text);
    const problem = unseenByMask(text, { masked, what, kind: "code" });
    if (problem !== undefined) unseen.push(problem);
    return masked;
  };
  const shownSkills: ShownSkill[] = [];
  const shownCode = await show(code, "the program");
  for (const { name, code } of skills) {
    shownSkills.push({ name, code: await show(code, `the skill "${name}"`) });
  }
  const findings = await Promise.all(
    risk.findings.map(async ({ message, ...finding }) => ({
      ...finding,
      message: await mask(message),
    })),
  );
  const files = risk.files && await Promise.all(
    risk.files.map(async ({ use, path }) => ({ use, path: path && await mask(path) })),
  );
  return { code: shownCode, skills: shownSkills, findings, files, unseen };
}

/** What a run's gate answers and does. */
interface JudgeFlowsOptions {
  /** What was granted that reaches the run. */
  grants(): Promise<readonly Grant[]>;
  /** Why no person needs to be asked about a place. */
  refusal(place: ApprovalPlace, action: string): Promise<AirlockError | undefined>;
  /** Asks a person about the call and its flows, by their way. */
  ask(place: ApprovalPlace, shown: { flows: readonly ShownFlow[]; way: string }): Promise<Verdict>;
  /** Masks a text that a person is shown. */
  mask(text: string): Promise<string>;
  readonly runId: string;
}

/** Of each way, so many values are shown one by one: a table has ten thousand that go the same. */
const MAX_SHOWN_OF_A_WAY = 20;

/**
 * Whether the values of a call may go where it takes them, where the policy wants a person to say so.
 * No approval of the tool or the program is good for that: they never showed which values go.
 */
export async function judgeFlows(
  call: GatedCall,
  options: JudgeFlowsOptions,
): Promise<Verdict> {
  const { server, tool, flows } = call;
  if (flows.length === 0) return { kind: "go", grants: [] };
  const { runId } = options;
  const callKey = `${call.callKey} flow`;
  const place = { runId, kind: "call", callKey, occurrence: call.occurrence } as const;
  const [first] = flows;
  const refusal = await options.refusal(place, `Cannot send ${first!.token} to ${server}`);
  if (refusal !== undefined) return { kind: "refused", error: refusal };
  const way = wayOf(flows, server);
  const covered = JSON.stringify([server, tool, way]);
  const grant = (await options.grants()).find((grant) =>
    grant.hasCallsLeft &&
    (grant.scope === "once"
      ? grant.callKey === callKey && grant.occurrence === call.occurrence
      : grant.tools.some((granted) => JSON.stringify(granted) === covered))
  );
  if (grant !== undefined) return { kind: "go", grants: [grant] };
  return await options.ask(place, { flows: await shownFlows(flows, options), way });
}

/** Values of every way that there is: what is approved are the ways. */
async function shownFlows(
  flows: readonly FlowQuestion[],
  { mask }: Pick<JudgeFlowsOptions, "mask">,
): Promise<ShownFlow[]> {
  const counts = new Map<string, number>();
  const shown = flows.filter((flow) => {
    const key = oneWay(flow, flow.sources);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= MAX_SHOWN_OF_A_WAY;
  });
  return await Promise.all(shown.map(async ({ token, kind, sources, path }) => ({
    token,
    kind,
    from: [...sources],
    path: await mask(path),
  })));
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
