import type { PrivacyKeys } from "./read_keys.ts";
import { openVault, sealVault } from "./seal_vault.ts";
import type { VaultStore } from "./vault_store.ts";

/** Options of {@linkcode resealVault}. */
export interface ResealVaultOptions {
  readonly store: VaultStore;
  /** The first one seals, any of them opens. */
  readonly keys: PrivacyKeys;
}

/** Seals a vault again, which nobody else works with; tells whether there is one. */
export async function resealVault(
  session: string,
  { store, keys }: ResealVaultOptions,
): Promise<boolean> {
  const sealed = await store.load(session);
  if (sealed === undefined) return false;
  const { vault } = openVault(sealed, { ...keys, session });
  await store.save(session, sealVault(vault, keys).sealed);
  vault.destroy();
  return true;
}
