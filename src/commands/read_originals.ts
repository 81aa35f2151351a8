import type { AuditLog } from "../audit/audit_log.ts";
import { openOriginals } from "../audit/sealed_originals.ts";
import { type ShownOriginal, showOriginals } from "../audit/show_originals.ts";
import type { Config } from "../config/config.ts";
import { createPrivacyService } from "../privacy/create_privacy_service.ts";

/** Options of {@linkcode readOriginals}. */
export interface ReadOriginalsOptions {
  readonly config: Config;
  readonly runId: string;
  /** Why somebody looks. */
  readonly reason: string;
}

/** Shows the originals of a run to whoever gave the command, which is written down first. */
export async function readOriginals(
  log: AuditLog,
  { config, runId, reason }: ReadOriginalsOptions,
): Promise<ShownOriginal[]> {
  await using privacyService = createPrivacyService(config);
  const { folders: { state: folder }, audit: { originals: { keyEnv } } } = config;
  return await showOriginals(log, {
    runId,
    by: { way: "command", user: Deno.env.get("USER") ?? null, uid: Deno.uid() },
    // A reason may name whom it is about.
    reason: privacyService.redact(reason),
    open: () => openOriginals({ folder, keyEnv }),
  });
}
