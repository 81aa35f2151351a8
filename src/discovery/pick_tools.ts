import { getLexicon } from "./lexicon.ts";
import type { RankingWeights } from "./ranking_weights.ts";
import type { Query } from "./read_query.ts";
import type { ConceptMatches } from "./score_tools.ts";
import JUDGEMENT from "./data/match_judgement.json" with { type: "json" };

/** A tool that may be picked, and its worth apart from the query's words. */
export interface Candidate extends JudgedPick {
  readonly worth: number;
}

/** A tool with its score at its place in the list. */
export interface Pick extends JudgedPick {
  readonly score: number;
}

interface PickToolsOptions {
  readonly query: Query;
  readonly matches: readonly ConceptMatches[];
  readonly weights: RankingWeights;
  /** Number of picks. */
  readonly count: number;
}

/**
 * Picks tools one by one, each time the best for the unmet part of the query: terms and clauses that
 * a picked tool has met count less for the next, so that a task of several steps gets tools for each.
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

/** `value` is the worth of a candidate by the unmet words; `meet` notes a picked candidate. */
function createBoard(candidates: readonly Candidate[], options: PickToolsOptions) {
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
    value(at: number): number {
      sumUp(rows[at]!, openTerm);
      let total = 0;
      for (let c = 0; c < clauseCount; c++) {
        if (sums[c] !== 0) total += (sums[c]! * openClause[c]!) ** weights.clauseFocus;
      }
      return total ** (1 / weights.clauseFocus);
    },
    meet(at: number): void {
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

/** The value of each concept for each candidate. */
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

/** A tool with the signs of a match that ranking has found. */
interface JudgedPick {
  readonly tool: number;
  /** 0 to 1: the shared subjects. */
  readonly subject: number;
  /** 0 to 1: the part of the tool's name that was asked for. */
  readonly nameCoverage: number;
}

/** The signs by which a match is judged. */
export interface MatchSigns {
  /** 0 to 1: the best-met clause's words, by their rarity, that the best tool for it meets. */
  readonly coverage: number;
  /** The same as a sum and not as a share: many met words count more than one. */
  readonly strength: number;
  /** 0 to 1: the best shared subject, and the best share of a name. */
  readonly subject: number;
  readonly nameCoverage: number;
  /** 0 to 1: words that no tool has, though they are common in requests for tools. */
  readonly missing: number;
  /** 0 to 1: words that neither a tool nor a word table has. */
  readonly unknown: number;
}

const MAX_STRENGTH = 2;
const LOOKED_AT = 5;

/** 0 to 1: the probability that one of the best picks serves the query. */
export function judgeMatch(signs: MatchSigns, { bias, ...worths } = JUDGEMENT): number {
  let sum = bias;
  for (const [sign, worth] of Object.entries(worths)) {
    sum += worth * signs[sign as keyof MatchSigns];
  }
  return 1 / (1 + Math.exp(-sum));
}

/** Reads the signs off the best picks of a query. */
export function readMatchSigns(
  query: Query,
  picks: readonly JudgedPick[],
  matches: readonly ConceptMatches[],
): MatchSigns {
  const best = { coverage: 0, strength: 0, subject: 0, nameCoverage: 0 };
  for (const pick of picks.slice(0, LOOKED_AT)) {
    const { coverage, strength } = bestClause(query, pick.tool, matches);
    best.coverage = Math.max(best.coverage, coverage);
    best.strength = Math.max(best.strength, Math.min(MAX_STRENGTH, strength));
    best.subject = Math.max(best.subject, pick.subject);
    best.nameCoverage = Math.max(best.nameCoverage, pick.nameCoverage);
  }
  return { ...best, ...unmetWords(query) };
}

function bestClause(
  query: Query,
  tool: number,
  matches: readonly ConceptMatches[],
): { coverage: number; strength: number } {
  const met = new Float32Array(query.clauseCount);
  const possible = new Float32Array(query.clauseCount);
  query.concepts.forEach(({ clause, weight }, at) => {
    const { tools, values, best } = matches[at]!;
    const place = tools.indexOf(tool);
    if (place >= 0) met[clause]! += values[place]!;
    possible[clause]! += best > 0 ? best : weight;
  });
  const shares = met.map((value, clause) => possible[clause]! > 0 ? value / possible[clause]! : 0);
  return { coverage: Math.max(0, ...shares), strength: Math.max(0, ...met) };
}

function unmetWords({ concepts }: Query): { missing: number; unknown: number } {
  const lexicon = getLexicon();
  const words = concepts.filter((concept) => concept.position !== undefined);
  if (words.length === 0) return { missing: 0, unknown: 1 };
  const unmet = words.filter((word) => word.variants.size === 0);
  const common = unmet.filter(({ term }) =>
    lexicon.subjects(term).length > 0 || lexicon.related(term).length > 0
  );
  return {
    missing: common.length / words.length,
    unknown: (unmet.length - common.length) / words.length,
  };
}
