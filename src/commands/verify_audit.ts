import { openAuditLog } from "../audit/audit_log.ts";
import { BEGINNING, type Verification, verifyLog } from "../audit/verify_log.ts";

/**
 * Looks through the audit of a folder; a database that cannot even be opened is one that was damaged.
 *
 * @param known an earlier head, which must still be in the log
 * @throws {AirlockError} CONFIG_INVALID where the system does not let it be read
 */
export async function verifyAudit(folder: string, known?: string): Promise<Verification> {
  try {
    using log = await openAuditLog({ folder });
    const found = verifyLog(log, known);
    const damage = log.store.damage().map((text) => ({
      seq: 0,
      message: `the database is damaged: ${text.replaceAll("\n", " ")}`,
    }));
    return { ...found, problems: [...damage, ...found.problems] };
  } catch (error) {
    const damage = damageOf(error);
    if (damage === undefined) throw error;
    const { seq, digest } = BEGINNING;
    return {
      ...{ entries: 0, checkpoints: 0, removed: 0, head: `${seq}:${digest}` },
      ...{ keyId: "unknown", publicKey: "unknown" },
      problems: [{ seq: 0, message: `the database is damaged and cannot be opened: ${damage}` }],
    };
  }
}

/** What keeps SQLite from a file that may be whole. */
const NOT_DAMAGED = /locked|readonly|read-only|full|I\/O|unable to open/i;

function damageOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { readonly code?: unknown };
  const isDamage = code === "ERR_SQLITE_ERROR" && !NOT_DAMAGED.test(error.message);
  return isDamage ? error.message : damageOf(error.cause);
}
