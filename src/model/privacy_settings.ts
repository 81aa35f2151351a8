import type { Level } from "./kinds.ts";

/** Where real values may be: tokens in the worker, or real values that are masked when they leave. */
export type Residency = "tokens" | "boundary";

/** `on`: everywhere; `keys`: only where a key or a label names it; `off`: nowhere. */
export type KindSwitches = Record<string, "on" | "keys" | "off">;

/** What may differ from server to server and from tool to tool. */
export interface PlaceSettings {
  /** How much is protected. */
  level?: Level | undefined;
  /** By the name of the kind, such as `EMAIL`. */
  kinds?: KindSwitches | undefined;
  /** Where real values may be. */
  residency?: Residency | undefined;
}

/** What holds for one server. */
export interface ServerPrivacy extends PlaceSettings {
  /** By the tool's name. */
  tools: Record<string, PlaceSettings>;
}

/** A kind of one's own. */
export interface CustomKind {
  /** Its name in tokens: capitals, digits and `_`. */
  kind: string;
  /** RE2 syntax. */
  pattern?: string | undefined;
  /** Words that end the key of such a value. */
  keys: string[];
  /** Whether it stays with the server that it came from. */
  staysHome: boolean;
}

/** What one field is, whatever it looks like. */
export interface FieldRule {
  /** Name with `*`. */
  server: string;
  /** Name with `*`. */
  tool: string;
  /** Such as `emailAddresses[].value` or `**.email`. */
  path: string;
  /**
   * `raw`: real in the worker, masked on its way to the model; `text`: its key means nothing; `block`:
   * not even a token; or a kind.
   */
  as: string;
}

/** Who may send what where. */
export interface FlowSetting {
  /** `*` for all but secrets and national ids. */
  kinds: string[];
  /** Server that it came from; absent for any. */
  from?: string | undefined;
  /** Server that it goes to; absent for any. */
  to?: string | undefined;
  /** Absent for any. */
  tool?: string | undefined;
  /** The argument; absent for any. */
  path?: string | undefined;
  /** `ask` waits for a person. */
  action: "allow" | "deny" | "ask";
}

/** Which facts programs may derive. */
export interface DeriveSetting {
  /** Such as `domain` or `same`. */
  fact: string;
  /** `*` for all. */
  kinds: string[];
  /** What holds. */
  action: "allow" | "deny";
}

/** Privacy settings, complete. */
export interface PrivacySettings {
  /** How much is protected. */
  level: Level;
  /** By the name of the kind. */
  kinds: KindSwitches;
  /** Kinds of one's own. */
  custom: CustomKind[];
  /** Values that are never masked: exact, in any case; or `/RE2/`. */
  allow: string[];
  /** The first that fits decides. */
  fields: FieldRule[];
  /** The first that fits decides. */
  flows: FlowSetting[];
  /** The first that fits decides. */
  derive: DeriveSetting[];
  /** Where real values may be. */
  residency: Residency;
  /** By the server's name. */
  servers: Record<string, ServerPrivacy>;
  /** Countries whose phone numbers are known without words around them. */
  regions: string[];
  /** What is not searched in this many milliseconds is withheld. */
  budgetMs: number;
  /** Larger values are searched in a thread of their own. */
  offThreadBytes: number;
}

/** Where the key is that seals vaults and makes the fingerprints of the audit. */
export interface PrivacyKey {
  /** Absolute; made where there is none; only its owner may read it. */
  file: string;
  /** Name of an environment variable that goes before the file. */
  env?: string | undefined;
}

/** The section `privacy` of `airlock.json`, complete. */
export interface PrivacyConfig extends PrivacySettings {
  /** Whether values are masked and restored at all. */
  enabled: boolean;
  /** Whether every masking and restoring is written down, in `privacy.sqlite` of the state's folder. */
  audit: boolean;
  /** Of sessions' vaults. */
  key: PrivacyKey;
}
