import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";

/** Options of {@linkcode ConnStream}. */
export interface ConnStreamOptions {
  /** How long the other side may take none of what is written. Default: 30,000. */
  readonly stallMs?: number;
}

const READ_BYTES = 16 * 1024;
/** What is written at once: a slow reader is seen to read. */
const WRITE_BYTES = 64 * 1024;
const STALL_MS = 30_000;
/** How long the other side may go on sending after it was given its last answer. */
const LINGER_MS = 1_000;

type Done = (error?: Error | null) => void;

/** A connection as a stream of Node's, which reads and holds no more than it is asked for. */
export class ConnStream extends Duplex {
  readonly #conn: Deno.Conn;
  readonly #stallMs: number;
  #bytesRead = 0;

  constructor(conn: Deno.Conn, { stallMs = STALL_MS }: ConnStreamOptions = {}) {
    super();
    this.#conn = conn;
    this.#stallMs = stallMs;
  }

  /** How much has come. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /**
   * Ends the connection when what was written is sent. What still comes is read and dropped for a
   * moment: a connection that is closed upon unread bytes loses its last answer.
   */
  destroySoon(): void {
    if (this.destroyed) return;
    const timer = setTimeout(() => this.destroy(), LINGER_MS);
    this.once("close", () => clearTimeout(timer));
    this.end();
    this.removeAllListeners("data");
    this.resume();
  }

  override async _read(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    try {
      const size = await this.#conn.read(buffer);
      this.#bytesRead += size ?? 0;
      this.push(size === null ? null : Buffer.from(buffer.buffer, 0, size));
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  override async _write(chunk: Uint8Array, _encoding: unknown, done: Done): Promise<void> {
    try {
      for (let sent = 0; sent < chunk.length;) {
        sent += await this.#writeInTime(chunk.subarray(sent, sent + WRITE_BYTES));
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _final(done: Done): void {
    this.#conn.closeWrite().then(() => done(), done);
  }

  override _destroy(error: Error | null, done: Done): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed.
    }
    done(error);
  }

  async #writeInTime(bytes: Uint8Array): Promise<number> {
    const timer = setTimeout(() => this.destroy(), this.#stallMs);
    try {
      return await this.#conn.write(bytes);
    } finally {
      clearTimeout(timer);
    }
  }
}
