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
import { cancelWaitingRuns } from "../runs/waiting_runs.ts";
import { JOURNAL_FILE, openLocalStorage } from "../storage/local_storage.ts";
import type { Storage } from "../storage/ports.ts";
import { RunJournal } from "../storage/run_journal.ts";
import { createSessions, type SessionKeeper } from "../workspace/sessions.ts";

/** Opens the sessions of a configuration, beside a runtime that may use them. */
export function openSessions(config: Config): SessionKeeper & AsyncDisposable {
  const { workspace, state } = config.folders;
  const storage = openLocalStorage(state);
  const sessions = createSessions({
    workspace,
    storage,
    config: config.sessions,
    async forget(id) {
      await endRuns(id, { config, storage });
      if (config.privacy.enabled) await new SessionVaults(config, storage).destroy(id);
    },
  });
  return Object.assign(sessions, {
    [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
  });
}

/** Cancels the waiting runs of a session, and forgets its grants. */
async function endRuns(
  session: string,
  { config, storage }: { readonly config: Config; readonly storage: Storage },
): Promise<void> {
  if (!await exists(join(config.folders.state, JOURNAL_FILE))) return;
  await using privacyService = createPrivacyService(config);
  using audit = await openTrail(config, { privacyService });
  const hostId = crypto.randomUUID();
  const store = new RunJournal(storage, { hostId, seal: await sealJournal(config) });
  const approvals = new Approvals({
    storage,
    config: config.approvals,
    record: auditApprovals(audit),
  });
  await cancelWaitingRuns(session, { store, approvals, audit });
  await approvals.forgetSession(session);
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
  await using storage = openLocalStorage(config.folders.state);
  const vault = await new SessionVaults(config, storage).peek(session);
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
