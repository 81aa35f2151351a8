import type { ServerConfig } from "../config/servers.ts";
import type { Catalogue } from "../model/catalogue.ts";
import type { CatalogueCache } from "./catalogue_cache.ts";
import { ConnectionError, type McpClient } from "./channel.ts";
import { listTools, repairTools } from "./repair_tools.ts";
import { selectTools } from "./select_tools.ts";

/** Word of a change often comes several times: the list is asked for after this long. */
const SETTLE_MS = 50;
/** A server that changes all the time is asked no more often than this. */
const MIN_INTERVAL_MS = 1_000;

/** Options of {@linkcode ServerCatalogue}. */
export interface ServerCatalogueOptions {
  readonly cache: CatalogueCache;
  /** Told of each catalogue that is not the same as the one before. */
  readonly changed: (catalogue: Catalogue) => void;
}

/** What is known of the tools of one server: from disk at first, then from the server itself. */
export class ServerCatalogue {
  readonly #server: ServerConfig;
  readonly #options: ServerCatalogueOptions;
  readonly #closing = new AbortController();
  readonly #writes = new Set<Promise<void>>();
  #known: Known | undefined;
  #cacheRead: Promise<void> | undefined;
  #listing: { readonly client: McpClient; readonly catalogue: Promise<Catalogue> } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listedAt = 0;

  constructor(server: ServerConfig, options: ServerCatalogueOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** What is known now, without asking anybody. */
  get known(): Catalogue | undefined {
    return this.#known?.catalogue;
  }

  /** Whether a tool of that name is known. */
  has(tool: string): boolean {
    return this.#known?.names.has(tool) === true;
  }

  /** Gives what is known, after a look at the disk where nothing is. */
  async recall(accept: "fresh" | "expired"): Promise<Catalogue | undefined> {
    if (this.#known === undefined) await (this.#cacheRead ??= this.#readCache());
    if (this.#known?.age === "expired" && accept === "fresh") return undefined;
    return this.#known?.catalogue;
  }

  /** Asks the server, once for all who ask, unless the connection has listed already. */
  async list(client: McpClient, { again = false } = {}): Promise<Catalogue> {
    if (again || this.#listing?.client !== client) {
      const listing = { client, catalogue: this.#list(client) };
      this.#listing = listing;
      listing.catalogue.catch(() => {
        if (this.#listing === listing) this.#listing = undefined;
      });
    }
    return await this.#listing.catalogue;
  }

  /** Asks the server again, soon. */
  listSoon(client: McpClient): void {
    if (this.#timer !== undefined) return;
    const wait = Math.max(SETTLE_MS, this.#listedAt + MIN_INTERVAL_MS - Date.now());
    this.#timer = setTimeout(async () => {
      this.#timer = undefined;
      // A list that is on its way may be from before the change, and must not come in after it.
      await this.#listing?.catalogue.catch(() => {});
      await this.list(client, { again: true }).catch(() => {});
    }, wait);
  }

  /** Ends what it has begun. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#closing.abort();
    await this.#listing?.catalogue.catch(() => {});
    await Promise.all(this.#writes);
  }

  async #readCache(): Promise<void> {
    const cached = await this.#options.cache.read();
    // The server itself may have been faster.
    if (cached !== undefined) this.#known ??= this.#select(cached, cached.age);
  }

  async #list(client: McpClient): Promise<Catalogue> {
    this.#listedAt = Date.now();
    const tooSlow = new AbortController();
    const timer = setTimeout(() => tooSlow.abort(), this.#server.timeoutMs);
    const signal = AbortSignal.any([tooSlow.signal, this.#closing.signal]);
    try {
      const { rawTools, fault } = await listTools(client, signal);
      const { tools, problems } = repairTools(this.#server.name, rawTools);
      const message = fault && { server: this.#server.name, tool: "", message: fault };
      return this.#adopt({ tools, problems: message ? [...problems, message] : problems });
    } catch (error) {
      if (!tooSlow.signal.aborted) throw error;
      throw new ConnectionError(`it did not list its tools within ${this.#server.timeoutMs} ms`);
    } finally {
      clearTimeout(timer);
    }
  }

  #adopt(listed: Catalogue): Catalogue {
    const before = this.#known;
    const write = this.#options.cache.write(listed)
      // A disk that cannot be written to costs the next start a moment.
      .catch(() => {})
      .finally(() => this.#writes.delete(write));
    this.#writes.add(write);
    const known = this.#select(listed, "fresh");
    if (before?.text === known.text) {
      // The same objects, so that what was made of them stays good.
      this.#known = { ...before, age: "fresh" };
      return before.catalogue;
    }
    this.#known = known;
    this.#options.changed(known.catalogue);
    return known.catalogue;
  }

  #select({ tools, problems }: Catalogue, age: Known["age"]): Known {
    const catalogue = { tools: selectTools(tools, this.#server.tools), problems };
    const names = new Set(catalogue.tools.map(({ name }) => name));
    return { catalogue, names, age, text: JSON.stringify(catalogue) };
  }
}

interface Known {
  readonly catalogue: Catalogue;
  readonly names: ReadonlySet<string>;
  readonly age: "fresh" | "expired";
  /** To tell whether another one is the same. */
  readonly text: string;
}
