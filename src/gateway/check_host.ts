import type { MiddlewareHandler } from "hono";
import { HttpError } from "./problem.ts";

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
