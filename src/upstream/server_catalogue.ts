import type { ServerConfig } from "../config/servers.ts";
import type { Catalogue } from "../model/tool.ts";
import type { CatalogueCache } from "./catalogue_cache.ts";
import { ConnectionError, type McpClient } from "./channel.ts";
import { listTools, repairTools } from "./repair_tools.ts";
import { selectTools } from "./select_tools.ts";

/** Wait before the list is asked for again: a change is often reported several times. */
const SETTLE_MS = 50;
/** Shortest time between two lists of a server whose tools change all the time. */
const MIN_INTERVAL_MS = 1_000;

/**
 * The known tools of one server: from disk at first, then from the server itself. `changed` is
 * called with each catalogue that differs from the one before.
 */
export class ServerCatalogue {
  readonly #server: ServerConfig;
  readonly #cache: CatalogueCache;
  readonly #changed: (catalogue: Catalogue) => void;
  readonly #closing = new AbortController();
  readonly #writes = new Set<Promise<void>>();
  #known: Known | undefined;
  #cacheRead: Promise<void> | undefined;
  #listing: { readonly client: McpClient; readonly catalogue: Promise<Catalogue> } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listedAt = 0;

  constructor(
    server: ServerConfig,
    { cache, changed }: { cache: CatalogueCache; changed: (catalogue: Catalogue) => void },
  ) {
    this.#server = server;
    this.#cache = cache;
    this.#changed = changed;
  }

  /** The catalogue in memory. */
  get known(): Catalogue | undefined {
    return this.#known?.catalogue;
  }

  /** Whether a tool of that name is known. */
  has(tool: string): boolean {
    return this.#known?.names.has(tool) === true;
  }

  /** Returns the known catalogue, from disk where none is in memory. */
  async recall(accept: "fresh" | "expired"): Promise<Catalogue | undefined> {
    if (this.#known === undefined) await (this.#cacheRead ??= this.#readCache());
    if (this.#known?.age === "expired" && accept === "fresh") return undefined;
    return this.#known?.catalogue;
  }

  /** Asks the server, once for all callers, unless the connection has listed already. */
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

  /** Asks the server again, after {@linkcode SETTLE_MS} at the earliest. */
  listSoon(client: McpClient): void {
    if (this.#timer !== undefined) return;
    const wait = Math.max(SETTLE_MS, this.#listedAt + MIN_INTERVAL_MS - Date.now());
    this.#timer = setTimeout(async () => {
      this.#timer = undefined;
      // A list that is being read may be from before the change, and must not replace the new one.
      await this.#listing?.catalogue.catch(() => {});
      await this.list(client, { again: true }).catch(() => {});
    }, wait);
  }

  /** Ends the open list and waits for writes. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#closing.abort();
    await this.#listing?.catalogue.catch(() => {});
    await Promise.all(this.#writes);
  }

  async #readCache(): Promise<void> {
    const cached = await this.#cache.read();
    // The server itself may have answered first.
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
    const write = this.#cache.write(listed)
      // Without the file the next start asks the server.
      .catch(() => {})
      .finally(() => this.#writes.delete(write));
    this.#writes.add(write);
    const known = this.#select(listed, "fresh");
    if (before?.text === known.text) {
      // The same objects, so that caches by object stay valid.
      this.#known = { ...before, age: "fresh" };
      return before.catalogue;
    }
    this.#known = known;
    this.#changed(known.catalogue);
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
  /** For comparison with another catalogue. */
  readonly text: string;
}
