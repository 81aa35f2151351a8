import { assertEquals } from "@std/assert";
import { importTarget } from "../../src/program/import_target.ts";

Deno.test("importTarget knows every way to name a tool, a server and a skill", () => {
  const tool = { kind: "tool", folder: "crm", file: "list_leads" } as const;
  const server = { kind: "server", folder: "crm" } as const;
  const skill = { kind: "skill", name: "dedupe" } as const;
  const targets = {
    "./servers/crm/list_leads.ts": tool,
    "servers/crm/list_leads": tool,
    "./servers/./crm//list_leads.ts": tool,
    "./servers/crm": server,
    "servers/crm/": server,
    "./servers/crm/index.ts": server,
    "./servers/crm/index": server,
    "./skills/dedupe": skill,
    "skills/dedupe.ts": skill,
    "./skills/dedupe/skill.ts": skill,
    "airlock": { kind: "airlock" },
    "node:path": { kind: "node", module: "path" },
    "path": { kind: "node", module: "path" },
    "assert/strict": { kind: "node", module: "assert/strict" },
  } as const;
  for (const [specifier, target] of Object.entries(targets)) {
    assertEquals(importTarget(specifier), target, specifier);
  }
});

Deno.test("importTarget knows nothing else", () => {
  const specifiers = [
    "/etc/passwd",
    "./other.ts",
    "../servers/crm/list_leads.ts",
    "./servers/../secret.ts",
    "./servers/crm/../../secret.ts",
    "./servers/..",
    "./servers/.git/config",
    "./servers/client.ts",
    "./servers/crm/deep/er.ts",
    "./servers/crm/list%2fleads.ts",
    "./servers/crm/list_leads.ts?x",
    "./servers/crm/list_leads.ts#x",
    "./servers/crm\\list_leads.ts",
    "./servers/crm/list\u0000leads.ts",
    "./skills/dedupe/other.ts",
    "./workspace/code.ts",
    "file:///servers/crm/list_leads.ts",
    "http://localhost/x.ts",
    "npm:zod",
    "jsr:@std/path",
    "data:text/javascript,1",
    "blob:null/1",
    "node:fs",
    "node:module",
    "node:worker_threads",
    "node:vm",
    "fs",
    "Airlock",
    "",
  ];
  for (const specifier of specifiers) assertEquals(importTarget(specifier), undefined, specifier);
});
