import type { JudgedPick } from "./judge_match.ts";
import type { ConceptMatches } from "./match_concepts.ts";
import type { RankingWeights } from "./ranking_weights.ts";
import type { Query } from "./read_query.ts";

/** A tool that may be picked, and what it is worth apart from the query's words. */
export interface Candidate extends JudgedPick {
  readonly worth: number;
}

/** A tool with its score at its place in the list. */
export interface Pick extends JudgedPick {
  readonly score: number;
}

/** What the candidates are picked for. */
export interface PickToolsOptions {
  readonly query: Query;
  readonly matches: readonly ConceptMatches[];
  readonly weights: RankingWeights;
  /** How many picks are wanted. */
  readonly count: number;
}

/**
 * Picks tools one by one, each time the best for what is still unmet: terms and clauses that a
 * picked tool has met count less for the next, so that a task of several steps gets tools for each.
 */
export function pickTools(candidates: readonly Candidate[], options: PickToolsOptions): Pick[] {
  const board = createBoard(candidates, options);
  const open = new Set(candidates.keys());
  const picks: Pick[] = [];
  while (open.size > 0 && picks.length < options.count) {
    let best = -1;
    let score = -Infinity;
    for (const at of open) {
      const value = candidates[at]!.worth + board.value(at);
      if (value > score) [best, score] = [at, value];
    }
    open.delete(best);
    picks.push({ ...candidates[best]!, score });
    board.meet(best);
  }
  return picks;
}

interface Board {
  /** What the query's still unmet words are worth to a candidate. */
  value(candidate: number): number;
  /** Notes that the candidate was picked. */
  meet(candidate: number): void;
}

function createBoard(candidates: readonly Candidate[], options: PickToolsOptions): Board {
  const { query: { concepts, clauseCount }, matches, weights } = options;
  const rows = createRows(candidates, matches);
  const openTerm = new Float32Array(concepts.length).fill(1);
  const openClause = new Float32Array(clauseCount).fill(1);
  const sums = new Float32Array(clauseCount);
  const bestOfClause = new Float32Array(clauseCount);
  const sumUp = (row: Float32Array, open: Float32Array | undefined) => {
    sums.fill(0);
    for (let c = 0; c < row.length; c++) {
      if (row[c] !== 0) sums[concepts[c]!.clause]! += row[c]! * (open?.[c] ?? 1);
    }
  };
  for (const row of rows) {
    sumUp(row, undefined);
    sums.forEach((sum, c) => bestOfClause[c] = Math.max(bestOfClause[c]!, sum));
  }
  return {
    value(at) {
      sumUp(rows[at]!, openTerm);
      let total = 0;
      for (let c = 0; c < clauseCount; c++) {
        if (sums[c] !== 0) total += (sums[c]! * openClause[c]!) ** weights.clauseFocus;
      }
      return total ** (1 / weights.clauseFocus);
    },
    meet(at) {
      sumUp(rows[at]!, undefined);
      if (clauseCount > 1) {
        sums.forEach((sum, c) => {
          if (sum > 0) openClause[c]! *= 1 - weights.metClause * (sum / bestOfClause[c]!) ** 2;
        });
      }
      rows[at]!.forEach((value, c) => {
        if (value > 0) openTerm[c]! *= 1 - weights.metTerm * Math.min(1, value / matches[c]!.best);
      });
    },
  };
}

/** For each candidate what each concept is worth to it. */
function createRows(
  candidates: readonly Candidate[],
  matches: readonly ConceptMatches[],
): Float32Array[] {
  const places = new Map(candidates.map(({ tool }, at) => [tool, at]));
  const rows = candidates.map(() => new Float32Array(matches.length));
  matches.forEach(({ tools, values }, concept) => {
    tools.forEach((tool, i) => {
      const at = places.get(tool);
      if (at !== undefined) rows[at]![concept] = values[i]!;
    });
  });
  return rows;
}
