import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { KEY_BYTES, openBytes, sealBytes } from "../storage/sealed.ts";

/** Options of {@linkcode ResultCache}. */
interface ResultCacheOptions {
  /** Of all results together. */
  readonly maxBytes: number;
  /** Milliseconds; only differences count. Default: the system's monotonic clock. */
  readonly now?: () => number;
}

/** What is asked for. */
interface Lookup {
  /** Equal for what has equal answers. */
  readonly key: string;
  /** Whose writes end the answer's time. */
  readonly server: string;
  /** The principal whose the answer is. Default: none. */
  readonly principal?: string;
  /** How long an answer is good, in milliseconds. */
  readonly ttlMs: number;
  /** Whether to ask changes something, and so ends the time of the server's other answers. */
  readonly isWrite?: boolean;
  /** Stops waiting; the call is aborted with its last waiter. */
  readonly signal?: AbortSignal | undefined;
}

/** An answer, and how long its server says that it is good. */
export interface Fetched {
  readonly value: unknown;
  readonly ttlMs?: number | undefined;
}

/** An answer, and where it is from. */
export interface Answer {
  readonly value: unknown;
  /** `shared`: of a call that was under way already. */
  readonly source: "hit" | "miss" | "shared";
}

/** Which answers are forgotten: those of a server, of a principal, of both; all without either. */
export interface ForgetOptions {
  readonly server?: string | undefined;
  readonly principal?: string | undefined;
}

/** One answer may take this share of the room. */
const MAX_SHARE = 8;
const BYTES_PER_CODE_UNIT = 2;

/** Keeps answers of tools, sealed in memory, for a while; equal questions at once are asked once. */
export class ResultCache {
  readonly #maxBytes: number;
  readonly #now: () => number;
  /** The one used longest ago first. */
  readonly #kept = new Map<string, Kept>();
  readonly #flights = new Map<string, Flight>();
  /** Calls without waiters count too. */
  readonly #fetching = new Set<Flight>();
  /** Made with the cache and written nowhere: a dump of memory without it shows no answer. */
  readonly #key = randomBytes(KEY_BYTES);
  #bytes = 0;

  constructor({ maxBytes, now = () => performance.now() }: ResultCacheOptions) {
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Gives what is kept, or what a call that is under way will give, or what `fetch` gives. */
  async through(
    lookup: Lookup,
    fetch: (signal: AbortSignal) => Promise<Fetched>,
  ): Promise<Answer> {
    lookup.signal?.throwIfAborted();
    const kept = this.#find(lookup.key);
    if (kept !== undefined) {
      return {
        value: JSON.parse(openBytes(kept.sealed, { key: this.#key }).toString()),
        source: "hit",
      };
    }
    const flying = this.#flights.get(lookup.key);
    const flight = flying ?? this.#start(lookup, fetch);
    const { value } = await join(flight, lookup.signal);
    // One caller's changes must not reach another's answer.
    return flying === undefined
      ? { value, source: "miss" }
      : { value: structuredClone(value), source: "shared" };
  }

  /** Forgets what is kept, also what is on its way. Gives how many. */
  forget({ server, principal }: ForgetOptions = {}): number {
    const isMeant = (each: Pick<Kept, "server" | "principal">) =>
      (server === undefined || each.server === server) &&
      (principal === undefined || each.principal === principal);
    const keys = [...this.#kept].filter(([, kept]) => isMeant(kept)).map(([key]) => key);
    for (const key of keys) this.#drop(key);
    // What begins from now on must not be given an answer from before.
    for (const [key, flight] of this.#flights) if (isMeant(flight)) this.#flights.delete(key);
    for (const flight of this.#fetching) if (isMeant(flight)) flight.isCurrent = false;
    return keys.length;
  }

  #find(key: string): Kept | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (this.#now() >= kept.until) return void this.#drop(key);
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept;
  }

  #start(lookup: Lookup, fetch: (signal: AbortSignal) => Promise<Fetched>): Flight {
    const { key, server, principal, isWrite = false } = lookup;
    const controller = new AbortController();
    if (isWrite) this.forget({ server });
    const flight: Flight = {
      server,
      principal,
      isCurrent: true,
      waiting: 0,
      abandon: () => {
        // A later caller must not get the abort.
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        controller.abort();
      },
      fetched: fetch(controller.signal).then((fetched) => {
        const { isCurrent } = flight;
        if (isWrite) this.forget({ server });
        if (isCurrent) this.#keep(lookup, fetched);
        return fetched;
      }, (error) => {
        // It may have taken effect all the same.
        if (isWrite) this.forget({ server });
        throw error;
      }).finally(() => {
        this.#fetching.delete(flight);
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
      }),
    };
    // Everybody may have stopped waiting by then.
    flight.fetched.catch(() => {});
    this.#flights.set(key, flight);
    this.#fetching.add(flight);
    return flight;
  }

  #keep({ key, server, principal, ttlMs }: Lookup, { value, ttlMs: said = ttlMs }: Fetched): void {
    const json = JSON.stringify(value);
    const goodMs = Math.min(ttlMs, said);
    if (json === undefined || !(goodMs > 0)) return;
    // Not even sealed where it is too long in any case.
    if (json.length > this.#maxBytes / MAX_SHARE) return;
    const sealed = sealBytes(Buffer.from(json), { key: this.#key });
    const bytes = sealed.length + key.length * BYTES_PER_CODE_UNIT;
    if (bytes > this.#maxBytes / MAX_SHARE) return;
    this.#drop(key);
    this.#kept.set(key, { server, principal, sealed, bytes, until: this.#now() + goodMs });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}

interface Kept {
  readonly server: string;
  readonly principal: string | undefined;
  /** As text, with real values: each who asks gets a value of its own. */
  readonly sealed: Uint8Array;
  readonly bytes: number;
  readonly until: number;
}

interface Flight {
  readonly server: string;
  readonly principal: string | undefined;
  /** Whether its answer may be kept. */
  isCurrent: boolean;
  /** The last waiter has left. */
  readonly abandon: () => void;
  readonly fetched: Promise<Fetched>;
  waiting: number;
}

async function join(flight: Flight, signal: AbortSignal | undefined): Promise<Fetched> {
  flight.waiting++;
  const left = Promise.withResolvers<never>();
  const leave = () => left.reject(signal?.reason);
  signal?.addEventListener("abort", leave);
  try {
    return await Promise.race([flight.fetched, left.promise]);
  } finally {
    signal?.removeEventListener("abort", leave);
    if (--flight.waiting === 0) flight.abandon();
  }
}
