import { z } from "zod";
import { privacySettings } from "../model/privacy_settings.ts";

/** The section `privacy` of `airlock.json`. */
export const privacySection = privacySettings.extend({
  enabled: z.boolean().default(true),
  audit: z.boolean().default(true),
  key: z.strictObject({
    file: z.string().min(1).optional(),
    env: z.string().min(1).optional(),
  }).prefault({}),
});
