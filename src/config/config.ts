import { dirname, fromFileUrl, isAbsolute, join, resolve } from "@std/path";
import { z } from "zod";
import { AirlockError } from "../model/errors.ts";
import type { PrivacyConfig, PrivacyKey } from "../model/privacy_settings.ts";
import { LOG_LEVELS, type LogLevel } from "../telemetry/logger.ts";
import { type ApprovalsConfig, approvalsSection, resolveWebhook } from "./approvals.ts";
import {
  type GatewayConfig,
  gatewaySection,
  type PrincipalInput,
  readPrincipals,
} from "./gateway.ts";
import {
  type Isolation,
  isolationSection,
  type Limits,
  limitsSection,
  type PoolConfig,
  poolSection,
} from "./limits.ts";
import { invalidConfig, parseSection } from "./parsing.ts";
import { type Policy, type PolicyInput, policySection } from "./policy.ts";
import { privacySection } from "./privacy.ts";
import { parseServer, type ServerConfig } from "./servers.ts";
import {
  type AuditConfig,
  type AuditInput,
  auditSection,
  type CacheConfig,
  cacheSection,
  type Folders,
  foldersSection,
  type JournalConfig,
  journalSection,
  type SessionsConfig,
  sessionsSection,
} from "./storage.ts";

/** A configuration, complete: defaults filled in, folders absolute. */
export interface Config {
  /** The folder that relative paths start from. */
  readonly root: string;
  /** MCP servers, in the order of the file. */
  readonly servers: readonly ServerConfig[];
  /** Folders of wrappers, skills, workspaces and state. */
  readonly folders: Folders;
  /** Limits of every run. */
  readonly limits: Limits;
  /** Isolation of workers. */
  readonly isolation: Isolation;
  /** Admission of programs and calls. */
  readonly policy: Policy;
  /** Search of tools. */
  readonly discovery: DiscoveryConfig;
  /** Masking of personal data. */
  readonly privacy: PrivacyConfig;
  /** Audit log. */
  readonly audit: AuditConfig;
  /** Cache of tool results. */
  readonly cache: CacheConfig;
  /** Log of the host. */
  readonly log: LogConfig;
  /** Human approval. */
  readonly approvals: ApprovalsConfig;
  /** Journal of runs. */
  readonly journal: JournalConfig;
  /** Idle workers. */
  readonly pool: PoolConfig;
  /** Lifetime of sessions and of runs' files. */
  readonly sessions: SessionsConfig;
  /** HTTP gateway. */
  readonly gateway: GatewayConfig;
}

/** Search of tools. */
export interface DiscoveryConfig {
  /** Whether searches prefer tools that were called after similar queries. */
  readonly learn: boolean;
}

/** Log of the host, as JSON lines on stderr. */
export interface LogConfig {
  /** The lowest level that is written. */
  readonly level: LogLevel;
}

/** `airlock.json` as it may be written: every key is optional, and each section may be partial. */
export interface ConfigInput {
  /** For editors. */
  readonly $schema?: string | undefined;
  /** The map that other MCP clients have too; each entry is checked when it is read. */
  readonly mcpServers?: Record<string, unknown> | undefined;
  /** Relative to the file. */
  readonly folders?: Partial<Folders> | undefined;
  /** Limits of every run. */
  readonly limits?: Partial<Limits> | undefined;
  /** Isolation of workers. */
  readonly isolation?: Partial<Isolation> | undefined;
  /** Admission of programs and calls. */
  readonly policy?: PolicyInput | undefined;
  /** Masking of personal data; checked when it is read. */
  readonly privacy?: PrivacyInput | undefined;
  /** Audit log. */
  readonly audit?: AuditInput | undefined;
  /** Cache of tool results. */
  readonly cache?: Partial<CacheConfig> | undefined;
  /** Log of the host. */
  readonly log?: Partial<LogConfig> | undefined;
  /** Search of tools. */
  readonly discovery?: Partial<DiscoveryConfig> | undefined;
  /** Human approval. */
  readonly approvals?: Partial<ApprovalsConfig> | undefined;
  /** Journal of runs; "memory" where `folders.state` is unset too. */
  readonly journal?: Partial<JournalConfig> | undefined;
  /** Idle workers. */
  readonly pool?: Partial<PoolConfig> | undefined;
  /** Lifetime of sessions and of runs' files. */
  readonly sessions?: Partial<SessionsConfig> | undefined;
  /** HTTP gateway. */
  readonly gateway?:
    | Partial<Omit<GatewayConfig, "principals">> & {
      readonly principals?: Readonly<Record<string, PrincipalInput>> | undefined;
    }
    | undefined;
}

/** The section `privacy` as it may be written. */
export type PrivacyInput =
  & { readonly [Key in keyof Omit<PrivacyConfig, "key">]?: unknown }
  & { readonly key?: Partial<PrivacyKey> | undefined };

const configFile = z.strictObject({
  $schema: z.string().optional(),
  mcpServers: z.record(z.string().regex(/^[^\p{C}]{1,64}$/u), z.unknown()).default({}),
  folders: foldersSection,
  limits: limitsSection,
  isolation: isolationSection,
  policy: policySection,
  discovery: z.strictObject({ learn: z.boolean().default(true) }).prefault({}),
  privacy: privacySection.prefault({}),
  audit: auditSection,
  cache: cacheSection,
  log: z.strictObject({ level: z.enum(LOG_LEVELS).default("warn") }).prefault({}),
  approvals: approvalsSection,
  journal: journalSection,
  pool: poolSection,
  sessions: sessionsSection,
  gateway: gatewaySection,
});

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

/** How {@linkcode parseConfig} reads a configuration. */
export interface ParseConfigOptions {
  /** Name of the configuration in errors. Default: "config". */
  readonly source?: string;
  /** The folder that relative paths start from. Default: the current one. */
  readonly root?: string;
}

/**
 * Completes a configuration given as a value.
 *
 * @throws {AirlockError} CONFIG_INVALID with the path in it and what was expected
 */
export async function parseConfig(
  input: unknown,
  { source = "config", root = Deno.cwd() }: ParseConfigOptions = {},
): Promise<Config> {
  const { $schema: _, mcpServers, ...file } = parseSection(configFile, input, { source, path: [] });
  const servers = await Promise.all(
    Object.entries(mcpServers).map(([name, entry]) => parseServer(name, entry, { source, root })),
  );
  refuseUnknownServers(file.privacy.servers, { mcpServers, source });
  const absolute = (path: string) => isAbsolute(path) ? path : join(root, path);
  const { folders, privacy: { key, ...privacy } } = file;
  return {
    ...file,
    root,
    servers,
    folders: {
      servers: absolute(folders.servers),
      skills: absolute(folders.skills),
      workspace: absolute(folders.workspace),
      state: absolute(folders.state),
    },
    privacy: {
      ...privacy,
      key: { ...key, file: absolute(key.file ?? join(folders.state, "privacy.key")) },
    },
    approvals: await resolveWebhook(file.approvals, { source, root }),
    gateway: {
      ...file.gateway,
      principals: await readPrincipals(file.gateway.principals, { source, root }),
    },
  };
}

/** Privacy settings of an unknown server are a typing error, and would protect nothing. */
function refuseUnknownServers(
  servers: PrivacyConfig["servers"],
  { mcpServers, source }: { mcpServers: Record<string, unknown>; source: string },
): void {
  const unknown = Object.keys(servers).find((name) => !Object.hasOwn(mcpServers, name));
  if (unknown === undefined) return;
  throw invalidConfig(
    { source, path: ["privacy", "servers", unknown] },
    'expected a name of "mcpServers"',
  );
}

/** Path of the configuration that Airlock ships: sample servers that need no network. */
export function defaultConfigPath(): string {
  return fromFileUrl(new URL("../../airlock.json", import.meta.url));
}
