import { join } from "@std/path";
import type { Config } from "../config.ts";
import { type ByteSeal, createByteSeal } from "../privacy/vault/byte_seal.ts";
import { readKeyRing } from "../privacy/vault/read_key_ring.ts";

/**
 * What keeps the journal from whoever has its file alone: programs are written down as they are given,
 * and answers as programs get them. Undefined where nothing of that is private.
 *
 * @throws {AirlockError} CONFIG_INVALID
 */
export async function sealJournal(
  { privacy, folders: { state } }: Config,
): Promise<ByteSeal | undefined> {
  if (!privacy.enabled) return undefined;
  const { env } = privacy.key;
  const file = join(state, "journal.key");
  const ring = await readKeyRing({ file, ...(env !== undefined && { env }) });
  return createByteSeal(ring, "journal");
}
