import { AirlockError } from "../../model/errors.ts";
import {
  openVault,
  type SealedEnd,
  sealVault,
  type VaultKeys,
  type VaultSeal,
} from "./vault_seal.ts";
import type { Vault } from "./vault.ts";
import type { VaultStore, VaultTail } from "./vault_store.ts";
import type { PrivacyKeys } from "./privacy_keys.ts";

/** Entries that are sealed at a stretch. */
const MOST_OF_PART = 500;
/** A vault of more entries is not sealed anew as a whole. */
const MOST_OF_WHOLE = 5_000;

interface VaultWriterOptions {
  readonly vault: Vault;
  readonly store: VaultStore;
  readonly keys: VaultKeys;
  /** Where what is kept of it ends; undefined where nothing is. */
  readonly end: SealedEnd | undefined;
}

/**
 * Writes a vault down while it is in use: what is new goes, as one more sealed part, behind what is
 * there. What is written outlives the process, however that ends.
 */
export class VaultWriter implements Disposable {
  readonly #options: VaultWriterOptions;
  #end: SealedEnd | undefined;
  #tail: VaultTail | undefined;

  constructor(options: VaultWriterOptions) {
    this.#options = options;
    this.#end = options.end;
  }

  /** Whether anything is kept of it. */
  get isKept(): boolean {
    return this.#end !== undefined;
  }

  /**
   * Writes what is new, where there is anything.
   *
   * @throws {AirlockError} INTERNAL where it cannot: then the next time tries again
   */
  write(): void {
    while (this.#options.vault.hasPending) this.#writePart();
  }

  /** Like {@linkcode write}, and pauses now and then, so that others have their turn. */
  *writeInSteps(): Generator<void, void> {
    while (this.#options.vault.hasPending) {
      this.#writePart();
      yield;
    }
  }

  #writePart(): void {
    const { vault } = this.#options;
    try {
      if (this.#end === undefined) this.#begin();
      else this.#append(this.#end);
    } catch (cause) {
      throw new AirlockError("INTERNAL", "Cannot write vault: its file takes nothing more", {
        cause,
      });
    }
    vault.settle(MOST_OF_PART);
  }

  /** Saves the vault as one part, where it has more; a large one keeps its parts. */
  async save(): Promise<void> {
    const { vault, store, keys } = this.#options;
    if (!vault.hasPending && (this.#end?.parts ?? 1) === 1) return;
    if (vault.size > MOST_OF_WHOLE) {
      for (const _ of this.writeInSteps()) await new Promise((resolve) => setTimeout(resolve));
      this[Symbol.dispose]();
      return;
    }
    this[Symbol.dispose]();
    const { sealed, ...end } = sealVault(vault, keys);
    await store.save(vault.session, sealed);
    vault.settle();
    this.#end = end;
  }

  [Symbol.dispose](): void {
    this.#tail?.[Symbol.dispose]();
    this.#tail = undefined;
  }

  #begin(): void {
    const { vault, store, keys } = this.#options;
    // Nothing of it is kept: all of it is new.
    const { sealed, ...end } = sealVault(vault, keys, vault.pending(MOST_OF_PART));
    store.begin(vault.session, sealed);
    this.#end = end;
  }

  /** The mark comes last: a process that dies before it leaves one part more than it says. */
  #append({ seal, parts, bytes }: SealedEnd): void {
    const { vault, store } = this.#options;
    const part = seal.sealPart(vault.pending(MOST_OF_PART), parts);
    if (this.#tail === undefined) {
      this.#tail = store.extend(vault.session);
      // A process that died before may not have come to it.
      mark(this.#tail, { seal, parts });
    }
    this.#tail.write(part, bytes);
    mark(this.#tail, { seal, parts: parts + 1 });
    this.#end = { seal, parts: parts + 1, bytes: bytes + part.length };
  }
}

function mark(tail: VaultTail, { seal, parts }: { seal: VaultSeal; parts: number }): void {
  const { bytes, at } = seal.mark(parts);
  tail.overwrite(bytes, at);
}

/** Seals a locked vault again; returns whether there is one. */
export async function resealVault(
  session: string,
  { store, keys }: {
    readonly store: VaultStore;
    /** The first one seals, any of them opens. */
    readonly keys: PrivacyKeys;
  },
): Promise<boolean> {
  const sealed = await store.load(session);
  if (sealed === undefined) return false;
  const { vault } = openVault(sealed, { ...keys, session });
  await store.save(session, sealVault(vault, keys).sealed);
  vault.destroy();
  return true;
}

/** The vault of a session or a run, locked for this process. */
export interface HeldVault {
  readonly vault: Vault;
  /**
   * Writes down what is new, so that it outlives this process. Little is quick, nothing costs nothing.
   *
   * @throws {AirlockError} INTERNAL where it cannot
   */
  write(): void;
  /** Like `write`, and pauses now and then, so that others have their turn. */
  writeInSteps(): Generator<void, void>;
  /** Unlocks it for other processes. */
  release(): Promise<void>;
}

/** Hands out a vault with its writer; the release saves what is to be saved, then unlocks. */
export function holdVault(vault: Vault, writer: VaultWriter, { save, unlock }: {
  readonly save?: () => Promise<void>;
  readonly unlock: () => Promise<void> | void;
}): HeldVault {
  return {
    vault,
    write: () => writer.write(),
    writeInSteps: () => writer.writeInSteps(),
    async release() {
      try {
        await save?.();
      } finally {
        writer[Symbol.dispose]();
        vault.destroy();
        await unlock();
      }
    },
  };
}
