import { sha256Bytes } from "../text/sha256.ts";
import { timingSafeEqual } from "node:crypto";
import type { AuthInfo } from "@modelcontextprotocol/server";
import type { Context, MiddlewareHandler } from "hono";
import type { GatewayConfig } from "../config/gateway.ts";
import { OWNER_NAME, PERMISSION_LEVELS, type Principal } from "../model/permission.ts";
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
    { digest: digest(ownToken), principal: OWNER },
    ...Object.entries(principals).map(([name, { tokenSha256, permission }]) => ({
      digest: Uint8Array.fromHex(tokenSha256),
      principal: { name, permission },
    })),
  ];
  return (token) => {
    const given = digest(token);
    // Every digest is compared, in constant time: the duration tells nothing of any token.
    return known.filter(({ digest }) => timingSafeEqual(digest, given))[0]?.principal;
  };
}

function digest(text: string): Uint8Array {
  return sha256Bytes(text);
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
