import type { ApprovalDecision } from "../../config/approvals.ts";
import { AirlockError } from "../../errors.ts";
import type { CallGate, GatedCall } from "../../rpc/call_recorder.ts";
import type {
  Approval,
  ApprovalShown,
  Grant,
  ProgramRisk,
  ReachableTool,
  ShownFlow,
} from "./approval.ts";
import { reaches } from "../risk.ts";
import type { Approvals } from "./approvals.ts";
import { judgeFlows } from "./judge_flows.ts";
import { ruleOfLevel, ruleOfTool } from "./rule_of_tool.ts";

/** Whether a program or a call may go on. */
export type Verdict =
  | { readonly kind: "go"; readonly grants: readonly Grant[] }
  | { readonly kind: "refused"; readonly error: AirlockError }
  | { readonly kind: "waiting"; readonly approvalId: string };

/** Options of {@linkcode RunGate}. */
export interface RunGateOptions {
  readonly runId: string;
  readonly programHash: string;
  /** Whose run it is. */
  readonly principal: string;
  readonly session?: string;
  readonly risk: ProgramRisk;
  /** All that the program can call. */
  readonly tools: readonly ReachableTool[];
  readonly approvals: Approvals;
  /** The program, as its caller gave it. */
  readonly code: string;
  /** Masks a text that a person is shown. */
  readonly say: (text: string) => string;
}

/** Waits for a person with the worker kept; undefined where the run ends before. */
export type Hold = (
  decided: (signal: AbortSignal) => Promise<Verdict | undefined>,
) => Promise<Verdict | undefined>;

/** Decides of one run what may go on, what needs a person and what may not. */
export class RunGate {
  readonly #options: RunGateOptions;
  readonly #rules: ReadonlyMap<string, ApprovalDecision>;
  readonly #reading: ReadonlySet<string>;
  readonly #levelRule: ApprovalDecision;
  readonly #noted = new Set<string>();
  #shownProgram: Pick<ApprovalShown, "findings"> & { readonly code: string } | undefined;

  constructor(options: RunGateOptions) {
    const { approvals: { config, canAsk }, tools, risk } = options;
    this.#options = options;
    this.#levelRule = ruleOfLevel(risk.level, config, canAsk);
    this.#rules = new Map(
      tools.map((tool) => [nameOf(tool), ruleOfTool(tool, config.rules)]),
    );
    const reading = tools.filter(({ effect }) => effect === "reads");
    this.#reading = new Set(reading.map(nameOf));
  }

  /** Whether the program as a whole may start. */
  judgeProgram(): Verdict {
    const { risk: { level }, runId } = this.#options;
    if (this.#levelRule === "allow") return { kind: "go", grants: [] };
    if (this.#levelRule === "block") {
      const message = `Cannot run program: its risk is ${level}, which the configuration blocks`;
      return { kind: "refused", error: new AirlockError("FORBIDDEN", message) };
    }
    const place = { runId, kind: "run", callKey: "", occurrence: 0 } as const;
    const refusal = this.#refusal(place, "Cannot run program");
    if (refusal !== undefined) return { kind: "refused", error: refusal };
    const grant = this.#grants().find((grant) => this.#coversProgram(grant));
    if (grant !== undefined) {
      this.#noteUse([grant]);
      return { kind: "go", grants: [] };
    }
    return this.#ask(place);
  }

  /** Decides of calls, for a worker that is kept by `hold` while a person decides. */
  forCalls(hold: Hold): CallGate {
    return { admit: (call) => this.#admit(call, hold) };
  }

  async #admit(call: GatedCall, hold: Hold): Promise<readonly string[]> {
    const { approvals } = this.#options;
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
      this.#noteUse(verdict.grants);
      return verdict.grants.map(({ grantId }) => grantId);
    }
    throw verdict?.kind === "refused" ? verdict.error : new AirlockError(
      "APPROVAL_PENDING",
      `Cannot call ${call.server}.${call.tool}: nobody has decided yet`,
    );
  }

  /** What was granted to the run itself is in its evidence already. */
  #noteUse(grants: readonly Grant[]): void {
    const { approvals, runId } = this.#options;
    for (const grant of grants) {
      if (grant.runId === runId || this.#noted.has(grant.grantId)) continue;
      approvals.noteUse(runId, grant);
      this.#noted.add(grant.grantId);
    }
  }

  /** May the call be made, and may what is in it go there? */
  #judge(call: GatedCall): Verdict {
    const verdict = this.#judgeCall(call);
    if (verdict.kind !== "go") return verdict;
    const { runId, say } = this.#options;
    const flowing = judgeFlows(call, {
      runId,
      say,
      grants: () => this.#grants().filter((grant) => this.#reaches(grant)),
      refusal: (place, action) => this.#refusal(place, action),
      ask: (place, { flows, way }) => this.#ask(place, { call, flows, way }),
    });
    return flowing.kind === "go"
      ? { kind: "go", grants: [...verdict.grants, ...flowing.grants] }
      : flowing;
  }

  #judgeCall(call: GatedCall): Verdict {
    const name = nameOf(call);
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
    const { runId } = this.#options;
    const place = { runId, kind: "call", ...placeOf(call) } as const;
    const refusal = this.#refusal(place, `Cannot call ${call.server}.${call.tool}`);
    if (refusal !== undefined) return { kind: "refused", error: refusal };
    const grant = this.#grants().find((grant) => this.#coversCall(grant, call));
    if (grant !== undefined) return { kind: "go", grants: [grant] };
    return this.#ask(place, { call });
  }

  #refusal(place: Parameters<Approvals["at"]>[0], action: string): AirlockError | undefined {
    const { approvals } = this.#options;
    if (!approvals.canAsk) {
      return new AirlockError(
        "APPROVAL_UNAVAILABLE",
        `${action}: a person must approve it, and there is no way to ask one`,
      );
    }
    const asked = approvals.at(place);
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

  #ask(place: Parameters<Approvals["at"]>[0], { call, flows, way }: AskedCall = {}): Verdict {
    const { approvals, programHash, principal, session, risk, tools } = this.#options;
    const { code, findings } = this.#shownProgram ??= this.#showProgram();
    const shown = {
      level: risk.level,
      findings,
      estimatedWrites: risk.estimatedWrites,
      tools,
      ...(call && {
        call: {
          server: call.server,
          tool: call.tool,
          arguments: call.shown,
          ...(flows !== undefined && { flows }),
        },
      }),
    };
    const asked: Approval = approvals.ask({
      ...place,
      programHash,
      principal,
      ...(session !== undefined && { session }),
      shown,
      code,
      ...(way !== undefined && { way }),
    });
    return { kind: "waiting", approvalId: asked.approvalId };
  }

  /** Findings quote the program, and it may hold what nobody may see. */
  #showProgram() {
    const { risk, code, say } = this.#options;
    const findings = risk.findings.map(({ message, ...finding }) => ({
      ...finding,
      message: say(message),
    }));
    return { code: say(code), findings };
  }

  #grants(): Grant[] {
    const { approvals, runId, programHash, session } = this.#options;
    return approvals.grants({
      runId,
      programHash,
      ...(session !== undefined && { session }),
    });
  }

  /** How many calls are left is asked at the calls. */
  #coversProgram(grant: Grant): boolean {
    if (!this.#reaches(grant)) return false;
    if (grant.callKey !== "") return false;
    if (grant.scope === "once" || grant.scope === "program") return true;
    const { tools, risk } = this.#options;
    const covered = new Set(grant.tools.map((tool) => JSON.stringify(tool)));
    const writing = tools.filter((tool) => !this.#reading.has(nameOf(tool)));
    return reaches(grant.level, risk.level) &&
      writing.every((tool) => covered.has(nameOf(tool)));
  }

  #coversCall(grant: Grant, call: GatedCall): boolean {
    if (!grant.hasCallsLeft || !this.#reaches(grant)) return false;
    const { callKey, occurrence } = placeOf(call);
    if (grant.scope === "once" && grant.callKey !== "") {
      return grant.callKey === callKey && grant.occurrence === occurrence;
    }
    return grant.tools.some((tool) => JSON.stringify(tool) === nameOf(call));
  }

  /** A grant for a tool is of its session, or where that is missing of its principal's program. */
  #reaches(grant: Grant): boolean {
    const { runId, programHash, principal, session } = this.#options;
    const isOfProgram = grant.programHash === programHash && grant.principal === principal;
    switch (grant.scope) {
      case "once":
        return grant.runId === runId && grant.programHash === programHash;
      case "program":
        return isOfProgram;
      case "session":
        return grant.session !== undefined && grant.session === session;
      case "tool":
        return grant.session === undefined ? isOfProgram : grant.session === session;
    }
  }
}

/** The call that waits, and what of it. */
interface AskedCall {
  readonly call?: GatedCall;
  readonly flows?: readonly ShownFlow[];
  readonly way?: string;
}

function nameOf({ server, tool }: { server: string; tool: string }): string {
  return JSON.stringify([server, tool]);
}

function placeOf({ callKey, occurrence }: GatedCall) {
  return { callKey, occurrence };
}
