import { version as typescript } from "typescript";
import manifest from "../../deno.json" with { type: "json" };
import type { Anomaly } from "../audit/anomaly_watch.ts";
import { openAuditLog } from "../audit/audit_log.ts";
import { type AuditTrail, NO_AUDIT } from "../audit/audit_trail.ts";
import { createAuditTrail } from "../audit/create_audit_trail.ts";
import { openOriginals } from "../audit/sealed_originals.ts";
import { sweepAudit } from "../audit/sweep_audit.ts";
import type { Config } from "../config/config.ts";
import type { PrivacyService } from "../privacy/privacy_service.ts";

/** Options of {@linkcode openTrail}. */
export interface OpenTrailOptions {
  readonly privacyService: Pick<PrivacyService, "redactLong">;
  /** Told of runs that are unlike those before. Default: nobody is. */
  readonly onAnomaly?: (anomaly: Anomaly) => void;
}

/**
 * Opens what a configuration has for its audit.
 *
 * @throws {AirlockError} CONFIG_INVALID
 */
export async function openTrail(
  { folders: { state: folder }, audit: config }: Config,
  { privacyService, onAnomaly = () => {} }: OpenTrailOptions,
): Promise<AuditTrail> {
  if (!config.enabled) return NO_AUDIT;
  const { enabled, keyEnv } = config.originals;
  using opening = new DisposableStack();
  const log = opening.use(await openAuditLog({ folder }));
  const originals = enabled ? opening.use(await openOriginals({ folder, keyEnv })) : undefined;
  const trail = createAuditTrail(log, {
    redact: (text, { principal, signal }) =>
      privacyService.redactLong(text, { principal, signal, direction: "out" }),
    originals,
    sweep: (log) => sweepAudit(log, { folder, config }),
    onAnomaly,
    versions: { airlock: manifest.version, deno: Deno.version.deno, typescript },
  });
  opening.move();
  return trail;
}
