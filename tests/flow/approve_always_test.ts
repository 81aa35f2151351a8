import { assert, assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { oddServer, startTestRuntime } from "../fixtures/test_runtime.ts";

const CODE = `import { echo } from "./servers/odd/echo.ts";
await Deno.writeTextFile("./workspace/out.json", "1");
return (await echo({ n: 1 })).arguments.n;`;
const ALWAYS = { code: CODE, approve: "always" } as const;
const APPROVE = { decision: "approve", by: "test" } as const;

function start(approvals: Record<string, unknown> = {}) {
  return startTestRuntime({
    mcpServers: { odd: oddServer() },
    approvals: { waitMs: 0, ...approvals },
  });
}

Deno.test("a caller has a person approve a program whatever its risk is, and resumes it then", async () => {
  await using runtime = await start();
  assertEquals((await runtime.run({ code: CODE })).status, "completed");
  const { status, runId, approvals: [id], calls } = await runtime.run(ALWAYS);
  assertEquals([status, calls.length], ["waiting", 0]);
  const { shown } = (await runtime.approvals.find(id!))!;
  assertEquals(shown.files, [{ use: "writes", path: "./workspace/out.json" }]);
  assertEquals(shown.tools.map(({ effect, reversible }) => [effect, reversible]), [
    ["writes", "unknown"],
  ]);
  assertEquals((await runtime.resume(runId)).status, "waiting");
  await runtime.approvals.decide(id!, { ...APPROVE, scope: "program" });
  assertEquals((await runtime.resume(runId)).value, 1);
  // A person has approved this program for good.
  assertEquals((await runtime.run(ALWAYS)).status, "completed");
  const other = await runtime.run({ ...ALWAYS, code: `${CODE}\n// another` });
  assertEquals(other.status, "waiting");
  const reject = { decision: "reject", by: "test" } as const;
  await runtime.approvals.decide(other.approvals[0]!, reject);
  assertEquals((await runtime.resume(other.runId)).error?.code, "APPROVAL_REJECTED");
});

Deno.test("what waits by its caller's wish waits in the next host too", async () => {
  const root = await Deno.makeTempDir();
  const begin = async () => {
    await using first = await startTestRuntime({
      root,
      mcpServers: { odd: oddServer() },
      approvals: { waitMs: 0 },
    });
    const { runId } = await first.run({ ...ALWAYS, session: "one" });
    return runId;
  };
  const runId = await begin();
  {
    await using next = await startTestRuntime({
      root,
      mcpServers: { odd: oddServer() },
      approvals: { waitMs: 0 },
    });
    const { status, approvals: [id] } = await next.resume(runId, { waitMs: 0 });
    assertEquals(status, "waiting");
    await next.approvals.decide(id!, { ...APPROVE, scope: "once" });
    assertEquals((await next.resume(runId)).value, 1);
  }
  await Deno.remove(root, { recursive: true });
});

Deno.test("the wish is a part of the request: a key with another one is a conflict", async () => {
  await using runtime = await start();
  const key = { idempotencyKey: "k" };
  const first = await runtime.run({ ...ALWAYS, ...key });
  assertEquals((await runtime.run({ ...ALWAYS, ...key })).runId, first.runId);
  const error = await assertRejects(() => runtime.run({ code: CODE, ...key }), AirlockError);
  assertEquals(error.code, "IDEMPOTENCY_CONFLICT");
});

Deno.test("the wish lowers nothing: what is blocked stays so, and no fallback goes around it", async () => {
  await using runtime = await start({ levels: { low: "block", medium: "block" } });
  assertEquals((await runtime.run(ALWAYS)).error?.code, "FORBIDDEN");
  const fallback = { server: "odd", tool: "echo", arguments: {} };
  const error = await assertRejects(() => runtime.run({ ...ALWAYS, fallback }), AirlockError);
  assertEquals(error.code, "REQUEST_INVALID");
  assert(error.message.includes("approve"));
});

Deno.test("a program whose code is masked as a secret is approved by nobody", async () => {
  await using runtime = await start();
  const code = `import { echo as sendAllLeads2026 } from "./servers/odd/echo.ts";
const api_key = sendAllLeads2026;
return await api_key({ n: 1 });`;
  const { status, approvals: [id] } = await runtime.run({ code, approve: "always" });
  assertEquals(status, "waiting");
  const approval = (await runtime.approvals.find(id!))!;
  const isShown = (await runtime.approvals.codeOf(approval)).includes(
    "api_key = sendAllLeads2026;",
  );
  assert(isShown || approval.shown.unseen?.[0]?.includes("(line 2)"));
  if (!isShown) {
    await assertRejects(async () =>
      await runtime.approvals.decide(id!, { ...APPROVE, scope: "once" })
    );
  }
});
