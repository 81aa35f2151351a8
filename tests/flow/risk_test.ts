import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import { AirlockError } from "../../src/model/errors.ts";
import type { PermissionLevel } from "../../src/model/permission.ts";
import type { RunEvent } from "../../src/model/run_request.ts";
import { runResult } from "../../src/model/run_result.ts";
import { offerTier } from "../../src/sandbox/open_tier.ts";
import { oddServer, startTestRuntime } from "../fixtures/test_runtime.ts";
import { descendants } from "../process/descendants.ts";

const DELETES = `import { list_leads, delete_lead } from "./servers/crm";
const { leads } = await list_leads({ limit: 3 });
for (const { id } of leads.slice(0, 3)) await delete_lead({ lead_id: id });
return leads.length;`;

Deno.test("every run says its risk, in its result and as it happens, and is not kept from running", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  const events: RunEvent[] = [];
  const result = await runtime.run({ code: DELETES, onEvent: (event) => void events.push(event) });
  runResult.parse(result);
  assertEquals([result.status, result.value], ["completed", 3]);
  assertEquals([result.risk?.level, result.risk?.estimatedWrites], ["high", 3]);
  const found = result.risk!.findings.find(({ rule }) => rule === "writes_in_a_loop")!;
  assertEquals(found.line, 3);
  assertEquals(events.slice(0, 2).map(({ type }) => type), ["started", "risk"]);
  const known = await runtime.find(result.runId);
  assert(known?.state === "finished");
  assertEquals(known.result.risk, result.risk);
});

Deno.test("a program that cannot be read has no risk", async () => {
  await using runtime = await startTestRuntime();
  const { status, risk } = await runtime.run({ code: "const = 1;" });
  assertEquals([status, risk], ["failed", null]);
});

Deno.test("a program of a blocked level is denied, with its risk and what would lower it", async () => {
  await using runtime = await startTestRuntime({
    servers: ["crm"],
    policy: { risk: { block: "high" } },
  });
  const { status, error, risk, calls } = await runtime.run({ code: DELETES });
  assertEquals([status, error?.code, risk?.level, calls], ["denied", "RISK_TOO_HIGH", "high", []]);
  assertStringIncludes(error!.message, "crm.delete_lead");
  assert(error?.hint !== undefined && error.line !== undefined);
  assertEquals((await runtime.run({ code: "return 1;" })).status, "completed");
});

Deno.test("a configuration that names a rule that there is not is refused at start", async () => {
  const error = await assertRejects(
    () => startTestRuntime({ policy: { risk: { rules: { no_such_rule: "off" } } } }),
    AirlockError,
  );
  assertEquals(error.code, "CONFIG_INVALID");
});

const { create } = await offerTier({ tier: "bubblewrap" });
if (create === undefined) console.log("isolation by risk is not run here: there is no bubblewrap");

/** Whether bubblewrap runs below this process with a folder: other tests have theirs. */
async function isEnclosed(root: string): Promise<boolean> {
  const lines = (await descendants(Deno.pid)).map((pid) =>
    Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "")
  );
  return (await Promise.all(lines)).some((line) =>
    /(?:^|\/)bwrap\0/.test(line) && line.includes(root)
  );
}

Deno.test({
  name: "a program of high risk runs in the tier for it, one of low risk in that for all",
  ignore: create === undefined,
  async fn() {
    await using runtime = await startTestRuntime({
      servers: ["crm"],
      isolation: { byRisk: { high: "bubblewrap" } },
    });
    const tierOf = async (code: string) => {
      let enclosed: Promise<boolean> | undefined;
      const { status, error } = await runtime.run({
        code,
        onEvent: ({ type }) => {
          if (type === "log") enclosed ??= isEnclosed(runtime.root);
        },
      });
      assertEquals([status, error], ["completed", null]);
      return await enclosed ? "bubblewrap" : "process";
    };
    const waits = `console.log("here"); await new Promise((done) => setTimeout(done, 1_000));`;
    assertEquals(await tierOf(waits), "process");
    const high =
      `import { delete_lead } from "./servers/crm/delete_lead.ts"; delete_lead;\n${waits}`;
    assertEquals(await tierOf(high), "bubblewrap");
    assertEquals(await tierOf(waits), "process");
  },
});

Deno.test("a tier that only programs of high risk need is missed at start, not at the first of them", async () => {
  const root = await Deno.makeTempDir();
  const isolation = { byRisk: { critical: "container" }, runtime: "nonesuch" };
  const config = await parseConfig({ isolation }, { root });
  const error = await assertRejects(() => createRuntime(config), AirlockError);
  assertEquals(error.code, "TIER_UNAVAILABLE");
  assert(error.message.includes("nonesuch"));
  await Deno.remove(root, { recursive: true });
});

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
