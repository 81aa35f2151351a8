import { assert, assertEquals } from "@std/assert";
import { createToolIndex, type ToolIndex } from "../../src/discovery/tool_index.ts";
import { syntheticServers } from "./synthetic_tools.ts";

const OBJECT = { type: "object" } as const;
const CRM = ["list_leads", "update_lead", "delete_lead"].map((name) => ({
  tool: { name, description: `${name.replace("_", " ")} of the sales team`, inputSchema: OBJECT },
  import: `./servers/crm/${name}.ts`,
}));
const MAIL = [{
  tool: {
    name: "send",
    description: "Sends an e-mail.",
    inputSchema: { type: "object", properties: { recipient: { type: "string" } } },
  },
  import: "./servers/mail/send.ts",
}];

function sampleIndex(): ToolIndex {
  const index = createToolIndex();
  index.setServer("crm", CRM);
  index.setServer("mail", MAIL, { description: "Gmail for agents" });
  return index;
}

const names = (index: ToolIndex, query: string) =>
  index.search(query).hits.map(({ server, tool }) => `${server}/${tool.name}`);

Deno.test("search finds by name, description, parameter, server and server description", () => {
  const index = sampleIndex();
  for (
    const [query, found] of [
      ["update lead", "crm/update_lead"],
      ["e-mail", "mail/send"],
      ["recipient", "mail/send"],
      ["mail", "mail/send"],
      ["gmail", "mail/send"],
      ["list the leads", "crm/list_leads"],
    ]
  ) assertEquals(names(index, query!)[0], found, query);
});

Deno.test("search finds what is called otherwise", () => {
  const index = sampleIndex();
  assertEquals(names(index, "remove a prospect")[0], "crm/delete_lead");
  assertEquals(names(index, "change a lead")[0], "crm/update_lead");
});

Deno.test("search gives server, tool, import path and falling scores", () => {
  const { hits } = sampleIndex().search("leads");
  assertEquals(hits[0]!.import?.startsWith("./servers/crm/"), true);
  assert(hits.every((hit, at) => at === 0 || hit.score <= hits[at - 1]!.score));
});

Deno.test("search stands tools for every step of a task side by side", () => {
  const found = names(
    sampleIndex(),
    "List the leads of this week, then send them by e-mail to Bob",
  );
  assertEquals(new Set(found.slice(0, 2)), new Set(["crm/list_leads", "mail/send"]));
});

Deno.test("search limits to a server; an unknown one has no hits", () => {
  const index = sampleIndex();
  assertEquals(index.search("leads e-mail", { server: "mail" }).hits.length, 1);
  assertEquals(index.search("leads", { server: "nope" }).hits, []);
});

Deno.test("search pages through the same order, and counts what is left", () => {
  const index = createToolIndex();
  for (const { server, tools, description } of syntheticServers(600)) {
    index.setServer(server, tools.map((tool) => ({ tool })), { description });
  }
  const all = index.search("invoice", { limit: 100 });
  assert(all.hits.length === 100);
  const paged = [0, 10, 20, 30, 90].flatMap((offset) => index.search("invoice", { offset }).hits);
  const expected = [0, 10, 20, 30, 90].flatMap((offset) => all.hits.slice(offset, offset + 10));
  assertEquals(paged, expected);
  const first = index.search("list invoice", { limit: 3 });
  const second = index.search("list invoice", { limit: 3, offset: 3 });
  assert(first.further > 3);
  assertEquals(second.further, first.further - 3);
});

Deno.test("an index changed step by step equals one built at once", () => {
  const servers = syntheticServers(400);
  const once = createToolIndex();
  const stepwise = createToolIndex();
  stepwise.setServer("gone", CRM);
  for (const { server, tools } of servers.toReversed()) {
    stepwise.setServer(server, tools.slice(0, 2).map((tool) => ({ tool })));
    stepwise.search("warm up");
  }
  for (const { server, tools, description } of servers) {
    once.setServer(server, tools.map((tool) => ({ tool })), { description });
    stepwise.setServer(server, tools.toReversed().map((tool) => ({ tool })), { description });
  }
  assert(stepwise.removeServer("gone"));
  assert(!stepwise.removeServer("gone"));
  for (const query of ["refund a charge", "list leads and send an SMS", "calendar", "zzz"]) {
    assertEquals(stepwise.search(query), once.search(query));
  }
});

Deno.test("of two tools with one name the first counts, and find and resolve give it", () => {
  const index = createToolIndex();
  const [first] = CRM;
  index.setServer("crm", [first!, { tool: { ...first!.tool, description: "An impostor" } }]);
  assertEquals(index.servers()[0]!.tools.length, 1);
  assertEquals(index.find({ server: "crm", tool: "list_leads" })?.import, first!.import);
  assertEquals(index.resolve("crm/list_leads"), index.resolve("./servers/crm/list_leads.ts"));
  assertEquals(index.resolve("crm/nope"), undefined);
});

Deno.test("learn prefers the tool that was called, and keeps no unknown words", () => {
  const index = createToolIndex();
  for (const server of ["alpha", "beta"]) {
    index.setServer(server, [{ tool: { name: "send_message", inputSchema: OBJECT } }]);
  }
  assertEquals(names(index, "send a message")[0], "alpha/send_message");
  index.learn("send a message to hagenbeck-7731", { server: "beta", tool: "send_message" });
  assertEquals(names(index, "send a message")[0], "beta/send_message");
  const saved = JSON.stringify(index.learned());
  assert(!saved.includes("hagenbeck") && !saved.includes("7731"));
  const restarted = createToolIndex({ learned: JSON.parse(saved) });
  for (const { server, tools } of index.servers()) restarted.setServer(server, tools);
  assertEquals(names(restarted, "send a message")[0], "beta/send_message");
});

Deno.test("what was learned of a tool that is gone does no harm", () => {
  const index = sampleIndex();
  index.learn("leads", { server: "gone", tool: "x" });
  index.learn("leads", { server: "crm", tool: "gone" });
  assertEquals(names(index, "leads").length > 0, true);
});

Deno.test("search survives hostile queries", () => {
  const index = sampleIndex();
  const hostile = [
    "",
    " ",
    "\u0000\u001b[31m\u202e",
    "(((((.*)+)+)+)+$",
    "__proto__ constructor toString hasOwnProperty",
    "leads ".repeat(50_000),
    "a".repeat(300_000),
    "a.".repeat(100_000),
    ", and then ".repeat(20_000),
    "/x".repeat(50_000) + ".md",
    "'\"`\\${}[]<>|&;",
    "漢字".repeat(50_000),
    "\ud800",
  ];
  for (const query of hostile) {
    const { hits, further } = index.search(query);
    assert(hits.every((hit) => Number.isFinite(hit.score)) && further >= 0);
  }
  for (const bad of [-1, NaN, Infinity, 0.5, 1e12]) {
    assert(index.search("lead", { limit: bad, offset: 0 }).hits.length >= 1);
    index.search("lead", { offset: bad });
  }
});

Deno.test("an index survives hostile tools", () => {
  const cycle: Record<string, unknown> = { type: "object" };
  cycle.properties = { again: cycle };
  const index = sampleIndex();
  index.setServer("__proto__", [
    { tool: { name: "constructor", description: "x".repeat(1_000_000), inputSchema: cycle } },
    { tool: { name: "", description: "\u0000", inputSchema: true } },
    { tool: { name: "words", description: "leads ".repeat(100_000), inputSchema: OBJECT } },
    {
      tool: {
        name: "wide",
        inputSchema: {
          type: "object",
          properties: Object.fromEntries(
            Array.from({ length: 20_000 }, (_, i) => [`field${i}`, { enum: [1, null, "a"] }]),
          ),
        },
      },
    },
  ]);
  assertEquals(names(index, "update lead")[0], "crm/update_lead");
  assertEquals(index.find({ server: "__proto__", tool: "constructor" })?.server, "__proto__");
  assertEquals(index.find({ server: "toString", tool: "x" }), undefined);
});

Deno.test("an empty index answers", () => {
  const index = createToolIndex();
  const { hits, further, noGoodMatch } = index.search("anything");
  assertEquals({ hits, further, noGoodMatch }, { hits: [], further: 0, noGoodMatch: true });
  assertEquals(index.nearest("x"), { servers: [], tools: [] });
  assertEquals(index.servers(), []);
});
