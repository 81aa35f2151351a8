import type { PrivacyKey } from "../../model/privacy_settings.ts";
import { readKeyRing } from "./read_key_ring.ts";
import type { VaultKeys } from "./vault_seal.ts";
import { deriveKey } from "../../storage/sealed.ts";

/** What the operator's keys open. */
export interface PrivacyKeys extends VaultKeys {
  /** Makes the fingerprints of the audit: equal values have equal ones in all sessions. */
  readonly auditKey: Uint8Array;
}

/**
 * Reads the keys of the vaults, see `readKeyRing`.
 *
 * @throws {AirlockError} CONFIG_INVALID where a key is not one, or the file is not the owner's alone
 */
export async function readKeys(key: PrivacyKey): Promise<PrivacyKeys> {
  const [first, ...others] = await readKeyRing(key);
  return {
    keys: [deriveKey(first, "vault"), ...others.map((key) => deriveKey(key, "vault"))],
    auditKey: deriveKey(first, "audit"),
  };
}
