import type { AnalyzedTool } from "./analyze_server.ts";
import type { Postings } from "./build_postings.ts";
import type { RankingWeights } from "./ranking_weights.ts";
import type { Concept } from "./read_query.ts";

/** What neighbouring terms are worth in name, title, lead and body. */
const PHRASE_WORTH = [1, 0.7, 0.7, 0.4];

/** What a tool gains by its name and by phrases of the query. */
export interface HeadBonus {
  /** 0 to 1: how much of the tool's name was asked for, the server's name left out. */
  readonly nameCoverage: number;
  readonly worth: number;
}

/** Prepares the bonuses of a query; what comes back gives that of one tool. */
export function createHeadBonus(
  concepts: readonly Concept[],
  postings: Postings,
  weights: RankingWeights,
): (tool: number) => HeadBonus {
  const { rarity, globalIds, serverOf, servers, tools } = postings;
  const asked = askedTerms(concepts, postings);
  const phrases = findPhrases(concepts, postings);
  const serverNames = servers.map((server, at) =>
    new Set([...server.nameTerms].map((term) => globalIds[at]![term]!))
  );
  return (at) => {
    const server = serverOf[at]!;
    const sequences = readSequences(tools[at]!, globalIds[server]!);
    const name = sequences[0]!.filter((id) => !serverNames[server]!.has(id));
    const nameCoverage = coverage(name, asked, rarity);
    const phrase = phraseWorth(sequences, phrases, rarity.length);
    return { nameCoverage, worth: weights.nameCoverage * nameCoverage + weights.phrase * phrase };
  };
}

/** The terms of name, title, lead and body in their order. */
function readSequences({ sequence, lengths }: AnalyzedTool, ids: Int32Array): Int32Array[] {
  let from = 0;
  return PHRASE_WORTH.map((_, field) => {
    const terms = sequence.subarray(from, from += lengths[field]!);
    return terms.map((term) => ids[term]!);
  });
}

function askedTerms(concepts: readonly Concept[], { termIds, rarity }: Postings): Float32Array {
  const asked = new Float32Array(rarity.length);
  for (const { variants, weight } of concepts) {
    for (const [term, strength] of variants) {
      const id = termIds.get(term)!;
      asked[id] = Math.max(asked[id]!, strength * Math.min(1, weight));
    }
  }
  return asked;
}

function coverage(name: Int32Array, asked: Float32Array, rarity: Float32Array): number {
  let all = 0;
  let met = 0;
  for (const id of new Set(name)) {
    all += rarity[id]!;
    met += rarity[id]! * asked[id]!;
  }
  return all === 0 ? 0 : met / all * Math.min(1, all);
}

/** Pairs of terms that stand side by side in the query, with their mean rarity. */
function findPhrases(
  concepts: readonly Concept[],
  { termIds, rarity }: Postings,
): Map<number, number> {
  const phrases = new Map<number, number>();
  const placed = concepts.filter((concept) => concept.position !== undefined);
  placed.slice(1).forEach((second, at) => {
    const first = placed[at]!;
    const a = termIds.get(first.term);
    const b = termIds.get(second.term);
    if (second.position! - first.position! !== 1 || a === undefined || b === undefined) return;
    phrases.set(a * rarity.length + b, (rarity[a]! + rarity[b]!) / 2);
  });
  return phrases;
}

function phraseWorth(
  sequences: readonly Int32Array[],
  phrases: ReadonlyMap<number, number>,
  termCount: number,
): number {
  if (phrases.size === 0) return 0;
  const met = new Map<number, number>();
  sequences.forEach((sequence, field) => {
    for (let at = 0; at + 1 < sequence.length; at++) {
      const key = sequence[at]! * termCount + sequence[at + 1]!;
      const worth = phrases.get(key);
      if (worth !== undefined && !met.has(key)) met.set(key, worth * PHRASE_WORTH[field]!);
    }
  });
  return [...met.values()].reduce((sum, worth) => sum + worth, 0);
}
