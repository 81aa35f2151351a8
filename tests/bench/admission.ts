import { parseConfig } from "../../src/config/config.ts";
import { assessRisk } from "../../src/policy/risk/assess_risk.ts";
import { examineLookups } from "../../src/program/examination.ts";
import { examineProgram } from "../../src/program/examine_program.ts";
import { type Admission, openAdmission } from "./open_admission.ts";
import { percentile, printTable, sample } from "./statistics.ts";

const COUNT = 100;
const WARM_UP = 10;
/** What is to be reached at half of the programs. */
const TARGET_MS = 15;
const STEPS = { "60 lines": 5, "200 lines": 18 } as const;

const HEAD = `import { get_lead, list_leads, update_lead } from "./servers/crm";
import { list_files } from "./servers/drive/list_files.ts";
interface Row { readonly id: string; readonly value: number }
const { leads } = await list_leads({ limit: 100 });
const groups = new Map<string, Row[]>();`;

/** A program that nobody has judged before: reads, groups, and writes in loops. */
function newProgram(steps: number, seed: number): string {
  const blocks = Array.from(
    { length: steps },
    (_, at) =>
      `async function step${at}(rows: typeof leads, most = ${seed}): Promise<Row[]> {
  const chosen = rows.filter((row) => (row.score ?? 0) > ${at} && row.status !== "lost");
  for (const { id, company } of chosen.slice(0, most)) {
    const lead = await get_lead({ lead_id: id });
    const group = groups.get(company ?? "") ?? [];
    groups.set(company ?? "", [...group, { id, value: lead.deal_value ?? 0 }]);
    if ((lead.score ?? 0) > 80) await update_lead({ lead_id: id, status: "won" });
  }
  return chosen.map(({ id, deal_value }) => ({ id, value: (deal_value ?? 0) * ${at} }));
}`,
  );
  const calls = Array.from({ length: steps }, (_, at) => `(await step${at}(leads)).length`);
  return `${HEAD}\n${blocks.join("\n")}\nconst files = await list_files({});
return { seed: ${seed}, files, total: [${calls.join(", ")}] };`;
}

/** How long a new program is judged before it may start: parsed, imports, types, risk. */
export async function benchAdmission(): Promise<void> {
  await using admission = await openAdmission(["crm", "drive"]);
  const rows: (string | number)[][] = [["admission of a new program, ms", "p50", "p95", "p99"]];
  for (const [lines, steps] of Object.entries(STEPS)) {
    let seed = 0;
    const parts: Record<string, number[]> = { all: [], read: [], risk: [] };
    await sample(async () => {
      for (const [part, ms] of Object.entries(await admit(newProgram(steps, ++seed), admission))) {
        if (seed > WARM_UP) parts[part]!.push(ms);
      }
    }, { count: COUNT, warmUp: WARM_UP });
    for (const [part, times] of Object.entries(parts)) {
      const name = part === "all" ? `${lines} (at most ${TARGET_MS})` : `  of that ${part}`;
      rows.push([name, ...[0.5, 0.95, 0.99].map((p) => percentile(times, p))]);
    }
  }
  printTable(rows);
}

const { policy: { risk: policy } } = await parseConfig({});

/** In the order of a run: the compiler checks while the risk is told. */
async function admit(code: string, { reading, checker, judged }: Admission) {
  const began = performance.now();
  let read = 0;
  let checked: Promise<unknown> | undefined;
  let risk = 0;
  await examineProgram(
    { code, policy },
    examineLookups({
      ...reading,
      tools: (capabilities) => Promise.resolve(judged(capabilities)),
      read(program) {
        read = performance.now() - began;
        checked = checker.check(program);
        return Promise.resolve();
      },
    }),
    {
      ...reading,
      assess(program, options) {
        const beganRisk = performance.now();
        const assessed = assessRisk(program, options);
        risk = performance.now() - beganRisk;
        return assessed;
      },
    },
  );
  await checked;
  return { all: performance.now() - began, read, risk };
}

if (import.meta.main) await benchAdmission();
