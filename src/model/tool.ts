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
  /** Of its structured content; most tools declare none. */
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
