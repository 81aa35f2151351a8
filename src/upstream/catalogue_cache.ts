import { join, resolve } from "@std/path";
import { z } from "zod";
import type { ServerConfig } from "../config/servers.ts";
import type { Catalogue } from "../model/tool.ts";
import { repairTools } from "./repair_tools.ts";
import { DAY_MS } from "../text/day_ms.ts";
import { replaceFile } from "../storage/atomic_file.ts";
import { sha256 } from "../text/sha256.ts";

/** An older catalogue on disk is expired. */
const MAX_AGE_MS = DAY_MS;
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** An argument that names the code of a server, and not a file that it works on. */
const SCRIPT = /\.(?:[cm]?[jt]sx?|py|rb|sh|jar|wasm)$/;

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
 * The catalogue of one server on disk, valid as long as the server's configuration and the scripts
 * that its command line names are the same. Relative paths start from `root`.
 */
export class CatalogueCache {
  readonly #server: ServerConfig;
  readonly #folder: string;
  readonly #root: string;

  constructor(
    server: ServerConfig,
    { stateFolder, root }: { readonly stateFolder: string; readonly root: string },
  ) {
    this.#server = server;
    this.#folder = join(stateFolder, "catalogs");
    this.#root = root;
  }

  /** Returns the catalogue on disk, unless it is another server's or none at all. */
  async read(): Promise<Catalogue & { readonly age: "fresh" | "expired" } | undefined> {
    const file = await this.#readFile();
    if (file === undefined || file.server !== this.#server.name) return undefined;
    if (file.fingerprint !== await this.#fingerprint(file.salt)) return undefined;
    const age = Date.now() - file.listedAt;
    return {
      // The file is no more trusted than the server.
      tools: repairTools(this.#server.name, file.tools).tools,
      problems: file.problems,
      age: age >= 0 && age < MAX_AGE_MS ? "fresh" : "expired",
    };
  }

  /** Replaces the file, whole or not at all. */
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
    await replaceFile(this.#path, JSON.stringify(file));
  }

  async #readFile(): Promise<CacheFile | undefined> {
    try {
      if ((await Deno.stat(this.#path)).size > MAX_FILE_BYTES) return undefined;
      return cacheFile.safeParse(JSON.parse(await Deno.readTextFile(this.#path))).data;
    } catch {
      return undefined;
    }
  }

  /** A file name for any server's name, another one for each. */
  get #path(): string {
    const readable = this.#server.name.replace(/[^a-zA-Z0-9_-]+/g, "-").slice(0, 40);
    return join(this.#folder, `${readable}-${sha256(this.#server.name).slice(0, 12)}.json`);
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

/** The settings that decide what is started or reached; limits and filters do not. */
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

/** Modification time and size of a script: a server that changes its script may change its tools. */
async function describeFile(path: string): Promise<unknown> {
  try {
    const { isFile, mtime, size } = await Deno.stat(path);
    return isFile ? [mtime?.getTime(), size] : null;
  } catch {
    return null;
  }
}
