import subjectTable from "./data/subjects.json" with { type: "json" };
import synonyms from "./data/synonyms.json" with { type: "json" };
import tables from "./data/words.json" with { type: "json" };
import { readTerms, splitWords, toTerm } from "./split_words.ts";

/** How two terms are related. */
export type RelationKind = "verb" | "noun" | "broader" | "abbreviation" | "bilingual";

/** A term that may stand for another one. */
interface RelatedTerm {
  readonly term: string;
  readonly kind: RelationKind;
  /** 0 to 1: the part of the relation that this term carries (a pair of a Chinese word: a half). */
  readonly share: number;
}

/** A subject by its number, and how surely a term points to it, 0 to 1. */
export interface SubjectShare {
  readonly subject: number;
  readonly share: number;
}

/**
 * What is known of words before any catalogue is seen; terms are stems as `toTerm` makes them. Its
 * tables in `data/`: `synonyms` (a line for each act or thing; a word may stand in several),
 * `subjects` (what tools and requests are about, with the words that point to it, the surest
 * first), and in `words` `abbreviations` and `english` (for Chinese words), which work both ways,
 * and `broader`: a request for a thing on the right may need a tool that names only the left.
 */
interface Lexicon {
  /** The terms that may stand for this one. */
  related(term: string): readonly RelatedTerm[];
  /** The terms that a short form is read as when it stands for several: `pr`, "pull request". */
  spelledOut(term: string): readonly string[];
  subjects(term: string): readonly SubjectShare[];
  /** Whether the term is an act and never a thing. */
  isAct(term: string): boolean;
  readonly subjectCount: number;
}

/** The first words of a subject's line point to it in full, the others by `LESS_SURE`. */
const SURE_WORDS = 12;
const LESS_SURE = 0.5;
/** How strongly the subjects of one word divide its share. */
const EVENNESS = 0.75;
const NONE: readonly never[] = [];
let shared: Lexicon | undefined;

/** The lexicon of all word tables; built at the first call. */
export function getLexicon(): Lexicon {
  return shared ??= buildLexicon();
}

function buildLexicon(): Lexicon {
  const related = new Map<string, RelatedTerm[]>();
  const { Acts, ...rest } = synonyms;
  const acts = groupTerms(Acts);
  const things = groupTerms(Object.values(rest).flat());
  relateGroups(related, acts, "verb");
  relateGroups(related, things, "noun");
  relateBroader(related);
  const spelledOut = relateAbbreviations(related);
  relateBilingual(related);
  const subjects = readSubjects();
  const nouns = new Set(things.flat());
  const verbs = new Set(acts.flat().filter((term) => !nouns.has(term)));
  return {
    related: (term) => related.get(term) ?? NONE,
    spelledOut: (term) => spelledOut.get(term) ?? NONE,
    subjects: (term) => subjects.get(term) ?? NONE,
    isAct: (term) => verbs.has(term),
    subjectCount: Object.keys(subjectTable).length,
  };
}

function groupTerms(lines: readonly string[]): string[][] {
  return lines.map((line) => [...new Set(line.split(" ").map(toTerm))]);
}

function relateGroups(
  related: Map<string, RelatedTerm[]>,
  groups: string[][],
  kind: RelationKind,
): void {
  for (const group of groups) {
    const members = group.map((term) => ({ term, kind, share: 1 }));
    for (const from of group) relate(related, from, members);
  }
}

function relateBroader(related: Map<string, RelatedTerm[]>): void {
  for (const [broader, words] of Object.entries(tables.broader)) {
    for (const from of words.split(" ")) {
      const terms = readTerms(broader, 10);
      relate(related, toTerm(from), terms.map((term) => ({ term, kind: "broader", share: 1 })));
    }
  }
}

/** A short form of one word becomes a relation; one of several comes back, to be spelled out. */
function relateAbbreviations(related: Map<string, RelatedTerm[]>): Map<string, string[]> {
  const spelledOut = new Map<string, string[]>();
  for (const [short, long] of Object.entries(tables.abbreviations)) {
    const terms = readTerms(long, 10);
    const relation = { kind: "abbreviation", share: 1 } as const;
    if (terms.length > 1) spelledOut.set(toTerm(short), terms);
    else {
      relate(related, toTerm(short), [{ term: terms[0]!, ...relation }]);
      relate(related, terms[0]!, [{ term: toTerm(short), ...relation }]);
    }
  }
  return spelledOut;
}

function relateBilingual(related: Map<string, RelatedTerm[]>): void {
  for (const [chinese, english] of Object.entries(tables.english)) {
    const pairs = splitWords(chinese, 10);
    const relation = { kind: "bilingual", share: 1 / pairs.length } as const;
    for (const term of english.split(" ").map(toTerm)) {
      for (const pair of pairs) {
        relate(related, term, [{ term: pair, ...relation }]);
        relate(related, pair, [{ term, ...relation }]);
      }
    }
  }
}

function relate(
  related: Map<string, RelatedTerm[]>,
  from: string,
  terms: readonly RelatedTerm[],
): void {
  const known = related.get(from) ?? [];
  const seen = known.length === 0 ? undefined : new Set(known.map(keyOf));
  for (const to of terms) if (to.term !== from && !seen?.has(keyOf(to))) known.push(to);
  if (known.length > 0) related.set(from, known);
}

function keyOf({ kind, term }: RelatedTerm): string {
  return `${kind} ${term}`;
}

/** A subject's line begins with the words that point to it most surely. */
function readSubjects(): Map<string, SubjectShare[]> {
  const subjects = new Map<string, SubjectShare[]>();
  Object.entries(subjectTable).forEach(([name, words], subject) => {
    const terms = [...new Set([name, ...words.split(" ")].map(toTerm))];
    terms.forEach((term, place) => {
      const share = place <= SURE_WORDS ? 1 : LESS_SURE;
      const known = subjects.get(term);
      if (known === undefined) subjects.set(term, [{ subject, share }]);
      else known.push({ subject, share });
    });
  });
  return new Map([...subjects].map(([term, shares]) => [term, evenOut(shares)]));
}

/** A term of many subjects points to each of them less. */
function evenOut(shares: readonly SubjectShare[]): SubjectShare[] {
  const all = Math.max(1, shares.reduce((sum, { share }) => sum + share, 0));
  return shares.map(({ subject, share }) => ({ subject, share: share / all ** EVENNESS }));
}
