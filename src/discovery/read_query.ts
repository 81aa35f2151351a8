import tables from "./data/words.json" with { type: "json" };
import { getLexicon } from "./lexicon.ts";
import type { RankingWeights } from "./ranking_weights.ts";
import { readTerms, splitWords, STOP_WORDS, toTerm } from "./split_words.ts";
import type { WordResolver } from "./unknown_words.ts";

const MAX_CHARACTERS = 4_000;
const MAX_CONCEPTS = 120;
const MAX_CLAUSES = 16;
const MAX_CLAUSE_WORDS = 200;
const MAX_RESOLVED = 12;
const WEB_ADDRESS = /https?:\/\/([^\s/]+)\S*/g;
/** Weight of a word that only names a file or a host: it is what is worked on, not the work. */
const NAME_SHARE = 0.3;
const PATH = /(?:\/[\w.-]+){2,}/g;

/** One thing that a query asks for: a word, and the terms that may stand for it. */
export interface Concept {
  readonly term: string;
  readonly weight: number;
  /** Number of its clause. */
  readonly clause: number;
  /** Its place among the words of the query; `undefined` for a concept that is not written there. */
  readonly position: number | undefined;
  /** Terms of the catalogue and how well each stands for the word (1: itself); none: unknown. */
  readonly variants: ReadonlyMap<string, number>;
}

/** A query taken apart. */
export interface Query {
  readonly concepts: readonly Concept[];
  readonly clauseCount: number;
  /** Subject number and the query's share in it; of length 1 as a vector before rarity. */
  readonly subjects: ReadonlyMap<number, number>;
  /** The terms of the query as it stands, known or not. */
  readonly terms: readonly string[];
}

/** What a query is read against. */
interface ReadQueryOptions {
  readonly weights: RankingWeights;
  readonly termIds: ReadonlyMap<string, number>;
  readonly resolver: WordResolver;
}

/** Takes a query apart: clauses, words, what may stand for them, and steps it only implies. */
export function readQuery(text: string, options: ReadQueryOptions): Query {
  const clauses = splitClauses(text.slice(0, MAX_CHARACTERS).replace(/[^\S\n]+/g, " "));
  const reader = new QueryReader(options);
  for (const clause of clauses.slice(0, MAX_CLAUSES)) reader.readClause(clause);
  for (const clause of clauses.slice(0, MAX_CLAUSES)) {
    for (const step of impliedSteps(clause)) reader.addStep(step);
  }
  return reader.finish();
}

class QueryReader {
  readonly #options: ReadQueryOptions;
  readonly #concepts = new Map<string, Concept>();
  readonly #counts = new Map<string, number>();
  readonly #terms: string[] = [];
  #clause = 0;
  #position = 0;
  #resolved = 0;

  constructor(options: ReadQueryOptions) {
    this.#options = options;
  }

  readClause(clause: string): void {
    const before = this.#concepts.size;
    const { text, names } = takeNames(clause);
    const words = wordsOf(text);
    for (const term of words.map(toTerm)) {
      this.#addWord(term, 1);
      const long = getLexicon().spelledOut(term);
      for (const part of long) this.#addWord(part, this.#options.weights.relations.abbreviation);
    }
    words.slice(1).forEach((word, at) => this.#addCompound(words[at]! + word));
    this.#position++;
    for (const word of wordsOf(names)) this.#addWord(toTerm(word), NAME_SHARE);
    this.#position++;
    if (this.#concepts.size > before) this.#clause++;
  }

  addStep(step: string): void {
    const { weights } = this.#options;
    const before = this.#concepts.size;
    for (const term of readTerms(step, 10)) {
      const variants = this.#variantsOf(term, (kind) => kind === "noun");
      if (variants.size === 0) continue;
      this.#add(`${step} ${term}`, { term, weight: weights.impliedStep, variants });
    }
    if (this.#concepts.size > before) this.#clause++;
  }

  finish(): Query {
    const { repetition } = this.#options.weights;
    const concepts = [...this.#concepts.values()].map((concept) => ({
      ...concept,
      weight: concept.weight * (this.#counts.get(concept.term) ?? 1) ** repetition,
    }));
    const [clauseCount, terms] = [this.#clause, this.#terms];
    return { concepts, clauseCount, subjects: subjectsOf(terms), terms };
  }

  #addWord(term: string, share: number): void {
    const position = this.#position++;
    const count = this.#counts.get(term) ?? 0;
    this.#counts.set(term, count + 1);
    if (count > 0) return;
    this.#terms.push(term);
    const { weights } = this.#options;
    const weight = share * (getLexicon().isAct(term) ? weights.act : 1);
    this.#add(term, { term, weight, position, variants: this.#variantsOf(term, () => true) });
  }

  #addCompound(word: string): void {
    const term = toTerm(word);
    const { termIds, weights } = this.#options;
    if (!termIds.has(term)) return;
    this.#add(term, { term, weight: weights.compound, variants: new Map([[term, 1]]) });
  }

  #add(key: string, concept: Omit<Concept, "clause" | "position"> & { position?: number }): void {
    if (this.#concepts.has(key) || this.#concepts.size >= MAX_CONCEPTS) return;
    this.#concepts.set(key, { position: undefined, ...concept, clause: this.#clause });
  }

  #variantsOf(term: string, wanted: (kind: string) => boolean): Map<string, number> {
    const { termIds, weights, resolver } = this.#options;
    const variants = new Map<string, number>();
    const put = (variant: string, worth: number) => {
      if (worth > (variants.get(variant) ?? 0) && termIds.has(variant)) {
        variants.set(variant, worth);
      }
    };
    put(term, 1);
    for (const related of getLexicon().related(term)) {
      if (wanted(related.kind)) put(related.term, weights.relations[related.kind] * related.share);
    }
    if (termIds.has(term) || this.#resolved++ >= MAX_RESOLVED) return variants;
    for (const { term: found, kind, likeness } of resolver.resolve(term)) {
      put(found, likeness * (kind === "part" ? weights.compound : weights.spelling));
    }
    return variants;
  }
}

function wordsOf(text: string): string[] {
  return splitWords(text, MAX_CLAUSE_WORDS).filter((word) => !STOP_WORDS.has(word));
}

/** Separates the names of places from a clause: the host of a web address, a path's last part. */
function takeNames(clause: string): { text: string; names: string } {
  const names: string[] = [];
  const text = clause.replace(WEB_ADDRESS, (_, host: string) => {
    names.push(host);
    return " ";
  }).replace(PATH, (path) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    names.push(name.replace(/\.[A-Za-z0-9]{1,5}$/, ""));
    return " ";
  });
  return { text, names: names.join(" ") };
}

function subjectsOf(terms: readonly string[]): Map<number, number> {
  const lexicon = getLexicon();
  const subjects = new Map<number, number>();
  for (const term of terms) {
    for (const { subject, share } of lexicon.subjects(term)) {
      subjects.set(subject, (subjects.get(subject) ?? 0) + share);
    }
  }
  return subjects;
}

const FILE_NAME = /^[^\s:]*[\w)]\.([a-z0-9]{1,7})$/;
const URL = /^https?:\/\/\S/;
const AROUND = /^["'`“”‘’([<]+|["'`“”‘’)\]>.,;:!?]+$/g;
const MAX_STEPS = 4;
/** What the ending of a file name in a query says about the tools that are wanted. */
const FILE_ENDINGS: Readonly<Record<string, string>> = tables.fileEndings;
const WRITE_WORDS = new Set(
  ("save saved saving write writing store stored export output create generate draft put make " +
    "produce record dump").split(" "),
);
const PLACE_WORDS = new Set(["to", "at", "in", "as", "into"]);
const READ_WORDS = new Set("read open load located from of file attached given".split(" "));
/** Words before a file's name that tell what is done with it. */
const NEAR = 4;

/**
 * Steps that a clause asks for without naming them, each as a few plain words: "as /tmp/report.md"
 * implies that a file is written, a web address that the page is fetched.
 */
function impliedSteps(clause: string): string[] {
  const words = clause.toLowerCase().split(/\s+/).map((word) => word.replace(AROUND, ""));
  const steps = words.flatMap((word, at) => {
    if (URL.test(word)) return ["fetch url web page"];
    const ending = FILE_NAME.exec(word)?.[1];
    if (ending === undefined || !Object.hasOwn(FILE_ENDINGS, ending)) return [];
    return [fileStep(FILE_ENDINGS[ending]!, isWritten(words.slice(0, at)))];
  });
  return [...new Set(steps)].slice(0, MAX_STEPS);
}

function isWritten(before: readonly string[]): boolean {
  if (before.slice(-NEAR).some((word) => READ_WORDS.has(word))) return false;
  return before.some((word) => WRITE_WORDS.has(word)) || PLACE_WORDS.has(before.at(-1) ?? "");
}

function fileStep(kind: string, written: boolean): string {
  const words = kind.split(" ");
  if (words.includes("file")) return `${written ? "write" : "read"} file ${words[0]}`;
  return `${written ? "save" : "read"} ${kind}`;
}

/** End of a sentence or a line, a word such as "then", or a comma or "and" before a word. */
const BREAK =
  /(?<=[.!?;:])\s+|(?<=[。！？；])|\s*\n+\s*|,?\s+(?:and\s+)?(?:then|finally|afterwards|next,)\s+|(?:,\s*(?:and\s+)?|\s+and\s+)(?=(\p{L}+))/gu;

/**
 * The parts of a request that each ask for one thing: sentences, and inside them what stands
 * between ", " or " and " and a following act ("…, then post it", "… and save the file").
 */
function splitClauses(text: string): string[] {
  const clauses: string[] = [];
  let from = 0;
  for (const found of text.matchAll(BREAK)) {
    const word = found[1];
    if (word !== undefined && !getLexicon().isAct(toTerm(word.toLowerCase()))) continue;
    clauses.push(text.slice(from, found.index));
    from = found.index + found[0].length;
  }
  clauses.push(text.slice(from));
  return clauses.filter((clause) => /[\p{L}\p{N}]/u.test(clause));
}
