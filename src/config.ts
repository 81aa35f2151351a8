import { dirname, fromFileUrl, isAbsolute, join, resolve } from "@std/path";
import { z } from "zod";
import { AirlockError } from "./errors.ts";

const MiB = 1024 * 1024;

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

const stdioServer = z.strictObject({
  type: z.literal("stdio").optional(),
  command: z.string().min(1),
  args: names.default([]),
  env: z.record(z.string(), z.string()).default({}),
  cwd: z.string().optional(),
  ...serverCommon,
});

const npmServer = z.strictObject({
  npm: z.string().min(1).describe("An npm package with a bin, best with its version"),
  args: names.default([]),
  env: z.record(z.string(), z.string()).default({}),
  permissions,
  ...serverCommon,
});

const remoteServer = z.strictObject({
  type: z.enum(["http", "streamable-http", "streamableHttp", "sse"]).optional(),
  url: z.url({ protocol: /^https?$/ }),
  headers: z.record(z.string(), z.string()).default({}),
  ...serverCommon,
});

/** The keys that tell the kinds of server apart, and the kind each stands for. */
const SERVER_KINDS = { command: stdioServer, npm: npmServer, url: remoteServer };

const limits = z.strictObject({
  timeoutMs: z.number().int().min(1).max(300_000).default(30_000),
  heapBytes: z.number().int().min(16 * MiB).default(512 * MiB),
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

const configFile = z.strictObject({
  $schema: z.string().optional(),
  mcpServers: z.record(z.string().regex(/^[^\p{C}]{1,64}$/u), z.unknown()).default({}),
  folders: z.strictObject({
    servers: z.string().default("servers"),
    skills: z.string().default("skills"),
    workspace: z.string().default("workspace"),
    state: z.string().default(".airlock"),
  }).prefault({}),
  limits,
  gateway: z.strictObject({
    host: z.string().default("127.0.0.1"),
    port: z.number().int().min(0).max(65_535).default(7420),
    bodyBytes: z.number().int().min(1).default(4 * MiB),
    concurrentRuns: z.number().int().min(1).default(16),
    shutdownMs: z.number().int().min(0).default(30_000).describe(
      "How long running programs may go on after SIGTERM",
    ),
  }).prefault({}),
});

/** One entry of `mcpServers`, complete, with every reference resolved. */
export type ServerConfig =
  & { readonly name: string }
  & (
    | ({ readonly kind: "stdio" } & z.infer<typeof stdioServer>)
    | ({ readonly kind: "npm" } & z.infer<typeof npmServer>)
    | ({ readonly kind: "remote" } & z.infer<typeof remoteServer>)
  );

/** Limits of one run, all of them set. */
export type Limits = z.infer<typeof limits>;

/** What `airlock.json` says, complete: defaults filled in, folders absolute. */
export interface Config {
  /** The folder that relative paths start from. */
  readonly root: string;
  readonly servers: readonly ServerConfig[];
  readonly folders: z.infer<typeof configFile>["folders"];
  readonly limits: Limits;
  readonly gateway: z.infer<typeof configFile>["gateway"];
}

/** `airlock.json` as one may write it: every key may be left out. */
export type ConfigInput = z.input<typeof configFile>;

/** Options of {@linkcode parseConfig}. */
export interface ParseConfigOptions {
  /** What errors call the configuration. Default: "config". */
  readonly source?: string;
  /** The folder that relative paths start from. Default: the current one. */
  readonly root?: string;
}

/**
 * Reads a configuration file.
 *
 * @param path of a JSON file
 * @throws {AirlockError} CONFIG_INVALID with the file, the path in it and what was expected
 */
export async function loadConfig(path: string): Promise<Config> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    throw new AirlockError("CONFIG_INVALID", `Cannot read config: "${path}" cannot be opened`, {
      cause,
    });
  }
  return await parseConfig(parseJson(text, path), { source: path, root: dirname(resolve(path)) });
}

/**
 * Completes a configuration given as a value.
 *
 * @throws {AirlockError} CONFIG_INVALID with the path in it and what was expected
 */
export async function parseConfig(
  input: unknown,
  options: ParseConfigOptions = {},
): Promise<Config> {
  const { source = "config", root = Deno.cwd() } = options;
  const file = parse(configFile, input, { source, path: [] });
  const servers = await Promise.all(
    Object.entries(file.mcpServers).map(([name, entry]) =>
      parseServer(name, entry, { source, root })
    ),
  );
  const absolute = (path: string) => isAbsolute(path) ? path : join(root, path);
  const { servers: wrappers, skills, workspace, state } = file.folders;
  return {
    root,
    servers,
    folders: {
      servers: absolute(wrappers),
      skills: absolute(skills),
      workspace: absolute(workspace),
      state: absolute(state),
    },
    limits: file.limits,
    gateway: file.gateway,
  };
}

async function parseServer(
  name: string,
  entry: unknown,
  { source, root }: Required<ParseConfigOptions>,
): Promise<ServerConfig> {
  const place = { source, path: ["mcpServers", name] };
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    throw invalid(place, "expected an object");
  }
  const found = Object.keys(SERVER_KINDS).filter((key) => key in entry);
  if (found.length !== 1) {
    throw invalid(place, 'expected exactly one of "command", "npm" and "url"');
  }
  // A disabled server's secrets need not be there.
  const resolved = (entry as { disabled?: unknown }).disabled === true
    ? entry
    : await resolveReferences(entry, { place, root });
  switch (found[0]) {
    case "command":
      return { name, kind: "stdio", ...parse(stdioServer, resolved, place) };
    case "npm":
      return { name, kind: "npm", ...parse(npmServer, resolved, place) };
    default:
      return { name, kind: "remote", ...parse(remoteServer, resolved, place) };
  }
}

interface Place {
  readonly source: string;
  readonly path: readonly PropertyKey[];
}

/** Replaces `${env:NAME}` and `${file:PATH}` in every string; the values never show in an error. */
async function resolveReferences(
  value: unknown,
  { place, root }: { place: Place; root: string },
): Promise<unknown> {
  const inner = (key: PropertyKey) => ({ place: { ...place, path: [...place.path, key] }, root });
  if (typeof value === "string") return await resolveString(value, { place, root });
  if (Array.isArray(value)) {
    return await Promise.all(value.map((item, index) => resolveReferences(item, inner(index))));
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(async ([key, item]) =>
      [key, await resolveReferences(item, inner(key))] as const
    );
    return Object.fromEntries(await Promise.all(entries));
  }
  return value;
}

async function resolveString(
  text: string,
  { place, root }: { place: Place; root: string },
): Promise<string> {
  let resolved = "";
  let end = 0;
  for (const match of text.matchAll(/\$\{(env|file):([^}]*)\}/g)) {
    const [whole, kind, name = ""] = match;
    const value = kind === "env" ? readEnv(name, place) : await readSecretFile(name, place, root);
    resolved += text.slice(end, match.index) + value;
    end = match.index + whole.length;
  }
  return resolved + text.slice(end);
}

function readEnv(name: string, place: Place): string {
  const value = name === "" ? undefined : Deno.env.get(name);
  if (value === undefined) {
    throw invalid(place, `expected the environment variable "${name}" to be set`);
  }
  return value;
}

async function readSecretFile(path: string, place: Place, root: string): Promise<string> {
  try {
    return (await Deno.readTextFile(resolve(root, path))).replace(/\r?\n$/, "");
  } catch (cause) {
    throw invalid(place, `expected the file "${path}" to be readable`, cause);
  }
}

function parse<T extends z.ZodType>(schema: T, input: unknown, place: Place): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalid(
    { ...place, path: [...place.path, ...(issue?.path ?? [])] },
    explain(issue),
  );
}

function explain(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return "not valid";
  if (issue.code === "unrecognized_keys") {
    return `unknown key ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
  }
  const text = issue.message.replace(/^Invalid input: /, "");
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The parser's own message may quote the file, and so a secret: only the position is kept.
    const at = /position (\d+)|line (\d+) column (\d+)/.exec((cause as Error).message);
    const where = at?.[2] ? ` at line ${at[2]}, column ${at[3]}` : "";
    throw new AirlockError("CONFIG_INVALID", `Cannot read config: "${path}" is not JSON${where}`);
  }
}

function invalid(place: Place, problem: string, cause?: unknown): AirlockError {
  const path = place.path.map(String).join(".");
  return new AirlockError(
    "CONFIG_INVALID",
    `Cannot read config: ${place.source}${path && `, "${path}"`}: ${problem}`,
    { cause },
  );
}

/** The configuration that Airlock ships: sample servers that need no network. */
export function defaultConfigPath(): string {
  return fromFileUrl(new URL("../airlock.json", import.meta.url));
}
