import { Buffer } from "node:buffer";
import { Vault, type VaultOptions } from "./vault.ts";
import { HEAD_BYTES, type VaultKeys, VaultSeal } from "./vault_seal.ts";
import type { VaultState } from "./vault_state.ts";

/** Where a sealed vault ends, for whoever writes more behind it. */
export interface SealedEnd {
  readonly seal: VaultSeal;
  /** How many parts there are. */
  readonly parts: number;
  /** Bytes until the end of the last whole part. */
  readonly bytes: number;
}

/** A vault with all that it keeps, sealed as one part. */
export interface SealedVault extends SealedEnd {
  readonly sealed: Uint8Array;
}

/** Seals a vault as one part: all of it, or as much as is given. */
export function sealVault(
  vault: Vault,
  keys: VaultKeys,
  state: VaultState = vault.toState(),
): SealedVault {
  const seal = VaultSeal.begin({ ...keys, session: vault.session });
  const sealed = Buffer.concat([seal.head(), seal.sealPart(state, 0)]);
  return { sealed, seal, parts: 1, bytes: sealed.length };
}

/**
 * Opens a sealed vault. A last part that is not whole is what a process left that died while it
 * wrote it: nobody has heard of what was in it.
 *
 * @throws {AirlockError} INTERNAL when no key fits, or a single bit was changed, or a part is missing
 */
export function openVault(
  sealed: Uint8Array,
  { keys, session, auditKey }: VaultKeys & Pick<VaultOptions, "session" | "auditKey">,
): { vault: Vault; end: SealedEnd } {
  const seal = VaultSeal.of(sealed, { keys, session });
  const marked = seal.marked(sealed);
  let vault: Vault | undefined;
  let parts = 0;
  let bytes = HEAD_BYTES;
  for (let part; (part = seal.openPart(sealed, { at: bytes, place: parts }));) {
    if (vault === undefined) {
      vault = Vault.fromState(part.state, auditKey === undefined ? {} : { auditKey });
    } else vault.absorb(part.state);
    bytes = part.end;
    parts++;
  }
  if (vault === undefined || parts < marked) throw seal.changed();
  return { vault, end: { seal, parts, bytes } };
}
