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
