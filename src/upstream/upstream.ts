import type { ServerConfig } from "../config/servers.ts";
import type { Catalogue } from "../model/tool.ts";
import { AirlockError } from "../model/errors.ts";
import type { JsonObject } from "../text/json_value.ts";
import { withTurns } from "../work/host_turns.ts";
import { ConnectionError, type Progress, ServerError, untilAborted } from "./channel.ts";
import { McpToolError } from "./mcp_tool_error.ts";
import { readToolResult } from "./read_tool_result.ts";
import type { ServerCatalogue } from "./server_catalogue.ts";
import type { Lease, ServerConnection } from "./server_connection.ts";

/** Longest text of a server in an error of Airlock. */
const MAX_REASON_LENGTH = 1_000;
/** Longest text of a server in which secrets are looked for; the rest is never shown. */
const MAX_READ_LENGTH = 65_536;
/** HTTP statuses that mean that a session no longer exists. */
const SESSION_GONE = [400, 404, 410];

/** One call of one tool of one server. */
export interface ToolCall {
  /** Name of the server in the configuration. */
  readonly server: string;
  readonly tool: string;
  /** Sent unchecked; see `validateArguments`. */
  readonly arguments: JsonObject;
  /** Cancels the call and tells the server so. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called with the time that the server declares its answer valid for, in milliseconds. */
  readonly onTtl?: ((ttlMs: number) => void) | undefined;
}

/** Source of a catalogue, and the end of waiting for it. */
export interface CatalogueOptions {
  /** Whether the server is asked even if a catalogue is known. */
  readonly fresh?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** One upstream server: its connection, its catalogue, and the calls of its tools. */
export class Upstream {
  readonly server: ServerConfig;
  readonly connection: ServerConnection;
  readonly known: ServerCatalogue;

  constructor(
    server: ServerConfig,
    { connection, catalogue }: { connection: ServerConnection; catalogue: ServerCatalogue },
  ) {
    this.server = server;
    this.connection = connection;
    this.known = catalogue;
  }

  /**
   * Returns the tools: from the server if it is connected, else from disk, else from the server.
   *
   * @throws {AirlockError} SERVER_UNAVAILABLE
   */
  async catalogue({ fresh = false, signal }: CatalogueOptions = {}): Promise<Catalogue> {
    const action = `Cannot list tools of "${this.server.name}"`;
    try {
      if (!fresh && this.connection.client === undefined) {
        const known = await untilAborted(this.known.recall("fresh"), signal);
        if (known !== undefined) return known;
      }
      return await this.#list({ fresh, signal });
    } catch (error) {
      signal?.throwIfAborted();
      const known = fresh ? undefined : await this.known.recall("expired");
      if (known !== undefined) return known;
      throw this.#explain(error, action);
    }
  }

  /**
   * Calls a tool.
   *
   * @returns the answer as a value
   * @throws {McpToolError} where the tool reports that it failed
   * @throws {AirlockError} TOOL_UNKNOWN, SERVER_UNAVAILABLE, TOOL_TIMED_OUT or TOOL_FAILED
   */
  async call(call: ToolCall): Promise<unknown> {
    const action = `Cannot call ${this.server.name}.${call.tool}`;
    let hint: string | undefined;
    call.signal?.throwIfAborted();
    try {
      await this.#findTool(call);
      using lease = await this.connection.acquire(call.signal);
      hint = "The call may have taken effect all the same";
      return await this.#ask(lease, call);
    } catch (error) {
      call.signal?.throwIfAborted();
      throw this.#explain(error, action, hint === undefined ? {} : { hint });
    }
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    await Promise.all([this.connection.close(), this.known.close()]);
  }

  async #list({ fresh, signal }: { fresh: boolean; signal: AbortSignal | undefined }) {
    const again = fresh && this.connection.client !== undefined;
    using lease = await this.connection.acquire(signal);
    return await untilAborted(this.known.list(lease.client, { again }), signal);
  }

  async #findTool({ tool, signal }: ToolCall): Promise<void> {
    if (this.known.has(tool)) return;
    await untilAborted(this.known.recall("expired"), signal);
    if (this.known.has(tool)) return;
    await this.#list({ fresh: false, signal });
    if (this.known.has(tool)) return;
    throw new AirlockError(
      "TOOL_UNKNOWN",
      `Cannot call ${this.server.name}.${tool}: the server has no such tool`,
    );
  }

  async #ask(lease: Lease, call: ToolCall): Promise<unknown> {
    call.signal?.throwIfAborted();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.server.timeoutMs);
    const abort = () => deadline.abort();
    call.signal?.addEventListener("abort", abort);
    try {
      const { tool, arguments: args, onProgress } = call;
      const request = { method: "tools/call", params: { name: tool, arguments: args } } as const;
      const options = { signal: deadline.signal, onProgress };
      return await this.#read(await lease.client.request(request, options), call);
    } catch (error) {
      if (deadline.signal.aborted) throw new TimeoutError(this.server.timeoutMs);
      if (isBroken(error)) lease.retire();
      throw error;
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener("abort", abort);
    }
  }

  async #read(result: unknown, { tool, onTtl }: ToolCall): Promise<unknown> {
    const { ttlMs, _meta } = (result ?? {}) as { ttlMs?: unknown; _meta?: { ttlMs?: unknown } };
    const ttl = ttlMs ?? _meta?.ttlMs;
    if (typeof ttl === "number" && ttl >= 0) onTtl?.(ttl);
    const outcome = await withTurns(readToolResult(result));
    if (outcome.kind === "value") return outcome.value;
    throw new McpToolError(this.#quote(outcome.message), { server: this.server.name, tool });
  }

  /** An error in the words of Airlock; the server's are for the operator. */
  #explain(error: unknown, action: string, options: { hint?: string } = {}): unknown {
    if (error instanceof ConnectionError) {
      const detail = error.detail && hideSecrets(error.detail, this.server);
      const message = `${action}: its server is not available (${error.message})`;
      const cause = detail ? new Error(detail) : error;
      return new AirlockError("SERVER_UNAVAILABLE", message, { ...options, cause });
    }
    if (error instanceof TimeoutError) {
      const message = `${action}: no answer within ${error.ms} ms`;
      return new AirlockError("TOOL_TIMED_OUT", message, options);
    }
    if (error instanceof ServerError) {
      const words = this.#quote(error.message);
      const isLong = words.length > MAX_REASON_LENGTH;
      const shown = isLong ? `${words.slice(0, MAX_REASON_LENGTH).toWellFormed()}…` : words;
      return new AirlockError("TOOL_FAILED", `${action}: ${shown}`);
    }
    return error;
  }

  /** The beginning of a server's text without secrets. */
  #quote(text: string): string {
    return hideSecrets(text.slice(0, MAX_READ_LENGTH), this.server);
  }
}

class TimeoutError extends Error {
  readonly ms: number;

  constructor(ms: number) {
    super();
    this.ms = ms;
  }
}

/** Whether the next call needs a new connection. */
function isBroken(error: unknown): boolean {
  return error instanceof ConnectionError &&
    (error.status === undefined || SESSION_GONE.includes(error.status));
}

/** Shorter values are common words, which would be hidden everywhere. */
const MIN_SECRET_LENGTH = 6;

/** Hides all values in `text` that are configured for the server alone. */
export function hideSecrets(text: string, server: ServerConfig): string {
  const secrets = findSecrets(server)
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .sort((one, other) => other.length - one.length);
  return secrets.reduce((hidden, secret) => hidden.replaceAll(secret, "[hidden]"), text);
}

function findSecrets(server: ServerConfig): string[] {
  if (server.kind === "remote") {
    const url = new URL(server.url);
    return [
      ...Object.values(server.headers).flatMap((value) => [value, value.replace(/^\S+\s+/, "")]),
      ...url.searchParams.values(),
      url.search.slice(1),
      url.username,
      url.password,
    ];
  }
  return [...Object.values(server.env), ...server.args.flatMap(findInArgument)];
}

/** `--key=value`, or an argument that reads like a key: no path, no package, no word. */
function findInArgument(argument: string): string[] {
  const value = /^--?[\w-]+=(.+)$/s.exec(argument)?.[1];
  if (value !== undefined) return [value];
  return /^(?=.*\d)[\w.~+=-]{20,}$/.test(argument) ? [argument] : [];
}
