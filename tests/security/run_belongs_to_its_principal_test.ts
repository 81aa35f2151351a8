import { assert, assertEquals } from "@std/assert";
import { createApp } from "../../src/gateway/create_app.ts";
import { createMcpEndpoint } from "../../src/gateway/mcp/mcp_endpoint.ts";
import { RunSlots } from "../../src/gateway/run_slots.ts";
import { type ConfigInput, parseConfig } from "../../src/config/config.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import { HOST, TOKEN } from "../gateway/app_client.ts";

const TOKENS = { owner: TOKEN, ann: `ann_${"a".repeat(40)}`, bob: `bob_${"b".repeat(40)}` };
type Name = keyof typeof TOKENS;

async function principals() {
  const digest = async (name: Name) => ({
    tokenSha256: new Uint8Array(
      await crypto.subtle.digest("SHA-256", new TextEncoder().encode(TOKENS[name])),
    ).toHex(),
  });
  return { ann: await digest("ann"), bob: await digest("bob") };
}

/** A gateway without a socket over a real runtime, and a way to ask it as somebody. */
async function openGateway(root: string) {
  const input: ConfigInput = {
    gateway: { principals: await principals() },
    approvals: { levels: { low: "require" }, waitMs: 0 },
    policy: { check: "off" },
    pool: { idleWorkers: 0, idleSessions: 0 },
  };
  const runtime = await createRuntime(await parseConfig(input, { root }));
  const slots = new RunSlots({ running: 4, waiting: 0, waitMs: 1 });
  const services = { runtime, slots, report() {}, warn() {} };
  const mcp = createMcpEndpoint(services);
  const app = createApp({ ...services, token: TOKEN, hosts: new Set([HOST]), mcp });
  return {
    runtime,
    async ask(name: Name, path: string, body?: unknown) {
      const response = await app.request(`http://${HOST}/v1/runs${path}`, {
        method: path === "" || path.includes("/", 1) ? "POST" : "GET",
        headers: {
          authorization: `Bearer ${TOKENS[name]}`,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, ...await response.json() };
    },
    async [Symbol.asyncDispose]() {
      await mcp.close();
      await runtime[Symbol.asyncDispose]();
    },
  };
}

Deno.test("another principal's run is as one that never was, also after a restart", async () => {
  const root = await Deno.makeTempDir();
  let runId: string;
  let approvalId: string;
  {
    await using gateway = await openGateway(root);
    const { ask } = gateway;
    const begun = await ask("ann", "", { code: "return 41 + 1;" });
    assertEquals(begun.status, "waiting");
    runId = begun.runId;
    const never = await ask("bob", "/run_00000000000000000000");
    assertEquals(never.code, "NOT_FOUND");
    for (const what of ["", "/cancel", "/resume"]) {
      const asked = await ask("bob", `/${runId}${what}`);
      const unknown = await ask("bob", `/run_00000000000000000000${what}`);
      assertEquals([asked, asked.status], [unknown, 404], what);
    }
    assertEquals((await ask("ann", `/${runId}`)).state, "waiting");
    assertEquals((await ask("owner", `/${runId}`)).state, "waiting");
    approvalId = begun.approvals[0];
  }
  await using gateway = await openGateway(root);
  const { ask, runtime } = gateway;
  await runtime.approvals.decide(approvalId, { decision: "approve", scope: "once", by: "test" });
  for (const what of ["", "/cancel", "/resume"]) {
    assertEquals((await ask("bob", `/${runId}${what}`)).status, 404, what);
  }
  const resumed = await ask("ann", `/${runId}/resume`);
  assertEquals([resumed.runId, resumed.value], [runId, 42]);
  for (const what of ["", "/cancel", "/resume"]) {
    const asked = await ask("bob", `/${runId}${what}`);
    assertEquals([asked.status, asked.code], [404, "NOT_FOUND"], what);
  }
  assertEquals((await ask("owner", `/${runId}`)).result.value, 42);
  assertEquals((await ask("ann", `/${runId}`)).state, "finished");
  await Deno.remove(root, { recursive: true });
});

Deno.test("a run under way is cancelled by its principal or the owner, and by nobody else", async () => {
  const root = await Deno.makeTempDir();
  {
    await using gateway = await openGateway(root);
    const { runtime } = gateway;
    const { promise, resolve } = Promise.withResolvers<string>();
    const running = runtime.run({
      code: "return 1;",
      principal: { name: "ann", permission: "full" },
      waitMs: 60_000,
      onEvent: (event) => event.type === "approval" && resolve(event.approval.runId),
    });
    const runId = await promise;
    assertEquals((await gateway.ask("bob", `/${runId}/cancel`)).status, 404);
    assertEquals((await gateway.ask("bob", `/${runId}`)).status, 404);
    assert((await gateway.ask("ann", `/${runId}`)).state !== undefined);
    assertEquals((await gateway.ask("ann", `/${runId}/cancel`)).state, "running");
    assertEquals((await running).status, "cancelled");
  }
  await Deno.remove(root, { recursive: true });
});
