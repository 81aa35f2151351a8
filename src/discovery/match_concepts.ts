import type { Postings } from "./build_postings.ts";
import type { RankingWeights } from "./ranking_weights.ts";
import type { Concept } from "./read_query.ts";

/** The tools that meet a concept, and how well each does. */
export interface ConceptMatches {
  readonly tools: Int32Array;
  readonly values: Float32Array;
  /** What a tool could reach that is about nothing else. */
  readonly best: number;
}

/** Finds the tools of every concept; of the terms that may stand for it the best one counts. */
export function matchConcepts(
  concepts: readonly Concept[],
  postings: Postings,
  weights: RankingWeights,
): ConceptMatches[] {
  const size = postings.tools.length;
  const scratch = { values: new Float32Array(size), touched: new Int32Array(size) };
  return concepts.map((concept) => matchConcept(concept, { postings, weights, scratch }));
}

interface Target {
  readonly postings: Postings;
  readonly weights: RankingWeights;
  /** Values are all zero before and after. */
  readonly scratch: { readonly values: Float32Array; readonly touched: Int32Array };
}

function matchConcept(concept: Concept, { postings, weights, scratch }: Target): ConceptMatches {
  const { termIds, rarity, starts, tool, full, head } = postings;
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
