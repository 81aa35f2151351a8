import { STATUS_CODES } from "node:http";
import { HttpError } from "../http_error.ts";
import { PROBLEM_TYPE, toRefusal } from "../problem.ts";
import type { Connection } from "./connection_room.ts";
import { ConnStream } from "./conn_stream.ts";

/** Options of {@linkcode HttpConnection}. */
export interface HttpConnectionOptions {
  /** How long a stranger may take for a head and the answer to it. */
  readonly strangerMs: number;
  /** How long a caller may be between an answer and the end of the next head. */
  readonly idleMs: number;
}

/** One connection of a client: what it may still do, and until when. */
export class HttpConnection implements Connection {
  /** Its bytes, for Node's parser. */
  readonly stream: ConnStream;
  readonly #idleMs: number;
  #timer: ReturnType<typeof setTimeout>;
  #underWay = 0;
  /** How much had come when its last request began. */
  #bytesBefore = 0;

  constructor(conn: Deno.Conn, { strangerMs, idleMs }: HttpConnectionOptions) {
    this.stream = new ConnStream(conn);
    this.#idleMs = idleMs;
    this.#timer = setTimeout(() => this.#end(), strangerMs);
    this.stream.once("close", () => clearTimeout(this.#timer));
  }

  /** Requests that are being answered. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Whether a request is being answered. */
  get isBusy(): boolean {
    return this.#underWay > 0;
  }

  /** Says that a request has come; one of a stranger does not stop the clock. */
  begin(whose: "stranger" | "caller"): void {
    this.#underWay++;
    this.#bytesBefore = this.stream.bytesRead;
    if (whose === "caller") clearTimeout(this.#timer);
  }

  /** Says that a request of a caller was answered. */
  ended(whose: "stranger" | "caller"): void {
    this.#underWay--;
    if (whose === "stranger" || this.isBusy || this.stream.destroyed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), this.#idleMs);
  }

  /** Ends it with an answer to what was no request; where one is being answered, without. */
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

  /** Ends it at once. */
  close(): void {
    this.stream.destroy();
  }

  #end(): void {
    if (this.stream.bytesRead === this.#bytesBefore) return this.close();
    this.refuse(
      new HttpError("REQUEST_INVALID", "Cannot read request: its head did not come in time", {
        status: 408,
      }),
    );
  }
}
