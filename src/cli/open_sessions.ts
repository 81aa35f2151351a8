import type { Config } from "../config.ts";
import { vaultsOf } from "../privacy/vaults_of.ts";
import { createSessions, type SessionKeeper } from "../sessions/sessions.ts";

/** Opens the sessions of a configuration beside whatever runtime works with them. */
export function openSessions(config: Config): SessionKeeper {
  const { workspace, state } = config.folders;
  return createSessions({
    workspace,
    state,
    config: config.sessions,
    async forget(id) {
      if (config.privacy.enabled) await vaultsOf(config).destroy(id);
    },
  });
}
