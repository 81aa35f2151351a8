import { namedCalls } from "../../src/program/named_tools.ts";
import { parseText } from "../../src/program/parse_text.ts";
import type { Program, ProgramModule } from "../../src/program/program.ts";
import { readImports } from "../../src/program/read_imports.ts";
import { readTreeFacts } from "../../src/program/tree_facts.ts";

const TOOLS = ["list_leads", "get_lead", "update_lead", "delete_lead", "send_email"];

/** A program of one module without types, which may call the tools of the server "crm". */
export function parseProgram(js: string): Program {
  const toSource = (position: { line: number; column: number }) => position;
  const text = parseText(js);
  const parsed = { ...text, facts: readTreeFacts(text.tree), stripped: js, toSource };
  const read = { ...parsed, ...readImports(parsed), skill: undefined };
  const module: ProgramModule = { ...read, named: namedCalls(read) };
  const capabilities = TOOLS.map((tool) => ({ server: "crm", tool }));
  const wrappers = capabilities.map((capability) => ({
    ...capability,
    folder: "crm",
    file: capability.tool,
    exportName: capability.tool,
  }));
  return { hash: "", modules: [module], wrappers: new Map([["crm", wrappers]]), capabilities };
}
