import type { PrivacyConfig, PrivacyKey } from "../model/privacy_settings.ts";
import type { ApprovalsConfig } from "./approvals.ts";
import type { AuditInput } from "./audit.ts";
import type { CacheConfig } from "./cache.ts";
import type { DiscoveryConfig } from "./discovery.ts";
import type { Folders } from "./folders.ts";
import type { GatewayConfig, PrincipalInput } from "./gateway.ts";
import type { Isolation } from "./isolation.ts";
import type { JournalConfig } from "./journal.ts";
import type { Limits } from "./limits.ts";
import type { LogConfig } from "./log.ts";
import type { PolicyInput } from "./policy.ts";
import type { PoolConfig } from "./pool.ts";
import type { SessionsConfig } from "./sessions.ts";

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
  readonly audit?: AuditInput | undefined;
  /** What differs from the defaults. */
  readonly cache?: Partial<CacheConfig> | undefined;
  /** What differs from the defaults. */
  readonly log?: Partial<LogConfig> | undefined;
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

/** The section `privacy` as one may write it. */
export type PrivacyInput =
  & { readonly [Key in keyof Omit<PrivacyConfig, "key">]?: unknown }
  & { readonly key?: Partial<PrivacyKey> | undefined };
