import type { AnalyzedServer } from "./analyze_server.ts";
import type { ToolName } from "./tool_finder_types.ts";
import {
  type Candidate,
  type MatchSigns,
  type Pick,
  pickTools,
  readMatchSigns,
} from "./pick_tools.ts";
import { buildPostings, buildSubjectTable, type Postings, type SubjectTable } from "./postings.ts";
import type { RankingWeights } from "./ranking_weights.ts";
import { type Query, readQuery } from "./read_query.ts";
import { createHeadBonus, matchConcepts, scoreTools } from "./score_tools.ts";
import { toTerm } from "./split_words.ts";
import { createWordResolver } from "./unknown_words.ts";

/** Least part of the best score of a match. */
const MATCH_SHARE = 0.4;
/** Tools that are compared closely; those behind stay in the order of the scan. */
const CANDIDATES = 80;

/** The tools that a query is ranked against. */
interface Ranked {
  readonly postings: Postings;
  readonly subjects: SubjectTable;
  readonly weights: RankingWeights;
}

/** The best tools in order, and the number of all matches. */
interface Ranking {
  readonly picks: readonly Pick[];
  readonly total: number;
  readonly signs: MatchSigns;
}

/** Ranks all tools for a query. */
function rankTools(query: Query, ranked: Ranked, options: RankOptions): Ranking {
  const { postings, weights } = ranked;
  const matches = matchConcepts(query.concepts, postings, weights);
  const { words, servers } = scoreTools(query, matches, postings, weights);
  const shared = ranked.subjects.score(query.subjects);
  const rest = new Float32Array(shared.length);
  const scores = new Float32Array(shared.length);
  for (let tool = 0; tool < rest.length; tool++) {
    rest[tool] = weights.subject * shared[tool]! +
      weights.server * servers[postings.serverOf[tool]!]! +
      weights.learned * (options.learned?.get(tool) ?? 0);
    scores[tool] = rest[tool]! + words[tool]!;
  }
  const { order, total } = orderTools(scores, postings, options);
  const bonusOf = createHeadBonus(query.concepts, postings, weights);
  const candidates = order.map((tool): Candidate => {
    const { nameCoverage, worth } = bonusOf(tool);
    return { tool, subject: shared[tool]!, nameCoverage, worth: rest[tool]! + worth };
  });
  const { count } = options;
  const picks = pickTools(candidates.slice(0, CANDIDATES), { query, matches, weights, count });
  const last = picks.at(-1)?.score ?? 0;
  for (const candidate of candidates.slice(CANDIDATES)) {
    picks.push({ ...candidate, score: Math.min(last, scores[candidate.tool]!) });
  }
  return { picks, total, signs: readMatchSigns(query, picks, matches) };
}

/** The best tools in the order of their scores, and the number of all matches. */
function orderTools(
  scores: Float32Array,
  { serverOf }: Postings,
  { server, count }: RankOptions,
): { order: number[]; total: number } {
  if (server !== undefined) {
    for (let tool = 0; tool < scores.length; tool++) {
      if (serverOf[tool] !== server) scores[tool] = 0;
    }
  }
  const sorted = scores.toSorted();
  const best = sorted.at(-1) ?? 0;
  const least = Math.max(sorted.at(-Math.max(CANDIDATES, count)) ?? 0, Number.MIN_VALUE);
  const order: number[] = [];
  let total = 0;
  for (let tool = 0; tool < scores.length; tool++) {
    if (scores[tool]! >= least) order.push(tool);
    if (scores[tool]! > 0 && scores[tool]! >= best * MATCH_SHARE) total++;
  }
  order.sort((a, b) => scores[b]! - scores[a]! || a - b);
  return { order: order.slice(0, Math.max(CANDIDATES, count)), total };
}

interface RankOptions {
  /** Number of results, with those skipped by paging. */
  readonly count: number;
  /** Only this server's tools; a place in `postings.servers`. */
  readonly server?: number | undefined;
  /** Gains of tools from earlier choices. */
  readonly learned?: ReadonlyMap<number, number>;
}

/** Some servers' tools at one moment, ready to be searched. */
export interface SearchView {
  readonly postings: Postings;
  /** Takes a query apart against the words of these tools. */
  read(text: string): Query;
  /** The place of a tool in `postings.tools`. */
  placeOf(name: ToolName): number | undefined;
  rank(query: Query, options: RankOptions): Ranking;
}

/** Prepares servers for searching; their order makes no difference. */
export function createSearchView(
  servers: Iterable<AnalyzedServer>,
  weights: RankingWeights,
): SearchView {
  const postings = buildPostings(servers, weights);
  const subjects = buildSubjectTable(postings, weights);
  const resolver = createWordResolver(postings.termIds, toTerm);
  return {
    postings,
    read: (text) => readQuery(text, { weights, termIds: postings.termIds, resolver }),
    placeOf: ({ server, tool }) => {
      const owner = postings.servers.findIndex((known) => known.server === server);
      const first = postings.serverOf.indexOf(owner);
      const tools = postings.servers[owner]?.tools ?? [];
      const place = tools.findIndex(({ entry }) => entry.tool.name === tool);
      return place < 0 ? undefined : first + place;
    },
    rank: (query, options) => rankTools(query, { postings, subjects, weights }, options),
  };
}
