import { join } from "@std/path";
import { countModelTokens } from "../text/count_model_tokens.ts";
import { initialContext } from "./initial_context.ts";
import { createRecentSearches, readLearned, writeLearned } from "./learned_choices.ts";
import type {
  ContextOptions,
  FindToolsOptions,
  ReadToolsOptions,
  ToolContext,
  ToolDetail,
  ToolName,
  ToolReading,
  ToolSearch,
} from "./tool_finder_types.ts";
import { presentSearch } from "./present_search.ts";
import { type PresentToolsOptions, readTools } from "./present_tools.ts";
import { createToolIndex, type IndexedTool, type ToolIndex } from "./tool_index.ts";
import { AirlockError } from "../model/errors.ts";
import type { Tool } from "../model/tool.ts";
import { hostTurns, withTurns } from "../work/host_turns.ts";

/** Finds tools of all servers, shows them to a model, and learns which were wanted. */
export interface ToolFinder extends AsyncDisposable {
  /** Searches the tools of all servers. */
  search(query: string, options?: FindToolsOptions): Promise<ToolSearch>;
  /** Reads several tools by `server/tool` or by import path. */
  read(names: readonly string[], options?: ReadToolsOptions): Promise<ToolReading>;
  /** Introduces the connected servers in a few words. */
  context(options?: ContextOptions): Promise<ToolContext>;
  /** Learns from the successful calls of a session's run. */
  called(session: string, tools: readonly ToolName[]): void;
  /** Forgets the searches of a run without a session. */
  forget(session: string): void;
}

/** Sources of a {@linkcode ToolFinder}. */
interface CreateToolFinderOptions {
  readonly config: {
    readonly folders: { readonly state: string };
    readonly discovery: { readonly learn: boolean };
  };
  readonly upstreams: {
    status(): readonly { readonly name: string; readonly state: string }[];
    catalogue(server: string): Promise<readonly Tool[]>;
  };
  /** The path that a program imports for each tool of a server, by the tool's name. */
  modulesOf(server: string, tools: readonly Tool[]): Promise<ReadonlyMap<string, string>>;
  /** The text of a tool's wrapper; undefined where there is none. */
  wrapperText(server: string, tool: string): Promise<string | undefined>;
}

/** Longest wait of a search for a server whose tools are not in the index. */
const MAX_WAIT_MS = 5_000;
/** Shortest time between two writes of what was learned; closing writes too. */
const SAVE_INTERVAL_MS = 10_000;
const MAX_MODEL_TOKENS = { name: 800, description: 800, full: 4_000 } as const;

/** Makes the finder of a runtime, with the learned choices of the same state folder. */
export async function createToolFinder(options: CreateToolFinderOptions): Promise<ToolFinder> {
  const { folders, discovery: { learn } } = options.config;
  const path = learn ? join(folders.state, "learned.json") : undefined;
  const index = createToolIndex(path === undefined ? {} : { learned: await readLearned(path) });
  return new IndexedToolFinder(index, options, path);
}

class IndexedToolFinder implements ToolFinder {
  readonly #index: ToolIndex;
  readonly #options: CreateToolFinderOptions;
  /** Undefined: nothing is learned. */
  readonly #learnedPath: string | undefined;
  readonly #indexed = new Map<string, readonly Tool[]>();
  readonly #updates = new Map<string, Promise<boolean>>();
  readonly #late = new Set<string>();
  readonly #searches = createRecentSearches();
  #isUnsaved = false;
  #savedAt = Date.now();
  #saving = Promise.resolve();

  constructor(
    index: ToolIndex,
    options: CreateToolFinderOptions,
    learnedPath: string | undefined,
  ) {
    this.#index = index;
    this.#options = options;
    this.#learnedPath = learnedPath;
  }

  async search(query: string, options: FindToolsOptions = {}): Promise<ToolSearch> {
    const { detail = "description", limit = 10, offset = 0, server, session, principal } = options;
    if (server !== undefined) this.#expectServer(server);
    const unavailable = await this.#update(server);
    const wanted = { limit, offset, ...(server !== undefined && { server }) };
    const search = () => this.#index.search(query, wanted);
    const found = await hostTurns.inTurn(principal ?? "", search);
    const presentation = await this.#presentation(detail, found.hits, options.maxModelTokens);
    const page = await withTurns(presentSearch(found, { ...presentation, offset }), principal);
    const shown = page.servers.flatMap(({ tools }) => tools);
    if (session !== undefined && this.#learnedPath !== undefined) {
      this.#searches.asked(session, { query, shown, noGoodMatch: page.noGoodMatch });
    }
    return { ...page, confidence: found.confidence, unavailable };
  }

  async read(names: readonly string[], options: ReadToolsOptions = {}): Promise<ToolReading> {
    const { detail = "full", principal } = options;
    const unavailable = await this.#update();
    const tools = names.flatMap((name) => this.#index.resolve(name) ?? []);
    const presentation = await this.#presentation(detail, tools, options.maxModelTokens);
    const page = await withTurns(readTools(this.#index, names, presentation), principal);
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
        this.#isUnsaved = true;
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

  /** Brings the index up to date; returns the servers that are not available. */
  async #update(only?: string): Promise<string[]> {
    const names = this.#options.upstreams.status()
      .filter(({ name, state }) => state !== "disabled" && (only ?? name) === name)
      .map(({ name }) => name);
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

  /** Whether the server's tools are in the index; a server that was late is not waited for again. */
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
      // A changed catalogue is another object.
      if (tools === this.#indexed.get(name)) return true;
      const modules = await modulesOf(name, tools);
      const entries = tools.flatMap((tool) => {
        const module = modules.get(tool.name);
        return module === undefined ? [] : [{ tool, import: module }];
      });
      this.#index.setServer(name, entries);
      this.#indexed.set(name, tools);
      return true;
    } catch {
      this.#index.removeServer(name);
      this.#indexed.delete(name);
      return false;
    }
  }

  async #presentation(
    detail: ToolDetail,
    tools: readonly IndexedTool[],
    maxModelTokens: number = MAX_MODEL_TOKENS[detail],
  ): Promise<PresentToolsOptions> {
    if (detail !== "full") return { detail, maxModelTokens };
    const entries = tools.map(async (tool) => {
      const text = this.#options.wrapperText(tool.server, tool.tool.name);
      return [keyOf(tool), await text.catch(() => undefined)] as const;
    });
    const texts = new Map(await Promise.all(entries));
    return { detail, maxModelTokens, wrapperText: (tool) => texts.get(keyOf(tool)) };
  }

  #save(): void {
    const path = this.#learnedPath;
    if (!this.#isUnsaved || path === undefined) return;
    this.#isUnsaved = false;
    this.#savedAt = Date.now();
    const learned = this.#index.learned();
    // A failed write loses learned choices, and fails no run.
    this.#saving = this.#saving.then(() => writeLearned(path, learned)).catch(() => {});
  }
}

function keyOf({ server, tool }: IndexedTool): string {
  return JSON.stringify([server, tool.name]);
}
