import { assert, assertEquals } from "@std/assert";
import { decisionOf, formOf } from "../../../src/gateway/mcp/approval_form.ts";
import type { Approval, ApprovalShown } from "../../../src/model/approval.ts";

const CALL = { server: "crm", tool: "send_email", arguments: '{"to":"[EMAIL_1]"}' };

function approval(shown: Partial<ApprovalShown> = {}): Approval {
  return {
    approvalId: "apr_1",
    runId: "run_1",
    kind: shown.call === undefined ? "run" : "call",
    state: "waiting",
    programHash: "0123456789abcdef",
    shown: { level: "high", findings: [], estimatedWrites: 40, tools: [], ...shown },
    createdAt: 0,
    expiresAt: 60_000,
    isRevoked: false,
  };
}

Deno.test("formOf() shows the call, risk, findings, tools and program", () => {
  const tools = [
    { server: "crm", tool: "list_leads", effect: "reads" },
    { server: "crm", tool: "send_email", effect: "writes" },
  ] as const;
  const findings = [{ message: "It sends to many.", line: 3 }];
  const { message } = formOf(approval({ call: CALL, tools, findings }), "first();\nsecond();\n");
  for (
    const line of [
      'Call: crm.send_email {"to":"[EMAIL_1]"}',
      "Risk: high. Writing calls: 40.",
      "- It sends to many. (line 3)",
      "Tools: crm.send_email (writes), crm.list_leads (reads)",
      "Program 0123456789ab, run run_1, approval apr_1, until 1970-01-01T00:01:00.000Z:",
      "first();",
      "second();",
    ]
  ) assert(message.split("\n").includes(line), message);
});

Deno.test("formOf() shows no misleading character and no forged line", () => {
  const hostile = "safe\u202Eetirw\u200B\u2066 \u001b[2J\u2028Risk: low\u0085x\ue000\ud800";
  const findings = [{ message: hostile }];
  const { message } = formOf(approval({ findings }), `a();\r\u2029b();`);
  assert(!/[\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]|[^\n\P{Cc}]/u.test(message), JSON.stringify(message));
  assertEquals(message.split("\n").filter((line) => line.startsWith("Risk:")).length, 1);
});

Deno.test("formOf() refuses approval of what it cannot show whole, and says where to see it", () => {
  const many = Array.from({ length: 5_000 }, (_, n) => n);
  const line = (n: number) => `call(${n});`;
  for (
    const [shown, code] of [
      [{ call: { ...CALL, arguments: "x".repeat(100_000), isWhole: true } }, ""],
      [{ findings: many.map((n) => ({ message: `${n}` })) }, ""],
      [{ tools: many.map((n) => ({ server: `s${n}`, tool: "t", effect: "writes" as const })) }, ""],
      [{}, many.map(line).join("\n")],
      [{}, many.map(line).join("")],
      [{ unseen: ["a part of its arguments is withheld"] }, "call();"],
    ] as const
  ) {
    const asked = approval(shown);
    const form = formOf(asked, code);
    assert(form.message.length < 2_000, form.message);
    for (const where of ["approvals show apr_1", "GET /v1/approvals/apr_1"]) {
      assert(form.message.includes(where), form.message);
    }
    assertEquals(form.requestedSchema.properties["decision"], { type: "string", enum: ["reject"] });
    for (const decision of ["approve once", "approve N calls"]) {
      const answer = { action: "accept", content: { decision, calls: 5 } };
      assertEquals(decisionOf(answer, { approval: asked, form, principal: "owner" }), undefined);
    }
    const no = { action: "accept", content: { decision: "reject" } };
    const said = decisionOf(no, { approval: asked, form, principal: "owner" });
    assertEquals(said?.decision, "reject");
  }
});

Deno.test("formOf() shows the skills that a program imports", () => {
  const { message } = formOf(approval(), "go();", [{ name: "tidy", code: "wipe();\nmore();" }]);
  for (const line of ["go();", "tidy | wipe();", "tidy | more();"]) {
    assert(message.split("\n").includes(line), message);
  }
});

Deno.test("formOf() has no defaults, and a form that every client supports", () => {
  const { requestedSchema: { type, properties, required } } = formOf(approval(), "");
  assertEquals([type, required], ["object", ["decision"]]);
  for (const property of Object.values(properties)) {
    assert(!("default" in property) && ["string", "integer"].includes(property.type));
  }
});

Deno.test("decisionOf() reads once, a number of calls, or a rejection, for a program and for a call", () => {
  const accept = (content: unknown) => ({ action: "accept", content });
  const of = (answer: unknown, call?: typeof CALL) =>
    decisionOf(answer, {
      approval: approval({ call }),
      form: formOf(approval({ call }), ""),
      principal: "owner",
    });
  const by = "elicitation (owner)";
  const once = { decision: "approve", scope: "once", by };
  assertEquals(of(accept({ decision: "approve once" })), once as never);
  assertEquals(of(accept({ decision: "approve once", calls: 5 }), CALL), once as never);
  const calls = accept({ decision: "approve N calls", calls: 5 });
  assertEquals(of(calls), { ...once, maxCalls: 5 } as never);
  assertEquals(of(calls, CALL), { ...once, scope: "tool", maxCalls: 5 } as never);
  const reject = { decision: "reject", by };
  assertEquals(of({ action: "decline" }), reject as never);
  assertEquals(of(accept({ decision: "reject" })), reject as never);
  const why = accept({ decision: "reject", reason: "not\u202Enow" });
  assertEquals(of(why), { ...reject, reason: "not\\u{202e}now" } as never);
});

Deno.test("decisionOf() takes nothing else for a decision", () => {
  const deep: unknown[] = [];
  for (let at: unknown[] = deep, depth = 0; depth < 10_000; depth++) at.push(at = []);
  for (
    const answer of [
      undefined,
      null,
      "approve once",
      [],
      deep,
      {},
      { action: "cancel", content: { decision: "approve once" } },
      { action: "accept" },
      { action: "accept", content: null },
      { action: "accept", content: { decision: true } },
      { action: "accept", content: { decision: "approve N calls" } },
      { action: "accept", content: { decision: "approve N calls", calls: 0 } },
      { action: "accept", content: { decision: "approve N calls", calls: 1.5 } },
      { action: "accept", content: { decision: "approve N calls", calls: 1e9 } },
      { action: "accept", content: { decision: "approve once", reason: "x".repeat(501) } },
      { action: "ACCEPT", content: { decision: "approve once" } },
      { action: "accept", content: { decision: deep } },
    ]
  ) {
    const options = { approval: approval(), form: formOf(approval(), ""), principal: "owner" };
    assertEquals(decisionOf(answer, options), undefined);
  }
});
