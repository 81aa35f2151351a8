/** What `servers.lock.json` pins of one tool. */
export interface LockedTool {
  /** SHA-256 of what the tool promises, in hexadecimal digits. */
  readonly hash: string;
  /** Relative to the server's folder. */
  readonly file: string;
  /** The name of the wrapper's function. */
  readonly export: string;
  /** The version of the generator. */
  readonly generator: string;
}

/** What `servers.lock.json` pins of one server. */
export interface LockedServer {
  /** Relative to the folder of all servers. */
  readonly folder: string;
  /** By the name that the server knows a tool by. */
  readonly tools: ReadonlyMap<string, LockedTool>;
}

/** All that `servers.lock.json` pins, by the servers' names in the configuration. */
export type ServersLock = ReadonlyMap<string, LockedServer>;
