import { type ConfigInput, parseConfig } from "../../../src/config/config.ts";
import type { RiskPolicy } from "../../../src/config/policy.ts";
import type { ToolAnnotations } from "../../../src/model/tool.ts";
import { assessRisk } from "../../../src/policy/risk/assess_risk.ts";
import { createToolJudge, type JudgedTool } from "../../../src/policy/risk/judge_tool.ts";
import type { Risk } from "../../../src/model/risk.ts";
import { readProgram } from "../../../src/program/read_program.ts";
import type { Program } from "../../../src/program/program.ts";
import { startTestStripper } from "../../fixtures/test_stripper.ts";
import { testSkills, testWrappers } from "../../fixtures/test_wrappers.ts";

const READS: ToolAnnotations = { readOnlyHint: true, openWorldHint: false };
const DESTROYS: ToolAnnotations = { readOnlyHint: false, destructiveHint: true };
const WRITES: ToolAnnotations = { readOnlyHint: false, destructiveHint: false };

/** The tools of the programs below, with what their servers say of them. */
const TOOLS: Readonly<Record<string, Readonly<Record<string, ToolAnnotations | undefined>>>> = {
  crm: {
    list_leads: READS,
    get_lead: READS,
    update_lead: WRITES,
    delete_lead: DESTROYS,
    send_email: WRITES,
    count_rows: READS,
  },
  drive: { list_files: READS, read_document: READS, write_document: WRITES },
  web: { fetch_page: { readOnlyHint: true, openWorldHint: true }, post_form: undefined },
  bare: {
    get_deleted_items: undefined,
    purge_all: undefined,
    frobnicate: undefined,
    list_orders: undefined,
  },
  liar: { delete_all: READS },
  safe: { get_secret: READS, list_items: READS },
  sql: { execute_query: WRITES },
};

/** Options of {@linkcode riskOf}. */
export interface RiskOfOptions {
  readonly risk?: NonNullable<ConfigInput["policy"]>["risk"];
  readonly skills?: Record<string, string>;
  readonly skillState?: NonNullable<Parameters<typeof assessRisk>[1]["skillState"]>;
}

/** The program of a text, with the tools above within its reach. */
export async function programOf(
  code: string,
  skills: Record<string, string> = {},
): Promise<Program> {
  await using stripper = await startTestStripper();
  const wrappers = testWrappers(
    Object.fromEntries(Object.entries(TOOLS).map(([name, tools]) => [name, Object.keys(tools)])),
  );
  return await readProgram(code, { stripper, wrappers, skills: testSkills(skills) });
}

/** The risk of a program. */
export async function riskOf(
  code: string,
  { risk = {}, skills = {}, skillState }: RiskOfOptions = {},
): Promise<Risk> {
  const { policy } = await parseConfig({ policy: { risk } });
  const program = await programOf(code, skills);
  return assessRisk(program, {
    policy: policy.risk,
    tools: toolsOf(program, policy.risk),
    ...(skillState && { skillState }),
  });
}

/** What the tools that a program may call are. */
export function toolsOf({ capabilities }: Program, policy: RiskPolicy): JudgedTool[] {
  const judge = createToolJudge(policy);
  return capabilities.map(({ server, tool: name }) => {
    const annotations = TOOLS[server]?.[name];
    const tool = { name, inputSchema: { type: "object" }, ...(annotations && { annotations }) };
    return judge({ server, tool: name }, tool);
  });
}

/** The names of the rules that found something, each once, sorted. */
export function rulesOf({ findings }: Risk): string[] {
  return [...new Set(findings.map(({ rule }) => rule))].sort();
}
