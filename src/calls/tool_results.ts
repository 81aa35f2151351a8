import { createHmac, randomBytes } from "node:crypto";
import { hashTool } from "../codegen/hash_tool.ts";
import type { ServerCache, ServerConfig } from "../config/servers.ts";
import type { Tool } from "../model/tool.ts";
import { canonicalJson } from "../text/json_value.ts";
import { type Answer, type Fetched, type ForgetOptions, ResultCache } from "./result_cache.ts";

/** A call as the cache sees it. */
interface CacheableCall {
  readonly server: string;
  readonly tool: Tool;
  /** What the call leaves behind: nothing, the same however often it is made, or more each time. */
  readonly leaves: "none" | "same" | "each";
  /** Whether the same call gives another answer each time. */
  readonly varies: boolean;
  /** As they go to the server. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** An answer is kept for its principal alone. */
  readonly principal: string;
  readonly signal?: AbortSignal | undefined;
}

/** What became of a look into the cache; `off` where the tool's answers are not kept. */
export type CacheOutcome = Answer["source"] | "off";

/** The answers of tools that may be kept. */
export interface ToolResults {
  /** Gives the answer that is kept, or makes the call. */
  through(
    call: CacheableCall,
    fetch: (signal: AbortSignal | undefined) => Promise<Fetched>,
  ): Promise<{ readonly value: unknown; readonly source: CacheOutcome }>;
  /** Forgets answers; gives how many. */
  forget(options?: ForgetOptions): number;
}

/** Options of {@linkcode createToolResults}. */
interface CreateToolResultsOptions {
  readonly servers: readonly ServerConfig[];
  readonly maxBytes: number;
  /** Default: the system's monotonic clock. */
  readonly now?: () => number;
}

/**
 * Keeps the answers of tools: where the server's configuration allows it, and the tool is known to
 * change nothing. What may change something ends the time of all that is kept of its server, before
 * it is made and after.
 */
export function createToolResults(
  { servers, maxBytes, now }: CreateToolResultsOptions,
): ToolResults {
  const cache = new ResultCache({ maxBytes, ...(now !== undefined && { now }) });
  const rules = new Map(servers.map(({ name, cache }) => [name, cache]));
  const secret = randomBytes(32);
  const hashes = new WeakMap<Tool, string>();

  /** A keyed digest: memory does not hold what was asked. */
  function keyOf({ server, tool, arguments: args, principal }: CacheableCall): string {
    const schema = hashes.get(tool) ?? hashTool(tool);
    hashes.set(tool, schema);
    return createHmac("sha256", secret)
      .update(canonicalJson([server, tool.name, schema, principal, args])).digest("base64");
  }

  return {
    async through(call, fetch) {
      const { server, principal, signal } = call;
      const isWrite = call.leaves !== "none";
      const ttlMs = ttlOf(call, rules.get(server));
      if (ttlMs !== undefined) {
        const lookup = { key: keyOf(call), server, principal, ttlMs, isWrite, signal };
        return await cache.through(lookup, fetch);
      }
      if (isWrite) cache.forget({ server });
      try {
        return { value: (await fetch(signal)).value, source: "off" };
      } finally {
        if (isWrite) cache.forget({ server });
      }
    },
    forget: (options) => cache.forget(options),
  };
}

/**
 * How long answers of a tool are kept; undefined where they are not. A tool that may be repeated still
 * changes something, and one that gives another answer each time is polled: both are kept only where
 * the configuration names them, and any other never is.
 */
function ttlOf(
  { tool: { name }, leaves, varies }: CacheableCall,
  rule: ServerCache | undefined,
): number | undefined {
  if (rule === undefined || leaves === "each") return undefined;
  const named = Object.hasOwn(rule.tools, name) ? rule.tools[name] : undefined;
  if (named === false) return undefined;
  if (typeof named === "number") return named;
  if (named === true) return rule.ttlMs;
  return leaves === "none" && !varies ? rule.ttlMs : undefined;
}
