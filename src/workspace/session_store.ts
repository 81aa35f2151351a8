import { sha256 } from "../text/sha256.ts";
import { AirlockError } from "../model/errors.ts";
import { BucketView } from "../storage/bucket_view.ts";
import type { Bucket, Lease, Storage } from "../storage/ports.ts";

/** A session as it is written down. */
export interface StoredSession {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** When a run of it began last; in the same unit. */
  readonly usedAt: number;
  /** How many runs it has had. */
  readonly runs: number;
}

/** All sessions, in their bucket, which is opened when it is needed first. */
export class SessionStore {
  readonly #storage: Storage;
  readonly #clock: () => number;
  #opened:
    | { readonly bucket: Bucket<StoredSession>; readonly view: BucketView<StoredSession> }
    | undefined;

  /** @param clock Returns the time in milliseconds since 1970. */
  constructor(storage: Storage, clock: () => number) {
    this.#storage = storage;
    this.#clock = clock;
  }

  /** Whether the bucket is open. */
  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  #open() {
    if (this.#opened !== undefined) return this.#opened;
    const bucket = this.#storage.bucket<StoredSession>("sessions");
    return this.#opened = { bucket, view: new BucketView(bucket) };
  }

  /** Stores that a session is used, the first time too. */
  async use(
    session: Pick<StoredSession, "id" | "owner" | "name">,
    { runs }: { readonly runs: 0 | 1 },
  ): Promise<void> {
    for (;;) {
      const usedAt = this.#clock();
      const found = await this.#open().bucket.get(session.id);
      const value = { createdAt: usedAt, runs: 0, ...found?.value, ...session, usedAt };
      const used = { ...value, runs: value.runs + runs };
      const revision = found === undefined
        ? await this.#open().bucket.create(session.id, used)
        : await this.#open().bucket.update(session.id, used, found.revision);
      if (revision !== undefined) return;
    }
  }

  /** Stores a session that was found, unless it is known. */
  async adopt(session: Omit<StoredSession, "runs">): Promise<void> {
    await this.#open().bucket.create(session.id, { ...session, runs: 0 });
  }

  async find(id: string): Promise<StoredSession | undefined> {
    return (await this.#open().bucket.get(id))?.value;
  }

  /** Returns the sessions of one owner or of all, the latest used first. */
  async list(owner?: string): Promise<StoredSession[]> {
    const all = [...(await this.#open().view.read()).values()].map(({ value }) => value);
    return all.filter((session) => owner === undefined || session.owner === owner)
      .sort((one, other) => other.usedAt - one.usedAt || (one.id < other.id ? -1 : 1))
      .slice(0, MAX_LISTED);
  }

  async remove(id: string): Promise<void> {
    const found = await this.#open().bucket.get(id);
    if (found !== undefined && !await this.#open().bucket.remove(id, found.revision)) {
      await this.remove(id);
    }
  }
}

const MAX_LISTED = 10_000;

/**
 * Holds a session until it is disposed: runs use it together, and its end needs it alone.
 *
 * @throws {AirlockError} BUSY where it is being closed, or is used while it is to be closed
 */
export async function lockSession(
  id: string,
  { storage, for: purpose }: { readonly storage: Storage; readonly for: "use" | "end" },
): Promise<Lease> {
  const name = `sessions/${sha256(id).slice(0, 40)}.lock`;
  const lease = await storage.leases.take(name, purpose === "end" ? "exclusive" : "shared");
  if (lease !== undefined) return lease;
  throw new AirlockError(
    "BUSY",
    purpose === "end"
      ? "Cannot close session: a run is under way in it"
      : "Cannot open session: it is being closed",
  );
}
