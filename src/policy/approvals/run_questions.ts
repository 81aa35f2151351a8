import type { GatedCall } from "../../rpc/call_gate.ts";
import type { Approval, ApprovalFinding, ShownFlow } from "./approval.ts";
import type { Approvals } from "./approvals.ts";
import type { GatedRun } from "./gated_run.ts";
import type { Verdict } from "./verdict.ts";

/** The call that waits, and what of it; nothing where the program as a whole does. */
export interface AskedCall {
  readonly call?: GatedCall;
  readonly flows?: readonly ShownFlow[];
  readonly way?: string;
}

/** What a person is asked about one run. */
export class RunQuestions {
  readonly #run: GatedRun;
  #shownProgram: ShownProgram | undefined;

  constructor(run: GatedRun) {
    this.#run = run;
  }

  /** Asks a person, who was not asked about the place or has not decided yet. */
  ask(place: Parameters<Approvals["at"]>[0], { call, flows, way }: AskedCall = {}): Verdict {
    const { approvals, programHash, principal, session, risk, tools } = this.#run;
    const { code, findings } = this.#shownProgram ??= showProgram(this.#run);
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
}

interface ShownProgram {
  readonly code: string;
  readonly findings: readonly ApprovalFinding[];
}

/** Findings quote the program, and it may hold what nobody may see. */
function showProgram({ risk, code, say }: GatedRun): ShownProgram {
  const findings = risk.findings.map(({ message, ...finding }) => ({
    ...finding,
    message: say(message),
  }));
  return { code: say(code), findings };
}
