import { Buffer } from "node:buffer";
import { STATUS_CODES } from "node:http";
import { Duplex } from "node:stream";
import { HttpError, PROBLEM_TYPE, toRefusal } from "../problem.ts";
import type { Connection } from "./connection_quota.ts";

/** Whether a request carries a principal's token. */
type Caller = "anonymous" | "principal";

/** One connection of a client, with its deadlines. */
export class HttpConnection implements Connection {
  /** Its bytes, for Node's parser. */
  readonly stream: ConnStream;
  readonly #idleMs: number;
  #timer: ReturnType<typeof setTimeout>;
  #active = 0;
  /** Bytes read when its last request began. */
  #bytesBefore = 0;

  /**
   * @param deadlines `anonymousMs` for the head of an anonymous request and its response; `idleMs`
   * between a response to a principal and the end of the next head
   */
  constructor(conn: Deno.Conn, deadlines: { anonymousMs: number; idleMs: number }) {
    this.stream = new ConnStream(conn);
    this.#idleMs = deadlines.idleMs;
    this.#timer = setTimeout(() => this.#expire(), deadlines.anonymousMs);
    this.stream.once("close", () => clearTimeout(this.#timer));
  }

  /** Active requests. */
  get active(): number {
    return this.#active;
  }

  /** Whether a request is active. */
  get isBusy(): boolean {
    return this.#active > 0;
  }

  /** Notes that a request has begun; an anonymous one does not stop the deadline. */
  begin(caller: Caller): void {
    this.#active++;
    this.#bytesBefore = this.stream.bytesRead;
    if (caller === "principal") clearTimeout(this.#timer);
  }

  /** Notes that a request has ended. */
  end(caller: Caller): void {
    this.#active--;
    if (caller === "anonymous" || this.isBusy || this.stream.destroyed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#expire(), this.#idleMs);
  }

  /** Responds to an invalid request and closes; while a request is active, only closes. */
  refuse(error: HttpError): void {
    if (this.isBusy || !this.stream.writable) return this.close();
    const { problem, headers } = toRefusal(error);
    const body = new TextEncoder().encode(JSON.stringify(problem));
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${body.length}`,
      "Connection: close",
    ];
    this.stream.write(`${head.join("\r\n")}\r\n\r\n`);
    this.stream.write(body);
    this.stream.destroySoon();
  }

  /** Closes it at once. */
  close(): void {
    this.stream.destroy();
  }

  #expire(): void {
    if (this.stream.bytesRead === this.#bytesBefore) return this.close();
    this.refuse(
      new HttpError("REQUEST_INVALID", "Cannot read request: its head did not come in time", {
        status: 408,
      }),
    );
  }
}

const READ_BYTES = 16 * 1024;
/** Bytes of one write: small enough that progress of a slow reader shows. */
const WRITE_BYTES = 64 * 1024;
/** How long the client may read nothing of what is written. */
const STALL_MS = 30_000;
/** How long the client may continue to send after its last response. */
const LINGER_MS = 1_000;

type Done = (error?: Error | null) => void;

/** A connection as a Node stream, which reads and buffers no more than is requested. */
class ConnStream extends Duplex {
  readonly #conn: Deno.Conn;
  #bytesRead = 0;

  constructor(conn: Deno.Conn) {
    super();
    this.#conn = conn;
  }

  /** Bytes read so far. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /**
   * Closes the connection when everything written is sent. Further input is read and dropped for a
   * moment: a connection that is closed with unread input loses its last response.
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
      // Already closed.
    }
    done(error);
  }

  async #writeInTime(bytes: Uint8Array): Promise<number> {
    const timer = setTimeout(() => this.destroy(), STALL_MS);
    try {
      return await this.#conn.write(bytes);
    } finally {
      clearTimeout(timer);
    }
  }
}
