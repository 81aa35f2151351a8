import { join } from "@std/path";
import { type GeneratedServer, generateServer } from "../codegen/generate_server.ts";
import {
  createTypeObserver,
  readObserved,
  type TypeObserver,
} from "../codegen/observed/type_observer.ts";
import type { ObservedTypes } from "../codegen/observed/observed_shape.ts";
import {
  writeObservedWrappers,
  writeServers,
  writeWithheldWrappers,
} from "../codegen/write_servers.ts";
import type { Tool } from "../model/tool.ts";

/** Options of {@linkcode GeneratedServers}. */
export interface GeneratedServersOptions {
  /** The folder of each server under `dir`. */
  readonly folders: ReadonlyMap<string, string>;
  /** The folder `servers/`. */
  readonly dir: string;
  /** Gives a server's tools; rejects where it is out of reach and nothing is known of it. */
  catalogue(server: string): Promise<readonly Tool[]>;
}

/** What is generated of servers, once for each list of tools that one gives. */
export class GeneratedServers {
  /** Learns the types of results; what was generated follows. */
  readonly observer: TypeObserver;
  readonly #options: GeneratedServersOptions;
  readonly #generated = new WeakMap<readonly Tool[], Promise<GeneratedServer>>();

  constructor(options: GeneratedServersOptions) {
    this.#options = options;
    const { folders, dir } = options;
    this.observer = createTypeObserver({
      folderOf: (server) => {
        const folder = folders.get(server);
        return folder === undefined ? undefined : join(dir, folder);
      },
      onChange: (server, observed) => this.#renew(server, observed),
    });
  }

  /** What is generated of a server that there is, written where it is missing. */
  async of(server: string): Promise<GeneratedServer> {
    const tools = await this.#options.catalogue(server);
    const known = this.#generated.get(tools) ?? this.#generate(server, tools);
    this.#generated.set(tools, known);
    return await known;
  }

  async #generate(server: string, tools: readonly Tool[]): Promise<GeneratedServer> {
    const { folders, dir } = this.#options;
    const folder = folders.get(server)!;
    const observed = await readObserved(join(dir, folder));
    const made = generateServer({ server, tools, folder, observed });
    await orReadOnly(async () => {
      await writeServers(dir, [made], { mode: "missing" });
      await writeWithheldWrappers(dir, made);
    });
    return made;
  }

  async #renew(server: string, observed: ObservedTypes): Promise<void> {
    const { folders, dir, catalogue } = this.#options;
    const tools = await catalogue(server);
    const folder = folders.get(server)!;
    const made = generateServer({ server, tools, folder, observed });
    this.#generated.set(tools, Promise.resolve(made));
    await writeObservedWrappers(dir, made);
  }
}

/** Wrappers are for people to read too; a folder that cannot be written to is no reason to fail. */
async function orReadOnly(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const readOnly = error instanceof Deno.errors.PermissionDenied ||
      error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.FilesystemLoop;
    if (!readOnly) throw error;
  }
}
