import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { HttpError } from "./http_error.ts";

/** Refuses a request that does not carry the token. */
export function checkToken(token: string): MiddlewareHandler {
  const expected = digest(token);
  return async (c, next) => {
    const given = /^Bearer +([^\s,]+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    // Digests are of one length: how long the comparison takes says nothing of the token.
    if (given === undefined || !timingSafeEqual(digest(given), expected)) {
      throw new HttpError("UNAUTHORIZED", "Cannot answer request: it has not the token", {
        headers: { "WWW-Authenticate": 'Bearer realm="airlock"' },
        hint: "Send the header Authorization: Bearer with the token that the gateway keeps",
      });
    }
    await next();
  };
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
