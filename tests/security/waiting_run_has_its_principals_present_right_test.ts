import { assertEquals } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import type { PermissionLevel } from "../../src/model/permission.ts";
import type { RunResult } from "../../src/model/run_result.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import type { Runtime } from "../../src/runs/runtime.ts";
import { oddServer } from "../fixtures/test_runtime.ts";

const ANN = { name: "ann", permission: "full" } as const;
const CODE = `import { echo } from "./servers/odd/echo.ts"; return (await echo({ n: 1 })).tool;`;

/** A runtime of which the configuration knows ann with a permission, or not at all. */
async function start(root: string, permission: PermissionLevel | undefined): Promise<Runtime> {
  const ann = { tokenSha256: "0".repeat(64), ...(permission && { permission }) };
  const input = {
    mcpServers: { odd: oddServer() },
    gateway: { principals: permission === undefined ? {} : { ann } },
    approvals: { rules: [{ tool: "echo", then: "require" as const }], waitMs: 0, holdMs: 0 },
    policy: { check: "off" as const },
    pool: { idleWorkers: 0, idleSessions: 0 },
  };
  return await createRuntime(await parseConfig(input, { root }));
}

/** What becomes of a run of ann's that is approved when the configuration has changed. */
async function goOn(permission: PermissionLevel | undefined) {
  const root = await Deno.makeTempDir();
  const request = { code: CODE, principal: ANN };
  let waiting: RunResult;
  {
    await using runtime = await start(root, "full");
    waiting = await runtime.run(request);
  }
  await using runtime = await start(root, permission);
  const decision = { decision: "approve", scope: "once", by: "test" } as const;
  await runtime.approvals.decide(waiting.approvals[0]!, decision);
  const { status, error } = await runtime.resume(waiting.runId, { waitMs: 0 });
  await runtime[Symbol.asyncDispose]();
  await Deno.remove(root, { recursive: true });
  return [status, error?.code];
}

Deno.test("a run that waits goes on with the right that its principal has by then", async () => {
  assertEquals(await goOn("full"), ["completed", undefined]);
  assertEquals(await goOn("read_only"), ["denied", "TOOL_DENIED"]);
});

Deno.test("a run of a principal that the configuration has no more does not go on", async () => {
  assertEquals(await goOn(undefined), ["denied", "FORBIDDEN"]);
});

Deno.test("who asks for its own run by its key is believed no more than the configuration", async () => {
  const root = await Deno.makeTempDir();
  const request = { code: CODE, principal: ANN, idempotencyKey: "key" };
  {
    await using runtime = await start(root, "full");
    assertEquals((await runtime.run(request)).status, "waiting");
  }
  await using runtime = await start(root, "read_only");
  const { status, error } = await runtime.run(request);
  assertEquals([status, error?.code], ["denied", "TOOL_DENIED"]);
  await runtime[Symbol.asyncDispose]();
  await Deno.remove(root, { recursive: true });
});
