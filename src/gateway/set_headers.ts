import type { MiddlewareHandler } from "hono";

/** What every answer says to the browsers and caches on its way. */
const HEADERS: Readonly<Record<string, string>> = {
  // Compressed with somebody else's words beside it, a secret's length tells what it is.
  "Cache-Control": "no-store, no-transform",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
};

/** Keeps answers out of caches, of foreign pages and from being taken for something else. */
export const setHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
};
