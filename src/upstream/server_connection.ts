import { ConnectionError, type McpClient, type McpClientEvents, untilAborted } from "./channel.ts";
import { Backoff } from "./backoff.ts";

/** Longest wait of a caller for a server that has just failed. */
const MAX_WAIT_MS = 1_000;

/** The right to use a connection, which is not closed before all its leases, unless it is lost. */
export interface Lease extends Disposable {
  readonly client: McpClient;
  /** Takes a broken connection out of use for later callers. */
  retire(): void;
}

interface ServerConnectionOptions {
  readonly connectTimeoutMs: number;
  /** Makes one attempt. */
  readonly connect: (events: McpClientEvents, signal: AbortSignal) => Promise<McpClient>;
  readonly connected: (client: McpClient) => void;
  readonly toolsChanged: (client: McpClient) => void;
}

/**
 * The connection to one server: made when it is first asked for, by one attempt for all callers;
 * kept; made again when it is lost, with a growing delay where that fails.
 */
export class ServerConnection {
  readonly #options: ServerConnectionOptions;
  readonly #backoff = new Backoff();
  readonly #closing = new AbortController();
  readonly #endings = new Set<Promise<void>>();
  readonly #retired = new Set<Held>();
  #held: Held | undefined;
  #attempt: Promise<Held> | undefined;
  #error: ConnectionError | undefined;

  constructor(options: ServerConnectionOptions) {
    this.#options = options;
  }

  get client(): McpClient | undefined {
    return this.#held?.client;
  }

  get state(): "idle" | "connecting" | "connected" | "failed" {
    if (this.#held !== undefined) return "connected";
    if (this.#attempt !== undefined) return "connecting";
    return this.#error === undefined ? "idle" : "failed";
  }

  /** The error of the last connection or attempt, until the next one succeeds. */
  get error(): ConnectionError | undefined {
    return this.#error;
  }

  /**
   * Returns the connection, and makes one where there is none.
   *
   * @param signal ends the waiting, not the attempt, which may serve others
   * @throws {ConnectionError} where the attempt fails
   */
  async acquire(signal?: AbortSignal): Promise<Lease> {
    const held = this.#held ?? await untilAborted(this.#join(), signal);
    if (held.client.lost !== undefined) throw held.client.lost;
    held.leases += 1;
    return {
      client: held.client,
      retire: () => this.#retire(held),
      [Symbol.dispose]: () => {
        held.leases -= 1;
        this.#endRetired(held);
      },
    };
  }

  /** Ends all connections, also those in use. */
  async close(): Promise<void> {
    this.#closing.abort(new ConnectionError("it is closed"));
    await this.#attempt?.catch(() => {});
    if (this.#held !== undefined) this.#retire(this.#held);
    for (const held of this.#retired) this.#end(held);
    await Promise.all(this.#endings);
  }

  #join(): Promise<Held> {
    if (this.#attempt === undefined) {
      this.#attempt = this.#connect().finally(() => this.#attempt = undefined);
      // All callers may have stopped waiting by then.
      this.#attempt.catch(() => {});
    }
    return this.#attempt;
  }

  async #connect(): Promise<Held> {
    await this.#waitForTurn();
    const { connectTimeoutMs, connect, connected } = this.#options;
    const attempt = new AbortController();
    const timer = setTimeout(
      () => attempt.abort(new ConnectionError(`it did not answer within ${connectTimeoutMs} ms`)),
      connectTimeoutMs,
    );
    const signal = AbortSignal.any([attempt.signal, this.#closing.signal]);
    let client: McpClient;
    try {
      client = await connect(this.#events(() => client), signal);
      if (client.lost !== undefined) throw client.lost;
    } catch (error) {
      this.#error = error instanceof ConnectionError
        ? error
        : new ConnectionError("it could not be started", { detail: String(error) });
      this.#backoff.failed();
      throw this.#error;
    } finally {
      clearTimeout(timer);
    }
    this.#error = undefined;
    this.#held = { client, leases: 0 };
    this.#backoff.connected();
    connected(client);
    return this.#held;
  }

  async #waitForTurn(): Promise<void> {
    this.#closing.signal.throwIfAborted();
    const wait = this.#backoff.remainingMs;
    if (wait === 0) return;
    if (wait > MAX_WAIT_MS) throw this.#error ?? new ConnectionError("it failed just now");
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, wait);
    try {
      await untilAborted(promise, this.#closing.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Passes on events of the current connection only: a failed attempt throws instead. */
  #events(client: () => McpClient): McpClientEvents {
    const whenCurrent = (act: (held: Held) => void) => {
      if (this.#held !== undefined && this.#held.client === client()) act(this.#held);
    };
    return {
      toolsChanged: () => whenCurrent((held) => this.#options.toolsChanged(held.client)),
      lost: (error) =>
        whenCurrent((held) => {
          this.#error = error;
          this.#retire(held);
          this.#end(held);
        }),
    };
  }

  #retire(held: Held): void {
    if (this.#held !== held) return;
    this.#held = undefined;
    this.#backoff.failed();
    this.#retired.add(held);
    this.#endRetired(held);
  }

  #endRetired(held: Held): void {
    if (held.leases === 0 && this.#retired.has(held)) this.#end(held);
  }

  #end(held: Held): void {
    if (!this.#retired.delete(held)) return;
    const ending = held.client.close().catch(() => {}).finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }
}

interface Held {
  readonly client: McpClient;
  leases: number;
}
