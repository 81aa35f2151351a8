import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseConfig } from "../../../src/config/config.ts";
import { AirlockError } from "../../../src/model/errors.ts";
import type { RecordApproval } from "../../../src/policy/approvals/approval_store.ts";
import { Approvals } from "../../../src/policy/approvals/approvals.ts";
import { ruleOfLevel, ruleOfTool } from "../../../src/policy/approvals/approval_rules.ts";
import { memoryStorage } from "../../fixtures/storage/memory_storage.ts";

const ASKED = {
  runId: "run_1",
  kind: "run",
  callKey: "",
  occurrence: 0,
  programHash: "hash",
  shown: { level: "high", findings: [], estimatedWrites: null, tools: [] },
} as const;

async function open(expireMs = 60_000, record?: RecordApproval): Promise<Approvals> {
  const { approvals: config } = await parseConfig({ approvals: { expireMs } });
  return new Approvals({ storage: memoryStorage(), config, record });
}

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof AirlockError) return error.code;
  }
  return "none";
}

Deno.test("decide takes the same decision twice and another one never", async () => {
  const approvals = await open();
  const { approvalId: id } = await approvals.ask(ASKED);
  assertEquals((await approvals.ask(ASKED)).approvalId, id);
  const once = { decision: "approve", scope: "once", by: "a" } as const;
  assertEquals((await approvals.decide(id, once)).state, "approved");
  assertEquals((await approvals.decide(id, { ...once, by: "b" })).state, "approved");
  assertEquals((await approvals.grants({ runId: "run_1", programHash: "hash" })).length, 1);
  assertEquals(
    await codeOf(async () => await approvals.decide(id, { ...once, maxCalls: 9 })),
    "APPROVAL_DECIDED",
  );
  const reject = { decision: "reject", by: "a" } as const;
  assertEquals(await codeOf(async () => await approvals.decide(id, reject)), "APPROVAL_DECIDED");
  assertEquals(await codeOf(async () => await approvals.decide("apr_none", reject)), "NOT_FOUND");
});

Deno.test("decide refuses what is over, and scopes that say too little", async () => {
  const approvals = await open(1);
  const { approvalId: id } = await approvals.ask(ASKED);
  const { signal } = new AbortController();
  await approvals.until(
    async () => (await approvals.find(id))?.state === "expired" || undefined,
    signal,
  );
  const once = { decision: "approve", scope: "once", by: "a" } as const;
  assertEquals(await codeOf(async () => await approvals.decide(id, once)), "APPROVAL_EXPIRED");
  const bad = [{ scope: "tool" }, { scope: "session" }, { maxCalls: 0 }, { until: 5 }] as const;
  for (const words of bad) {
    assertEquals(
      await codeOf(async () => await approvals.decide(id, { ...once, ...words })),
      "REQUEST_INVALID",
    );
  }
});

Deno.test("revoke leaves nothing of a grant, and a new ask is another one", async () => {
  const approvals = await open();
  const { approvalId: id } = await approvals.ask(ASKED);
  await assertRejects(() => approvals.revoke(id));
  await approvals.decide(id, { decision: "approve", scope: "program", by: "a" });
  assert((await approvals.revoke(id)).isRevoked);
  assertEquals(await approvals.grants({ runId: "run_2", programHash: "hash" }), []);
  assert((await approvals.ask(ASKED)).approvalId !== id);
});

Deno.test("ruleOfTool takes the strictest of the rules that fit", () => {
  const rules = [
    { server: "crm", then: "allow" },
    { tool: "delete_*", then: "require" },
    { annotation: "openWorldHint", then: "block" },
    { annotation: "none", then: "require" },
  ] as const;
  const of = (tool: string, annotations?: Record<string, boolean>) =>
    ruleOfTool({ server: "crm", tool, effect: "writes", annotations }, rules);
  assertEquals(of("list", { readOnlyHint: true }), "allow");
  assertEquals(of("delete_lead", { readOnlyHint: false }), "require");
  assertEquals(of("delete_lead", { openWorldHint: true }), "block");
  assertEquals(of("list"), "require");
});

Deno.test("ruleOfLevel asks about high and critical where somebody can be asked", async () => {
  const { approvals } = await parseConfig({ approvals: { levels: { critical: "block" } } });
  const rules = (canAsk: boolean) =>
    (["low", "medium", "high", "critical"] as const).map((level) =>
      ruleOfLevel(level, approvals, canAsk)
    );
  assertEquals(rules(true), ["allow", "allow", "require", "block"]);
  assertEquals(rules(false), ["allow", "allow", "allow", "block"]);
});

Deno.test("each change is recorded once, before it counts", async () => {
  const heard: string[] = [];
  const approvals = await open(
    60_000,
    (change, { state }) => Promise.resolve(void heard.push(`${change} ${state}`)),
  );
  const once = { decision: "approve", scope: "once", by: "a" } as const;
  const { approvalId: id } = await approvals.ask(ASKED);
  await approvals.ask(ASKED);
  await approvals.decide(id, once);
  await approvals.decide(id, once);
  await approvals.revoke(id);
  await approvals.revoke(id);
  const { approvalId: second } = await approvals.ask({ ...ASKED, runId: "run_2" });
  await approvals.decide(second, { decision: "reject", by: "a" });
  await approvals.ask({ ...ASKED, runId: "run_3" });
  await approvals.withdraw({ runId: "run_3" });
  await approvals.withdraw({ runId: "run_3" });
  assertEquals(heard, [
    "asked waiting",
    "approved approved",
    "revoked approved",
    "asked waiting",
    "rejected rejected",
    "asked waiting",
    "withdrawn withdrawn",
  ]);
});

Deno.test("what cannot be recorded is not decided", async () => {
  const approvals = await open(
    60_000,
    (change) =>
      change === "asked"
        ? Promise.resolve()
        : Promise.reject(new AirlockError("AUDIT_FAILED", "Cannot go on: it is full")),
  );
  const { approvalId: id } = await approvals.ask(ASKED);
  const once = { decision: "approve", scope: "once", by: "a" } as const;
  assertEquals(await codeOf(async () => await approvals.decide(id, once)), "AUDIT_FAILED");
  assertEquals((await approvals.find(id))?.state, "waiting");
  assertEquals(await approvals.grants({ runId: "run_1", programHash: "hash" }), []);
});
