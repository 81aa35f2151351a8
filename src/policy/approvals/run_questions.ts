import type { GatedCall, WholeArguments } from "../../model/recorded_call.ts";
import type { Approval, ApprovalFinding, ShownFlow, ShownSkill } from "../../model/approval.ts";
import type { Approvals } from "./approvals.ts";
import type { GatedRun } from "./gated_run.ts";
import { unseenByMask } from "./masked_code.ts";
import type { Verdict } from "./verdict.ts";

/** A call whose arguments are ready to be shown. */
export interface ShownCall extends GatedCall {
  readonly whole: WholeArguments;
}

/** The call that waits, and what of it; nothing where the program as a whole does. */
export interface AskedCall {
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
  ask(
    place: Parameters<Approvals["at"]>[0],
    { code, skills, findings, files, unseen }: ShownProgram,
    { call, flows, way }: AskedCall = {},
  ): Verdict {
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
    const asked: Approval = approvals.ask({
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

/** Findings quote the program, and it may hold what nobody may see. */
async function showProgram(
  { risk, code, skills, mask, maskLong }: GatedRun,
): Promise<ShownProgram> {
  const unseen: string[] = [];
  const show = async (text: string, what: string) => {
    const masked = await maskLong(text);
    const problem = unseenByMask(text, { masked, what, kind: "code" });
    if (problem !== undefined) unseen.push(problem);
    return masked;
  };
  const shownSkills: ShownSkill[] = [];
  const shownCode = await show(code, "the program");
  for (const { name, code } of skills) {
    shownSkills.push({ name, code: await show(code, `the skill "${name}"`) });
  }
  const findings = risk.findings.map(({ message, ...finding }) => ({
    ...finding,
    message: mask(message),
  }));
  const files = risk.files?.map(({ use, path }) => ({ use, path: path && mask(path) }));
  return { code: shownCode, skills: shownSkills, findings, files, unseen };
}
