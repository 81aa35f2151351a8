import { AirlockError } from "../../model/errors.ts";
import type { Blobs, BlobTail } from "../../storage/ports.ts";
import { withTurns } from "../../work/host_turns.ts";
import type { PrivacyKeys } from "./privacy_keys.ts";
import type { PendingEntries, Vault } from "./vault.ts";
import {
  openVault,
  type SealedEnd,
  sealVault,
  type VaultKeys,
  type VaultSeal,
} from "./vault_seal.ts";

/** Entries that are sealed at a stretch. */
const MOST_OF_PART = 500;
/** A vault of more entries is not sealed anew as a whole. */
const MOST_OF_WHOLE = 5_000;

interface VaultWriterOptions {
  readonly vault: Vault;
  /** The name of its blob. */
  readonly name: string;
  readonly blobs: Blobs;
  readonly keys: VaultKeys;
  /** The end of its blob; undefined where it has none. */
  readonly end: SealedEnd | undefined;
}

/**
 * Writes a vault while it is in use: new entries go, as one more sealed part, behind what is there.
 * What is written outlives the process, however that ends.
 */
export class VaultWriter implements AsyncDisposable {
  readonly #options: VaultWriterOptions;
  #end: SealedEnd | undefined;
  #tail: BlobTail | undefined;
  /** Settles with the write before: parts keep their order. */
  #last: Promise<void> | undefined;

  constructor(options: VaultWriterOptions) {
    this.#options = options;
    this.#end = options.end;
  }

  /** Whether it has a blob. */
  get isKept(): boolean {
    return this.#end !== undefined;
  }

  /**
   * Writes all new entries, also those that another call is writing, in turns of a principal.
   *
   * @throws {AirlockError} INTERNAL where it cannot: then the next call tries again
   */
  async write(principal: string): Promise<void> {
    if (this.#last === undefined && !this.#options.vault.hasPending) return;
    const before = this.#last ?? Promise.resolve();
    const written = before.catch(() => {}).then(() => this.#writeAll(principal));
    this.#last = written;
    try {
      await written;
    } finally {
      if (this.#last === written) this.#last = undefined;
    }
  }

  async #writeAll(principal: string): Promise<void> {
    while (this.#options.vault.hasPending) await this.#writePart(principal);
  }

  async #writePart(principal: string): Promise<void> {
    const taken = this.#options.vault.takePending(MOST_OF_PART);
    try {
      if (this.#end === undefined) await this.#begin(taken, principal);
      else await this.#append(taken, this.#end, principal);
    } catch (cause) {
      taken.putBack();
      throw new AirlockError("INTERNAL", "Cannot write vault: its storage takes nothing more", {
        cause,
      });
    }
  }

  /** Saves the vault as one part, where it has more; a large one keeps its parts. */
  async save(principal: string): Promise<void> {
    const { vault, name, blobs, keys } = this.#options;
    await this.#last?.catch(() => {});
    if (!vault.hasPending && (this.#end?.parts ?? 1) === 1) return;
    if (vault.size > MOST_OF_WHOLE) return await this.write(principal);
    await this[Symbol.asyncDispose]();
    const taken = vault.takePending();
    try {
      const { sealed, ...end } = sealVault(vault, keys);
      await blobs.put(name, sealed, { sync: true });
      this.#end = end;
    } catch (error) {
      taken.putBack();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const tail = this.#tail;
    this.#tail = undefined;
    await tail?.[Symbol.asyncDispose]();
  }

  /** The vault has no blob yet: all of it is new. */
  async #begin({ state }: PendingEntries, principal: string): Promise<void> {
    const { vault, name, blobs, keys } = this.#options;
    const { sealed, ...end } = await inTurn(() => sealVault(vault, keys, state), principal);
    await blobs.put(name, sealed, { sync: false });
    this.#end = end;
  }

  /** The mark comes last: a process that dies before it leaves one part more than the mark counts. */
  async #append(
    { state }: PendingEntries,
    { seal, parts, bytes }: SealedEnd,
    principal: string,
  ): Promise<void> {
    const { name, blobs } = this.#options;
    const part = await inTurn(() => seal.sealPart(state, parts), principal);
    if (this.#tail === undefined) {
      this.#tail = await blobs.extend(name);
      // A process that died before may not have come to it.
      await mark(this.#tail, { seal, parts });
    }
    await this.#tail.write(part, bytes);
    await mark(this.#tail, { seal, parts: parts + 1 });
    this.#end = { seal, parts: parts + 1, bytes: bytes + part.length };
  }
}

function inTurn<T>(act: () => T, principal: string): Promise<T> {
  return withTurns(
    (function* () {
      yield;
      return act();
    })(),
    principal,
  );
}

async function mark(
  tail: BlobTail,
  { seal, parts }: { readonly seal: VaultSeal; readonly parts: number },
): Promise<void> {
  const { bytes, at } = seal.mark(parts);
  await tail.overwrite(bytes, at);
}

/** A vault of the storage, by the name of its blob and the session or run that it is bound to. */
interface NamedVault {
  readonly name: string;
  readonly session: string;
}

/** Seals a held vault again; returns whether there is one. */
export async function resealVault(
  { name, session }: NamedVault,
  { blobs, keys }: {
    readonly blobs: Blobs;
    /** The first one seals, any of them opens. */
    readonly keys: PrivacyKeys;
  },
): Promise<boolean> {
  const sealed = await blobs.get(name);
  if (sealed === undefined) return false;
  const { vault } = openVault(sealed, { ...keys, session });
  await blobs.put(name, sealVault(vault, keys).sealed, { sync: true });
  vault.destroy();
  return true;
}

/** The vault of a session or a run, held by this process. */
export interface HeldVault {
  readonly vault: Vault;
  /**
   * Writes new entries, so that they outlive this process, in turns of a principal.
   *
   * @throws {AirlockError} INTERNAL where it cannot
   */
  write(principal: string): Promise<void>;
  /** Gives it back. */
  release(): Promise<void>;
}

/** Hands out a vault with its writer; the release saves what is to be saved, then gives it back. */
export function holdVault(vault: Vault, writer: VaultWriter, { save, unlock }: {
  readonly save?: () => Promise<void>;
  readonly unlock: () => Promise<void>;
}): HeldVault {
  return {
    vault,
    write: (principal) => writer.write(principal),
    async release() {
      try {
        await save?.();
      } finally {
        await writer[Symbol.asyncDispose]();
        vault.destroy();
        await unlock();
      }
    },
  };
}
