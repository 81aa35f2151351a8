import { join } from "@std/path";
import type { Config } from "../config/config.ts";
import { hasBoundary } from "../privacy/protection.ts";
import { createByteSeal } from "../storage/sealed.ts";
import { readKeyRing } from "../privacy/vault/privacy_keys.ts";
import type { JournalSeal } from "../storage/journal_seal.ts";

/**
 * What keeps the journal from whoever has its file alone: programs are written down as they are given,
 * and answers as programs get them, which is masked but where those hold real values. Undefined where nothing of that is private.
 *
 * @throws {AirlockError} CONFIG_INVALID
 */
export async function sealJournal(
  { privacy, folders: { state } }: Config,
): Promise<JournalSeal | undefined> {
  if (!privacy.enabled) return undefined;
  const { env } = privacy.key;
  const file = join(state, "journal.key");
  const ring = await readKeyRing({ file, ...(env !== undefined && { env }) });
  const answers = hasBoundary(privacy) ? "raw" : "masked";
  return { answers, ...createByteSeal(ring, "journal") };
}
