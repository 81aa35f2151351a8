import { join } from "@std/path";
import type { Config } from "../config/config.ts";
import { countModelTokens } from "../text/count_model_tokens.ts";
import { initialContext } from "./initial_context.ts";
import {
  createRecentSearches,
  readLearned,
  type ToolName,
  writeLearned,
} from "./learned_choices.ts";
import { presentSearch } from "./present_search.ts";
import { readTools } from "./read_tools.ts";
import { createToolIndex, type IndexedTool, type ToolIndex } from "./tool_index.ts";
import { AirlockError } from "../model/errors.ts";
import type { Tool } from "../model/tool.ts";
import { hostTurns, withTurns } from "../work/host_turns.ts";
import type { Upstreams } from "../upstream/upstreams.ts";
import type {
  ContextOptions,
  FindToolsOptions,
  ReadToolsOptions,
  ToolContext,
  ToolReading,
  ToolSearch,
} from "./tool_finder_types.ts";

/** Finds tools of all servers, shows them to a model, and learns which were wanted. */
export interface ToolFinder extends AsyncDisposable {
  /** The tools that fit a query. */
  search(query: string, options?: FindToolsOptions): Promise<ToolSearch>;
  /** Several tools by `server/tool` or by import path. */
  read(names: readonly string[], options?: ReadToolsOptions): Promise<ToolReading>;
  /** What is connected, in a few words. */
  context(options?: ContextOptions): Promise<ToolContext>;
  /** Notes what a run of a session called with success, so that later searches know. */
  called(session: string, tools: readonly ToolName[]): void;
  /** Forgets what a run without a session has searched for. */
  forget(session: string): void;
}

/** Options of {@linkcode createToolFinder}. */
export interface CreateToolFinderOptions {
  readonly config: Pick<Config, "folders" | "discovery">;
  readonly upstreams: Pick<Upstreams, "status" | "catalogue">;
  /** What a program imports to call each tool of a server, by the tool's name. */
  modulesOf(server: string, tools: readonly Tool[]): Promise<ReadonlyMap<string, string>>;
  /** The text of a tool's wrapper; undefined where there is none. */
  wrapperText(server: string, tool: string): Promise<string | undefined>;
}

/** A server that was never seen may keep a search waiting this long. */
const MAX_WAIT_MS = 5_000;
/** What was learned is written this seldom while runs go on, and once more at the end. */
const SAVE_INTERVAL_MS = 10_000;
const MAX_MODEL_TOKENS = { name: 800, description: 800, full: 4_000 } as const;

/** Makes the finder of a runtime, with what an earlier one has learned in the same state folder. */
export async function createToolFinder(options: CreateToolFinderOptions): Promise<ToolFinder> {
  const { learn } = options.config.discovery;
  const path = join(options.config.folders.state, "learned.json");
  const index = createToolIndex(learn ? { learned: await readLearned(path) } : {});
  return new IndexedToolFinder(index, { ...options, ...(learn ? { learnedPath: path } : {}) });
}

interface FinderOptions extends CreateToolFinderOptions {
  /** Absent where nothing is to be learned. */
  readonly learnedPath?: string;
}

class IndexedToolFinder implements ToolFinder {
  readonly #index: ToolIndex;
  readonly #options: FinderOptions;
  readonly #indexed = new Map<string, readonly Tool[]>();
  readonly #updates = new Map<string, Promise<boolean>>();
  readonly #late = new Set<string>();
  readonly #searches = createRecentSearches();
  #hasNews = false;
  #savedAt = Date.now();
  #saving = Promise.resolve();

  constructor(index: ToolIndex, options: FinderOptions) {
    this.#index = index;
    this.#options = options;
  }

  async search(query: string, options: FindToolsOptions = {}): Promise<ToolSearch> {
    const { detail = "description", limit = 10, offset = 0, server, session, principal } = options;
    if (server !== undefined) this.#expectServer(server);
    const unavailable = await this.#update(server);
    const wanted = { limit, offset, ...(server === undefined ? {} : { server }) };
    const search = () => this.#index.search(query, wanted);
    const found = await hostTurns.inTurn(principal ?? "", search);
    const presenting = presentSearch(found, {
      detail,
      offset,
      maxModelTokens: options.maxModelTokens ?? MAX_MODEL_TOKENS[detail],
      wrapperText: detail === "full" ? await this.#wrapperTexts(found.hits) : undefined,
    });
    const page = await withTurns(presenting, principal);
    const shown = page.servers.flatMap(({ tools }) => tools);
    if (session !== undefined && this.#options.learnedPath !== undefined) {
      this.#searches.asked(session, { query, shown, noGoodMatch: page.noGoodMatch });
    }
    return { ...page, confidence: found.confidence, unavailable };
  }

  async read(names: readonly string[], options: ReadToolsOptions = {}): Promise<ToolReading> {
    const { detail = "full", principal } = options;
    const unavailable = await this.#update();
    const tools = names.flatMap((name) => this.#index.resolve(name) ?? []);
    const reading = readTools(this.#index, names, {
      detail,
      maxModelTokens: options.maxModelTokens ?? MAX_MODEL_TOKENS[detail],
      wrapperText: detail === "full" ? await this.#wrapperTexts(tools) : undefined,
    });
    const page = await withTurns(reading, principal);
    return { ...page, unavailable };
  }

  async context(options: ContextOptions = {}): Promise<ToolContext> {
    const unavailable = await this.#update();
    const servers = this.#index.servers().map(({ server, tools }) => ({
      server,
      tools: tools.map(({ tool }) => tool),
    }));
    const text = initialContext(servers, options);
    return { text, modelTokens: countModelTokens(text), unavailable };
  }

  called(session: string, tools: readonly ToolName[]): void {
    for (const tool of tools) {
      for (const query of this.#searches.answeredBy(session, tool)) {
        this.#index.learn(query, tool);
        this.#hasNews = true;
      }
    }
    if (Date.now() - this.#savedAt >= SAVE_INTERVAL_MS) this.#save();
  }

  forget(session: string): void {
    this.#searches.forget(session);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#save();
    await this.#saving;
  }

  #expectServer(name: string): void {
    const known = this.#options.upstreams.status().find((server) => server.name === name);
    if (known !== undefined && known.state !== "disabled") return;
    const nearest = this.#index.nearest(name, 3).servers.join(", ");
    throw new AirlockError("NOT_FOUND", "Cannot search tools: there is no server of this name", {
      ...(nearest === "" ? {} : { hint: `Did you mean ${nearest}?` }),
    });
  }

  /** Brings the index up to date; gives the servers that are out of reach. */
  async #update(only?: string): Promise<string[]> {
    const names = this.#options.upstreams.status().filter(({ name, state }) =>
      state !== "disabled" && (only ?? name) === name
    ).map(({ name }) => name);
    const tooLong = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => tooLong.resolve(false), MAX_WAIT_MS);
    try {
      const reached = await Promise.all(
        names.map((name) => Promise.race([tooLong.promise, this.#reach(name)])),
      );
      names.forEach((name) => this.#updates.has(name) && this.#late.add(name));
      return names.filter((_, at) => !reached[at]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether the server's tools are in the index; who came late once is not waited for again. */
  #reach(name: string): Promise<boolean> | boolean {
    const update = this.#updates.get(name) ?? this.#updateServer(name).finally(() => {
      this.#updates.delete(name);
      this.#late.delete(name);
    });
    this.#updates.set(name, update);
    return this.#late.has(name) ? this.#indexed.has(name) : update;
  }

  async #updateServer(name: string): Promise<boolean> {
    const { upstreams, modulesOf } = this.#options;
    try {
      const tools = await upstreams.catalogue(name);
      // A catalogue that has changed is another list.
      if (tools === this.#indexed.get(name)) return true;
      const modules = await modulesOf(name, tools);
      this.#index.setServer(
        name,
        tools.flatMap((tool) => {
          const module = modules.get(tool.name);
          return module === undefined ? [] : [{ tool, import: module }];
        }),
      );
      this.#indexed.set(name, tools);
      return true;
    } catch {
      this.#index.removeServer(name);
      this.#indexed.delete(name);
      return false;
    }
  }

  async #wrapperTexts(
    tools: readonly IndexedTool[],
  ): Promise<(tool: IndexedTool) => string | undefined> {
    const texts = await Promise.all(
      tools.map(({ server, tool }) =>
        this.#options.wrapperText(server, tool.name).catch(() => undefined)
      ),
    );
    const known = new Map(tools.map((tool, at) => [keyOf(tool), texts[at]]));
    return (tool) => known.get(keyOf(tool));
  }

  #save(): void {
    const { learnedPath } = this.#options;
    if (!this.#hasNews || learnedPath === undefined) return;
    this.#hasNews = false;
    this.#savedAt = Date.now();
    const learned = this.#index.learned();
    // A disk that cannot be written to costs what was learned, and no run.
    this.#saving = this.#saving.then(() => writeLearned(learnedPath, learned)).catch(() => {});
  }
}

function keyOf({ server, tool }: IndexedTool): string {
  return JSON.stringify([server, tool.name]);
}
