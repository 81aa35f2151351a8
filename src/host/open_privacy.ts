import { type Anomaly, ANOMALY_RULES } from "../audit/anomaly_watch.ts";
import { type AuditTrail, NO_AUDIT } from "../audit/audit_trail.ts";
import { openPrivacyLog, privacyLogPath } from "../audit/privacy_log.ts";
import manifest from "../../deno.json" with { type: "json" };
import { version as typescript } from "typescript";
import { createAuditTrail } from "../audit/create_audit_trail.ts";
import { openAuditLog } from "../audit/audit_log.ts";
import { openOriginals } from "../audit/sealed_originals.ts";
import { sweepAudit } from "../audit/sweep_audit.ts";
import type { Config } from "../config/config.ts";
import { createPrivacyService } from "../privacy/create_privacy_service.ts";
import type { FindAnswer, RunFindJob } from "../privacy/mask/find_texts.ts";
import type { PrivacyEvent } from "../privacy/privacy_event.ts";
import type { PrivacyService } from "../privacy/privacy_service.ts";
import type { RuntimeParts } from "../runs/runtime_parts.ts";
import type { Storage } from "../storage/ports.ts";
import type { HostMetrics } from "../telemetry/host_metrics.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { WorkPool } from "../work/work_pool.ts";

/** Options of {@linkcode openPrivacy}. */
interface OpenPrivacyOptions {
  /** Ends what is opened. */
  readonly starting: AsyncDisposableStack;
  readonly logger: Logger;
  readonly metrics: HostMetrics;
  readonly pool: WorkPool;
  readonly storage: Storage;
}

/** Opens the privacy service, and the audit that writes down what it and the runs do. */
export async function openPrivacy(
  config: Config,
  { starting, logger, metrics, pool, storage }: OpenPrivacyOptions,
): Promise<Pick<RuntimeParts, "privacyService" | "audit">> {
  const { privacy, folders: { state } } = config;
  const events = privacy.enabled && privacy.audit
    ? starting.use(openPrivacyLog(privacyLogPath(state)))
    : undefined;
  let audit = NO_AUDIT;
  const heard = {
    write(happened: readonly PrivacyEvent[], principal: string) {
      events?.write(happened, principal);
      audit.count(happened);
      metrics.addPrivacy(happened);
    },
    settled: async (principal: string) => await events?.settled(principal),
  };
  const runFindJob: RunFindJob = async (request, options) =>
    await pool.run("find", request, options) as FindAnswer;
  const privacyService = starting.use(
    createPrivacyService(config, { audit: heard, runFindJob, storage }),
  );
  audit = starting.use(
    await openTrail(config, {
      privacyService,
      onAnomaly({ rule, ...anomaly }) {
        metrics.addAnomaly(rule);
        const { level, says } = ANOMALY_RULES[rule];
        logger.log(level, `anomaly.${rule}`, { ...anomaly, says });
      },
    }),
  );
  return { privacyService, audit };
}

/** Options of {@linkcode openTrail}. */
interface OpenTrailOptions {
  readonly privacyService: Pick<PrivacyService, "redactLong">;
  /** Called with runs that are unlike those before. Default: no call. */
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
