import { assertEquals } from "@std/assert";
import type { Tool } from "../../../src/model/tool.ts";
import { createAppClient, readProblem } from "../app_client.ts";

const tool = (name: string): Tool => ({
  name,
  description: `About ${name}`,
  inputSchema: { type: "object", properties: { __proto__x: { type: "string" } } },
  outputSchema: true,
});

Deno.test("GET /v1/tools/{server}/{tool} gives all about a tool", async () => {
  const { send } = await createAppClient({ servers: { crm: [tool("get")] } });
  assertEquals(await (await send("/v1/tools/crm/get")).json(), {
    server: "crm",
    name: "get",
    description: "About get",
    inputSchema: { type: "object", properties: { __proto__x: { type: "string" } } },
    outputSchema: true,
    module: "./servers/crm/tool_0.ts",
    function: "tool_0",
    wrapper: "export function tool_0() {}",
  });
});

Deno.test("GET /v1/tools/{server}/{tool} finds names that hold any characters", async () => {
  const names = [
    "a/b",
    "a b",
    "a+b",
    "a%b",
    "%41",
    "%2F",
    "%252F",
    "é😀",
    "a?b#c",
    "../../etc/passwd",
    "a\\b",
    "a\nb",
    "\u0000",
    ":tool",
    "*",
    "a;b=c",
    "__proto__",
    "constructor",
    '"><script>',
    "...",
  ];
  const { send } = await createAppClient({ servers: { "a/b %41": names.map(tool) } });
  for (const name of names) {
    const path = `/v1/tools/${encodeURIComponent("a/b %41")}/${encodeURIComponent(name)}`;
    const response = await send(path);
    assertEquals([name, response.status], [name, 200]);
    assertEquals((await response.json()).name, name);
  }
});

Deno.test("GET /v1/tools/{server}/{tool} says whether server or tool is unknown", async () => {
  const { send } = await createAppClient({ servers: { crm: [tool("get")], down: null } });
  const expected: readonly [string, number, string][] = [
    ["crm/other", 404, "TOOL_UNKNOWN"],
    ["crm/__proto__", 404, "TOOL_UNKNOWN"],
    ["other/get", 404, "NOT_FOUND"],
    ["__proto__/get", 404, "NOT_FOUND"],
    ["down/get", 503, "SERVER_UNAVAILABLE"],
  ];
  for (const [path, status, code] of expected) {
    const problem = await readProblem(await send(`/v1/tools/${path}`));
    assertEquals([path, problem.status, problem.code], [path, status, code]);
  }
});
