import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { PermissionLevel } from "../../src/model/permission.ts";
import { oddServer, startTestRuntime } from "../fixtures/test_runtime.ts";

const call = (tool: string, input = "{}") =>
  `import { ${tool} } from "./servers/crm/${tool}.ts"; await ${tool}(${input}); return 1;`;
const PROGRAMS = {
  reads: call("list_leads", "{ limit: 1 }"),
  writes: call("start_export"),
  destroys: call("delete_lead", `{ lead_id: "lead-00001" }`),
};

Deno.test("each permission lets through what it says, and denies the rest before it runs", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  const allowed: [PermissionLevel, string][] = [
    ["read_only", "reads"],
    ["write_restricted", "reads writes"],
    ["full", "reads writes destroys"],
  ];
  for (const [permission, names] of allowed) {
    for (const [name, code] of Object.entries(PROGRAMS)) {
      const { status, error, calls } = await runtime.run({ code, permission });
      if (names.split(" ").includes(name)) {
        assert(error?.code !== "TOOL_DENIED" && calls.length === 1, `${permission} ${name}`);
        continue;
      }
      assertEquals([status, error?.code, calls], ["denied", "TOOL_DENIED", []]);
      assertStringIncludes(error!.message, `outside of the permission "${permission}", because it`);
    }
  }
});

Deno.test("the least of configuration, session, principal and request counts", async () => {
  await using runtime = await startTestRuntime({
    servers: ["crm"],
    policy: { permission: "write_restricted", sessions: { "guest-*": "read_only" } },
  });
  const codeOf = async (request: Partial<Parameters<typeof runtime.run>[0]>) =>
    (await runtime.run({ code: PROGRAMS.writes, ...request })).error?.code;
  const principal = { name: "ci", permission: "read_only" } as const;
  assert(await codeOf({}) !== "TOOL_DENIED");
  assert(await codeOf({ permission: "full" }) !== "TOOL_DENIED");
  assertEquals(await codeOf({ principal, permission: "full" }), "TOOL_DENIED");
  assertEquals(await codeOf({ session: "guest-1", permission: "full" }), "TOOL_DENIED");
  assertEquals(await codeOf({ permission: "read_only" }), "TOOL_DENIED");
  const { error } = await runtime.run({ code: PROGRAMS.destroys, permission: "full" });
  assertEquals(error?.code, "TOOL_DENIED");
});

Deno.test("read_only believes a server's annotation or the configuration, not a tool's name", async () => {
  const code = `import { echo } from "./servers/odd/echo.ts"; return await echo({});`;
  const mcpServers = { odd: oddServer() };
  {
    await using runtime = await startTestRuntime({ mcpServers });
    const { error } = await runtime.run({ code, permission: "read_only" });
    assertStringIncludes(error!.message, "its server does not say that it only reads");
  }
  const policy = { risk: { tools: [{ server: "odd", tool: "echo", effect: "reads" }] } } as const;
  await using runtime = await startTestRuntime({ mcpServers, policy });
  assertEquals((await runtime.run({ code, permission: "read_only" })).status, "completed");
});
