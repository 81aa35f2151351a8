/**
 * The built-in module `airlock` of a program.
 *
 * @module
 */
export { AirlockError, McpToolError } from "./errors.ts";

/** How much {@linkcode searchTools} tells of each tool. */
export type SearchDetail = "name" | "description" | "full";

/** Options of {@linkcode searchTools}. */
export interface SearchToolsOptions {
  /** Default: "description". "full" is the text of the wrapper. */
  readonly detail?: SearchDetail;
  /** Default: 10. */
  readonly limit?: number;
  /** Only tools of this server. */
  readonly server?: string;
}

/** One tool that {@linkcode searchTools} found. */
export interface FoundTool {
  readonly server: string;
  readonly tool: string;
  /** What a program imports, such as `./servers/crm/list_leads.ts`. */
  readonly module: string;
  readonly description?: string;
  /** The wrapper's text. */
  readonly text?: string;
}

/** Finds tools by what they do. */
export function searchTools(
  query: string,
  options: SearchToolsOptions = {},
): Promise<FoundTool[]> {
  return ask("search_tools", { query, ...options }) as Promise<FoundTool[]>;
}

/** Gives the text of a tool's wrapper: its types, its documentation, an example. */
export function readTool(server: string, tool: string): Promise<string> {
  return ask("read_tool", { server, tool }) as Promise<string>;
}

/**
 * Calls a tool by its names. Both must stand in the program as plain strings: what a program may
 * call is read from its text.
 */
export function callTool<T = unknown>(
  server: string,
  tool: string,
  input: object = {},
): Promise<T> {
  return hook("airlock.callTool")(server, tool, input) as Promise<T>;
}

/** Resolves after so many milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Adds a line to the run's log, like `console.log`. */
export function log(...data: unknown[]): void {
  console.log(...data);
}

function ask(method: string, params: unknown): Promise<unknown> {
  return hook("airlock.ask")(method, params);
}

function hook(name: string): (...args: unknown[]) => Promise<unknown> {
  const found = (globalThis as unknown as Record<symbol, unknown>)[Symbol.for(name)];
  if (typeof found !== "function") throw new Error('Cannot use "airlock": not in a worker');
  return found as (...args: unknown[]) => Promise<unknown>;
}
