import { createPrivacySession, type PrivacySession } from "../../src/privacy/privacy_session.ts";
import type { PrivacyEvent } from "../../src/privacy/privacy_event.ts";
import { Protection } from "../../src/privacy/protection.ts";
import { privacySettings } from "../../src/model/privacy_settings.ts";
import { Vault } from "../../src/privacy/vault/vault.ts";

/** A session's privacy with what a test wants to look at. */
export interface OpenPrivacySession {
  readonly privacy: PrivacySession;
  readonly vault: Vault;
  readonly events: PrivacyEvent[];
}

/** Opens the privacy of a fresh session whose tokens end in `nonce`. */
export function openPrivacySession(
  settings: Parameters<typeof privacySettings.parse>[0] = {},
  { nonce = "k7q", session = "test" } = {},
): OpenPrivacySession {
  const vault = new Vault({ session, nonce });
  const events: PrivacyEvent[] = [];
  const privacy = createPrivacySession({
    protection: new Protection(privacySettings.parse(settings)),
    vault,
    onEvents: (some) => void events.push(...some),
    now: () => Date.UTC(2026, 10, 20),
  });
  return { privacy, vault, events };
}

/** The value that was restored; throws where none was. */
export function restored(
  privacy: PrivacySession,
  args: unknown,
  { server = "crm", tool = "update" } = {},
): unknown {
  const outcome = privacy.restore(args, { server, tool });
  if (outcome.status !== "restored") throw new Error(JSON.stringify(outcome));
  return outcome.value;
}
