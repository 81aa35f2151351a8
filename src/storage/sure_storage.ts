import { type Blobs, type Bucket, type EventLog, type Storage, UnknownOutcome } from "./ports.ts";

/** Tries of one write whose acknowledgements do not come. */
const MAX_TRIES = 20;

/**
 * Wraps a storage whose acknowledgements may be lost: after an unknown outcome it reads what is there,
 * and writes again only where nothing has changed. Two writes of one subject are never alike, or they
 * mean the same. A write that another one has replaced by then counts as not done: to do it again must
 * err on the safe side.
 */
export function sureStorage(storage: Storage): Storage {
  return {
    isShared: storage.isShared,
    bucket: <T>(name: Parameters<Storage["bucket"]>[0]) => sureBucket(storage.bucket<T>(name)),
    log: <E>(name: "runs") => sureLog(storage.log<E>(name)),
    blobs: (name) => sureBlobs(storage.blobs(name)),
    leases: storage.leases,
    openIndex: () => storage.openIndex(),
    [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
  };
}

function sureBucket<T>(bucket: Bucket<T>): Bucket<T> {
  /** Returns the revision that a write of `value` has given, be it known or found. */
  const put = (key: string, value: T, before: number, write: () => Promise<number | undefined>) =>
    untilSure(write, async () => {
      const found = await bucket.get(key);
      if ((found?.revision ?? 0) === before) return { isDone: false };
      const isOurs = found !== undefined && isSame(found.value, value);
      return { isDone: true, result: isOurs ? found.revision : undefined };
    });
  return {
    ...bucket,
    create: (key, value) => put(key, value, 0, () => bucket.create(key, value)),
    update: (key, value, revision) =>
      put(key, value, revision, () => bucket.update(key, value, revision)),
    remove: (key, revision) =>
      untilSure(() => bucket.remove(key, revision), async () => {
        const found = await bucket.get(key);
        if (found?.revision === revision) return { isDone: false };
        return { isDone: true, result: found === undefined };
      }),
  };
}

function sureLog<E>(log: EventLog<E>): EventLog<E> {
  return {
    ...log,
    append: (subject, expected, events) =>
      untilSure(() => log.append(subject, expected, events), async () => {
        const from = expected + 1;
        const found = await log.read(subject, { from, to: expected + events.length });
        if (found.length === 0) return { isDone: false };
        const isOurs = isSame(found.map(({ event }) => event), events.map(({ event }) => event));
        return { isDone: true, result: isOurs };
      }),
    // Both may be done twice.
    trim: (subject, range) => untilSure(() => log.trim(subject, range), again),
    remove: (subject) => untilSure(() => log.remove(subject), again),
  };
}

/** All writes of blobs may be done twice. */
function sureBlobs(blobs: Blobs): Blobs {
  return {
    get: (name) => blobs.get(name),
    list: () => blobs.list(),
    put: (name, bytes, options) => untilSure(() => blobs.put(name, bytes, options), again),
    remove: (name) => untilSure(() => blobs.remove(name), again),
    async extend(name) {
      const tail = await blobs.extend(name);
      return {
        write: (bytes, at) => untilSure(() => tail.write(bytes, at), again),
        overwrite: (bytes, at) => untilSure(() => tail.overwrite(bytes, at), again),
        [Symbol.asyncDispose]: () => tail[Symbol.asyncDispose](),
      };
    },
  };
}

/** What is there after a write with an unknown outcome. */
type Found<R> = { readonly isDone: false } | { readonly isDone: true; readonly result: R };

const again = () => Promise.resolve({ isDone: false } as const);

async function untilSure<R>(write: () => Promise<R>, look: () => Promise<Found<R>>): Promise<R> {
  for (let tries = 1;; tries++) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof UnknownOutcome) || tries >= MAX_TRIES) throw error;
    }
    const found = await look();
    if (found.isDone) return found.result;
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
