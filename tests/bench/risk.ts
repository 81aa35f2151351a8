import { parseConfig } from "../../src/config/config.ts";
import { assessRisk } from "../../src/policy/risk/assess_risk.ts";
import { programOf, toolsOf } from "../policy/risk/risk_of.ts";
import { percentile, printTable, sample } from "./statistics.ts";

/** A program of so many steps of 11 lines: reads, joins, counts, and writes in loops. */
function programText(steps: number): string {
  const head = `import { list_leads, get_lead, update_lead } from "./servers/crm";
import { write_document } from "./servers/drive";
const { leads } = await list_leads({ limit: 10_000 });
const groups = new Map();`;
  const blocks = Array.from(
    { length: steps },
    (_, n) =>
      `async function step${n}(rows, options = {}) {
  const chosen = rows.filter((row) => row.score > ${n} && row.status !== "closed");
  for (const { id, email, owner } of chosen.slice(0, options.limit ?? 20)) {
    const lead = await get_lead({ id });
    const group = groups.get(owner) ?? { count: 0, ids: [] };
    groups.set(owner, { count: group.count + 1, ids: [...group.ids, id] });
    if (lead.note?.length > 80) await update_lead({ id, note: \`\${lead.note} (\${email})\` });
  }
  return chosen.map(({ id, deal_value }) => ({ id, value: deal_value * ${n} }));
}`,
  );
  const calls = blocks.map((_, n) => `await write_document({ text: await step${n}(leads) });`);
  return [head, ...blocks, ...calls].join("\n");
}

/** How long it takes to assess the risk of programs. */
export async function benchRisk(): Promise<void> {
  const { policy: { risk: policy } } = await parseConfig({});
  const rows: (string | number)[][] = [["risk of a program, ms", "p50", "p95", "p99"]];
  for (const steps of [2, 18, 182]) {
    const text = programText(steps);
    const program = await programOf(text);
    const tools = toolsOf(program, policy);
    const times = await sample(
      () => Promise.resolve(assessRisk(program, { policy, tools })),
      { count: steps > 100 ? 50 : 300, warmUp: 20 },
    );
    rows.push([
      `${text.split("\n").length} lines`,
      ...[0.5, 0.95, 0.99].map((p) => percentile(times, p)),
    ]);
  }
  printTable(rows);
}

if (import.meta.main) await benchRisk();
