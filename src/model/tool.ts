/** A JSON Schema as a server sent it: any JSON, known to be an object or a boolean. */
export type JsonSchema = { readonly [keyword: string]: unknown } | boolean;

/** The hints of the MCP specification (`ToolAnnotations`); absent means unknown. */
export interface ToolAnnotations {
  /** A name for people. */
  readonly title?: string;
  /** It changes nothing. */
  readonly readOnlyHint?: boolean;
  /** What it changes may be lost. */
  readonly destructiveHint?: boolean;
  /** Calling it again with the same arguments changes nothing more. */
  readonly idempotentHint?: boolean;
  /** It reaches beyond its server. */
  readonly openWorldHint?: boolean;
}

/** One tool of an upstream server, repaired so that all of it can be relied on. */
export interface Tool {
  /** The name that the server knows it by; any string. */
  readonly name: string;
  /** A name for people. */
  readonly title?: string;
  /** What it does, in the server's words. */
  readonly description?: string;
  /** Always an object schema; what a server sent otherwise was repaired and reported. */
  readonly inputSchema: JsonSchema;
  /** Schema of its structured content; most tools declare none. */
  readonly outputSchema?: JsonSchema;
  /** What it says of itself. */
  readonly annotations?: ToolAnnotations;
  /** What was made of it where its words are withheld; absent in tools as servers list them. */
  readonly withheld?: {
    /** Of the tool as its server lists it, see `hashTool`. */
    readonly hash: string;
    /** Whether a person must approve each call of it. */
    readonly asks: boolean;
  };
}

/** Something about a server's catalogue that was repaired or skipped. */
export interface ToolProblem {
  /** The server's name in the configuration. */
  readonly server: string;
  /** The tool's name, as far as it has one. */
  readonly tool: string;
  /** A sentence: what was found, and what was done about it. */
  readonly message: string;
}

/** The state of one server. */
export interface ServerStatus {
  /** Its key in `mcpServers`. */
  readonly name: string;
  /** How it is reached. */
  readonly kind: "stdio" | "npm" | "remote";
  /** "idle" until it is needed. */
  readonly state: "disabled" | "idle" | "connecting" | "connected" | "failed";
  /** Number of known tools; absent before the first list. */
  readonly tools?: number;
  /** Tools that were repaired or left out. */
  readonly problems: readonly ToolProblem[];
  /** The reason of its failure. */
  readonly error?: string;
  /** Its last words before it failed: for the operator, never for a model. */
  readonly detail?: string;
}

/** A tool that differs from the accepted one. */
export interface ChangedTool {
  /** The server's name in the configuration. */
  readonly server: string;
  /** The tool's name. */
  readonly tool: string;
  /** The changes, line by line: `+` for new parts, `-` for removed ones. */
  readonly changes: readonly string[];
}

/** The right of one run to call one tool. */
export interface Capability {
  /** The server's name in the configuration. */
  readonly server: string;
  /** The tool's name as its server knows it. */
  readonly tool: string;
}

/** What is known of the tools of one server. */
export interface Catalogue {
  readonly tools: readonly Tool[];
  readonly problems: readonly ToolProblem[];
}
