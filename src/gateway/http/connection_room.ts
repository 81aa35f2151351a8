import { OWNER_NAME } from "../../model/permission.ts";

/** A connection that holds a descriptor of this process. */
export interface Connection {
  /** Whether a request of it is being answered. */
  readonly isBusy: boolean;
  /** Ends it at once. */
  close(): void;
}

/** Options of {@linkcode ConnectionRoom}. */
export interface ConnectionRoomOptions {
  /** How many connections may be open at once. */
  readonly maxConnections: number;
  /** Hears that a connection was closed or sent away because there is no room. */
  readonly onFull: () => void;
}

/** One part of the room in so many is what a principal but the owner may have. */
const SHARES = 4;

/**
 * Says who may hold connections. One half of the room is for those that have not shown a token yet:
 * of them the newest is let in and the oldest goes, one without a request first. The other half is
 * shared by the principals, of whom the owner always finds room.
 */
export class ConnectionRoom {
  readonly #options: ConnectionRoomOptions;
  /** The oldest first. */
  readonly #strangers = new Set<Connection>();
  /** Of each principal, the one used longest ago first. */
  readonly #known = new Map<string, Set<Connection>>();
  readonly #maxStrangers: number;
  readonly #maxKnown: number;

  constructor(options: ConnectionRoomOptions) {
    this.#options = options;
    this.#maxStrangers = Math.ceil(options.maxConnections / 2);
    this.#maxKnown = Math.max(SHARES, options.maxConnections - this.#maxStrangers);
  }

  /** Connections that are open. */
  get size(): number {
    return this.#strangers.size + this.#knownSize();
  }

  /** Lets a new connection in. */
  enter(connection: Connection): void {
    if (this.#strangers.size >= this.#maxStrangers) this.dropStranger();
    this.#strangers.add(connection);
  }

  /** Closes a connection of a stranger; false where there is none. */
  dropStranger(): boolean {
    const strangers = [...this.#strangers];
    const oldest = strangers.find(({ isBusy }) => !isBusy) ?? strangers[0];
    if (oldest === undefined) return false;
    this.#close(oldest);
    return true;
  }

  /** Says whose a connection is; false where its principal has as many as it may. */
  admit(connection: Connection, principal: string): boolean {
    this.leave(connection);
    const own = this.#known.get(principal) ?? new Set();
    if (!this.#hasRoom(principal, own)) {
      const idle = [...own].find(({ isBusy }) => !isBusy);
      if (idle === undefined) {
        this.#options.onFull();
        // It counts as a stranger's until it has been told.
        this.#strangers.add(connection);
        return false;
      }
      this.#close(idle);
    }
    own.add(connection);
    this.#known.set(principal, own);
    return true;
  }

  /** Gives the room of a connection back. */
  leave(connection: Connection): void {
    this.#strangers.delete(connection);
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
    this.leave(connection);
    this.#options.onFull();
    connection.close();
  }
}
