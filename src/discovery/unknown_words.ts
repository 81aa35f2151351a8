const MIN_PART = 3;
const MIN_WORD = 4;
const MIN_MISSPELT = 5;
const PREFIX = 4;
const MAX_COMPARED = 2_000;

/** A known term for an unknown word. */
interface Resolution {
  readonly term: string;
  readonly kind: "part" | "spelling";
  /** 0 to 1: the likeness of the term to the word. */
  readonly likeness: number;
}

/** Finds the terms of a catalogue that an unknown word may mean. */
export interface WordResolver {
  /** Its parts ("wordcloud"), longer and shorter forms ("repo"), near spellings ("calender"). */
  resolve(word: string): readonly Resolution[];
}

/** A resolver over a catalogue's terms; `toTerm` makes a term of a part of a word. */
export function createWordResolver(
  terms: ReadonlyMap<string, number>,
  toTerm: (word: string) => string,
): WordResolver {
  let byPrefix: Map<string, string[]> | undefined;
  let byFirst: Map<string, string[]> | undefined;
  return {
    resolve(word) {
      if (word.length < MIN_WORD) return [];
      const found = parts(word, terms, toTerm);
      byPrefix ??= Map.groupBy(terms.keys(), (term) => term.slice(0, PREFIX));
      found.push(...otherForms(word, byPrefix.get(word.slice(0, PREFIX)) ?? []));
      if (found.length > 0 || word.length < MIN_MISSPELT) return found;
      byFirst ??= Map.groupBy(terms.keys(), (term) => term.slice(0, 1));
      return nearSpellings(word, byFirst.get(word[0]!) ?? []);
    },
  };
}

function parts(
  word: string,
  terms: ReadonlyMap<string, number>,
  toTerm: (word: string) => string,
): Resolution[] {
  for (let at = MIN_PART; at <= word.length - MIN_PART; at++) {
    const pair = [toTerm(word.slice(0, at)), toTerm(word.slice(at))];
    if (pair.every((term) => terms.has(term))) {
      return pair.map((term) => ({ term, kind: "part", likeness: 1 }));
    }
  }
  return [];
}

function otherForms(word: string, candidates: readonly string[]): Resolution[] {
  return candidates.slice(0, MAX_COMPARED)
    .filter((term) => term.startsWith(word) || (word.startsWith(term) && term.length > PREFIX))
    .map((term) => ({
      term,
      kind: "spelling",
      likeness: Math.min(term.length, word.length) / Math.max(term.length, word.length),
    }));
}

function nearSpellings(word: string, candidates: readonly string[]): Resolution[] {
  return candidates.slice(0, MAX_COMPARED)
    .filter((term) => isOneEditAway(term, word))
    .map((term) => ({ term, kind: "spelling", likeness: 1 }));
}

/** Whether one letter was added, removed or replaced, or two neighbours swapped. */
function isOneEditAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return restA.slice(1) === restB.slice(1) || restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}
