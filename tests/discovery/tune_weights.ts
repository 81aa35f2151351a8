import type { AnalyzedServer } from "../../src/discovery/analyze_server.ts";
import type { RankingWeights } from "../../src/discovery/ranking_weights.ts";
import { createSearchView } from "../../src/discovery/rank_tools.ts";
import {
  analyzeAll,
  measureRecall,
  type Recall,
  type SearchData,
  type Suite,
  type SuiteQuery,
  withDistractors,
  withoutDescriptions,
} from "./search_suites.ts";

/** A suite searched in a catalogue, and how much it counts. */
interface Cell {
  readonly name: string;
  readonly servers: readonly AnalyzedServer[];
  readonly suite: Suite;
  readonly share: number;
}

/** The figures of one cell. */
export interface CellRecall extends Recall {
  readonly name: string;
  readonly share: number;
}

/** Weights are judged on these: real catalogues, alone and among others. */
export interface TuningGround {
  /** The figures of weights on the queries that `pick` lets through. */
  measure(weights: RankingWeights, pick: (query: SuiteQuery) => boolean): CellRecall[];
}

/** Numbers between which a weight may move. */
const UNIT = /lengthShare|relations|compound|spelling|relatedInHead|repetition|met|OfServer/;

/** Lays out the catalogues. */
export function createTuningGround(data: SearchData): TuningGround {
  const live = analyzeAll(data.livemcp);
  const bare = analyzeAll(withoutDescriptions(data.livemcp));
  const catalogs = analyzeAll(data.catalogs);
  const mixed = analyzeAll(withDistractors([...data.livemcp, ...data.catalogs], 2_400));
  const cells: Cell[] = [
    { name: "alone", servers: live, suite: "livemcp-task", share: 1 },
    { name: "alone", servers: live, suite: "livemcp-step", share: 1 },
    { name: "bare", servers: bare, suite: "livemcp-task", share: 0.5 },
    { name: "bare", servers: bare, suite: "livemcp-step", share: 0.5 },
    { name: "alone", servers: catalogs, suite: "agent-task", share: 0.6 },
    { name: "alone", servers: catalogs, suite: "agent-step", share: 0.8 },
    { name: "mixed", servers: mixed, suite: "livemcp-task", share: 0.5 },
    { name: "mixed", servers: mixed, suite: "livemcp-step", share: 0.5 },
    { name: "mixed", servers: mixed, suite: "agent-task", share: 0.4 },
    { name: "mixed", servers: mixed, suite: "agent-step", share: 0.5 },
  ];
  return {
    measure(weights, pick) {
      const picked = cells.filter(({ suite }) => data.queries[suite].some(pick));
      const views = new Map(
        [...new Set(picked.map((cell) => cell.servers))].map((servers) => [
          servers,
          createSearchView(servers, weights),
        ]),
      );
      return picked.map(({ name, servers, suite, share }) => {
        const { postings: { tools, serverOf, servers: names }, read, rank } = views.get(servers)!;
        const key = (tool: number) =>
          `${names[serverOf[tool]!]!.server}/${tools[tool]!.entry.tool.name}`;
        const search = (text: string) =>
          rank(read(text), { count: 15 }).picks.map(({ tool }) => key(tool));
        const recall = measureRecall(search, data.queries[suite].filter(pick));
        return { name: `${suite} ${name}`, share, ...recall };
      });
    },
  };
}

/** One number for a table of figures: what tuning makes larger. */
export function judge(cells: readonly CellRecall[]): number {
  const sum = cells.reduce(
    (s, c) => s + c.share * (0.35 * c.at5 + 0.25 * c.at10 + 0.4 * c.smooth),
    0,
  );
  return sum / cells.reduce((s, c) => s + c.share, 0);
}

/** Round numbers from which tuning starts: what one would write down without any data. */
export const PLAIN_WEIGHTS: RankingWeights = {
  fields: {
    name: { weight: 3, lengthShare: 0.5 },
    title: { weight: 2, lengthShare: 0.5 },
    lead: { weight: 2, lengthShare: 0.5 },
    body: { weight: 1, lengthShare: 0.75 },
    parameters: { weight: 1, lengthShare: 0.75 },
    parameterTexts: { weight: 0.5, lengthShare: 0.75 },
    server: { weight: 2, lengthShare: 0.5 },
    serverDescription: { weight: 0.5, lengthShare: 0.5 },
  },
  saturation: 1.2,
  rarity: 1,
  relations: { verb: 0.5, noun: 0.5, broader: 0.5, abbreviation: 0.5, bilingual: 0.5 },
  compound: 0.5,
  spelling: 0.5,
  relatedInHead: 0.5,
  act: 1,
  repetition: 0.5,
  impliedStep: 1,
  clauseFocus: 1.5,
  metTerm: 0.3,
  metClause: 0.3,
  nameCoverage: 0.5,
  phrase: 0.2,
  subject: 0.5,
  subjectSaturation: 2,
  subjectOfServer: 0.5,
  server: 0.1,
  learned: 1,
};

/** Part of the queries to tune on; the rest shows what the tuning is worth. */
export interface Fold {
  readonly name: string;
  readonly tuned: (query: SuiteQuery) => boolean;
}

/** Both halves of the tasks, and each of the two families of suites alone. */
export const FOLDS: readonly Fold[] = [
  { name: "first half of the tasks", tuned: (query) => halfOf(query) === 0 },
  { name: "second half of the tasks", tuned: (query) => halfOf(query) === 1 },
  { name: "livemcp suites", tuned: (query) => !isAgentQuery(query) },
  { name: "agent suites", tuned: isAgentQuery },
];

/** Steps of one task stay together. */
function halfOf({ id }: SuiteQuery): number {
  let hash = 1;
  for (const character of id.split("#")[0]!) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return (hash >>> 3) % 2;
}

function isAgentQuery({ id }: SuiteQuery): boolean {
  return /^(?:step|task)-/.test(id);
}

/** What tuning works with. */
export interface TuneWeightsOptions {
  readonly ground: TuningGround;
  readonly pick: (query: SuiteQuery) => boolean;
  readonly rounds: number;
  readonly seed: number;
}

/**
 * Random search from the given weights: each round moves one to three of them a little and keeps
 * the move when the figures of the picked queries rise. The same seed gives the same weights.
 */
export function tuneWeights(start: RankingWeights, options: TuneWeightsOptions): RankingWeights {
  const { ground, pick, rounds } = options;
  const random = createRandom(options.seed);
  const numbers = flatten(start);
  const names = [...numbers.keys()].filter((name) => name !== "learned");
  let best = judge(ground.measure(start, pick));
  for (let round = 0; round < rounds; round++) {
    const step = round < rounds / 2 ? 0.5 : 0.25;
    const moved = new Map(numbers);
    for (let i = 0; i < 1 + Math.floor(random.next() * 3); i++) {
      const name = names[Math.floor(random.next() * names.length)]!;
      moved.set(name, move(name, moved.get(name)!, step * random.normal()));
    }
    const found = judge(ground.measure(unflatten(moved), pick));
    if (found <= best + 0.0003) continue;
    best = found;
    moved.forEach((value, name) => numbers.set(name, value));
  }
  return unflatten(numbers);
}

/** The mean of several weights, rounded: what they agree on stays, what chance gave evens out. */
export function averageWeights(found: readonly RankingWeights[]): RankingWeights {
  const flat = found.map(flatten);
  return unflatten(
    new Map([...flat[0]!.keys()].map((name) => {
      const mean = flat.reduce((sum, numbers) => sum + numbers.get(name)!, 0) / flat.length;
      return [name, Math.round(mean * 100) / 100];
    })),
  );
}

function move(name: string, value: number, by: number): number {
  const moved = UNIT.test(name) ? Math.min(1, value + by * 0.4) : value * Math.exp(by);
  const least = name === "clauseFocus" ? 1 : 0;
  return Math.max(least, Math.round(moved * 1_000) / 1_000);
}

function flatten(weights: RankingWeights): Map<string, number> {
  const flat = new Map<string, number>();
  const visit = (value: object, path: string) => {
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === "number") flat.set(path + key, inner);
      else visit(inner, `${path}${key}.`);
    }
  };
  visit(weights, "");
  return flat;
}

function unflatten(flat: ReadonlyMap<string, number>): RankingWeights {
  const root: Record<string, unknown> = {};
  for (const [path, value] of flat) {
    const keys = path.split(".");
    let place = root;
    for (const key of keys.slice(0, -1)) place = (place[key] ??= {}) as Record<string, unknown>;
    place[keys.at(-1)!] = value;
  }
  return root as unknown as RankingWeights;
}

function createRandom(seed: number): { next(): number; normal(): number } {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    next,
    normal: () => Math.sqrt(-2 * Math.log(next() + 1e-9)) * Math.cos(2 * Math.PI * next()),
  };
}
