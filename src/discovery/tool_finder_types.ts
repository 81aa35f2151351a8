import type { SearchPage } from "./present_search.ts";
import type { ReadToolsResult } from "./read_tools.ts";
import type { ToolDetail } from "./present_tools.ts";

/** What is wanted of a search for tools. */
export interface FindToolsOptions {
  /** How much of each tool: its name, with its description, or the wrapper's own text. */
  readonly detail?: ToolDetail;
  /** How many tools, at most 100. Default: 10. */
  readonly limit?: number;
  /** How many to skip: the `nextOffset` of the page before. */
  readonly offset?: number;
  /** Only tools of this server. */
  readonly server?: string;
  /** The most that the text may cost. Default: 800, and 4,000 with the detail "full". */
  readonly maxModelTokens?: number;
  /** Who asks: what later runs of the session call tells which tools were wanted. */
  readonly session?: string;
  /** Whose turns of the host's thread it takes. Default: nobody's. */
  readonly principal?: string;
}

/** What a search for tools found. */
export interface ToolSearch extends SearchPage {
  /** 0 to 1: how likely it is that one of the best serves the query. */
  readonly confidence: number;
  /** Servers out of reach, whose tools are left out. */
  readonly unavailable: readonly string[];
}

/** How tools are to be read. */
export interface ReadToolsOptions {
  /** How much of each tool. Default: "full". */
  readonly detail?: ToolDetail;
  /** The most that the text may cost. Default: 4,000, and 800 with less detail than "full". */
  readonly maxModelTokens?: number;
  /** Whose turns of the host's thread it takes. Default: nobody's. */
  readonly principal?: string;
}

/** Several tools as a model reads them. */
export interface ToolReading extends ReadToolsResult {
  /** Servers out of reach, whose tools are left out. */
  readonly unavailable: readonly string[];
}

/** How the introduction of what is connected is to be. */
export interface ContextOptions {
  /** The most it may cost. Default: 300. */
  readonly maxModelTokens?: number;
  /** How tools are found and called; stands at the end whatever else is left out. */
  readonly guide?: string;
  /** Whose skills are told of. Default: nobody's but those that everybody may use. */
  readonly caller?: string;
  /** Names of skills to tell of. Default: those that the caller may use. */
  readonly skills?: readonly string[];
}

/** What is connected, as a model reads it. */
export interface ToolContext {
  /** What the model reads. */
  readonly text: string;
  /** What the text costs. */
  readonly modelTokens: number;
  /** Servers out of reach, which are left out. */
  readonly unavailable: readonly string[];
}
