import { join } from "@std/path";
import { AirlockError } from "../../model/errors.ts";
import { createFileVaultStore, type LockedFile, lockFile } from "./vault_store.ts";
import { randomNonce } from "./nonces.ts";
import { type PrivacyKeys, readPrivacyKeys } from "./privacy_keys.ts";
import type { Config } from "../../config/config.ts";
import { resealVault, VaultWriter } from "./vault_writer.ts";
import { openVault } from "./vault_seal.ts";
import type { HeldVault } from "./session_vaults.ts";
import { Vault } from "./vault.ts";

/** The vaults of runs without a session, sealed in a folder for as long as a run can go on. */
export interface RunVaults {
  /**
   * Opens the vault of a run; a new one where there is none.
   *
   * @throws {AirlockError} BUSY where another process works with it
   */
  hold(runId: string): Promise<HeldVault>;
  /** Forgets a run: none of its tokens resolves any more. */
  destroy(runId: string): Promise<void>;
  /** Forgets all runs but the kept ones and those in use. */
  destroyAllBut(isKept: (runId: string) => boolean): Promise<void>;
  /** Seals all vaults again with the first key; gives how many. */
  resealAll(): Promise<number>;
}

/** Signs of a run's own nonce: more than any session's. */
export const RUN_NONCE = 6;
/** A lock without a vault that is younger may be one of a run that is just beginning. */
const YOUNG_MS = 60_000;

/** Returns the vaults of a configuration's runs; their folder is made with the first of them. */
export function runVaultsOf({ folders, privacy }: Config): RunVaults {
  const folder = join(folders.state, "vaults", "runs");
  const readKeys = () => readPrivacyKeys(privacy.key);
  const store = createFileVaultStore(folder, { nameOf: checkId });
  const lockPath = (runId: string) => join(folder, `${checkId(runId)}.lock`);

  async function lock(runId: string): Promise<LockedFile> {
    return await lockFile(lockPath(runId), `vault of ${runId}`);
  }

  async function open(runId: string, keys: PrivacyKeys) {
    const sealed = await store.load(runId);
    return sealed && openVault(sealed, { ...keys, session: runId });
  }

  async function remove(runId: string): Promise<void> {
    await store.remove(runId);
    await Deno.remove(lockPath(runId)).catch(() => {});
  }

  /** The files of each run. */
  async function runs(): Promise<Map<string, string[]>> {
    const files = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
    const names = files.map(({ name }) => name).filter((name) => RUN_FILE.test(name));
    return Map.groupBy(names, (name) => name.split(".")[0]!);
  }

  async function mayGo(runId: string, files: readonly string[]): Promise<boolean> {
    if (files.some((name) => !name.endsWith(".lock"))) return true;
    const { mtime } = await Deno.stat(lockPath(runId));
    return (mtime?.getTime() ?? 0) < Date.now() - YOUNG_MS;
  }

  return {
    async hold(runId) {
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      const locked = await lock(runId);
      try {
        // Rotating the key locks every run, so that it is the same until the end.
        const keys = await readKeys();
        const opened = await open(runId, keys);
        const { auditKey } = keys;
        const vault = opened?.vault ??
          new Vault({ session: runId, nonce: randomNonce(RUN_NONCE), auditKey });
        const writer = new VaultWriter({ vault, store, keys, end: opened?.end });
        return {
          vault,
          write: () => writer.write(),
          writeInSteps: () => writer.writeInSteps(),
          async release() {
            writer[Symbol.dispose]();
            vault.destroy();
            if (!writer.isKept) await Deno.remove(lockPath(runId)).catch(() => {});
            locked.close();
          },
        };
      } catch (error) {
        locked.close();
        throw error;
      }
    },
    destroy: remove,
    async destroyAllBut(isKept) {
      for (const [runId, files] of await runs()) {
        if (isKept(runId) || !await mayGo(runId, files).catch(() => false)) continue;
        const locked = await lock(runId).catch(() => undefined);
        if (locked === undefined) continue;
        for (const name of files) await Deno.remove(join(folder, name)).catch(() => {});
        await Deno.remove(lockPath(runId)).catch(() => {});
        locked.close();
      }
    },
    async resealAll() {
      let count = 0;
      for (const runId of (await runs()).keys()) {
        const locked = await lock(runId);
        try {
          if (await resealVault(runId, { store, keys: await readKeys() })) count++;
        } finally {
          locked.close();
        }
      }
      return count;
    },
  };
}

const RUN_FILE = /^run_[0-9a-zA-Z]+\./;

/** Ids are our own words; what stands in a path is looked at all the same. */
function checkId(runId: string): string {
  if (/^run_[0-9a-zA-Z]+$/.test(runId)) return runId;
  throw new AirlockError("INTERNAL", "Cannot open vault: the run's id has not the form of one");
}
