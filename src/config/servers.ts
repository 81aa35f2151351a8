/** What every kind of server has in common. */
export interface ServerCommon {
  /** Its key in `mcpServers`. */
  readonly name: string;
  /** Whether it is left alone as if it were not there. */
  readonly disabled: boolean;
  /** Longest wait for one call, in milliseconds. */
  readonly timeoutMs: number;
  /** Longest wait for a connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Whether MCP clients may call its tools one by one; absent: as the gateway says. */
  readonly callTool?: boolean | "auto" | undefined;
  /** Which answers are kept; absent: none. */
  readonly cache?: ServerCache | undefined;
  /** Names of tools, "*" for any run of characters; deny wins. */
  readonly tools: {
    /** Only these; absent for all. */
    readonly allow?: string[] | undefined;
    /** Not these. */
    readonly deny?: string[] | undefined;
  };
}

/** Which answers of a server's tools are kept. */
export interface ServerCache {
  /** How long, in milliseconds. */
  readonly ttlMs: number;
  /** Tools by name: not at all, as others, or for another time. */
  readonly tools: Readonly<Record<string, boolean | number>>;
}

/** A server that is a command of the machine. */
export interface StdioServer extends ServerCommon {
  /** Tells the kinds apart. */
  readonly kind: "stdio";
  /** The program; "deno" is the one that runs Airlock. */
  readonly command: string;
  /** Its arguments. */
  readonly args: string[];
  /** Its environment, beside the few variables that every program needs. */
  readonly env: Record<string, string>;
  /** Where it is started; absent for the configuration's folder. */
  readonly cwd?: string | undefined;
}

/** What an npm package may touch; a list that is absent is empty. */
export interface ServerPermissions {
  /** Paths. */
  readonly read?: string[] | undefined;
  /** Paths. */
  readonly write?: string[] | undefined;
  /** Hosts, with or without a port. */
  readonly net?: string[] | undefined;
  /** Names of variables. */
  readonly env?: string[] | undefined;
  /** As Deno names them. */
  readonly sys?: string[] | undefined;
  /** Programs. */
  readonly run?: string[] | undefined;
}

/** What the process of an npm package may hold. */
export interface ServerLimits {
  /** Of its heap, and of all its data. */
  readonly memoryBytes: number;
  /** At once. */
  readonly openFiles: number;
}

/** A server that is an npm package, run with Deno's permissions. */
export interface NpmServer extends ServerCommon {
  /** Tells the kinds apart. */
  readonly kind: "npm";
  /** The package, best with its version. */
  readonly npm: string;
  /** Its arguments. */
  readonly args: string[];
  /** Its environment. */
  readonly env: Record<string, string>;
  /** What it may touch. */
  readonly permissions: ServerPermissions;
  /** What it may hold. */
  readonly limits: ServerLimits;
}

/** A server that is reached over HTTP. */
export interface RemoteServer extends ServerCommon {
  /** Tells the kinds apart. */
  readonly kind: "remote";
  /** How it is spoken to; absent to find out. */
  readonly type?: "http" | "streamable-http" | "streamableHttp" | "sse" | undefined;
  /** Where it is. */
  readonly url: string;
  /** Sent with every request. */
  readonly headers: Record<string, string>;
}

/** One entry of `mcpServers`, complete, with every reference resolved. */
export type ServerConfig = StdioServer | NpmServer | RemoteServer;
