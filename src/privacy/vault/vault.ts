import { randomBytes } from "node:crypto";
import { AirlockError } from "../../model/errors.ts";
import { formatToken } from "../../model/token.ts";
import {
  canonicalValue,
  readScalar,
  type Scalar,
  StoredEntry,
  type VaultEntry,
  type VaultState,
} from "./vault_entry.ts";
import { KeyedDigest } from "./keyed_digest.ts";
import { randomNonce } from "./nonces.ts";

export interface VaultOptions {
  /** The session that the vault belongs to. */
  readonly session: string;
  /**
   * Ends every token of the session: three to eight of `a-z2-9`, another one for each session that is
   * kept. Default: three at random.
   */
  readonly nonce?: string;
  /** Key of the fingerprints in the audit, 32 bytes. Default: random, so that they die with it. */
  readonly auditKey?: Uint8Array;
}

const NONCE_LENGTH = 3;

/** Changed entries on their way to the storage. */
export interface PendingEntries {
  readonly state: VaultState;
  /** Makes them pending again, where they could not be written. */
  putBack(): void;
}

/**
 * The two-way map of one session between values and tokens. Nothing of it is shared with another.
 *
 * @example
 * ```ts
 * import { Vault } from "./vault.ts";
 *
 * const vault = new Vault({ session: "s1", nonce: "k7q" });
 * const { token } = vault.keep("EMAIL", "ann@example.com", "crm");
 * console.assert(token === "[EMAIL_1_k7q]" && vault.get(token)?.forms[0]?.value === "ann@example.com");
 * ```
 */
export class Vault {
  readonly session: string;
  /** Ends every token that it gives out. */
  readonly nonce: string;
  readonly #digest: KeyedDigest;
  readonly #byToken = new Map<string, StoredEntry>();
  readonly #byValue = new Map<string, StoredEntry>();
  readonly #counts = new Map<string, number>();
  readonly #fingerprints = new WeakMap<VaultEntry, string>();
  /** Entries that are not written down as they are. */
  readonly #pending = new Set<StoredEntry>();
  #isDestroyed = false;

  constructor(
    { session, nonce = randomNonce(NONCE_LENGTH), auditKey = randomBytes(32) }: VaultOptions,
  ) {
    if (!/^[a-z0-9]{3,8}$/.test(nonce)) {
      throw new AirlockError(
        "INTERNAL",
        "Cannot make vault: the nonce is not 3 to 8 of a-z and 0-9",
      );
    }
    this.session = session;
    this.nonce = nonce;
    this.#digest = new KeyedDigest(auditKey);
  }

  /** Whether entries are not written down. */
  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  get size(): number {
    return this.#byToken.size;
  }

  /** Gives a value its token: the same one for an equal value, whatever its form. */
  keep(kind: string, value: Scalar, server?: string): VaultEntry {
    this.#refuseDestroyed();
    const identity = `${kind}\0${canonicalValue(kind, value)}`;
    const entry = this.#byValue.get(identity) ?? this.#add(kind, identity);
    if (entry.see(value, server)) this.#pending.add(entry);
    return entry;
  }

  /** What a value was kept as; nothing for one that was never seen. */
  find(kind: string, value: Scalar): VaultEntry | undefined {
    this.#refuseDestroyed();
    return this.#byValue.get(`${kind}\0${canonicalValue(kind, value)}`);
  }

  /** What stands behind a token in its exact form; nothing for one that this vault never gave out. */
  get(token: string): VaultEntry | undefined {
    this.#refuseDestroyed();
    return this.#byToken.get(token);
  }

  /** Entries in the order of their tokens. */
  entries(): IterableIterator<VaultEntry> {
    this.#refuseDestroyed();
    return this.#byToken.values();
  }

  /** The keyed HMAC of a value, for an audit that must never hold the value: 32 hex digits. */
  fingerprint(entry: VaultEntry): string {
    this.#refuseDestroyed();
    const known = this.#fingerprints.get(entry);
    if (known !== undefined) return known;
    const canonical = canonicalValue(entry.kind, entry.forms[0]!.value);
    const fingerprint = this.#digest.of(`${entry.kind}\0${canonical}`).slice(0, 32);
    this.#fingerprints.set(entry, fingerprint);
    return fingerprint;
  }

  /** The vault as it is written down. Only sealed may it leave memory. */
  toState(): VaultState {
    return this.#stateOf(this.#byToken.values());
  }

  /**
   * Takes the first changed entries to be written down; a later change makes them pending again.
   * Their state may leave memory sealed only.
   */
  takePending(most = Infinity): PendingEntries {
    const entries = [...firstOf(this.#pending, most)];
    const state = this.#stateOf(entries);
    for (const entry of entries) this.#pending.delete(entry);
    return {
      state,
      putBack: () => entries.forEach((entry) => this.#pending.add(entry)),
    };
  }

  /** Makes the vault again that was written down. */
  static fromState(state: VaultState, { auditKey }: Pick<VaultOptions, "auditKey"> = {}): Vault {
    const vault = new Vault({
      session: state.session,
      nonce: state.nonce,
      ...(auditKey === undefined ? {} : { auditKey }),
    });
    vault.absorb(state);
    return vault;
  }

  /** Adds what was written down later. */
  absorb({ session, nonce, entries }: VaultState): void {
    this.#refuseDestroyed();
    if (session !== this.session || nonce !== this.nonce) {
      throw new AirlockError("INTERNAL", "Cannot open vault: a part of it is another session's");
    }
    for (const [kind, count, forms] of entries) this.#load(kind, count, forms);
  }

  /** Forgets everything. After this no token of the session resolves, and nothing can be kept. */
  destroy(): void {
    this.#isDestroyed = true;
    this.#byToken.clear();
    this.#byValue.clear();
    this.#counts.clear();
    this.#pending.clear();
    this.#digest.wipe();
  }

  #add(kind: string, identity: string): StoredEntry {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    return this.#put(kind, count, identity);
  }

  #put(kind: string, count: number, identity: string): StoredEntry {
    const entry = new StoredEntry(formatToken(kind, count, this.nonce), kind, count);
    this.#counts.set(kind, Math.max(count, this.#counts.get(kind) ?? 0));
    this.#byToken.set(entry.token, entry);
    this.#byValue.set(identity, entry);
    return entry;
  }

  #load(kind: string, count: number, forms: VaultState["entries"][number][2]): void {
    const first = forms[0];
    if (first === undefined) return;
    const identity = `${kind}\0${canonicalValue(kind, readScalar(first[0], first[1]))}`;
    const entry = this.#byValue.get(identity) ?? this.#put(kind, count, identity);
    for (const [type, text, servers] of forms) {
      const value = readScalar(type, text);
      if (servers.length === 0) entry.see(value, undefined);
      for (const server of servers) entry.see(value, server);
    }
  }

  #stateOf(entries: Iterable<StoredEntry>): VaultState {
    this.#refuseDestroyed();
    return {
      version: 1,
      session: this.session,
      nonce: this.nonce,
      entries: Array.from(entries, (entry) => entry.toState()),
    };
  }

  #refuseDestroyed(): void {
    if (this.#isDestroyed) {
      throw new AirlockError("INTERNAL", "Cannot use vault: its session has ended");
    }
  }
}

function* firstOf<T>(items: Iterable<T>, most: number): Generator<T, void> {
  let count = 0;
  for (const item of items) {
    if (count++ >= most) return;
    yield item;
  }
}
