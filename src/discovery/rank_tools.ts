import type { AnalyzedServer } from "./analyze_server.ts";
import type { ToolName } from "./learned_choices.ts";
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

/** Below this part of the best score a tool is no match. */
const MATCH_SHARE = 0.4;
/** As many of the best tools are compared closely; those behind stay in the order of the scan. */
const CANDIDATES = 80;

/** What a query is ranked against. */
export interface RankToolsOptions {
  readonly postings: Postings;
  readonly subjects: SubjectTable;
  readonly weights: RankingWeights;
  /** What earlier choices say: tool and what it gains. */
  readonly learned: ReadonlyMap<number, number>;
  /** Only this server's tools; a place in `postings.servers`. */
  readonly server: number | undefined;
  /** How many results are wanted, those skipped by paging included. */
  readonly count: number;
}

/** The best tools in order, and how many match at all. */
export interface Ranking {
  readonly picks: readonly Pick[];
  readonly total: number;
  /** What is known of how well the best of them fit. */
  readonly signs: MatchSigns;
}

/** Ranks all tools for a query. */
export function rankTools(query: Query, options: RankToolsOptions): Ranking {
  const { postings, weights } = options;
  const matches = matchConcepts(query.concepts, postings, weights);
  const { words, servers } = scoreTools({ query, matches, postings, weights });
  const shared = options.subjects.score(query.subjects);
  const rest = new Float32Array(shared.length);
  const scores = new Float32Array(shared.length);
  for (let tool = 0; tool < rest.length; tool++) {
    rest[tool] = weights.subject * shared[tool]! +
      weights.server * servers[postings.serverOf[tool]!]! +
      weights.learned * (options.learned.get(tool) ?? 0);
    scores[tool] = rest[tool]! + words[tool]!;
  }
  const { order, total } = orderTools(scores, options);
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

/** The best tools in the order of their scores, and how many tools match at all. */
function orderTools(
  scores: Float32Array,
  { postings: { serverOf }, server, count }: RankToolsOptions,
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

/** What is wanted of a ranking. */
export interface RankOptions {
  /** How many results are wanted, those skipped by paging included. */
  readonly count: number;
  /** Only this server's tools; a place in `postings.servers`. */
  readonly server?: number | undefined;
  /** What earlier choices say: tool and what it gains. */
  readonly learned?: ReadonlyMap<number, number>;
}

/** Some servers' tools at one moment, ready to be searched. */
export interface SearchView {
  readonly postings: Postings;
  /** Takes a query apart against the words of these tools. */
  read(text: string): Query;
  /** The place of a tool in `postings.tools`. */
  placeOf(name: ToolName): number | undefined;
  /** Ranks these tools for a query. */
  rank(query: Query, options: RankOptions): Ranking;
}

/** Lays out servers for searching; the same servers give the same view in whatever order. */
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
      const place = postings.servers[owner]?.tools.findIndex((t) => t.entry.tool.name === tool) ??
        -1;
      return place < 0 ? undefined : first + place;
    },
    rank: (query, { count, server, learned = new Map() }) =>
      rankTools(query, { postings, subjects, weights, learned, server, count }),
  };
}
