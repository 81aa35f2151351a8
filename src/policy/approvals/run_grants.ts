import type { GatedCall } from "../../model/recorded_call.ts";
import type { Grant, ProgramRisk, ReachableTool, ShownSkill } from "../../model/approval.ts";
import type { Approvals } from "./approvals.ts";
import type { AirlockError } from "../../model/errors.ts";
import { reaches } from "../../model/risk.ts";

/** A run of which is decided what may go on, and its program. */
export interface GatedRun {
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
  /** The skills that it imports. */
  readonly skills: readonly ShownSkill[];
  /** Masks a text that a person is shown. */
  readonly mask: (text: string) => Promise<string>;
  /** Whether its caller wants a person to approve it, whatever its risk is. */
  readonly approve?: "always" | undefined;
}

/** Whether a program or a call may go on. */
export type Verdict =
  | { readonly kind: "go"; readonly grants: readonly Grant[] }
  | { readonly kind: "refused"; readonly error: AirlockError }
  | { readonly kind: "waiting"; readonly approvalId: string };

/** What was granted that is good for one run. */
export class RunGrants {
  readonly #run: GatedRun;
  readonly #noted = new Set<string>();

  constructor(run: GatedRun) {
    this.#run = run;
  }

  /** All that reaches the run, whatever it covers. */
  async reaching(): Promise<Grant[]> {
    const { approvals, runId, programHash, session } = this.#run;
    const grants = await approvals.grants({
      runId,
      programHash,
      ...(session !== undefined && { session }),
    });
    return grants.filter((grant) => this.#reaches(grant));
  }

  /** One for the program as a whole. */
  async ofProgram(): Promise<Grant | undefined> {
    return (await this.reaching()).find((grant) => this.#coversProgram(grant));
  }

  /** One for a call. */
  async ofCall(call: GatedCall): Promise<Grant | undefined> {
    return (await this.reaching()).find((grant) => coversCall(grant, call));
  }

  /** What was granted to the run itself is in its evidence already. */
  async noteUse(grants: readonly Grant[]): Promise<void> {
    const { approvals, runId } = this.#run;
    for (const grant of grants) {
      if (grant.runId === runId || this.#noted.has(grant.approvalId)) continue;
      await approvals.noteUse(runId, grant);
      this.#noted.add(grant.approvalId);
    }
  }

  /** A grant for a tool is of its session, or where that is missing of its principal's program. */
  #reaches(grant: Grant): boolean {
    const { runId, programHash, principal, session } = this.#run;
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

  /** How many calls are left is asked at the calls. */
  #coversProgram(grant: Grant): boolean {
    if (grant.callKey !== "") return false;
    if (grant.scope === "once" || grant.scope === "program") return true;
    const { tools, risk } = this.#run;
    const covered = new Set(grant.tools.map((tool) => JSON.stringify(tool)));
    const reading = new Set(tools.filter(({ effect }) => effect === "reads").map(nameTool));
    const writing = tools.filter((tool) => !reading.has(nameTool(tool)));
    return reaches(grant.level, risk.level) &&
      writing.every((tool) => covered.has(nameTool(tool)));
  }
}

function coversCall(grant: Grant, call: GatedCall): boolean {
  if (!grant.hasCallsLeft) return false;
  if (grant.scope === "once" && grant.callKey !== "") {
    return grant.callKey === call.callKey && grant.occurrence === call.occurrence;
  }
  return grant.tools.some((tool) => JSON.stringify(tool) === nameTool(call));
}

/** One name for a server and a tool of it: that of no other pair. */
export function nameTool({ server, tool }: { server: string; tool: string }): string {
  return JSON.stringify([server, tool]);
}
