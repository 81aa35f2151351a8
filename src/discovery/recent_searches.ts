import type { ToolName } from "./learned_choices.ts";

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

function keyOf({ server, tool }: ToolName): string {
  return JSON.stringify([server, tool]);
}
