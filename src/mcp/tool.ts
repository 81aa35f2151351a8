/** A JSON Schema as a server sent it: any JSON, known to be an object or a boolean. */
export type JsonSchema = { readonly [keyword: string]: unknown } | boolean;

/** The hints of the MCP specification (`ToolAnnotations`); absent means unknown. */
export interface ToolAnnotations {
  readonly title?: string;
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

/** One tool of an upstream server, repaired so that all of it can be relied on. */
export interface Tool {
  /** The name that the server knows it by; any string. */
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  /** Always an object schema; what a server sent otherwise was repaired and reported. */
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
  readonly annotations?: ToolAnnotations;
}

/** Something about a server's catalogue that was repaired or skipped. */
export interface ToolProblem {
  readonly server: string;
  readonly tool: string;
  /** A sentence: what was found, and what was done about it. */
  readonly message: string;
}
