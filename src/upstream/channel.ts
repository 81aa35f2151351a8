/** A JSON-RPC message, as yet unchecked. */
export type Message = { readonly [key: string]: unknown };

/** What a channel tells whoever opened it. */
export interface ChannelEvents {
  /** A message has come. */
  message(message: Message): void;
  /** The connection is lost; nothing follows. Not called after `close()`. */
  lost(error: ConnectionError): void;
}

/** The code of an error by which a channel itself answers a request whose answer cannot come. */
export const ANSWER_LOST = -32_090;

/** A way to exchange messages with one server, whatever carries them. */
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

/** Options of {@linkcode ConnectionError}. */
export interface ConnectionErrorOptions {
  /** The HTTP status that said so. */
  readonly status?: number;
  /** What the server said last, for its operator; never for a model. */
  readonly detail?: string;
}

/** A server cannot be reached. The message says what is so of it: "it exited with code 1". */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly status: number | undefined;
  readonly detail: string | undefined;

  /** Makes an error whose message names no command, address or secret. */
  constructor(message: string, { status, detail }: ConnectionErrorOptions = {}) {
    super(message);
    this.status = status;
    this.detail = detail;
  }
}

/** A connection to one server that has introduced itself. */
export interface McpClient {
  /**
   * Asks the server.
   *
   * @returns its result, unchecked
   * @throws {ServerError} where it answers with an error
   * @throws {ConnectionError} where it cannot be reached, or the connection is lost meanwhile
   */
  request(request: McpRequest, options?: RequestOptions): Promise<unknown>;
  /** Why the connection is lost, once it is. */
  readonly lost: ConnectionError | undefined;
  /** Ends the connection. What waits for an answer fails. */
  close(): Promise<void>;
}

/** One request of the protocol. */
export interface McpRequest {
  readonly method: "tools/list" | "tools/call";
  readonly params: Readonly<Record<string, unknown>>;
}

/** Options of {@linkcode McpClient.request}. */
export interface RequestOptions {
  /** Gives the request up and tells the server so. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How far a tool says it is. */
export interface Progress {
  /** Grows with each notification; of `total`, where that is known. */
  readonly progress: number;
  /** What `progress` will be at the end. */
  readonly total?: number | undefined;
  /** What it is doing. */
  readonly message?: string | undefined;
}

/** What a connection tells while it is open. */
export interface McpClientEvents {
  /** The server says that its tools have changed. */
  toolsChanged(): void;
  /** The connection is lost; not called after `close()`. */
  lost(error: ConnectionError): void;
}

/** A server answered a request with an error of the protocol. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  /** Of JSON-RPC, or the server's own. */
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
