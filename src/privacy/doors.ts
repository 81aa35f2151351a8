import type { Config } from "../config.ts";
import { join } from "@std/path";
import { createDoor } from "./door.ts";
import { OffThreadFinder } from "./mask/off_thread_finder.ts";
import type { PrivacySink } from "./privacy_event.ts";
import { Protection } from "./protection.ts";
import { createRunDoor, OPEN_DOOR, type RunDoor } from "./run_door.ts";
import { randomNonce } from "./vault/nonce.ts";
import { readKeys } from "./vault/read_keys.ts";
import { createRunVaults, RUN_NONCE, type RunVaults } from "./vault/run_vaults.ts";
import { createSessionVaults, type HeldVault, type SessionVaults } from "./vault/session_vaults.ts";
import { Vault } from "./vault/vault.ts";

/** A door for as long as a run needs it. */
export interface DoorLease extends AsyncDisposable {
  readonly door: RunDoor;
}

/** Whose door it is. */
export interface DoorOwner {
  readonly runId: string;
  /** Absent for a run that has none: its values are forgotten when it has ended for good. */
  readonly session?: string;
}

/** The doors of all sessions of a runtime. */
export interface Doors extends AsyncDisposable {
  /**
   * Opens the door of a run. Runs of one session share it.
   *
   * @throws {AirlockError} BUSY where another process works with the session, CONFIG_INVALID where
   * the operator's key is not one
   */
  open(owner: DoorOwner): Promise<DoorLease>;
  /** Forgets the values of a run without a session, once nobody has its door open. */
  forget(runId: string): Promise<void>;
  /** Forgets those of all such runs but the ones that are kept. */
  forgetAllBut(isKept: (runId: string) => boolean): Promise<void>;
  /**
   * Masks a text that belongs to no session, such as what a server said when it failed; `out` for
   * one whose tokens stay.
   */
  redact(text: string, direction?: "in" | "out"): string;
}

/** What writes down what doors do. */
export interface PrivacyAudit {
  /** Takes events, all of one act at once. */
  readonly write: PrivacySink;
  /** Resolves when all that was taken is written; rejects where it cannot be. */
  settled(): Promise<void>;
}

/** Options of {@linkcode createDoors}. */
export interface CreateDoorsOptions {
  /** Absent where nothing is written down. */
  readonly audit?: PrivacyAudit | undefined;
}

/** The vaults of a configuration. */
export function vaultsOf({ folders, privacy }: Config): SessionVaults {
  // Read each time: another process may have made a new key.
  return createSessionVaults(join(folders.state, "vaults"), () => readKeys(privacy.key));
}

/** The vaults of runs without a session, as long as these can go on. */
export function runVaultsOf({ folders, privacy }: Config): RunVaults {
  return createRunVaults(join(folders.state, "vaults", "runs"), () => readKeys(privacy.key));
}

/**
 * Makes the doors of a runtime.
 *
 * @throws {AirlockError} CONFIG_INVALID for a pattern or a path in the settings that cannot be read
 */
export function createDoors(config: Config, options: CreateDoorsOptions = {}): Doors {
  return config.privacy.enabled ? new SessionDoors(config, options) : NO_DOORS;
}

class SessionDoors implements Doors {
  readonly #protection: Protection;
  readonly #offThread: OffThreadFinder;
  readonly #audit: PrivacyAudit | undefined;
  readonly #config: Config;
  readonly #vaults: SessionVaults;
  readonly #runVaults: RunVaults;
  readonly #open = new Map<string, SharedDoor>();
  #auditKey: Promise<Uint8Array> | undefined;

  constructor(config: Config, { audit }: CreateDoorsOptions) {
    this.#config = config;
    this.#protection = new Protection(config.privacy);
    this.#offThread = new OffThreadFinder(config.privacy);
    this.#audit = audit;
    this.#vaults = vaultsOf(config);
    this.#runVaults = runVaultsOf(config);
  }

  async open({ runId, session }: DoorOwner): Promise<DoorLease> {
    if (session === undefined) return await this.#openOwn(runId);
    for (;;) {
      const ending = this.#open.get(session)?.ended;
      if (ending === undefined) break;
      await ending;
    }
    const shared = this.#open.get(session) ?? this.#share(session);
    shared.leases++;
    try {
      return { door: await shared.door, [Symbol.asyncDispose]: () => this.#leave(session, shared) };
    } catch (error) {
      await this.#leave(session, shared);
      throw error;
    }
  }

  redact(text: string, direction: "in" | "out" = "in"): string {
    const vault = new Vault({ session: "", nonce: randomNonce(RUN_NONCE) });
    const door = createDoor({ protection: this.#protection, vault });
    const masked = door.maskText(text, { direction });
    vault.destroy();
    return masked;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#offThread[Symbol.dispose]();
    await Promise.all([...this.#open.values()].map(({ ended }) => ended));
  }

  async forget(runId: string): Promise<void> {
    if (this.#keepsRuns) await this.#runVaults.destroy(runId);
  }

  async forgetAllBut(isKept: (runId: string) => boolean): Promise<void> {
    if (this.#keepsRuns) await this.#runVaults.destroyAllBut(isKept);
  }

  /** What is not written down of a run cannot go on after this process either. */
  get #keepsRuns(): boolean {
    return this.#config.journal.keep === "file";
  }

  async #openOwn(runId: string): Promise<DoorLease> {
    const held = this.#keepsRuns
      ? await this.#runVaults.hold(runId)
      : await this.#holdInMemory(runId);
    return {
      door: this.#doorOf(held),
      [Symbol.asyncDispose]: () => this.#release(held),
    };
  }

  async #holdInMemory(runId: string): Promise<HeldVault> {
    const vault = new Vault({
      session: runId,
      nonce: randomNonce(RUN_NONCE),
      ...(this.#audit === undefined ? {} : { auditKey: await this.#readAuditKey() }),
    });
    return {
      vault,
      write: () => vault.settleNews(),
      release: () => Promise.resolve(vault.destroy()),
    };
  }

  #share(session: string): SharedDoor {
    const held = this.#vaults.hold(session);
    const shared: SharedDoor = {
      leases: 0,
      held,
      door: held.then((vault) => this.#doorOf(vault)),
      ended: undefined,
    };
    this.#open.set(session, shared);
    return shared;
  }

  /** The last one saves the vault whole. */
  async #leave(session: string, shared: SharedDoor): Promise<void> {
    if (--shared.leases > 0) return;
    shared.ended = shared.held.then((held) => this.#release(held));
    try {
      await shared.ended;
    } finally {
      this.#open.delete(session);
    }
  }

  async #release({ release }: HeldVault): Promise<void> {
    try {
      // Fingerprints are made of the values as they are written down.
      await this.#audit?.settled();
    } finally {
      await release();
    }
  }

  #doorOf({ vault, write }: HeldVault): RunDoor {
    const door = createDoor({
      protection: this.#protection,
      vault,
      offThread: this.#offThread,
      ...(this.#audit === undefined ? {} : { onEvents: this.#audit.write }),
    });
    return createRunDoor(door, {
      protection: this.#protection,
      audit: this.#audit,
      keepTokens: write,
    });
  }

  #readAuditKey(): Promise<Uint8Array> {
    return this.#auditKey ??= readKeys(this.#config.privacy.key).then(({ auditKey }) => auditKey);
  }
}

/** The door of a session that has runs. */
interface SharedDoor {
  leases: number;
  readonly held: Promise<HeldVault>;
  readonly door: Promise<RunDoor>;
  /** Once the last run has left. */
  ended: Promise<void> | undefined;
}

const NO_DOORS: Doors = {
  open: () => Promise.resolve({ door: OPEN_DOOR, [Symbol.asyncDispose]: () => Promise.resolve() }),
  forget: () => Promise.resolve(),
  forgetAllBut: () => Promise.resolve(),
  redact: (text) => text,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
