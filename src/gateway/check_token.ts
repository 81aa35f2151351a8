import { timingSafeEqual } from "node:crypto";
import type { AuthInfo } from "@modelcontextprotocol/server";
import type { Context, MiddlewareHandler } from "hono";
import type { GatewayConfig } from "../config/gateway.ts";
import { OWNER_NAME, PERMISSION_LEVELS, type Principal } from "../model/permission.ts";
import { sha256Bytes } from "../text/sha256.ts";
import { HttpError } from "./problem.ts";

/** The principal with the gateway's own token, and the client over standard input. */
const OWNER: Principal = { name: OWNER_NAME, permission: "full" };

/** Returns the principal of a token; undefined for an unknown token. */
type FindPrincipal = (token: string) => Principal | undefined;

/** Makes the table of tokens: the gateway's own, and those of the configured principals. */
export function createPrincipalTokens(
  ownToken: string,
  { principals }: Pick<GatewayConfig, "principals">,
): FindPrincipal {
  const known = [
    { digest: sha256Bytes(ownToken), principal: OWNER },
    ...Object.entries(principals).map(([name, { tokenSha256, permission }]) => ({
      digest: Uint8Array.fromHex(tokenSha256),
      principal: { name, permission },
    })),
  ];
  return (token) => {
    const given = sha256Bytes(token);
    // Every digest is compared, in constant time: the duration tells nothing of any token.
    return known.filter(({ digest }) => timingSafeEqual(digest, given))[0]?.principal;
  };
}

interface Authorized {
  readonly Variables: { principal: Principal };
}

/** Refuses a request without a principal's token. */
export function checkToken(findPrincipal: FindPrincipal): MiddlewareHandler<Authorized> {
  return async (c, next) => {
    const principal = bearerOf(c.req.header("authorization"), findPrincipal);
    if (principal === undefined) {
      throw new HttpError("UNAUTHORIZED", "Cannot answer request: it has not the token", {
        headers: { "WWW-Authenticate": 'Bearer realm="airlock"' },
        hint: "Send the header Authorization: Bearer with the token that the gateway keeps",
      });
    }
    c.set("principal", principal);
    await next();
  };
}

/** The principal of a header `Authorization`. */
export function bearerOf(
  authorization: string | undefined,
  findPrincipal: FindPrincipal,
): Principal | undefined {
  const given = /^Bearer +([^\s,]+)$/i.exec(authorization ?? "")?.[1];
  return given === undefined ? undefined : findPrincipal(given);
}

/** The principal of a request that passed {@linkcode checkToken}. */
export function principalOf(c: Context): Principal {
  return (c as Context<Authorized>).get("principal");
}

/** The principal in the form that the MCP library passes on with a request, without the token. */
export function toAuthInfo({ name, permission }: Principal): AuthInfo {
  return { token: "", clientId: name, scopes: [permission] };
}

/** The principal of an MCP request; over standard input, which has no HTTP, the owner. */
export function callerOf(http: { readonly authInfo?: AuthInfo } | undefined): Principal {
  if (http === undefined) return OWNER;
  const { clientId = "", scopes = [] } = http.authInfo ?? {};
  // A request without a principal has the lowest permission.
  const permission = PERMISSION_LEVELS.find((level) => scopes.includes(level)) ?? "read_only";
  return { name: clientId, permission };
}

/** Values of `Sec-Fetch-Site` for requests that no foreign page made. */
const OWN_SITES = ["same-origin", "none"];

/**
 * Refuses requests that a web page elsewhere can make a browser send, by DNS rebinding too.
 *
 * @param hosts the allowed values of the header `Host`
 */
export function checkHost(hosts: ReadonlySet<string>): MiddlewareHandler {
  return async (c, next) => {
    // An absolute target has its own host, HTTP/2 has no other, and neither reaches the URL parsed.
    const target = /^http:\/\/([^/?#]*)/.exec(c.req.url)?.[1]?.toLowerCase();
    const named = c.req.header("host")?.toLowerCase() ?? target;
    if (target === undefined || named !== target || !hosts.has(target)) {
      throw new HttpError("FORBIDDEN", "Cannot answer request: its Host is not this gateway's");
    }
    const origin = c.req.header("origin")?.toLowerCase();
    const site = c.req.header("sec-fetch-site");
    const foreign = origin !== undefined && origin !== `http://${target}`;
    if (foreign || (site !== undefined && !OWN_SITES.includes(site))) {
      throw new HttpError("FORBIDDEN", "Cannot answer request: it comes from another origin");
    }
    await next();
  };
}

const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/** Addresses that listen on every interface. */
const ANY_ADDRESS = ["0.0.0.0", "::"];

/** The allowed values of the header `Host` for a gateway; the first is the one to show. */
export function ownHosts({ host, port }: { host: string; port: number }): ReadonlySet<string> {
  const names = ANY_ADDRESS.includes(host)
    ? [...LOOPBACK, ...Deno.networkInterfaces().map(({ address }) => address)]
    : [host, ...LOOPBACK];
  return new Set(names.map((name) => authority(name, port)));
}

/** Normalizes as a browser does: lower case, and no default port. */
function authority(name: string, port: number): string {
  const host = name.includes(":") ? `[${name}]` : name;
  return URL.parse(`http://${host}:${port}`)?.host ?? `${host}:${port}`;
}
