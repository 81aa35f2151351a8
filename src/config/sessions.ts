import { z } from "zod";

/** How long what runs leave behind is kept. */
export interface SessionsConfig {
  /** A session without a run for so long is closed, in milliseconds. */
  readonly idleMs: number;
  /** A session this old is closed, however much it is used; in milliseconds. */
  readonly maxAgeMs: number;
  /** Files of runs without a session are kept so long, in milliseconds. */
  readonly runFilesMs: number;
}

/** The form of a session's name; what begins with run_ is a run's own. */
export const SESSION_NAME = /^(?!run_)[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

const DAY_MS = 24 * 60 * 60 * 1_000;

/** The section `sessions`. */
export const sessionsSection = z.strictObject({
  idleMs: z.number().int().min(1_000).default(30 * DAY_MS).describe(
    "A session without a run for so long is closed, with its files and its vault",
  ),
  maxAgeMs: z.number().int().min(1_000).default(365 * DAY_MS),
  runFilesMs: z.number().int().min(1_000).default(7 * DAY_MS).describe(
    "Files of runs without a session are kept so long",
  ),
}).prefault({});
