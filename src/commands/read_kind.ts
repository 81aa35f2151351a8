import { AUDIT_KINDS, type AuditKind } from "../audit/audit_entry.ts";
import { AirlockError } from "../model/errors.ts";

/**
 * Reads the kind of an entry of the audit.
 *
 * @throws {AirlockError} USAGE
 */
export function readKind(text: string | undefined): AuditKind | undefined {
  if (text === undefined || Object.hasOwn(AUDIT_KINDS, text)) return text as AuditKind | undefined;
  const kinds = Object.keys(AUDIT_KINDS).join(", ");
  throw new AirlockError("USAGE", `Cannot read command: "--kind" is one of ${kinds}`);
}
