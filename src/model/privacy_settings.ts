import { z } from "zod";
import { KIND_NAME } from "./token.ts";
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

/** How much is protected. */
export type Level = "low" | "medium" | "high";

/** What is known about one kind of personal data or secret. */
export interface KindRow {
  /** The level from which it is looked for in free text. */
  readonly inText: Level;
  /**
   * The level from which it is looked for in a program's own words, where that is another one: names
   * that servers gave are known by then, and a program's own words are full of capitals.
   */
  readonly inOwnWords?: Level;
  /** The level from which a key or a label that names it is believed. */
  readonly byKey: Level;
  /** Whether it stays with the server that it came from unless a rule names it. */
  readonly staysHome: boolean;
}

/** Every kind that is built in. A token is named after its kind: `[EMAIL_1_k7q]`. */
export const KINDS = {
  SECRET: { inText: "low", byKey: "low", staysHome: true },
  CARD: { inText: "low", byKey: "low", staysHome: false },
  IBAN: { inText: "low", byKey: "low", staysHome: false },
  SSN: { inText: "low", byKey: "low", staysHome: true },
  NATIONAL_ID: { inText: "low", byKey: "low", staysHome: true },
  CRYPTO: { inText: "low", byKey: "low", staysHome: false },
  EMAIL: { inText: "medium", byKey: "medium", staysHome: false },
  PHONE: { inText: "medium", byKey: "medium", staysHome: false },
  IP: { inText: "medium", byKey: "medium", staysHome: false },
  MAC: { inText: "medium", byKey: "medium", staysHome: false },
  PASSPORT: { inText: "medium", byKey: "medium", staysHome: true },
  LICENSE: { inText: "medium", byKey: "medium", staysHome: true },
  ACCOUNT: { inText: "medium", byKey: "medium", staysHome: false },
  MEDICAL: { inText: "medium", byKey: "medium", staysHome: false },
  BIRTHDATE: { inText: "medium", byKey: "medium", staysHome: false },
  PERSON: { inText: "medium", inOwnWords: "high", byKey: "medium", staysHome: false },
  ADDRESS: { inText: "medium", inOwnWords: "high", byKey: "medium", staysHome: false },
  ZIP: { inText: "high", byKey: "medium", staysHome: false },
  LOCATION: { inText: "high", byKey: "medium", staysHome: false },
  ORG: { inText: "high", byKey: "medium", staysHome: false },
  USERNAME: { inText: "high", byKey: "medium", staysHome: false },
} as const satisfies Record<string, KindRow>;

/** The kind of quoted text: what arrived in the shape of a token. */
export const QUOTED_TEXT = "TEXT";

const ORDER: Readonly<Record<Level, number>> = { low: 0, medium: 1, high: 2 };

/** Whether a level protects what is protected from `from` on. */
export function reaches(level: Level, from: Level): boolean {
  return ORDER[level] >= ORDER[from];
}

const level = z.enum(["low", "medium", "high"]);

const kindName = z.string().regex(KIND_NAME, "expected capitals, digits and _");

const residency = z.enum(["tokens", "boundary"]);

/** `on`: everywhere; `keys`: only where a key or a label names it; `off`: nowhere. */
const kindSwitches = z.record(kindName, z.enum(["on", "keys", "off"]));

const place = {
  level: level.optional(),
  kinds: kindSwitches.optional(),
  residency: residency.optional(),
};

const serverSettings = z.strictObject({
  ...place,
  tools: z.record(z.string(), z.strictObject(place)).default({}),
});

const customKind = z.strictObject({
  kind: kindName,
  pattern: z.string().min(1).max(2_000).optional(),
  keys: z.array(z.string().min(1)).default([]),
  staysHome: z.boolean().default(false),
});

const fieldRule = z.strictObject({
  server: z.string().default("*"),
  tool: z.string().default("*"),
  path: z.string().min(1),
  as: z.union([z.enum(["raw", "text", "block"]), kindName]),
});

const flowRule = z.strictObject({
  kinds: z.array(z.union([kindName, z.literal("*")])).min(1),
  from: z.string().optional(),
  to: z.string().optional(),
  tool: z.string().optional(),
  path: z.string().optional(),
  action: z.enum(["allow", "deny", "ask"]),
});

const deriveRule = z.strictObject({
  fact: z.string(),
  kinds: z.array(z.union([kindName, z.literal("*")])).default(["*"]),
  action: z.enum(["allow", "deny"]),
});

/** The settings of privacy sessions; all have defaults. */
export const privacySettings = z.strictObject({
  level: level.default("medium"),
  kinds: kindSwitches.default({}),
  custom: z.array(customKind).default([]),
  allow: z.array(z.string().min(1)).default([]),
  fields: z.array(fieldRule).default([]),
  flows: z.array(flowRule).default([]),
  derive: z.array(deriveRule).default([]),
  residency: residency.default("tokens"),
  servers: z.record(z.string(), serverSettings).default({}),
  regions: z.array(z.string().regex(/^[A-Z]{2}$/)).default(
    "US GB DE FR IT ES NL IN AU JP".split(" "),
  ),
  budgetMs: z.number().int().min(10).max(600_000).default(60_000),
  offThreadBytes: z.number().int().min(0).default(32 * 1024),
});

/** The schema says what the type says, or this does not compile. */
type Same<A, B> = [A, B] extends [B, A] ? true : never;

const _same: Same<z.infer<typeof privacySettings>, PrivacySettings> = true;
