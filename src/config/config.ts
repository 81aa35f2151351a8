import { dirname, fromFileUrl, isAbsolute, join, resolve } from "@std/path";
import type { z } from "zod";
import type { ApprovalsConfig } from "./approvals.ts";
import type { AuditConfig } from "./audit.ts";
import type { CacheConfig } from "./cache.ts";
import type { DiscoveryConfig } from "./discovery.ts";
import type { Folders } from "./folders.ts";
import type { GatewayConfig } from "./gateway.ts";
import type { Isolation } from "./isolation.ts";
import type { JournalConfig } from "./journal.ts";
import type { Limits } from "./limits.ts";
import type { LogConfig } from "./log.ts";
import type { Policy } from "./policy.ts";
import type { PoolConfig } from "./pool.ts";
import type { ServerConfig } from "./servers.ts";
import type { SessionsConfig } from "./sessions.ts";
import { configFile } from "./config_file.ts";
import { invalidConfig } from "./invalid_config.ts";
import { parseSection } from "./parse_section.ts";
import { parseServer } from "./parse_server.ts";
import { readPrincipals } from "./read_principals.ts";
import { resolveWebhook } from "./resolve_webhook.ts";
import { AirlockError } from "../model/errors.ts";
import type { PrivacyConfig } from "../model/privacy_settings.ts";

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
  /** What is kept as proof. */
  readonly audit: AuditConfig;
  /** Where answers of tools are kept. */
  readonly cache: CacheConfig;
  /** What the host says of itself. */
  readonly log: LogConfig;
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
  const file = parseSection(configFile, input, { source, path: [] });
  const servers = await Promise.all(
    Object.entries(file.mcpServers).map(([name, entry]) =>
      parseServer(name, entry, { source, root })
    ),
  );
  refuseStrangers(file, source);
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
    audit: file.audit,
    cache: file.cache,
    log: file.log,
    approvals: await resolveWebhook(file.approvals, { source, root }),
    journal: file.journal,
    pool: file.pool,
    sessions: file.sessions,
    gateway: {
      ...file.gateway,
      principals: await readPrincipals(file.gateway.principals, { source, root }),
    },
  };
}

/** Settings of a server that is not there are a slip of the pen, and would protect nothing. */
function refuseStrangers(
  { mcpServers, privacy }: z.output<typeof configFile>,
  source: string,
): void {
  const stranger = Object.keys(privacy.servers).find((name) => !Object.hasOwn(mcpServers, name));
  if (stranger === undefined) return;
  throw invalidConfig(
    { source, path: ["privacy", "servers", stranger] },
    'expected a name of "mcpServers"',
  );
}

/** The configuration that Airlock ships: sample servers that need no network. */
export function defaultConfigPath(): string {
  return fromFileUrl(new URL("../../airlock.json", import.meta.url));
}
