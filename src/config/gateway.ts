import { z } from "zod";
import { PERMISSION_LEVELS, type PermissionLevel } from "../model/permission.ts";
import { invalidConfig, resolveString } from "./parsing.ts";
import { sha256 } from "../text/sha256.ts";

/** The HTTP gateway. */
export interface GatewayConfig {
  /** Address to listen on. */
  readonly host: string;
  /** Port to listen on; 0 for any. */
  readonly port: number;
  /** Principals beside the owner, by name. */
  readonly principals: Readonly<Record<string, PrincipalConfig>>;
  /** Whether MCP clients are offered `call_tool`, unless a server says otherwise; "auto" while all tool definitions are small. */
  readonly callTool: boolean | "auto";
  /** Longest body of a request. */
  readonly bodyBytes: number;
  /** Connections at once, half of them for callers without a token. Default: half of the process's descriptors, at most 1,024. */
  readonly connections?: number | undefined;
  /** Runs at once. */
  readonly concurrentRuns: number;
  /** How long programs may continue after SIGTERM, in milliseconds. */
  readonly shutdownMs: number;
}

/** A principal: a caller with a token of its own. */
export interface PrincipalConfig {
  /** SHA-256 of the token, in hexadecimal digits. */
  readonly tokenSha256: string;
  /** The highest permission of its programs. */
  readonly permission: PermissionLevel;
}

/** A principal as it may be written. */
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
  // Only a reference: the configuration holds no token.
  token: z.string().regex(/^\$\{(env|file):[^}]+\}$/).optional(),
  tokenSha256: z.string().regex(/^[0-9a-f]{64}$/).optional(),
  permission: z.enum(PERMISSION_LEVELS).default("full"),
}).refine(({ token, tokenSha256 }) => (token === undefined) !== (tokenSha256 === undefined), {
  message: 'expected exactly one of "token" and "tokenSha256"',
});

const principals = z.record(
  z.string().regex(/^(?!owner$)[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/),
  principal,
).default({});

/** The section `gateway`, its tokens unresolved. */
export const gatewaySection = z.strictObject({
  host: z.string().default("127.0.0.1"),
  port: z.number().int().min(0).max(65_535).default(7420),
  principals,
  callTool: z.union([z.boolean(), z.literal("auto")]).default(false),
  bodyBytes: z.number().int().min(1).default(4 * MiB),
  connections: z.number().int().min(8).optional(),
  concurrentRuns: z.number().int().min(1).default(16),
  shutdownMs: z.number().int().min(0).default(30_000),
}).prefault({});

/** The form of a token: what a header can carry (RFC 6750), and too long to guess. */
export const TOKEN_FORM = /^[A-Za-z0-9._~+/-]{32,512}=*$/;

/** Replaces the reference to each token by the token's digest. */
export async function readPrincipals(
  entries: z.output<typeof principals>,
  { source, root }: { source: string; root: string },
): Promise<Record<string, PrincipalConfig>> {
  const read = Object.entries(entries).map(async ([name, entry]) => {
    const { token, tokenSha256, permission } = entry;
    if (tokenSha256 !== undefined) return [name, { tokenSha256, permission }] as const;
    const place = { source, path: ["gateway", "principals", name, "token"] };
    const secret = await resolveString(token!, { place, root });
    if (!TOKEN_FORM.test(secret)) {
      throw invalidConfig(place, "expected 32 to 512 characters that a header can carry");
    }
    const digest = sha256(secret);
    return [name, { tokenSha256: digest, permission }] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}
