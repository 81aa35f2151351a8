import { OWNER_NAME } from "../../model/permission.ts";

/** A connection that holds a descriptor of this process. */
export interface Connection {
  /** Whether one of its requests is active. */
  readonly isBusy: boolean;
  /** Closes it at once. */
  close(): void;
}

interface ConnectionQuotaOptions {
  /** How many connections may be open at once. */
  readonly maxConnections: number;
  /** Called when a connection was closed or refused because there is no room. */
  readonly onFull: () => void;
}

/** A principal other than the owner may hold one part in this many. */
const SHARES = 4;

/**
 * Decides which connections stay open. One half is for anonymous connections, without a token yet: the
 * newest is admitted and the oldest is closed, one without a request first. The principals share the
 * other half, in which the owner always has room.
 */
export class ConnectionQuota {
  readonly #options: ConnectionQuotaOptions;
  /** Oldest first. */
  readonly #anonymous = new Set<Connection>();
  /** By principal, least recently used first. */
  readonly #known = new Map<string, Set<Connection>>();
  readonly #maxAnonymous: number;
  readonly #maxKnown: number;

  constructor(options: ConnectionQuotaOptions) {
    this.#options = options;
    this.#maxAnonymous = Math.ceil(options.maxConnections / 2);
    this.#maxKnown = Math.max(SHARES, options.maxConnections - this.#maxAnonymous);
  }

  /** Open connections. */
  get size(): number {
    return this.#anonymous.size + this.#knownSize();
  }

  /** Adds a new connection. */
  add(connection: Connection): void {
    if (this.#anonymous.size >= this.#maxAnonymous) this.dropAnonymous();
    this.#anonymous.add(connection);
  }

  /** Closes an anonymous connection; false where there is none. */
  dropAnonymous(): boolean {
    const anonymous = [...this.#anonymous];
    const oldest = anonymous.find(({ isBusy }) => !isBusy) ?? anonymous[0];
    if (oldest === undefined) return false;
    this.#close(oldest);
    return true;
  }

  /** Assigns a connection to its principal; false where the principal has its share already. */
  admit(connection: Connection, principal: string): boolean {
    this.remove(connection);
    const own = this.#known.get(principal) ?? new Set();
    if (!this.#hasRoom(principal, own)) {
      const idle = [...own].find(({ isBusy }) => !isBusy);
      if (idle === undefined) {
        this.#options.onFull();
        // It counts as anonymous until its refusal is sent.
        this.#anonymous.add(connection);
        return false;
      }
      this.#close(idle);
    }
    own.add(connection);
    this.#known.set(principal, own);
    return true;
  }

  /** Removes a connection. */
  remove(connection: Connection): void {
    this.#anonymous.delete(connection);
    for (const [principal, own] of this.#known) {
      if (own.delete(connection) && own.size === 0) this.#known.delete(principal);
    }
  }

  #hasRoom(principal: string, own: ReadonlySet<Connection>): boolean {
    const known = this.#knownSize();
    if (principal === OWNER_NAME) return known < this.#maxKnown;
    const share = Math.floor(this.#maxKnown / SHARES);
    const others = known - (this.#known.get(OWNER_NAME)?.size ?? 0);
    return own.size < share && others < this.#maxKnown - share && known < this.#maxKnown;
  }

  #knownSize(): number {
    return [...this.#known.values()].reduce((sum, { size }) => sum + size, 0);
  }

  #close(connection: Connection): void {
    this.remove(connection);
    this.#options.onFull();
    connection.close();
  }
}

/** Descriptors of a process where the system does not say. */
const DESCRIPTORS_UNKNOWN = 512;
const MOST = 1_024;

/**
 * The default number of connections: half of the descriptors that the system gives this process. The
 * other half is for workers, servers and files.
 */
export async function defaultMaxConnections(): Promise<number> {
  return Math.min(MOST, Math.floor((await descriptorLimit()) / 2));
}

async function descriptorLimit(): Promise<number> {
  const text = await Deno.readTextFile("/proc/self/limits").catch(() => "");
  const soft = /^Max open files +(\d+)/m.exec(text)?.[1];
  return soft === undefined ? DESCRIPTORS_UNKNOWN : Number(soft);
}
