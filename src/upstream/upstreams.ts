import type { Catalogue, ServerStatus, Tool } from "../model/tool.ts";
import type { Config } from "../config/config.ts";
import type { ServerConfig } from "../config/servers.ts";
import { AirlockError } from "../model/errors.ts";
import { type Reaper, startReaper } from "../process/start_reaper.ts";
import { CatalogueCache } from "./catalogue_cache.ts";
import { connectServer } from "./connect_server.ts";
import { type CatalogueOptions, hideSecrets, type ToolCall, Upstream } from "./upstream.ts";
import { AcceptedWords, type ShownList, ShownTools } from "./integrity/shown_tools.ts";
import { ServerCatalogue } from "./server_catalogue.ts";
import { ServerConnection } from "./server_connection.ts";

export type { ToolCall };

/** Size of a message by that of its content: JSON in JSON is escaped. */
const MESSAGE_FACTOR = 2;
/** Limit of a JavaScript string. */
const MAX_MESSAGE_BYTES = 500 * 1024 * 1024;

/** The upstream servers of a configuration, each connected when it is first needed. */
export interface Upstreams extends AsyncDisposable {
  /** The state of each server, in the order of the configuration. */
  status(): readonly ServerStatus[];
  /**
   * Returns a server's tools: from the server if it is connected, else as it last listed them, else
   * from the server. Words that instruct a model are withheld by the policy.
   *
   * @throws {AirlockError} NOT_FOUND, SERVER_UNAVAILABLE
   */
  catalogue(server: string, options?: CatalogueOptions): Promise<readonly Tool[]>;
  /** {@linkcode catalogue} with all words: for the operator, never for a model. */
  listed(server: string, options?: CatalogueOptions): Promise<readonly Tool[]>;
  /** The last list, from disk, with all words: for the operator. Asks no server. */
  recalled(server: string): Promise<readonly Tool[]>;
  /** The tools of a server as far as they are known; asks no server. */
  known(server: string): readonly Tool[];
  /** Names of a server's tools whose words are withheld, as far as they are known. */
  withheld(server: string): readonly string[];
  /**
   * Calls a tool and returns its answer as a value. A call is never repeated.
   *
   * @throws {McpToolError} where the tool reports that it failed
   * @throws {AirlockError} TOOL_UNKNOWN, SERVER_UNAVAILABLE, TOOL_TIMED_OUT or TOOL_FAILED
   */
  callTool(call: ToolCall): Promise<unknown>;
  /** Begins to connect servers that will be needed; a failure shows at the first use. */
  warm(servers: Iterable<string>): void;
  /** Calls `listener` with each new or changed catalogue; returns a function that ends that. */
  onCatalogueChange(listener: (change: CatalogueChange) => void): () => void;
  /** Ends all connections and all processes. Open calls fail. */
  close(): Promise<void>;
}

/** A catalogue that differs from the one that was known before. */
interface CatalogueChange {
  readonly server: string;
  /** All tools, with all words. */
  readonly tools: readonly Tool[];
}

/** Outside parts of {@linkcode createUpstreams}. */
interface CreateUpstreamsOptions {
  /** Default: one of its own, started with the first process. */
  readonly reaper?: Reaper;
  /** Called once with each list that is asked for, with the names of withheld tools. */
  readonly onShown?: (list: ShownList) => void;
}

/**
 * Makes the upstream servers of a configuration ready to be called. None is started or reached
 * before it is needed; its connection is then kept, and made again when it is lost.
 *
 * @example
 * ```ts
 * import { parseConfig } from "../config/config.ts";
 * import { createUpstreams } from "./upstreams.ts";
 *
 * const config = await parseConfig({ mcpServers: {} });
 * await using upstreams = createUpstreams(config);
 * console.assert(upstreams.status().length === 0);
 * ```
 */
export function createUpstreams(config: Config, options: CreateUpstreamsOptions = {}): Upstreams {
  return new UpstreamPool(config, options);
}

class UpstreamPool implements Upstreams {
  readonly #config: Config;
  readonly #shown: ShownTools;
  readonly #upstreams: ReadonlyMap<string, Upstream>;
  readonly #listeners = new Set<(change: CatalogueChange) => void>();
  readonly #given: Reaper | undefined;
  #own: Promise<Reaper> | undefined;

  constructor(config: Config, { reaper, onShown }: CreateUpstreamsOptions) {
    this.#config = config;
    const accepted = new AcceptedWords(config.folders.state);
    this.#shown = new ShownTools({ policy: config.policy.suspiciousTools, accepted, onShown });
    this.#given = reaper;
    const enabled = config.servers.filter(({ disabled }) => !disabled);
    this.#upstreams = new Map(enabled.map((server) => [server.name, this.#create(server)]));
  }

  status(): readonly ServerStatus[] {
    return this.#config.servers.map((server) => describe(server, this.#upstreams.get(server.name)));
  }

  async catalogue(server: string, options: CatalogueOptions = {}): Promise<readonly Tool[]> {
    return await this.#shown.of(server, await this.listed(server, options));
  }

  async listed(server: string, options: CatalogueOptions = {}): Promise<readonly Tool[]> {
    const upstream = this.#upstreams.get(server);
    if (upstream === undefined) {
      throw new AirlockError("NOT_FOUND", `Cannot list tools: there is no server "${server}"`);
    }
    return (await upstream.catalogue(options)).tools;
  }

  async recalled(server: string): Promise<readonly Tool[]> {
    return (await this.#upstreams.get(server)?.known.recall("expired"))?.tools ?? [];
  }

  known(server: string): readonly Tool[] {
    return this.#shown.known(this.#listOf(server));
  }

  withheld(server: string): readonly string[] {
    return this.#shown.withheld(this.#listOf(server));
  }

  #listOf(server: string): readonly Tool[] {
    return this.#upstreams.get(server)?.known.known?.tools ?? [];
  }

  async callTool(call: ToolCall): Promise<unknown> {
    const upstream = this.#upstreams.get(call.server);
    if (upstream === undefined) {
      throw new AirlockError(
        "TOOL_UNKNOWN",
        `Cannot call ${call.server}.${call.tool}: there is no server "${call.server}"`,
      );
    }
    return await upstream.call(call);
  }

  warm(servers: Iterable<string>): void {
    for (const server of servers) {
      this.#upstreams.get(server)?.connection.acquire().then(
        (lease) => lease[Symbol.dispose](),
        () => {},
      );
    }
  }

  onCatalogueChange(listener: (change: CatalogueChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await Promise.all([...this.#upstreams.values()].map((upstream) => upstream.close()));
    await (await this.#own)?.[Symbol.asyncDispose]();
    this.#own = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #create(server: ServerConfig): Upstream {
    const { root, folders, limits } = this.#config;
    const cache = new CatalogueCache(server, { stateFolder: folders.state, root });
    const changed = ({ tools }: Catalogue) => this.#tell({ server: server.name, tools });
    const catalogue = new ServerCatalogue(server, { cache, changed });
    const connection = new ServerConnection({
      connectTimeoutMs: server.connectTimeoutMs,
      connect: (events, signal) =>
        connectServer(server, {
          root,
          reaper: () => this.#reaper(),
          maxMessageBytes: Math.min(MESSAGE_FACTOR * limits.callBytes, MAX_MESSAGE_BYTES),
          events,
          signal,
        }),
      connected: (client) => void catalogue.list(client).catch(() => {}),
      toolsChanged: (client) => catalogue.listSoon(client),
    });
    return new Upstream(server, { connection, catalogue });
  }

  async #reaper(): Promise<Reaper> {
    return this.#given ?? await (this.#own ??= startReaper());
  }

  #tell(change: CatalogueChange): void {
    for (const listener of this.#listeners) {
      // Apart, so that an error of a listener fails no call.
      queueMicrotask(() => listener(change));
    }
  }
}

function describe(server: ServerConfig, upstream: Upstream | undefined): ServerStatus {
  const { name, kind } = server;
  if (upstream === undefined) return { name, kind, state: "disabled", problems: [] };
  const { connection, known: { known } } = upstream;
  const { error } = connection;
  const detail = error?.detail && hideSecrets(error.detail, server);
  return {
    name,
    kind,
    state: connection.state,
    ...(known && { tools: known.tools.length }),
    problems: known?.problems ?? [],
    ...(error && { error: error.message }),
    ...(detail && { detail }),
  };
}
