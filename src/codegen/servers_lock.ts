import { join } from "@std/path";
import { z } from "zod";
import { AirlockError } from "../model/errors.ts";
import { isJsonObject } from "../text/json_value.ts";

const lockedTool = z.strictObject({
  /** What `hashTool` gives. */
  hash: z.string(),
  /** Relative to the server's folder. */
  file: z.string().regex(/^[\w$]+\.ts$/),
  /** The name of the wrapper's function. */
  export: z.string().regex(/^[A-Za-z_$][\w$]*$/),
  /** The version of the generator. */
  generator: z.string(),
}).readonly();

/** What `servers.lock.json` pins of one tool. */
export type LockedTool = z.infer<typeof lockedTool>;

/** What `servers.lock.json` pins of one server. */
export interface LockedServer {
  /** Relative to the folder of all servers. */
  readonly folder: string;
  /** By the name that the server knows a tool by. */
  readonly tools: ReadonlyMap<string, LockedTool>;
}

/** All that `servers.lock.json` pins, by the servers' names in the configuration. */
export type ServersLock = ReadonlyMap<string, LockedServer>;

/** The file's name in the folder of all servers. */
export const SERVERS_LOCK = "servers.lock.json";

/**
 * Reads `servers.lock.json`; where there is none, nothing is locked.
 *
 * @throws {AirlockError} CONFIG_INVALID
 */
export async function readServersLock(dir: string): Promise<ServersLock> {
  const path = join(dir, SERVERS_LOCK);
  try {
    return parseLock(JSON.parse(await Deno.readTextFile(path)));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return new Map();
    throw new AirlockError("CONFIG_INVALID", `Cannot read "${SERVERS_LOCK}": it is damaged`, {
      cause,
      hint: "deno task generate writes it again",
    });
  }
}

/** The text of the file; the same lock gives the same bytes. */
export function lockText(lock: ServersLock): string {
  const servers = sorted(lock).map(([server, { folder, tools }]) => [
    server,
    { folder, tools: Object.fromEntries(sorted(tools)) },
  ]);
  return `${JSON.stringify({ version: 1, servers: Object.fromEntries(servers) }, null, 2)}\n`;
}

// Entries, not zod's records: tools may have names such as "__proto__".
function parseLock(json: unknown): ServersLock {
  const { servers } = z.object({ version: z.literal(1), servers: z.unknown() }).parse(json);
  return new Map(entriesOf(servers).map(([name, value]) => [name, parseServer(value)]));
}

function parseServer(json: unknown): LockedServer {
  const shape = z.strictObject({ folder: z.string().regex(/^[\w-]+$/), tools: z.unknown() });
  const { folder, tools } = shape.parse(json);
  const parsed = entriesOf(tools).map(([name, tool]) => [name, lockedTool.parse(tool)] as const);
  return { folder, tools: new Map(parsed) };
}

function entriesOf(json: unknown): [string, unknown][] {
  if (!isJsonObject(json)) throw new TypeError("Cannot read lock: a list of names is no object");
  return Object.entries(json);
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].toSorted(([a], [b]) => a < b ? -1 : 1);
}
