import type { AnalyzedServer } from "./analyze_server.ts";
import { buildPostings, type Postings } from "./build_postings.ts";
import type { ToolName } from "./learned_choices.ts";
import { type Ranking, rankTools } from "./rank_tools.ts";
import type { RankingWeights } from "./ranking_weights.ts";
import { type Query, readQuery } from "./read_query.ts";
import { toTerm } from "./read_terms.ts";
import { buildSubjectTable } from "./subject_scores.ts";
import { createWordResolver } from "./unknown_words.ts";

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
