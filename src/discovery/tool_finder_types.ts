import type { SearchPage } from "./present_search.ts";
import type { ReadToolsResult } from "./read_tools.ts";
import type { ToolDetail } from "./present_tools.ts";

/** Size, filter and detail of a search for tools. */
export interface FindToolsOptions {
  /** The shown part of each tool: its name, with its description, or the wrapper's own text. */
  readonly detail?: ToolDetail;
  /** At most 100. Default: 10. */
  readonly limit?: number;
  /** The `nextOffset` of the page before. */
  readonly offset?: number;
  /** Only tools of this server. */
  readonly server?: string;
  /** The most that the text may cost. Default: 800, and 4,000 with the detail "full". */
  readonly maxModelTokens?: number;
  /** The searching session: the calls of its later runs teach which tools were wanted. */
  readonly session?: string;
  /** The principal that is charged with the host's time. Default: none. */
  readonly principal?: string;
}

/** The result of a search for tools. */
export interface ToolSearch extends SearchPage {
  /** 0 to 1: the probability that one of the best serves the query. */
  readonly confidence: number;
  /** Servers that are not available; their tools are left out. */
  readonly unavailable: readonly string[];
}

/** Detail and budget of a reading of tools. */
export interface ReadToolsOptions {
  /** The shown part of each tool. Default: "full". */
  readonly detail?: ToolDetail;
  /** The most that the text may cost. Default: 4,000, and 800 with less detail than "full". */
  readonly maxModelTokens?: number;
  /** The principal that is charged with the host's time. Default: none. */
  readonly principal?: string;
}

/** Several tools as a model reads them. */
export interface ToolReading extends ReadToolsResult {
  /** Servers that are not available; their tools are left out. */
  readonly unavailable: readonly string[];
}

/** Budget and contents of the introduction to the connected servers. */
export interface ContextOptions {
  /** The most that it may cost. Default: 300. */
  readonly maxModelTokens?: number;
  /** How tools are found and called; at the end, and never left out. */
  readonly guide?: string;
  /** The caller whose skills are named. Default: only skills for all callers. */
  readonly caller?: string;
  /** Names of skills. Default: those that the caller may use. */
  readonly skills?: readonly string[];
}

/** The connected servers, as a model reads them. */
export interface ToolContext {
  /** The text for the model. */
  readonly text: string;
  /** The cost of the text. */
  readonly modelTokens: number;
  /** Servers that are not available; they are left out. */
  readonly unavailable: readonly string[];
}
