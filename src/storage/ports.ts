/**
 * The ports of the storage: what Airlock keeps, without saying where. An engine is one set of them;
 * the first keeps files and SQLite databases in the folder of the state. All are asynchronous, an
 * acknowledgement may be lost after a write was done, and no port promises a transaction over two
 * subjects: the caller orders its writes so that what lies between two of them is safe.
 */

/** A value with the revision that a later change of it must name. */
export interface Entry<T> {
  readonly key: string;
  readonly value: T;
  /** From 1; each write of the bucket gives a higher one. */
  readonly revision: number;
}

/** A change of a bucket; the value is absent where the key was removed. */
export interface EntryChange<T> {
  readonly key: string;
  readonly value?: T;
  readonly revision: number;
}

/** Values by key, each changed by compare-and-set: approvals, grants, sessions, catalogues, pins. */
export interface Bucket<T> {
  /** Returns the entry of the key. */
  get(key: string): Promise<Entry<T> | undefined>;
  /** Adds a value; undefined where the key has one. Returns its revision. */
  create(key: string, value: T): Promise<number | undefined>;
  /** Replaces a value; undefined where it has another revision by now. Returns the new revision. */
  update(key: string, value: T, revision: number): Promise<number | undefined>;
  /** Removes a value; false where it has another revision by now, or is gone. */
  remove(key: string, revision: number): Promise<boolean>;
  /** Iterates over the entries whose keys begin with `prefix`, in the order of the keys. */
  list(prefix?: string): AsyncIterable<Entry<T>>;
  /**
   * Calls `listener` after each change, of this process or another, at least once; of several changes
   * of one key it may tell the last alone. Ends when it is disposed.
   */
  watch(listener: (change: EntryChange<T>) => void): Disposable;
}

/** A subject's event with its place. */
export interface LoggedEvent<E> {
  readonly subject: string;
  /** From 1, without gaps within its subject. */
  readonly sequence: number;
  /** Its place among the events of all subjects: ascending, with gaps. */
  readonly position: number;
  readonly event: E;
}

/**
 * Events by subject, each appended where its writer expects it. The expected sequence is the fence:
 * whoever appends to a subject that another has claimed since is refused.
 */
export interface EventLog<E> {
  /**
   * Appends events, all or none; false where the last sequence of the subject is not `expected` (0
   * for a new one).
   */
  append(subject: string, expected: number, events: readonly E[]): Promise<boolean>;
  /** Iterates over a subject's events from a sequence on, in their order. */
  read(subject: string, from?: number): AsyncIterable<LoggedEvent<E>>;
  /** Iterates over all subjects' events after a position, in its order: what a projection is made of. */
  readAll(after: number): AsyncIterable<LoggedEvent<E>>;
  /** Forgets a subject with all its events. */
  remove(subject: string): Promise<void>;
  /** Calls `listener` with the position after each append, of this process or another, at least once. */
  watch(listener: (position: number) => void): Disposable;
}

/** Held alone, or together with others that hold it so. */
export type LeaseMode = "shared" | "exclusive";

/** A name that is held until it is disposed, or until its process ends. */
export interface Lease extends AsyncDisposable {
  /** Higher than that of every exclusive holder before. */
  readonly fence: number;
}

/** Names that are held: sessions, vaults, hosts. */
export interface Leases {
  /** Takes a lease; undefined where another holds it. */
  take(name: string, mode: LeaseMode): Promise<Lease | undefined>;
  /** Returns whether any holds it. */
  isHeld(name: string): Promise<boolean>;
}

/** Bytes by name, each written whole or not at all: sealed vaults, originals. */
export interface Blobs {
  get(name: string): Promise<Uint8Array | undefined>;
  /** Writes the bytes; returns when they outlive the process. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  /** Iterates over the names that begin with `prefix`, with their times in milliseconds since 1970. */
  list(prefix?: string): AsyncIterable<{ readonly name: string; readonly changedAt: number }>;
}

/** Messages between hosts. One may be lost or come twice: what must not be lost stands in a log. */
export interface Bus {
  publish(topic: string, message: unknown): Promise<void>;
  subscribe(topic: string, listener: (message: unknown) => void): Disposable;
}

/** Counts that several hosts share. */
export interface Limiter {
  /** Takes `cost` of what `key` may take in a window; false, with nothing taken, where too little is left. */
  take(key: string, limit: { cost: number; most: number; windowMs: number }): Promise<boolean>;
}
