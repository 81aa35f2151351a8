import { AirlockError } from "../model/errors.ts";
import type { Approval } from "../model/approval.ts";
import type { ApprovalQueue } from "../policy/approvals/approval_queue.ts";
import { describeApproval } from "./describe_approval.ts";
import { ANSWERS, readAnswer } from "./read_answer.ts";
import { safeText } from "./safe_text.ts";

/** A terminal that a person sits at. */
export interface Terminal {
  /** Resolves to the next line; undefined where no more comes. */
  readLine(): Promise<string | undefined>;
  write(text: string): void;
}

/** Asks the person at a terminal for each approval of the runs of this process; gives how to stop. */
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
  const approval = approvals.find(approvalId);
  if (approval?.state !== "waiting") return;
  const shown = describeApproval(
    approval,
    approvals.codeOf(approval),
    approvals.skillsOf(approval),
  );
  terminal.write(`\n${shown}\n`);
  while (approvals.find(approvalId)?.state === "waiting") {
    terminal.write(`Approve? (${ANSWERS}) `);
    const line = await terminal.readLine();
    if (line === undefined) return;
    const decision = readAnswer(line);
    if (decision === undefined) continue;
    try {
      approvals.decide(approvalId, decision);
    } catch (error) {
      // Somebody else was quicker, or the answer does not fit.
      if (!(error instanceof AirlockError)) throw error;
      terminal.write(`${safeText(error.message)}\n`);
    }
  }
}

/** The terminal of this process; undefined where it has none. */
export function openTerminal(): Terminal | undefined {
  if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) return undefined;
  let rest = "";
  const chunk = new Uint8Array(4_096);
  return {
    async readLine() {
      while (!rest.includes("\n")) {
        const size = await Deno.stdin.read(chunk);
        if (size === null) return undefined;
        rest += new TextDecoder().decode(chunk.subarray(0, size));
      }
      const [line = "", ...more] = rest.split("\n");
      rest = more.join("\n");
      return line;
    },
    write(text) {
      const bytes = new TextEncoder().encode(text);
      for (let written = 0; written < bytes.length;) {
        written += Deno.stderr.writeSync(bytes.subarray(written));
      }
    },
  };
}
