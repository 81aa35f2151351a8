import { assert, assertEquals } from "@std/assert";
import { createAppClient, readProblem } from "../app_client.ts";

const ASKED = {
  runId: "run_1",
  kind: "run",
  callKey: "",
  occurrence: 0,
  programHash: "hash",
  shown: {
    level: "high",
    findings: [{ message: "It deletes", line: 2 }],
    estimatedWrites: null,
    tools: [{ server: "crm", tool: "delete_lead", effect: "destroys" }],
  },
} as const;

function post(body: unknown): RequestInit {
  return {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  };
}

Deno.test("/v1/approvals lists, decides once, and revokes approvals", async () => {
  const { send, runtime } = await createAppClient();
  const { approvalId: id } = await runtime.approvals.ask(ASKED);
  const { approvals: [listed] } = await (await send("/v1/approvals")).json();
  assertEquals([listed.approvalId, listed.state, listed.level], [id, "waiting", "high"]);
  const shown = await (await send(`/v1/approvals/${id}`)).json();
  assertEquals([shown.findings, shown.code], [[{ message: "It deletes", line: 2 }], ""]);
  const yes = { decision: "approve", scope: "once", maxCalls: 40 };
  const decided = await (await send(`/v1/approvals/${id}`, post(yes))).json();
  assertEquals([decided.state, decided.decision], ["approved", { ...yes, by: "http" }]);
  assertEquals((await send(`/v1/approvals/${id}`, post(yes))).status, 200);
  const other = await send(`/v1/approvals/${id}`, post({ decision: "reject" }));
  assertEquals((await readProblem(other)).code, "APPROVAL_DECIDED");
  const revoked = await (await send(`/v1/approvals/${id}/revoke`, { method: "POST" })).json();
  assertEquals(revoked.isRevoked, true);
});

Deno.test("/v1/approvals refuses invalid decisions and unknown ids", async () => {
  const { send } = await createAppClient();
  const problem = await readProblem(await send("/v1/approvals/apr_1", post({ decision: "maybe" })));
  assertEquals(problem.code, "REQUEST_INVALID");
  for (const path of ["/v1/approvals/apr_1", "/v1/approvals/apr_1/revoke"]) {
    const init = path.endsWith("revoke") ? { method: "POST" } : {};
    assertEquals((await readProblem(await send(path, init))).code, "NOT_FOUND");
  }
  const resumed = await send("/v1/runs/run_9/resume", { method: "POST" });
  assertEquals((await readProblem(resumed)).code, "NOT_FOUND");
});

Deno.test("GET /v1/approvals streams waiting approvals and their changes", async () => {
  const { send, runtime } = await createAppClient();
  const { approvalId: id } = await runtime.approvals.ask(ASKED);
  const { body } = await send("/v1/approvals", { headers: { accept: "text/event-stream" } });
  const reader = body!.pipeThrough(new TextDecoderStream() as Decoder).getReader();
  assert((await reader.read()).value!.includes('"state":"waiting"'));
  await runtime.approvals.decide(id, { decision: "reject", by: "test" });
  assert((await reader.read()).value!.includes('"state":"rejected"'));
  await reader.cancel();
});

type Decoder = ReadableWritablePair<string, Uint8Array>;

Deno.test("POST /v1/runs takes an idempotency key with the request", async () => {
  const { run } = await createAppClient({
    programs: { key: ({ request }) => [request.idempotencyKey, request.principal?.name] },
  });
  const response = await run({ code: "key" }, { headers: { "idempotency-key": "abc" } });
  assertEquals((await response.json()).value, ["abc", "owner"]);
});
