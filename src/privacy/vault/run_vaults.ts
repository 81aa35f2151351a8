import { join } from "@std/path";
import type { Config } from "../../config/config.ts";
import { AirlockError } from "../../model/errors.ts";
import type { PrivacyKey } from "../../model/privacy_settings.ts";
import { randomNonce } from "./nonces.ts";
import { readPrivacyKeys } from "./privacy_keys.ts";
import { Vault } from "./vault.ts";
import { openVault } from "./vault_seal.ts";
import { createFileVaultStore, type LockedFile, lockFile } from "./vault_store.ts";
import { type HeldVault, holdVault, resealVault, VaultWriter } from "./vault_writer.ts";

/** Signs of a run's own nonce: more than any session's. */
export const RUN_NONCE = 6;
/** A lock without a vault that is younger may be one of a run that is just beginning. */
const YOUNG_MS = 60_000;
const RUN_FILE = /^run_[0-9a-zA-Z]+\./;

/** The vaults of runs without a session, sealed in a folder for as long as a run can go on. */
export class RunVaults {
  readonly #folder: string;
  /** Read each time: another process may have made a new key. */
  readonly #key: PrivacyKey;
  readonly #store;

  /** The folder is made with the first vault. */
  constructor({ folders, privacy }: Pick<Config, "folders" | "privacy">) {
    this.#folder = join(folders.state, "vaults", "runs");
    this.#key = privacy.key;
    this.#store = createFileVaultStore(this.#folder, { nameOf: checkId });
  }

  /**
   * Opens the vault of a run; a new one where there is none.
   *
   * @throws {AirlockError} BUSY where another process works with it
   */
  async hold(runId: string): Promise<HeldVault> {
    await Deno.mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const lock = await this.#lock(runId);
    try {
      // Rotating the key locks every run, so that it is the same until the end.
      const keys = await readPrivacyKeys(this.#key);
      const { auditKey } = keys;
      const sealed = await this.#store.load(runId);
      const opened = sealed && openVault(sealed, { ...keys, session: runId });
      const vault = opened?.vault ??
        new Vault({ session: runId, nonce: randomNonce(RUN_NONCE), auditKey });
      const writer = new VaultWriter({ vault, store: this.#store, keys, end: opened?.end });
      const unlock = async () => {
        if (!writer.isKept) await this.#removeLock(runId);
        lock.close();
      };
      return holdVault(vault, writer, { unlock });
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  /** Forgets a run: none of its tokens resolves any more. */
  async destroy(runId: string): Promise<void> {
    await this.#store.remove(runId);
    await this.#removeLock(runId);
  }

  /** Forgets all runs but the kept ones and those in use. */
  async destroyAllBut(isKept: (runId: string) => boolean): Promise<void> {
    for (const [runId, files] of await this.#runs()) {
      if (isKept(runId) || !await this.#mayGo(runId, files).catch(() => false)) continue;
      const lock = await this.#lock(runId).catch(() => undefined);
      if (lock === undefined) continue;
      for (const name of files) await Deno.remove(join(this.#folder, name)).catch(() => {});
      await this.#removeLock(runId);
      lock.close();
    }
  }

  /** Seals all vaults again with the first key; returns how many. */
  async resealAll(): Promise<number> {
    let count = 0;
    for (const runId of (await this.#runs()).keys()) {
      const lock = await this.#lock(runId);
      try {
        const keys = await readPrivacyKeys(this.#key);
        if (await resealVault(runId, { store: this.#store, keys })) count++;
      } finally {
        lock.close();
      }
    }
    return count;
  }

  #lockPath(runId: string): string {
    return join(this.#folder, `${checkId(runId)}.lock`);
  }

  async #lock(runId: string): Promise<LockedFile> {
    return await lockFile(this.#lockPath(runId), `vault of ${runId}`);
  }

  async #removeLock(runId: string): Promise<void> {
    await Deno.remove(this.#lockPath(runId)).catch(() => {});
  }

  /** The files of each run. */
  async #runs(): Promise<Map<string, string[]>> {
    const files = await Array.fromAsync(Deno.readDir(this.#folder)).catch(() => []);
    const names = files.map(({ name }) => name).filter((name) => RUN_FILE.test(name));
    return Map.groupBy(names, (name) => name.split(".")[0]!);
  }

  async #mayGo(runId: string, files: readonly string[]): Promise<boolean> {
    if (files.some((name) => !name.endsWith(".lock"))) return true;
    const { mtime } = await Deno.stat(this.#lockPath(runId));
    return (mtime?.getTime() ?? 0) < Date.now() - YOUNG_MS;
  }
}

/** Ids are made by Airlock; what stands in a path is checked all the same. */
function checkId(runId: string): string {
  if (/^run_[0-9a-zA-Z]+$/.test(runId)) return runId;
  throw new AirlockError("INTERNAL", "Cannot open vault: the run's id has not the form of one");
}
