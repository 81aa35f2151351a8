import { assert, assertEquals } from "@std/assert";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

Deno.test("a program finds a tool by what it does, reads its wrapper and calls it", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm", "drive"] });
  const { status, value, error } = await runtime.run({
    code: `import { callTool, readTool, searchTools } from "airlock";
const [found] = await searchTools("send a message to a customer", { detail: "name", limit: 1 });
const [full] = await searchTools("read the text of a document", { detail: "full", server: "drive" });
const text = await readTool("crm", "get_lead");
const lead = await callTool("crm", "get_lead", { lead_id: "lead-00001" });
return { found, full: [full.module, full.text.includes("export function")], text, id: lead.id };`,
  });
  assertEquals([status, error], ["completed", null]);
  const { found, full, text, id } = value as Record<string, unknown>;
  assertEquals(found, {
    server: "crm",
    tool: "send_email",
    module: "./servers/crm/send_email.ts",
  });
  assertEquals(full, ["./servers/drive/read_document.ts", true]);
  assert(String(text).includes("export function get_lead"));
  assertEquals(id, "lead-00001");
});

Deno.test("a program sees what a search left out, pages through it, and learns when nothing fits", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm", "drive"] });
  const { value, error } = await runtime.run({
    code: `import { readTools, searchTools } from "airlock";
const first = await searchTools("lead", { detail: "name", limit: 1 });
const second = await searchTools("lead", { detail: "name", limit: 1, offset: first.nextOffset });
const nothing = await searchTools("knead sourdough bread");
const read = await readTools(["crm/get_lead", "./servers/drive/read_document.ts", "crm/get_laed"]);
return {
  further: [first.further > 0, first.further - second.further],
  differ: first[0].tool !== second[0].tool,
  nothing: [nothing.every(({ fit }) => fit === "nearest"), nothing.noGoodMatch],
  good: [first[0].fit, first.noGoodMatch],
  read: read.map(({ tool, text }) => [tool, text.includes("export function")]),
  unknown: read.unknown.map(({ name, nearest }) => [name, nearest.tools[0].tool]),
};`,
  });
  assertEquals(error, null);
  assertEquals(value, {
    further: [true, 1],
    differ: true,
    nothing: [true, true],
    good: [null, false],
    read: [["get_lead", true], ["read_document", true]],
    unknown: [["crm/get_laed", "get_lead"]],
  });
});

Deno.test("what a session calls after its search is preferred later, by other sessions too", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  const order = async () =>
    (await runtime.searchTools("customer lead", { detail: "name" })).servers[0]!.tools
      .map(({ tool }) => tool);
  const before = await order();
  const place = before.indexOf("get_lead");
  for (const session of ["one", "two", "three", "four"]) {
    await runtime.searchTools("customer lead", { session });
    const { status } = await runtime.run({
      session,
      code: `import { get_lead } from "./servers/crm/get_lead.ts";
await get_lead({ lead_id: "lead-00001" });`,
    });
    assertEquals(status, "completed");
  }
  const after = (await order()).indexOf("get_lead");
  assert(place > 0 ? after < place : after === 0, `${before}: ${place}, then ${after}`);
});

Deno.test("a question that makes no sense is refused with the field that is wrong", async () => {
  await using runtime = await startTestRuntime();
  const { value } = await runtime.run({
    code: `import { readTool, readTools, searchTools } from "airlock";
const ask = globalThis[Symbol.for("airlock.ask")];
const attempts = [
  () => searchTools("x", { limit: 0 }),
  () => searchTools(7),
  () => searchTools("x", { server: "none" }),
  () => readTools([]),
  () => readTool("no_server", "no_tool"),
  () => ask("other", {}),
];
const codes = [];
for (const attempt of attempts) codes.push(await attempt().catch((error) => error.code));
return codes;`,
  });
  assertEquals(value, [
    "ARGUMENTS_INVALID",
    "ARGUMENTS_INVALID",
    "NOT_FOUND",
    "ARGUMENTS_INVALID",
    "TOOL_UNKNOWN",
    "NOT_FOUND",
  ]);
});
