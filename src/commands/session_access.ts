import { exists } from "@std/fs";
import { join } from "@std/path";
import { openPrivacyLog, privacyLogPath } from "../audit/privacy_log.ts";
import type { Config } from "../config/config.ts";
import { auditApprovals, sealJournal } from "../host/start_journal.ts";
import { openTrail } from "../host/open_privacy.ts";
import { AirlockError } from "../model/errors.ts";
import { Approvals } from "../policy/approvals/approvals.ts";
import { createPrivacyService } from "../privacy/create_privacy_service.ts";
import { createPrivacySession, type PrivacySession } from "../privacy/privacy_session.ts";
import { Protection } from "../privacy/protection.ts";
import { SessionVaults } from "../privacy/vault/session_vaults.ts";
import { cancelWaitingRuns } from "../runs/cancel_waiting_runs.ts";
import { openJournalDatabase } from "../storage/journal_database.ts";
import { RunStore } from "../storage/run_store.ts";
import { createSessions, type SessionKeeper } from "../workspace/sessions.ts";

/** Opens the sessions of a configuration, beside a runtime that may use them. */
export function openSessions(config: Config): SessionKeeper {
  const { workspace, state } = config.folders;
  return createSessions({
    workspace,
    state,
    config: config.sessions,
    async forget(id) {
      await endRuns(id, config);
      if (config.privacy.enabled) await new SessionVaults(config).destroy(id);
    },
  });
}

/** Cancels the waiting runs of a session, and forgets its grants. */
async function endRuns(session: string, config: Config): Promise<void> {
  const path = join(config.folders.state, "journal.sqlite");
  if (!await exists(path)) return;
  await using privacyService = createPrivacyService(config);
  using audit = await openTrail(config, { privacyService });
  using database = await openJournalDatabase(path);
  const store = new RunStore(database, { hostId: "", seal: await sealJournal(config) });
  const approvals = new Approvals({
    database,
    config: config.approvals,
    isShared: true,
    record: auditApprovals(audit),
  });
  cancelWaitingRuns(session, { store, approvals, audit });
  approvals.forgetSession(session);
}

/**
 * Gives the operator, whose key opens the vault, access to a session's real values. Each access is
 * logged before its value is returned.
 *
 * @throws {AirlockError} NOT_FOUND where the session has no vault
 */
export async function withSessionPrivacy<T>(
  { config, session }: { readonly config: Config; readonly session: string },
  look: (privacy: PrivacySession) => T,
): Promise<T> {
  const vault = await new SessionVaults(config).peek(session);
  if (vault === undefined) {
    throw new AirlockError("NOT_FOUND", `Cannot open vault: session "${session}" has none`);
  }
  await using log = openPrivacyLog(privacyLogPath(config.folders.state));
  const privacy = createPrivacySession({
    protection: new Protection(config.privacy),
    vault,
    onEvents: (events) => log.write(events),
  });
  const seen = look(privacy);
  await log.settled();
  vault.destroy();
  return seen;
}
