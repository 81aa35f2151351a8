import { hkdfSync } from "node:crypto";
import type { PrivacyKey } from "../../model/privacy_settings.ts";
import { readKeyRing } from "./read_key_ring.ts";
import type { VaultKeys } from "./vault_seal.ts";

/** What the operator's keys open. */
export interface PrivacyKeys extends VaultKeys {
  /** Makes the fingerprints of the audit: equal values have equal ones in all sessions. */
  readonly auditKey: Uint8Array;
}

const KEY_BYTES = 32;

/**
 * Reads the keys of the vaults, see `readKeyRing`.
 *
 * @throws {AirlockError} CONFIG_INVALID where a key is not one, or the file is not the owner's alone
 */
export async function readKeys(key: PrivacyKey): Promise<PrivacyKeys> {
  const [first, ...others] = await readKeyRing(key);
  return {
    keys: [derive(first, "vault"), ...others.map((key) => derive(key, "vault"))],
    auditKey: derive(first, "audit"),
  };
}

function derive(key: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, "", `airlock ${purpose}`, KEY_BYTES));
}
