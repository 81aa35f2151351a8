import { z } from "zod";
import type { PrivacySettings } from "../model/privacy_settings.ts";
import { KIND_NAME } from "../model/token.ts";

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
  pattern: z.string().min(1).max(2_000).optional().describe("RE2 syntax; linear time on any text"),
  keys: z.array(z.string().min(1)).default([]).describe("Words that end the key of such a value"),
  staysHome: z.boolean().default(false),
});

const fieldRule = z.strictObject({
  server: z.string().default("*"),
  tool: z.string().default("*"),
  path: z.string().min(1),
  as: z.union([z.enum(["raw", "text", "block"]), kindName]).describe(
    "raw: left as it is; text: its key means nothing; block: not even a token; or a kind",
  ),
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

/** Settings of the door; all have defaults. */
export const privacySettings = z.strictObject({
  level: level.default("medium"),
  kinds: kindSwitches.default({}),
  custom: z.array(customKind).default([]),
  allow: z.array(z.string().min(1)).default([]).describe(
    "Values that are never masked: exact, in any case; or /RE2/",
  ),
  fields: z.array(fieldRule).default([]),
  flows: z.array(flowRule).default([]).describe("The first that fits decides"),
  derive: z.array(deriveRule).default([]).describe("The first that fits decides"),
  residency: residency.default("tokens"),
  servers: z.record(z.string(), serverSettings).default({}),
  regions: z.array(z.string().regex(/^[A-Z]{2}$/)).default([
    "US",
    "GB",
    "DE",
    "FR",
    "IT",
    "ES",
    "NL",
    "IN",
    "AU",
    "JP",
  ]).describe("Countries whose phone numbers are known without words around them"),
  budgetMs: z.number().int().min(10).max(600_000).default(60_000).describe(
    "What is not searched in this time is withheld",
  ),
  offThreadBytes: z.number().int().min(0).default(32 * 1024).describe(
    "Larger values are searched in a process of their own",
  ),
});

/** The section `privacy` of `airlock.json`. */
export const privacySection = privacySettings.extend({
  enabled: z.boolean().default(true),
  audit: z.boolean().default(true).describe("Whether every masking and restoring is written down"),
  key: z.strictObject({
    file: z.string().min(1).optional().describe("Default: privacy.key in the folder of the state"),
    env: z.string().min(1).optional(),
  }).prefault({}),
});

/** Settings of the door as one may write them: every key may be left out. */
export type PrivacySettingsInput = z.input<typeof privacySettings>;

/** The schema says what the type says, or this does not compile. */
type Same<A, B> = [A, B] extends [B, A] ? true : never;
const _same: Same<z.infer<typeof privacySettings>, PrivacySettings> = true;
