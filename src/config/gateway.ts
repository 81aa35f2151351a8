import { z } from "zod";
import { PERMISSION_LEVELS, type PermissionLevel } from "../model/permission.ts";

/** How the HTTP side behaves. */
export interface GatewayConfig {
  /** Address to listen on. */
  readonly host: string;
  /** Port to listen on; 0 for any. */
  readonly port: number;
  /** Who may call, beside the owner of the gateway's own token, by name. */
  readonly principals: Readonly<Record<string, PrincipalConfig>>;
  /** Whether MCP clients are offered `call_tool`, for servers that say nothing else; `auto` by a measured rule. */
  readonly callTool: boolean | "auto";
  /** Longest body of a request. */
  readonly bodyBytes: number;
  /** Connections at once. Default: half of the descriptors of the process, at most 1,024. */
  readonly connections?: number | undefined;
  /** Runs at once. */
  readonly concurrentRuns: number;
  /** How long running programs may go on after SIGTERM, in milliseconds. */
  readonly shutdownMs: number;
}

/** Somebody who may call. */
export interface PrincipalConfig {
  /** SHA-256 of the token, in hexadecimal digits. */
  readonly tokenSha256: string;
  /** The most that its programs may do. */
  readonly permission: PermissionLevel;
}

/** Somebody who may call, as one may write it. */
export interface PrincipalInput {
  /** `${env:NAME}` or `${file:PATH}`; either this or `tokenSha256`. */
  readonly token?: string | undefined;
  /** SHA-256 of the token, in hexadecimal digits. */
  readonly tokenSha256?: string | undefined;
  /** Default: "full". */
  readonly permission?: PermissionLevel | undefined;
}

const MiB = 1024 * 1024;

const principal = z.strictObject({
  token: z.string().regex(/^\$\{(env|file):[^}]+\}$/).optional().describe(
    "A reference: no token stands in the configuration",
  ),
  tokenSha256: z.string().regex(/^[0-9a-f]{64}$/).optional().describe(
    "SHA-256 of the token, in hexadecimal digits",
  ),
  permission: z.enum(PERMISSION_LEVELS).default("full"),
}).refine(({ token, tokenSha256 }) => (token === undefined) !== (tokenSha256 === undefined), {
  message: 'expected exactly one of "token" and "tokenSha256"',
});

/** The section `gateway`. */
export const gatewaySection = z.strictObject({
  host: z.string().default("127.0.0.1"),
  port: z.number().int().min(0).max(65_535).default(7420),
  principals: z.record(
    z.string().regex(/^(?!owner$)[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/),
    principal,
  )
    .default({}).describe("Who else may call, each with a token and a permission"),
  callTool: z.union([z.boolean(), z.literal("auto")]).default(false).describe(
    "Whether MCP clients are offered call_tool, for servers that say nothing else; auto: while " +
      "all tools' definitions are small",
  ),
  bodyBytes: z.number().int().min(1).default(4 * MiB),
  connections: z.number().int().min(8).optional().describe(
    "Connections at once, half of them for callers that have shown no token yet; by default half " +
      "of the descriptors that the system gives the process, at most 1024",
  ),
  concurrentRuns: z.number().int().min(1).default(16),
  shutdownMs: z.number().int().min(0).default(30_000).describe(
    "How long running programs may go on after SIGTERM",
  ),
}).prefault({});
