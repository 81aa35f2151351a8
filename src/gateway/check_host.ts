import type { MiddlewareHandler } from "hono";
import { HttpError } from "./http_error.ts";

/** What a browser says of who asks, when it is no foreign page. */
const OWN_SITES = ["same-origin", "none"];

/**
 * Refuses what a web page elsewhere can make a browser send, also one whose name was made to lead
 * here (DNS rebinding).
 *
 * @param hosts what a request may give as its host
 */
export function checkHost(hosts: ReadonlySet<string>): MiddlewareHandler {
  return async (c, next) => {
    // An absolute target has a host of its own, HTTP/2 has it alone, and neither is parsed for us.
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
