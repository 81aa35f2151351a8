/** A term, and how often each tool was called after a query that had it. */
export interface LearnedTerm {
  /** A stem that tools or our tables use. */
  readonly term: string;
  /** The tools that were called. */
  readonly choices: readonly LearnedChoice[];
}

/** A tool, and how often it was chosen. */
export interface LearnedChoice {
  /** The tool's server. */
  readonly server: string;
  /** The tool's own name. */
  readonly tool: string;
  /** How often, halved whenever the term was seen very often. */
  readonly count: number;
}

/** What was learned, as plain JSON: to be kept by the caller and given back after a restart. */
export type LearnedState = readonly LearnedTerm[];

/** A tool by its server and its name. */
export interface ToolName {
  /** The tool's server. */
  readonly server: string;
  /** The tool's own name. */
  readonly tool: string;
}

/** Remembers which tools were called after which words. */
export interface LearnedChoices {
  /** Notes that the tool was called after a query with these terms. */
  learn(terms: readonly string[], choice: ToolName): void;
  /**
   * What each tool gains for a query, 0 to 1: its share in the choices after the same terms. Each
   * term comes with its weight in the query.
   */
  gains(terms: ReadonlyMap<string, number>): { choice: ToolName; gain: number }[];
  /** All of it, for keeping. */
  save(): LearnedState;
}

const MAX_TERMS = 4_000;
const MAX_CHOICES_PER_TERM = 24;
/** At this many choices of a term all its counts are halved, so that habits can change. */
const MAX_COUNT_PER_TERM = 64;
/** So many choices a term must have seen before half of what it says is believed. */
const DOUBT = 2;

/**
 * Makes the memory, from what an earlier one saved if that is given. It holds at most 4,000 terms
 * with 24 tools each; the terms that were longest not used go first.
 */
export function createLearnedChoices(saved: LearnedState = []): LearnedChoices {
  const memory = new Map<string, Map<string, number>>();
  for (const { term, choices } of saved.slice(-MAX_TERMS)) {
    const counts = choices.slice(0, MAX_CHOICES_PER_TERM).filter(({ count }) => count > 0)
      .map((
        choice,
      ): [string, number] => [keyOf(choice), Math.min(choice.count, MAX_COUNT_PER_TERM)]);
    if (counts.length > 0) memory.set(term, new Map(counts));
  }
  return {
    learn(terms, choice) {
      for (const term of new Set(terms)) {
        const counts = memory.get(term) ?? new Map<string, number>();
        memory.delete(term);
        memory.set(term, counts);
        counts.set(keyOf(choice), (counts.get(keyOf(choice)) ?? 0) + 1);
        bound(counts);
      }
      for (const term of memory.keys()) {
        if (memory.size <= MAX_TERMS) break;
        memory.delete(term);
      }
    },
    gains: (terms) => sumGains(memory, terms),
    save: () =>
      [...memory].map(([term, counts]) => ({
        term,
        choices: [...counts].map(([key, count]) => ({ ...choiceOf(key), count })),
      })),
  };
}

function sumGains(
  memory: ReadonlyMap<string, ReadonlyMap<string, number>>,
  terms: ReadonlyMap<string, number>,
): { choice: ToolName; gain: number }[] {
  const weight = sum(terms);
  const gains = new Map<string, number>();
  for (const [term, own] of terms) {
    const counts = memory.get(term);
    if (counts === undefined || own <= 0) continue;
    const all = sum(counts) + DOUBT;
    for (const [key, count] of counts) {
      gains.set(key, (gains.get(key) ?? 0) + own / weight * count / all);
    }
  }
  return [...gains].map(([key, gain]) => ({ choice: choiceOf(key), gain }));
}

function bound(counts: Map<string, number>): void {
  if (sum(counts) > MAX_COUNT_PER_TERM) {
    for (const [key, count] of counts) {
      if (count > 1) counts.set(key, count / 2);
      else counts.delete(key);
    }
  }
  if (counts.size <= MAX_CHOICES_PER_TERM) return;
  const [rarest] = [...counts].reduce((least, entry) => entry[1] < least[1] ? entry : least);
  counts.delete(rarest);
}

function sum(counts: ReadonlyMap<string, number>): number {
  let all = 0;
  for (const count of counts.values()) all += count;
  return all;
}

function keyOf({ server, tool }: ToolName): string {
  return JSON.stringify([server, tool]);
}

function choiceOf(key: string): ToolName {
  const [server, tool] = JSON.parse(key) as [string, string];
  return { server, tool };
}
