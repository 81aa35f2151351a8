import { createHash } from "node:crypto";
import { dirname, fromFileUrl, isAbsolute, join, resolve } from "@std/path";
import type { z } from "zod";
import { configFile, npmServer, remoteServer, SERVER_KEYS, stdioServer } from "./config_schema.ts";
import { AirlockError } from "./errors.ts";
import type { PrivacyConfig, PrivacyKey } from "./privacy/privacy_settings.ts";
import type { PermissionLevel } from "./policy/permission.ts";
import type { RiskLevel } from "./policy/risk.ts";

/** What every kind of server has in common. */
export interface ServerCommon {
  /** Its key in `mcpServers`. */
  readonly name: string;
  /** Whether it is left alone as if it were not there. */
  readonly disabled: boolean;
  /** Longest wait for one call, in milliseconds. */
  readonly timeoutMs: number;
  /** Longest wait for a connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Names of tools, "*" for any run of characters; deny wins. */
  readonly tools: {
    /** Only these; absent for all. */
    readonly allow?: string[] | undefined;
    /** Not these. */
    readonly deny?: string[] | undefined;
  };
}

/** A server that is a command of the machine. */
export interface StdioServer extends ServerCommon {
  /** Tells the kinds apart. */
  readonly kind: "stdio";
  /** The program; "deno" is the one that runs Airlock. */
  readonly command: string;
  /** Its arguments. */
  readonly args: string[];
  /** Its environment, beside the few variables that every program needs. */
  readonly env: Record<string, string>;
  /** Where it is started; absent for the configuration's folder. */
  readonly cwd?: string | undefined;
}

/** What an npm package may touch; a list that is absent is empty. */
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

/** What the process of an npm package may hold. */
export interface ServerLimits {
  /** Of its heap, and of all its data. */
  readonly memoryBytes: number;
  /** At once. */
  readonly openFiles: number;
}

/** A server that is an npm package, run with Deno's permissions. */
export interface NpmServer extends ServerCommon {
  /** Tells the kinds apart. */
  readonly kind: "npm";
  /** The package, best with its version. */
  readonly npm: string;
  /** Its arguments. */
  readonly args: string[];
  /** Its environment. */
  readonly env: Record<string, string>;
  /** What it may touch. */
  readonly permissions: ServerPermissions;
  /** What it may hold. */
  readonly limits: ServerLimits;
}

/** A server that is reached over HTTP. */
export interface RemoteServer extends ServerCommon {
  /** Tells the kinds apart. */
  readonly kind: "remote";
  /** How it is spoken to; absent to find out. */
  readonly type?: "http" | "streamable-http" | "streamableHttp" | "sse" | undefined;
  /** Where it is. */
  readonly url: string;
  /** Sent with every request. */
  readonly headers: Record<string, string>;
}

/** One entry of `mcpServers`, complete, with every reference resolved. */
export type ServerConfig = StdioServer | NpmServer | RemoteServer;

/** Limits of one run, all of them set. */
export interface Limits {
  /** From the start of the program to its end, in milliseconds; at most five minutes. */
  readonly timeoutMs: number;
  /** Of all cores together, in milliseconds. */
  readonly cpuMs: number;
  /** Of V8's heap. */
  readonly heapBytes: number;
  /** Of the whole worker: the heap, what lies outside of it, and the runtime itself. */
  readonly memoryBytes: number;
  /** Of the worker, the runtime's own among them. */
  readonly threads: number;
  /** At once. */
  readonly openFiles: number;
  /** Of one file. */
  readonly fileBytes: number;
  /** Of all files of the workspace. */
  readonly workspaceBytes: number;
  /** Files and folders of the workspace. */
  readonly workspaceFiles: number;
  /** Of all that a program logs. */
  readonly outputBytes: number;
  /** Tool calls and questions of the module `airlock`. */
  readonly calls: number;
  /** Of them at once; further ones wait in the worker. */
  readonly callsInFlight: number;
  /** Of one call's arguments, of one call's result, and of the value. */
  readonly callBytes: number;
  /** Of the program's text. */
  readonly programBytes: number;
  /** A larger value goes to the workspace and comes back by reference. */
  readonly resultModelTokens: number;
}

/** Folders, absolute. */
export interface Folders {
  /** Of the wrappers. */
  readonly servers: string;
  /** Of the skills. */
  readonly skills: string;
  /** Of the sessions' files. */
  readonly workspace: string;
  /** Of what Airlock keeps for itself. */
  readonly state: string;
}

/** How far workers are kept from the machine, beside Deno's permissions. */
export interface Isolation {
  /** A tier that the machine cannot give is an error at start. */
  readonly tier: "process" | "bubblewrap" | "container";
  /** The OCI runtime of the tier "container"; absent for "crun". */
  readonly runtime?: string | undefined;
  /** Stronger tiers for programs of a level and above. */
  readonly byRisk?:
    | { readonly [Level in RiskLevel]?: "process" | "bubblewrap" | "container" | undefined }
    | undefined;
}

/** What is done about a program. */
export interface Policy {
  /** What becomes of a program with type errors: refused, run with warnings, not looked at. */
  readonly check: "error" | "warn" | "off";
  /** Whether results tell the types of tools that promise none; their shapes are kept, no values. */
  readonly learnTypes: "on" | "off";
  /** Longest type check of one program, in milliseconds; one that takes longer has failed it. */
  readonly checkTimeoutMs: number;
  /** Whether one that tries something beyond its rights may go on. */
  readonly onEscapeAttempt: "record" | "end";
  /** Whether it may call a tool that is no longer what `servers.lock.json` pins. */
  readonly changedTools: "quarantine" | "allow";
  /** How its risk is judged, and what follows. */
  readonly risk: RiskPolicy;
  /** The most that any program may do. */
  readonly permission: PermissionLevel;
  /** The most that programs of sessions may do, by name, "*" for any run of characters. */
  readonly sessions: Readonly<Record<string, PermissionLevel>>;
}

/** How the risk of programs is judged. */
export interface RiskPolicy {
  /** Programs of this level and above are refused; absent: none are. */
  readonly block?: RiskLevel | undefined;
  /** Another level for a rule of the table, or none of its findings. */
  readonly rules: Readonly<Record<string, RiskLevel | "off">>;
  /** Rules of its own: a finding for each tool that a program may call and that fits. */
  readonly add: readonly AddedRiskRule[];
  /** What is so of tools, whatever they say of themselves; the last that fits counts. */
  readonly tools: readonly CorrectedTool[];
}

/** A rule of the configuration; what is absent fits every tool. */
export interface AddedRiskRule {
  /** Name in the configuration, "*" for any run of characters. */
  readonly server?: string | undefined;
  /** Name, "*" for any run of characters. */
  readonly tool?: string | undefined;
  /** An annotation that the tool's server says is so. */
  readonly annotation?:
    | "readOnlyHint"
    | "destructiveHint"
    | "idempotentHint"
    | "openWorldHint"
    | undefined;
  /** What the tool does. */
  readonly effect?: "reads" | "writes" | "destroys" | undefined;
  /** What the tool's results are about. */
  readonly data?: "plain" | "personal" | "secret" | undefined;
  /** What it comes to. */
  readonly level: RiskLevel;
  /** Why, as a sentence. */
  readonly message?: string | undefined;
}

/** What is so of the tools that fit. */
export interface CorrectedTool {
  /** Name in the configuration, "*" for any run of characters. */
  readonly server?: string | undefined;
  /** Name, "*" for any run of characters. */
  readonly tool?: string | undefined;
  /** What it does. */
  readonly effect?: "reads" | "writes" | "destroys" | undefined;
  /** What its results are about. */
  readonly data?: "plain" | "personal" | "secret" | undefined;
  /** Whether it reaches beyond its server. */
  readonly world?: "open" | "closed" | undefined;
}

/** How tools are found. */
export interface DiscoveryConfig {
  /** Whether searches prefer what was called after queries of the same words. */
  readonly learn: boolean;
}

/** What becomes of a program or a call: it may go on, needs a person, or may not. */
export type ApprovalDecision = "allow" | "require" | "block";

/** What is decided of the tools that all its words fit. */
export interface ApprovalRule {
  /** Name of the server, "*" for any run of characters. */
  readonly server?: string | undefined;
  /** Name of the tool, "*" for any run of characters. */
  readonly tool?: string | undefined;
  /** What the tool says of itself; "none" where it says nothing. */
  readonly annotation?:
    | "readOnlyHint"
    | "destructiveHint"
    | "idempotentHint"
    | "openWorldHint"
    | "none"
    | undefined;
  /** The strictest rule wins. */
  readonly then: ApprovalDecision;
}

/** What needs a person, and how that one is asked. */
export interface ApprovalsConfig {
  /** By a program's risk. */
  readonly levels: {
    /** Default: "allow". */
    readonly low?: ApprovalDecision | undefined;
    /** Default: "allow". */
    readonly medium?: ApprovalDecision | undefined;
    /** Default: "require" where somebody can be asked. */
    readonly high?: ApprovalDecision | undefined;
    /** Default: "require" where somebody can be asked. */
    readonly critical?: ApprovalDecision | undefined;
  };
  /** By the tools that it calls. */
  readonly rules: readonly ApprovalRule[];
  /** How long a worker is kept for a call that waits, in milliseconds; then it is run again. */
  readonly holdMs: number;
  /** How long a caller waits before it is told that the run does, in milliseconds. */
  readonly waitMs: number;
  /** How long a person has to decide, in milliseconds. */
  readonly expireMs: number;
  /** Who else hears that something waits. */
  readonly webhook?: {
    /** Where it is posted to. */
    readonly url: string;
    /** What it is signed with: at least 16 characters. */
    readonly secret: string;
  } | undefined;
}

/** Where runs are written down. */
export interface JournalConfig {
  /** In the folder `state`, or not beyond the process. */
  readonly keep: "file" | "memory";
  /** How long results are kept. */
  readonly days: number;
}

/** Workers that are started ahead of the runs that need them, about 50 MB each. */
export interface PoolConfig {
  /** Kept waiting for runs that have no session. */
  readonly idleWorkers: number;
  /** Sessions for whose next run one is kept waiting. */
  readonly idleSessions: number;
}

/** How long what runs leave behind is kept. */
export interface SessionsConfig {
  /** A session without a run for so long is closed, in milliseconds. */
  readonly idleMs: number;
  /** A session this old is closed, however much it is used; in milliseconds. */
  readonly maxAgeMs: number;
  /** Files of runs without a session are kept so long, in milliseconds. */
  readonly runFilesMs: number;
}

/** How the HTTP side behaves. */
export interface GatewayConfig {
  /** Address to listen on. */
  readonly host: string;
  /** Port to listen on; 0 for any. */
  readonly port: number;
  /** Who may call, beside the owner of the gateway's own token, by name. */
  readonly principals: Readonly<Record<string, PrincipalConfig>>;
  /** Longest body of a request. */
  readonly bodyBytes: number;
  /** Runs at once. */
  readonly concurrentRuns: number;
  /** How long running programs may go on after SIGTERM, in milliseconds. */
  readonly shutdownMs: number;
}

/** Somebody who may call. */
export interface PrincipalConfig {
  /** SHA-256 of the token, in hexadecimal digits. */
  readonly tokenSha256: string;
  /** The most that its programs may do. */
  readonly permission: PermissionLevel;
}

/** Somebody who may call, as one may write it. */
export interface PrincipalInput {
  /** `${env:NAME}` or `${file:PATH}`; either this or `tokenSha256`. */
  readonly token?: string | undefined;
  /** SHA-256 of the token, in hexadecimal digits. */
  readonly tokenSha256?: string | undefined;
  /** Default: "full". */
  readonly permission?: PermissionLevel | undefined;
}

/** What `airlock.json` says, complete: defaults filled in, folders absolute. */
export interface Config {
  /** The folder that relative paths start from. */
  readonly root: string;
  /** In the order of the file. */
  readonly servers: readonly ServerConfig[];
  /** Where things are. */
  readonly folders: Folders;
  /** Of every run. */
  readonly limits: Limits;
  /** What holds workers. */
  readonly isolation: Isolation;
  /** What is done about a program. */
  readonly policy: Policy;
  /** How tools are found. */
  readonly discovery: DiscoveryConfig;
  /** The door between programs and personal data. */
  readonly privacy: PrivacyConfig;
  /** What needs a person. */
  readonly approvals: ApprovalsConfig;
  /** Where runs are written down. */
  readonly journal: JournalConfig;
  /** Workers that wait. */
  readonly pool: PoolConfig;
  /** What lasts, and how long. */
  readonly sessions: SessionsConfig;
  /** The HTTP side. */
  readonly gateway: GatewayConfig;
}

/** `airlock.json` as one may write it: every key may be left out. */
export interface ConfigInput {
  /** For editors. */
  readonly $schema?: string | undefined;
  /** The map that other MCP clients have too; each entry is checked when it is read. */
  readonly mcpServers?: Record<string, unknown> | undefined;
  /** Relative to the file. */
  readonly folders?: Partial<Folders> | undefined;
  /** Those that differ from the defaults. */
  readonly limits?: Partial<Limits> | undefined;
  /** What differs from the defaults. */
  readonly isolation?: Partial<Isolation> | undefined;
  /** What differs from the defaults. */
  readonly policy?: PolicyInput | undefined;
  /** What differs from the defaults; checked when it is read. */
  readonly privacy?: PrivacyInput | undefined;
  /** What differs from the defaults. */
  readonly discovery?: Partial<DiscoveryConfig> | undefined;
  /** What differs from the defaults. */
  readonly approvals?: Partial<ApprovalsConfig> | undefined;
  /** What differs from the defaults; where `folders.state` is not given either, "memory". */
  readonly journal?: Partial<JournalConfig> | undefined;
  /** What differs from the defaults. */
  readonly pool?: Partial<PoolConfig> | undefined;
  /** What differs from the defaults. */
  readonly sessions?: Partial<SessionsConfig> | undefined;
  /** What differs from the defaults. */
  readonly gateway?:
    | Partial<Omit<GatewayConfig, "principals">> & {
      readonly principals?: Readonly<Record<string, PrincipalInput>> | undefined;
    }
    | undefined;
}

/** What of a policy differs from the defaults. */
export interface PolicyInput extends Partial<Omit<Policy, "risk">> {
  /** What differs from the defaults. */
  readonly risk?: Partial<RiskPolicy> | undefined;
}

/** The section `privacy` as one may write it. */
export type PrivacyInput =
  & { readonly [Key in keyof Omit<PrivacyConfig, "key">]?: unknown }
  & { readonly key?: Partial<PrivacyKey> | undefined };

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
  const stranger = Object.keys(file.privacy.servers).find((name) =>
    !Object.hasOwn(file.mcpServers, name)
  );
  if (stranger !== undefined) {
    throw invalid(
      { source, path: ["privacy", "servers", stranger] },
      'expected a name of "mcpServers"',
    );
  }
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
    isolation: file.isolation,
    policy: file.policy,
    discovery: file.discovery,
    privacy: {
      ...file.privacy,
      key: {
        ...file.privacy.key,
        file: absolute(file.privacy.key.file ?? join(state, "privacy.key")),
      },
    },
    approvals: await resolveWebhook(file.approvals, { source, root }),
    journal: file.journal,
    pool: file.pool,
    sessions: file.sessions,
    gateway: { ...file.gateway, principals: await readPrincipals(file, { source, root }) },
  };
}

async function resolveWebhook(
  approvals: ApprovalsConfig,
  { source, root }: Required<ParseConfigOptions>,
): Promise<ApprovalsConfig> {
  if (approvals.webhook === undefined) return approvals;
  const place = { source, path: ["approvals", "webhook"] };
  const { url } = approvals.webhook;
  const secret = await resolveReferences(approvals.webhook.secret, { place, root }) as string;
  if (secret.length < 16) throw invalid(place, "expected a secret of at least 16 characters");
  return { ...approvals, webhook: { url, secret } };
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
  const found = SERVER_KEYS.filter((key) => key in entry);
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

/** No token, not even one of a reference, stays in the configuration: only its digest. */
async function readPrincipals(
  { gateway: { principals } }: z.output<typeof configFile>,
  { source, root }: Required<ParseConfigOptions>,
): Promise<Record<string, PrincipalConfig>> {
  const entries = Object.entries(principals).map(async ([name, entry]) => {
    const { token, tokenSha256, permission } = entry;
    const place = { source, path: ["gateway", "principals", name, "token"] };
    if (tokenSha256 !== undefined) return [name, { tokenSha256, permission }] as const;
    const secret = await resolveString(token!, { place, root });
    if (!TOKEN.test(secret)) {
      throw invalid(place, "expected 32 to 512 characters that a header can carry");
    }
    const digest = createHash("sha256").update(secret).digest("hex");
    return [name, { tokenSha256: digest, permission }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What a header can carry (RFC 6750), and long enough that nobody guesses it. */
const TOKEN = /^[A-Za-z0-9._~+/-]{32,512}=*$/;

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
