import { parse } from "acorn";
import { parseConfig } from "../../src/config.ts";
import { assessRisk } from "../../src/policy/risk/assess_risk.ts";
import { PARSE_OPTIONS } from "../../src/program/parse_options.ts";
import type { Program } from "../../src/program/read_program.ts";
import { readImports } from "../../src/program/read_imports.ts";
import { toolsOf } from "./risk/risk_of.ts";
import { cpuUsage } from "node:process";

const { policy: { risk: policy } } = await parseConfig({});
const TOOLS = ["list_leads", "get_lead", "update_lead", "delete_lead", "send_email"];

/** A program of one module, read without what goes before the risk is told. */
export function parseProgram(js: string): Program {
  const tree = parse(js, PARSE_OPTIONS);
  const toSource = (position: { line: number; column: number }) => position;
  const parsed = { tree, js, toSource } as never;
  const module = { ...(parsed as object), ...readImports(parsed), skill: undefined };
  return {
    hash: "",
    modules: [module] as never,
    wrappers: new Map([["crm", TOOLS.map((tool) => ({ server: "crm", tool, exportName: tool, folder: "crm", file: tool }))]]) as never,
    capabilities: TOOLS.map((tool) => ({ server: "crm", tool })),
  };
}

/** Milliseconds of the processor that telling the risk takes, and the level. */
export function measure(program: Program): { ms: number; level: string; rules: string } {
  const tools = toolsOf(program, policy);
  const before = cpuUsage();
  const { level, findings } = assessRisk(program, { policy, tools });
  const { user, system } = cpuUsage(before);
  return { ms: (user + system) / 1_000, level, rules: [...new Set(findings.map(({ rule }) => rule))].join() };
}

if (import.meta.main) {
  const { WORST_RISK_TEXTS, worstText } = await import("./worst_risk_texts.ts");
  const only = Deno.args[0];
  for (const text of WORST_RISK_TEXTS) {
    if (only && !text.name.includes(only)) continue;
    const row = [];
    let note = "";
    for (const bytes of [125_000, 250_000, 500_000, 1_000_000]) {
      try {
        const began = performance.now();
        const program = parseProgram(worstText(text, bytes));
        const parsed = performance.now() - began;
        if (parsed > 5000) note += ` parse ${parsed | 0}`;
        const { ms, level, rules } = measure(program);
        row.push(ms | 0);
        note = `${level} ${rules}`.slice(0, 60);
      if (ms > 15_000) break;
      } catch (error) {
        row.push(String(error).slice(0, 40));
      }
    }
    const [a, d] = [Number(row[0]), Number(row.at(-1))];
    const exponent = Math.log(d / Math.max(a, 1)) / Math.log(2 ** (row.length - 1));
    console.log(text.name.padEnd(48), row.join(" ").padEnd(30), exponent.toFixed(2), note);
  }
}
