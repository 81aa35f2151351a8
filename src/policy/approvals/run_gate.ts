import type { ApprovalDecision } from "../../config/approvals.ts";
import { AirlockError } from "../../model/errors.ts";
import type { CallGate, GatedCall } from "../../model/recorded_call.ts";
import type { Approvals } from "./approvals.ts";
import { type GatedRun, nameTool, RunGrants, type Verdict } from "./run_grants.ts";
import { judgeFlows, RunQuestions, type ShownCall, type ShownProgram } from "./run_questions.ts";
import { ruleOfLevel, ruleOfTool } from "./approval_rules.ts";

/** Waits for a person with the worker kept; undefined where the run ends before. */
export type Hold = (
  decided: (signal: AbortSignal) => Promise<Verdict | undefined>,
) => Promise<Verdict | undefined>;

/** What a person is shown of a call. */
interface ReadyCall {
  readonly program: ShownProgram;
  readonly call: ShownCall;
}

/** Decides of one run what may go on, what needs a person and what may not. */
export class RunGate {
  readonly #run: GatedRun;
  readonly #grants: RunGrants;
  readonly #questions: RunQuestions;
  readonly #rules: ReadonlyMap<string, ApprovalDecision>;
  readonly #reading: ReadonlySet<string>;
  readonly #levelRule: ApprovalDecision;

  constructor(run: GatedRun) {
    const { approvals: { config, canAsk }, tools, risk, approve } = run;
    this.#run = run;
    this.#grants = new RunGrants(run);
    this.#questions = new RunQuestions(run);
    const ofLevel = ruleOfLevel(risk.level, config, canAsk);
    // Its caller may ask for a person, and never for one less.
    this.#levelRule = approve === "always" && ofLevel === "allow" ? "require" : ofLevel;
    this.#rules = new Map(
      tools.map((tool) => [nameTool(tool), ruleOfTool(tool, config.rules)]),
    );
    const reading = tools.filter(({ effect }) => effect === "reads");
    this.#reading = new Set(reading.map(nameTool));
  }

  /** Whether the program as a whole may start. */
  async judgeProgram(): Promise<Verdict> {
    const { risk: { level }, runId } = this.#run;
    if (this.#levelRule === "allow") return { kind: "go", grants: [] };
    if (this.#levelRule === "block") {
      const message = `Cannot run program: its risk is ${level}, which the configuration blocks`;
      return { kind: "refused", error: new AirlockError("FORBIDDEN", message) };
    }
    const place = { runId, kind: "run", callKey: "", occurrence: 0 } as const;
    const refusal = await this.#refusal(place, "Cannot run program");
    if (refusal !== undefined) return { kind: "refused", error: refusal };
    const grant = await this.#grants.ofProgram();
    if (grant !== undefined) {
      await this.#grants.noteUse([grant]);
      return { kind: "go", grants: [] };
    }
    return await this.#questions.ask(place, await this.#questions.showProgram());
  }

  /** Decides of calls, for a worker that is kept by `hold` while a person decides. */
  forCalls(hold: Hold): CallGate {
    const { approvals } = this.#run;
    return {
      admit: (call) => this.#admit(call, hold),
      spend: (grants) => approvals.spend(grants),
    };
  }

  async #admit(call: GatedCall, hold: Hold): Promise<readonly string[]> {
    const { approvals } = this.#run;
    // What a person would be shown is made ready before, where one may have to be asked.
    const ready = await this.#mayAsk(call) ? await this.#makeReady(call) : undefined;
    let verdict: Verdict | undefined = await this.#judge(call, ready);
    if (verdict.kind === "waiting") {
      const decided = (signal: AbortSignal) =>
        approvals.until(async () => {
          const now = await this.#judge(call, ready);
          return now.kind === "waiting" ? undefined : now;
        }, signal);
      const { approvalId } = verdict;
      verdict = await hold(decided);
      // Another grant may have let it through.
      if (verdict?.kind === "go") await approvals.withdraw({ approvalId });
    }
    if (verdict?.kind === "go") {
      await this.#grants.noteUse(verdict.grants);
      return verdict.grants.map(({ approvalId }) => approvalId);
    }
    throw verdict?.kind === "refused" ? verdict.error : new AirlockError(
      "APPROVAL_PENDING",
      `Cannot call ${call.server}.${call.tool}: nobody has decided yet`,
    );
  }

  /** Whether a person has to decide about the call, unless one has. */
  async #mayAsk(call: GatedCall): Promise<boolean> {
    const name = nameTool(call);
    if (!this.#rules.has(name)) return call.flows.length > 0;
    const isGuarded = this.#levelRule === "require" && !this.#reading.has(name);
    const isAsked = (isGuarded || this.#rules.get(name) === "require") &&
      await this.#grants.ofCall(call) === undefined;
    return isAsked || call.flows.length > 0;
  }

  async #makeReady(call: GatedCall): Promise<ReadyCall> {
    const [program, whole] = [await this.#questions.showProgram(), await call.showAll()];
    return { program, call: { ...call, whole } };
  }

  /** May the call be made, and may what is in it go there? */
  async #judge(call: GatedCall, ready: ReadyCall | undefined): Promise<Verdict> {
    const verdict = await this.#judgeCall(call, ready);
    if (verdict.kind !== "go") return verdict;
    const { runId, mask } = this.#run;
    const flowing = await judgeFlows(call, {
      runId,
      mask,
      grants: () => this.#grants.reaching(),
      refusal: (place, action) => this.#refusal(place, action),
      ask: (place, { flows, way }) =>
        this.#questions.ask(place, ready!.program, { call: ready!.call, flows, way }),
    });
    return flowing.kind === "go"
      ? { kind: "go", grants: [...verdict.grants, ...flowing.grants] }
      : flowing;
  }

  async #judgeCall(call: GatedCall, ready: ReadyCall | undefined): Promise<Verdict> {
    const name = nameTool(call);
    const rule = this.#rules.get(name) ?? "allow";
    if (rule === "block") {
      const message = `Cannot call ${call.server}.${call.tool}: the configuration blocks it`;
      return { kind: "refused", error: new AirlockError("TOOL_DENIED", message) };
    }
    const isGuarded = this.#levelRule === "require" && !this.#reading.has(name);
    // What only asks the host is no tool.
    if (!this.#rules.has(name) || (rule === "allow" && !isGuarded)) {
      return { kind: "go", grants: [] };
    }
    const { runId } = this.#run;
    const { callKey, occurrence } = call;
    const place = { runId, kind: "call", callKey, occurrence } as const;
    const refusal = await this.#refusal(place, `Cannot call ${call.server}.${call.tool}`);
    if (refusal !== undefined) return { kind: "refused", error: refusal };
    const grant = await this.#grants.ofCall(call);
    if (grant !== undefined) return { kind: "go", grants: [grant] };
    return await this.#questions.ask(place, ready!.program, { call: ready!.call });
  }

  #refusal(
    place: Parameters<Approvals["at"]>[0],
    action: string,
  ): Promise<AirlockError | undefined> {
    return refusalAt(place, { approvals: this.#run.approvals, action });
  }
}

interface RefusalAtOptions {
  readonly approvals: Approvals;
  /** What is refused, for the message: "Cannot" and a verb. */
  readonly action: string;
}

/** Why no person needs to be asked about a place; undefined where one may be. */
async function refusalAt(
  place: Parameters<Approvals["at"]>[0],
  { approvals, action }: RefusalAtOptions,
): Promise<AirlockError | undefined> {
  if (!approvals.canAsk) {
    return new AirlockError(
      "APPROVAL_UNAVAILABLE",
      `${action}: a person must approve it, and there is no way to ask one`,
    );
  }
  const asked = await approvals.at(place);
  if (asked?.state === "expired") {
    return new AirlockError("APPROVAL_EXPIRED", `${action}: nobody decided in time`);
  }
  if (asked?.state !== "rejected") return undefined;
  const { decision } = asked;
  const reason = decision?.decision === "reject" ? decision.reason : undefined;
  return new AirlockError(
    "APPROVAL_REJECTED",
    `${action}: a person has rejected it${reason ? `: ${reason}` : ""}`,
  );
}
