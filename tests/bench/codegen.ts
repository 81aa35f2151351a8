/**
 * How fast catalogues become wrappers: `deno run -A tests/bench/codegen.ts`
 *
 * @module
 */
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { generateServer } from "../../src/codegen/generate_server.ts";
import type { Tool } from "../../src/model/tool.ts";
import { readSharedFiles } from "../codegen/shared_data.ts";
import { printTable } from "./statistics.ts";

/** One catalogue to make wrappers of. */
interface Catalogue {
  readonly server: string;
  readonly tools: readonly Tool[];
}

/** Generates for at least this long; the fastest round counts. */
const MEASURE_MS = 2_000;
/** What the project promises. */
const TARGET_PER_SECOND = 2_000;

if (import.meta.main) await benchCodegen();

/** Prints schemas a second, beside what parsing the same JSON takes, and model tokens. */
export async function benchCodegen(): Promise<void> {
  const real = (await readSharedFiles()).filter(({ kind }) => kind === "catalogs");
  const catalogues = real.length > 0 ? real : [madeUpCatalogue()];
  const tools = catalogues.flatMap(({ tools }) => tools);
  const schemas = tools.reduce((sum, tool) => sum + (tool.outputSchema === undefined ? 1 : 2), 0);
  const json = catalogues.map(({ tools }) => JSON.stringify(tools));

  const generateMs = fastest(() => catalogues.forEach((each) => generateServer(each)));
  const parseMs = fastest(() => json.forEach((text) => JSON.parse(text)));
  const wrappers = catalogues.flatMap((each) => generateServer(each).files.slice(0, -1));
  const rawTokens = tools.reduce((sum, tool) => sum + countTokens(JSON.stringify(tool)), 0);
  const wrapperTokens = wrappers.reduce((sum, { text }) => sum + countTokens(text), 0);

  const perSecond = Math.round(schemas / generateMs * 1_000);
  console.log(
    `codegen: ${catalogues.length} catalogues, ${tools.length} tools, ${schemas} schemas`,
  );
  printTable([
    ["", "ms for all", "schemas/s"],
    ["parse JSON (baseline)", parseMs, schemas / parseMs * 1_000],
    ["generate wrappers", generateMs, perSecond],
  ]);
  console.log(
    `  target ${TARGET_PER_SECOND} schemas/s: ${perSecond >= TARGET_PER_SECOND ? "met" : "MISSED"}`,
  );
  const share = (wrapperTokens / rawTokens * 100).toFixed(1);
  console.log(`  model tokens: ${wrapperTokens}, ${share} % of the raw JSON's ${rawTokens}`);
}

function fastest(work: () => void): number {
  let best = Infinity;
  const end = performance.now() + MEASURE_MS;
  do {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  } while (performance.now() < end);
  return best;
}

function madeUpCatalogue(): Catalogue {
  const tools = Array.from({ length: 500 }, (_, at): Tool => ({
    name: `tool_${at}`,
    description: "Lists what there is, newest first.",
    inputSchema: {
      type: "object",
      properties: {
        query: { type: "string", description: "What to look for" },
        status: { enum: ["new", "open", "done"] },
        limit: { type: "integer", minimum: 1, maximum: 100, default: 20 },
        range: { type: "object", properties: { from: { type: "string" }, to: { type: "string" } } },
      },
      required: ["query"],
    },
  }));
  return { server: "made_up", tools };
}
