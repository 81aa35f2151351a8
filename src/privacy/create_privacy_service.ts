import type { Config } from "../config/config.ts";
import { AirlockError } from "../model/errors.ts";
import type { Storage } from "../storage/ports.ts";
import type {
  PrivacyAudit,
  PrivacyLease,
  PrivacyOwner,
  PrivacyService,
  RedactOptions,
} from "./privacy_service.ts";
import { OffThreadFinder, type RunFindJob } from "./mask/find_texts.ts";
import { createRunPrivacy } from "./create_run_privacy.ts";
import { PASS_THROUGH, type RunPrivacy } from "./run_privacy.ts";
import { createPrivacySession, type PrivacySessionOptions } from "./privacy_session.ts";
import { Protection } from "./protection.ts";
import { randomNonce } from "./vault/nonces.ts";
import { readPrivacyKeys } from "./vault/privacy_keys.ts";
import type { HeldVault } from "./vault/vault_writer.ts";
import { Vault } from "./vault/vault.ts";
import { SessionVaults } from "./vault/session_vaults.ts";
import { RUN_NONCE, RunVaults } from "./vault/run_vaults.ts";

interface CreatePrivacyServiceOptions {
  /** Takes the events. Default: none are written down. */
  readonly audit?: PrivacyAudit | undefined;
  /** Searches large texts elsewhere. Default: they are searched here. */
  readonly runFindJob?: RunFindJob | undefined;
  /** Keeps vaults. Default: none; then only texts can be redacted. */
  readonly storage?: Storage | undefined;
}

/**
 * Creates the privacy service of a runtime.
 *
 * @throws {AirlockError} CONFIG_INVALID for a pattern or a path in the settings that cannot be read
 */
export function createPrivacyService(
  config: Config,
  options: CreatePrivacyServiceOptions = {},
): PrivacyService {
  return config.privacy.enabled ? new SessionPrivacy(config, options) : SWITCHED_OFF;
}

const SWITCHED_OFF: PrivacyService = {
  redactLong: (text) => Promise.resolve(text),
  open: () =>
    Promise.resolve({ privacy: PASS_THROUGH, [Symbol.asyncDispose]: () => Promise.resolve() }),
  forget: () => Promise.resolve(),
  forgetAllBut: () => Promise.resolve(),
  redact: (text) => text,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** Privacy of all sessions of a runtime; the runs of one session share one `RunPrivacy`. */
class SessionPrivacy implements PrivacyService {
  readonly #protection: Protection;
  readonly #runFindJob: RunFindJob | undefined;
  readonly #audit: PrivacyAudit | undefined;
  readonly #config: Config;
  readonly #storage: Storage | undefined;
  #sessionVaults: SessionVaults | undefined;
  #ownVaults: RunVaults | undefined;
  readonly #open = new Map<string, SharedPrivacy>();
  #auditKey: Promise<Uint8Array> | undefined;

  constructor(config: Config, { audit, runFindJob, storage }: CreatePrivacyServiceOptions) {
    this.#config = config;
    this.#protection = new Protection(config.privacy);
    this.#runFindJob = runFindJob;
    this.#audit = audit;
    this.#storage = storage;
  }

  async open({ runId, session, principal }: PrivacyOwner): Promise<PrivacyLease> {
    if (session === undefined) return await this.#openOwn(runId, principal);
    for (;;) {
      const ending = this.#open.get(session)?.ended;
      if (ending === undefined) break;
      await ending;
    }
    const shared = this.#open.get(session) ?? this.#share(session, principal);
    shared.leases++;
    try {
      return {
        privacy: await shared.privacy,
        [Symbol.asyncDispose]: () => this.#leave(session, shared),
      };
    } catch (error) {
      await this.#leave(session, shared);
      throw error;
    }
  }

  redact(text: string, direction: "in" | "out" = "in"): string {
    const vault = new Vault({ session: "", nonce: randomNonce(RUN_NONCE) });
    const privacy = createPrivacySession({ protection: this.#protection, vault });
    const masked = privacy.maskText(text, { direction });
    vault.destroy();
    return masked;
  }

  async redactLong(
    text: string,
    { principal, signal, direction = "in" }: RedactOptions,
  ): Promise<string> {
    const vault = new Vault({ session: "", nonce: randomNonce(RUN_NONCE) });
    const privacy = createPrivacySession({
      protection: this.#protection,
      vault,
      ...this.#workOf(principal, signal),
    });
    try {
      return await privacy.maskLongText(text, { direction });
    } finally {
      vault.destroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ ended }) => ended));
  }

  async forget(runId: string): Promise<void> {
    if (this.#keepsRuns) await this.#runVaults.destroy(runId);
  }

  async forgetAllBut(isKept: (runId: string) => boolean): Promise<void> {
    if (this.#keepsRuns) await this.#runVaults.destroyAllBut(isKept);
  }

  /** What is not written down of a run cannot go on after this process either. */
  #openStorage(): Storage {
    if (this.#storage !== undefined) return this.#storage;
    throw new AirlockError("INTERNAL", "Cannot open vault: there is no storage");
  }

  get #vaults(): SessionVaults {
    return this.#sessionVaults ??= new SessionVaults(this.#config, this.#openStorage());
  }

  get #runVaults(): RunVaults {
    return this.#ownVaults ??= new RunVaults(this.#config, this.#openStorage());
  }

  get #keepsRuns(): boolean {
    return this.#config.journal.keep === "file";
  }

  async #openOwn(runId: string, principal: string): Promise<PrivacyLease> {
    const held = this.#keepsRuns
      ? await this.#runVaults.hold(runId)
      : await this.#holdInMemory(runId);
    return {
      privacy: this.#privacyOf(held, principal),
      [Symbol.asyncDispose]: () => this.#release(held, principal),
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
      write: () => Promise.resolve(void vault.takePending()),
      release: () => Promise.resolve(vault.destroy()),
    };
  }

  #share(session: string, principal: string): SharedPrivacy {
    const held = this.#vaults.hold(session, principal);
    const shared: SharedPrivacy = {
      leases: 0,
      principal,
      held,
      privacy: held.then((vault) => this.#privacyOf(vault, principal)),
      ended: undefined,
    };
    this.#open.set(session, shared);
    return shared;
  }

  /** The last lease saves the vault whole. */
  async #leave(session: string, shared: SharedPrivacy): Promise<void> {
    if (--shared.leases > 0) return;
    shared.ended = shared.held.then((held) => this.#release(held, shared.principal));
    try {
      await shared.ended;
    } finally {
      this.#open.delete(session);
    }
  }

  async #release({ release }: HeldVault, principal: string): Promise<void> {
    try {
      // Fingerprints are made of the values as they are written down.
      await this.#audit?.settled(principal);
    } finally {
      await release();
    }
  }

  #privacyOf({ vault, write }: HeldVault, principal: string): RunPrivacy {
    const audit = this.#audit;
    const privacy = createPrivacySession({
      protection: this.#protection,
      vault,
      ...this.#workOf(principal),
      ...(audit && { onEvents: audit.write }),
    });
    return createRunPrivacy(privacy, {
      protection: this.#protection,
      audit: audit && { settled: () => audit.settled(principal) },
      keepTokens: () => write(principal),
    });
  }

  /** Turns and search jobs of a principal; a job's settings lack the key of vaults. */
  #workOf(
    principal: string,
    signal?: AbortSignal,
  ): Pick<PrivacySessionOptions, "principal" | "offThread"> {
    const run = this.#runFindJob;
    const { key: _key, ...settings } = this.#config.privacy;
    const offThread = run && new OffThreadFinder(run, { settings, principal, signal });
    return { principal, ...(offThread && { offThread }) };
  }

  #readAuditKey(): Promise<Uint8Array> {
    return this.#auditKey ??= readPrivacyKeys(this.#config.privacy.key).then(({ auditKey }) =>
      auditKey
    );
  }
}

/** The privacy of a session that has runs. */
interface SharedPrivacy {
  leases: number;
  /** Principal of the first run: the work takes its turns. */
  readonly principal: string;
  readonly held: Promise<HeldVault>;
  readonly privacy: Promise<RunPrivacy>;
  /** Set once the last run has left. */
  ended: Promise<void> | undefined;
}
