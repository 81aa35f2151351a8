import type { Field } from "./tool_fields.ts";
import type { RelationKind } from "./lexicon.ts";

/** How much a field counts (`weight`) and how strongly its length is evened out (`lengthShare`). */
export interface FieldWeight {
  readonly weight: number;
  readonly lengthShare: number;
}

/** Every number that decides the order of search results. */
export interface RankingWeights {
  readonly fields: Readonly<Record<Field, FieldWeight>>;
  /** Where a term's count in a tool stops to matter. */
  readonly saturation: number;
  /** Exponent of a term's rarity. */
  readonly rarity: number;
  /** What a related term counts beside the asked one. */
  readonly relations: Readonly<Record<RelationKind, number>>;
  /** What parts, beginnings and near spellings of an unknown word count. */
  readonly compound: number;
  readonly spelling: number;
  /** The part of a related term's worth that only names, titles and first sentences can give. */
  readonly relatedInHead: number;
  /** What a mere act counts, and how repeating a word adds. */
  readonly act: number;
  readonly repetition: number;
  /** What the words of an implied step count. */
  readonly impliedStep: number;
  /** How much one well-met clause is preferred over many half-met ones; 1: not at all. */
  readonly clauseFocus: number;
  /** What is left out of a term, and of a clause, once a better result has met it. */
  readonly metTerm: number;
  readonly metClause: number;
  /** What the share of asked terms in a tool's name, and neighbouring terms, add. */
  readonly nameCoverage: number;
  readonly phrase: number;
  /** What a shared subject adds, where its count saturates, and the server's part in it. */
  readonly subject: number;
  readonly subjectSaturation: number;
  readonly subjectOfServer: number;
  /** What it adds that the other tools of the server meet the query. */
  readonly server: number;
  /** What a remembered choice adds. */
  readonly learned: number;
}

/** The weights in use, found by `tests/bench/search.ts --tune`. */
export const RANKING_WEIGHTS: RankingWeights = {
  fields: {
    name: { weight: 2.76, lengthShare: 0.53 },
    title: { weight: 2, lengthShare: 0.6 },
    lead: { weight: 1.94, lengthShare: 0.45 },
    body: { weight: 0.78, lengthShare: 0.7 },
    parameters: { weight: 0.95, lengthShare: 0.69 },
    parameterTexts: { weight: 0.57, lengthShare: 0.61 },
    server: { weight: 3.61, lengthShare: 0.5 },
    serverDescription: { weight: 0.54, lengthShare: 0.47 },
  },
  saturation: 1.23,
  rarity: 0.74,
  relations: { verb: 0.56, noun: 0.37, broader: 0.51, abbreviation: 0.54, bilingual: 0.51 },
  compound: 0.52,
  spelling: 0.45,
  relatedInHead: 0.55,
  act: 0.9,
  repetition: 0.47,
  impliedStep: 1.12,
  clauseFocus: 1.91,
  metTerm: 0.21,
  metClause: 0.24,
  nameCoverage: 0.39,
  phrase: 0.18,
  subject: 0.52,
  subjectSaturation: 2.02,
  subjectOfServer: 0.5,
  server: 0.12,
  learned: 1,
};
