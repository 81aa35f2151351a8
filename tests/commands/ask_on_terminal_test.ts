import { assert, assertEquals } from "@std/assert";
import { askOnTerminal, describeApproval } from "../../src/commands/ask_on_terminal.ts";
import { safeText } from "../../src/commands/terminal.ts";
import { parseConfig } from "../../src/config/config.ts";
import { Approvals } from "../../src/policy/approvals/approvals.ts";
import { memoryStorage } from "../fixtures/storage/memory_storage.ts";

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
  return new Approvals({ storage: memoryStorage({ isShared: false }), config });
}

Deno.test("askOnTerminal() shows what waits and decides as the person answers, the second time too", async () => {
  const approvals = await openApprovals();
  const answers = ["perhaps", "40"].values();
  const { promise: decided, resolve } = Promise.withResolvers<void>();
  let written = "";
  askOnTerminal(approvals, {
    readLine: () => Promise.resolve(answers.next().value),
    write: (text) => void (written += text),
  });
  const stop = approvals.onChange(async () => {
    if ((await approvals.list()).every(({ state }) => state === "approved")) resolve();
  });
  const { approvalId } = await approvals.ask(ASKED);
  await decided;
  stop();
  assertEquals((await approvals.find(approvalId))?.decision, {
    decision: "approve",
    scope: "once",
    maxCalls: 40,
    by: "terminal",
  });
  assert(written.includes('crm.delete_lead {"lead_id":"lead-00001"}'));
  assert(written.includes("It deletes in a loop (line 3)"));
  assertEquals(written.split("Approve?").length, 3);
});

Deno.test("askOnTerminal() takes the offered answers and no other", async () => {
  const once = { decision: "approve", scope: "once", by: "terminal" } as const;
  const accepted = [
    [" Y ", once],
    ["7", { ...once, maxCalls: 7 }],
    ["no", { decision: "reject", by: "terminal" }],
  ] as const;
  for (const [answer, expected] of accepted) {
    const approvals = await openApprovals();
    const answers = ["", "0", "-1", "1e3", "yep", "4.5", answer].values();
    const decided = Promise.withResolvers<void>();
    let asked = 0;
    askOnTerminal(approvals, {
      readLine: () => Promise.resolve(answers.next().value),
      write: (text) => void (asked += Number(text.startsWith("Approve?"))),
    });
    const { approvalId } = await approvals.ask(ASKED);
    const stop = approvals.onChange(async () => {
      if ((await approvals.find(approvalId))?.state !== "waiting") decided.resolve();
    });
    await decided.promise;
    stop();
    assertEquals([(await approvals.find(approvalId))?.decision as unknown, asked], [expected, 7]);
  }
});

Deno.test("describeApproval() shows no character that makes a terminal lie", async () => {
  const approvals = await openApprovals();
  const text = describeApproval(
    await approvals.ask(ASKED),
    "a();\x1b[2K\r\n// \u202egnihton\u2066\nb();",
  );
  // deno-lint-ignore no-control-regex -- these are what must not be there
  assert(!/[\x00-\x09\x0b-\x1f\u202e\u2066]/.test(text));
  assert(text.includes("3  b();"));
  assertEquals(safeText("ä\n"), "ä\n");
});
