import { join } from "@std/path";
import type { AuditTrail } from "../audit/audit_trail.ts";
import type { Config } from "../config/config.ts";
import { createApprovalWebhook } from "../policy/approvals/approval_webhook.ts";
import { Approvals } from "../policy/approvals/approvals.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { PrivacyService } from "../privacy/privacy_service.ts";
import { HOSTS_FOLDER, takeHostLock } from "../storage/host_lock.ts";
import { openJournalDatabase } from "../storage/journal_database.ts";
import { RunStore } from "../storage/run_store.ts";
import { auditApprovals } from "./audit_approvals.ts";
import { auditGrantUse } from "./audit_grant_use.ts";
import type { RuntimeParts } from "../runs/runtime_parts.ts";
import { sealJournal } from "./seal_journal.ts";
import { DAY_MS } from "../text/day_ms.ts";

/** Options of {@linkcode startJournal}. */
export interface StartJournalOptions {
  /** Ends what is opened. */
  readonly starting: AsyncDisposableStack;
  readonly audit: AuditTrail;
  readonly privacyService: PrivacyService;
  readonly logger: Logger;
}

/** Where runs and what persons say of them are written down. */
export type Journal = Pick<RuntimeParts, "store" | "hostLock" | "approvals">;

/** Opens what is written down of runs, and forgets what is old. */
export async function startJournal(
  config: Config,
  { starting, audit, privacyService, logger }: StartJournalOptions,
): Promise<Journal> {
  const folder = config.journal.keep === "file" ? config.folders.state : undefined;
  const database = await openJournalDatabase(folder && join(folder, "journal.sqlite"), {
    onLost() {
      audit.journalLost();
      const says = "the journal was emptied: runs and approvals of before are not known";
      logger.log("warn", "journal.lost", { says });
    },
  });
  starting.defer(() => database.close());
  const hostLock = starting.use(await takeHostLock(folder && join(folder, HOSTS_FOLDER)));
  const seal = folder === undefined ? undefined : await sealJournal(config);
  const store = new RunStore(database, { hostId: hostLock.hostId, seal });
  store.forgetBefore(Date.now() - config.journal.days * DAY_MS);
  await privacyService.forgetAllBut((runId) => {
    const run = store.find(runId);
    return run !== undefined && run.state !== "finished";
  });
  const isShared = folder !== undefined;
  const approvals = new Approvals({
    database,
    config: config.approvals,
    isShared,
    record: auditApprovals(audit),
    recordUse: auditGrantUse(audit),
    redact: (text) => privacyService.redact(text),
  });
  if (config.approvals.webhook !== undefined) {
    const webhook = starting.use(createApprovalWebhook(config.approvals.webhook));
    approvals.onAsk((approval) => webhook.send(approval));
  }
  return { store, hostLock, approvals };
}
