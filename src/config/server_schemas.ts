import { z } from "zod";

const MiB = 1024 * 1024;

/** How long answers are good, where nobody says. */
const CACHE_TTL_MS = 300_000;

const names = z.array(z.string());

const ttlMs = z.number().int().min(1).max(86_400_000);

const serverCache = z.union([
  z.boolean(),
  z.strictObject({
    ttlMs: ttlMs.default(CACHE_TTL_MS),
    tools: z.record(z.string(), z.union([z.boolean(), ttlMs])).default({}),
  }),
]).default(false).describe("Whether answers of its tools that only read are kept for a while")
  .transform((given) =>
    typeof given === "object" ? given : given ? { ttlMs: CACHE_TTL_MS, tools: {} } : undefined
  );

const serverCommon = {
  cache: serverCache,
  callTool: z.union([z.boolean(), z.literal("auto")]).optional().describe(
    "Whether MCP clients may call its tools one by one; auto: while all definitions are small",
  ),
  disabled: z.boolean().default(false),
  timeoutMs: z.number().int().min(1).max(3_600_000).default(60_000).describe(
    "Longest wait for one call of the server",
  ),
  connectTimeoutMs: z.number().int().min(1).max(600_000).default(30_000),
  tools: z.strictObject({ allow: names.optional(), deny: names.optional() }).default({}).describe(
    'Names of tools, "*" for any run of characters; deny wins',
  ),
};

/** An entry of `mcpServers` with a command. */
export const stdioServer = z.strictObject({
  type: z.literal("stdio").optional(),
  command: z.string().min(1),
  args: names.default([]),
  env: z.record(z.string(), z.string()).default({}),
  cwd: z.string().optional(),
  ...serverCommon,
});

const permissions = z.strictObject({
  read: names.optional(),
  write: names.optional(),
  net: names.optional(),
  env: names.optional(),
  sys: names.optional(),
  run: names.optional(),
}).default({});

const serverLimits = z.strictObject({
  memoryBytes: z.number().int().min(128 * MiB).default(1_024 * MiB).describe(
    "Of its heap, and of all its data",
  ),
  openFiles: z.number().int().min(64).max(65_536).default(1_024),
}).prefault({});

/** An entry of `mcpServers` with an npm package. */
export const npmServer = z.strictObject({
  npm: z.string().min(1).describe("An npm package with a bin, best with its version"),
  args: names.default([]),
  env: z.record(z.string(), z.string()).default({}),
  permissions,
  limits: serverLimits,
  ...serverCommon,
});

/** An entry of `mcpServers` with a URL. */
export const remoteServer = z.strictObject({
  type: z.enum(["http", "streamable-http", "streamableHttp", "sse"]).optional(),
  url: z.url({ protocol: /^https?$/ }),
  headers: z.record(z.string(), z.string()).default({}),
  ...serverCommon,
});

/** The keys that tell the kinds of server apart. */
export const SERVER_KEYS = ["command", "npm", "url"];
