import type { Config } from "../config/config.ts";
import type { Doors, PrivacyAudit } from "./doors.ts";
import type { RunFindJob } from "./mask/off_thread_finder.ts";
import { OPEN_DOOR } from "./run_door.ts";
import { SessionDoors } from "./session_doors.ts";

/** Options of {@linkcode createDoors}. */
export interface CreateDoorsOptions {
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
export function createDoors(config: Config, options: CreateDoorsOptions = {}): Doors {
  return config.privacy.enabled ? new SessionDoors(config, options) : NO_DOORS;
}

const NO_DOORS: Doors = {
  redactLong: (text) => Promise.resolve(text),
  open: () => Promise.resolve({ door: OPEN_DOOR, [Symbol.asyncDispose]: () => Promise.resolve() }),
  forget: () => Promise.resolve(),
  forgetAllBut: () => Promise.resolve(),
  redact: (text) => text,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
