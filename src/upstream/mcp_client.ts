import type { ConnectionError } from "./channel.ts";

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
