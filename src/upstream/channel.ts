import type { JsonObject } from "../text/json_value.ts";

/** A JSON-RPC message, as yet unchecked. */
export type Message = JsonObject;

/** Callbacks of an open channel. */
export interface ChannelEvents {
  message(message: Message): void;
  /** The connection is lost; nothing follows. Not called after `close()`. */
  lost(error: ConnectionError): void;
}

/** The code of an error by which a channel itself answers a request whose answer cannot come. */
export const ANSWER_LOST = -32_090;

/** A way to exchange messages with one server over any transport. */
export interface Channel {
  /** Starts it; called once. */
  open(events: ChannelEvents): Promise<void>;
  /** Rejects with a {@linkcode ConnectionError} where the message could not be handed over. */
  send(message: Message): Promise<void>;
  /** Learns the agreed revision of the protocol, for channels that must repeat it. */
  useProtocolVersion?(version: string): void;
  /** Ends it and all that it started. */
  close(): Promise<void>;
}

/** A server cannot be reached. The message tells its state: "it exited with code 1". */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  /** The server's HTTP status. */
  readonly status: number | undefined;
  /** The server's last words, for its operator; never for a model. */
  readonly detail: string | undefined;

  /** @param message without any command, address or secret */
  constructor(
    message: string,
    { status, detail }: { readonly status?: number; readonly detail?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.detail = detail;
  }
}

/** A connection to one server after `initialize`. */
export interface McpClient {
  /**
   * Sends a request; the signal cancels it and tells the server so.
   *
   * @returns the server's result, unchecked
   * @throws {ServerError} where it answers with an error
   * @throws {ConnectionError} where it cannot be reached, or the connection is lost meanwhile
   */
  request(request: McpRequest, options?: RequestOptions): Promise<unknown>;
  /** The error of a lost connection. */
  readonly lost: ConnectionError | undefined;
  /** Ends the connection. Open requests fail. */
  close(): Promise<void>;
}

/** One request of the protocol. */
export interface McpRequest {
  readonly method: "tools/list" | "tools/call";
  readonly params: JsonObject;
}

/** Cancellation and progress of one request. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The progress of a tool, as its server reports it. */
export interface Progress {
  /** Grows with each notification. */
  readonly progress: number;
  /** The value of `progress` at the end. */
  readonly total?: number | undefined;
  /** The current work. */
  readonly message?: string | undefined;
}

/** Callbacks of an open connection. */
export interface McpClientEvents {
  /** The server's tools have changed. */
  toolsChanged(): void;
  /** The connection is lost; not called after `close()`. */
  lost(error: ConnectionError): void;
}

/** A server answered a request with an error of the protocol. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  /** A code of JSON-RPC, or the server's own. */
  readonly code: number;

  /** @param message the server's own words */
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Settles as `promise` does, or rejects with the signal's reason as soon as it is aborted. */
export async function untilAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return await promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
