import { assert, assertEquals } from "@std/assert";
import { askOnTerminal } from "../../src/commands/ask_on_terminal.ts";
import { describeApproval } from "../../src/commands/describe_approval.ts";
import { readAnswer } from "../../src/commands/read_answer.ts";
import { safeText } from "../../src/commands/safe_text.ts";
import { parseConfig } from "../../src/config/config.ts";
import { Approvals } from "../../src/policy/approvals/approvals.ts";
import { openMemoryJournal } from "../../src/storage/journal_database.ts";

const ASKED = {
  runId: "run_1",
  kind: "call",
  callKey: "key",
  occurrence: 1,
  programHash: "ab".repeat(32),
  shown: {
    level: "high",
    findings: [{ message: "It deletes in a loop", line: 3 }],
    estimatedWrites: 40,
    tools: [{ server: "crm", tool: "delete_lead", effect: "destroys" }],
    call: { server: "crm", tool: "delete_lead", arguments: '{"lead_id":"lead-00001"}' },
  },
} as const;

async function openApprovals(): Promise<Approvals> {
  const { approvals: config } = await parseConfig({});
  return new Approvals({ database: openMemoryJournal(), config, isShared: false });
}

Deno.test("askOnTerminal shows what waits and decides as the person answers, the second time too", async () => {
  const approvals = await openApprovals();
  const answers = ["perhaps", "40"].values();
  const { promise: decided, resolve } = Promise.withResolvers<void>();
  let written = "";
  askOnTerminal(approvals, {
    readLine: () => Promise.resolve(answers.next().value),
    write: (text) => void (written += text),
  });
  const stop = approvals.onChange(() => {
    if (approvals.list().every(({ state }) => state === "approved")) resolve();
  });
  const { approvalId } = approvals.ask(ASKED);
  await decided;
  stop();
  assertEquals(approvals.find(approvalId)?.decision, {
    decision: "approve",
    scope: "once",
    maxCalls: 40,
    by: "terminal",
  });
  assert(written.includes('crm.delete_lead {"lead_id":"lead-00001"}'));
  assert(written.includes("It deletes in a loop (line 3)"));
  assertEquals(written.split("Approve?").length, 3);
});

Deno.test("readAnswer takes the answers that are offered and no other", () => {
  assertEquals(readAnswer(" Y "), { decision: "approve", scope: "once", by: "terminal" });
  assertEquals(readAnswer("p"), { decision: "approve", scope: "program", by: "terminal" });
  assertEquals(readAnswer("s"), { decision: "approve", scope: "session", by: "terminal" });
  assertEquals(readAnswer("no"), { decision: "reject", by: "terminal" });
  for (const word of ["", "0", "-1", "1e3", "yep", "4.5"]) {
    assertEquals(readAnswer(word), undefined);
  }
});

Deno.test("describeApproval shows a program that cannot make a terminal lie", async () => {
  const approvals = await openApprovals();
  const text = describeApproval(
    approvals.ask(ASKED),
    "a();\x1b[2K\r\n// \u202egnihton\u2066\nb();",
  );
  // deno-lint-ignore no-control-regex -- these are what must not be there
  assert(!/[\x00-\x09\x0b-\x1f\u202e\u2066]/.test(text));
  assert(text.includes("3  b();"));
  assertEquals(safeText("ä\n"), "ä\n");
});
