import type { ToolName } from "./tool_finder_types.ts";
import { z } from "zod";
import { replaceFile } from "../storage/atomic_file.ts";

const learnedFile = z.strictObject({
  version: z.literal(1),
  terms: z.array(z.strictObject({
    /** A stem. */
    term: z.string().max(100),
    /** The tools that were called after a query with the term. */
    choices: z.array(z.strictObject({
      server: z.string().max(1_000),
      tool: z.string().max(1_000),
      /** Number of calls, halved whenever the term was very frequent. */
      count: z.number().min(0),
    })),
  })),
});

/** Learned choices as plain JSON. */
export type LearnedState = z.infer<typeof learnedFile>["terms"];

/** The tools that were called after each term. */
interface LearnedChoices {
  /** Notes that the tool was called after a query with these terms. */
  learn(terms: readonly string[], choice: ToolName): void;
  /**
   * The gain of each tool for a query, 0 to 1: its share in the choices after the same terms. Each
   * term comes with its weight in the query.
   */
  gains(terms: ReadonlyMap<string, number>): { choice: ToolName; gain: number }[];
  save(): LearnedState;
}

const MAX_TERMS = 4_000;
const MAX_CHOICES_PER_TERM = 24;
/** With more choices of a term all its counts are halved, so that habits can change. */
const MAX_COUNT_PER_TERM = 64;
/** Number of choices after which a term counts half. */
const DOUBT = 2;

/**
 * Makes the memory from a saved one. It holds at most 4,000 terms with 24 tools each; the terms that
 * were longest not used go first.
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

const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** Reads learned choices; none where the file is missing or of another form. */
export async function readLearned(path: string): Promise<LearnedState> {
  try {
    if ((await Deno.stat(path)).size > MAX_FILE_BYTES) return [];
    return learnedFile.safeParse(JSON.parse(await Deno.readTextFile(path))).data?.terms ?? [];
  } catch {
    return [];
  }
}

/** Writes learned choices; the last of two runtimes to write wins. */
export async function writeLearned(path: string, terms: LearnedState): Promise<void> {
  await replaceFile(path, JSON.stringify({ version: 1, terms }));
}

/** The latest searches of each session or run, so that a call can be traced to its query. */
interface RecentSearches {
  /** Notes a search of a session or run, and the tools that it showed. */
  asked(
    scope: string,
    outcome: {
      readonly query: string;
      readonly shown: readonly ToolName[];
      readonly noGoodMatch: boolean;
    },
  ): void;
  /** The queries that a call answers, each once for the same tool. */
  answeredBy(scope: string, choice: ToolName): string[];
  forget(scope: string): void;
}

interface OpenSearch {
  readonly query: string;
  readonly shown: ReadonlySet<string>;
  readonly noGoodMatch: boolean;
  readonly called: Set<string>;
}

const MAX_SCOPES = 1_000;
const MAX_SEARCHES_PER_SCOPE = 8;

/**
 * Makes an empty memory of searches. It holds whole queries and is never written to disk; the
 * sessions that were longest silent go first.
 */
export function createRecentSearches(): RecentSearches {
  const scopes = new Map<string, readonly OpenSearch[]>();
  return {
    asked(scope, { query, shown, noGoodMatch }) {
      const called = new Set<string>();
      const search = { query, shown: new Set(shown.map(keyOf)), noGoodMatch, called };
      const before = scopes.get(scope) ?? [];
      scopes.delete(scope);
      scopes.set(scope, [...before, search].slice(-MAX_SEARCHES_PER_SCOPE));
      for (const oldest of scopes.keys()) {
        if (scopes.size <= MAX_SCOPES) break;
        scopes.delete(oldest);
      }
    },
    answeredBy(scope, choice) {
      const key = keyOf(choice);
      const answered = searchesFor(scopes.get(scope) ?? [], key)
        .filter(({ called }) => !called.has(key));
      for (const { called } of answered) called.add(key);
      return answered.map(({ query }) => query);
    },
    forget: (scope) => void scopes.delete(scope),
  };
}

/** The searches that showed the tool, and those without a good match before one that showed it. */
function searchesFor(searches: readonly OpenSearch[], key: string): OpenSearch[] {
  return searches.filter((search, at) => {
    const next = search.noGoodMatch
      ? searches.slice(at).find(({ noGoodMatch }) => !noGoodMatch)
      : undefined;
    return search.shown.has(key) || next?.shown.has(key);
  });
}
