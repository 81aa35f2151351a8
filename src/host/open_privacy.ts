import { ANOMALY_RULES } from "../audit/anomaly_watch.ts";
import { NO_AUDIT } from "../audit/audit_trail.ts";
import { openPrivacyLog, privacyLogPath } from "../audit/privacy_log.ts";
import type { Config } from "../config/config.ts";
import type { HostMetrics } from "../telemetry/host_metrics.ts";
import type { Logger } from "../telemetry/logger.ts";
import { createPrivacyService } from "../privacy/create_privacy_service.ts";
import type { FindAnswer, RunFindJob } from "../privacy/mask/find_texts.ts";
import type { PrivacyEvent } from "../privacy/privacy_event.ts";
import type { WorkPool } from "../work/work_pool.ts";
import { openTrail } from "./open_trail.ts";
import type { RuntimeParts } from "../runs/runtime_parts.ts";

/** Options of {@linkcode openPrivacy}. */
export interface OpenPrivacyOptions {
  /** Ends what is opened. */
  readonly starting: AsyncDisposableStack;
  readonly logger: Logger;
  readonly metrics: HostMetrics;
  readonly pool: WorkPool;
}

/** The doors, and what writes down what they and the runs do. */
export async function openPrivacy(
  config: Config,
  { starting, logger, metrics, pool }: OpenPrivacyOptions,
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
  const privacyService = starting.use(createPrivacyService(config, { audit: heard, runFindJob }));
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
