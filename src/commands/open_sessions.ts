import { exists } from "@std/fs";
import { join } from "@std/path";
import type { Config } from "../config/config.ts";
import { Approvals } from "../policy/approvals/approvals.ts";
import { createPrivacyService } from "../privacy/create_privacy_service.ts";
import { SessionVaults } from "../privacy/vault/session_vaults.ts";
import { auditApprovals, sealJournal } from "../host/start_journal.ts";
import { cancelWaitingRuns } from "../runs/cancel_waiting_runs.ts";
import { openTrail } from "../host/open_privacy.ts";
import { createSessions, type SessionKeeper } from "../workspace/sessions.ts";
import { openJournalDatabase } from "../storage/journal_database.ts";
import { RunStore } from "../storage/run_store.ts";

/** Opens the sessions of a configuration beside whatever runtime works with them. */
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

/** What waits in a session ends with it, and what was granted in it. */
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
