import { exists } from "@std/fs";
import { join } from "@std/path";
import { AirlockError } from "../model/errors.ts";
import {
  type AuditEntry,
  type AuditHead,
  type AuditKind,
  checkpointText,
  follow,
  GENESIS,
  headText,
} from "./audit_entry.ts";
import { type AuditKeys, readAuditKeys } from "./audit_keys.ts";
import { type AuditStore, type EntryFilter, openAuditStore } from "./audit_store.ts";
import { DAY_MS } from "../text/day_ms.ts";

/** So many entries at most are without a signature over them. */
const CHECKPOINT_ENTRIES = 256;

/**
 * What happened, in order: entries are added and never changed, each holds the digest of the one
 * before, and what has returned is written. Hosts of one folder share one log.
 */
export class AuditLog implements Disposable {
  readonly store: AuditStore;
  readonly keys: AuditKeys;
  readonly #now: () => number;
  #unsigned = 0;
  #lastSeq = 0;
  #group: EntryGroup | undefined;
  /** The last head that this host signed. */
  #own = { text: "", mac: "" };

  constructor(store: AuditStore, { keys, now }: { keys: AuditKeys; now: () => number }) {
    this.store = store;
    this.keys = keys;
    this.#now = now;
  }

  /**
   * Begins the log where there is none. Where there was one before, its first entry is "log_lost".
   *
   * @throws {AirlockError} AUDIT_FAILED
   */
  begun(time: "first" | "again"): this {
    if (this.store.head() !== undefined || !this.store.isEmpty) return this;
    const begin = () => {
      if (this.store.head() !== undefined || !this.store.isEmpty) return;
      this.#moveHead({ seq: 0, digest: GENESIS, removedTo: 0, mac: "" });
      if (time === "again") this.#add("log_lost", { runId: "", body: "{}" });
    };
    // A power cut must not take the log and leave its key.
    this.store.durably(() => this.#write(begin));
    return this;
  }

  /**
   * Adds an entry.
   *
   * @throws {AirlockError} AUDIT_FAILED where it cannot be written; what it tells of must not happen
   */
  append(kind: AuditKind, { runId = "", body }: { runId?: string; body: unknown }): AuditEntry {
    this.#writeGroup();
    const text = JSON.stringify(body);
    const entry = this.#write(() => this.#add(kind, { runId, body: text }));
    this.#countUnsigned(1);
    return entry;
  }

  /**
   * Adds an entry at once with others that are added in the same moment, as those of parallel calls
   * are; resolves when it is written.
   *
   * @throws {AirlockError} AUDIT_FAILED, as of {@linkcode append}
   */
  appendTogether(kind: AuditKind, { runId, body }: { runId: string; body: unknown }) {
    if (this.#group === undefined) {
      this.#group = { entries: [], ...Promise.withResolvers<void>() };
      queueMicrotask(() => this.#writeGroup());
    }
    this.#group.entries.push({ kind, runId, body: JSON.stringify(body) });
    return this.#group.promise;
  }

  /** Signs all until now. */
  checkpoint(): AuditEntry {
    this.#writeGroup();
    const { keys } = this;
    this.#unsigned = 0;
    return this.#write(() => {
      const { seq: upTo, digest } = this.#head();
      const { keyId } = keys;
      const signature = keys.sign(checkpointText({ upTo, digest, keyId }));
      return this.#add("checkpoint", {
        runId: "",
        body: JSON.stringify({ upTo, digest, keyId, signature }),
      });
    });
  }

  /**
   * Removes what is older than so many days, up to a signed checkpoint, and writes down what was
   * removed. Gives how many entries.
   */
  removeOlderThan(days: number): number {
    const before = this.#now() - days * DAY_MS;
    const last = this.#lastCheckpointBefore(before);
    if (last === undefined) return 0;
    return this.#write(() => {
      const head = this.#head();
      const removed = countKinds(this.store.read({ toSeq: last.seq }));
      if (removed.entries === 0) return 0;
      this.#add("entries_removed", {
        runId: "",
        body: JSON.stringify({
          from: head.removedTo + 1,
          to: last.seq,
          lastDigest: last.digest,
          ...removed,
          days,
        }),
      });
      this.#moveHead({ ...this.#head(), removedTo: last.seq });
      this.store.removeTo(last.seq);
      return removed.entries;
    });
  }

  read(filter: EntryFilter = {}): Generator<AuditEntry> {
    return this.store.read(filter);
  }

  /** Signs what is not signed yet, and closes the log. */
  [Symbol.dispose](): void {
    try {
      this.#writeGroup();
      if (this.#unsigned > 0) this.checkpoint();
    } catch (error) {
      // The end of a host cannot act on it; the next host refuses to start.
      if (!(error instanceof AirlockError)) throw error;
    } finally {
      this.store.close();
    }
  }

  /** Settles the promise of the group. */
  #writeGroup(): void {
    const group = this.#group;
    if (group === undefined) return;
    this.#group = undefined;
    try {
      this.#write(() => group.entries.forEach(({ kind, ...content }) => this.#add(kind, content)));
      this.#countUnsigned(group.entries.length);
      group.resolve();
    } catch (error) {
      group.reject(error);
    }
  }

  #countUnsigned(entries: number): void {
    this.#unsigned += entries;
    if (this.#unsigned >= CHECKPOINT_ENTRIES) this.checkpoint();
  }

  /** Of the first entries that are all older; the later ones are not looked at. */
  #lastCheckpointBefore(time: number): AuditEntry | undefined {
    let last: AuditEntry | undefined;
    for (const entry of this.store.read()) {
      if (entry.at >= time) break;
      if (entry.kind === "checkpoint") last = entry;
    }
    return last;
  }

  #write<T>(write: () => T): T {
    try {
      return this.store.atOnce(write);
    } catch (cause) {
      if (cause instanceof AirlockError) throw cause;
      throw new AirlockError("AUDIT_FAILED", "Cannot go on: the audit cannot be written", {
        cause,
      });
    }
  }

  #add(kind: AuditKind, { runId, body }: { runId: string; body: string }): AuditEntry {
    const head = this.#head();
    const entry = follow(head, { at: this.#now(), kind, runId, body });
    const moved = this.#signed({ ...head, seq: entry.seq, digest: entry.digest });
    this.store.add(entry, moved);
    this.#lastSeq = entry.seq;
    return entry;
  }

  #moveHead(head: AuditHead): void {
    this.store.moveHead(this.#signed(head));
  }

  #signed(head: Omit<AuditHead, "mac">): AuditHead {
    const text = headText(head);
    this.#own = { text, mac: this.keys.mac(text) };
    return { ...head, mac: this.#own.mac };
  }

  /** What this host wrote last need not be computed again. */
  #isSigned(head: AuditHead): boolean {
    const text = headText(head);
    const mac = text === this.#own.text ? this.#own.mac : this.keys.mac(text);
    return head.mac === mac;
  }

  /** An end that is not ours is never built upon: that would make the break look whole. */
  #head(): AuditHead {
    const head = this.store.head();
    if (head === undefined) throw broken();
    if (!this.#isSigned(head) || head.seq < this.#lastSeq) throw broken();
    return head;
  }
}

/** Entries of one moment. */
interface EntryGroup extends PromiseWithResolvers<void> {
  readonly entries: { kind: AuditKind; runId: string; body: string }[];
}

function broken(): AirlockError {
  return new AirlockError(
    "AUDIT_FAILED",
    "Cannot go on: the end of the audit is not the one that was written",
    { hint: "deno task audit verify says what was changed" },
  );
}

function countKinds(entries: Iterable<AuditEntry>) {
  const kinds: Record<string, number> = {};
  let count = 0;
  let [firstAt, lastAt] = [0, 0];
  for (const { kind, at } of entries) {
    if (count++ === 0) firstAt = at;
    lastAt = at;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return { entries: count, kinds, firstAt, lastAt };
}

interface OpenAuditLogOptions {
  /** Folder of the log and its key. */
  readonly folder: string;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
}

/**
 * Opens the log of a folder: `audit.db` and `audit.key`.
 *
 * @throws {AirlockError} CONFIG_INVALID
 */
export async function openAuditLog(
  { folder, now = Date.now }: OpenAuditLogOptions,
): Promise<AuditLog> {
  const path = join(folder, "audit.key");
  const young = `${path}${YOUNG}`;
  const log = await exists(path) ? undefined : await openFirst(young, { path, folder, now });
  if (log !== undefined) return log;
  await removeYoung(young);
  return (await open(path, { folder, now })).begun("again");
}

const YOUNG = ".new";

/** Undefined where another host was quicker, maybe with another key. */
async function openFirst(
  young: string,
  { path, ...options }: Required<OpenAuditLogOptions> & { readonly path: string },
): Promise<AuditLog | undefined> {
  try {
    using opening = new DisposableStack();
    const log = opening.use(await open(young, options));
    if (await exists(path)) return undefined;
    log.begun("first");
    await Deno.link(young, path);
    await removeYoung(young);
    opening.move();
    return log;
  } catch (error) {
    if (await exists(path)) return undefined;
    throw error;
  }
}

async function removeYoung(young: string): Promise<void> {
  await Deno.remove(young).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

async function open(
  keyPath: string,
  { folder, now }: Required<OpenAuditLogOptions>,
): Promise<AuditLog> {
  const keys = await readAuditKeys(keyPath);
  return new AuditLog(openAuditStore(join(folder, "audit.db")), { keys, now });
}
