/** The right of one run to call one tool. */
export interface Capability {
  /** The server's name in the configuration. */
  readonly server: string;
  /** The tool's name as its server knows it. */
  readonly tool: string;
}
