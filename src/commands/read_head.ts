import { HEAD } from "../audit/verify_log.ts";
import { AirlockError } from "../model/errors.ts";

/**
 * Reads an earlier end of the audit, as `audit verify` prints it.
 *
 * @throws {AirlockError} USAGE
 */
export function readHead(text: string | undefined): string | undefined {
  if (text === undefined || HEAD.test(text)) return text;
  throw new AirlockError(
    "USAGE",
    'Cannot read command: "--head" is the number of an entry, ":" and its digest of 64 characters',
  );
}
