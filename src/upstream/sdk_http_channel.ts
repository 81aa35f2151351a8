// @ts-types="@modelcontextprotocol/sdk/client/sse"
import { SSEClientTransport, SseError } from "@modelcontextprotocol/sdk/client/sse.js";
// @ts-types="@modelcontextprotocol/sdk/client/streamableHttp"
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { AsyncLocalStorage } from "node:async_hooks";
import { traceParent } from "../model/trace_parent.ts";
import {
  ANSWER_LOST,
  type Channel,
  type ChannelEvents,
  ConnectionError,
  type Message,
} from "./channel.ts";
import { LargeMessages } from "./read_messages.ts";
import { limitResponse, TooLargeError } from "./limit_response.ts";

/** Time for the last events of a stream that has ended. */
const SETTLE_MS = 100;
/** Time for the end of a session. */
const TERMINATE_MS = 500;

/** JSON-RPC's "Internal error". */
const INTERNAL_ERROR = -32_603;

/** Transport, headers and limit of an {@linkcode HttpChannel}. */
export interface HttpChannelOptions {
  /** Streamable HTTP, or HTTP with SSE as in revision 2024-11-05. */
  readonly kind: "streamable" | "sse";
  readonly headers: Readonly<Record<string, string>>;
  readonly maxMessageBytes: number;
}

/** A channel over HTTP. Redirects are followed within the server's origin only. */
export class HttpChannel implements Channel {
  readonly #transport: StreamableHTTPClientTransport | SSEClientTransport;
  readonly #maxMessageBytes: number;
  /** The request that a fetch belongs to. */
  readonly #request = new AsyncLocalStorage<SentRequest>();
  readonly #large = new LargeMessages();
  readonly #waiting = new Set<unknown>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #events: ChannelEvents | undefined;
  #isOpen = false;

  constructor(url: string, { kind, headers, maxMessageBytes }: HttpChannelOptions) {
    this.#maxMessageBytes = maxMessageBytes;
    const options = { requestInit: { headers: { ...headers } }, fetch: this.#fetch };
    this.#transport = kind === "sse"
      ? new SSEClientTransport(new URL(url), options)
      : new StreamableHTTPClientTransport(new URL(url), options);
  }

  async open(events: ChannelEvents): Promise<void> {
    this.#events = events;
    this.#transport.onmessage = (message: object) => this.#receive(message as Message);
    this.#transport.onerror = (error) => this.#onError(error);
    try {
      await this.#transport.start();
    } catch (error) {
      throw describe(error);
    }
    this.#isOpen = true;
  }

  async send(message: Message): Promise<void> {
    const { id, method } = message;
    if (id !== undefined && method !== undefined) this.#waiting.add(id);
    try {
      const body = await this.#large.encode(message);
      const sent = body === undefined ? message : { ...message, params: {} };
      await this.#request.run({ id, body }, () => this.#transport.send(sent as SentMessage));
    } catch (error) {
      if (error instanceof TooLargeError) return this.#fail(id, error);
      this.#waiting.delete(id);
      throw describe(error);
    }
  }

  useProtocolVersion(version: string): void {
    this.#transport.setProtocolVersion(version);
  }

  async close(): Promise<void> {
    this.#events = undefined;
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#transport instanceof StreamableHTTPClientTransport) {
      await terminate(this.#transport);
    }
    await this.#transport.close();
  }

  #receive(received: Message): void {
    const message = this.#large.putBack(received);
    if (!("method" in message) && !this.#waiting.delete(Number(message.id))) return;
    this.#events?.message(message);
  }

  /** The one stream of SSE is the session: the SDK would open another, without that session. */
  #onError(error: Error): void {
    if (!this.#isOpen || !(error instanceof SseError)) return;
    this.#events?.lost(new ConnectionError("it ended the connection"));
  }

  readonly #fetch = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const { id, body } = this.#request.getStore() ?? {};
    const isPost = init?.method === "POST";
    const request = withTraceParent(isPost && body !== undefined ? { ...init, body } : init);
    return await limitResponse(await fetch(url, request), {
      maxMessageBytes: this.#maxMessageBytes,
      shorten: (json) => this.#large.takeOut(json),
      streamEnded: ({ resumable, error }) => {
        if (!resumable && this.#waiting.has(id)) this.#failSoon(id, error);
      },
    });
  };

  /** The SDK does not report a stream that ends without the answer it was opened for. */
  #failSoon(id: unknown, error: unknown): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#fail(id, error);
    }, SETTLE_MS);
    this.#timers.add(timer);
  }

  #fail(id: unknown, error: unknown): void {
    const reason = error instanceof TooLargeError
      ? { code: INTERNAL_ERROR, message: error.message }
      : { code: ANSWER_LOST, message: "The stream has ended" };
    this.#receive({ jsonrpc: "2.0", id, error: reason });
  }
}

/** Adds the `traceparent` of the call's trace. */
function withTraceParent(init: RequestInit | undefined): RequestInit {
  const parent = traceParent.getStore();
  if (parent === undefined) return { ...init };
  const headers = new Headers(init?.headers);
  headers.set("traceparent", parent);
  return { ...init, headers };
}

/** A request that is being sent. */
interface SentRequest {
  readonly id: unknown;
  /** The JSON of a large request. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

type SentMessage = Parameters<SSEClientTransport["send"]>[0];

async function terminate(transport: StreamableHTTPClientTransport): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, TERMINATE_MS);
  await Promise.race([transport.terminateSession().catch(() => {}), promise]);
  clearTimeout(timer);
}

/** The SDK's own messages contain addresses and answers of servers: they become the detail. */
function describe(error: unknown): ConnectionError {
  const detail = String(error);
  const status = readStatus(error);
  return status === undefined
    ? new ConnectionError("it could not be reached", { detail })
    : new ConnectionError(`it answered HTTP ${status}`, { status, detail });
}

function readStatus(error: unknown): number | undefined {
  const status = error instanceof StreamableHTTPError || error instanceof SseError
    ? error.code
    // The SSE transport's error for a POST has its status in the text only.
    : Number(/^Error POSTing to endpoint \(HTTP (\d{3})\)/.exec((error as Error).message)?.[1]);
  return status !== undefined && status >= 100 ? status : undefined;
}
