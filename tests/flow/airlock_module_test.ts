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

Deno.test("a question that makes no sense is refused with the field that is wrong", async () => {
  await using runtime = await startTestRuntime();
  const { value } = await runtime.run({
    code: `import { readTool, searchTools } from "airlock";
const ask = globalThis[Symbol.for("airlock.ask")];
const attempts = [
  () => searchTools("x", { limit: 0 }),
  () => searchTools(7),
  () => readTool("no_server", "no_tool"),
  () => ask("other", {}),
];
const codes = [];
for (const attempt of attempts) codes.push(await attempt().catch((error) => error.code));
return codes;`,
  });
  assertEquals(value, ["ARGUMENTS_INVALID", "ARGUMENTS_INVALID", "TOOL_UNKNOWN", "NOT_FOUND"]);
});
