import type { DatabaseSync } from "node:sqlite";

/**
 * The ports of the storage: what Airlock keeps, without saying where. An engine is one
 * {@linkcode Storage}; the first keeps SQLite databases and files in the folder of the state. An
 * acknowledgement may be lost after a write was done, and no port promises a transaction over two
 * subjects: the caller orders its writes so that what lies between two of them is safe.
 */

/** Thrown by an engine where a write may have been done: its acknowledgement has not come. */
export class UnknownOutcome extends Error {
  /** Tells it from other errors. */
  override readonly name = "UnknownOutcome";
}

/** A value with the revision that a later change of it must name. */
export interface Entry<T> {
  /** JSON. */
  readonly value: T;
  /** From 1; each write of the bucket gives a higher one. */
  readonly revision: number;
}

/** The latest change of a key; the value is absent where the key was removed. */
export interface EntryChange<T> {
  /** The key that was written or removed. */
  readonly key: string;
  /** JSON. */
  readonly value?: T;
  /** The revision of the change. */
  readonly revision: number;
}

/** Values by key, each changed by compare-and-set. */
export interface Bucket<T> {
  /** Returns the entry of a key. */
  get(key: string): Promise<Entry<T> | undefined>;
  /** Adds a value; returns its revision, or undefined where the key has a value. */
  create(key: string, value: T): Promise<number | undefined>;
  /** Replaces a value; returns the new revision, or undefined where it has another one by now. */
  update(key: string, value: T, revision: number): Promise<number | undefined>;
  /** Removes a value; false where it has another revision by now, or is gone. */
  remove(key: string, revision: number): Promise<boolean>;
  /** Returns each key's latest change after a revision, in the order of the revisions; after 0, all. */
  changes(after: number): Promise<EntryChange<T>[]>;
  /** Calls `listener` after changes, of this process or another, at least once. */
  watch(listener: () => void): Disposable;
}

/** An event with bytes beside it. */
export interface LogEvent<E> {
  /** JSON. */
  readonly event: E;
  /** What only a read of the subject gives. */
  readonly body?: Uint8Array | undefined;
}

/** An event with its place. */
export interface LoggedEvent<E> extends LogEvent<E> {
  /** From 1, in the order of the subject's events. */
  readonly sequence: number;
}

/** An event without its bytes, among those of all subjects. */
export interface FeedEvent<E> {
  /** The subject that it was appended to. */
  readonly subject: string;
  /** Its place among the events of the subject. */
  readonly sequence: number;
  /** Undefined where it is damaged. */
  readonly event: E | undefined;
  /** Ascending, with gaps. */
  readonly position: number;
}

/**
 * Events by subject, each appended where its writer expects it. The expected sequence is the fence:
 * a writer whose subject was claimed by another one is refused.
 */
export interface EventLog<E> {
  /** Appends events, all or none; false where the subject's last sequence is not `expected` (from 0). */
  append(subject: string, expected: number, events: readonly LogEvent<E>[]): Promise<boolean>;
  /** Returns a subject's last sequence; 0 where it has no events. */
  last(subject: string): Promise<number>;
  /** Returns a subject's events, in their order. */
  read(subject: string, range?: { from?: number; to?: number }): Promise<LoggedEvent<E>[]>;
  /** Returns at most `limit` events of all subjects after a position: what a projection is made of. */
  feed(after: number, limit: number): Promise<FeedEvent<E>[]>;
  /** Forgets a subject's events from one sequence to another, never the last one. */
  trim(subject: string, range: { from: number; to: number }): Promise<void>;
  /** Forgets a subject with all its events. */
  remove(subject: string): Promise<void>;
}

/** Bytes by name that grow at their end: sealed vaults. The holder of a lease alone writes them. */
export interface Blobs {
  /** Returns the bytes of a name. */
  get(name: string): Promise<Uint8Array | undefined>;
  /** Replaces bytes, whole or not at all; with `sync` also where the machine loses its power. */
  put(name: string, bytes: Uint8Array, options: { readonly sync: boolean }): Promise<void>;
  /** Opens bytes that are there to write at their end. */
  extend(name: string): Promise<BlobTail>;
  /** Forgets a name. */
  remove(name: string): Promise<void>;
  /** Returns all names. */
  list(): Promise<string[]>;
}

/** Bytes that are open for more. */
export interface BlobTail extends AsyncDisposable {
  /** Writes bytes at a place, in the place of all that stood behind it. */
  write(bytes: Uint8Array, at: number): Promise<void>;
  /** Writes bytes over others. */
  overwrite(bytes: Uint8Array, at: number): Promise<void>;
}

/** Held by one alone, or by several together. */
export type LeaseMode = "shared" | "exclusive";

/** A held name; it is free again when it is disposed, or when its process ends. */
export type Lease = AsyncDisposable;

/** Names that processes hold: hosts, sessions. */
export interface Leases {
  /** Takes a lease; undefined where the name is held otherwise. */
  take(name: string, mode: LeaseMode): Promise<Lease | undefined>;
  /** Returns whether a name is held. */
  isHeld(name: string): Promise<boolean>;
  /** Forgets the names below `prefix` that no process holds. */
  sweep(prefix: string): Promise<void>;
}

/** The kinds of events and values that are kept, by name. */
export interface Storage extends AsyncDisposable {
  /** Whether another process may work with the same state. */
  readonly isShared: boolean;
  /** Opens the values of a kind. */
  bucket<T>(name: BucketName): Bucket<T>;
  /** Opens the log of the runs. */
  log<E>(name: "runs"): EventLog<E>;
  /** Opens the sealed vaults of sessions, or of runs without one. */
  blobs(name: "vaults" | "run_vaults"): Blobs;
  /** Names such as `hosts/…` and `sessions/…`. */
  readonly leases: Leases;
  /** Opens the local database of the run index; it goes with the storage. */
  openIndex(): DatabaseSync;
}

/** A kind of values. */
export type BucketName =
  | "approvals"
  | "approval_texts"
  | "grants"
  | "run_keys"
  | "sessions"
  | "nonces";
