import type { Config } from "../config.ts";
import type { Doors, PrivacyAudit } from "./doors.ts";
import { OPEN_DOOR } from "./run_door.ts";
import { SessionDoors } from "./session_doors.ts";

/** Options of {@linkcode createDoors}. */
export interface CreateDoorsOptions {
  /** Absent where nothing is written down. */
  readonly audit?: PrivacyAudit | undefined;
}

/**
 * Makes the doors of a runtime.
 *
 * @throws {AirlockError} CONFIG_INVALID for a pattern or a path in the settings that cannot be read
 */
export function createDoors(config: Config, { audit }: CreateDoorsOptions = {}): Doors {
  return config.privacy.enabled ? new SessionDoors(config, audit) : NO_DOORS;
}

const NO_DOORS: Doors = {
  open: () => Promise.resolve({ door: OPEN_DOOR, [Symbol.asyncDispose]: () => Promise.resolve() }),
  forget: () => Promise.resolve(),
  forgetAllBut: () => Promise.resolve(),
  redact: (text) => text,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
