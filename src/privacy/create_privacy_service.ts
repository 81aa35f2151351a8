import type { Config } from "../config/config.ts";
import type { PrivacyAudit, PrivacyService } from "./privacy_service.ts";
import type { RunFindJob } from "./mask/off_thread_finder.ts";
import { PASS_THROUGH } from "./run_privacy.ts";
import { SessionPrivacy } from "./session_privacy.ts";

/** Options of {@linkcode createPrivacyService}. */
export interface CreatePrivacyServiceOptions {
  /** Absent where nothing is written down. */
  readonly audit?: PrivacyAudit | undefined;
  /** Searches large texts elsewhere. Default: they are searched here. */
  readonly runFindJob?: RunFindJob | undefined;
}

/**
 * Makes the doors of a runtime.
 *
 * @throws {AirlockError} CONFIG_INVALID for a pattern or a path in the settings that cannot be read
 */
export function createPrivacyService(
  config: Config,
  options: CreatePrivacyServiceOptions = {},
): PrivacyService {
  return config.privacy.enabled ? new SessionPrivacy(config, options) : SWITCHED_OFF;
}

const SWITCHED_OFF: PrivacyService = {
  redactLong: (text) => Promise.resolve(text),
  open: () =>
    Promise.resolve({ privacy: PASS_THROUGH, [Symbol.asyncDispose]: () => Promise.resolve() }),
  forget: () => Promise.resolve(),
  forgetAllBut: () => Promise.resolve(),
  redact: (text) => text,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
