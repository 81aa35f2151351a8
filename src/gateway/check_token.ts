import type { Context, MiddlewareHandler } from "hono";
import type { Principal } from "../model/permission.ts";
import { HttpError } from "./http_error.ts";
import type { FindPrincipal } from "./principal_tokens.ts";

/** What is known of a request that carried a token. */
interface Authorized {
  readonly Variables: { principal: Principal };
}

/** Refuses a request that does not carry a token of somebody. */
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

/** Who is calling, by a header `Authorization`. */
export function bearerOf(
  authorization: string | undefined,
  findPrincipal: FindPrincipal,
): Principal | undefined {
  const given = /^Bearer +([^\s,]+)$/i.exec(authorization ?? "")?.[1];
  return given === undefined ? undefined : findPrincipal(given);
}

/** Who is calling, for what comes behind {@linkcode checkToken}. */
export function principalOf(c: Context): Principal {
  return (c as Context<Authorized>).get("principal");
}
