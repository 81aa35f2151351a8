import { assertEquals } from "@std/assert";
import { selectTools } from "../../src/upstream/select_tools.ts";

const names = ["get_lead", "get_leads", "delete_lead", "delete_all", "a*b", "ping"];

function select(selection: Parameters<typeof selectTools>[1]): string[] {
  const tools = names.map((name) => ({ name, inputSchema: { type: "object" } }));
  return selectTools(tools, selection).map(({ name }) => name);
}

Deno.test("selectTools() lets everything through where nothing is said", () => {
  assertEquals(select({}), names);
  assertEquals(select({ allow: undefined, deny: undefined }), names);
});

Deno.test("selectTools() takes * for any run of characters and all else for itself", () => {
  assertEquals(select({ allow: ["get_*"] }), ["get_lead", "get_leads"]);
  assertEquals(select({ allow: ["*_lead"] }), ["get_lead", "delete_lead"]);
  assertEquals(select({ allow: ["*e*_*l*"] }), [
    "get_lead",
    "get_leads",
    "delete_lead",
    "delete_all",
  ]);
  assertEquals(select({ allow: ["ping", "g.t_lead"] }), ["ping"]);
  assertEquals(select({ allow: ["get_lead*d"] }), []);
  assertEquals(select({ allow: [] }), []);
});

Deno.test("selectTools() has deny win", () => {
  assertEquals(select({ allow: ["*"], deny: ["delete_*", "a*b"] }), [
    "get_lead",
    "get_leads",
    "ping",
  ]);
});

Deno.test("selectTools() is not held up by a pattern", () => {
  const tools = [{ name: "a".repeat(256), inputSchema: { type: "object" } }];
  assertEquals(selectTools(tools, { allow: [`${"*a".repeat(200)}*b`] }), []);
});
