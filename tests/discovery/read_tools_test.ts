import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readTools as readToolsInSteps } from "../../src/discovery/present_tools.ts";
import { createToolIndex } from "../../src/discovery/tool_index.ts";

const readTools = (...args: Parameters<typeof readToolsInSteps>) =>
  wholeOf(readToolsInSteps(...args));

function wholeOf<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const index = createToolIndex();
index.setServer(
  "crm",
  ["list_leads", "update_lead"].map((name) => ({
    tool: { name, description: "Leads.", inputSchema: { type: "object" } },
    import: `./servers/crm/${name}.ts`,
  })),
);
const wrapperText = ({ tool }: { tool: { name: string } }) => `export function ${tool.name}() {}`;

Deno.test("readTools() gives the wrappers' texts of several tools, by name or path, each once", () => {
  const names = ["crm/update_lead", "./servers/crm/list_leads.ts", "crm/list_leads"];
  assertEquals(
    readTools(index, names, { wrapperText }).text,
    "# crm ./servers/crm/\nupdate_lead.ts\nexport function update_lead() {}\n" +
      "list_leads.ts\nexport function list_leads() {}",
  );
});

Deno.test("readTools() names the nearest tools for a name that does not exist", () => {
  const { text, unknown } = readTools(index, ["crm/list_lead", "zzzz"], { wrapperText });
  assertEquals(unknown.map(({ name }) => name), ["crm/list_lead", "zzzz"]);
  assertStringIncludes(text, 'No tool "crm/list_lead". Did you mean crm/list_leads');
  assertStringIncludes(text, 'No tool "zzzz".');
});

Deno.test("readTools() keeps to its budget", () => {
  const long = () => "word ".repeat(1_000);
  for (const maxModelTokens of [0, 20, 60, 1_200, 5_000]) {
    const names = ["crm/list_leads", "crm/update_lead", "x".repeat(10_000)];
    const result = readTools(index, names, { maxModelTokens, wrapperText: long });
    assert(result.modelTokens <= maxModelTokens);
    assertEquals(result.omitted + result.servers.flatMap(({ tools }) => tools).length, 2);
  }
});

Deno.test("readTools() takes no more names than it will answer", () => {
  const many = Array.from({ length: 1_000 }, (_, i) => `nope${i}`);
  assertEquals(readTools(index, many).unknown.length, 50);
});
