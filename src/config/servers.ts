import { z } from "zod";
import { invalidConfig, parseSection, resolveReferences } from "./parsing.ts";

/** Settings of every kind of server. */
export interface ServerCommon {
  /** Its key in `mcpServers`. */
  readonly name: string;
  /** Whether the server is ignored. */
  readonly disabled: boolean;
  /** Longest wait for one call, in milliseconds. */
  readonly timeoutMs: number;
  /** Longest wait for a connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Whether MCP clients may call its tools with `call_tool`; unset for the gateway's setting. */
  readonly callTool?: boolean | "auto" | undefined;
  /** Cached results; unset for none. */
  readonly cache?: ServerCache | undefined;
  /** Names of tools, `*` for any characters; deny wins. */
  readonly tools: {
    /** Only these; unset for all. */
    readonly allow?: string[] | undefined;
    /** Not these. */
    readonly deny?: string[] | undefined;
  };
}

/** Cached results of a server's read-only tools. */
export interface ServerCache {
  /** How long a result is valid, in milliseconds. */
  readonly ttlMs: number;
  /** By the tool's name: whether results are cached, or how long they are valid. */
  readonly tools: Readonly<Record<string, boolean | number>>;
}

/** A server that is a command of the machine. */
export interface StdioServer extends ServerCommon {
  /** Discriminates the kinds. */
  readonly kind: "stdio";
  /** The program; "deno" is the executable that runs Airlock. */
  readonly command: string;
  /** Its arguments. */
  readonly args: string[];
  /** Its environment, beside the few variables that every program needs. */
  readonly env: Record<string, string>;
  /** Working directory; unset for the configuration's folder. */
  readonly cwd?: string | undefined;
}

/** Deno permissions of an npm package; an unset list is empty. */
export interface ServerPermissions {
  /** Paths. */
  readonly read?: string[] | undefined;
  /** Paths. */
  readonly write?: string[] | undefined;
  /** Hosts, with or without a port. */
  readonly net?: string[] | undefined;
  /** Names of variables. */
  readonly env?: string[] | undefined;
  /** As Deno names them. */
  readonly sys?: string[] | undefined;
  /** Programs. */
  readonly run?: string[] | undefined;
}

/** Limits of the process of an npm package. */
export interface ServerLimits {
  /** V8 heap limit and data-segment limit. */
  readonly memoryBytes: number;
  /** Files that are open at once. */
  readonly openFiles: number;
}

/** A server that is an npm package, run with Deno's permissions. */
export interface NpmServer extends ServerCommon {
  /** Discriminates the kinds. */
  readonly kind: "npm";
  /** The package with a bin, best with its version. */
  readonly npm: string;
  /** Its arguments. */
  readonly args: string[];
  /** Its environment. */
  readonly env: Record<string, string>;
  /** Its permissions. */
  readonly permissions: ServerPermissions;
  /** Its limits. */
  readonly limits: ServerLimits;
}

/** A server that is reached over HTTP. */
export interface RemoteServer extends ServerCommon {
  /** Discriminates the kinds. */
  readonly kind: "remote";
  /** The transport; unset to detect it. */
  readonly type?: "http" | "streamable-http" | "streamableHttp" | "sse" | undefined;
  /** Its address. */
  readonly url: string;
  /** Headers of every request. */
  readonly headers: Record<string, string>;
}

/** One entry of `mcpServers`, complete, with every reference resolved. */
export type ServerConfig = StdioServer | NpmServer | RemoteServer;

const MiB = 1024 * 1024;
const CACHE_TTL_MS = 300_000;

const names = z.array(z.string());
const texts = z.record(z.string(), z.string());
const ttlMs = z.number().int().min(1).max(86_400_000);

const serverCache = z.union([
  z.boolean(),
  z.strictObject({
    ttlMs: ttlMs.default(CACHE_TTL_MS),
    tools: z.record(z.string(), z.union([z.boolean(), ttlMs])).default({}),
  }),
]).default(false).transform((given) =>
  typeof given === "object" ? given : given ? { ttlMs: CACHE_TTL_MS, tools: {} } : undefined
);

const serverCommon = {
  cache: serverCache,
  callTool: z.union([z.boolean(), z.literal("auto")]).optional(),
  disabled: z.boolean().default(false),
  timeoutMs: z.number().int().min(1).max(3_600_000).default(60_000),
  connectTimeoutMs: z.number().int().min(1).max(600_000).default(30_000),
  tools: z.strictObject({ allow: names.optional(), deny: names.optional() }).default({}),
};

const stdioServer = z.strictObject({
  type: z.literal("stdio").optional(),
  command: z.string().min(1),
  args: names.default([]),
  env: texts.default({}),
  cwd: z.string().optional(),
  ...serverCommon,
});

const npmServer = z.strictObject({
  npm: z.string().min(1),
  args: names.default([]),
  env: texts.default({}),
  permissions: z.strictObject({
    read: names.optional(),
    write: names.optional(),
    net: names.optional(),
    env: names.optional(),
    sys: names.optional(),
    run: names.optional(),
  }).default({}),
  limits: z.strictObject({
    memoryBytes: z.number().int().min(128 * MiB).default(1_024 * MiB),
    openFiles: z.number().int().min(64).max(65_536).default(1_024),
  }).prefault({}),
  ...serverCommon,
});

const remoteServer = z.strictObject({
  type: z.enum(["http", "streamable-http", "streamableHttp", "sse"]).optional(),
  url: z.url({ protocol: /^https?$/ }),
  headers: texts.default({}),
  ...serverCommon,
});

/** The keys that discriminate the kinds of servers. */
const SERVER_KEYS = ["command", "npm", "url"];

/**
 * Completes one entry of `mcpServers`.
 *
 * @throws {AirlockError} CONFIG_INVALID with the path in it and what was expected
 */
export async function parseServer(
  name: string,
  entry: unknown,
  { source, root }: { source: string; root: string },
): Promise<ServerConfig> {
  const place = { source, path: ["mcpServers", name] };
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    throw invalidConfig(place, "expected an object");
  }
  const found = SERVER_KEYS.filter((key) => key in entry);
  if (found.length !== 1) {
    throw invalidConfig(place, 'expected exactly one of "command", "npm" and "url"');
  }
  // A disabled server's secrets need not exist.
  const resolved = (entry as { disabled?: unknown }).disabled === true
    ? entry
    : await resolveReferences(entry, { place, root });
  switch (found[0]) {
    case "command":
      return { name, kind: "stdio", ...parseSection(stdioServer, resolved, place) };
    case "npm":
      return { name, kind: "npm", ...parseSection(npmServer, resolved, place) };
    default:
      return { name, kind: "remote", ...parseSection(remoteServer, resolved, place) };
  }
}
