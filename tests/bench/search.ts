import { RANKING_WEIGHTS, type RankingWeights } from "../../src/discovery/ranking_weights.ts";
import { createToolIndex, type ToolIndex } from "../../src/discovery/tool_index.ts";
import { collectMatchCases, fitJudgement, measureJudgement } from "../discovery/calibrate_match.ts";
import {
  loadSearchData,
  measureRecall,
  type SearchData,
  type Suite,
  SUITES,
  type SuiteServer,
  withDistractors,
  withoutDescriptions,
} from "../discovery/search_suites.ts";
import {
  averageWeights,
  type CellRecall,
  createTuningGround,
  FOLDS,
  judge,
  PLAIN_WEIGHTS,
  tuneWeights,
} from "../discovery/tune_weights.ts";

/** Search without what goes beyond words: the fields of BM25F alone, all else off. */
const BASELINE: RankingWeights = {
  ...PLAIN_WEIGHTS,
  relations: { verb: 0, noun: 0, broader: 0, abbreviation: 0, bilingual: 0 },
  compound: 0,
  spelling: 0,
  relatedInHead: 0,
  impliedStep: 0,
  clauseFocus: 1,
  metTerm: 0,
  metClause: 0,
  nameCoverage: 0,
  phrase: 0,
  subject: 0,
  server: 0,
};

/** For each component the weights that switch it off. */
const WITHOUT: Readonly<Record<string, (weights: RankingWeights) => Partial<RankingWeights>>> = {
  "synonyms of acts": ({ relations }) => ({ relations: { ...relations, verb: 0 } }),
  "synonyms of things": ({ relations }) => ({ relations: { ...relations, noun: 0 } }),
  "broader terms": ({ relations }) => ({ relations: { ...relations, broader: 0 } }),
  "abbreviations": ({ relations }) => ({ relations: { ...relations, abbreviation: 0 } }),
  "Chinese terms": ({ relations }) => ({ relations: { ...relations, bilingual: 0 } }),
  "compounds and near spellings": () => ({ compound: 0, spelling: 0 }),
  "subjects": () => ({ subject: 0 }),
  "implied steps": () => ({ impliedStep: 0 }),
  "clauses": () => ({ clauseFocus: 1, metClause: 0 }),
  "met terms count less": () => ({ metTerm: 0 }),
  "name coverage": () => ({ nameCoverage: 0 }),
  "phrases": () => ({ phrase: 0 }),
  "other tools of the server": () => ({ server: 0 }),
  "everything (baseline)": () => BASELINE,
};

const data = loadSearchData();
if (data !== undefined) {
  const [mode = "", rounds = "80"] = Deno.args;
  if (mode === "--tune") tune(data, Number(rounds));
  else if (mode === "--ablate") ablate(data);
  else if (mode === "--calibrate") calibrate(data);
  else {
    printRecall(data);
    printTimes(data);
  }
}

function printRecall(data: SearchData): void {
  const grounds = (suite: Suite): [string, readonly SuiteServer[]][] => {
    const own = suite.startsWith("livemcp") ? data.livemcp : data.catalogs;
    return [
      ["alone", own],
      ["no server descriptions", withoutDescriptions(own)],
      ["all real catalogues", [...data.livemcp, ...data.catalogs]],
      ["8,000 distractors", withDistractors(own, 8_000)],
    ];
  };
  console.log("recall@5 / @10       baseline        this");
  for (const suite of SUITES) {
    for (const [name, servers] of grounds(suite)) {
      const cells = [BASELINE, RANKING_WEIGHTS].map((weights) => {
        const index = buildIndex(servers, weights);
        const search = (query: string) => keysOf(index, query);
        const { at5, at10 } = measureRecall(search, data.queries[suite]);
        return `${at5.toFixed(3)} / ${at10.toFixed(3)}`;
      });
      console.log(`${suite} ${name}`.padEnd(38), cells.join("   "));
    }
  }
}

function printTimes(data: SearchData): void {
  const queries = SUITES.flatMap((suite) => data.queries[suite]).map(({ query }) => query);
  for (const count of [0, 8_000 - 527]) {
    const servers = withDistractors(data.livemcp, count);
    for (const run of ["cold", "warm"]) {
      const start = performance.now();
      const index = buildIndex(servers, RANKING_WEIGHTS);
      index.search("lay out");
      const built = performance.now() - start;
      const times = queries.map((query) => {
        const before = performance.now();
        index.search(query);
        return performance.now() - before;
      }).sort((a, b) => a - b);
      const at = (share: number) => times[Math.floor(times.length * share)]!.toFixed(2);
      console.log(
        `${527 + count} tools, ${run}: build ${built.toFixed(0)} ms,`,
        `query p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`,
      );
      const change = performance.now();
      const [first] = servers;
      index.setServer(first!.server, first!.tools.map((tool) => ({ tool })));
      index.search("lay out");
      console.log(`  one server changed: ${(performance.now() - change).toFixed(0)} ms`);
    }
  }
}

/** Under the plain weights, which no query has seen, every query is held out. */
function ablate(data: SearchData): void {
  const ground = createTuningGround(data);
  const all = [["plain weights", PLAIN_WEIGHTS], ["weights in use", RANKING_WEIGHTS]] as const;
  for (const [title, weights] of all) {
    const measure = (changed: RankingWeights) => ground.measure(changed, () => true);
    console.log(title, ...measure(weights).map((cell) => cell.name));
    const print = (name: string, cells: CellRecall[]) =>
      console.log(name.padEnd(30), judge(cells).toFixed(4), ...cells.map(short));
    print("all components", measure(weights));
    for (const [name, change] of Object.entries(WITHOUT)) {
      print(`- ${name}`, measure({ ...weights, ...change(weights) }));
    }
  }
}

function tune(data: SearchData, rounds: number): void {
  const ground = createTuningGround(data);
  const found = FOLDS.map(({ name, tuned }, seed) => {
    const weights = tuneWeights(PLAIN_WEIGHTS, { ground, pick: tuned, rounds, seed });
    console.log(`tuned on the ${name}; on all others:`);
    for (const [label, tried] of [["start", PLAIN_WEIGHTS], ["tuned", weights]] as const) {
      const cells = ground.measure(tried, (query) => !tuned(query));
      console.log(` ${label} ${judge(cells).toFixed(4)} `, ...cells.map(long));
    }
    return weights;
  });
  const mean = averageWeights(found);
  const cells = ground.measure(mean, () => true);
  console.log("mean of all folds", judge(cells).toFixed(4), ...cells.map(long));
  console.log(JSON.stringify(mean, null, 2));
}

function calibrate(data: SearchData): void {
  const cases = collectMatchCases(data);
  const even = cases.filter(({ query }) => query.length % 2 === 0);
  const odd = cases.filter(({ query }) => query.length % 2 === 1);
  console.log("share called no good match:");
  console.log("in use", measureJudgement(cases));
  console.log("fitted on one half, on the other", measureJudgement(odd, fitJudgement(even)));
  console.log("and the reverse", measureJudgement(even, fitJudgement(odd)));
  console.log("fitted on all", fitJudgement(cases));
}

function buildIndex(servers: readonly SuiteServer[], weights: RankingWeights): ToolIndex {
  const index = createToolIndex({ weights });
  for (const { server, tools, description } of servers) {
    index.setServer(server, tools.map((tool) => ({ tool })), { description });
  }
  return index;
}

function keysOf(index: ToolIndex, query: string): string[] {
  return index.search(query).hits.map(({ server, tool }) => `${server}/${tool.name}`);
}

function short({ at5, at10 }: CellRecall): string {
  return `${at5.toFixed(3)}/${at10.toFixed(3)}`;
}

function long(cell: CellRecall): string {
  return `${cell.name} ${short(cell)} `;
}
