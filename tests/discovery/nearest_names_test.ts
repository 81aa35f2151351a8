import { assertEquals } from "@std/assert";
import { describeNames, nearestNames } from "../../src/discovery/nearest_names.ts";

const SERVERS = ["crm", "drive", "github-tools"];
const TOOLS = [
  { server: "crm", tool: "list_leads" },
  { server: "crm", tool: "update_lead" },
  { server: "drive", tool: "list_files" },
  { server: "drive", tool: "read_file" },
  { server: "github-tools", tool: "list_issues" },
];
const KNOWN = describeNames(SERVERS, TOOLS);
const nearest = (name: string) => nearestNames(name, KNOWN, 3);

Deno.test("nearestNames() forgives letters, case and word order", () => {
  assertEquals(nearest("list_laeds").tools[0], { server: "crm", tool: "list_leads" });
  assertEquals(nearest("readFile").tools[0], { server: "drive", tool: "read_file" });
  assertEquals(nearest("leads_list").tools[0], { server: "crm", tool: "list_leads" });
});

Deno.test("nearestNames() reads a server and an import path", () => {
  assertEquals(nearest("crm.listLead").tools[0], { server: "crm", tool: "list_leads" });
  assertEquals(nearest("./servers/drve/list_file.ts").tools[0], {
    server: "drive",
    tool: "list_files",
  });
  assertEquals(nearest("./servers/drve/list_file.ts").servers, ["drive"]);
});

Deno.test("nearestNames() knows a server by one word of its name", () => {
  assertEquals(nearest("githb").servers, ["github-tools"]);
});

Deno.test("nearestNames() suggests nothing for noise, nothing and very long names", () => {
  for (const name of ["", "zzzzzzzz", "/", "\u0000", "x".repeat(100_000), "__proto__"]) {
    assertEquals(nearest(name), { servers: [], tools: [] });
  }
});
