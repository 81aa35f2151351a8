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

/** The section `privacy` of `airlock.json`. */
export const privacySection = privacySettings.extend({
  enabled: z.boolean().default(true),
  audit: z.boolean().default(true),
  key: z.strictObject({
    file: z.string().min(1).optional(),
    env: z.string().min(1).optional(),
  }).prefault({}),
});

/** The settings of privacy sessions as they may be written: every key is optional. */
export type PrivacySettingsInput = z.input<typeof privacySettings>;

/** The schema says what the type says, or this does not compile. */
type Same<A, B> = [A, B] extends [B, A] ? true : never;
const _same: Same<z.infer<typeof privacySettings>, PrivacySettings> = true;
