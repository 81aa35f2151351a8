import type { AnalyzedTool } from "./analyze_server.ts";
import type { Postings } from "./postings.ts";
import type { RankingWeights } from "./ranking_weights.ts";
import type { Concept, Query } from "./read_query.ts";

/** The tools that match a concept, and the value of each. */
export interface ConceptMatches {
  readonly tools: Int32Array;
  readonly values: Float32Array;
  /** The value of a tool that is about nothing else. */
  readonly best: number;
}

/** Finds the tools of every concept, by the best of the terms that may stand for it. */
export function matchConcepts(
  concepts: readonly Concept[],
  postings: Postings,
  weights: RankingWeights,
): ConceptMatches[] {
  const size = postings.tools.length;
  const scratch = { values: new Float32Array(size), touched: new Int32Array(size) };
  return concepts.map((concept) => matchConcept(concept, postings, weights, scratch));
}

/** The values in `scratch` are all zero before and after. */
function matchConcept(
  concept: Concept,
  { termIds, rarity, starts, tool, full, head }: Postings,
  weights: RankingWeights,
  scratch: { readonly values: Float32Array; readonly touched: Int32Array },
): ConceptMatches {
  const { values, touched } = scratch;
  const own = termIds.get(concept.term);
  const limit = own === undefined ? Infinity : rarity[own]!;
  let count = 0;
  let best = 0;
  for (const [term, strength] of concept.variants) {
    const id = termIds.get(term)!;
    const worth = Math.min(rarity[id]!, limit) * strength * concept.weight;
    const inHead = id === own ? 0 : weights.relatedInHead;
    best = Math.max(best, worth);
    const end = starts[id + 1]!;
    for (let at = starts[id]!; at < end; at++) {
      const value = worth * ((1 - inHead) * full[at]! + inHead * head[at]!);
      const place = tool[at]!;
      const known = values[place]!;
      if (value <= known) continue;
      if (known === 0) touched[count++] = place;
      values[place] = value;
    }
  }
  const tools = touched.slice(0, count);
  const found = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    found[i] = values[tools[i]!]!;
    values[tools[i]!] = 0;
  }
  return { tools, values: found, best };
}

/**
 * Adds up the matches of each clause, and the clauses so that one well-met clause stands out: of each
 * tool's own words, and of the words of all tools of each server.
 */
export function scoreTools(
  query: Query,
  matches: readonly ConceptMatches[],
  postings: Postings,
  weights: RankingWeights,
): { readonly words: Float32Array; readonly servers: Float32Array } {
  const words = createSum(postings.tools.length, weights.clauseFocus);
  const servers = createSum(postings.servers.length, weights.clauseFocus);
  const bestOfServer = new Float32Array(postings.servers.length);
  for (let clause = 0; clause < query.clauseCount; clause++) {
    matches.forEach((found, at) => {
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

function createSum(size: number, focus: number) {
  const total = new Float32Array(size);
  const clause = new Float32Array(size);
  const touched: number[] = [];
  return {
    add(place: number, value: number) {
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

/** Worth of neighbouring terms in name, title, lead and body. */
const PHRASE_WORTH = [1, 0.7, 0.7, 0.4];

/**
 * Returns the function that gives a tool's gain by its name and by phrases of the query.
 * `nameCoverage`, 0 to 1, is the part of its name without the server's that the query has.
 */
export function createHeadBonus(
  concepts: readonly Concept[],
  postings: Postings,
  weights: RankingWeights,
): (tool: number) => { readonly nameCoverage: number; readonly worth: number } {
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

/** Neighbouring terms of the query, with their mean rarity. */
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
