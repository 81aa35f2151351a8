import { parse } from "acorn";
import { PARSE_OPTIONS } from "../../src/program/parse_options.ts";
import type { Program } from "../../src/program/read_program.ts";
import type { ProgramModule } from "../../src/program/program_module.ts";
import { readImports } from "../../src/program/read_imports.ts";

const TOOLS = ["list_leads", "get_lead", "update_lead", "delete_lead", "send_email"];

/** A program of one module without types, which may call the tools of the server "crm". */
export function parseProgram(js: string): Program {
  const toSource = (position: { line: number; column: number }) => position;
  const parsed = { tree: parse(js, PARSE_OPTIONS), js, toSource };
  const module = { ...parsed, ...readImports(parsed), skill: undefined } as ProgramModule;
  const capabilities = TOOLS.map((tool) => ({ server: "crm", tool }));
  const wrappers = capabilities.map((capability) => ({
    ...capability,
    folder: "crm",
    file: capability.tool,
    exportName: capability.tool,
  }));
  return { hash: "", modules: [module], wrappers: new Map([["crm", wrappers]]), capabilities };
}
