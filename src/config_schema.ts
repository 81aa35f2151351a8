import { z } from "zod";
import { PERMISSION_LEVELS } from "./policy/permission.ts";
import { RISK_LEVELS } from "./policy/risk.ts";
import { privacySection } from "./privacy/settings.ts";

const MiB = 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** The longest that a run may take, whoever asks for it. */
export const MAX_TIMEOUT_MS = 300_000;

/** The form of a session's name; what begins with run_ is a run's own. */
export const SESSION_NAME = /^(?!run_)[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

const names = z.array(z.string());

const serverCommon = {
  disabled: z.boolean().default(false),
  timeoutMs: z.number().int().min(1).max(3_600_000).default(60_000).describe(
    "Longest wait for one call of the server",
  ),
  connectTimeoutMs: z.number().int().min(1).max(600_000).default(30_000),
  tools: z.strictObject({ allow: names.optional(), deny: names.optional() }).default({}).describe(
    'Names of tools, "*" for any run of characters; deny wins',
  ),
};

const permissions = z.strictObject({
  read: names.optional(),
  write: names.optional(),
  net: names.optional(),
  env: names.optional(),
  sys: names.optional(),
  run: names.optional(),
}).default({});

/** An entry of `mcpServers` with a command. */
export const stdioServer = z.strictObject({
  type: z.literal("stdio").optional(),
  command: z.string().min(1),
  args: names.default([]),
  env: z.record(z.string(), z.string()).default({}),
  cwd: z.string().optional(),
  ...serverCommon,
});

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

const limits = z.strictObject({
  timeoutMs: z.number().int().min(1).max(MAX_TIMEOUT_MS).default(30_000),
  cpuMs: z.number().int().min(1).max(3_600_000).default(60_000).describe("Of all cores together"),
  heapBytes: z.number().int().min(16 * MiB).default(512 * MiB),
  memoryBytes: z.number().int().min(96 * MiB).default(1_024 * MiB).describe(
    "Of the whole worker: the heap, what lies outside of it, and some 60 MiB of the runtime's own",
  ),
  threads: z.number().int().min(16).default(128).describe("The runtime itself may have 50"),
  openFiles: z.number().int().min(64).max(65_536).default(256),
  fileBytes: z.number().int().min(1).default(256 * MiB).describe("Of one file"),
  workspaceBytes: z.number().int().min(1).default(512 * MiB),
  workspaceFiles: z.number().int().min(1).max(1_000_000).default(10_000).describe(
    "Files and folders",
  ),
  outputBytes: z.number().int().min(1).default(1 * MiB).describe("Of all that a program logs"),
  calls: z.number().int().min(0).default(1_000),
  callsInFlight: z.number().int().min(1).default(100),
  callBytes: z.number().int().min(1).max(1_024 * MiB).default(128 * MiB).describe(
    "Of one call's arguments, of one call's result, and of the value",
  ),
  programBytes: z.number().int().min(1).default(1 * MiB),
  resultModelTokens: z.number().int().min(1).default(8_000).describe(
    "A larger value goes to the workspace and comes back by reference",
  ),
}).prefault({});

const permission = z.enum(PERMISSION_LEVELS);

const principal = z.strictObject({
  token: z.string().regex(/^\$\{(env|file):[^}]+\}$/).optional().describe(
    "A reference: no token stands in the configuration",
  ),
  tokenSha256: z.string().regex(/^[0-9a-f]{64}$/).optional().describe(
    "SHA-256 of the token, in hexadecimal digits",
  ),
  permission: permission.default("full"),
}).refine(({ token, tokenSha256 }) => (token === undefined) !== (tokenSha256 === undefined), {
  message: 'expected exactly one of "token" and "tokenSha256"',
});

const riskLevel = z.enum(RISK_LEVELS);
const pattern = z.string().min(1).optional().describe('"*" for any run of characters');
const effect = z.enum(["reads", "writes", "destroys"]).optional();
const data = z.enum(["plain", "personal", "secret"]).optional();

const risk = z.strictObject({
  block: riskLevel.optional().describe("Programs of this level and above are refused"),
  rules: z.record(z.string(), z.union([riskLevel, z.literal("off")])).default({}),
  add: z.array(z.strictObject({
    server: pattern,
    tool: pattern,
    annotation: z.enum(["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"])
      .optional(),
    effect,
    data,
    level: riskLevel,
    message: z.string().min(1).max(200).optional(),
  })).default([]),
  tools: z.array(z.strictObject({
    server: pattern,
    tool: pattern,
    effect,
    data,
    world: z.enum(["open", "closed"]).optional(),
  })).default([]),
}).prefault({});

const tier = z.enum(["process", "bubblewrap", "container"]);

const decision = z.enum(["allow", "require", "block"]);
const someName = z.string().min(1).max(1_000);

const approvals = z.strictObject({
  levels: z.strictObject({
    low: decision.optional(),
    medium: decision.optional(),
    high: decision.optional(),
    critical: decision.optional(),
  }).default({}).describe(
    'Of a program\'s risk. Default: "allow" for low and medium, and "require" for high and ' +
      "critical where somebody can be asked",
  ),
  rules: z.array(z.strictObject({
    server: someName.optional(),
    tool: someName.optional(),
    annotation: z.enum([
      "readOnlyHint",
      "destructiveHint",
      "idempotentHint",
      "openWorldHint",
      "none",
    ]).optional().describe('"none" for a tool that says nothing of itself'),
    then: decision,
  })).max(1_000).default([]).describe(
    'Of the tools that all its words fit, "*" for any run of characters; the strictest rule wins',
  ),
  holdMs: z.number().int().min(0).max(3_600_000).default(20_000).describe(
    "How long a worker is kept for a call that waits for a person",
  ),
  waitMs: z.number().int().min(0).max(3_600_000).default(50_000).describe(
    'How long a caller waits before it is told "waiting"',
  ),
  expireMs: z.number().int().min(1).default(24 * 3_600_000),
  webhook: z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    secret: z.string().min(16),
  }).optional(),
}).prefault({});

const journal = z.strictObject({
  keep: z.enum(["file", "memory"]).default("file").describe(
    "Where runs are written down: in the folder `state`, or not beyond the process",
  ),
  days: z.number().int().min(1).max(3_650).default(7).describe("How long results are kept"),
}).prefault({});

/** `airlock.json`, its servers unread. */
export const configFile = z.strictObject({
  $schema: z.string().optional(),
  mcpServers: z.record(z.string().regex(/^[^\p{C}]{1,64}$/u), z.unknown()).default({}),
  folders: z.strictObject({
    servers: z.string().default("servers"),
    skills: z.string().default("skills"),
    workspace: z.string().default("workspace"),
    state: z.string().default(".airlock"),
  }).prefault({}),
  limits,
  isolation: z.strictObject({
    tier: tier.default("process"),
    runtime: z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/).optional().describe(
      'OCI runtime of the tier "container"; "crun" where it is absent',
    ),
    byRisk: z.strictObject({
      low: tier.optional(),
      medium: tier.optional(),
      high: tier.optional(),
      critical: tier.optional(),
    }).optional().describe("Stronger tiers for programs of a level and above"),
  }).refine(
    ({ tier, runtime, byRisk }) =>
      runtime === undefined || [tier, ...Object.values(byRisk ?? {})].includes("container"),
    { path: ["runtime"], message: 'expected only with the tier "container"' },
  ).prefault({}),
  policy: z.strictObject({
    check: z.enum(["error", "warn", "off"]).default("error").describe(
      "What becomes of a program with type errors: refused, run with warnings, not looked at",
    ),
    learnTypes: z.enum(["on", "off"]).default("on").describe(
      "Whether results tell the types of tools that promise none; shapes are kept, never values",
    ),
    checkTimeoutMs: z.number().int().min(50).max(60_000).default(5_000).describe(
      "A program that takes longer to check counts as one with type errors",
    ),
    onEscapeAttempt: z.enum(["record", "end"]).default("record").describe(
      "Whether a program that tries something beyond its rights may go on",
    ),
    risk,
    changedTools: z.enum(["quarantine", "allow"]).default("quarantine").describe(
      "Whether a tool may be called that is no longer what servers.lock.json pins",
    ),
    permission: permission.default("full").describe("The most that any program may do"),
    sessions: z.record(z.string(), permission).default({}).describe(
      'By name of the session, "*" for any run of characters',
    ),
  }).prefault({}),
  discovery: z.strictObject({
    learn: z.boolean().default(true).describe(
      "Whether searches prefer what was called after queries of the same words",
    ),
  }).prefault({}),
  privacy: privacySection.prefault({}),
  approvals,
  journal,
  pool: z.strictObject({
    idleWorkers: z.number().int().min(0).max(64).default(2),
    idleSessions: z.number().int().min(0).max(64).default(2),
  }).prefault({}),
  sessions: z.strictObject({
    idleMs: z.number().int().min(1_000).default(30 * DAY_MS).describe(
      "A session without a run for so long is closed, with its files and its vault",
    ),
    maxAgeMs: z.number().int().min(1_000).default(365 * DAY_MS),
    runFilesMs: z.number().int().min(1_000).default(7 * DAY_MS).describe(
      "Files of runs without a session are kept so long",
    ),
  }).prefault({}),
  gateway: z.strictObject({
    host: z.string().default("127.0.0.1"),
    port: z.number().int().min(0).max(65_535).default(7420),
    principals: z.record(
      z.string().regex(/^(?!owner$)[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/),
      principal,
    )
      .default({}).describe("Who else may call, each with a token and a permission"),
    bodyBytes: z.number().int().min(1).default(4 * MiB),
    concurrentRuns: z.number().int().min(1).default(16),
    shutdownMs: z.number().int().min(0).default(30_000).describe(
      "How long running programs may go on after SIGTERM",
    ),
  }).prefault({}),
});
