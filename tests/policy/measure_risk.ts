import { cpuUsage } from "node:process";
import { parseConfig } from "../../src/config/config.ts";
import { assessRisk } from "../../src/policy/risk/assess_risk.ts";
import type { Risk } from "../../src/model/risk.ts";
import { parseProgram } from "./parse_program.ts";
import { toolsOf } from "./risk/risk_of.ts";

const { policy: { risk: policy } } = await parseConfig({});

/** What telling the risk of a text takes, in milliseconds of the processor. */
export interface MeasuredRisk {
  readonly cpuMs: number;
  readonly risk: Risk;
}

/** Tells the risk of a text that was parsed before. */
export function measureRisk(text: string): MeasuredRisk {
  return riskMeter(text)();
}

/** Parses a text, and tells its risk as often as it is asked to. */
export function riskMeter(text: string): () => MeasuredRisk {
  const program = parseProgram(text);
  const tools = toolsOf(program, policy);
  return () => {
    const before = cpuUsage();
    const risk = assessRisk(program, { policy, tools });
    const { user, system } = cpuUsage(before);
    return { cpuMs: (user + system) / 1_000, risk };
  };
}

/** Prints how each of the worst texts grows: `deno run -A tests/policy/measure_risk.ts [NAME]`. */
if (import.meta.main) {
  const { WORST_RISK_TEXTS, worstText } = await import("./worst_risk_texts.ts");
  const [only = ""] = Deno.args;
  for (const text of WORST_RISK_TEXTS.filter(({ name }) => name.includes(only))) {
    const row = [125_000, 250_000, 500_000, 1_000_000].map((bytes) =>
      measureRisk(worstText(text, bytes))
    );
    const times = row.map(({ cpuMs }) => Math.round(cpuMs));
    const exponent = Math.log(times.at(-1)! / times[0]!) / Math.log(8);
    console.log(text.name.padEnd(46), ...times, exponent.toFixed(2), row.at(-1)!.risk.level);
  }
}
