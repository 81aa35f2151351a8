import { DAY_MS } from "../text/day_ms.ts";
import { join } from "@std/path";
import type { AuditTrail } from "../audit/audit_trail.ts";
import type { Config } from "../config/config.ts";
import type { Approval } from "../model/approval.ts";
import type { RecordApproval } from "../policy/approvals/approval_store.ts";
import { createApprovalWebhook } from "../policy/approvals/approval_webhook.ts";
import { Approvals, type GrantUse } from "../policy/approvals/approvals.ts";
import { hasBoundary } from "../privacy/protection.ts";
import type { PrivacyService } from "../privacy/privacy_service.ts";
import { createByteSeal } from "../storage/sealed.ts";
import { readKeyRing } from "../privacy/vault/privacy_keys.ts";
import type { StoredParts } from "../runs/runtime_parts.ts";
import { takeHostLock } from "../storage/host_lock.ts";
import type { JournalSeal } from "../storage/stored_run.ts";
import { isJournalLost } from "../storage/local_storage.ts";
import type { Storage } from "../storage/ports.ts";
import { RunJournal } from "../storage/run_journal.ts";
import type { Logger } from "../telemetry/logger.ts";

/** Options of {@linkcode startJournal}. */
interface StartJournalOptions {
  /** Ends what is opened. */
  readonly starting: AsyncDisposableStack;
  readonly audit: AuditTrail;
  readonly privacyService: PrivacyService;
  readonly logger: Logger;
  readonly storage: Storage;
}

/** Where runs and what persons say of them are written down. */
export interface Journal extends StoredParts {
  readonly storage: Storage;
}

/** Opens what is written down of runs, and forgets what is old. */
export async function startJournal(
  config: Config,
  { starting, audit, privacyService, logger, storage }: StartJournalOptions,
): Promise<Journal> {
  const folder = config.journal.keep === "file" ? config.folders.state : undefined;
  if (folder !== undefined && await isJournalLost(folder)) {
    await audit.journalLost();
    const says = "the journal was emptied: runs and approvals of before are not known";
    logger.log("warn", "journal.lost", { says });
  }
  // The journal is made before the first host is told of: without it, hosts would have lost theirs.
  storage.log("runs");
  const hostLock = starting.use(await takeHostLock(storage));
  const seal = folder === undefined ? undefined : await sealJournal(config);
  const store = new RunJournal(storage, { hostId: hostLock.hostId, seal });
  const approvals = new Approvals({
    storage,
    config: config.approvals,
    record: auditApprovals(audit),
    recordUse: auditGrantUse(audit),
    redact: (text) => privacyService.redact(text),
  });
  if (config.approvals.webhook !== undefined) {
    const webhook = starting.use(createApprovalWebhook(config.approvals.webhook));
    approvals.onAsk((approval) => webhook.send(approval));
  }
  await forgetOld(config, { store, approvals });
  const kept = new Set((await store.index.unfinished()).map(({ runId }) => runId));
  await privacyService.forgetAllBut((runId) => kept.has(runId));
  return { store, hostLock, approvals, storage };
}

/** Forgets runs and approvals that are older than the configuration keeps. */
export async function forgetOld(
  { journal: { days } }: Config,
  { store, approvals }: Pick<StoredParts, "store" | "approvals">,
): Promise<void> {
  const time = Date.now() - days * DAY_MS;
  await store.forgetBefore(time);
  await approvals.forgetBefore(time, async (runId) => await store.index.find(runId) !== undefined);
}

/**
 * Returns the seal of programs, and of answers where they hold real values; undefined where nothing in
 * the journal is private.
 *
 * @throws {AirlockError} CONFIG_INVALID
 */
export async function sealJournal(
  { privacy, folders: { state } }: Config,
): Promise<JournalSeal | undefined> {
  if (!privacy.enabled) return undefined;
  const { env } = privacy.key;
  const file = join(state, "journal.key");
  const ring = await readKeyRing({ file, ...(env !== undefined && { env }) });
  const answers = hasBoundary(privacy) ? "raw" : "masked";
  return { answers, ...createByteSeal(ring, "journal") };
}

/** Writes down what persons are asked and what becomes of it, whichever process hears it first. */
export function auditApprovals(audit: Pick<AuditTrail, "approval">): RecordApproval {
  return (change, approval) => {
    const { runId, approvalId, decision = null } = approval;
    if (change === "asked") {
      return audit.approval("approval_asked", { runId, body: askedOf(approval) });
    }
    const body = { approvalId, decision: change, how: decision };
    return audit.approval("approval_decided", { runId, body });
  };
}

function askedOf({ approvalId, kind, shown }: Approval) {
  const { level, tools, call } = shown;
  return {
    approvalId,
    kind,
    level,
    tools: tools.map(({ server, tool }) => ({ server, tool })),
    call: call && { server: call.server, tool: call.tool, flows: call.flows },
  };
}

/** Writes down by whose word a run goes on that no person was asked about. */
function auditGrantUse(audit: Pick<AuditTrail, "approval">): (use: GrantUse) => Promise<void> {
  return ({ runId, grant: { approvalId, scope, runId: askedIn }, by = null }) =>
    audit.approval("approval_used", { runId, body: { approvalId, scope, askedIn, by } });
}
