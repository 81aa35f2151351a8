import { AirlockError } from "../model/errors.ts";

/**
 * Reads a day, or a time, of the command line: ISO 8601. Gives milliseconds since the epoch.
 *
 * @throws {AirlockError} USAGE
 */
export function readDay(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text)
    ? Date.parse(text)
    : NaN;
  if (!Number.isNaN(time)) return time;
  throw new AirlockError(
    "USAGE",
    `Cannot read command: "--${option}" is a day, such as 2026-11-20, or a time with its zone`,
  );
}
