import { type AnalyzedServer, analyzeServer, type ToolEntry } from "./analyze_server.ts";
import { judgeMatch } from "./pick_tools.ts";
import { createLearnedChoices, type LearnedState } from "./learned_choices.ts";
import type { NearestNames, ToolName } from "./tool_finder_types.ts";
import { getLexicon } from "./lexicon.ts";
import { describeNames, type KnownNames, nearestNames } from "./nearest_names.ts";
import { RANKING_WEIGHTS, type RankingWeights } from "./ranking_weights.ts";
import { createSearchView, type SearchView } from "./rank_tools.ts";

/** A tool in the index. */
export interface IndexedTool extends ToolEntry {
  /** The tool's server. */
  readonly server: string;
}

interface SearchOptions {
  /** At most 100. Default: 10. */
  readonly limit?: number;
  /** Hits to skip, for the next page. */
  readonly offset?: number;
  /** Only tools of this server. */
  readonly server?: string;
}

/** The result of a search. */
export interface SearchResult {
  /** Best first; tools for the several steps of a task are side by side. Scores compare within it. */
  readonly hits: readonly (IndexedTool & { readonly score: number })[];
  /** Number of matches behind the last hit. */
  readonly further: number;
  /** 0 to 1: the probability that one of the best hits serves the query. */
  readonly confidence: number;
  /** Whether no tool matches well. */
  readonly noGoodMatch: boolean;
}

interface IndexedServer {
  readonly server: string;
  /** Empty where the server has none. */
  readonly description: string;
  /** Sorted by name. */
  readonly tools: readonly IndexedTool[];
}

interface CreateToolIndexOptions {
  /** The `learned()` of an earlier index. */
  readonly learned?: LearnedState;
  /** Default: the tuned weights. */
  readonly weights?: RankingWeights;
}

/** A search index of the tools of all servers. */
export interface ToolIndex {
  /** Adds or replaces a server with its tools; of two tools with one name the first counts. */
  setServer(
    server: string,
    tools: readonly ToolEntry[],
    options?: { readonly description?: string },
  ): void;
  /** Removes a server; returns whether there was one. */
  removeServer(server: string): boolean;
  /** The servers, sorted by name. */
  servers(): IndexedServer[];
  /** Finds a tool by its server and name. */
  find(name: ToolName): IndexedTool | undefined;
  /** Finds a tool by `server/tool` or by the path of its import. */
  resolve(name: string): IndexedTool | undefined;
  /** Searches by a few keywords, or a whole task in sentences. */
  search(query: string, options?: SearchOptions): SearchResult;
  /** Names similar to an unknown one, at most `limit` servers and tools. */
  nearest(name: string, limit?: number): NearestNames;
  /** Notes that the tool was called after the query; later searches prefer it a little. */
  learn(query: string, choice: ToolName): void;
  /** The learned choices, as plain JSON. Holds only words of tools or of the word tables. */
  learned(): LearnedState;
}

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;
const LEAST_CONFIDENCE = 0.5;

/**
 * Makes an empty index. Adding and replacing servers costs time for these alone; the first search
 * after a change builds the postings again.
 *
 * @example
 * ```ts
 * import { createToolIndex } from "./tool_index.ts";
 *
 * const index = createToolIndex();
 * index.setServer("crm", [{
 *   tool: { name: "list_leads", description: "Lists leads", inputSchema: { type: "object" } },
 *   import: "./servers/crm/list_leads.ts",
 * }]);
 * const { hits } = index.search("show my leads");
 * console.assert(hits[0]?.import === "./servers/crm/list_leads.ts");
 * ```
 */
export function createToolIndex(options: CreateToolIndexOptions = {}): ToolIndex {
  return new MemoryToolIndex(options);
}

class MemoryToolIndex implements ToolIndex {
  readonly #weights: RankingWeights;
  readonly #servers = new Map<string, AnalyzedServer>();
  readonly #choices;
  #view: SearchView | undefined;
  #names: ToolNames | undefined;

  constructor({ learned, weights = RANKING_WEIGHTS }: CreateToolIndexOptions) {
    this.#weights = weights;
    this.#choices = createLearnedChoices(learned);
  }

  setServer(server: string, tools: readonly ToolEntry[], { description = "" } = {}): void {
    this.#servers.set(server, analyzeServer(server, tools, description));
    this.#forgetViews();
  }

  removeServer(server: string): boolean {
    const known = this.#servers.delete(server);
    if (known) this.#forgetViews();
    return known;
  }

  servers(): IndexedServer[] {
    return this.#laidOut().postings.servers.map(({ server, description, tools }) => ({
      server,
      description,
      tools: tools.map(({ entry }) => ({ server, ...entry })),
    }));
  }

  find({ server, tool }: ToolName): IndexedTool | undefined {
    return this.#named().byName.get(keyOf(server, tool));
  }

  resolve(name: string): IndexedTool | undefined {
    return this.#named().byPath.get(name);
  }

  search(text: string, options: SearchOptions = {}): SearchResult {
    const view = this.#laidOut();
    const { servers, tools, serverOf } = view.postings;
    const limit = bound(options.limit ?? DEFAULT_LIMIT, 1, MAX_LIMIT);
    const offset = bound(options.offset ?? 0, 0, tools.length);
    const only = options.server;
    const server = only === undefined ? undefined : servers.findIndex((s) => s.server === only);
    const query = view.read(text);
    const learned = this.#gains(view, query.terms);
    const count = Math.max(offset + limit, DEFAULT_LIMIT);
    const { picks, total, signs } = view.rank(query, { count, server, learned });
    const hits = picks.slice(offset, offset + limit).map(({ tool, score }) => ({
      server: servers[serverOf[tool]!]!.server,
      ...tools[tool]!.entry,
      score: Math.round(score * 1_000) / 1_000,
    }));
    const confidence = hits.length === 0 && offset === 0 ? 0 : judgeMatch(signs);
    return {
      hits,
      further: Math.max(0, total - offset - hits.length),
      confidence: Math.round(confidence * 100) / 100,
      noGoodMatch: confidence < LEAST_CONFIDENCE,
    };
  }

  nearest(name: string, limit = 5): NearestNames {
    return nearestNames(name, this.#named().known, bound(limit, 0, MAX_LIMIT));
  }

  learn(query: string, choice: ToolName): void {
    const { read, postings } = this.#laidOut();
    // A number, and a word that neither a tool nor a word table has, may be personal: not kept.
    const terms = read(query).terms.filter((term) => !/\p{N}/u.test(term)).filter((term) =>
      postings.termIds.has(term) || getLexicon().subjects(term).length > 0 ||
      getLexicon().related(term).length > 0
    );
    this.#choices.learn(terms, choice);
  }

  learned(): LearnedState {
    return this.#choices.save();
  }

  #laidOut(): SearchView {
    return this.#view ??= createSearchView(this.#servers.values(), this.#weights);
  }

  #forgetViews(): void {
    this.#view = undefined;
    this.#names = undefined;
  }

  #named(): ToolNames {
    return this.#names ??= nameTools(this.#servers.values());
  }

  #gains({ placeOf, postings }: SearchView, terms: readonly string[]): Map<number, number> {
    const weights = new Map(terms.map((term) => {
      const id = postings.termIds.get(term);
      return [term, id === undefined ? 1 : postings.rarity[id]!];
    }));
    const gains = new Map<number, number>();
    for (const { choice, gain } of this.#choices.gains(weights)) {
      const tool = placeOf(choice);
      if (tool !== undefined) gains.set(tool, gain);
    }
    return gains;
  }
}

interface ToolNames {
  readonly byName: ReadonlyMap<string, IndexedTool>;
  /** By `server/tool` and by the path of the import. */
  readonly byPath: ReadonlyMap<string, IndexedTool>;
  readonly known: KnownNames;
}

function nameTools(servers: Iterable<AnalyzedServer>): ToolNames {
  const byName = new Map<string, IndexedTool>();
  const byPath = new Map<string, IndexedTool>();
  const names: string[] = [];
  const tools: ToolName[] = [];
  for (const { server, tools: own } of servers) {
    names.push(server);
    for (const { entry } of own) {
      const indexed = { server, ...entry };
      const { name } = entry.tool;
      tools.push({ server, tool: name });
      byName.set(keyOf(server, name), indexed);
      // The first of two tools with one path counts.
      for (const path of [`${server}/${name}`, entry.import]) {
        if (path !== undefined && !byPath.has(path)) byPath.set(path, indexed);
      }
    }
  }
  return { byName, byPath, known: describeNames(names, tools) };
}

function keyOf(server: string, tool: string): string {
  return JSON.stringify([server, tool]);
}

function bound(value: number, least: number, most: number): number {
  return Number.isFinite(value) ? Math.min(most, Math.max(least, Math.floor(value))) : least;
}
