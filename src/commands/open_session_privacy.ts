import { openPrivacyLog, privacyLogPath } from "../audit/privacy_log.ts";
import type { Config } from "../config/config.ts";
import { AirlockError } from "../model/errors.ts";
import { createPrivacySession, type PrivacySession } from "../privacy/privacy_session.ts";
import { SessionVaults } from "../privacy/vault/session_vaults.ts";
import { Protection } from "../privacy/protection.ts";

/** Options of {@linkcode withSessionPrivacy}. */
export interface WithSessionPrivacyOptions {
  readonly config: Config;
  readonly session: string;
}

/**
 * Lets the operator, whose key opens it, see a session's values. What is shown is written
 * down before anybody sees it.
 *
 * @throws {AirlockError} NOT_FOUND where the session has no vault
 */
export async function withSessionPrivacy<T>(
  { config, session }: WithSessionPrivacyOptions,
  look: (privacy: PrivacySession) => T,
): Promise<T> {
  const vault = await new SessionVaults(config).peek(session);
  if (vault === undefined) {
    throw new AirlockError("NOT_FOUND", `Cannot open vault: session "${session}" has none`);
  }
  await using log = openPrivacyLog(privacyLogPath(config.folders.state));
  const protection = new Protection(config.privacy);
  const privacy = createPrivacySession({
    protection,
    vault,
    onEvents: (events) => log.write(events),
  });
  const seen = look(privacy);
  await log.settled();
  vault.destroy();
  return seen;
}
