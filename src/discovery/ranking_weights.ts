import type { Field } from "./tool_fields.ts";
import type { RelationKind } from "./lexicon.ts";

/** Every number that decides the order of search results. */
export interface RankingWeights {
  /** Weight of each field, and the part of it that is divided by the field's relative length. */
  readonly fields: Readonly<
    Record<Field, { readonly weight: number; readonly lengthShare: number }>
  >;
  /** The count of a term in a tool at which it has half of its effect. */
  readonly saturation: number;
  /** Exponent of a term's rarity. */
  readonly rarity: number;
  /** Weights of terms related to one of the query. */
  readonly relations: Readonly<Record<RelationKind, number>>;
  /** Weights of parts, and of beginnings and similar spellings, of an unknown word. */
  readonly compound: number;
  readonly spelling: number;
  /** The part of a related term's worth that only names, titles and first sentences can give. */
  readonly relatedInHead: number;
  /** Weight of a verb, and exponent of a word's count in the query. */
  readonly act: number;
  readonly repetition: number;
  /** Weight of the words of an implied step. */
  readonly impliedStep: number;
  /** Exponent by which one well-met clause is preferred over many half-met ones. */
  readonly clauseFocus: number;
  /** The part of a term, and of a clause, that a better result takes from later ones. */
  readonly metTerm: number;
  readonly metClause: number;
  /** Gains by the part of a tool's name in the query, and by neighbouring terms. */
  readonly nameCoverage: number;
  readonly phrase: number;
  /** Gain by a shared subject, its saturation, and the server's part in it. */
  readonly subject: number;
  readonly subjectSaturation: number;
  readonly subjectOfServer: number;
  /** Gain by matches of the server's other tools. */
  readonly server: number;
  /** Gain by an earlier choice. */
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
