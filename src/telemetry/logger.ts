import { terminalJson } from "../text/visible_text.ts";

/** The least level that is written; "off" for nothing. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "off";

/** How important a line is, the least first. */
export const LOG_LEVELS = [
  "debug",
  "info",
  "warn",
  "error",
  "off",
] as const satisfies readonly LogLevel[];

/** Writes events for the operator of the host. */
export interface Logger {
  /** Writes one line; the fields hold no value that was not masked. */
  log(
    level: Exclude<LogLevel, "off">,
    event: string,
    fields?: Readonly<Record<string, unknown>>,
  ): void;
}

/** Options of {@linkcode createLogger}. */
interface CreateLoggerOptions {
  readonly level: LogLevel;
  /** Default: to stderr, which no protocol uses. */
  readonly write?: (line: string) => void;
  /** Default: the system's clock. */
  readonly now?: () => Date;
}

/** Makes a logger of JSON lines: `time`, `level`, `event`, and what belongs to it, `runId` first. */
export function createLogger(
  { level: least, write = console.error, now = () => new Date() }: CreateLoggerOptions,
): Logger {
  const threshold = LOG_LEVELS.indexOf(least);
  return {
    log(level, event, fields = {}) {
      if (LOG_LEVELS.indexOf(level) < threshold) return;
      write(terminalJson({ time: now().toISOString(), level, event, ...fields }));
    },
  };
}
