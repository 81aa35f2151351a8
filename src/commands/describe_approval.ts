import type { Approval, ShownSkill } from "../model/approval.ts";
import { approvalLines } from "../policy/shown/approval_lines.ts";

const WIDTH = 100;

/** All that a person is shown to decide by; `code` is the program, `skills` what it imports. */
export function describeApproval(
  approval: Approval,
  code: string,
  skills: readonly ShownSkill[] = [],
): string {
  const { approvalId, kind, runId, principal, session, programHash, shown } = approval;
  const { level, estimatedWrites, tools } = shown;
  const lines = approvalLines(approval, {
    code,
    skills,
    width: WIDTH,
    numbers: "numbered",
    words: {
      title: `${approvalId}: ${kind === "run" ? "a program" : "a call"} waits for your decision`,
      call: "call: ",
      risk: `risk: ${level}, writes: ${estimatedWrites ?? "cannot be told"}`,
      finding: "  - ",
      tools: `tools: ${tools.map(({ server, tool }) => `${server}.${tool}`).join(", ") || "none"}`,
    },
    before: [
      `run ${runId}${principal ? ` of ${principal}` : ""}${
        session ? `, session ${session}` : ""
      }, program ${programHash.slice(0, 12)}:`,
    ],
  });
  return lines.join("\n");
}
