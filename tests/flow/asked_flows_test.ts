import { assert, assertEquals } from "@std/assert";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import type { Approval, Decision } from "../../src/model/approval.ts";
import { sampled } from "../fixtures/sampled.ts";
import { oddServer, startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";

/** E-mails of the CRM may leave it where a person says so. */
const PRIVACY = {
  flows: [{ kinds: ["EMAIL"], from: "crm", to: "odd", action: "ask" }],
} as const;

/** The first call takes an e-mail to another server, the others twice more. */
const CODE = `import { list_leads } from "./servers/crm/list_leads.ts";
import { echo } from "./servers/odd/echo.ts";
const { leads } = await list_leads({ limit: 3 });
const said = [];
for (const { email } of leads) said.push(await echo({ to: email, note: "plain" }));
return said.length;`;

const ONCE: Decision = { decision: "approve", scope: "once", by: "somebody" };

function start(root?: string, approvals = {}): Promise<TestRuntime> {
  return startTestRuntime({
    servers: ["crm"],
    mcpServers: { odd: oddServer() },
    privacy: PRIVACY,
    approvals: { waitMs: 0, holdMs: 0, levels: { high: "allow", critical: "allow" }, ...approvals },
    ...(root !== undefined && { root }),
  });
}

async function waiting(runtime: TestRuntime): Promise<Approval[]> {
  return (await runtime.approvals.list()).filter(({ state }) => state === "waiting");
}

/** Decides each thing that waits, until nothing does; gives how many there were. */
async function decideAll(runtime: TestRuntime, runId: string, decision: Decision) {
  let asked = 0;
  for (;;) {
    const [approval] = await waiting(runtime);
    if (approval === undefined) break;
    asked++;
    await runtime.approvals.decide(approval.approvalId, decision);
    await runtime.resume(runId);
  }
  return { asked, result: await runtime.resume(runId) };
}

Deno.test("a value waits for a person where the policy asks, and goes where that one allows it", async () => {
  await using runtime = await start();
  const first = await runtime.run({ code: CODE });
  assertEquals([first.status, first.error?.code], ["waiting", "APPROVAL_PENDING"]);
  const [approval] = await waiting(runtime);
  const { call } = approval!.shown;
  assertEquals([call?.server, call?.tool, call?.flows?.length], ["odd", "echo", 1]);
  const { token, ...flow } = call!.flows![0]!;
  assert(/^\[EMAIL_1_\w+\]$/.test(token), token);
  assertEquals(flow, { kind: "EMAIL", from: ["crm"], path: "to" });
  const { asked, result } = await decideAll(runtime, first.runId, ONCE);
  assertEquals([asked, result.status, result.value], [3, "completed", 3]);
  using log = await openAuditLog({ folder: runtime.config.folders.state });
  const bodies = [...log.read({ runId: first.runId, kind: "approval_asked" })];
  assertEquals(JSON.parse(bodies[0]!.body).call.flows[0].token, token);
});

Deno.test("a value that a person refuses goes nowhere", async () => {
  await using runtime = await start();
  const { runId } = await runtime.run({ code: CODE });
  await runtime.approvals.decide((await waiting(runtime))[0]!.approvalId, {
    decision: "reject",
    by: "somebody",
  });
  const { error, calls } = await runtime.resume(runId);
  assertEquals(error?.code, "APPROVAL_REJECTED");
  assertEquals(calls.filter(({ tool, outcome }) => tool === "echo" && outcome === "ok"), []);
});

Deno.test("a decision about a flow is good for its program, session or number of calls", async () => {
  const decisions: [Decision, number][] = [
    [{ decision: "approve", scope: "program", by: "a" }, 1],
    [{ decision: "approve", scope: "session", by: "a" }, 1],
    [{ decision: "approve", scope: "tool", maxCalls: 2, by: "a" }, 2],
  ];
  for (const [decision, expected] of sampled(decisions, { keep: 1, name: "decisions" })) {
    await using runtime = await start();
    const { runId } = await runtime.run({ code: CODE, session: "s" });
    const { asked, result } = await decideAll(runtime, runId, decision);
    assertEquals([decision, asked, result.value], [decision, expected, 3]);
  }
});

Deno.test("a flow of another way is asked about by itself", async () => {
  await using runtime = await start();
  const { runId } = await runtime.run({ code: CODE, session: "s" });
  await decideAll(runtime, runId, { decision: "approve", scope: "session", by: "a" });
  assertEquals((await runtime.run({ code: CODE, session: "s" })).value, 3);
  const other = CODE.replace("to: email", "copy: email");
  assertEquals((await runtime.run({ code: other, session: "s" })).status, "waiting");
});

Deno.test("no approval of a tool or a program lets a value go that nobody was shown", async () => {
  await using runtime = await start(undefined, { rules: [{ tool: "echo", then: "require" }] });
  const { runId } = await runtime.run({ code: CODE, session: "s" });
  const [approval] = await waiting(runtime);
  assertEquals(approval?.shown.call?.flows, undefined);
  await runtime.approvals.decide(approval!.approvalId, {
    decision: "approve",
    scope: "session",
    by: "a",
  });
  assertEquals((await runtime.resume(runId)).status, "waiting");
  const [flow] = await waiting(runtime);
  assertEquals(flow?.shown.call?.flows?.length, 1);
  await runtime.approvals.decide(flow!.approvalId, {
    decision: "approve",
    scope: "session",
    by: "a",
  });
  assertEquals((await runtime.resume(runId)).value, 3);
  // And a flow that was allowed allows no other tool of its server.
  const other = CODE.replace(/echo/g, "who");
  assertEquals((await runtime.run({ code: other, session: "s" })).status === "completed", false);
});

Deno.test("a decision about a flow outlives the host that asked", async () => {
  const root = await Deno.makeTempDir();
  let runId: string;
  {
    await using runtime = await start(root);
    ({ runId } = await runtime.run({ code: CODE, session: "s" }));
  }
  {
    await using runtime = await start(root);
    const program: Decision = { decision: "approve", scope: "program", by: "a" };
    await runtime.approvals.decide((await waiting(runtime))[0]!.approvalId, program);
  }
  {
    await using runtime = await start(root);
    assertEquals((await runtime.resume(runId)).value, 3);
  }
  await Deno.remove(root, { recursive: true });
});

Deno.test("a classic call sends no value that a person would have to allow", async () => {
  await using runtime = await start();
  const { value } = await runtime.run({
    code: `import { list_leads } from "./servers/crm/list_leads.ts";
return (await list_leads({ limit: 1 })).leads[0].email;`,
    session: "s",
  });
  const { error } = await runtime.callTool({
    server: "odd",
    tool: "echo",
    arguments: { to: value },
    session: "s",
  });
  assertEquals(error?.code, "FLOW_DENIED");
});
