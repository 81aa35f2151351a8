import type { Config } from "../../config/config.ts";
import { AirlockError } from "../../model/errors.ts";
import type { PrivacyKey } from "../../model/privacy_settings.ts";
import type { Blobs, Lease, Storage } from "../../storage/ports.ts";
import { randomNonce } from "./nonces.ts";
import { readPrivacyKeys } from "./privacy_keys.ts";
import { Vault } from "./vault.ts";
import { openVault } from "./vault_seal.ts";
import { type HeldVault, holdVault, resealVault, VaultWriter } from "./vault_writer.ts";

/** Signs of a run's own nonce: more than any session's. */
export const RUN_NONCE = 6;

/** The sealed vaults of runs without a session, kept for as long as a run can be resumed. */
export class RunVaults {
  readonly #storage: Storage;
  /** Read each time: another process may have made a new key. */
  readonly #key: PrivacyKey;

  constructor({ privacy }: Pick<Config, "privacy">, storage: Storage) {
    this.#storage = storage;
    this.#key = privacy.key;
  }

  get #blobs(): Blobs {
    return this.#storage.blobs("run_vaults");
  }

  /**
   * Opens the vault of a run; a new one where there is none.
   *
   * @throws {AirlockError} BUSY where another process holds it
   */
  async hold(runId: string): Promise<HeldVault> {
    const lease = await this.#take(runId);
    try {
      // Rotating the key takes every run, so that it is the same until the end.
      const keys = await readPrivacyKeys(this.#key);
      const { auditKey } = keys;
      const sealed = await this.#blobs.get(checkId(runId));
      const opened = sealed && openVault(sealed, { ...keys, session: runId });
      const vault = opened?.vault ??
        new Vault({ session: runId, nonce: randomNonce(RUN_NONCE), auditKey });
      const options = { vault, name: runId, blobs: this.#blobs, keys, end: opened?.end };
      return holdVault(vault, new VaultWriter(options), {
        unlock: async () => await lease[Symbol.asyncDispose](),
      });
    } catch (error) {
      await lease[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Forgets a run: none of its tokens resolves any more. */
  async destroy(runId: string): Promise<void> {
    await this.#blobs.remove(checkId(runId));
  }

  /** Forgets all runs but the kept ones and those in use. */
  async destroyAllBut(isKept: (runId: string) => boolean): Promise<void> {
    for (const runId of await this.#blobs.list()) {
      if (isKept(runId)) continue;
      const lease = await this.#take(runId).catch(() => undefined);
      if (lease === undefined) continue;
      await this.#blobs.remove(runId);
      await lease[Symbol.asyncDispose]();
    }
  }

  /** Seals all vaults again with the first key; returns how many. */
  async resealAll(): Promise<number> {
    let count = 0;
    for (const runId of await this.#blobs.list()) {
      await using _lease = await this.#take(runId);
      const keys = await readPrivacyKeys(this.#key);
      const vault = { name: runId, session: runId };
      if (await resealVault(vault, { blobs: this.#blobs, keys })) count++;
    }
    return count;
  }

  async #take(runId: string): Promise<Lease> {
    const lease = await this.#storage.leases.take(`run_vaults/${checkId(runId)}`, "exclusive");
    if (lease !== undefined) return lease;
    throw new AirlockError(
      "BUSY",
      `Cannot open vault of ${runId}: another process is working with it`,
    );
  }
}

/** Ids are made by Airlock; what may become a path is checked all the same. */
function checkId(runId: string): string {
  if (/^run_[0-9a-zA-Z]+$/.test(runId)) return runId;
  throw new AirlockError("INTERNAL", "Cannot open vault: the run's id has not the form of one");
}
