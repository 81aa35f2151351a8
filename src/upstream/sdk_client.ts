import { Client } from "@modelcontextprotocol/sdk/client";
// @ts-types="@modelcontextprotocol/sdk/types"
import { McpError, ToolListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import manifest from "../../deno.json" with { type: "json" };
import {
  ANSWER_LOST,
  type Channel,
  ConnectionError,
  type McpClient,
  type McpClientEvents,
  type McpRequest,
  type RequestOptions,
  ServerError,
  untilAborted,
} from "./channel.ts";

/** The SDK's own limit would fire before a long `timeoutMs`; the caller's signal decides. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Initializes the connection to the server at the other end of `channel`, which it takes over.
 *
 * No capabilities are declared: Airlock has no roots, samples or answers for a server, and a server
 * that was promised them waits for them. An abort throws the signal's reason.
 *
 * @throws {ConnectionError} where the server does not answer as the protocol asks; by then the
 * channel is closed
 */
export async function connectClient(
  channel: Channel,
  { events, signal }: { readonly events: McpClientEvents; readonly signal: AbortSignal },
): Promise<McpClient> {
  const transport = new ChannelTransport(channel, events);
  const client = new Client({ name: "airlock", version: manifest.version }, {
    capabilities: {},
    jsonSchemaValidator: { getValidator: refuseToValidate },
  });
  client.setNotificationHandler(ToolListChangedNotificationSchema, events.toolsChanged);
  try {
    await untilAborted(client.connect(transport, { timeout: NO_TIMEOUT_MS }), signal);
  } catch (error) {
    const refusal = transport.failure ?? describeRefusal(error);
    await transport.close();
    throw refusal;
  }
  return {
    get lost(): ConnectionError | undefined {
      return transport.lost;
    },
    async request(request, options = {}): Promise<unknown> {
      try {
        return await ask(client, request, options);
      } catch (error) {
        if (transport.lost !== undefined) throw transport.lost;
        throw error instanceof McpError ? describeError(error) : error;
      }
    },
    close: () => transport.close(),
  };
}

async function ask(
  client: Client,
  request: McpRequest,
  { signal, onProgress }: RequestOptions,
): Promise<unknown> {
  return await client.request({ ...request, params: { ...request.params } }, z.unknown(), {
    timeout: NO_TIMEOUT_MS,
    ...(signal && { signal }),
    ...(onProgress && { onprogress: onProgress }),
  });
}

/** Replaces the SDK's validator, which is slow to make and never used. */
function refuseToValidate(): never {
  throw new Error("Cannot validate: results are not validated");
}

function describeRefusal(error: unknown): Error {
  if (error instanceof ConnectionError) return error;
  return new ConnectionError(
    error instanceof McpError
      ? "it refused to be initialized"
      : "its answer to initialize is not what the protocol asks for",
    { detail: String(error) },
  );
}

function describeError({ code, message }: McpError): Error {
  if (code === ANSWER_LOST) return new ConnectionError("it ended the connection");
  // The SDK puts its own words before the server's.
  const prefix = `MCP error ${code}: `;
  return new ServerError(code, message.startsWith(prefix) ? message.slice(prefix.length) : message);
}

type Transport = Parameters<Client["connect"]>[0];
type JsonRpcMessage = Parameters<Transport["send"]>[0];

/** A channel as a transport of the SDK. */
class ChannelTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport["onmessage"]>;
  /** The error of a connection that failed by itself. */
  failure: ConnectionError | undefined;
  #closed: ConnectionError | undefined;
  readonly #channel: Channel;
  readonly #events: McpClientEvents;

  constructor(channel: Channel, events: McpClientEvents) {
    this.#channel = channel;
    this.#events = events;
  }

  get lost(): ConnectionError | undefined {
    return this.failure ?? this.#closed;
  }

  async start(): Promise<void> {
    await this.#channel.open({
      message: (message) => this.onmessage?.(message as JsonRpcMessage),
      lost: (error) => {
        this.failure = error;
        this.onclose?.();
        this.#events.lost(error);
      },
    });
  }

  async send(message: JsonRpcMessage): Promise<void> {
    await this.#channel.send(message);
  }

  setProtocolVersion(version: string): void {
    this.#channel.useProtocolVersion?.(version);
  }

  async close(): Promise<void> {
    this.#closed ??= new ConnectionError("the connection was closed");
    // Makes the SDK fail open requests; for a lost connection it already has.
    if (this.failure === undefined) this.onclose?.();
    await this.#channel.close();
  }
}
