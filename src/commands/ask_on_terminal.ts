import type { Approval, Decision, ShownSkill } from "../model/approval.ts";
import { AirlockError } from "../model/errors.ts";
import type { ApprovalQueue } from "../policy/approvals/approval_queue.ts";
import { approvalLines } from "../policy/shown/approval_lines.ts";
import { safeText, type Terminal } from "./terminal.ts";

const ANSWERS =
  "y: once, NUMBER: once with at most so many writing calls, p: this program always, " +
  "s: this session, n: no";

/** Asks the person at a terminal for each approval of this process's runs; returns how to stop. */
export function askOnTerminal(approvals: ApprovalQueue, terminal: Terminal): () => void {
  let asking = Promise.resolve();
  return approvals.onAsk((approval) => {
    asking = asking.then(() => ask(approval, { approvals, terminal }));
  });
}

async function ask(
  { approvalId }: Approval,
  { approvals, terminal }: { approvals: ApprovalQueue; terminal: Terminal },
): Promise<void> {
  const approval = await approvals.find(approvalId);
  if (approval?.state !== "waiting") return;
  const shown = describeApproval(
    approval,
    await approvals.codeOf(approval),
    await approvals.skillsOf(approval),
  );
  terminal.write(`\n${shown}\n`);
  while ((await approvals.find(approvalId))?.state === "waiting") {
    terminal.write(`Approve? (${ANSWERS}) `);
    const line = await terminal.readLine();
    if (line === undefined) return;
    const decision = readAnswer(line);
    if (decision === undefined) continue;
    try {
      await approvals.decide(approvalId, decision);
    } catch (error) {
      // The approval is decided already, or the answer does not fit.
      if (!(error instanceof AirlockError)) throw error;
      terminal.write(`${safeText(error.message)}\n`);
    }
  }
}

function readAnswer(answer: string): Decision | undefined {
  const word = answer.trim().toLowerCase();
  const approve = { decision: "approve", scope: "once", by: "terminal" } as const;
  if (/^[1-9]\d{0,8}$/.test(word)) return { ...approve, maxCalls: Number(word) };
  switch (word) {
    case "y":
    case "yes":
      return approve;
    case "p":
      return { ...approve, scope: "program" };
    case "s":
      return { ...approve, scope: "session" };
    case "n":
    case "no":
      return { decision: "reject", by: "terminal" };
    default:
      return undefined;
  }
}

const WIDTH = 100;

/** Describes an approval with the program's text and the skills that it imports. */
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
