import { assert, assertEquals } from "@std/assert";
import type { ApprovalsConfig } from "../../../src/config/approvals.ts";
import { askWhileRunning } from "../../../src/gateway/mcp/ask_while_running.ts";
import type { Elicit } from "../../../src/gateway/mcp/asking.ts";
import type { Approval } from "../../../src/model/approval.ts";
import type { Approvals } from "../../../src/policy/approvals/approvals.ts";
import { openApprovals } from "../fake_runtime.ts";
import { until } from "../../fixtures/until.ts";

const CONFIG: ApprovalsConfig = {
  levels: {},
  rules: [],
  holdMs: 0,
  waitMs: 60_000,
  expireMs: 60_000,
  elicitation: "owner",
};

const ONCE = { action: "accept", content: { decision: "approve once" } };

async function askFor(approvals: Approvals, runId = "run_1"): Promise<Approval> {
  return await approvals.ask({
    runId,
    kind: "run",
    callKey: "",
    occurrence: 0,
    programHash: "hash",
    shown: { level: "high", findings: [], estimatedWrites: 0, tools: [] },
  });
}

/** A client that is asked and answers when the test says so. */
function client() {
  const asked: {
    message: string;
    options: Parameters<Elicit>[1];
    answer: (answer: unknown) => void;
  }[] = [];
  const waiting: (() => void)[] = [];
  return {
    asked,
    elicit({ message }: { message: string }, options: Parameters<Elicit>[1]): Promise<unknown> {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      options.signal.addEventListener("abort", () => reject(options.signal.reason));
      asked.push({ message, options, answer: resolve });
      waiting.shift()?.();
      return promise;
    },
    /** Resolves when the next question is there. */
    next: () => new Promise<void>((resolve) => waiting.push(resolve)),
  };
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal!.aborted) return Promise.resolve();
  return new Promise((resolve) => signal!.addEventListener("abort", () => resolve()));
}

Deno.test("askWhileRunning() asks one question after the other, each once", async () => {
  const approvals = openApprovals(CONFIG);
  const { asked, elicit, next } = client();
  const [one, two] = [await askFor(approvals, "run_1"), await askFor(approvals, "run_2")];
  using asking = askWhileRunning({
    approvals,
    principal: "owner",
    elicit,
    waitMs: 60_000,
    waitingOf: () => Promise.resolve([one]),
  });
  const first = next();
  asking.onResume("run_1");
  for (const approval of [one, two]) asking.onEvent({ type: "approval", approval });
  await first;
  assertEquals(asked.length, 1);
  const second = next();
  asked[0]!.answer(ONCE);
  await second;
  assertEquals((await approvals.find(one.approvalId))?.state, "approved");
  assert(asked[1]!.message.includes(two.approvalId));
  asked[1]!.answer({ action: "cancel" });
  await aborted(asking.patience.waitSignal);
  assertEquals((await approvals.find(two.approvalId))?.state, "waiting");
});

Deno.test("askWhileRunning() withdraws a question that is answered elsewhere", async () => {
  const approvals = openApprovals(CONFIG);
  const { asked, elicit, next } = client();
  const approval = await askFor(approvals);
  using asking = askWhileRunning({
    approvals,
    principal: "owner",
    elicit,
    waitMs: 60_000,
    waitingOf: () => Promise.resolve([]),
  });
  const first = next();
  asking.onEvent({ type: "approval", approval });
  await first;
  await approvals.decide(approval.approvalId, { decision: "reject", by: "test" });
  await until(() => asked[0]!.options.signal.aborted);
  assert(!asking.patience.waitSignal!.aborted);
});

Deno.test("askWhileRunning() does not keep a client without progress waiting, and a late answer counts", async () => {
  const approvals = openApprovals(CONFIG);
  const { asked, elicit, next } = client();
  const approval = await askFor(approvals);
  const first = next();
  {
    using asking = askWhileRunning({
      approvals,
      principal: "owner",
      elicit,
      waitMs: 0,
      waitingOf: () => Promise.resolve([]),
    });
    asking.onEvent({ type: "approval", approval });
    await Promise.all([first, aborted(asking.patience.waitSignal)]);
    const result = { status: "waiting", approvals: [approval.approvalId] };
    assertEquals(asking.continues(result as never), false);
  }
  const { promise: changed, resolve } = Promise.withResolvers<void>();
  const stop = approvals.onChange(resolve);
  asked[0]!.answer(ONCE);
  await changed;
  stop();
  assertEquals((await approvals.find(approval.approvalId))?.state, "approved");
});

Deno.test("askWhileRunning() subscribes to the queue for the duration of the call", () => {
  const approvals = openApprovals(CONFIG, false);
  const { elicit } = client();
  {
    using _asking = askWhileRunning({
      approvals,
      principal: "owner",
      elicit,
      waitMs: 0,
      waitingOf: () => Promise.resolve([]),
    });
    assert(approvals.canAsk);
  }
  assert(!approvals.canAsk);
});

Deno.test("askWhileRunning() keeps a client with progress waiting", async () => {
  const approvals = openApprovals(CONFIG);
  const { elicit } = client();
  const approval = await askFor(approvals);
  const { promise: told, resolve } = Promise.withResolvers<void>();
  let times = 0;
  {
    using asking = askWhileRunning({
      approvals,
      principal: "owner",
      elicit,
      waitMs: 0,
      waitingOf: () => Promise.resolve([]),
      keepAlive: () => ++times > 2 && resolve(),
      keepAliveMs: 1,
    });
    asking.onEvent({ type: "approval", approval });
    await told;
    assert(!asking.patience.waitSignal!.aborted);
  }
  await approvals.withdraw({ approvalId: approval.approvalId });
});
