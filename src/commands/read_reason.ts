import { AirlockError } from "../model/errors.ts";

/**
 * The reason that a person gives to see values.
 *
 * @throws {AirlockError} USAGE where there is none
 */
export function readReason(reason: string | undefined): string {
  const text = reason?.trim() ?? "";
  if (text !== "") return text;
  throw new AirlockError("USAGE", 'Cannot show values: "--reason" says why, and is written down');
}
