import { join, resolve } from "@std/path";
import { z } from "zod";
import type { ServerConfig } from "../config/servers.ts";
import type { Catalogue } from "../model/catalogue.ts";
import { repairTools } from "./repair_tools.ts";
import { DAY_MS } from "../text/day_ms.ts";
import { replaceFile } from "../storage/atomic_file.ts";
import { sha256 } from "../text/sha256.ts";

/** A catalogue may be taken from disk for a day. */
const MAX_AGE_MS = DAY_MS;
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** An argument that names the code of a server, and not a file that it works on. */
const SCRIPT = /\.(?:[cm]?[jt]sx?|py|rb|sh|jar|wasm)$/;

/** What a cached catalogue is worth. */
export interface CachedCatalogue extends Catalogue {
  readonly age: "fresh" | "expired";
}

/** Options of {@linkcode CatalogueCache}. */
export interface CatalogueCacheOptions {
  /** The folder of Airlock's own state. */
  readonly stateFolder: string;
  /** The folder that relative paths of the configuration start from. */
  readonly root: string;
}

const cacheFile = z.strictObject({
  version: z.literal(1),
  server: z.string(),
  listedAt: z.number(),
  salt: z.string(),
  fingerprint: z.string(),
  tools: z.array(z.unknown()),
  problems: z.array(
    z.strictObject({ server: z.string(), tool: z.string(), message: z.string().max(1_024) }),
  ),
});

type CacheFile = z.infer<typeof cacheFile>;

/**
 * The catalogue of one server on disk, good for as long as the server's configuration, and the
 * scripts that its command line names, stay what they are.
 */
export class CatalogueCache {
  readonly #server: ServerConfig;
  readonly #folder: string;
  readonly #root: string;

  constructor(server: ServerConfig, { stateFolder, root }: CatalogueCacheOptions) {
    this.#server = server;
    this.#folder = join(stateFolder, "catalogs");
    this.#root = root;
  }

  /** Gives what is on disk, unless it is another server's or no catalogue at all. */
  async read(): Promise<CachedCatalogue | undefined> {
    const file = await this.#readFile();
    if (file === undefined || file.server !== this.#server.name) return undefined;
    if (file.fingerprint !== await this.#fingerprint(file.salt)) return undefined;
    const age = Date.now() - file.listedAt;
    return {
      // The file may have been written by anybody: its tools are as good as a server's.
      tools: repairTools(this.#server.name, file.tools).tools,
      problems: file.problems,
      age: age >= 0 && age < MAX_AGE_MS ? "fresh" : "expired",
    };
  }

  /** Replaces what is on disk, whole or not at all. */
  async write({ tools, problems }: Catalogue): Promise<void> {
    const salt = crypto.randomUUID();
    const file: CacheFile = {
      version: 1,
      server: this.#server.name,
      listedAt: Date.now(),
      salt,
      fingerprint: await this.#fingerprint(salt),
      tools: [...tools],
      problems: [...problems],
    };
    await replaceFile(this.#path(), JSON.stringify(file));
  }

  async #readFile(): Promise<CacheFile | undefined> {
    try {
      const path = this.#path();
      if ((await Deno.stat(path)).size > MAX_FILE_BYTES) return undefined;
      return cacheFile.safeParse(JSON.parse(await Deno.readTextFile(path))).data;
    } catch {
      return undefined;
    }
  }

  /** Any name makes a file name, and no two names the same one. */
  #path(): string {
    const readable = this.#server.name.replace(/[^a-zA-Z0-9_-]+/g, "-").slice(0, 40);
    const digest = sha256(this.#server.name).slice(0, 12);
    return join(this.#folder, `${readable}-${digest}.json`);
  }

  /** The salt keeps the secrets of a configuration from being looked up by their digest. */
  async #fingerprint(salt: string): Promise<string> {
    const server = this.#server;
    const local = server.kind === "remote" ? [] : server.args.filter((one) => SCRIPT.test(one));
    const cwd = resolve(this.#root, server.kind === "stdio" ? server.cwd ?? "." : ".");
    const files = await Promise.all(local.map((argument) => describeFile(resolve(cwd, argument))));
    return sha256(JSON.stringify([salt, cwd, identify(server), files]));
  }
}

/** All that decides what is started or reached; limits and filters do not. */
function identify(server: ServerConfig): unknown {
  switch (server.kind) {
    case "stdio":
      return [server.kind, server.command, server.args, server.env];
    case "npm":
      return [server.kind, server.npm, server.args, server.env, server.permissions];
    case "remote":
      return [server.kind, server.type, server.url, server.headers];
  }
}

/** A server that is a file here is another one when the file changes. */
async function describeFile(path: string): Promise<unknown> {
  try {
    const { isFile, mtime, size } = await Deno.stat(path);
    return isFile ? [mtime?.getTime(), size] : null;
  } catch {
    return null;
  }
}
