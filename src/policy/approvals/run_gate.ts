import type { ApprovalDecision } from "../../config/approvals.ts";
import { AirlockError } from "../../errors.ts";
import type { CallGate, GatedCall } from "../../rpc/call_gate.ts";
import type { Approvals } from "./approvals.ts";
import type { GatedRun } from "./gated_run.ts";
import { judgeFlows } from "./judge_flows.ts";
import { nameTool } from "./name_tool.ts";
import { refusalAt } from "./refusal_at.ts";
import { ruleOfLevel, ruleOfTool } from "./rule_of_tool.ts";
import { RunGrants } from "./run_grants.ts";
import { RunQuestions } from "./run_questions.ts";
import type { Verdict } from "./verdict.ts";

/** Waits for a person with the worker kept; undefined where the run ends before. */
export type Hold = (
  decided: (signal: AbortSignal) => Promise<Verdict | undefined>,
) => Promise<Verdict | undefined>;

/** Decides of one run what may go on, what needs a person and what may not. */
export class RunGate {
  readonly #run: GatedRun;
  readonly #grants: RunGrants;
  readonly #questions: RunQuestions;
  readonly #rules: ReadonlyMap<string, ApprovalDecision>;
  readonly #reading: ReadonlySet<string>;
  readonly #levelRule: ApprovalDecision;

  constructor(run: GatedRun) {
    const { approvals: { config, canAsk }, tools, risk } = run;
    this.#run = run;
    this.#grants = new RunGrants(run);
    this.#questions = new RunQuestions(run);
    this.#levelRule = ruleOfLevel(risk.level, config, canAsk);
    this.#rules = new Map(
      tools.map((tool) => [nameTool(tool), ruleOfTool(tool, config.rules)]),
    );
    const reading = tools.filter(({ effect }) => effect === "reads");
    this.#reading = new Set(reading.map(nameTool));
  }

  /** Whether the program as a whole may start. */
  judgeProgram(): Verdict {
    const { risk: { level }, runId } = this.#run;
    if (this.#levelRule === "allow") return { kind: "go", grants: [] };
    if (this.#levelRule === "block") {
      const message = `Cannot run program: its risk is ${level}, which the configuration blocks`;
      return { kind: "refused", error: new AirlockError("FORBIDDEN", message) };
    }
    const place = { runId, kind: "run", callKey: "", occurrence: 0 } as const;
    const refusal = this.#refusal(place, "Cannot run program");
    if (refusal !== undefined) return { kind: "refused", error: refusal };
    const grant = this.#grants.ofProgram();
    if (grant !== undefined) {
      this.#grants.noteUse([grant]);
      return { kind: "go", grants: [] };
    }
    return this.#questions.ask(place);
  }

  /** Decides of calls, for a worker that is kept by `hold` while a person decides. */
  forCalls(hold: Hold): CallGate {
    return { admit: (call) => this.#admit(call, hold) };
  }

  async #admit(call: GatedCall, hold: Hold): Promise<readonly string[]> {
    const { approvals } = this.#run;
    let verdict: Verdict | undefined = this.#judge(call);
    if (verdict.kind === "waiting") {
      const decided = (signal: AbortSignal) =>
        approvals.until(() => {
          const now = this.#judge(call);
          return now.kind === "waiting" ? undefined : now;
        }, signal);
      const { approvalId } = verdict;
      verdict = await hold(decided);
      // Another grant may have let it through.
      if (verdict?.kind === "go") approvals.withdraw({ approvalId });
    }
    if (verdict?.kind === "go") {
      this.#grants.noteUse(verdict.grants);
      return verdict.grants.map(({ grantId }) => grantId);
    }
    throw verdict?.kind === "refused" ? verdict.error : new AirlockError(
      "APPROVAL_PENDING",
      `Cannot call ${call.server}.${call.tool}: nobody has decided yet`,
    );
  }

  /** May the call be made, and may what is in it go there? */
  #judge(call: GatedCall): Verdict {
    const verdict = this.#judgeCall(call);
    if (verdict.kind !== "go") return verdict;
    const { runId, say } = this.#run;
    const flowing = judgeFlows(call, {
      runId,
      say,
      grants: () => this.#grants.reaching(),
      refusal: (place, action) => this.#refusal(place, action),
      ask: (place, { flows, way }) => this.#questions.ask(place, { call, flows, way }),
    });
    return flowing.kind === "go"
      ? { kind: "go", grants: [...verdict.grants, ...flowing.grants] }
      : flowing;
  }

  #judgeCall(call: GatedCall): Verdict {
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
    const refusal = this.#refusal(place, `Cannot call ${call.server}.${call.tool}`);
    if (refusal !== undefined) return { kind: "refused", error: refusal };
    const grant = this.#grants.ofCall(call);
    if (grant !== undefined) return { kind: "go", grants: [grant] };
    return this.#questions.ask(place, { call });
  }

  #refusal(place: Parameters<Approvals["at"]>[0], action: string): AirlockError | undefined {
    return refusalAt(place, { approvals: this.#run.approvals, action });
  }
}
