import { assertEquals } from "@std/assert";
import type { Tool } from "../../../src/model/tool.ts";
import { createAppClient, readProblem } from "../app_client.ts";

const tool = (name: string, more: Partial<Tool> = {}): Tool => ({
  name,
  inputSchema: { type: "object" },
  ...more,
});

Deno.test("GET /v1/tools gives what a program needs to import a tool, in few words", async () => {
  const annotations = { readOnlyHint: true };
  const { send } = await createAppClient({
    servers: {
      crm: [
        tool("get", { title: "Get", description: "\n  Gets a lead. \r\nIn detail", annotations }),
      ],
    },
  });
  assertEquals(await (await send("/v1/tools")).json(), {
    tools: [{
      server: "crm",
      name: "get",
      title: "Get",
      summary: "Gets a lead.",
      module: "./servers/crm/tool_0.ts",
      function: "tool_0",
      annotations,
    }],
    total: 1,
    nextCursor: null,
    unavailable: [],
  });
});

Deno.test("GET /v1/tools truncates a long summary, and splits no character", async () => {
  const description = `${"a".repeat(198)}😀${"b".repeat(100)}`;
  const { send } = await createAppClient({ servers: { s: [tool("t", { description })] } });
  const { tools: [{ summary }] } = await (await send("/v1/tools")).json();
  assertEquals(summary.length, 200);
  assertEquals(summary.isWellFormed(), true);
});

Deno.test("the pages of GET /v1/tools list every tool once, even when tools come and go", async () => {
  const names = ["b", "a", "é", "Z", "a b", "a/b", "__proto__"];
  const changing = names.map((name) => tool(name));
  const { send } = await createAppClient({
    servers: { two: changing, one: names.map((name) => tool(name)), down: null },
  });
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const after = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page = await (await send(`/v1/tools?limit=3${after}`)).json();
    seen.push(...page.tools.map(({ server, name }) => `${server} ${name}`));
    assertEquals(page.unavailable, ["down"]);
    cursor = page.nextCursor;
    // Whatever comes before the place where a page ended moves nothing behind it.
    changing.unshift(tool(`Earlier ${seen.length}`));
  }
  const sorted = [...names].sort();
  assertEquals(seen.filter((name) => !name.includes("Earlier")), [
    ...sorted.map((name) => `one ${name}`),
    ...sorted.map((name) => `two ${name}`),
  ]);
});

interface Page {
  readonly tools: readonly { server: string; name: string }[];
  readonly nextCursor: string | null;
  readonly unavailable: readonly string[];
}

Deno.test("GET /v1/tools gives the tools of one server by its name, whatever it holds", async () => {
  const names = ["crm", "a/b", "a b", "é&x=1", "%41", "__proto__x"];
  const servers = Object.fromEntries(names.map((name) => [name, [tool(`of ${name}`)]]));
  const { send } = await createAppClient({ servers });
  for (const name of names) {
    const response = await send(`/v1/tools?server=${encodeURIComponent(name)}`);
    const { tools } = await response.json();
    assertEquals(tools.map((found: { name: string }) => found.name), [`of ${name}`]);
  }
});

Deno.test("GET /v1/tools tells an unknown server from an unavailable one", async () => {
  const { send } = await createAppClient({ servers: { down: null } });
  for (const name of ["other", "toString", "__proto__", ""]) {
    const problem = await readProblem(await send(`/v1/tools?server=${name}`));
    assertEquals([name, problem.status, problem.code], [name, 404, "NOT_FOUND"]);
  }
  const problem = await readProblem(await send("/v1/tools?server=down"));
  assertEquals([problem.status, problem.code, problem.retry], [503, "SERVER_UNAVAILABLE", true]);
});

Deno.test("GET /v1/tools refuses parameters that it does not know or cannot use", async () => {
  const { send } = await createAppClient({ servers: { crm: [tool("get")] } });
  const wrong = [
    "limit=0",
    "limit=501",
    "limit=1.5",
    "limit=x",
    "limit=",
    "limit=1&limit=2",
    "query=",
    "query=x&cursor=a",
    "query=x&limit=101",
    "query=x&detail=all",
    "query=x&offset=-1",
    "query=x&session=run_1",
    `query=${"x".repeat(4_001)}`,
    "detail=name",
    "offset=1",
    "session=a",
    "maxModelTokens=9",
    "__proto__=x",
    "cursor=",
    "cursor=%2e%2e",
    "cursor=bnVsbA",
    "cursor=WyJhIl0",
    "cursor=WzEsMl0",
    `cursor=${"A".repeat(4_097)}`,
  ];
  for (const query of wrong) {
    const problem = await readProblem(await send(`/v1/tools?${query}`));
    assertEquals([query, problem.status, problem.code], [query, 400, "REQUEST_INVALID"]);
  }
});

const SHOP = {
  crm: [
    tool("list_leads", { description: "Lists leads, the newest first." }),
    tool("send_email", { description: "Sends an email message to a lead." }),
  ],
  files: [tool("read_file", { description: "Reads a file." })],
};

Deno.test("GET /v1/tools with a query gives what fits, grouped by server, as data and as text", async () => {
  const { send } = await createAppClient({ servers: { ...SHOP, down: null } });
  const found = await (await send("/v1/tools?query=email%20a%20customer&limit=1")).json();
  const description = "Sends an email message to a lead.";
  const { confidence, further, nextOffset, text, modelTokens, ...rest } = found;
  assertEquals(rest, {
    servers: [{
      server: "crm",
      tools: [{ name: "send_email", module: "./servers/crm/tool_1.ts", description }],
    }],
    noGoodMatch: false,
    unavailable: ["down"],
  });
  assertEquals([confidence > 0.5, further > 0 ? nextOffset === 1 : nextOffset === null], [
    true,
    true,
  ]);
  assertEquals(text.split("\n").slice(0, 2), [
    "# crm ./servers/crm/",
    `tool_1.ts (send_email): ${description}`,
  ]);
  assertEquals(modelTokens > 10, true);
});

Deno.test("GET /v1/tools with a query pages, and shows as much as is asked for", async () => {
  const { send } = await createAppClient({ servers: { crm: SHOP.crm } });
  const names: string[] = [];
  let offset: number | null = 0;
  while (offset !== null) {
    const path = `/v1/tools?query=leads&detail=full&limit=1&offset=${offset}`;
    const page: Found = await (await send(path)).json();
    const [found] = page.servers[0]!.tools;
    names.push(found!.name);
    assertEquals(
      found!.wrapper,
      `export function tool_${found!.name === "list_leads" ? 0 : 1}() {}`,
    );
    offset = page.nextOffset;
  }
  assertEquals(names, ["list_leads", "send_email"]);
});

interface Found {
  readonly servers: readonly { tools: readonly { name: string; wrapper?: string }[] }[];
  readonly nextOffset: number | null;
}

Deno.test("GET /v1/tools with a query reports that nothing fits, and that a server is unknown", async () => {
  const { send } = await createAppClient({ servers: SHOP });
  const { noGoodMatch, confidence } =
    await (await send("/v1/tools?query=knead%20sourdough%20bread")).json();
  assertEquals([noGoodMatch, confidence < 0.5], [true, true]);
  const problem = await readProblem(await send("/v1/tools?query=leads&server=other"));
  assertEquals([problem.status, problem.code], [404, "NOT_FOUND"]);
});

const wholeTool = (name: string): Tool => ({
  name,
  description: `About ${name}`,
  inputSchema: { type: "object", properties: { __proto__x: { type: "string" } } },
  outputSchema: true,
});

Deno.test("GET /v1/tools/{server}/{tool} gives all about a tool", async () => {
  const { send } = await createAppClient({ servers: { crm: [wholeTool("get")] } });
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
  const { send } = await createAppClient({ servers: { "a/b %41": names.map(wholeTool) } });
  for (const name of names) {
    const path = `/v1/tools/${encodeURIComponent("a/b %41")}/${encodeURIComponent(name)}`;
    const response = await send(path);
    assertEquals([name, response.status], [name, 200]);
    assertEquals((await response.json()).name, name);
  }
});

Deno.test("GET /v1/tools/{server}/{tool} tells an unknown server from an unknown tool", async () => {
  const { send } = await createAppClient({ servers: { crm: [wholeTool("get")], down: null } });
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
