import { z } from "zod";
import { LOG_LEVELS, type LogLevel } from "../telemetry/logger.ts";

/** What the host says of itself, as JSON lines on stderr. */
export interface LogConfig {
  /** The least that is written. */
  readonly level: LogLevel;
}

/** The section `log`. */
export const logSection = z.strictObject({
  level: z.enum(LOG_LEVELS).default("warn").describe("The least that is written to stderr"),
}).prefault({});
