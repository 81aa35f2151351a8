/** A tool by its server and its name. */
export interface ToolName {
  /** The tool's server. */
  readonly server: string;
  /** The tool's own name. */
  readonly tool: string;
}

/** The shown part of a tool: its name, with its description, or the wrapper's own text. */
export type ToolDetail = "name" | "description" | "full";

/** A shown tool. */
export interface PresentedTool {
  /** The tool's server. */
  readonly server: string;
  /** The tool's own name. */
  readonly tool: string;
  /** The path that a program imports to call it. */
  readonly import?: string;
  /** The detail shown, which the budget may reduce. */
  readonly detail: ToolDetail;
  /** What it does, in short; absent with the detail "name". */
  readonly description?: string;
  /** The wrapper's own text, with the detail "full". */
  readonly wrapper?: string;
}

/** Tools as a model reads them. */
export interface ToolPage {
  /** The tools that fit, grouped by server; the server of the best tool first. */
  readonly servers: readonly {
    readonly server: string;
    readonly tools: readonly PresentedTool[];
  }[];
  /** Number of the given tools that did not fit. */
  readonly omitted: number;
  /** The text for the model. */
  readonly text: string;
  /** The cost of the text. */
  readonly modelTokens: number;
}

/** The result of a search as a model reads it. */
export interface SearchPage extends ToolPage {
  /** Number of further matches, with those that did not fit. */
  readonly further: number;
  /** Offset of the next page; absent on the last. */
  readonly nextOffset?: number;
  /** Whether no tool matches well; then at most three hits are shown. */
  readonly noGoodMatch: boolean;
}

/** Names similar to an unknown one, nearest first. */
export interface NearestNames {
  /** Names of servers. */
  readonly servers: readonly string[];
  /** Names of tools, with their servers. */
  readonly tools: readonly ToolName[];
}

/** An unknown name, with similar ones. */
export interface UnknownTool {
  /** The name asked for. */
  readonly name: string;
  /** Similar names. */
  readonly nearest: NearestNames;
}

/** Several tools as a model reads them. */
export interface ReadToolsResult extends ToolPage {
  /** The names of no tool. */
  readonly unknown: readonly UnknownTool[];
}

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
