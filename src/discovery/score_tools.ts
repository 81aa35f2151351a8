import type { Postings } from "./build_postings.ts";
import type { ConceptMatches } from "./match_concepts.ts";
import type { RankingWeights } from "./ranking_weights.ts";
import type { Query } from "./read_query.ts";

/** What a query's words are worth to every tool. */
export interface ToolScores {
  /** Of the tool's own words. */
  readonly words: Float32Array;
  /** Of the words of all tools of its server together. */
  readonly servers: Float32Array;
}

/** What is scored, and against what. */
export interface ScoreToolsOptions {
  readonly query: Query;
  readonly matches: readonly ConceptMatches[];
  readonly postings: Postings;
  readonly weights: RankingWeights;
}

/** Adds up the matches of each clause, and the clauses so that one well-met clause stands out. */
export function scoreTools(options: ScoreToolsOptions): ToolScores {
  const { query, postings, weights } = options;
  const words = createSum(postings.tools.length, weights.clauseFocus);
  const servers = createSum(postings.servers.length, weights.clauseFocus);
  const bestOfServer = new Float32Array(postings.servers.length);
  for (let clause = 0; clause < query.clauseCount; clause++) {
    options.matches.forEach((found, at) => {
      if (query.concepts[at]!.clause !== clause) return;
      for (let i = 0; i < found.tools.length; i++) {
        const tool = found.tools[i]!;
        const value = found.values[i]!;
        const server = postings.serverOf[tool]!;
        words.add(tool, value);
        if (value > bestOfServer[server]!) bestOfServer[server] = value;
      }
      bestOfServer.forEach((value, server) => value > 0 && servers.add(server, value));
      bestOfServer.fill(0);
    });
    words.endClause();
    servers.endClause();
  }
  return { words: words.finish(), servers: servers.finish() };
}

interface ClauseSum {
  add(place: number, value: number): void;
  endClause(): void;
  finish(): Float32Array;
}

function createSum(size: number, focus: number): ClauseSum {
  const total = new Float32Array(size);
  const clause = new Float32Array(size);
  const touched: number[] = [];
  return {
    add(place, value) {
      if (clause[place] === 0) touched.push(place);
      clause[place]! += value;
    },
    endClause() {
      for (const place of touched) {
        total[place]! += clause[place]! ** focus;
        clause[place] = 0;
      }
      touched.length = 0;
    },
    finish() {
      for (let place = 0; place < size; place++) {
        if (total[place]! > 0) total[place] = total[place]! ** (1 / focus);
      }
      return total;
    },
  };
}
