import { z } from "zod";
import { replaceFile } from "../storage/atomic_file.ts";

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

const MAX_FILE_BYTES = 16 * 1024 * 1024;

const learnedFile = z.strictObject({
  version: z.literal(1),
  terms: z.array(z.strictObject({
    term: z.string().max(100),
    choices: z.array(z.strictObject({
      server: z.string().max(1_000),
      tool: z.string().max(1_000),
      count: z.number().min(0),
    })),
  })),
});

/** Reads what was learned; a file that is missing or not ours is nothing learned. */
export async function readLearned(path: string): Promise<LearnedState> {
  try {
    if ((await Deno.stat(path)).size > MAX_FILE_BYTES) return [];
    return learnedFile.safeParse(JSON.parse(await Deno.readTextFile(path))).data?.terms ?? [];
  } catch {
    return [];
  }
}

/** Writes what was learned, whole or not at all. Of two runtimes the last to write is kept. */
export async function writeLearned(path: string, terms: LearnedState): Promise<void> {
  await replaceFile(path, JSON.stringify({ version: 1, terms }));
}

/** What a search showed. */
export interface SearchOutcome {
  readonly query: string;
  /** The tools that were shown. */
  readonly shown: readonly ToolName[];
  readonly noGoodMatch: boolean;
}

/** The latest searches of each session or run, so that a call can be traced to what asked for it. */
export interface RecentSearches {
  /** Notes a search of a session or run. */
  asked(scope: string, outcome: SearchOutcome): void;
  /** The queries that a call answers, each once for the same tool. */
  answeredBy(scope: string, choice: ToolName): string[];
  /** Forgets a session or run. */
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
 * Makes an empty memory of searches. It holds queries as they were asked, and is never written
 * down; the sessions that were longest silent go first.
 */
export function createRecentSearches(): RecentSearches {
  const scopes = new Map<string, readonly OpenSearch[]>();
  return {
    asked(scope, { query, shown, noGoodMatch }) {
      const search = {
        query,
        shown: new Set(shown.map(keyOf)),
        noGoodMatch,
        called: new Set<string>(),
      };
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
      const answered = meant(scopes.get(scope) ?? [], key).filter(({ called }) => !called.has(key));
      for (const { called } of answered) called.add(key);
      return answered.map(({ query }) => query);
    },
    forget: (scope) => void scopes.delete(scope),
  };
}

/** The searches that showed the tool; who found nothing good is taken to have asked again. */
function meant(searches: readonly OpenSearch[], key: string): OpenSearch[] {
  return searches.filter((search, at) => {
    const next = search.noGoodMatch
      ? searches.slice(at).find(({ noGoodMatch }) => !noGoodMatch)
      : undefined;
    return search.shown.has(key) || next?.shown.has(key);
  });
}
