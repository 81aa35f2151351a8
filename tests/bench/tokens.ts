/**
 * `deno task bench:tokens [--markdown]`: what workflows cost a model, called tool by tool and through
 * Airlock.
 * Every call is really made, by the classic way and by the program.
 *
 * @module
 */
import { exists } from "@std/fs";
import { join } from "@std/path";
import { parseConfig } from "../../src/config/config.ts";
import { createUpstreams } from "../../src/upstream/upstreams.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import { readSharedFiles } from "../codegen/shared_data.ts";
import { oddServer } from "../fixtures/test_runtime.ts";
import { printTable } from "./statistics.ts";
import { type Part, TokenBill } from "./token_bill.ts";
import { definitionOf, openPrivacySession } from "./token_privacy.ts";
import { type Connected, type Workflow, WORKFLOWS } from "./token_workflows.ts";

interface Row {
  readonly workflow: string;
  readonly connected: Connected;
  readonly tools: number;
  readonly classic: TokenBill;
  readonly airlock: TokenBill;
}

const project = new URL("../../", import.meta.url).pathname;
const FIVE_TOOLS = ["get_lead", "list_leads", "search_leads", "update_lead", "send_email"];
const PARTS: readonly Part[] = ["definitions", "finding", "intermediate", "program", "final"];
/** What the copy and the pipeline are to save where the shared catalogues are connected. */
const TARGET = 0.987;
const WITH_TARGET = ["copy a text of 50,000 tokens", "pipeline of ten tools"];

const EXPLANATION =
  `The first table counts each token once: what enters the context. The second counts the input of
every turn: all that came before is sent again, in full or from a cache that costs a tenth. Classic:
every definition, each call a turn, each result whole. Airlock: its own three tools, searches, types
that are read, the program, its result. The user's question and the model's thoughts count nowhere.`;

if (import.meta.main) await benchTokens(Deno.args.includes("--markdown") ? "markdown" : "columns");

/** Prints the table. */
export async function benchTokens(form: "columns" | "markdown"): Promise<void> {
  const rows: Row[] = [];
  for (const connected of ["2 servers", "19 servers", "5 tools"] as const) {
    const servers = await serversOf(connected);
    if (servers === undefined) continue;
    for (const workflow of WORKFLOWS) {
      if (workflow.connected.includes(connected)) rows.push(await measure(workflow, connected));
    }
  }
  rows.sort((a, b) => orderOf(a) - orderOf(b));
  print([
    ["classic → Airlock", "connected", ...PARTS, "total", "saved"],
    ...rows.map(({ workflow, connected, tools, classic, airlock }) => [
      workflow,
      `${connected}${connected === "5 tools" ? "" : `, ${tools} tools`}`,
      ...PARTS.map((part) => `${show(classic.parts[part])} → ${show(airlock.parts[part])}`),
      `${show(classic.total)} → ${show(airlock.total)}`,
      saving(classic.total, airlock.total),
    ]),
  ], form);
  console.log();
  print([
    ["input of all turns", "connected", "all sent again", "saved", "cached at a tenth", "saved"],
    ...rows.map(({ workflow, connected, classic, airlock }) => [
      workflow,
      connected,
      `${show(classic.resent)} → ${show(airlock.resent)}`,
      saving(classic.resent, airlock.resent),
      `${show(classic.cached)} → ${show(airlock.cached)}`,
      saving(classic.cached, airlock.cached),
    ]),
  ], form);
  console.log();
  console.log(EXPLANATION);
  for (const { workflow, connected, classic, airlock } of rows) {
    if (connected !== "5 tools") continue;
    const crossing = airlock.total - (classic.total - classic.parts.definitions);
    console.log(`where the two cross, ${workflow}: definitions of ${show(crossing)} tokens`);
  }
  for (const { workflow, connected, classic, airlock } of rows) {
    if (connected !== "19 servers" || !WITH_TARGET.includes(workflow)) continue;
    const verdict = (measure: "total" | "resent" | "cached") =>
      1 - airlock[measure] / classic[measure] >= TARGET ? "met" : "MISSED";
    console.log(
      `target 98.7 %, ${workflow}: each token once ${verdict("total")}, all sent again ` +
        `${verdict("resent")}, cached ${verdict("cached")}`,
    );
  }
}

function orderOf({ workflow, connected }: Row): number {
  const at = WORKFLOWS.findIndex(({ name }) => name === workflow);
  return at * 2 + WORKFLOWS[at]!.connected.indexOf(connected);
}

async function measure(workflow: Workflow, connected: Connected): Promise<Row> {
  const root = await Deno.makeTempDir();
  try {
    const config = await parseConfig({
      mcpServers: await serversOf(connected),
      pool: { idleWorkers: 0, idleSessions: 0 },
      gateway: { port: 0 },
      discovery: { learn: false },
    }, { root });
    const { classic, tools } = await measureClassic(workflow, config);
    const { airlock, result } = await measureAirlock(workflow, config);
    // Both tell the user the same in the end.
    classic.add("final", result);
    airlock.add("final", result);
    return { workflow: workflow.name, connected, tools, classic, airlock };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

type Config = Awaited<ReturnType<typeof parseConfig>>;

/** All definitions in the context, each call a turn, each result through the model. */
async function measureClassic(workflow: Workflow, config: Config) {
  const bill = new TokenBill();
  await using upstreams = createUpstreams(config);
  const catalogues = await Promise.all(config.servers.map(({ name }) => upstreams.catalogue(name)));
  const tools = catalogues.flat();
  for (const tool of tools) bill.add("definitions", JSON.stringify(definitionOf(tool)));
  await workflow.classic(async (server, tool, input) => {
    bill.turn();
    bill.add("intermediate", JSON.stringify({ name: tool, arguments: input }));
    const call = { server, tool, arguments: input as Record<string, unknown> };
    const result = await upstreams.callTool(call);
    bill.add("intermediate", typeof result === "string" ? result : JSON.stringify(result));
    return result;
  });
  bill.turn();
  return { classic: bill, tools: tools.length };
}

/** Search, read the types, run the program: what a model asks and gets. */
async function measureAirlock({ finding, program, name }: Workflow, config: Config) {
  const bill = new TokenBill();
  await using runtime = await createRuntime(config);
  await runtime.tools();
  await using privacy = await openPrivacySession(runtime);
  if (typeof privacy.definitions === "number") bill.addCount("definitions", privacy.definitions);
  else for (const text of privacy.definitions) bill.add("definitions", text);

  const ask = async (tool: string, input: object, parts: { asked: Part; answered: Part }) => {
    bill.turn();
    bill.add(parts.asked, JSON.stringify({ name: tool, arguments: input }));
    const answer = await privacy.call(tool, input);
    bill.add(parts.answered, answer);
    return answer;
  };
  const asFinding = { asked: "finding", answered: "finding" } as const;
  let shown = "";
  for (const search of finding.searches) shown += await ask("search_tools", search, asFinding);
  const missing = finding.read.filter((tool) => !shown.includes(`${tool.split("/")[1]}.ts`));
  if (missing.length > 0) {
    throw new Error(`${name}: the searches did not show ${missing}\n${shown}`);
  }
  const read = await ask("read_tools", { names: finding.read }, asFinding);
  const unread = finding.read.filter((tool) =>
    !read.includes(`export function ${tool.split("/")[1]}`)
  );
  if (unread.length > 0) throw new Error(`${name}: there was no room to read ${unread}`);

  const code = "code" in program
    ? program.code
    : withoutComments(await Deno.readTextFile(join(project, "examples", program.file)));
  const answer = await ask("run_program", { code }, { asked: "program", answered: "final" });
  bill.turn();
  return { airlock: bill, result: answer };
}

/** The examples' comments are for people. */
function withoutComments(code: string): string {
  return code.split("\n").filter((line) => !line.startsWith("//")).join("\n");
}

/** The configuration of what is connected; undefined where the shared data is missing. */
async function serversOf(connected: Connected): Promise<Record<string, unknown> | undefined> {
  const sample = (name: string) => ({
    command: "deno",
    args: ["run", "--no-prompt", join(project, `examples/servers/${name}.ts`)],
  });
  if (connected === "5 tools") return { crm: { ...sample("crm"), tools: { allow: FIVE_TOOLS } } };
  const samples = { crm: sample("crm"), drive: sample("drive") };
  if (connected === "2 servers") return samples;
  const catalogues = (await readSharedFiles()).filter(({ kind }) => kind === "catalogs");
  if (catalogues.length === 0) return undefined;
  const folder = join(project, "../shared/data/catalogs");
  if (!await exists(folder)) return undefined;
  return {
    ...samples,
    ...Object.fromEntries(
      catalogues.map(({ name }) => [
        name.replace(".json", ""),
        oddServer("--catalogue", join(folder, name)),
      ]),
    ),
  };
}

function show(tokens: number): string {
  return tokens.toLocaleString("en-US");
}

function saving(classic: number, airlock: number): string {
  const share = (1 - airlock / classic) * 100;
  return share < 0 ? `costs ${(airlock / classic).toFixed(1)}×` : `${share.toFixed(1)} %`;
}

function print(rows: string[][], form: "columns" | "markdown"): void {
  if (form === "columns") return printTable(rows);
  const [head, ...body] = rows.map((row) => `| ${row.join(" | ")} |`);
  console.log([head, rows[0]!.map(() => "| ---").join(" ") + " |", ...body].join("\n"));
}
