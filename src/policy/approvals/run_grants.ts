import type { GatedCall } from "../../model/recorded_call.ts";
import { reaches } from "../../model/risk.ts";
import type { Grant } from "../../model/approval.ts";
import type { GatedRun } from "./gated_run.ts";
import { nameTool } from "./name_tool.ts";

/** What was granted that is good for one run. */
export class RunGrants {
  readonly #run: GatedRun;
  readonly #noted = new Set<string>();

  constructor(run: GatedRun) {
    this.#run = run;
  }

  /** All that reaches the run, whatever it covers. */
  reaching(): Grant[] {
    const { approvals, runId, programHash, session } = this.#run;
    const grants = approvals.grants({
      runId,
      programHash,
      ...(session !== undefined && { session }),
    });
    return grants.filter((grant) => this.#reaches(grant));
  }

  /** One for the program as a whole. */
  ofProgram(): Grant | undefined {
    return this.reaching().find((grant) => this.#coversProgram(grant));
  }

  /** One for a call. */
  ofCall(call: GatedCall): Grant | undefined {
    return this.reaching().find((grant) => coversCall(grant, call));
  }

  /** What was granted to the run itself is in its evidence already. */
  noteUse(grants: readonly Grant[]): void {
    const { approvals, runId } = this.#run;
    for (const grant of grants) {
      if (grant.runId === runId || this.#noted.has(grant.grantId)) continue;
      approvals.noteUse(runId, grant);
      this.#noted.add(grant.grantId);
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
